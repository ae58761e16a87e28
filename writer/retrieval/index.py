"""What an index is: something that ranks the entries of one corpus for a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits must be besides fitting; None asks for nothing. All that is given must hold."""

    years: tuple[int | None, int | None] | None = None
    """First and last year, both included; None leaves that side open. An entry without a year never passes."""
    venue: str | None = None
    """Words that must all occur in the venue, whatever their case, accents and order."""
    author: str | None = None
    """Words that must all occur among the names of the authors, likewise."""
    keys: frozenset[str] | None = None
    """Only these citation keys."""


class Index(Protocol):
    """Ranks entries for weighted terms. One index belongs to one corpus, named by its digest."""

    digest: str

    def __len__(self) -> int:
        """How many entries the index holds."""
        ...

    def document_frequency(self, term: str) -> int:
        """In how many entries a stem occurs."""
        ...

    def search(self, terms: Mapping[str, float], k: int, filters: Filters | None = None) -> list[tuple[str, float]]:
        """The best `k` (citation key, score) for any of the weighted stems, best first, ties by key.

        Filters choose among the hits; they never change a score.
        """
        ...
