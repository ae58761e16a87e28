"""Claims that say more than their evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opposing import case, words
from small import ENTRIES

from writer.checking.overstated import check_overstated
from writer.text import sentences

PANEL = (
    "Panels of judges can reduce position bias. Our results suggest that many raters agree with the panel. "
    "The panel is comparable to a large judge on most tasks."
)


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("Panels of judges will always reduce position bias.", "always"),
        ("Panels of judges eliminate position bias.", "eliminate"),
        ("The results prove that raters agree with the panel.", "prove"),
        ("The results suggest that all raters agree with the panel.", "all"),
        ("The panel is vastly superior to a large judge.", "vastly"),
        ("Panels of judges completely remove position bias.", "completely"),
        ("A panel guarantees that raters agree.", "guarantees"),
        ("The panel is the state of the art of judges.", "state of the art"),
        ("Panels of judges directly cause less position bias.", "directly cause"),
        ("Panels of judges never show position bias.", "never"),
    ],
)
def test_a_word_stronger_than_any_of_the_entry_is_found(claim: str, word: str) -> None:
    [problem] = check_overstated(case(claim, PANEL))
    assert problem.kind == "overstated"
    assert problem.key == "a2024"
    assert problem.span is not None
    assert claim[slice(*problem.span)] == word
    assert problem.detail.split("“")[1].rstrip("”") in PANEL
    assert problem.suggestion


def test_the_suggestion_tells_the_hedge_of_the_evidence() -> None:
    [problem] = check_overstated(case("Panels of judges always reduce position bias.", PANEL))
    assert problem.suggestion == "a2024 says only 'can'"


@pytest.mark.parametrize(
    "claim",
    [
        "Panels of judges reduce position bias.",  # a hedge left out is no alarm
        "Not all raters agree with the panel.",
        "Almost all raters agree with the panel.",
        "Above all, raters agree with the panel.",
        "Raters do not always agree with the panel.",
        "All swans are white.",  # about something else
    ],
)
def test_weakened_strong_words_and_strangers_are_left_alone(claim: str) -> None:
    assert words(check_overstated, claim, PANEL) == []


@pytest.mark.parametrize(
    ("claim", "abstract"),
    [
        ("All raters agree with the panel.", "Every rater agrees with the panel."),
        ("All raters agree with the panel.", "100% of the raters agree with the panel."),
        ("The panel reaches the state of the art.", "The panel outperforms the previous best judge."),
        ("Checking eliminates wrong references.", "Checking removes wrong references."),
        ("The bound is proven for panels.", "We give a theorem on panels and their bound."),
        ("Panels never abstain.", "Panels do not abstain."),
    ],
)
def test_another_word_of_the_same_strength_backs_the_claim(claim: str, abstract: str) -> None:
    assert words(check_overstated, claim, abstract) == []


def test_the_same_word_anywhere_in_the_entry_backs_the_claim() -> None:
    abstract = "Panels of judges reduce position bias. In a later part, all of this is repeated with other tasks."
    assert words(check_overstated, "All panels of judges reduce position bias.", abstract) == []


def test_other_languages_and_endless_sentences_are_left_alone() -> None:
    claim = "Panels of judges always reduce position bias."
    assert check_overstated(case(claim, PANEL, in_english=False)) == []
    assert check_overstated(case("always reduce " * 5000, PANEL)) == []


VERBATIM = [(span.text, entry.abstract) for entry in ENTRIES for span in sentences(entry.abstract)]


@given(st.sampled_from(VERBATIM))
def test_a_sentence_of_the_entry_itself_never_alarms(pair: tuple[str, str]) -> None:
    assert words(check_overstated, *pair) == []


def test_a_hedge_lost_from_the_verb_of_the_evidence_is_found() -> None:
    abstract = "We find that large judges may prefer their own answers over those of people."
    [problem] = check_overstated(case("Large judges prefer their own answers over those of people.", abstract))
    assert problem.rule == "hedge-lost"
    assert problem.suggestion == "a2024 says only 'may prefer'"


@pytest.mark.parametrize(
    ("claim", "abstract"),
    [
        ("Large judges may prefer their own answers.", "Large judges may prefer their own answers."),
        ("Large judges seem to prefer their own answers.", "Large judges may prefer their own answers."),
        ("Large judges prefer their own answers.", "Large judges might prefer them. Large judges prefer own answers."),
        ("People prefer short letters.", "Large judges may prefer their own answers over those of experts."),
    ],
)
def test_a_hedge_kept_or_stated_flatly_elsewhere_is_no_alarm(claim: str, abstract: str) -> None:
    assert words(check_overstated, claim, abstract) == []
