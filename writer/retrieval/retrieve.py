"""From a theme to ranked hits, and the judgement that a corpus holds nothing on it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from writer.draft import Hit
from writer.entry import Corpus, Entry
from writer.retrieval.adjacency import LOOKED_AT, pairs, second_look
from writer.retrieval.diversity import cosine, maximal_marginal_relevance, weighed
from writer.retrieval.feedback import NEIGHBOURS, expanded, moved
from writer.retrieval.floor import ENTRIES, FLOOR, closeness
from writer.retrieval.fusion import WORDS, Ranking, convex
from writer.retrieval.index import Filters, Index
from writer.text import fold, stems

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_TERMS = 40
"""A query's telling terms: recall at 50 is .785 with 40 and .788 with all, while each term costs time."""
_SATURATION = 4.0
_FUSED = 200
"""Depth to which the rankings by words and by vectors are looked at before they are fused."""
_POOL = 100
"""Diverse hits are chosen among so many, or as many as are asked for."""


class Vectors(Protocol):
    """The vectors of a corpus; see `writer.retrieval.vectors`."""

    embedder: str
    """What made them."""

    def search(self, query: NDArray[Any], k: int) -> list[tuple[str, float]]:
        """The `k` entries nearest to a vector as (citation key, cosine), best first."""
        ...

    def vectors(self, keys: Sequence[str]) -> NDArray[Any]:
        """The vectors of these keys, one row each."""
        ...


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The hits for a theme, best first, and how close the corpus comes to it (0 to 1, see `floor`)."""

    hits: tuple[Hit, ...]
    closeness: float
    unknown_terms: tuple[str, ...]
    """Stems of the theme that no entry has."""

    @property
    def nothing(self) -> bool:
        """Whether the corpus holds nothing on the theme."""
        return not self.hits or self.closeness < FLOOR


def term_weights(theme: str, index: Index) -> dict[str, float]:
    """The telling terms of a theme (stems) with their inverse document frequency, most telling kept.

    The formula is BM25's (Robertson and Zaragoza, *The Probabilistic Relevance Framework*, 2009, section 3.1),
    the one the index ranks with. Of a long theme the heaviest known terms are kept.
    """
    idf = _idf_of(index)
    weights = {term: idf(term) for term in dict.fromkeys(stems(theme))}
    return _heaviest(weights, weights, index)


def query_weights(theme: Iterable[str], index: Index) -> dict[str, float]:
    """What each telling stem of a theme weighs in a query: 1 for one said once, at most 5 however often it is said.

    That is BM25's own saturation of query terms (Robertson and Zaragoza, section 3.1, k3 = 4): on queries of a
    sentence or more it gains .01 recall at 10 over plain counts. Of a long theme the terms that can bring the most are
    kept.
    """
    idf = _idf_of(index)
    weights = {term: times * (_SATURATION + 1) / (times + _SATURATION) for term, times in Counter(theme).items()}
    return _heaviest(weights, {term: weight * idf(term) for term, weight in weights.items()}, index)


def _heaviest(weights: dict[str, float], worth: Mapping[str, float], index: Index) -> dict[str, float]:
    if len(weights) <= _MAX_TERMS:
        return weights
    known = [term for term in weights if index.document_frequency(term)]
    kept = set(sorted(known, key=lambda term: (-worth[term], term))[:_MAX_TERMS])
    return {term: weight for term, weight in weights.items() if term in kept}


def _idf_of(index: Index) -> Callable[[str], float]:
    total = len(index)

    @cache
    def idf(term: str) -> float:
        frequency = index.document_frequency(term)
        return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))

    return idf


def retrieve(
    theme: str,
    corpus: Corpus,
    index: Index,
    k: int,
    *,
    feedback: bool = False,
    filters: Filters | None = None,
    vectors: Vectors | None = None,
    query_vector: NDArray[Any] | None = None,
    diversity: float = 0.0,
) -> Retrieval:
    """The `k` best entries for a theme, and whether the corpus holds anything on it.

    By words alone, hits are ranked by BM25 and the first looked at once more (`adjacency`). With `feedback`, as for
    a draft, they are ranked again with the terms of the best ones instead. With `vectors` and the theme's
    `query_vector` the rankings by words and by likeness are fused; `Hit.lexical` and `Hit.dense` (a cosine to the theme
    drawn towards its first hits) are then the parts, None where a hit is not among the best by that part, and
    `Hit.score` is from 0 to 1.

    `diversity` (0 to 1) trades relevance for hits that differ from each other; see `diversity`. `filters` choose among
    the entries; a theme of which no entry that passes says anything is "nothing" like any other.
    """
    said = stems(theme)
    if not said:
        return Retrieval((), 0.0, ())
    asked = _Asked(said, query_weights(said, index), corpus, index, filters)
    # Whether there is anything, and what the best entries add, must not depend on how many hits are asked for.
    depth = max(k, _POOL if diversity else LOOKED_AT)
    by_words = asked.search(asked.query, depth)
    words: Ranking
    ranked: Ranking
    best = [asked.stems_of(key)[1] for key, _ in by_words[:ENTRIES]]
    if vectors is None or query_vector is None:
        close = closeness(said, best, index)
        near: Ranking = []
        words = ranked = asked.fed_back(by_words, depth) if feedback else asked.looked_at(by_words)
    else:
        dense = _Dense(vectors, asked, max(depth, _FUSED))
        near = dense.search(query_vector)
        close = closeness(said, best, index, [value for _, value in near], vectors.embedder)
        words, near, ranked = _fused(asked, dense, query_vector, near, feedback=feedback)
    if diversity:
        ranked = maximal_marginal_relevance(ranked, asked.likeness(), diversity, k)
    lexical, likeness = dict(words), dict(near)
    hits = tuple(
        Hit(key, rank, score, lexical.get(key), likeness.get(key))
        for rank, (key, score) in enumerate(ranked[:k], start=1)
    )
    unknown = tuple(term for term in dict.fromkeys(said) if not index.document_frequency(term))
    return Retrieval(hits, close, unknown)


def _fused(
    asked: _Asked, dense: _Dense, query_vector: NDArray[Any], near: Ranking, *, feedback: bool
) -> tuple[Ranking, Ranking, Ranking]:
    """The last rankings by words and by vectors, and their fusion. What both like best feeds back."""
    words: Ranking = asked.looked_at(asked.search(asked.query, dense.depth))
    both = convex([words, near], [WORDS, 1 - WORDS])
    neighbours = [key for key, _ in both[:NEIGHBOURS]]
    if neighbours:
        near = dense.search(moved(query_vector, dense.vectors.vectors(neighbours)))
    if feedback:
        words = asked.fed_back(both, dense.depth)
    return words, near, convex([words, near], [WORDS, 1 - WORDS])


class _Dense:
    """The vectors of a corpus, searched to a depth among the entries that pass the filters."""

    def __init__(self, vectors: Vectors, asked: _Asked, depth: int) -> None:
        self.vectors, self.asked, self.depth = vectors, asked, depth

    def search(self, vector: NDArray[Any]) -> list[tuple[str, float]]:
        # A store knows no filters: with some it is asked for all, and what does not pass is left out.
        found = self.vectors.search(vector, self.depth if self.asked.filters is None else len(self.asked.corpus))
        return [(key, value) for key, value in found if self.asked.passes(key)][: self.depth]


class _Asked:
    """A theme asked of a corpus: what its searches share."""

    def __init__(
        self, said: Sequence[str], query: dict[str, float], corpus: Corpus, index: Index, filters: Filters | None
    ) -> None:
        self.said, self.query, self.corpus, self.index, self.filters = said, query, corpus, index, filters
        self.idf = _idf_of(index)
        self.stems_of = cache(self._stems_of)

    def search(self, query: Mapping[str, float], k: int) -> list[tuple[str, float]]:
        return self.index.search(query, k, self.filters) if self.filters else self.index.search(query, k)

    def looked_at(self, ranked: Ranking) -> list[tuple[str, float]]:
        return second_look(ranked, self.query, pairs(self.said, self.query), self.stems_of, self.idf)

    def fed_back(self, ranked: Ranking, depth: int) -> list[tuple[str, float]]:
        return self.search(expanded(self.query, ranked, self.corpus, self.index), depth) if ranked else []

    def passes(self, key: str) -> bool:
        return key in self.corpus.entries and (self.filters is None or passes(self.corpus[key], self.filters))

    def likeness(self) -> Callable[[str, str], float]:
        weights = cache(lambda key: weighed(self.stems_of(key)[1], self.idf))
        return lambda one, other: cosine(weights(one), weights(other))

    def _stems_of(self, key: str) -> tuple[list[str], list[str]]:
        """The stems of an entry's title, and of title and abstract."""
        entry = self.corpus[key]
        title = stems(entry.title)
        return title, title + stems(entry.abstract)


def passes(entry: Entry, filters: Filters) -> bool:
    """Whether an entry is what filters ask for, as the index would decide it."""
    names = " ".join(f"{author.family} {author.given}" for author in entry.authors)
    first, last = filters.years or (None, None)
    return (
        (filters.keys is None or entry.key in filters.keys)
        and (filters.years is None or entry.year is not None)
        and (first is None or entry.year is None or first <= entry.year)
        and (last is None or entry.year is None or entry.year <= last)
        and _has_words(filters.venue, entry.venue or "")
        and _has_words(filters.author, names)
    )


def _has_words(wanted: str | None, text: str) -> bool:
    if wanted is None:
        return True
    words = set(fold(wanted).split())
    return bool(words) and words <= set(fold(text).split())


def share(weights: dict[str, float], terms: set[str]) -> float:
    """The share of the theme's weight that a set of stems carries, from 0 to 1."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0
