"""The drafter that asks a model: one call for the plan, one for each group, one for each group that must be mended.

The model sees short opaque keys (`P1`, `P2` …, by rank) and never a citation key: one field less to get wrong. An
answer that was cut keeps its whole sentences and is asked for the rest. One that cannot be read is told to the model
once; then a group is asked for in two halves, and what still cannot be had of it is drafted without the model, and the
draft says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from writer.draft import Draft, Group, LeftOut, Place, Plan, PlanGroup, Problem, Sentence, Usage
from writer.drafting.asking import Answer, Reader, ask, opening, usage_of
from writer.drafting.drafter import Brief, Planned, Repaired, Replacement, Written
from writer.drafting.extractive import ExtractiveDrafter
from writer.drafting.parse import (
    PLAN_SCHEMA,
    REPAIR_SCHEMA,
    WRITE_SCHEMA,
    read_group,
    read_plan,
    read_repairs,
    read_rest,
    salvage_group,
    whole_sentences,
)
from writer.drafting.prompts import Prompts, Rendered
from writer.drafting.showing import (
    failing,
    for_plan,
    for_repair,
    for_write,
    key_letter,
    repair_keys,
    short_keys,
)
from writer.errors import AnswerError, ContextOverflow
from writer.models.base import Message, Model
from writer.models.budget import count
from writer.text import stems

T = TypeVar("T")
Paragraphs = tuple[tuple[Sentence, ...], ...]
_UNFIT = "did not fit the model's context"


class ModelDrafter:
    """See the module's docstring. `count_tokens` measures prompts, in tokens, for packing."""

    def __init__(self, model: Model, prompts: Prompts, count_tokens: Callable[[str], int] | None = None) -> None:
        self.name = model.id
        self._model = model
        self._prompts = prompts
        self._count = count_tokens or (lambda text: count(text, model.id).tokens)

    # Planning

    def plan(self, brief: Brief) -> Planned:
        """Ask for groups; entries that did not fit the model's context are left out and listed."""
        settings = brief.settings
        keys = short_keys(brief)
        most = 1 if settings.group_by == "none" else settings.max_groups
        papers = [for_plan(short, brief.corpus[key], brief) for short, key in keys.items()]
        shared = {**_told_to_all(brief), "max_groups": most, "group_by": settings.group_by}
        prompt, shown = self._packed("plan", papers, brief, shared)
        given = {short: key for short, key in keys.items() if short in shown}
        unseen = tuple(LeftOut(key, _UNFIT) for short, key in keys.items() if short not in shown)
        try:
            answer = self._ask(prompt, PLAN_SCHEMA, brief, lambda text: read_plan(text, given, most))
        except AnswerError as error:
            fallback = ExtractiveDrafter().plan(brief)
            problem = _malformed(Place(0), f"the plan could not be read ({error.message}); grouped without the model")
            return Planned(fallback.plan, usage_of(error), (problem,))
        plan = replace(answer.value, left_out=(*answer.value.left_out, *unseen))
        problems = tuple(_malformed(Place(0), note) for note in answer.notes)
        return Planned(_with_all_that_must(plan, brief), answer.usage, problems)

    # Writing

    def write(self, brief: Brief, plan: Plan, at: int) -> Written:
        """Ask for the sentences of one group. What the model names beyond what it saw stays in, for the checker."""
        group = plan.groups[at]
        try:
            return self._written(brief, plan, at)
        except AnswerError as error:
            written, usage = self._pieces(brief, plan, at, error), usage_of(error)
            paragraphs = tuple(paragraph for part in written for paragraph in part.group.paragraphs)
            shown = tuple(dict.fromkeys(key for part in written for key in part.group.shown))
            usage = sum((part.usage for part in written), start=usage)
            problems = tuple(problem for part in written for problem in part.problems)
            return Written(Group(group.heading, paragraphs, shown), usage, problems)

    def _pieces(self, brief: Brief, plan: Plan, at: int, error: AnswerError) -> list[Written]:
        """The group in two halves, each of its own call; without the model where that fails, or there is one entry."""
        keys = plan.groups[at].keys
        if len(keys) < 2:
            return [_without_model(brief, plan, at, error)]
        middle = (len(keys) + 1) // 2
        made = []
        for part in (_only(plan, at, keys[:middle]), _only(plan, at, keys[middle:])):
            try:
                made.append(self._written(brief, part, at, again=False))
            except AnswerError as failed:
                made.append(replace(_without_model(brief, part, at, failed), usage=usage_of(failed)))
        return made

    def _written(self, brief: Brief, plan: Plan, at: int, *, again: bool = True) -> Written:
        """The group as the model writes it. Raises AnswerError where the answer cannot be read."""
        group = plan.groups[at]
        keys = short_keys(brief)
        prompt, shown_short = self._write_prompt(brief, plan, at)
        answer = self._ask(
            prompt,
            WRITE_SCHEMA,
            brief,
            lambda text: read_group(text, keys),
            lambda text: salvage_group(text, keys),
            again=again,
        )
        shown = tuple(keys[short] for short in shown_short)
        told = [f"{key} was planned here but {_UNFIT}" for key in group.keys if key not in shown]
        problems = [_malformed(Place(at), note) for note in (*told, *answer.notes)]
        if not answer.cut:
            return Written(Group(group.heading, answer.value, shown), answer.usage, tuple(problems))
        paragraphs, usage, notes, whole = self._continued(brief, prompt, answer, keys)
        problems += [_malformed(Place(at), note) for note in notes]
        if not whole:
            problems.append(Problem("truncated", Place(at), "the answer was cut off; its whole sentences are kept"))
        return Written(Group(group.heading, paragraphs, shown), usage, tuple(problems))

    def _write_prompt(self, brief: Brief, plan: Plan, at: int) -> tuple[Rendered, tuple[str, ...]]:
        group = plan.groups[at]
        total = sum(len(other.keys) for other in plan.groups)
        keys = short_keys(brief)
        papers = [for_write(short, brief.corpus[key]) for short, key in keys.items() if key in group.keys]
        shared = {
            **_told_to_all(brief, group.keys),
            "heading": group.heading,
            "angle": group.angle,
            "others": [other.heading for number, other in enumerate(plan.groups) if number != at],
            "words": max(60, round(brief.settings.words * len(group.keys) / total / 10) * 10),
        }
        return self._packed("write", papers, brief, shared)

    def _continued(
        self, brief: Brief, prompt: Rendered, cut: Answer[Paragraphs], keys: dict[str, str]
    ) -> tuple[Paragraphs, Usage, tuple[str, ...], bool]:
        """A cut answer with the rest of it, the usage and notes of both, and whether it is whole now.

        The model sees its own whole sentences as what it said, so that the beginning of the call stays the same.
        """
        kept = whole_sentences(cut.text)
        said = json.dumps({"paragraphs": [{"sentences": kept}]}, ensure_ascii=False)
        more = self._prompts.render("continue", kept=len(kept))
        try:
            rest = self._ask(
                more,
                WRITE_SCHEMA,
                brief,
                lambda text: read_rest(text, keys),
                lambda text: salvage_group(text, keys),
                before=(*opening(prompt), Message("assistant", said)),
                again=False,
            )
        except AnswerError as error:
            return cut.value, cut.usage + usage_of(error), (), False
        except ContextOverflow:
            return cut.value, cut.usage, (), False
        return _joined(cut.value, rest.value), cut.usage + rest.usage, rest.notes, not rest.cut

    # Mending

    def repair(self, brief: Brief, draft: Draft, at: int) -> Repaired:
        """Ask once for the failing sentences of a group; those that do not fit the context are noted."""
        places = failing(draft, at)
        room = brief.settings.context - brief.settings.max_tokens
        asked = list(places)
        while True:
            prompt, keys = self._repair_prompt(brief, draft, at, asked)
            if self._count(prompt.system + prompt.user) <= room:
                break
            asked.pop()
            if not asked:
                return Repaired(notes=(f"{len(places)} failing sentences {_UNFIT}",))
        numbers = dict(enumerate(asked, start=1))
        notes = [f"{len(places) - len(asked)} failing sentences {_UNFIT}"] if len(asked) < len(places) else []
        try:
            answer = self._ask(prompt, REPAIR_SCHEMA, brief, lambda text: read_repairs(text, keys, numbers))
        except AnswerError as error:
            return Repaired(usage=usage_of(error), notes=(*notes, f"it could not be read ({error.message})"))
        except ContextOverflow as error:
            return Repaired(notes=(*notes, error.message))
        replacements = tuple(
            Replacement(place.paragraph, place.sentence, answer.value[number])
            for number, place in numbers.items()
            if number in answer.value
        )
        return Repaired(replacements, tuple(keys.values()), answer.usage, (*notes, *answer.notes))

    def _repair_prompt(
        self, brief: Brief, draft: Draft, at: int, places: Sequence[Place]
    ) -> tuple[Rendered, dict[str, str]]:
        keys = repair_keys(brief, draft, places)
        sentences = [
            for_repair(number, draft, place, keys, brief.corpus) for number, place in enumerate(places, start=1)
        ]
        papers = [for_write(short, brief.corpus[key]) for short, key in keys.items()]
        prompt = self._prompts.render(
            "repair",
            theme=brief.theme,
            heading=draft.groups[at].heading,
            letter=key_letter(brief.corpus),
            language=brief.settings.language,
            failing=sentences,
            papers=papers,
        )
        return prompt, keys

    # Asking

    def _packed(
        self, name: str, papers: list[dict[str, Any]], brief: Brief, shared: dict[str, Any]
    ) -> tuple[Rendered, tuple[str, ...]]:
        """The prompt with as many papers, by rank, as leave room for the answer; and the keys it shows.

        What must be cited stays to the last.
        """
        room = brief.settings.context - brief.settings.max_tokens
        shown = list(papers)
        while True:
            prompt = self._prompts.render(name, papers=shown, **shared)
            if len(shown) <= 1 or self._count(prompt.system + prompt.user) <= room:
                return prompt, tuple(str(paper["key"]) for paper in shown)
            may_go = [at for at, paper in enumerate(shown) if paper["key"] not in shared["must_cite"]]
            shown.pop(may_go[-1] if may_go else -1)

    def _ask(
        self,
        prompt: Rendered,
        schema: dict[str, object],
        brief: Brief,
        read: Reader[T],
        salvage: Reader[T] | None = None,
        *,
        before: tuple[Message, ...] = (),
        again: bool = True,
    ) -> Answer[T]:
        return ask(
            prompt,
            schema,
            read,
            model=self._model,
            prompts=self._prompts,
            settings=brief.settings,
            salvage=salvage,
            before=before,
            again=again,
        )


def _told_to_all(brief: Brief, keys: Sequence[str] | None = None) -> dict[str, Any]:
    """What the calls that plan and write are given alike; `keys` are those of the group, where it is one."""
    must = [
        short
        for short, key in short_keys(brief).items()
        if key in brief.settings.must_cite and (keys is None or key in keys)
    ]
    return {
        "theme": brief.theme,
        "letter": key_letter(brief.corpus),
        "own_abstract": brief.settings.own_abstract,
        "language": brief.settings.language,
        "must_cite": must,
    }


def _with_all_that_must(plan: Plan, brief: Brief) -> Plan:
    """The plan with the entries that must be cited and that it left out, each in the group with most words of it."""
    missing = [left.key for left in plan.left_out if left.key in brief.settings.must_cite]
    groups = list(plan.groups)
    for key in missing:
        own = set(stems(brief.corpus[key].text))

        def shared(group: PlanGroup, own: set[str] = own) -> float:
            return sum(len(own & set(stems(brief.corpus[other].text))) for other in group.keys) / len(group.keys)

        nearest = max(range(len(groups)), key=lambda at: (shared(groups[at]), -at))
        groups[nearest] = replace(groups[nearest], keys=(*groups[nearest].keys, key))
    return Plan(tuple(groups), tuple(left for left in plan.left_out if left.key not in missing))


def _joined(kept: Paragraphs, rest: Paragraphs) -> Paragraphs:
    """What was kept and what follows on it, in the paragraph that was cut; a sentence told again is told once."""
    told = {sentence.text for paragraph in kept for sentence in paragraph}
    fresh = [tuple(sentence for sentence in paragraph if sentence.text not in told) for paragraph in rest]
    if not fresh:
        return kept
    return (*kept[:-1], (*kept[-1], *fresh[0]), *(paragraph for paragraph in fresh[1:] if paragraph))


def _only(plan: Plan, at: int, keys: tuple[str, ...]) -> Plan:
    """The plan with these keys alone in group `at`."""
    groups = list(plan.groups)
    groups[at] = replace(groups[at], keys=keys)
    return replace(plan, groups=tuple(groups))


def _without_model(brief: Brief, plan: Plan, at: int, error: AnswerError) -> Written:
    """The group from the abstracts alone, with a note; where they give no sentence, there is none, and a problem."""
    # Its sentences are never to say what a model made up.
    bare = replace(plan, groups=tuple(replace(group, angle="") for group in plan.groups))
    written = ExtractiveDrafter().write(brief, bare, at)
    paragraphs = tuple(paragraph for paragraph in written.group.paragraphs if paragraph)
    keys = ", ".join(plan.groups[at].keys)
    done = "drafted without the model" if paragraphs else "not told at all, as no sentence can be taken from it"
    problem = _malformed(Place(at), f"the answer could not be read ({error.message}); {keys}: {done}")
    return Written(replace(written.group, paragraphs=paragraphs), problems=(problem,))


def _malformed(place: Place, detail: str) -> Problem:
    return Problem("malformed", place, detail)
