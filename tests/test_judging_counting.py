"""What votes add up to, and when no further one can matter."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.draft import Verdict
from writer.judging.counting import AGAINST, UNREADABLE, agrees, score_of, settled, verdict_of
from writer.report import Vote, split_of

KINDS: tuple[Verdict, ...] = ("supported", *AGAINST, "unverified")


def votes(*verdicts: Verdict) -> list[Vote]:
    return [Vote("m", str(verdict), verdict) for verdict in verdicts]


@pytest.mark.parametrize(
    ("cast", "verdict"),
    [
        (("supported",), "supported"),
        (("supported", "supported", "supported", "contradicted", "partly"), "supported"),
        (("supported", "supported", "contradicted", "contradicted"), "unverified"),
        (("supported", "supported", "contradicted", "contradicted", "unverified"), "unverified"),
        (("contradicted", "contradicted", "contradicted", "supported", "supported"), "contradicted"),
        (("partly", "contradicted", "contradicted", "supported", "supported"), "contradicted"),
        (("partly", "contradicted", "not-in-abstract"), "partly"),  # of equals the mildest
        (("contradicted", "not-in-abstract"), "not-in-abstract"),
        (("unverified",), "unverified"),
        (("unverified", "unverified", "supported"), "unverified"),
        (("supported", "unverified"), "unverified"),
    ],
)
def test_the_verdict_is_that_of_more_than_half(cast: tuple[Verdict, ...], verdict: Verdict) -> None:
    assert verdict_of(votes(*cast)) == verdict


def test_the_score_is_the_share_of_supported_and_partly_counts_for_nothing() -> None:
    assert score_of(votes("supported", "partly", "partly", "supported", "unverified")) == 0.4
    assert score_of([Vote("m", UNREADABLE, "unverified")] * 3) is None
    assert score_of([Vote("m", UNREADABLE, "unverified"), *votes("supported")]) == 0.5


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6), st.integers(0, 4))
def test_what_is_settled_cannot_be_changed_by_any_further_votes(cast: list[Verdict], left: int) -> None:
    if settled(votes(*cast), left):
        outcomes = {verdict_of(votes(*cast, *more)) for more in product(KINDS, repeat=left)}
        assert outcomes == {verdict_of(votes(*cast))}


@pytest.mark.parametrize(
    ("cast", "left", "done"),
    [
        (("supported", "supported", "supported"), 2, True),
        (("supported", "supported"), 3, False),
        (("contradicted", "contradicted", "contradicted"), 2, True),
        (("contradicted", "contradicted", "partly"), 2, False),  # which kind is still open
        (("unverified", "unverified", "unverified"), 2, True),
        (("supported", "contradicted", "unverified"), 2, False),
        (("supported", "contradicted"), 0, True),
    ],
)
def test_voting_goes_on_only_while_the_verdict_can_change(cast: tuple[Verdict, ...], left: int, done: bool) -> None:
    assert settled(votes(*cast), left) is done


def test_a_vote_agrees_with_rules_that_found_nothing_by_supported_alone() -> None:
    told = {verdict: agrees(votes(verdict)[0], against=False) for verdict in KINDS}
    assert [verdict for verdict, same in told.items() if same] == ["supported"]


def test_a_vote_agrees_with_rules_that_found_something_by_any_verdict_against_the_claim() -> None:
    told = {verdict: agrees(votes(verdict)[0], against=True) for verdict in KINDS}
    assert {verdict for verdict, same in told.items() if same} == set(AGAINST)


def test_the_split_is_told_in_words_and_for_a_jury_judge_by_judge() -> None:
    assert split_of([]) == ""
    assert split_of(votes("supported")) == "1 vote: supported"
    assert split_of(votes("partly", "supported", "supported")) == "2 of 3 votes: supported, 1: partly"
    jury = [Vote("a", "supported", "supported"), Vote("b", "partly", "partly"), Vote("a", "supported", "supported")]
    assert split_of(jury) == "2 of 3 votes: supported, 1: partly (a: supported, supported; b: partly)"
