"""What an index is: something that ranks the entries of one corpus for a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Index(Protocol):
    """Ranks entries for weighted terms. One index belongs to one corpus, named by its digest."""

    digest: str

    def __len__(self) -> int:
        """How many entries the index holds."""
        ...

    def document_frequency(self, term: str) -> int:
        """In how many entries a stem occurs."""
        ...

    def search(self, terms: Mapping[str, float], k: int) -> list[tuple[str, float]]:
        """The best `k` (citation key, score) for any of the weighted stems, best first, ties by key."""
        ...
