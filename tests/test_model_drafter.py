"""The drafter that asks a model: what it asks, what it makes of the answers, and what it does with bad ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from small import small_corpus

from writer.checking import checked
from writer.draft import Draft, Hit, LeftOut, Place, Plan, PlanGroup, Usage
from writer.drafting.drafter import Brief
from writer.drafting.extractive import ExtractiveDrafter
from writer.drafting.model_drafter import ModelDrafter
from writer.drafting.parse import PLAN_SCHEMA, WRITE_SCHEMA
from writer.drafting.pipeline import draft_section
from writer.drafting.prompts import load_prompts
from writer.errors import AnswerError, ContextOverflow, ModelError, RateLimited, Refused, ServerError, WriterError
from writer.models import Completion, FunctionModel, Request
from writer.retrieval import open_index, term_weights
from writer.settings import Settings

THEME = "judges and citations"
CORPUS = small_corpus()
ORDER = tuple(CORPUS.entries)
"""The hits of these tests: `P1` is the first entry of the small corpus, and so on."""
PLAIN = {"letter": "P", "own_abstract": "", "language": "", "must_cite": []}
"""What prompts are given where nothing is asked for besides the theme."""
ONE = Usage(calls=1, prompt_tokens=100, completion_tokens=10)
PLAN = {
    "groups": [
        {"heading": "Judges", "angle": "Judges are cheap and biased.", "keys": ["P1", "P2"]},
        {"heading": "Citations", "angle": "", "keys": ["P3", "P4"]},
    ],
    "left_out": [{"key": "P5", "reason": "about readers"}],
}
PLANNED = Plan(
    (
        PlanGroup("Judges", "Judges are cheap and biased.", ORDER[:2]),
        PlanGroup("Citations", "", ORDER[2:4]),
    )
)


def brief_of(**settings: Any) -> Brief:
    hits = tuple(Hit(key, rank, 10.0 - rank) for rank, key in enumerate(ORDER, start=1))
    return Brief(THEME, term_weights(THEME, open_index(CORPUS)), CORPUS, hits, Settings(**settings))


def told(text: str, *keys: str, quote: str = "") -> dict[str, Any]:
    evidence = [{"key": key, "quote": quote} for key in keys]
    return {"text": text, "role": "claim" if keys else "framing", "citations": list(keys), "evidence": evidence}


def answer(*sentences: dict[str, Any]) -> str:
    return json.dumps({"paragraphs": [{"sentences": list(sentences)}]})


PANEL = told("Okafor and Berg vote with three small judges.", "P2", quote="a panel of three small judges that vote")
WRITTEN = answer(told("Judges are costly."), PANEL)


def drafter(*answers: str | Completion, function: Callable[[Request], str | Completion] | None = None) -> ModelDrafter:
    """A drafter whose model gives these answers one after another."""
    waiting = iter(answers)
    model = FunctionModel(function or (lambda request: next(waiting)), id="double")
    return ModelDrafter(model, load_prompts(), lambda text: len(text) // 4)


def asked(made: ModelDrafter) -> list[Request]:
    assert isinstance(made._model, FunctionModel)
    return made._model.requests


def completion(text: str, finish_reason: str = "stop") -> Completion:
    return Completion(text, finish_reason, ONE, "double")


# Planning -----------------------------------------------------------------------------------------------------


def test_a_plan_comes_back_with_the_keys_of_the_corpus() -> None:
    made = drafter(completion(json.dumps(PLAN)))
    planned = made.plan(brief_of())
    assert planned.plan.groups == PLANNED.groups
    assert planned.plan.left_out == (LeftOut("abstentionHelpsReaders", "about readers"),)
    assert (planned.usage, planned.problems, made.name) == (ONE, (), "double")


def test_the_plan_call_shows_short_keys_and_never_a_citation_key() -> None:
    made = drafter(json.dumps(PLAN))
    made.plan(brief_of(max_groups=3, temperature=0.5, seed=7, max_tokens=900))
    (request,) = asked(made)
    text = "\n".join(message.content for message in request.messages)
    assert [message.role for message in request.messages] == ["system", "user"]
    assert re.findall(r"^\[(P\d)\]", request.messages[1].content, re.MULTILINE) == ["P1", "P2", "P3", "P4", "P5"]
    assert not any(key in text for key in ORDER)
    assert "At most 3 groups" in text
    assert (request.prompt, request.schema, request.schema_name) == ("plan", PLAN_SCHEMA, "plan")
    assert (request.temperature, request.seed, request.max_tokens) == (0.5, 7, 900)


def test_the_plan_call_shows_the_sentences_nearest_to_the_theme_in_their_order() -> None:
    made = drafter(json.dumps(PLAN))
    made.plan(brief_of())
    shown = asked(made)[0].messages[1].content.split("[P2]")[1].split("[P3]")[0]
    sentences = re.findall(r"^- (.*)$", shown, re.MULTILINE)
    assert len(sentences) == 3
    places = [CORPUS["okafor2023panel"].abstract.index(sentence) for sentence in sentences]
    assert places == sorted(places)
    assert "A single large judge is costly." in sentences
    assert "Position bias of the panel stays below 4%." not in sentences


def test_notes_on_a_plan_are_problems_of_the_draft() -> None:
    plan = {**PLAN, "left_out": [{"key": "P9", "reason": "r"}]}
    planned = drafter(json.dumps(plan)).plan(brief_of())
    assert [(problem.kind, problem.place) for problem in planned.problems] == [("malformed", Place(0))]
    assert "'P9'" in planned.problems[0].detail
    assert planned.plan.left_out == (LeftOut("abstentionHelpsReaders", "the plan did not mention it"),)


def test_what_does_not_fit_the_context_of_the_plan_is_left_out_from_the_end_and_listed() -> None:
    made = drafter(json.dumps({"groups": [{"heading": "J", "angle": "", "keys": ["P1", "P5"]}]}))
    prompts = load_prompts()
    whole = prompts.render("plan", theme=THEME, max_groups=5, papers=[], **PLAIN, group_by="topic")
    room = (len(whole.system + whole.user) + 900) // 4
    planned = made.plan(brief_of(context=room + 64, max_tokens=64))
    shown = re.findall(r"^\[(P\d)\]", asked(made)[0].messages[1].content, re.MULTILINE)
    assert 1 <= len(shown) < 5
    assert shown == ["P1", "P2", "P3", "P4"][: len(shown)]
    unfit = [left.key for left in planned.plan.left_out if left.reason == "did not fit the model's context"]
    assert unfit == list(ORDER[len(shown) :])
    assert [problem.detail for problem in planned.problems] == ["the plan names 'P5', which was not given"]


# Writing ------------------------------------------------------------------------------------------------------


def test_a_group_is_written_with_its_keys_and_what_was_shown() -> None:
    made = drafter(completion(WRITTEN))
    written = made.write(brief_of(), PLANNED, 0)
    assert written.group.heading == "Judges"
    assert written.group.shown == ORDER[:2]
    first, second = written.group.paragraphs[0]
    assert (first.role, first.citations) == ("framing", ())
    assert second.citations == ("okafor2023panel",)
    assert second.evidence[0].key == "okafor2023panel"
    assert (written.usage, written.problems) == (ONE, ())


def test_the_write_call_shows_whole_abstracts_of_the_group_alone_and_the_other_headings() -> None:
    made = drafter(WRITTEN)
    made.write(brief_of(words=400), PLANNED, 0)
    (request,) = asked(made)
    text = request.messages[1].content
    for key in ORDER:
        assert (CORPUS[key].abstract in text) == (key in ORDER[:2])
        assert key not in text
    assert re.findall(r"^\[(P\d)\]", text, re.MULTILINE) == ["P1", "P2"]
    assert "Told in other groups, so not here: Citations" in text
    assert "What to bring out: Judges are cheap and biased." in text
    assert "about 200 words" in request.messages[0].content
    assert (request.prompt, request.schema) == ("write", WRITE_SCHEMA)


def test_short_keys_are_the_same_in_every_call_of_a_draft() -> None:
    made = drafter(WRITTEN)
    made.write(brief_of(), PLANNED, 1)
    assert re.findall(r"^\[(P\d)\]", asked(made)[0].messages[1].content, re.MULTILINE) == ["P3", "P4"]


def test_an_abstract_with_template_signs_arrives_as_it_is() -> None:
    abstract = r"We judge {{ theme }} and {% raw %} of $\{x\}$ {# here #}."
    entry = replace(CORPUS["li2024mirror"], abstract=abstract)
    corpus = replace(CORPUS, entries={**CORPUS.entries, entry.key: entry})
    made = drafter(json.dumps(PLAN), WRITTEN)
    brief = replace(brief_of(), corpus=corpus)
    made.plan(brief)
    made.write(brief, PLANNED, 0)
    assert all(abstract in request.messages[1].content for request in asked(made))


def test_an_entry_that_does_not_fit_its_group_is_a_problem_and_is_not_shown() -> None:
    made = drafter(WRITTEN)
    prompts = load_prompts()
    shared = {"theme": THEME, "heading": "Judges", "angle": PLANNED.groups[0].angle, "others": ["Citations"]}
    bare = prompts.render("write", **shared, words=200, papers=[], **PLAIN)
    room = (len(bare.system + bare.user) + len(CORPUS[ORDER[0]].text) + 200) // 4
    written = made.write(brief_of(context=room + 64, max_tokens=64), PLANNED, 0)
    assert written.group.shown == ORDER[:1]
    assert [problem.detail for problem in written.problems] == [
        "okafor2023panel was planned here but did not fit the model's context"
    ]


def _checked(*sentences: dict[str, Any]) -> Draft:
    written = drafter(answer(*sentences)).write(brief_of(), PLANNED, 0)
    draft = Draft(THEME, (written.group,), CORPUS.digest, len(CORPUS), CORPUS.sources, (), "double")
    return checked(draft, CORPUS)


def test_a_key_of_another_group_is_kept_and_was_not_shown() -> None:
    quote = "37% of them are fabricated"
    draft = _checked(told("Of the references, 37% are fabricated.", "P4", quote=quote))
    assert draft.cited() == ("whenCitationsLie",)
    assert [problem.kind for problem in draft.problems] == ["not-shown"]


@pytest.mark.parametrize("key", ["P9", "li2023mirror", "smith2020"])
def test_an_invented_key_is_kept_and_fabricated(key: str) -> None:
    draft = _checked(told("Panels vote.", key, quote="vote"))
    assert draft.cited() == (key,)
    assert draft.groups[0].paragraphs[0][0].verdict == "fabricated"
    assert "unknown-key" in {problem.kind for problem in draft.problems}


def test_a_key_named_in_prose_is_a_problem_of_its_group() -> None:
    written = drafter(answer(told("As P1 says, panels vote.", "P2", quote="vote"))).write(brief_of(), PLANNED, 1)
    assert [(problem.kind, problem.place) for problem in written.problems] == [("malformed", Place(1))]


# Answers that cannot be read ----------------------------------------------------------------------------------


def test_a_bad_answer_is_told_once_with_what_failed() -> None:
    made = drafter(completion("no json"), completion(WRITTEN))
    written = made.write(brief_of(), PLANNED, 0)
    first, second = asked(made)
    assert second.messages[:2] == first.messages
    assert [(message.role, message.content) for message in second.messages[2:3]] == [("assistant", "no json")]
    assert second.messages[3].role == "user"
    assert "it holds no JSON object" in second.messages[3].content
    assert (second.prompt, second.schema) == (first.prompt, first.schema)
    assert written.usage == ONE + ONE
    assert written.problems == ()


def test_two_bad_answers_are_followed_by_two_halves_each_asked_for_once() -> None:
    mirror = told("Li et al. introduce MirrorBench.", "P1", quote="We introduce MirrorBench, a benchmark")
    made = drafter(*map(completion, ("no json", '{"paragraphs": []}', answer(mirror), answer(PANEL))))
    written = made.write(brief_of(), PLANNED, 0)
    shown = [re.findall(r"^\[(P\d)\]", request.messages[1].content, re.MULTILINE) for request in asked(made)]
    assert shown == [["P1", "P2"], ["P1", "P2"], ["P1"], ["P2"]]
    assert [len(request.messages) for request in asked(made)] == [2, 4, 2, 2]
    assert [[s.citations for s in paragraph] for paragraph in written.group.paragraphs] == [
        [(ORDER[0],)],
        [(ORDER[1],)],
    ]
    assert (written.group.heading, written.group.shown, written.problems) == ("Judges", ORDER[:2], ())
    assert written.usage == ONE + ONE + ONE + ONE


def test_a_half_that_cannot_be_read_is_drafted_without_the_model_and_the_draft_says_which() -> None:
    made = drafter(*map(completion, ("no json", "no json", "no json", answer(PANEL))))
    written = made.write(brief_of(), PLANNED, 0)
    (problem,) = written.problems
    assert (problem.kind, problem.place) == ("malformed", Place(0))
    assert "it holds no JSON object" in problem.detail
    assert "li2024mirror: drafted without the model" in problem.detail
    assert [paragraph[-1].citations for paragraph in written.group.paragraphs] == [(ORDER[0],), (ORDER[1],)]
    assert written.usage == ONE + ONE + ONE + ONE


def test_when_nothing_can_be_read_the_whole_group_is_drafted_without_the_model() -> None:
    written = drafter(*[completion("no json")] * 4).write(brief_of(), PLANNED, 0)
    assert len(written.problems) == 2
    assert all("without the model" in problem.detail for problem in written.problems)
    assert set(written.group.shown) == set(ORDER[:2])
    bare = [Plan((replace(PLANNED.groups[0], angle="", keys=(key,)), PLANNED.groups[1])) for key in ORDER[:2]]
    parts = [ExtractiveDrafter().write(brief_of(), plan, 0).group.paragraphs for plan in bare]
    assert written.group.paragraphs == (*parts[0], *parts[1])


def test_a_group_of_one_entry_has_no_halves() -> None:
    made = drafter(completion("no json"), completion("no json"))
    plan = Plan((PlanGroup("Panels", "", ORDER[1:2]),))
    written = made.write(brief_of(), plan, 0)
    assert (len(asked(made)), written.usage) == (2, ONE + ONE)
    assert [problem.kind for problem in written.problems] == ["malformed"]


def test_a_fallback_that_finds_no_sentence_is_a_problem_and_no_empty_paragraph() -> None:
    entry = replace(CORPUS["li2024mirror"], abstract="Why?")
    brief = replace(brief_of(), corpus=replace(CORPUS, entries={**CORPUS.entries, entry.key: entry}))
    written = drafter("no json", "no json").write(brief, Plan((PlanGroup("Mirror", "", ORDER[:1]),)), 0)
    assert written.group.paragraphs == ()
    (problem,) = written.problems
    assert "li2024mirror: not told at all" in problem.detail


def test_a_fallback_never_says_what_the_model_planned_to_say() -> None:
    written = drafter("no json", "no json").write(brief_of(), PLANNED, 0)
    text = " ".join(sentence.text for paragraph in written.group.paragraphs for sentence in paragraph)
    assert text
    assert "Judges are cheap and biased" not in text


def test_a_plan_that_cannot_be_read_twice_is_made_without_the_model() -> None:
    made = drafter(completion("no"), completion("never"))
    planned = made.plan(brief_of())
    assert planned.plan == ExtractiveDrafter().plan(brief_of()).plan
    assert planned.usage == ONE + ONE
    (problem,) = planned.problems
    assert problem.kind == "malformed"
    assert "grouped without the model" in problem.detail


def test_a_plan_with_too_many_groups_is_told_so() -> None:
    one = {"groups": [PLAN["groups"][0]]}
    made = drafter(json.dumps(PLAN), json.dumps(one))
    planned = made.plan(brief_of(max_groups=1))
    assert len(planned.plan.groups) == 1
    assert "the plan has 2 groups, at most 1 were asked for" in asked(made)[1].messages[-1].content


def test_a_model_that_declines_is_fallen_back_from_and_all_its_calls_are_counted() -> None:
    def declines(request: Request) -> Completion:
        if len(request.messages) == 2:
            return completion("no json")
        error = AnswerError("the model declined to answer: I must not")
        error.usage = ONE
        raise error

    plan = Plan((replace(PLANNED.groups[0], keys=ORDER[:1]),))
    written = drafter(function=declines).write(brief_of(), plan, 0)
    assert written.usage == ONE + ONE
    assert "declined to answer" in written.problems[0].detail


def test_an_answer_too_long_to_be_told_about_falls_back() -> None:
    def overflows(request: Request) -> Completion:
        if len(request.messages) == 2:
            return completion("no json")
        raise ContextOverflow("the prompt is longer than the context")

    plan = Plan((replace(PLANNED.groups[0], keys=ORDER[:1]),))
    written = drafter(function=overflows).write(brief_of(), plan, 0)
    assert written.usage == ONE
    assert "it holds no JSON object" in written.problems[0].detail


# Answers that were cut ----------------------------------------------------------------------------------------

CUT = answer(PANEL, told("The rest of this sent", "P1"))[:-60]


BIAS = told("Their position bias is small.", "P2", quote="Position bias of the panel stays below 4%.")


@pytest.mark.parametrize("reason", ["length", "dropped"])
def test_a_cut_answer_keeps_its_whole_sentences_and_is_asked_only_for_the_rest(reason: str) -> None:
    made = drafter(completion(CUT, reason), completion(answer(BIAS)))
    written = made.write(brief_of(), PLANNED, 1)
    assert [[sentence.text for sentence in paragraph] for paragraph in written.group.paragraphs] == [
        [PANEL["text"], BIAS["text"]]
    ]
    assert (written.problems, written.usage) == ((), ONE + ONE)
    first, second = asked(made)
    assert second.messages[:2] == first.messages
    assert [message.role for message in second.messages[2:]] == ["assistant", "user"]
    assert json.loads(second.messages[2].content) == {"paragraphs": [{"sentences": [PANEL]}]}
    assert "The 1 sentence above is kept" in second.messages[3].content
    assert "The rest of this sent" not in second.messages[2].content
    assert second.prompt == "continue"


def test_a_sentence_told_again_in_the_rest_is_told_once() -> None:
    written = drafter(completion(CUT, "length"), completion(answer(PANEL, BIAS))).write(brief_of(), PLANNED, 1)
    assert [sentence.text for sentence in written.group.paragraphs[0]] == [PANEL["text"], BIAS["text"]]


def test_a_cut_answer_that_lacked_nothing_is_whole() -> None:
    written = drafter(completion(CUT, "length"), completion('{"paragraphs": []}')).write(brief_of(), PLANNED, 1)
    assert [sentence.text for sentence in written.group.paragraphs[0]] == [PANEL["text"]]
    assert written.problems == ()


@pytest.mark.parametrize("rest", ["no json", answer(BIAS, told("And this one was cu", "P1"))[:-60]])
def test_a_rest_that_is_not_whole_either_is_said_so_and_not_asked_for_again(rest: str) -> None:
    made = drafter(completion(CUT, "length"), completion(rest, "length"))
    written = made.write(brief_of(), PLANNED, 1)
    kept = [PANEL["text"]] + ([BIAS["text"]] if "bias" in rest else [])
    assert [sentence.text for sentence in written.group.paragraphs[0]] == kept
    assert [(problem.kind, problem.place) for problem in written.problems] == [("truncated", Place(1))]
    assert (len(asked(made)), written.usage) == (2, ONE + ONE)


def test_a_rest_that_there_is_no_room_for_leaves_what_was_kept() -> None:
    def overflows(request: Request) -> Completion:
        if request.prompt == "continue":
            raise ContextOverflow("the prompt is longer than the context")
        return completion(CUT, "length")

    written = drafter(function=overflows).write(brief_of(), PLANNED, 1)
    assert [problem.kind for problem in written.problems] == ["truncated"]
    assert written.usage == ONE


def test_a_whole_answer_is_not_called_cut_for_its_finish_reason() -> None:
    written = drafter(completion(WRITTEN, "length")).write(brief_of(), PLANNED, 0)
    assert len(written.group.paragraphs[0]) == 2
    assert written.problems == ()


def test_an_answer_cut_before_its_first_sentence_is_asked_for_again() -> None:
    made = drafter(completion('{"paragraphs": [{"sen', "length"), completion(WRITTEN))
    written = made.write(brief_of(), PLANNED, 0)
    assert "it was cut off" in asked(made)[1].messages[-1].content
    assert (written.problems, written.usage) == ((), ONE + ONE)


def test_a_cut_plan_is_never_salvaged() -> None:
    made = drafter(completion(json.dumps(PLAN)[:-30], "length"), completion(json.dumps(PLAN)))
    assert made.plan(brief_of()).plan.groups == PLANNED.groups
    assert "it was cut off" in asked(made)[1].messages[-1].content


# Errors that are not about the answer -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("too many requests", retry_after=3.0),
        Refused("no such key"),
        ServerError("gone"),
        ContextOverflow("too long"),
        ModelError("other"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_the_server_is_not_swallowed(error: WriterError) -> None:
    def fails(request: Request) -> str:
        raise error

    made = drafter(function=fails)
    for call in (lambda: made.plan(brief_of()), lambda: made.write(brief_of(), PLANNED, 0)):
        with pytest.raises(type(error)) as caught:
            call()
        assert caught.value is error
    assert len(asked(made)) == 2


def test_an_error_of_the_server_while_asking_again_is_not_swallowed() -> None:
    def fails(request: Request) -> str:
        if len(request.messages) == 2:
            return "no json"
        raise RateLimited("too many requests")

    with pytest.raises(RateLimited):
        drafter(function=fails).write(brief_of(), PLANNED, 0)


def test_a_whole_draft_is_one_plan_and_one_call_for_each_group() -> None:
    def replies(request: Request) -> Completion:
        if request.prompt == "plan":
            keys = re.findall(r"^\[(P\d)\]", request.messages[1].content, re.MULTILINE)
            groups = [{"heading": "Judging", "angle": "", "keys": [key]} for key in keys[:2]]
            left = [{"key": key, "reason": "off the theme"} for key in keys[2:]]
            return completion(json.dumps({"groups": groups, "left_out": left}))
        (key,) = re.findall(r"^\[(P\d)\]", request.messages[1].content, re.MULTILINE)
        quote = request.messages[1].content.split("\n")[-1].split(". ")[0] + "."
        return completion(answer(told(quote, key, quote=quote)))

    made = drafter(function=replies)
    draft = draft_section(THEME, CORPUS, open_index(CORPUS), made, Settings())
    assert sorted(request.prompt for request in asked(made)) == ["plan", "write", "write"]
    assert draft.usage == ONE + ONE + ONE
    assert [sentence.verdict for _, sentence in draft.sentences()] == ["quoted", "quoted"]
    assert (draft.drafter, draft.problems) == ("double", ())
    assert {left.reason for left in draft.left_out} == {"off the theme"}
