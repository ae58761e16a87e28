"""Numbers and names that stand in each other's place: each belongs to what it is told of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opposing import case, words
from small import ENTRIES

from writer.checking.crossed import crossed_names, crossed_numbers
from writer.checking.figures import check_figures
from writer.checking.names import check_names
from writer.text import sentences

ABSTRACT = (
    "We let GaugeNet-2 and GaugeNet-3 fill in missing tide tables. We find that 61% of the entries of GaugeNet-2 "
    "and 23% of those of GaugeNet-3 are invented. On about 12k readings, pilots and the crew agree 84% of the "
    "time; in a sample of 200 quarrels the crew wins in 57%. Compared with almanacs, we observe 47% and 31% fewer "
    "mistakes for harbours and rivers, respectively. The ferry answers requests of paying guests 19% of the time, "
    "versus almost never for stowaways. For boats with a deep keel, such as KEEL-9, BuoyRank outperforms "
    "DepthRank, gaining up to 13.4%. Conversely, for a flat raft like RAFT-2, DepthRank outperforms BuoyRank."
)


@pytest.mark.parametrize(
    "claim",
    [
        "About three fifths of the entries by GaugeNet-3, and almost one in four by GaugeNet-2, are invented.",
        "GaugeNet-3 invents 61% of its entries and GaugeNet-2 23%.",
        "They count 23% and 61% of invented entries for GaugeNet-2 and GaugeNet-3, respectively.",
        "The crew and the pilots give one answer in 57% of the cases, and of 200 sampled quarrels 84 go to the crew.",
        "It cuts mistakes by 31% for harbours and 47% for rivers.",
        "The ferry complied with 19% of the requests of stowaways, but almost never with those of paying guests.",
    ],
)
def test_two_numbers_in_each_others_place_are_found(claim: str) -> None:
    [problem] = crossed_numbers(case(claim, ABSTRACT))
    assert problem.kind == "number-mismatch"
    assert problem.rule == "number-crossed"
    assert problem.detail.split("“")[1].rstrip("”") in ABSTRACT
    assert problem.suggestion is not None


def test_two_names_in_each_others_place_are_found() -> None:
    claim = "DepthRank helps deep keels (up to 13.4% on KEEL-9), BuoyRank is the better choice for RAFT-2."
    [problem] = crossed_names(case(claim, ABSTRACT))
    assert problem.kind == "name-mismatch"
    assert problem.rule == "name-crossed"
    assert crossed_names(case(claim.replace("DepthRank", "X").replace("BuoyRank", "DepthRank"), ABSTRACT)) == []


@pytest.mark.parametrize(
    "claim",
    [
        "About three fifths of the entries by GaugeNet-2, and almost one in four by GaugeNet-3, are invented.",
        "GaugeNet-3 invents 23% of its entries and GaugeNet-2 61%.",
        "They count 61% and 23% of invented entries for GaugeNet-2 and GaugeNet-3, respectively.",
        "Of 200 sampled quarrels 57 go to the crew, and the pilots and the crew agree in 84% of the cases.",
        "It cuts mistakes by 31% for rivers and 47% for harbours.",
        "The ferry almost never complied with stowaways, but with 19% of the requests of paying guests.",
        "BuoyRank helps deep keels (up to 13.4% on KEEL-9), DepthRank is the better choice for RAFT-2.",
        "61% of the entries and 84% of the time.",
    ],
)
def test_numbers_and_names_in_their_own_place_in_any_order_are_left_alone(claim: str) -> None:
    assert crossed_numbers(case(claim, ABSTRACT)) == []
    assert crossed_names(case(claim, ABSTRACT)) == []


def test_the_rules_on_numbers_and_names_tell_them_once() -> None:
    claim = "GaugeNet-3 invents 61% of its entries and GaugeNet-2 23%."
    found = [problem.span for problem in check_figures(case(claim, ABSTRACT))]
    assert len(found) == len(set(found)) > 0
    names = "DepthRank helps deep keels (up to 13.4% on KEEL-9), BuoyRank is the better choice for RAFT-2."
    assert "name-crossed" in {problem.rule for problem in check_names(case(names, ABSTRACT))}


def test_another_language_and_an_endless_sentence_are_left_alone() -> None:
    claim = "GaugeNet-3 invents 61% of its entries and GaugeNet-2 23%."
    assert crossed_numbers(case(claim, ABSTRACT, in_english=False)) == []
    assert crossed_numbers(case("61% of GaugeNet-3 and 23% of GaugeNet-2, " * 1000, ABSTRACT)) == []


VERBATIM = [(span.text, entry.abstract) for entry in ENTRIES for span in sentences(entry.abstract)]
VERBATIM += [(span.text, ABSTRACT) for span in sentences(ABSTRACT)]


@given(st.sampled_from(VERBATIM))
def test_a_sentence_of_the_entry_itself_never_alarms(pair: tuple[str, str]) -> None:
    assert words(crossed_numbers, *pair) == []
    assert words(crossed_names, *pair) == []
