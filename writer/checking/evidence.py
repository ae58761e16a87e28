"""What a claim rests on: the quotes given for it, and the sentences of the cited entries that come nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter, itemgetter

from writer.checking.claims import Claim
from writer.checking.facts import Said
from writer.checking.rivals import alike, coverage
from writer.text import stems

_IN_ORDER = 0.15
"""What the order of the words counts beside the words themselves: enough to part two sentences with the same ones."""
_CLOSELY = 4
"""How many of the nearest sentences are read for the order and the forms of their words."""
_TOGETHER = 0.1
"""How much more of a claim two neighbouring sentences must cover than one to be told together."""


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence of an entry and how near it comes to a claim, 0 to 1.

    1 is every telling word of the claim in its order. The words count as much as they tell (`Known.weights`) and make
    up 0.85 of the score; the share of the claim's neighbouring words that the sentence has side by side is the rest.
    Order, and other forms of a word, are looked at in the nearest few sentences only.
    """

    said: Said
    score: float


def nearest(claim: Claim, said: Iterable[Said], weights: Mapping[str, float] | None = None) -> list[Near]:
    """The sentences that share telling words with a claim, the nearest first; without weights all words count alike."""
    wanted = dict.fromkeys(stems(claim.text), 1.0) if weights is None else weights
    total, words, weight_of = sum(wanted.values()), frozenset(wanted), wanted.__getitem__
    # Each sentence of each cited entry comes by here: the shared words are found and summed without a loop of ours.
    shared = [(sum(map(weight_of, common)), each) for each in said if (common := words & each.stems)]
    shared.sort(key=itemgetter(0), reverse=True)
    order = list(pairwise(stems(claim.text)))
    first = [
        Near(each, _closely(each, (weight + alike(wanted, words - each.stems, each.stems)) / total, order))
        for weight, each in shared[:_CLOSELY]
    ]
    first.sort(key=attrgetter("score"), reverse=True)
    return first + [Near(each, (1 - _IN_ORDER) * weight / total) for weight, each in shared[_CLOSELY:]]


def _closely(said: Said, share: float, order: list[tuple[str, str]]) -> float:
    """How near a sentence with this share of a claim comes, with the order of its words."""
    if not order:
        return share
    told = frozenset(order).intersection(pairwise(said.order))
    return (1 - _IN_ORDER) * share + _IN_ORDER * sum(map(told.__contains__, order)) / len(order)


def covering(claim: Claim, said: Iterable[Said], weights: Mapping[str, float] | None = None) -> tuple[Near, ...]:
    """The sentence that covers most of a claim, or two neighbouring ones of an entry that do so only together.

    Empty where no sentence shares a telling word. The score of each is the share of the claim that they all cover.
    """
    wanted = dict.fromkeys(stems(claim.text), 1.0) if weights is None else weights
    words = frozenset(wanted)
    told = list(said)
    alone = [sum(map(wanted.__getitem__, words & each.stems)) for each in told]
    if not any(alone):
        return ()
    best = alone.index(max(alone))
    found: tuple[Said, ...] = (told[best],)
    share = coverage(wanted, told[best].stems)
    least = share * sum(wanted.values())
    for at, (one, other) in enumerate(pairwise(told)):
        neighbours = one.key == other.key and one.field == other.field == "abstract"
        if neighbours and alone[at] + alone[at + 1] > least:
            both = coverage(wanted, one.stems, other.stems)
            if both > share + (_TOGETHER if len(found) == 1 else 0.0):
                share, found = both, (one, other)
    return tuple(Near(each, share) for each in found)
