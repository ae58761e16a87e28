"""The first hits ranked anew by a model that sees the whole list at once.

Listwise, as in Sun et al., *Is ChatGPT Good at Search? Investigating Large Language Models as Re-Ranking Agents*
(2023). A model prefers what stands at some places of a list (Wang et al., *Large Language Models are not Fair
Evaluators*, 2023), so it is asked twice, the second time with the list turned round, and the ranks are averaged.
Keys are numbered by the place in the list shown: they must not tell the second time what stood first.

Nothing is dropped here: every hit that came goes out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from writer.draft import Hit, Usage
from writer.drafting.asking import ask, nearest_sentences, usage_of
from writer.drafting.parse import read_object
from writer.drafting.prompts import Prompts, Rendered
from writer.entry import Corpus, Entry
from writer.errors import AnswerError, ContextOverflow
from writer.models.base import Model
from writer.models.budget import count
from writer.settings import Settings

DEPTH = 60
"""How many of the hits are ranked anew."""
_SENTENCES_SHOWN = 2
_NAMED = 6
"""How many keys a note names."""
_SHOWN_LENGTH = 40
"""Characters that a note shows of a key nobody knows."""

RERANK_SCHEMA: dict[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["order"],
    "properties": {"order": {"type": "array", "items": {"type": "string", "maxLength": 12}}},
}


@dataclass(frozen=True, slots=True)
class Reranked:
    """All hits in their new order, what it took, and notes on what in the answers was not usable.

    `rank` and `score` are those of the new place: the scores of the list, best first, so that they still fall from
    hit to hit. `lexical` and `dense` stay what the entry itself got.
    """

    hits: tuple[Hit, ...]
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ranking:
    """What one call made of the list: positions among the hits, best first; empty where the answer was of no use."""

    order: tuple[int, ...]
    usage: Usage
    notes: tuple[str, ...]


def rerank(
    theme: str,
    hits: Sequence[Hit],
    corpus: Corpus,
    weights: Mapping[str, float],
    model: Model,
    prompts: Prompts,
    settings: Settings,
    depth: int = DEPTH,
    *,
    count_tokens: Callable[[str], int] | None = None,
    jobs: int = 2,
) -> Reranked:
    """The hits with the first `depth` of them in the order that a model gives them.

    `weights` are those of the theme's terms (stems), to show of each entry what comes nearest. Hits that do not fit
    the model's context keep their places behind the others. Where an answer cannot be used, the other one decides;
    where neither can, the order stays as it was; the notes say so. Raises what the server raises. `count_tokens`
    measures prompts, in tokens; `jobs` calls run side by side.
    """
    tokens = count_tokens or (lambda text: count(text, model.id).tokens)
    papers = [_paper(corpus[hit.key], weights) for hit in hits[:depth]]
    room = settings.context - settings.max_tokens
    if len(papers) < 2:
        return Reranked(tuple(hits))

    def listed(order: Sequence[int]) -> Rendered:
        shown = [{"key": short, **papers[at]} for short, at in zip(_short_keys(len(order)), order, strict=True)]
        return prompts.render("rerank", theme=theme, papers=shown)

    def size(many: int) -> int:
        # Both ways round: the same words, but a tokenizer need not count them the same.
        both = (listed(range(many)), listed(range(many)[::-1]))
        return max(tokens(prompt.system + prompt.user) for prompt in both)

    fitting = len(papers) if size(len(papers)) <= room else bisect_right(range(1, len(papers)), room, key=size)
    notes = _unfit(hits[:depth], fitting)
    if fitting < 2:
        return Reranked(tuple(hits), notes=tuple(notes))

    def ranked(order: Sequence[int]) -> _Ranking:
        return _ranked(hits, order, listed(order), model, prompts, settings)

    orders = (range(fitting), range(fitting)[::-1])
    with ThreadPoolExecutor(max_workers=max(1, min(jobs, len(orders)))) as pool:
        first, second = pool.map(ranked, orders)
    notes += [f"asked with the best first: {note}" for note in first.notes]
    notes += [f"asked with the best last: {note}" for note in second.notes]
    notes.append(_agreement(first.order, second.order))
    order = joined([ranking.order for ranking in (first, second) if ranking.order], fitting)
    return Reranked(_in_order(hits, order), first.usage + second.usage, tuple(notes))


def joined(rankings: Sequence[Sequence[int]], size: int) -> list[int]:
    """The positions 0 … `size` - 1 by the average of their ranks; ties, and without any ranking all, stay in order.

    A position that a ranking lacks counts as ranked by it behind the others, in the old order; one that all of them
    lack comes behind those that some have.

    >>> joined([[2, 0, 1], [2, 1]], 4)
    [2, 0, 1, 3]
    """
    total = [0] * size
    for ranking in rankings:
        named = set(ranking)
        for rank, at in enumerate([*ranking, *(at for at in range(size) if at not in named)]):
            total[at] += rank
    named = {at for ranking in rankings for at in ranking}
    return sorted(range(size), key=lambda at: (at not in named, total[at], at))


def swapped(one: Sequence[int], other: Sequence[int]) -> float | None:
    """The share of pairs that two rankings order differently, 0 to 1, or None where they share no pair.

    Kendall's tau (*A New Measure of Rank Correlation*, 1938) is 1 minus twice this share.

    >>> swapped([0, 1, 2], [2, 0, 1])
    0.6666666666666666
    """
    place = {at: rank for rank, at in enumerate(other)}
    shared = [place[at] for at in one if at in place]
    pairs = len(shared) * (len(shared) - 1) // 2
    turned = sum(left > right for number, left in enumerate(shared) for right in shared[number + 1 :])
    return turned / pairs if pairs else None


def read_order(text: str, keys: Mapping[str, str]) -> tuple[tuple[str, ...], list[str]]:
    """The citation keys in the order of an answer, each once, and notes on what else it named or forgot.

    `keys` maps the short keys of the prompt to citation keys. A list may come as one string ("P3 > P1"), and keys in
    brackets. Raises AnswerError for an answer of another shape, and for one without a key that was given.
    """
    items = read_object(text, "order")["order"]
    items = [items] if isinstance(items, str) else items
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise AnswerError("'order' is not a list of strings", answer=text)
    parts = (" ".join(part.split()).strip("[]()@ ") for item in items for part in re.split(r"[,;>\n]", item))
    named = Counter(part for part in parts if part)  # in the order of their first places
    order = tuple(keys[key] for key in named if key in keys)
    if not order:
        raise AnswerError("'order' names none of the keys that were given", answer=text)
    unknown = [repr(key[:_SHOWN_LENGTH]) for key in named if key not in keys]
    doubled = [keys[key] for key, times in named.items() if times > 1 and key in keys]
    forgotten = [citation_key for key, citation_key in keys.items() if key not in named]
    notes = []
    if unknown:
        notes.append(f"it ranks what was not given: {_some(unknown)}")
    if doubled:
        notes.append(f"it ranks some twice, and their first place counts: {_some(doubled)}")
    if forgotten:
        notes.append(f"it forgets {len(forgotten)} of {len(keys)}, which come behind the others: {_some(forgotten)}")
    return order, notes


def _ranked(
    hits: Sequence[Hit], order: Sequence[int], prompt: Rendered, model: Model, prompts: Prompts, settings: Settings
) -> _Ranking:
    """Ask for the ranking of the list that `prompt` shows: the hits at the positions of `order`."""
    keys = {short: hits[at].key for short, at in zip(_short_keys(len(order)), order, strict=True)}
    try:
        answer = ask(
            prompt,
            RERANK_SCHEMA,
            lambda text: read_order(text, keys),
            model=model,
            prompts=prompts,
            settings=settings,
        )
    except AnswerError as error:
        return _Ranking((), usage_of(error), (f"the answer could not be read ({error.message})",))
    except ContextOverflow as error:
        return _Ranking((), Usage(), (f"the list was not ranked: {error.message}",))
    positions = {hits[at].key: at for at in order}
    return _Ranking(tuple(positions[key] for key in answer.value), answer.usage, answer.notes)


def _unfit(head: Sequence[Hit], fitting: int) -> list[str]:
    """A note where not all of the hits fit; with less than two there is nothing to rank."""
    left = [hit.key for hit in head[fitting if fitting > 1 else 0 :]]
    if not left:
        return []
    kept = "their places behind the others" if fitting > 1 else "their places, as nothing was asked"
    return [f"{len(left)} of {len(head)} entries did not fit the model's context and keep {kept}: {_some(left)}"]


def _in_order(hits: Sequence[Hit], order: Sequence[int]) -> tuple[Hit, ...]:
    """The hits with the first of them in another order; ranks and scores stay with the places."""
    scores = sorted((hit.score for hit in hits), reverse=True)
    moved = [*(hits[at] for at in order), *hits[len(order) :]]
    return tuple(
        replace(hit, rank=rank, score=score) for rank, (hit, score) in enumerate(zip(moved, scores, strict=True), 1)
    )


def _agreement(first: Sequence[int], second: Sequence[int]) -> str:
    if not first and not second:
        return "neither ranking could be used: the old order stays"
    if not first or not second:
        return "one of the two rankings could not be used: the other one decides"
    share = swapped(first, second)
    if share is None:
        return "the two rankings share no pair of entries; their ranks are averaged"
    return (
        f"the two rankings order {share:.0%} of the pairs differently (Kendall's tau {1 - 2 * share:.2f}); "
        "their ranks are averaged"
    )


def _paper(entry: Entry, weights: Mapping[str, float]) -> dict[str, Any]:
    return {"title": entry.title, "sentences": nearest_sentences(entry.abstract, weights, _SENTENCES_SHOWN)}


def _short_keys(many: int) -> list[str]:
    return [f"P{number}" for number in range(1, many + 1)]


def _some(names: Sequence[str]) -> str:
    """The first few of the names, and how many there are besides."""
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
