"""Pseudo-relevance feedback: what the first hits say joins the query, in words or as a vector.

Words: RM3 (Abdul-Jaleel et al., *UMass at TREC 2004: Novelty and HARD*, section 2), a relevance model from the best
documents mixed with the query. On six themes over 236 entries it raised the share of relevant entries among the first
14 from .71 to .79; over a mixed bench of 559 queries it left recall at 50 as it was (.79, .78) and cost .04 nDCG at
10, most on single claims. So it orders what a draft tells and is not part of plain search.

Vectors: Rocchio's formula without its negative part (Manning, Raghavan and Schütze, 2008, section 9.1.1), on the hits
that words and vectors together like best. Fused with words it leaves the bench as it is (R@50 .84 and nDCG@10 .63 with
and without), and brings the share of central entries among the first 30 on the six themes from .93 to .97. So it is
part of every search with vectors.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from writer.entry import Corpus
from writer.retrieval.index import Index
from writer.text import stems

if TYPE_CHECKING:
    from numpy.typing import NDArray

DOCUMENTS = 8
TERMS = 30
ORIGINAL = 0.6
"""Weight of the query's own terms; the rest goes to the terms of the first hits."""
_TOO_COMMON = 0.25
"""Terms of more than this share of the corpus tell nothing."""
NEIGHBOURS = 3
TOWARDS = 0.6
"""What the mean of the neighbours weighs beside the query's vector (beta, where alpha is 1)."""


def expanded(
    query: Mapping[str, float], ranked: Sequence[tuple[str, float]], corpus: Corpus, index: Index
) -> dict[str, float]:
    """The query's weights mixed with those of the best entries' telling terms."""
    best = ranked[:DOCUMENTS]
    total = sum(score for _, score in best) or 1.0
    model: dict[str, float] = defaultdict(float)
    for key, score in best:
        counts = Counter(stems(corpus[key].text))
        length = sum(counts.values())
        for term, times in counts.items():
            if 2 <= index.document_frequency(term) <= _TOO_COMMON * len(index):
                model[term] += score / total * times / length
    size = len(index)

    def telling(term: str) -> float:
        return model[term] * math.log(size / index.document_frequency(term))

    chosen = sorted(model, key=lambda term: (-round(telling(term), 12), term))[:TERMS]
    mass, own = sum(model[term] for term in chosen) or 1.0, sum(query.values()) or 1.0
    mixed = {term: ORIGINAL * weight / own for term, weight in query.items()}
    for term in chosen:
        mixed[term] = mixed.get(term, 0.0) + (1 - ORIGINAL) * model[term] / mass
    return mixed


def moved(query: NDArray[Any], neighbours: NDArray[Any]) -> NDArray[Any]:
    """A query's vector drawn towards those of its first hits (one row each), of unit length."""
    towards = query + TOWARDS * neighbours.mean(axis=0)
    length = float(towards @ towards) ** 0.5
    result: NDArray[Any] = towards / length if length else query
    return result
