"""Repair: only failing sentences, only what is better, in bounded rounds, and an account of it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import draft_of, quote, small_corpus

from writer.checking import checked
from writer.draft import Draft, Evidence, Group, Hit, Place, Plan, PlanGroup, Sentence, Usage
from writer.drafting.drafter import Brief, Planned, Repaired, Replacement, Written
from writer.drafting.extractive import ExtractiveDrafter
from writer.drafting.model_drafter import ModelDrafter
from writer.drafting.parse import REPAIR_SCHEMA, read_repairs
from writer.drafting.pipeline import draft_section
from writer.drafting.prompts import load_prompts
from writer.drafting.repair import repaired, without
from writer.errors import AnswerError, ContextOverflow, RateLimited
from writer.models import Completion, FunctionModel, Request
from writer.rendering import to_json, to_markdown
from writer.retrieval import open_index
from writer.settings import Settings

CORPUS = small_corpus()
ORDER = tuple(CORPUS.entries)
MIRROR, PANEL, RETRIEVAL, LIES, READERS = ORDER
ONE = Usage(calls=1, prompt_tokens=100, completion_tokens=10)

VOTES = Sentence(
    "A panel of judges votes.", "claim", (PANEL,), (quote(PANEL, "a panel of three small judges that vote"),)
)
AGREES = quote(PANEL, "the panel agrees with people in 81% of the cases")
WRONG = Sentence("The panel agrees with people in 18% of the cases.", "claim", (PANEL,), (AGREES,))
MENDED = replace(WRONG, text="The panel agrees with people in 81% of the cases.")
INVENTED = Sentence(
    "Panels are cheap.", "claim", ("okafor2023panels",), (Evidence("okafor2023panels", "they are cheap"),)
)
BARE = Sentence("Judges prefer their own answers.", "claim")
FRAMING = Sentence("Such panels differ.", "framing")
FINDS = Sentence("This improves on all others.", "framing")


def brief_of(**options: Any) -> Brief:
    hits = tuple(Hit(key, rank, 10.0 - rank) for rank, key in enumerate(ORDER[:4], start=1))
    return Brief("judges", {}, CORPUS, hits, Settings(**options))


def first(*sentences: Sentence, shown: tuple[str, ...] = ()) -> Draft:
    return checked(draft_of(*sentences, shown=shown), CORPUS)


def texts(draft: Draft) -> list[str]:
    return [sentence.text for _, sentence in draft.sentences()]


def kinds(draft: Draft) -> list[str]:
    return [problem.kind for problem in draft.problems]


class Proposing:
    """A drafter whose repairs are these, call by call; afterwards it has none."""

    name = "proposing"

    def __init__(self, *answers: Repaired) -> None:
        self.asked: list[tuple[int, Draft]] = []
        self._answers = list(answers)

    def plan(self, brief: Brief) -> Planned:
        return Planned(Plan((PlanGroup("Judges", "", ORDER[:2]),)))

    def write(self, brief: Brief, plan: Plan, at: int) -> Written:
        return Written(Group("Judges", ((VOTES, WRONG),), plan.groups[at].keys), ONE)

    def repair(self, brief: Brief, draft: Draft, at: int) -> Repaired:
        self.asked.append((at, draft))
        return self._answers.pop(0) if self._answers else Repaired()


def proposal(at: int, after: Sentence | None, **more: Any) -> Repaired:
    return Repaired((Replacement(0, at, after),), usage=ONE, **more)


def mend(draft: Draft, *answers: Repaired, **options: Any) -> Draft:
    return repaired(draft, brief_of(**options), Proposing(*answers))


# What is taken ------------------------------------------------------------------------------------------------


def test_a_better_sentence_takes_the_place_of_a_failing_one() -> None:
    made = mend(first(VOTES, WRONG, FRAMING), proposal(1, MENDED))
    assert texts(made) == [VOTES.text, MENDED.text, FRAMING.text]
    assert made.problems == ()
    assert made.groups[0].paragraphs[0][1].verdict == "quoted"
    repairs = made.repairs
    assert (repairs.rounds, repairs.right, repairs.kept_right, repairs.wrong, repairs.made_right) == (1, 2, 2, 1, 1)
    assert (repairs.confidence, repairs.critique) == (1.0, 1.0)
    (attempt,) = repairs.attempts
    assert (attempt.round, attempt.place, attempt.before.text) == (1, Place(0, 0, 1), WRONG.text)
    assert (attempt.after, attempt.taken) == (MENDED, True)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (WRONG, "it removes no problem"),
        (replace(WRONG, text="The panel agrees with people in 28% of the cases."), "it brings: number-mismatch"),
        (INVENTED, "it brings: unknown-key"),
        (replace(MENDED, evidence=()), "it brings: quote-not-found"),
        (replace(MENDED, text=MENDED.text + " See https://x.org/a."), "it brings: stray-reference"),
        (FRAMING, "it makes a claim with citations into a connecting sentence"),
        (BARE, "it brings: uncited-claim"),
    ],
)
def test_what_is_not_better_is_not_taken_and_the_attempt_says_why(after: Sentence, why: str) -> None:
    draft = first(VOTES, WRONG)
    made = mend(draft, proposal(1, after), max_repairs=1)
    assert made.groups == draft.groups
    assert made.problems == draft.problems
    (attempt,) = made.repairs.attempts
    assert (attempt.taken, attempt.after) == (False, after)
    assert attempt.why.startswith(why)
    assert (made.repairs.made_right, made.repairs.wrong, made.repairs.critique) == (0, 1, 0.0)


def test_a_repair_that_removes_one_of_two_problems_is_taken_and_what_is_left_stays_marked() -> None:
    both = replace(WRONG, text="The panel agrees with people in 18% of the cases, see [12].")
    made = mend(first(both), proposal(0, WRONG), max_repairs=1)
    assert texts(made) == [WRONG.text]
    assert kinds(made) == ["number-mismatch"]
    assert made.groups[0].paragraphs[0][0].verdict == "unverified"
    assert made.repairs.made_right == 0
    assert made.repairs.attempts[0].taken


def test_an_uncited_claim_may_become_framing_and_a_finding_in_framing_a_claim() -> None:
    assert mend(first(BARE), proposal(0, FRAMING)).problems == ()
    made = mend(first(FINDS), proposal(0, MENDED))
    assert made.problems == ()
    assert made.groups[0].paragraphs[0][0].role == "claim"


def test_a_sentence_that_passed_is_never_changed_even_if_something_is_proposed_for_it() -> None:
    draft = first(VOTES, WRONG)
    made = mend(draft, Repaired((Replacement(0, 0, MENDED), Replacement(0, 1, MENDED), Replacement(3, 9, MENDED))))
    assert made.groups[0].paragraphs[0][0] == draft.groups[0].paragraphs[0][0]
    assert len(made.repairs.attempts) == 1


def test_an_entry_shown_in_repair_may_be_cited_and_one_that_was_not_may_not() -> None:
    draft = first(WRONG, shown=(MIRROR, PANEL))
    other = Sentence(
        "Of the references, 37% are fabricated.", "claim", (LIES,), (quote(LIES, "37% of them are fabricated"),)
    )
    assert kinds(mend(draft, proposal(0, other, shown=(PANEL, LIES)))) == []
    refused = mend(draft, proposal(0, other, shown=(PANEL,)), max_repairs=1)
    assert refused.groups == draft.groups
    assert "not-shown" in refused.repairs.attempts[0].why


def test_where_nobody_knows_what_was_shown_repair_does_not_make_it_known() -> None:
    made = mend(first(VOTES, WRONG), proposal(1, MENDED, shown=(PANEL,)))
    assert made.groups[0].shown == ()
    assert mend(first(VOTES, WRONG, shown=(MIRROR, PANEL)), proposal(1, MENDED)).groups[0].shown == (MIRROR, PANEL)


def test_an_excluded_entry_is_never_taken_in() -> None:
    other = Sentence(
        "Of the references, 37% are fabricated.", "claim", (LIES,), (quote(LIES, "37% of them are fabricated"),)
    )
    made = mend(first(WRONG), proposal(0, other, shown=(LIES,)), exclude=(LIES,), max_repairs=1)
    assert texts(made) == [WRONG.text]
    assert "excluded" in made.repairs.attempts[0].why


# Rounds -------------------------------------------------------------------------------------------------------


def test_a_second_round_asks_again_for_what_still_fails() -> None:
    drafter = Proposing(proposal(1, INVENTED), proposal(1, MENDED))
    made = repaired(first(VOTES, WRONG), brief_of(), drafter)
    assert made.problems == ()
    assert [attempt.round for attempt in made.repairs.attempts] == [1, 2]
    assert made.repairs.rounds == 2
    assert made.usage == ONE + ONE
    assert drafter.asked[1][1].repairs.attempts[0].after == INVENTED


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_there_are_no_more_rounds_than_asked_for(most: int) -> None:
    drafter = Proposing(*[proposal(0, INVENTED)] * 9)
    made = repaired(first(WRONG), brief_of(max_repairs=most), drafter)
    assert len(drafter.asked) == made.repairs.rounds == most
    assert texts(made) == [WRONG.text]


def test_a_draft_without_problems_is_not_asked_about_and_stays_as_it_is() -> None:
    draft = first(VOTES, FRAMING)
    drafter = Proposing(proposal(0, None))
    made = repaired(draft, brief_of(), drafter)
    assert drafter.asked == []
    assert made == replace(draft, repairs=replace(made.repairs))
    assert (made.repairs.rounds, made.repairs.told(), made.repairs.critique) == (0, "", None)


def test_a_group_that_brought_no_proposal_is_not_asked_again() -> None:
    drafter = Proposing(Repaired(usage=ONE, notes=("it could not be read",)), proposal(0, MENDED))
    made = repaired(first(WRONG), brief_of(), drafter)
    assert len(drafter.asked) == 1
    assert made.repairs.notes == ("group 1, round 1: it could not be read",)
    assert made.usage == ONE


def test_groups_are_asked_side_by_side_and_their_outcome_does_not_depend_on_timing() -> None:
    draft = draft_of(VOTES, WRONG)
    draft = checked(replace(draft, groups=draft.groups * 2), CORPUS)
    both = threading.Barrier(2, timeout=20)

    class Meeting(Proposing):
        def repair(self, brief: Brief, draft: Draft, at: int) -> Repaired:
            both.wait()
            return proposal(1, MENDED if at == 0 else None)

    made = repaired(draft, brief_of(max_repairs=1), Meeting(), jobs=2)
    assert [len(group.paragraphs[0]) for group in made.groups] == [2, 1]
    assert [attempt.place.group for attempt in made.repairs.attempts] == [0, 1]


def test_the_extractive_drafter_has_nothing_to_repair() -> None:
    draft = first(VOTES, WRONG)
    made = repaired(draft, brief_of(), ExtractiveDrafter())
    assert (made.groups, made.problems, made.repairs.rounds) == (draft.groups, draft.problems, 0)
    assert (made.repairs.wrong, made.repairs.right) == (1, 1)


def test_an_error_of_the_server_while_mending_is_not_swallowed() -> None:
    class Failing(Proposing):
        def repair(self, brief: Brief, draft: Draft, at: int) -> Repaired:
            raise RateLimited("too many requests")

    with pytest.raises(RateLimited):
        repaired(first(WRONG), brief_of(), Failing())


# What goes is told --------------------------------------------------------------------------------------------


def test_a_dropped_sentence_is_gone_from_the_text_and_its_problem_tells_it() -> None:
    made = mend(first(VOTES, WRONG, FRAMING), proposal(1, None))
    assert texts(made) == [VOTES.text, FRAMING.text]
    (problem,) = made.problems
    assert (problem.kind, problem.place, problem.span) == ("number-mismatch", Place(0), None)
    assert problem.detail.endswith(f"the sentence was dropped: “{WRONG.text}”")
    assert (made.repairs.dropped, made.repairs.made_right, made.repairs.kept_right) == (1, 0, 2)
    assert "1 dropped" in made.repairs.told()
    for shown in (to_markdown(made, CORPUS), to_json(made, CORPUS)):
        assert WRONG.text in shown


def test_strict_drops_what_still_fails_and_lists_it_and_else_it_stays() -> None:
    draft = first(VOTES, WRONG, BARE)
    assert texts(mend(draft)) == [VOTES.text, WRONG.text, BARE.text]
    made = mend(draft, strict=True)
    assert texts(made) == [VOTES.text]
    assert [(problem.kind, problem.place) for problem in made.problems] == [
        ("number-mismatch", Place(0)),
        ("uncited-claim", Place(0)),
    ]
    assert all("the sentence was dropped" in problem.detail for problem in made.problems)


def test_strict_drops_nothing_for_a_problem_of_the_whole_group() -> None:
    noted = replace(first(VOTES), problems=(replace(first(BARE).problems[0], kind="malformed", place=Place(0)),))
    made = mend(noted, strict=True)
    assert texts(made) == [VOTES.text]
    assert made.problems == noted.problems


def test_a_group_without_a_sentence_left_goes_and_the_places_of_the_others_follow() -> None:
    draft = draft_of(WRONG)
    other = Group("Other", ((VOTES,), (BARE, WRONG)))
    draft = checked(replace(draft, groups=(*draft.groups, other)), CORPUS)
    made = without(draft, {Place(0, 0, 0), Place(1, 1, 0)})
    assert [group.heading for group in made.groups] == ["Other"]
    assert [(problem.kind, problem.place) for problem in made.problems] == [
        ("number-mismatch", Place(-1)),
        ("uncited-claim", Place(0)),
        ("number-mismatch", Place(0, 1, 0)),
    ]


def test_a_draft_of_which_nothing_is_left_can_still_be_shown() -> None:
    made = mend(first(WRONG), strict=True)
    assert made.groups == ()
    assert "was dropped" in to_markdown(made, CORPUS)
    assert json.loads(to_json(made, CORPUS))["groups"] == []


# Whatever is proposed -------------------------------------------------------------------------------------------

POOL = (VOTES, WRONG, MENDED, INVENTED, BARE, FRAMING, FINDS, replace(WRONG, text="See [3]: the panel has 18% bias."))
SENTENCES = st.sampled_from(POOL)
PROPOSALS = st.lists(
    st.builds(
        Replacement,
        st.integers(-1, 2),
        st.integers(-1, 4),
        st.one_of(
            st.none(), SENTENCES, st.builds(Sentence, st.text(max_size=30), st.sampled_from(["claim", "framing"]))
        ),
    ),
    max_size=6,
)


class Random(Proposing):
    """Proposes what it was given, turn by turn, for whatever it is asked."""

    def __init__(self, proposals: Sequence[Sequence[Replacement]]) -> None:
        super().__init__(*(Repaired(tuple(turn), ORDER, ONE) for turn in proposals))


def signs(draft: Draft) -> list[tuple[str, str]]:
    return [(problem.kind, problem.detail.split("; the sentence was dropped")[0]) for problem in draft.problems]


@settings(max_examples=80)
@given(
    st.lists(st.lists(SENTENCES, min_size=1, max_size=4).map(tuple), min_size=1, max_size=2),
    st.lists(PROPOSALS, max_size=5),
    st.integers(0, 4),
    st.booleans(),
)
def test_repair_keeps_what_passed_brings_no_problem_and_ends(
    paragraphs: list[tuple[Sentence, ...]], proposals: list[list[Replacement]], most: int, strict: bool
) -> None:
    groups = (Group("A", tuple(paragraphs), (PANEL, MIRROR)), Group("B", (paragraphs[0],)))
    draft = checked(replace(draft_of(), groups=groups), CORPUS)
    drafter = Random(proposals)
    made = repaired(draft, brief_of(max_repairs=most, strict=strict), drafter, jobs=1)
    wrong = {problem.place for problem in draft.problems}
    passed = [sentence for place, sentence in draft.sentences() if place not in wrong]
    after = [sentence for _, sentence in made.sentences()]
    left = iter(after)
    assert all(sentence in left for sentence in passed)  # each of them, in their order
    assert not [sign for sign in signs(made) if sign not in signs(draft)]
    assert len(made.problems) <= len(draft.problems)
    assert made.repairs.kept_right == made.repairs.right == len(passed)
    assert made.repairs.rounds <= most
    assert len(drafter.asked) <= most * len(groups)
    if strict:
        assert all(problem.place.sentence < 0 for problem in made.problems)
        assert checked(made, CORPUS).problems == ()


# Asking a model -------------------------------------------------------------------------------------------------


def told(number: int, action: str = "replace", text: str = "", *keys: str, words: str = "") -> dict[str, Any]:
    evidence = [{"key": key, "quote": words} for key in keys]
    return {
        "number": number,
        "action": action,
        "text": text,
        "role": "claim" if keys else "framing",
        "citations": list(keys),
        "evidence": evidence,
    }


def repairs(*items: dict[str, Any]) -> str:
    return json.dumps({"repairs": list(items)})


def drafter_of(*answers: str, function: Callable[[Request], str | Completion] | None = None) -> ModelDrafter:
    waiting = iter(answers)
    model = FunctionModel(function or (lambda request: next(waiting)), id="double")
    return ModelDrafter(model, load_prompts(), lambda text: len(text) // 4)


def asked(made: ModelDrafter) -> list[Request]:
    assert isinstance(made._model, FunctionModel)
    return made._model.requests


RIGHT = told(1, "replace", MENDED.text, "P2", words=AGREES.quote)


def test_the_call_shows_failing_sentences_their_problems_and_the_abstracts_they_cite_and_nothing_else() -> None:
    made = drafter_of(repairs(RIGHT, told(2, "drop")))
    answer = made.repair(brief_of(), first(VOTES, WRONG, FRAMING, INVENTED), 0)
    (request,) = asked(made)
    shown = request.messages[1].content
    assert (request.prompt, request.schema) == ("repair", REPAIR_SCHEMA)
    assert WRONG.text in shown
    assert INVENTED.text in shown
    assert VOTES.text not in shown
    assert FRAMING.text not in shown
    assert "Problem: number-mismatch: the claim says '18%' where the evidence says '81%'" in shown
    assert re.findall(r"^\[(P\d)\]", shown, re.MULTILINE) == ["P2"]
    assert CORPUS[PANEL].abstract in shown
    assert not any(re.search(rf"{key}(?!s)", "\n".join(m.content for m in request.messages)) for key in ORDER)
    assert answer.replacements == (Replacement(0, 1, answer.replacements[0].after), Replacement(0, 3, None))
    mended = answer.replacements[0].after
    assert mended is not None
    assert (mended.text, mended.citations, mended.evidence[0].key) == (MENDED.text, (PANEL,), PANEL)
    assert answer.shown == (PANEL,)


def test_an_entry_that_a_suggestion_names_is_shown_under_a_key_of_its_own() -> None:
    words = "readers accept 29% fewer wrong answers"
    draft = first(Sentence("Readers accept 29% fewer wrong answers.", "claim", (PANEL,), (Evidence(PANEL, words),)))
    assert f"{READERS!r} says it" in str(draft.problems[0].suggestion)
    made = drafter_of(repairs(told(1, "replace", "Readers accept 29% fewer wrong answers.", "P5", words=words)))
    mended = repaired(draft, brief_of(), made)
    shown = asked(made)[0].messages[1].content
    assert re.findall(r"^\[(P\d)\]", shown, re.MULTILINE) == ["P2", "P5"]
    assert "the entry 'P5' says it" in shown
    assert mended.problems == ()
    assert mended.cited() == (READERS,)
    hidden = drafter_of(repairs(told(1, "drop")))
    hidden.repair(brief_of(exclude=(READERS,)), draft, 0)
    assert re.findall(r"^\[(P\d)\]", asked(hidden)[0].messages[1].content, re.MULTILINE) == ["P2"]


def test_a_second_round_is_told_what_was_tried_and_why_it_was_not_taken() -> None:
    bad = told(1, "replace", "The panel agrees with people in 28% of the cases.", "P2", words=AGREES.quote)
    made = drafter_of(repairs(bad), repairs(RIGHT))
    mended = repaired(first(VOTES, WRONG), brief_of(), made)
    one, two = (request.messages[1].content for request in asked(made))
    assert "Tried before" not in one
    assert "Tried before and not taken: The panel agrees with people in 28% of the cases. Because: it brings" in two
    assert mended.problems == ()


def test_an_answer_about_sentences_that_were_not_asked_about_is_noted_and_changes_nothing() -> None:
    made = drafter_of(repairs(told(7, "drop"), RIGHT, {**RIGHT, "text": "Twice."}))
    answer = made.repair(brief_of(), first(VOTES, WRONG), 0)
    assert [replacement.sentence for replacement in answer.replacements] == [1]
    assert len(answer.notes) == 2
    assert "7, which was not asked about" in answer.notes[0]
    assert "twice" in answer.notes[1]


def test_a_repair_that_cannot_be_read_is_asked_for_once_more_and_then_left() -> None:
    made = drafter_of("no json", repairs(RIGHT))
    assert len(made.repair(brief_of(), first(WRONG), 0).replacements) == 1
    made = drafter_of("no json", "no json")
    draft = first(WRONG)
    mended = repaired(draft, brief_of(), made)
    assert mended.groups == draft.groups
    assert len(asked(made)) == mended.usage.calls == 2
    assert "could not be read" in mended.repairs.notes[0]


def test_what_does_not_fit_the_context_is_noted() -> None:
    made = drafter_of(repairs(RIGHT))
    long = replace(WRONG, text=WRONG.text + " [1]" * 2000)
    answer = made.repair(brief_of(context=2500, max_tokens=600), first(WRONG, long), 0)
    assert [replacement.sentence for replacement in answer.replacements] == [0]
    assert answer.notes == ("1 failing sentences did not fit the model's context",)
    made = drafter_of()
    assert made.repair(brief_of(context=700, max_tokens=600), first(WRONG), 0).replacements == ()
    assert asked(made) == []

    def overflows(request: Request) -> str:
        raise ContextOverflow("longer than the context")

    assert drafter_of(function=overflows).repair(brief_of(), first(WRONG), 0).notes == ("longer than the context",)


@pytest.mark.parametrize(
    ("item", "note"),
    [
        ({**RIGHT, "number": "1"}, ""),
        ({**RIGHT, "number": "sentence 1."}, ""),
        ({**RIGHT, "text": "As P2 says, panels vote."}, "by its key"),
        ({**RIGHT, "text": ""}, "could not be read"),
        ({**RIGHT, "citations": "P2"}, "could not be read"),
        ({**RIGHT, "number": None}, "not asked about"),
    ],
)
def test_each_repair_is_read_by_itself(item: dict[str, Any], note: str) -> None:
    found, notes = read_repairs(repairs(item, told(2, "drop")), {"P2": PANEL}, {1, 2})
    assert found[2] is None
    assert (1 in found) == (note == "")
    assert (note in " ".join(notes)) if note else notes == []


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"repairs": {}}', '{"repairs": [1]}', '{"repairs": []}', repairs(told(9))]
)
def test_an_answer_of_another_shape_is_an_error(text: str) -> None:
    with pytest.raises(AnswerError):
        read_repairs(text, {"P2": PANEL}, {1})


# In a whole draft -----------------------------------------------------------------------------------------------


def test_a_draft_is_mended_between_checking_and_rendering() -> None:
    drafter = Proposing(proposal(1, MENDED))
    told: list[str] = []
    made = draft_section("judges", CORPUS, open_index(CORPUS), drafter, Settings(), progress=told.append)
    assert texts(made) == [VOTES.text, MENDED.text]
    assert (made.problems, made.usage) == ((), ONE + ONE)
    assert told[-1] == "1 of 1 failing sentences mended or dropped"
    assert "Repair (1 round): 1 of 1 failing sentences made right; 1 of 1 right ones kept right." in to_markdown(
        made, CORPUS
    )
