"""Claims that deny what their evidence states, or state what it denies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opposing import case, words
from small import ENTRIES

from writer.checking.negation import check_negation, denials, negated_places
from writer.text import sentences

TRAPS = (
    "Traps are released by stimulated cells in small vessels. The mice do not sleep after the treatment. "
    "Traps are rarely degraded by serum enzymes."
)


def scope(text: str) -> list[str]:
    from writer.checking.facts import tokens

    return [tokens(text)[at].text for at in sorted(negated_places(text))]


@pytest.mark.parametrize(
    "claim",
    [
        "Traps are not released by stimulated cells.",
        "Traps cannot be released by stimulated cells.",
        "Traps are never released by stimulated cells.",
        "Traps aren't released by stimulated cells.",
        "Traps fail to be released by stimulated cells.",
    ],
)
def test_a_denial_of_what_the_entry_states_is_found(claim: str) -> None:
    [problem] = check_negation(case(claim, TRAPS))
    assert (problem.kind, problem.rule, problem.key) == ("direction", "negated", "a2024")
    assert problem.span is not None
    assert "released" in claim[slice(*problem.span)]
    assert "Traps are released by stimulated cells in small vessels." in problem.detail


@pytest.mark.parametrize(
    "claim",
    [
        "Traps are released by stimulated cells.",
        "The mice do not sleep after the treatment.",
        "After the treatment, no mice sleep.",
        "Traps are not degraded by serum enzymes.",  # the entry: rarely
        "Traps are released not only by stimulated cells.",
        "There is no doubt that traps are released by stimulated cells.",
        "Without loss of generality, traps are released by stimulated cells.",
        "Traps are released whether or not cells are stimulated.",
        "Traps are not necessarily released by stimulated cells.",
        "It is not impossible that traps are released by stimulated cells.",
        "The moon is not made of cheese.",
    ],
)
def test_what_denies_nothing_of_the_entry_is_left_alone(claim: str) -> None:
    assert words(check_negation, claim, TRAPS) == []


def test_a_plain_claim_of_what_the_entry_denies_is_found() -> None:
    assert words(check_negation, "The mice sleep after the treatment.", TRAPS) == ["sleep"]


def test_a_plain_claim_is_left_alone_where_the_entry_states_it_too() -> None:
    abstract = "The cells do not divide after the release in serum. The cells divide after the release in water."
    assert words(check_negation, "The cells divide after the release.", abstract) == []


def test_a_null_result_speaks_for_a_denial_in_other_words() -> None:
    abstract = (
        "Screening is meant to improve vision. There was no significant difference in the vision of older people."
    )
    assert words(check_negation, "Screening of older people does not improve their vision.", abstract) == []


def test_what_an_entry_only_asks_is_not_stated() -> None:
    abstract = "We ask whether stockings reduce thrombosis after stroke. The data lend it little support."
    assert words(check_negation, "Stockings do not reduce thrombosis after stroke.", abstract) == []


def test_a_negating_prefix_of_the_evidence_denies_the_same_word() -> None:
    abstract = "The verdicts of the judge remain unstable under paraphrase of the question."
    assert words(check_negation, "The verdicts of the judge are not stable under paraphrase.", abstract) == []


def test_a_denial_in_passing_needs_the_same_words_in_the_evidence() -> None:
    abstract = "The method ranks repair candidates of programs by neural scores."
    assert words(check_negation, "The method ranks repair candidates without unit tests.", abstract) == []
    assert words(check_negation, "The method ranks repair candidates without neural scores.", abstract) == [
        "without neural scores"
    ]


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("The cells do not divide, but they grow.", ["divide"]),
        ("It works without any labels and with few rules.", ["any", "labels"]),
        ("Not only judges agree.", []),
        ("It cannot but work.", []),
        ("No. 5 is best.", []),
        ("It never fails to work.", []),
        ("a “model that is not” named", []),
        ("", []),
    ],
)
def test_a_denial_reaches_to_the_next_boundary(text: str, denied: list[str]) -> None:
    assert scope(text) == denied


def test_other_languages_and_endless_sentences_are_left_alone() -> None:
    claim = "Traps are not released by stimulated cells."
    assert check_negation(case(claim, TRAPS, in_english=False)) == []
    assert check_negation(case("not released " * 5000, TRAPS)) == []


def test_an_endless_text_of_negators_is_read_in_time() -> None:
    assert len(denials("not released, " * 20_000)) == 20_000


VERBATIM = [(span.text, entry.abstract) for entry in ENTRIES for span in sentences(entry.abstract)]


@given(st.sampled_from(VERBATIM))
def test_a_sentence_of_the_entry_itself_never_alarms(pair: tuple[str, str]) -> None:
    assert words(check_negation, *pair) == []


@given(
    st.sampled_from(["are", "can be", "were", "will be", "have been"]),
    st.sampled_from(["released by stimulated cells", "trained on citation sentences", "preferred by human raters"]),
    st.sampled_from(["Traps", "Our models of language", "Answers"]),
)
def test_a_not_put_behind_an_auxiliary_of_a_verbatim_sentence_is_always_found(verb: str, what: str, who: str) -> None:
    auxiliary, *rest = verb.split()
    claim = " ".join([who, auxiliary, "not", *rest, what])
    assert words(check_negation, f"{claim}.", f"{who} {verb} {what}.")


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("After the treatment mice do sleep, whatever the dose and the hour of day.", "do sleep"),
        ("It is plain that mice did sleep after the new treatment of last spring.", "did sleep"),
    ],
)
def test_a_stressed_statement_is_found_by_any_denial_of_its_words(claim: str, told: str) -> None:
    assert words(check_negation, claim, TRAPS) == [told]


def test_what_is_only_said_to_be_studied_is_not_stated() -> None:
    abstract = "The filters of the pump are not robust against sand. We show how sand moves."
    assert words(check_negation, "The filters of the pump are robust against sand.", abstract) == ["robust"]
    assert words(check_negation, "The authors study how robust the filters of the pump are.", abstract) == []


def test_a_denial_on_the_same_axis_speaks_for_the_claim() -> None:
    abstract = "Salt is said to improve the growth of ferns. We show that salt cannot enhance what ferns grow."
    assert words(check_negation, "Salt does not improve the growth of ferns.", abstract) == []
