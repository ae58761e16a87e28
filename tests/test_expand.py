"""Further queries for a theme: what is asked, what of the answer is used, and what happens with a bad one."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.draft import Usage
from writer.drafting.expand import EXPAND_SCHEMA, MAX_QUERIES, MAX_WORDS, Expansion, expand, read_queries
from writer.drafting.prompts import load_prompts
from writer.errors import AnswerError, ContextOverflow, RateLimited, Refused, ServerError
from writer.models import Completion, FunctionModel, Request
from writer.settings import Settings
from writer.text import stems

THEME = "calibration of language models"
ONE = Usage(calls=1, prompt_tokens=100, completion_tokens=10)
SETTINGS = Settings(seed=5, temperature=0.5, max_tokens=500)


def told(subtopics: object = (), synonyms: object = ()) -> str:
    return json.dumps({"subtopics": subtopics, "synonyms": synonyms})


GOOD = told(["verbalized confidence"], ["overconfidence of neural text generators"])


def answers(*texts: str | Exception, finish: str = "stop") -> FunctionModel:
    script = iter(texts)

    def next_answer(request: Request) -> Completion:
        text = next(script)
        if isinstance(text, Exception):
            raise text
        return Completion(text, finish, ONE, "scripted")

    return FunctionModel(next_answer)


def expanded(model: FunctionModel, theme: str = THEME, tokens: Callable[[str], int] | None = None) -> Expansion:
    return expand(theme, model, load_prompts(), SETTINGS, count_tokens=tokens)


def queries(subtopics: object = (), synonyms: object = (), theme: str = THEME) -> tuple[str, ...]:
    return read_queries(told(subtopics, synonyms), theme)[0]


# What is asked --------------------------------------------------------------------------------------------------


def test_one_call_asks_with_the_theme_the_schema_and_the_settings() -> None:
    model = answers(GOOD)
    made = expanded(model)
    assert made == Expansion(("verbalized confidence", "overconfidence of neural text generators"), ONE)
    (request,) = model.requests
    assert (request.prompt, request.schema, request.schema_name) == ("expand", EXPAND_SCHEMA, "expand")
    assert (request.max_tokens, request.temperature, request.seed) == (500, 0.5, 5)
    assert [message.role for message in request.messages] == ["system", "user"]
    assert request.messages[1].content == f"Theme: {THEME}"


def test_the_prompt_asks_for_no_more_than_is_used() -> None:
    system = load_prompts().render("expand", theme=THEME).system
    assert "At most 5." in system
    assert "At most 3." in system
    assert MAX_QUERIES == 5 + 3


# What of the answer is used -------------------------------------------------------------------------------------


def test_sub_topics_and_synonyms_take_turns() -> None:
    assert queries(["first one", "second thing", "third place"], ["another name"]) == (
        "first one",
        "another name",
        "second thing",
        "third place",
    )


def test_at_most_eight_are_used_and_the_note_says_of_how_many() -> None:
    found, notes = read_queries(told([f"topic{letter}" for letter in "abcdefghij"], ["other name"]), THEME)
    assert len(found) == MAX_QUERIES
    assert "other name" in found
    assert notes == ["the model named 11 queries; the first 8 are used"]


@pytest.mark.parametrize("same", ["Calibration", "the language models", "calibrating a language model", "of the", "!"])
def test_a_query_without_a_stem_that_the_theme_lacks_brings_nothing(same: str) -> None:
    assert queries([same, "verbalized confidence"]) == ("verbalized confidence",)


def test_a_query_with_the_stems_of_another_is_taken_once() -> None:
    assert queries(["temperature scaling", "Scaling of Temperatures"], ["scaled temperature"]) == (
        "temperature scaling",
    )


def test_a_query_that_is_a_sentence_is_passed_over_with_a_note() -> None:
    long = "how " * MAX_WORDS + "reliable are they"
    found, notes = read_queries(told([long, "verbalized confidence"]), THEME)
    assert found == ("verbalized confidence",)
    assert notes == [f"queries of the model longer than {MAX_WORDS} words were passed over: 1"]


def test_an_answer_without_a_new_query_is_an_answer_with_a_note() -> None:
    made = expanded(answers(told()))
    assert made == Expansion((), ONE, ("the model named no query that goes beyond the theme",))


def test_a_query_holds_only_what_can_be_printed() -> None:
    assert queries(["verbalized\u0000\ud835\n  confidence\t"]) == ("verbalized confidence",)


def test_a_missing_list_of_synonyms_is_an_empty_one() -> None:
    assert read_queries('```json\n{"subtopics": ["verbalized confidence"]}\n```', THEME)[0] == (
        "verbalized confidence",
    )


def test_letters_of_other_scripts_are_queries_too() -> None:
    assert queries(["モデルの校正", "معايرة النماذج"]) == ("モデルの校正", "معايرة النماذج")


@given(st.lists(st.text()), st.lists(st.text()), st.text())
def test_any_strings_give_few_short_queries_of_different_stems(
    subtopics: list[str], synonyms: list[str], theme: str
) -> None:
    found = queries(subtopics, synonyms, theme)
    assert len(found) <= MAX_QUERIES
    assert all(query.isprintable() and len(query.split()) <= MAX_WORDS for query in found)
    terms = [frozenset(stems(query)) for query in found]
    assert len(set(terms)) == len(terms)
    assert not any(own <= set(stems(theme)) for own in terms)


# A bad answer ---------------------------------------------------------------------------------------------------

BAD = {
    "no JSON": "I would search for confidence.",
    "another object": '{"queries": []}',
    "a string": told("confidence"),
    "numbers": told([1, 2]),
    "objects": told([], [{"query": "confidence"}]),
    "null": told(None),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_an_answer_of_another_shape_is_told_to_the_model_once(bad: str) -> None:
    model = answers(bad, GOOD)
    made = expanded(model)
    assert made.queries
    assert made.usage == ONE + ONE
    second = model.requests[1].messages
    assert second[:2] == model.requests[0].messages
    assert (second[2].role, second[2].content) == ("assistant", bad)
    assert "could not be used: " in second[3].content


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_second_bad_answer_means_no_expansion_and_a_note(bad: str) -> None:
    made = expanded(answers("?", bad))
    assert made.queries == ()
    assert made.usage == ONE + ONE
    (note,) = made.notes
    assert note.startswith("the theme was not expanded: the answer could not be read (")


def test_a_model_that_declines_stops_nothing() -> None:
    declined = AnswerError("the model declined to answer")
    declined.usage = ONE
    made = expanded(answers(declined))
    assert (made.queries, made.usage) == ((), ONE)
    assert "declined" in made.notes[0]


def test_an_answer_that_is_cut_twice_means_no_expansion() -> None:
    made = expanded(answers('{"subtopics": ["verb', '{"subtopics": ["verb', finish="length"))
    assert made.notes == ("the theme was not expanded: the answer could not be read (it was cut off)",)


def test_a_theme_that_leaves_no_room_is_not_asked_about() -> None:
    model = answers()
    made = expanded(model, "calibration " * 50_000)
    assert made == Expansion(notes=("the theme was not expanded: it is too long for the model's context",))
    assert model.requests == []


def test_a_context_smaller_than_thought_stops_nothing() -> None:
    made = expanded(answers(ContextOverflow("the prompt has 900 tokens, the context 512")))
    assert made == Expansion(notes=("the theme was not expanded: the prompt has 900 tokens, the context 512",))


def test_tokens_are_counted_as_told() -> None:
    counted: list[str] = []

    def tokens(text: str) -> int:
        counted.append(text)
        return 1

    expanded(answers(GOOD), tokens=tokens)
    assert len(counted) == 1
    assert THEME in counted[0]


@pytest.mark.parametrize("error", [Refused("no such model"), RateLimited("slow down")])
def test_an_error_of_the_server_is_not_swallowed(error: ServerError) -> None:
    with pytest.raises(type(error), match=error.message):
        expanded(answers(error))
    with pytest.raises(type(error), match=error.message):
        expanded(answers("?", error))
