"""What a claim rests on: the quotes given for it, and the sentences of the cited entries that come nearest to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from writer.checking.claims import Claim
from writer.checking.facts import Said, telling_stems


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence of an entry and how much of the claim it covers, 0 to 1."""

    said: Said
    score: float


def nearest(claim: Claim, said: Iterable[Said]) -> list[Near]:
    """The sentences that share telling words with a claim, the nearest first."""
    wanted = telling_stems(claim.text)
    found = [Near(each, len(wanted & each.stems) / len(wanted)) for each in said if wanted & each.stems]
    return sorted(found, key=lambda near: -near.score)
