"""Mending what the checker found: bounded rounds over failing sentences, and only what is better is taken.

No prompt and no model here: proposals come from a drafter, the checker decides. Sentences that passed are not shown,
not asked for and not touched, so they stay as they are to the byte; that is measured all the same, as in *Confidence
v.s. Critique* (Yang et al., 2024): the share of right sentences kept right, and of wrong ones made right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial

from writer.checking import check, checked
from writer.checking.kinds import counted
from writer.draft import Attempt, Draft, Group, Place, Problem, Repairs, Sentence
from writer.drafting.drafter import Brief, Drafter, Repaired
from writer.drafting.parallel import side_by_side
from writer.drafting.showing import failing, problems_at, sentence_at
from writer.entry import Corpus

_TOLD_LENGTH = 160
"""Characters of a dropped sentence that its problem repeats."""


def repaired(
    draft: Draft,
    brief: Brief,
    drafter: Drafter,
    *,
    jobs: int = 4,
    progress: Callable[[str], None] = lambda _: None,
) -> Draft:
    """A checked draft mended in at most `max_repairs` rounds, with an account of it in `repairs`.

    Each round asks once for each group with failing sentences, all groups side by side. A group for which a round
    brought no proposal is not asked again. Sentences to be dropped, and with `strict` all that still fail, are taken
    out at the end; their problems stay, with the group as their place. Raises what the drafter raises.
    """
    first, rounds = draft, 0
    notes: list[str] = []
    asked = [at for at in range(len(draft.groups)) if failing(draft, at)]
    for number in range(1, brief.settings.max_repairs + 1):
        if not asked:
            break
        answers = side_by_side([partial(drafter.repair, brief, draft, at) for at in asked], jobs)
        if not any(answer != Repaired() for answer in answers):
            break  # a drafter that has nothing to repair
        rounds = number
        for at, answer in zip(asked, answers, strict=True):
            draft = replace(draft, usage=draft.usage + answer.usage)
            draft = _with_taken(draft, at, answer, number, brief)
            notes += [f"group {at + 1}, round {number}: {note}" for note in answer.notes]
        progress(f"{_mended(first, draft)} of {_wrong(first)} failing sentences mended or dropped")
        asked = [at for at, answer in zip(asked, answers, strict=True) if answer.replacements and failing(draft, at)]
    draft = replace(draft, repairs=_account(first, draft, rounds, tuple(notes)))
    failed = {problem.place for problem in counted(draft.problems)} if brief.settings.strict else set()
    return without(draft, _dropped(draft) | failed)


def without(draft: Draft, places: Collection[Place]) -> Draft:
    """The draft without the sentences at these places, and without paragraphs and groups that have none left.

    The problems of a sentence that goes stay and tell its text; their place is its group, or the whole draft.
    """
    groups: list[Group] = []
    moved: dict[Place, Place] = {}
    for g, group in enumerate(draft.groups):
        paragraphs: list[tuple[Sentence, ...]] = []
        for p, paragraph in enumerate(group.paragraphs):
            kept = [s for s in range(len(paragraph)) if Place(g, p, s) not in places]
            for place, s in enumerate(kept):
                moved[Place(g, p, s)] = Place(len(groups), len(paragraphs), place)
            if kept:
                moved[Place(g, p)] = Place(len(groups), len(paragraphs))
                paragraphs.append(tuple(paragraph[s] for s in kept))
        if paragraphs:
            moved[Place(g)] = Place(len(groups))
            groups.append(replace(group, paragraphs=tuple(paragraphs)))
    problems = [_moved(problem, draft, moved, places) for problem in draft.problems]
    problems.sort(key=lambda problem: (problem.place.group, problem.place.paragraph, problem.place.sentence))
    return replace(draft, groups=tuple(groups), problems=tuple(problems))


def _moved(problem: Problem, draft: Draft, moved: dict[Place, Place], places: Collection[Place]) -> Problem:
    whole = moved.get(Place(problem.place.group), Place(-1))
    if problem.place not in places or problem.place.sentence < 0:
        return replace(problem, place=moved.get(problem.place, whole))
    text = sentence_at(draft, problem.place).text
    text = text if len(text) <= _TOLD_LENGTH else text[:_TOLD_LENGTH].rstrip() + "…"
    return replace(problem, place=whole, span=None, detail=f"{problem.detail}; the sentence was dropped: “{text}”")


def _with_taken(draft: Draft, at: int, answer: Repaired, number: int, brief: Brief) -> Draft:
    """The draft with those proposals that are better, and an attempt noted for each of them.

    A proposal for a sentence that passed, or that is no longer there, is not one.
    """
    for proposal in answer.replacements:
        place = Place(at, proposal.paragraph, proposal.sentence)
        if place not in failing(draft, at):
            continue
        before, after = sentence_at(draft, place), proposal.after
        if after is None:
            why = "; ".join(problem.detail for problem in problems_at(draft, place))
            draft = _noted(draft, Attempt(number, place, before, None, taken=True, why=why))
            continue
        candidate = _replaced(draft, place, after, answer.shown)
        why = _objection(draft, candidate, place, after, brief)
        draft = _noted(
            draft if why else checked(candidate, brief.corpus), Attempt(number, place, before, after, not why, why)
        )
    return draft


def _noted(draft: Draft, attempt: Attempt) -> Draft:
    return replace(draft, repairs=replace(draft.repairs, attempts=(*draft.repairs.attempts, attempt)))


def _replaced(draft: Draft, place: Place, after: Sentence, shown: Collection[str]) -> Draft:
    """The draft with another sentence at a place, whose group counts as shown what it cites of what repair showed."""
    candidate = draft.with_sentence(place, after)
    groups = list(candidate.groups)
    group = groups[place.group]
    if group.shown:  # else nobody knows what was shown, and it is not asked
        seen = (*group.shown, *(key for key in after.citations if key in shown))
        groups[place.group] = replace(group, shown=tuple(dict.fromkeys(seen)))
    return replace(candidate, groups=tuple(groups))


def _objection(draft: Draft, candidate: Draft, place: Place, after: Sentence, brief: Brief) -> str:
    """Why a replacement is not better; empty where it removes problems and brings none, anywhere in the draft."""
    corpus = brief.corpus
    if _excluded(after, brief, corpus):
        return "it cites an entry that is excluded"
    if after.role == "framing" and sentence_at(draft, place).citations:
        return "it makes a claim with citations into a connecting sentence"
    found = check(candidate, corpus).problems
    new = Counter(map(_told, found)) - Counter(map(_told, draft.problems))
    if new:
        return "it brings: " + "; ".join(f"{kind}: {detail}" for _, kind, _, detail in new)
    return "" if len(counted(found)) < len(counted(draft.problems)) else "it removes no problem"


def _told(problem: Problem) -> tuple[Place, str, str | None, str]:
    return problem.place, problem.kind, problem.key, problem.detail


def _excluded(sentence: Sentence, brief: Brief, corpus: Corpus) -> bool:
    keys = [*sentence.citations, *(piece.key for piece in sentence.evidence)]
    return any(entry.key in brief.settings.exclude for key in keys if (entry := corpus.get(key)) is not None)


# The account ----------------------------------------------------------------------------------------------------


def _dropped(draft: Draft) -> set[Place]:
    return {attempt.place for attempt in draft.repairs.attempts if attempt.taken and attempt.after is None}


def _wrong_places(draft: Draft) -> set[Place]:
    wrong = {problem.place for problem in counted(draft.problems)}
    return {place for place, _ in draft.sentences() if place in wrong}


def _wrong(draft: Draft) -> int:
    return len(_wrong_places(draft))


def _mended(first: Draft, now: Draft) -> int:
    return len(_wrong_places(first) - (_wrong_places(now) - _dropped(now)))


def _account(first: Draft, last: Draft, rounds: int, notes: tuple[str, ...]) -> Repairs:
    """Counted from the two drafts as they are, not from what was meant to happen."""
    wrong, still, dropped = _wrong_places(first), _wrong_places(last), _dropped(last)
    right = {place: sentence for place, sentence in first.sentences() if place not in wrong}
    kept = [place for place, sentence in right.items() if place not in still and sentence_at(last, place) == sentence]
    return Repairs(
        rounds=rounds,
        right=len(right),
        kept_right=len(kept),
        wrong=len(wrong),
        made_right=len(wrong - still - dropped),
        dropped=len(dropped),
        attempts=last.repairs.attempts,
        notes=notes,
    )
