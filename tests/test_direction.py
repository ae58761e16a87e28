"""Claims that point the other way than their evidence, and those that only seem to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opposing import case, words
from small import ENTRIES

from writer.checking.comparing import comparisons
from writer.checking.direction import check_direction
from writer.text import sentences

PANEL = (
    "A single judge is costly. The panel of small judges reduces the position bias of the verdicts. "
    "Voting improves the agreement with people and makes the verdicts robust to paraphrases."
)


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("The panel of small judges increases the position bias of the verdicts.", "increases"),
        ("Voting worsens the agreement with people.", "worsens"),
        ("Voting makes the verdicts fragile to paraphrases.", "fragile"),
    ],
)
def test_an_opposite_in_the_place_of_the_evidences_word_is_found(claim: str, word: str) -> None:
    [problem] = check_direction(case(claim, PANEL))
    assert problem.kind == "direction"
    assert problem.rule == "direction"
    assert problem.key == "a2024"
    assert problem.span is not None
    assert claim[slice(*problem.span)] == word
    assert problem.detail.split("“")[1].rstrip("”") in PANEL


@pytest.mark.parametrize(
    "claim",
    [
        "The panel of small judges reduces the position bias of the verdicts.",
        "The panel lowers the position bias of the verdicts.",  # the same end by another word
        "Voting enhances the agreement with people.",
        "Panels improve the verdicts by less position bias.",  # less of a bad thing
        "The panel does not increase the position bias of the verdicts.",  # for the rule on denials
        "The price of coffee increases every year.",  # about something else
    ],
)
def test_the_same_direction_in_other_words_is_left_alone(claim: str) -> None:
    assert words(check_direction, claim, PANEL) == []


def test_less_of_what_is_bad_is_better() -> None:
    abstract = "Our training schedule lowers the error of the parser on long sentences."
    assert words(check_direction, "The schedule improves the parser on long sentences.", abstract) == []


def test_two_turns_in_one_phrase_say_the_same() -> None:
    abstract = "Antibiotics increase the susceptibility of mice to infection."
    assert words(check_direction, "Antibiotics reduce the resistance of mice to infection.", abstract) == []


def test_a_prefix_makes_an_opposite() -> None:
    abstract = "We present an efficient retriever of citation sentences for long documents."
    assert words(check_direction, "An inefficient retriever of citation sentences is presented.", abstract) == [
        "inefficient"
    ]


def test_a_denied_word_of_the_evidence_does_not_speak_against_the_claim() -> None:
    abstract = "Larger panels do not increase the agreement with people."
    assert words(check_direction, "Larger panels reduce the agreement with people.", abstract) == []


def test_an_entry_that_says_both_is_left_alone() -> None:
    abstract = "The bias decreases for long answers. The bias increases for short answers."
    assert words(check_direction, "The bias increases for short answers.", abstract) == []


@pytest.mark.parametrize(
    "claim",
    [
        "BM25 outperforms CiteFind on held-out papers.",
        "CiteFind is outperformed by BM25 on held-out papers.",
        "BM25 is better than CiteFind on held-out papers.",
    ],
)
def test_a_comparison_turned_round_is_found(claim: str) -> None:
    assert words(check_direction, claim, "CiteFind outperforms BM25 on held-out papers.")


@pytest.mark.parametrize(
    "claim",
    [
        "CiteFind outperforms BM25.",
        "BM25 is outperformed by CiteFind.",
        "CiteFind is better than BM25.",
        "CiteFind outperforms the dense baseline.",
    ],
)
def test_a_comparison_the_same_way_round_is_left_alone(claim: str) -> None:
    assert words(check_direction, claim, "CiteFind outperforms BM25 on held-out papers.") == []


def test_a_comparison_names_who_is_ahead_in_either_voice() -> None:
    [active] = comparisons("CiteFind outperforms BM25")
    [passive] = comparisons("BM25 is outperformed by CiteFind")
    assert (active.ahead, active.behind) == (passive.ahead, passive.behind)
    assert comparisons("more than 75 percent") == ()
    assert comparisons("CiteFind does not outperform BM25") == ()


def test_words_in_quotation_marks_and_titles_are_not_the_claims_own() -> None:
    abstract = "We correct the pooling bias of hard negatives in training data for dense retrieval."
    title = "False Hard Negatives in Training Data"
    claim = "The authors of “False Hard Negatives in Training Data” treat pooling bias."
    assert words(check_direction, claim, abstract) == []
    assert words(check_direction, claim.replace("“", "").replace("”", ""), abstract, title) == []


def test_other_languages_and_endless_sentences_are_left_alone() -> None:
    claim = "The panel of small judges increases the position bias of the verdicts."
    assert check_direction(case(claim, PANEL, in_english=False)) == []
    assert check_direction(case("increases bias " * 5000, PANEL)) == []


VERBATIM = [(span.text, entry.abstract) for entry in ENTRIES for span in sentences(entry.abstract)]


@given(st.sampled_from(VERBATIM))
def test_a_sentence_of_the_entry_itself_never_alarms(pair: tuple[str, str]) -> None:
    assert words(check_direction, *pair) == []


@given(
    st.sampled_from([("increases", "decreases"), ("improves", "worsens"), ("promotes", "inhibits")]),
    st.booleans(),
    st.sampled_from(["the recall of the retriever", "viral replication in the lung", "the agreement of raters"]),
)
def test_a_turned_verb_of_a_plain_finding_is_always_found(pair: tuple[str, str], swap: bool, what: str) -> None:
    said, claimed = pair[::-1] if swap else pair
    assert words(check_direction, f"The treatment {claimed} {what}.", f"We find that the treatment {said} {what}.") == [
        claimed
    ]


@pytest.mark.parametrize(
    ("claim", "abstract"),
    [
        ("“Hard Panels Worsen Agreement” finds that voting helps.", PANEL),
        ("'Panels Worsen Agreement' finds that voting helps.", PANEL),
        (
            "Panels of judges increase the agreement with people.",
            "The aim was to assess whether panels of judges reduce the agreement with people.",
        ),
        (
            "The paper tests how panels increase the agreement with people.",
            "Panels reduce the agreement with people.",
        ),
        (
            "The labels serve in unsegmented recordings of whales.",
            "The labels serve where segmentation is unavailable in recordings of whales.",
        ),
        (
            "Panels give the best agreement with people.",
            "Single judges give a poor agreement with people.",  # not the opposite of the best
        ),
    ],
)
def test_words_that_state_nothing_point_nowhere(claim: str, abstract: str) -> None:
    assert words(check_direction, claim, abstract) == []


def test_a_term_in_the_claim_says_nothing_of_its_words() -> None:
    abstract = "The reward gain of the judges is plotted for each panel."
    assert words(check_direction, "The training loss of the judges is plotted for each panel.", abstract) == []


def test_performs_better_is_held_against_outperforms() -> None:
    abstract = "Across three settings, a panel of smaller models outperforms a single large judge."
    assert words(check_direction, "Several smaller models perform better than a single large judge.", abstract) == []
    turned_round = "A single large judge performs better than several smaller models."
    assert words(check_direction, turned_round, abstract) == ["than"]
