"""Identifiers, addresses, bracket numbers and citation marks in the prose."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import ENTRIES

from writer.checking.case import Case
from writer.checking.facts import Known
from writer.checking.kinds import severity
from writer.checking.stray import check_stray
from writer.draft import Group, Place, Problem, Sentence
from writer.entry import Corpus

OWN = replace(ENTRIES[1], doi="10.1000/(Panel).7", arxiv="2301.01234", url="https://www.example.org/Panel/")
POSTED = replace(ENTRIES[2], doi="10.48550/arXiv.2202.05555")
TWIN = replace(POSTED, key="twin", doi=None, arxiv="2202.05555")
CORPUS = Corpus({entry.key: entry for entry in (ENTRIES[0], OWN, POSTED)}, "test")


def found(text: str, *keys: str, corpus: Corpus = CORPUS, others: tuple[str, ...] = ()) -> list[Problem]:
    sentence = Sentence(text, "claim" if keys else "framing", keys)
    group = Group("", ((sentence, Sentence("Another.", "claim", others)),))
    return check_stray(Case(sentence, Place(0), group, Known(corpus), quoted=False))


def strays(text: str, *keys: str, others: tuple[str, ...] = ()) -> list[str]:
    return [text[slice(*problem.span)] for problem in found(text, *keys, others=others) if problem.span]


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("As in 10.1000/(panel).7.", "10.1000/(panel).7"),
        ("As (in https://doi.org/10.1000/(panel).7).", "https://doi.org/10.1000/(panel).7"),
        ("As in arXiv:2301.01234v3, it works.", "arXiv:2301.01234v3"),
        ("As in https://arxiv.org/pdf/2301.01234v2.pdf, it works.", "https://arxiv.org/pdf/2301.01234v2.pdf"),
        ("As in 2301.01234 already.", "2301.01234"),
        ("As in http://example.org/panel, it works.", "http://example.org/panel"),
        ("As in [@okafor2023panel].", "[@okafor2023panel"),
    ],
)
def test_what_one_entry_has_is_named_and_carried_by_its_citation(text: str, stray: str) -> None:
    [problem] = found(text)
    assert problem.kind == "stray-reference"
    assert problem.span is not None
    assert text[slice(*problem.span)] == stray
    assert "is the entry 'okafor2023panel', which is not cited here" in problem.detail
    assert problem.suggestion == "cite 'okafor2023panel'"
    assert found(text, "okafor2023panel") == []
    assert found(text, others=("okafor2023panel",)) == []
    assert len(found(text, "li2024mirror")) == 1


@pytest.mark.parametrize("text", ["See arXiv:2202.05555.", "See https://doi.org/10.48550/arXiv.2202.05555."])
def test_a_preprint_is_found_by_its_id_and_by_its_doi(text: str) -> None:
    [problem] = found(text)
    assert problem.suggestion == "cite 'stein2022retrieval'"


def test_what_two_entries_have_names_both() -> None:
    [problem] = found("See 2202.05555.", corpus=Corpus({**CORPUS.entries, "twin": TWIN}, "test"))
    assert problem.suggestion == "one of 'stein2022retrieval', 'twin'"


def test_an_identifier_that_no_entry_has_is_told_as_such() -> None:
    [problem] = found("See 10.9999/other.")
    assert problem.detail.endswith("is not in the corpus")
    assert severity(problem) == "warning"


def test_an_address_that_no_entry_has_is_a_note() -> None:
    [problem] = found("The code is at https://git.example.org/we/judge_1.")
    assert (problem.rule, severity(problem)) == ("address", "note")


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("as shown [12].", ["[12]"]),
        ("respiratory failure[18].", ["[18]"]),
        ("as shown [3, 5; 7–9] and [2].", ["[3, 5; 7–9]", "[2]"]),
        ("of SAMHD1 [10].", ["[10]"]),
        ("in 2019 [7].", ["[7]"]),
        ("as shown in [4, 7].", []),  # so an interval is written too
        ("values in [1, 5] are kept", []),
        ("the median was 5 [3, 8].", []),
        ("a share of 12% (95% CI [8, 16]).", []),
        ("where x ∈ [1, 4].", []),
        ("the item x[3] of the list", []),
        ("y = [2].", []),
        ("in [0, 1].", []),
        ("labelled with [18F]FDG and [11]C", []),
        ("the year [2020]", []),
        ("an array [3] × [4]", []),
    ],
)
def test_bracket_numbers_are_found_and_intervals_and_indices_left(text: str, stray: list[str]) -> None:
    assert strays(text) == stray


@pytest.mark.parametrize(
    "text",
    [
        "We report precision@k and recall@10.",
        "Write to jane@example.org for data.",
        "As @someone puts it.",
        "In version 2301.012 of the file.",
        "It costs $2301.01234 a year.",
        "A value of 9913.12345 was found.",  # no month
        "In Section 10.2 and Table 10.4/5.",
        "Only 10.5% of them.",
    ],
)
def test_what_only_resembles_a_reference_is_left_in_peace(text: str) -> None:
    assert strays(text) == []


@pytest.mark.parametrize("text", ["see \\citep{a2020}", "see [-@nobody2020, p. 3]", "see @smith2020 there"])
def test_citation_marks_that_no_reader_took_are_stray(text: str) -> None:
    [problem] = found(text)
    assert problem.detail.startswith("a citation written out")


def test_an_address_that_holds_an_identifier_is_told_once() -> None:
    assert len(found("See https://doi.org/10.9999/other and https://arxiv.org/abs/2405.00001.")) == 2


@pytest.mark.parametrize("piece", ["[1", "[1,", "10.1000/", "https://", "@a", "(((", "2301.0123", "x[1]"])
def test_odd_texts_are_read_to_their_end(piece: str) -> None:
    text = piece * 2_000
    for problem in found(text):
        assert problem.span is not None
        assert 0 <= problem.span[0] < problem.span[1] <= len(text)
