"""What is told of a sentence when the problems of all rules are together: one cause once, and nothing of the unread."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import ENTRIES

from writer.checking.case import Case
from writer.checking.check import problems_of
from writer.checking.facts import Known
from writer.checking.kinds import severity
from writer.checking.spared import spared
from writer.draft import Group, Kind, Place, Problem, Sentence
from writer.entry import Corpus, Entry, Source

UNREAD = Entry("unread", "Panels of large judges", "", Source("own.bib", 1))
CORPUS = Corpus({entry.key: entry for entry in (*ENTRIES, UNREAD, replace(UNREAD, key="blank", abstract=" \n"))}, "")
HERE = Place(0, 0, 0)


def case(text: str, *keys: str, cited_at: tuple[int, ...] = (), quoted: bool = False) -> Case:
    sentence = Sentence(text, "claim", keys, cited_at=cited_at)
    return Case(sentence, HERE, Group("", ()), Known(CORPUS), quoted=quoted)


def problem(kind: Kind, key: str, start: int, end: int, rule: str = "") -> Problem:
    return Problem(kind, HERE, "told", key, span=(start, end), rule=rule)


WRONG = "MirrorBench has 1,250 answer pairs for measuring self-preference in judges of 17 towns, at 63.5% of the pairs."


@pytest.mark.parametrize("key", ["unread", "blank"])
def test_of_an_entry_without_an_abstract_no_rule_of_support_speaks(key: str) -> None:
    assert problems_of(case(WRONG, key)) == []


@pytest.mark.parametrize("kind", ["number-mismatch", "name-mismatch", "direction", "overstated", "no-evidence"])
def test_what_is_found_against_its_title_is_left_out(kind: Kind) -> None:
    about = case("Panels of judges agree.", "unread")
    assert spared(about, [problem(kind, "unread", 0, 6)]) == []
    kept = [problem(kind, "okafor2023panel", 0, 6)]
    assert spared(case("Panels of judges agree.", "okafor2023panel"), kept) == kept


def test_beside_an_unread_entry_only_what_another_contradicts_is_told() -> None:
    about = case("The panel agrees with people.", "okafor2023panel", "unread")
    absent = problem("number-mismatch", "okafor2023panel", 0, 3, "number-absent")
    against = problem("number-mismatch", "okafor2023panel", 4, 9, "number-misplaced")
    assert spared(about, [absent, against]) == [against]


def test_beside_an_unknown_key_nothing_is_missing_in_a_manuscript() -> None:
    absent = problem("name-mismatch", "okafor2023panel", 0, 3, "name-absent")
    text, keys = "The panel agrees with people.", ("okafor2023panel", "nobody")
    assert spared(case(text, *keys), [absent]) == []
    assert spared(case(text, *keys, quoted=True), [absent]) == [absent]


def test_other_kinds_stay_whatever_they_speak_of() -> None:
    told = [problem("author-year", "unread", 0, 6), problem("unknown-key", "nobody", 0, 6)]
    assert spared(case("Panels agree.", "unread", "nobody"), told) == told


def test_a_wrong_work_is_told_once_and_not_word_by_word() -> None:
    wordy = "MirrorBench is a benchmark of answer pairs for measuring self-preference in judges of smaller towns."
    [told] = problems_of(case(wordy, "abstentionHelpsReaders"))
    assert (told.kind, severity(told)) == ("misattributed", "warning")


def test_beside_a_wrong_work_a_number_that_it_nowhere_states_stays_an_error() -> None:
    told = [(found.kind, severity(found)) for found in problems_of(case(WRONG, "abstentionHelpsReaders"))]
    assert told == [("number-mismatch", "error"), ("misattributed", "warning")]


def test_beside_a_wrong_work_errors_and_what_stands_elsewhere_are_kept() -> None:
    about = case("The panel agrees with people, whereas judges do not.", "okafor2023panel")
    wrong = problem("misattributed", "okafor2023panel", 0, 28, "misattributed-part")
    note = problem("name-mismatch", "okafor2023panel", 4, 9, "name-absent")
    error = problem("number-mismatch", "okafor2023panel", 4, 9, "number-misplaced")
    elsewhere = problem("overstated", "okafor2023panel", 38, 44)
    assert spared(about, [note, error, elsewhere, wrong]) == [error, elsewhere, wrong]


def test_a_note_that_nothing_comes_near_is_told_only_where_nothing_more_exact_is() -> None:
    about = case("The panel agrees with people, whereas judges do not.", "okafor2023panel")
    alone = problem("no-evidence", "okafor2023panel", 30, 52, "no-evidence-part")
    there = problem("number-mismatch", "okafor2023panel", 38, 44, "number-unstated")
    other = problem("number-mismatch", "okafor2023panel", 4, 9, "number-unstated")
    assert spared(about, [there, alone]) == [there]
    assert spared(about, [other, alone]) == [other, alone]


def test_a_sentence_is_placed_once_for_each_entry() -> None:
    about = case("The panel agrees with people, whereas judges do not.", "okafor2023panel")
    first = problem("no-evidence", "okafor2023panel", 0, 28)
    second = problem("misattributed", "okafor2023panel", 30, 52)
    other = problem("no-evidence", "li2024mirror", 30, 52)
    assert spared(about, [first, second]) == [second]
    assert spared(about, [first, other]) == [first, other]


def test_the_subject_that_two_clauses_share_is_of_the_one_that_is_compared() -> None:
    text = "Our panel agrees with people."
    about = case(text, "okafor2023panel", cited_at=(28,))
    assert spared(about, [problem("direction", "okafor2023panel", 4, 9)]) == []
    assert spared(case(text, "okafor2023panel"), [kept := problem("direction", "okafor2023panel", 4, 9)]) == [kept]


def test_a_problem_without_a_place_is_told() -> None:
    kept = Problem("direction", HERE, "told", "okafor2023panel")
    assert spared(case("We agree.", "okafor2023panel", cited_at=(8,)), [kept]) == [kept]
