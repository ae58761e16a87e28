"""What is found for a theme: by words, by meaning where there are vectors, with a model's help where it is asked for.

Both ways of asking a model are off unless the settings name them. `expand` adds its queries to the theme's own;
`rerank` lets it order the first hits. What they took is counted with the draft.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from writer.draft import Hit, Usage
from writer.entry import Corpus
from writer.retrieval import Filters, Index, Retrieval, retrieve, term_weights
from writer.retrieval.fusion import convex
from writer.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from writer.drafting.prompts import Prompts
    from writer.models.base import Model
    from writer.retrieval.retrieve import Vectors

_OWN_WEIGHT = 0.5
"""What the theme's own ranking weighs beside those of all its further queries together."""


@dataclass(frozen=True)
class Meaning:
    """The vectors of a corpus, and what turns a query into one."""

    vectors: Vectors
    embed: Callable[[str], NDArray[Any]]


@dataclass(frozen=True)
class Asked:
    """The model that is asked for queries and for an order, its prompts, and how its tokens are counted."""

    model: Model
    prompts: Prompts
    count_tokens: Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Found:
    """The hits for a theme, what asking for them took, and notes on answers that were of no use."""

    retrieval: Retrieval
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()


def find(
    theme: str,
    corpus: Corpus,
    index: Index,
    k: int,
    settings: Settings,
    *,
    feedback: bool = False,
    filters: Filters | None = None,
    meaning: Meaning | None = None,
    asked: Asked | None = None,
) -> Found:
    """The `k` best entries for a theme.

    With `settings.expand` each further query is searched like the theme, and the rankings are fused (`convex`): the
    theme's own weighs as much as all others together. A theme that the corpus knows only by another name is not
    "nothing". With `settings.rerank` a model orders the first sixty. Raises what the model's server raises.
    """

    def search(query: str, depth: int) -> Retrieval:
        vector = meaning.embed(query) if meaning is not None else None
        vectors = meaning.vectors if meaning is not None else None
        return retrieve(
            query, corpus, index, depth, feedback=feedback, filters=filters, vectors=vectors, query_vector=vector
        )

    depth = k
    if asked is not None and settings.rerank:
        # What asks a model is imported where one is asked: a draft without one starts in half a second.
        from writer.drafting.rerank import DEPTH

        depth = max(k, DEPTH)
    found = Found(search(theme, depth))
    if asked is not None and settings.expand:
        found = _expanded(theme, found.retrieval, asked, settings, lambda query: search(query, depth))
    if asked is not None and settings.rerank and not found.retrieval.nothing:
        found = _reranked(theme, found, corpus, term_weights(theme, index), asked, settings)
    return replace(found, retrieval=replace(found.retrieval, hits=found.retrieval.hits[:k]))


def _expanded(
    theme: str, own: Retrieval, asked: Asked, settings: Settings, search: Callable[[str], Retrieval]
) -> Found:
    from writer.drafting.expand import expand

    further = expand(theme, asked.model, asked.prompts, settings, count_tokens=asked.count_tokens)
    others = [search(query) for query in further.queries]
    if not others:
        return Found(own, further.usage, further.notes)
    rankings = [[(hit.key, hit.score) for hit in found.hits] for found in (own, *others)]
    weights = [_OWN_WEIGHT, *((1 - _OWN_WEIGHT) / len(others) for _ in others)]
    told = {hit.key: hit for found in (*reversed(others), own) for hit in found.hits}
    hits = tuple(
        replace(told[key], rank=rank, score=score)
        for rank, (key, score) in enumerate(convex(rankings, weights), start=1)
    )
    closest = max(own.closeness, *(found.closeness for found in others))
    return Found(replace(own, hits=hits, closeness=closest), further.usage, further.notes)


def _reranked(
    theme: str, found: Found, corpus: Corpus, weights: dict[str, float], asked: Asked, settings: Settings
) -> Found:
    from writer.drafting.rerank import rerank

    ordered = rerank(
        theme,
        found.retrieval.hits,
        corpus,
        weights,
        asked.model,
        asked.prompts,
        settings,
        count_tokens=asked.count_tokens,
    )
    hits: tuple[Hit, ...] = ordered.hits
    return Found(replace(found.retrieval, hits=hits), found.usage + ordered.usage, (*found.notes, *ordered.notes))
