"""The drafter that asks a model: one call for the plan, one for each group.

The model sees short opaque keys (`P1`, `P2` …, by rank) and never a citation key: one field less to get wrong. An
answer that cannot be read is told to the model once; after that the plan or group falls back to the extractive
drafter, and the draft says so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from writer.draft import Group, LeftOut, Place, Plan, Problem, Usage
from writer.drafting.drafter import Brief, Planned, Written
from writer.drafting.extractive import ExtractiveDrafter
from writer.drafting.parse import PLAN_SCHEMA, WRITE_SCHEMA, read_group, read_plan, salvage_group
from writer.drafting.prompts import Prompts, Rendered
from writer.drafting.subject import subject_of
from writer.entry import Entry
from writer.errors import AnswerError, ContextOverflow
from writer.models.base import Completion, Message, Model, Request
from writer.models.budget import count
from writer.text import sentences, stems

_SENTENCES_SHOWN = 3
"""How many sentences of each abstract the plan call sees."""
_CUT = frozenset({"length", "dropped"})
"""Finish reasons of an answer that may lack its end: out of tokens, or the stream broke off."""


@dataclass(frozen=True)
class _Answer:
    """An answer that was read, and all it took to get it; `cut` when it was only salvaged."""

    value: Any
    notes: tuple[str, ...]
    usage: Usage
    cut: bool = False


class ModelDrafter:
    """See the module's docstring. `count_tokens` measures prompts, in tokens, for packing."""

    def __init__(self, model: Model, prompts: Prompts, count_tokens: Callable[[str], int] | None = None) -> None:
        self.name = model.id
        self._model = model
        self._prompts = prompts
        self._count = count_tokens or (lambda text: count(text, model.id).tokens)

    def plan(self, brief: Brief) -> Planned:
        """Ask for groups; entries that did not fit the model's context are left out and listed."""
        keys = _short_keys(brief)
        papers = [_for_plan(short, brief.corpus[key], brief) for short, key in keys.items()]
        shared = {"theme": brief.theme, "max_groups": brief.settings.max_groups}
        prompt, shown = self._packed("plan", papers, brief, shared)
        given = {short: key for short, key in keys.items() if short in shown}
        unseen = tuple(LeftOut(key, _UNFIT) for short, key in keys.items() if short not in shown)
        try:
            answer = self._ask(
                prompt, PLAN_SCHEMA, brief, lambda text: read_plan(text, given, brief.settings.max_groups)
            )
        except AnswerError as error:
            fallback = ExtractiveDrafter().plan(brief)
            problem = _malformed(Place(0), f"the plan could not be read ({error.message}); grouped without the model")
            return Planned(fallback.plan, _usage_of(error), (problem,))
        plan: Plan = answer.value
        problems = tuple(_malformed(Place(0), note) for note in answer.notes)
        return Planned(replace(plan, left_out=(*plan.left_out, *unseen)), answer.usage, problems)

    def write(self, brief: Brief, plan: Plan, at: int) -> Written:
        """Ask for the sentences of one group. What the model names beyond what it saw stays in, for the checker."""
        group = plan.groups[at]
        keys = _short_keys(brief)
        papers = [_for_write(short, brief.corpus[key]) for short, key in keys.items() if key in group.keys]
        total = sum(len(other.keys) for other in plan.groups)
        shared = {
            "theme": brief.theme,
            "heading": group.heading,
            "angle": group.angle,
            "others": [other.heading for number, other in enumerate(plan.groups) if number != at],
            "words": max(60, round(brief.settings.words * len(group.keys) / total / 10) * 10),
        }
        prompt, shown_short = self._packed("write", papers, brief, shared)
        shown = tuple(keys[short] for short in shown_short)
        problems = [
            _malformed(Place(at), f"{key} was planned here but {_UNFIT}") for key in group.keys if key not in shown
        ]
        try:
            answer = self._ask(prompt, WRITE_SCHEMA, brief, lambda text: read_group(text, keys), keys)
        except AnswerError as error:
            written = ExtractiveDrafter().write(brief, _without_angles(plan), at)
            problem = _malformed(
                Place(at), f"the answer could not be read ({error.message}); drafted without the model"
            )
            return Written(written.group, _usage_of(error), (*problems, problem))
        problems += [_malformed(Place(at), note) for note in answer.notes]
        if answer.cut:
            problems.append(Problem("truncated", Place(at), "the answer was cut off; its whole sentences are kept"))
        return Written(Group(group.heading, answer.value, shown), answer.usage, tuple(problems))

    def _packed(
        self, name: str, papers: list[dict[str, Any]], brief: Brief, shared: dict[str, Any]
    ) -> tuple[Rendered, tuple[str, ...]]:
        """The prompt with as many papers, by rank, as leave room for the answer; and the keys it shows."""
        room = brief.settings.context - brief.settings.max_tokens
        shown = list(papers)
        while True:
            prompt = self._prompts.render(name, papers=shown, **shared)
            if len(shown) <= 1 or self._count(prompt.system + prompt.user) <= room:
                return prompt, tuple(str(paper["key"]) for paper in shown)
            shown.pop()

    def _ask(
        self,
        prompt: Rendered,
        schema: dict[str, object],
        brief: Brief,
        read: Callable[[str], tuple[Any, list[str]]],
        salvage: dict[str, str] | None = None,
    ) -> _Answer:
        """Ask, and once again with what was wrong. Raises AnswerError with the usage of both as `usage`."""
        messages = tuple(
            message for message in (Message("system", prompt.system), Message("user", prompt.user)) if message.content
        )
        usage, failure = Usage(), ""
        for last in (False, True):
            try:
                completion = self._complete(prompt.name, messages, schema, brief)
            except AnswerError as error:  # the model declined
                raise _spent(error, usage + _usage_of(error)) from error
            except ContextOverflow as error:
                if not last:
                    raise
                # The prompt alone did fit: only what was wrong with the answer could not be told.
                raise _spent(AnswerError(failure), usage) from error
            usage += completion.usage
            cut = completion.finish_reason in _CUT
            try:
                value, notes = read(completion.text)
                return _Answer(value, tuple(notes), usage)
            except AnswerError as error:
                # A longer answer would be cut again, while a broken stream is worth another call.
                if salvage is not None and cut and (last or completion.finish_reason == "length"):
                    with contextlib.suppress(AnswerError):
                        value, notes = salvage_group(completion.text, salvage)
                        return _Answer(value, tuple(notes), usage, cut=True)
                failure = "it was cut off" if cut else error.message
                if last:
                    raise _spent(AnswerError(failure, answer=completion.text), usage) from error
                told = self._prompts.render("again", failure=failure)
                messages = (*messages, Message("assistant", completion.text), Message("user", told.user))
        raise AssertionError("unreachable")

    def _complete(
        self, name: str, messages: tuple[Message, ...], schema: dict[str, object], brief: Brief
    ) -> Completion:
        settings = brief.settings
        return self._model.complete(
            Request(
                prompt=name,
                messages=messages,
                max_tokens=settings.max_tokens,
                temperature=settings.temperature,
                seed=settings.seed,
                schema=schema,
                schema_name=name,
            )
        )


_UNFIT = "did not fit the model's context"


def _short_keys(brief: Brief) -> dict[str, str]:
    """`P1`, `P2` … by rank, and the citation keys they stand for; the same in every call of a draft."""
    return {f"P{hit.rank}": hit.key for hit in brief.hits}


def _for_plan(short: str, entry: Entry, brief: Brief) -> dict[str, Any]:
    """What the plan call sees of an entry: the sentences nearest to the theme, in their order."""

    def share(text: str) -> float:
        terms = set(stems(text))
        return sum(weight for term, weight in brief.weights.items() if term in terms)

    spans = sentences(entry.abstract)
    nearest = sorted(range(len(spans)), key=lambda at: (-share(spans[at].text), at))[:_SENTENCES_SHOWN]
    shown = [spans[at].text for at in sorted(nearest)]
    return {"key": short, "title": entry.title, "year": entry.year, "sentences": shown}


def _for_write(short: str, entry: Entry) -> dict[str, Any]:
    who = subject_of(entry).text if entry.authors else ""
    return {"key": short, "title": entry.title, "who": who, "year": entry.year, "abstract": entry.abstract}


def _without_angles(plan: Plan) -> Plan:
    """The plan as the extractive drafter can take it: its sentences are never to say what a model made up."""
    return replace(plan, groups=tuple(replace(group, angle="") for group in plan.groups))


def _malformed(place: Place, detail: str) -> Problem:
    return Problem("malformed", place, detail)


def _spent(error: AnswerError, usage: Usage) -> AnswerError:
    # The tokens of an answer that could not be used were spent all the same.
    error.usage = usage
    return error


def _usage_of(error: AnswerError) -> Usage:
    return error.usage or Usage()
