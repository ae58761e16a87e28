"""What a judge's answer must be, and what is made of one that is not."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from small import small_corpus

from writer.errors import AnswerError
from writer.judging.answer import JUDGE_SCHEMA, WORDS, probability, read_opinion

CORPUS = small_corpus()
KEYS = {"P1": "okafor2023panel", "P2": "li2024mirror"}
QUOTE = "Position bias of the panel stays below 4%."
REASON = {"point": "numbers", "why": "Both say 4%.", "finding": "agrees"}


def answer(verdict: str = "supported", **changes: Any) -> str:
    told = {"quotes": [{"key": "P1", "quote": QUOTE}], "reasons": [REASON], "verdict": verdict}
    return json.dumps({**told, **changes})


def quoting(quote: str, key: str = "P1", verdict: str = "supported") -> str:
    return answer(verdict, quotes=[{"key": key, "quote": quote}])


@pytest.mark.parametrize("word", WORDS)
def test_each_verdict_that_is_offered_can_be_given(word: str) -> None:
    assert read_opinion(answer(word), KEYS, CORPUS).said == word


def test_the_schema_offers_the_words_that_are_read_and_puts_the_verdict_last() -> None:
    properties: Any = JUDGE_SCHEMA["properties"]
    assert properties["verdict"]["enum"] == list(WORDS)
    assert list(properties) == ["quotes", "reasons", "verdict"]
    assert list(properties["reasons"]["items"]["properties"])[-1] == "finding"


@pytest.mark.parametrize(
    "word", ["Supported.", " SUPPORTED ", "not-in-the-abstract", "not_in_abstract", "Cannot tell!"]
)
def test_a_verdict_may_be_written_another_way(word: str) -> None:
    assert read_opinion(answer(word), KEYS, CORPUS).said in WORDS


@pytest.mark.parametrize("word", ["", "unsupported", "not supported", "mostly supported", "supported or partly", "yes"])
def test_a_verdict_that_was_not_offered_is_not_guessed_at(word: str) -> None:
    with pytest.raises(AnswerError, match="which is none of"):
        read_opinion(answer(word), KEYS, CORPUS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "supported",
        "{}",
        '{"verdict": "supported"}',
        answer(verdict="supported", reasons="none"),
        answer(verdict="supported", reasons=[]),
        answer(verdict="supported", reasons=[{"point": "names", "why": "", "finding": "none"}]),
        answer(verdict="supported", reasons=["because"]),
        answer(verdict="supported", quotes=[QUOTE]),
        answer(verdict="supported", quotes=[{"key": 1, "quote": QUOTE}]),
        answer(verdict="supported")[:-20],
        answer().replace('"supported"', "null"),
    ],
)
def test_an_answer_of_another_shape_is_an_error_that_says_what_is_wrong(text: str) -> None:
    with pytest.raises(AnswerError) as caught:
        read_opinion(text, KEYS, CORPUS)
    assert caught.value.message
    assert caught.value.answer == text


def test_talk_and_a_fence_around_the_answer_do_no_harm() -> None:
    told = read_opinion(f"Let me see.\n```json\n{answer()}\n```\nDone.", KEYS, CORPUS)
    assert (told.said, told.unfounded) == ("supported", "")


def test_a_quote_is_placed_in_the_entry_that_it_names() -> None:
    [evidence] = read_opinion(answer(), KEYS, CORPUS).evidence
    assert evidence.key == "okafor2023panel"
    assert CORPUS[evidence.key].abstract[evidence.start : evidence.end] == QUOTE


@pytest.mark.parametrize(
    "quote", [f"P1.4 {QUOTE}", f"[P1.4] {QUOTE}", QUOTE.upper(), f"“{QUOTE}”", "Panels of small judges"]
)
def test_the_number_of_a_sentence_and_marks_around_a_quote_are_forgiven(quote: str) -> None:
    told = read_opinion(quoting(quote), KEYS, CORPUS)
    assert (told.not_found, told.unfounded) == ((), "")


@pytest.mark.parametrize(
    ("quote", "key"),
    [
        (QUOTE.replace("4", "5"), "P1"),
        ("of the panel", "P2"),
        (QUOTE, "P2"),  # another paper says it
        (QUOTE, "P9"),
        (QUOTE, ""),
        ("below 4%", "P1"),  # too short to be evidence
        ("Position bias … stays above 4%.", "P1"),  # each piece must be there
    ],
)
def test_a_quote_that_the_paper_does_not_say_is_none(quote: str, key: str) -> None:
    told = read_opinion(quoting(quote, key), KEYS, CORPUS)
    assert told.not_found
    assert "character for character" in told.unfounded


@pytest.mark.parametrize("verdict", ["supported", "partly", "contradicted"])
def test_what_rests_on_a_sentence_needs_one(verdict: str) -> None:
    assert "no sentence is quoted" in read_opinion(answer(verdict, quotes=[]), KEYS, CORPUS).unfounded


@pytest.mark.parametrize("verdict", ["not in the abstract", "cannot tell"])
def test_what_rests_on_nothing_needs_no_quote(verdict: str) -> None:
    assert read_opinion(answer(verdict, quotes=[]), KEYS, CORPUS).unfounded == ""


def test_the_reason_told_is_what_speaks_against_the_claim() -> None:
    reasons = [
        {"point": "direction", "why": "Both rise.", "finding": "agrees"},
        {"point": "numbers", "why": "It says 5%, the sentence 4%.", "finding": "differs"},
    ]
    assert read_opinion(answer("contradicted", reasons=reasons), KEYS, CORPUS).reason == (
        "numbers: It says 5%, the sentence 4%."
    )


def test_what_no_file_can_hold_does_not_get_out_of_a_reason() -> None:
    reasons = [{"point": "names", "why": "odd \ud800\x00\x1b[31m\nend", "finding": "agrees"}]
    told = read_opinion(answer(reasons=reasons), KEYS, CORPUS).reason
    assert told == "names: odd [31m end"
    told.encode()


# P(True) ----------------------------------------------------------------------------------------------------------


def log(**shares: float) -> tuple[tuple[str, float], ...]:
    return tuple((text.replace("_", " "), math.log(share)) for text, share in shares.items())


def test_the_probability_is_that_of_supported_among_the_words_offered() -> None:
    assert probability(log(supp=0.6, part=0.2, xyz=0.2)) == pytest.approx(0.75)
    assert probability(log(supported=0.9, c=0.1)) == pytest.approx(0.9)  # `c` begins two words and counts once
    assert probability(log(no=0.5, cont=0.5)) == 0.0


def test_a_model_that_was_about_to_say_something_else_has_no_probability() -> None:
    assert probability(log(supp=0.2, part=0.1, Well=0.7)) is None
    assert probability(None) is None
    assert probability(()) is None
