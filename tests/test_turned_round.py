"""Findings turned round in natural prose: long sentences, idioms of winning and losing, words of amount."""

from __future__ import annotations

from dataclasses import replace

import pytest
from opposing import case, words

from writer.checking.comparing import comparisons
from writer.checking.direction import check_direction
from writer.checking.negation import check_negation
from writer.draft import Evidence, Problem

ABSTRACT = (
    "Retrieval of tide tables is usually left to lexical search. We present GaugeNet, a dual encoder trained on "
    "harbour logs. On nine of the twelve harbours GaugeNet exceeds BM25 in recall, without any labelled queries. "
    "The forecasts turn out to be well calibrated on calm days. Reranking by a small crew of pilots shows less "
    "bias towards familiar harbours than a single large model and is more than six times cheaper. Neither the "
    "choice of gauge nor the unit of the tables has been standardized yet. Hints by pilots greatly help the "
    "forecast, while hints by the model itself may mislead the crew. Weak encoders do only slightly better than "
    "random guessing on storm days. Common remedies, among them smoothing and majority voting, do not improve the "
    "detection of storms."
)
ALSO = "Whereas earlier work relied on printed almanacs, "


def turned(claim: str) -> list[str]:
    """The words at which either rule speaks."""
    return words(check_direction, claim, ABSTRACT) + words(check_negation, claim, ABSTRACT)


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("GaugeNet loses to BM25 on nine of the twelve harbours.", "loses"),
        ("GaugeNet falls short of BM25 on nine of the twelve harbours.", "falls"),
        ("GaugeNet lags behind BM25 in recall on nine harbours.", "lags"),
        ("BM25 beats GaugeNet on nine of the twelve harbours.", "beats"),
        (ALSO + "GaugeNet needs no labels: it loses to BM25 on nine of the twelve harbours in recall.", "loses"),
        ("The forecasts are poorly calibrated on calm days.", "poorly"),
        (ALSO + "the authors show that the forecasts are not well calibrated on calm days.", "not well"),
        (
            "A small crew of pilots shows more bias towards familiar harbours and is more than six times cheaper.",
            "more",
        ),
        ("Weak encoders do far better than random guessing on storm days.", "far"),
        ("Hints by pilots help the forecast little.", "little"),
        ("The authors note that both the choice of gauge and the unit of the tables are standardised.", "both"),
        ("On storm days, both smoothing and majority voting help the detection.", "both"),
    ],
)
def test_a_finding_turned_round_in_natural_prose_is_found(claim: str, word: str) -> None:
    found = turned(claim)
    assert found
    assert any(each.startswith(word) for each in found)


@pytest.mark.parametrize(
    "claim",
    [
        "GaugeNet beats BM25 on nine of the twelve harbours.",
        "BM25 loses to GaugeNet on nine of the twelve harbours.",
        "BM25 falls short of GaugeNet in recall.",
        ALSO + "GaugeNet needs no labels: it wins against BM25 on nine of the twelve harbours in recall.",
        "The forecasts are well calibrated on calm days.",
        "A crew of smaller pilots is less biased and more than 6× cheaper.",
        "Weak encoders do barely better than random guessing on storm days.",
        "Hints by pilots help the forecast a lot.",
        "Neither the choice of gauge nor the unit of the tables is standardised.",
        "On storm days, neither smoothing nor majority voting helps the detection.",
        "Both pilots and the model give hints.",
    ],
)
def test_the_same_finding_in_natural_prose_is_left_alone(claim: str) -> None:
    assert turned(claim) == []


def test_more_than_a_number_points_nowhere() -> None:
    abstract = "The crew costs less than a single model and needs over six readings of the gauge."
    for amount in ("6", "6×", "six", "half a dozen", "a third of the"):
        assert words(check_direction, f"The crew needs more than {amount} readings of the gauge.", abstract) == []


def test_much_and_little_are_opposites_also_with_the_quote_in_hand() -> None:
    quote = "On storm days we find much room for improvement."
    claim = "The authors find {} room for improvement on storm days."
    for much, found in (("little", ["little"]), ("much", [])):
        of_manuscript = case(claim.format(much), quote)
        given = replace(of_manuscript.sentence, evidence=(Evidence("a2024", quote, 0, len(quote), "abstract"),))
        for each in (of_manuscript, replace(of_manuscript, sentence=given, quoted=True)):
            problems = check_direction(each)
            assert [claim.format(much)[slice(*problem.span)] for problem in problems if problem.span] == found


def test_a_large_thing_is_not_the_opposite_of_another_thing_that_is_small() -> None:
    abstract = "The crew shows less bias than the single large judge."
    assert words(check_direction, "A crew of small pilots shows less bias.", abstract) == []


def test_a_claim_that_says_both_ends_as_the_evidence_does_is_left_alone() -> None:
    abstract = "The forecasts are well calibrated on calm days. On storm days we see them struggle with calibration."
    claim = "The forecasts are well calibrated on calm days, but they are poorly calibrated on storm days."
    assert words(check_direction, claim, abstract) == []


def test_the_rest_of_a_whole_may_be_denied() -> None:
    abstract = "We find that 74.5% of the gauges back the table they belong to."
    assert words(check_negation, "About a quarter of the gauges do not back the table they belong to.", abstract) == []
    assert words(check_negation, "The gauges do not back the table they belong to.", abstract)


def test_what_is_done_without_is_not_needed() -> None:
    abstract = "The vectors serve downstream forecasts as they are, with no harbour tuning for the single gauge."
    assert words(check_direction, "The vectors require harbour tuning for each gauge.", abstract) == ["require"]
    assert words(check_direction, "The vectors do not require harbour tuning.", abstract) == []
    assert words(check_direction, "The vectors require a gauge.", abstract) == []


@pytest.mark.parametrize(
    ("text", "ahead", "behind"),
    [
        ("GaugeNet falls behind BM25", {"bm25"}, {"gaugenet"}),
        ("GaugeNet is superior to BM25", {"gaugenet"}, {"bm25"}),
        ("GaugeNet is inferior to BM25", {"bm25"}, {"gaugenet"}),
        ("GaugeNet is beaten by BM25", {"bm25"}, {"gaugenet"}),
        ("GaugeNet is ahead of BM25", {"gaugenet"}, {"bm25"}),
    ],
)
def test_idioms_tell_who_is_ahead(text: str, ahead: set[str], behind: set[str]) -> None:
    [found] = comparisons(text)
    assert (set(found.ahead), set(found.behind)) == (ahead, behind)


def test_a_pronoun_is_compared_by_the_other_side_alone() -> None:
    [found] = comparisons("It loses to BM25")
    assert not found.whole
    assert found.ahead == {"bm25"}


def test_every_alarm_shows_the_sentence_that_it_goes_by() -> None:
    problems: list[Problem] = check_direction(case("GaugeNet loses to BM25 on nine harbours.", ABSTRACT))
    assert [problem.detail.split("“")[1].rstrip("”") in ABSTRACT for problem in problems] == [True]
