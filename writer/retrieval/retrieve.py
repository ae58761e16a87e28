"""From a theme to ranked hits, and the judgement that a corpus holds nothing on it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from writer.draft import Hit
from writer.entry import Corpus
from writer.retrieval.feedback import expanded
from writer.retrieval.index import Index
from writer.text import sentences, stems

FLOOR = 0.48
"""Least closeness of a theme to a corpus that is taken for "something is here".

Measured over the 236 entries of the seed documents with 38 themes of their field and 40 of others (medicine,
physics, systems …): no theme of the field fell below .49, and one of the others ("compiler optimization
techniques", words that the field uses too) came above .46.
"""
_LOOKED_AT = 10
_MAX_TERMS = 40


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The hits for a theme, best first, and how close the corpus comes to it (0 to 1)."""

    hits: tuple[Hit, ...]
    closeness: float
    unknown_terms: tuple[str, ...]
    """Stems of the theme that no entry has."""

    @property
    def nothing(self) -> bool:
        """Whether the corpus holds nothing on the theme."""
        return self.closeness < FLOOR


def term_weights(theme: str, index: Index) -> dict[str, float]:
    """The telling terms of a theme (stems) with their inverse document frequency, most telling kept.

    The formula is BM25's (Robertson and Zaragoza, *The Probabilistic Relevance Framework*, 2009, section 3.1),
    the one the index ranks with. Of a long theme the heaviest known terms are kept.
    """
    total = len(index)
    weights = {}
    for term in dict.fromkeys(stems(theme)):
        frequency = index.document_frequency(term)
        weights[term] = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
    if len(weights) <= _MAX_TERMS:
        return weights
    known = [term for term in weights if index.document_frequency(term)]
    kept = set(sorted(known, key=lambda term: (-weights[term], term))[:_MAX_TERMS])
    return {term: weight for term, weight in weights.items() if term in kept}


def retrieve(theme: str, corpus: Corpus, index: Index, k: int, *, feedback: bool = False) -> Retrieval:
    """The `k` best entries for a theme, and whether the corpus holds anything on it.

    Closeness is the share of the theme's weight that the best hits carry: the mean of the best share within one
    entry and the best share within one sentence, over the first ten hits. Words alone are not enough; a theme
    whose words are scattered over a long abstract is not what the abstract is about. With `feedback` the hits are
    ranked once more with the terms of the best ones.
    """
    weights = term_weights(theme, index)
    times = Counter(stems(theme))
    query = {term: float(times[term]) for term in weights}
    # Whether there is anything, and what the best entries add, must not depend on how many hits are asked for.
    ranked = index.search(query, max(k, _LOOKED_AT))
    closest = max((_closeness(weights, corpus, key) for key, _ in ranked[:_LOOKED_AT]), default=0.0)
    if feedback and ranked:
        ranked = index.search(expanded(query, ranked, corpus, index), k)
    hits = tuple(Hit(key, rank, score, lexical=score) for rank, (key, score) in enumerate(ranked[:k], start=1))
    unknown = tuple(term for term in weights if index.document_frequency(term) == 0)
    return Retrieval(hits, closest, unknown)


def _closeness(weights: dict[str, float], corpus: Corpus, key: str) -> float:
    entry = corpus[key]
    spans = [entry.title, *(span.text for span in sentences(entry.abstract))]
    found = [set(stems(span)) for span in spans]
    whole = share(weights, set().union(*found))
    return (whole + max(share(weights, terms) for terms in found)) / 2


def share(weights: dict[str, float], terms: set[str]) -> float:
    """The share of the theme's weight that a set of stems carries, from 0 to 1."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0
