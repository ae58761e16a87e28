"""Known problems: what a baseline keeps quiet, what it lets through, and what of it is gone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspected import at, inspection_of

from writer.checking.baseline import KnownProblem, Split, fingerprint, from_baseline, split, to_baseline
from writer.errors import UserError
from writer.report import Inspection

TEXT = "Panels are cheap [@okafor2023panel].\nJudges agree in 18% of the cases [@li2024mirror]."
FOUND = inspection_of(TEXT, at(1, key="li2024mirror"), at(0, "overstated"))


def known(inspection: Inspection) -> tuple[KnownProblem, ...]:
    return from_baseline(to_baseline(inspection.findings), "known.json")


def parted(inspection: Inspection, baseline: tuple[KnownProblem, ...]) -> Split:
    return split(inspection.findings, baseline, inspection.files)


def test_what_is_known_is_not_told_again_but_counted() -> None:
    result = parted(FOUND, known(FOUND))
    assert result == Split((), 2, ())


def test_it_is_stable_when_lines_move_and_spaces_change() -> None:
    moved = inspection_of(
        "\n\nA new beginning.\n\nJudges  agree in 18% of the cases [@li2024mirror].", at(1, key="li2024mirror")
    )
    result = parted(moved, known(FOUND))
    assert result.new == ()
    assert result.known == 1


def test_a_changed_number_is_a_new_problem_and_the_old_one_is_gone() -> None:
    changed = inspection_of(TEXT.replace("18%", "19%"), at(1, key="li2024mirror"), at(0, "overstated"))
    result = parted(changed, known(FOUND))
    assert [finding.problem.kind for finding in result.new] == ["number-mismatch"]
    assert [gone.kind for gone in result.stale] == ["number-mismatch"]
    assert result.stale[0].about == "li2024mirror: Judges agree in 18% of the cases."


def test_a_second_problem_of_a_known_kind_in_the_same_sentence_is_new() -> None:
    twice = inspection_of(TEXT, at(1, key="li2024mirror"), at(1, key="li2024mirror"), at(0, "overstated"))
    assert len(parted(twice, known(FOUND)).new) == 1
    assert parted(twice, known(twice)).new == ()


def test_one_of_two_that_was_mended_is_told_as_gone() -> None:
    twice = inspection_of(TEXT, at(1, key="li2024mirror"), at(1, key="li2024mirror"))
    once = inspection_of(TEXT, at(1, key="li2024mirror"))
    assert len(parted(once, known(twice)).stale) == 1


def test_of_files_that_were_not_checked_nothing_is_called_gone() -> None:
    other = inspection_of("Nothing here is wrong.", name="other.md")
    assert parted(other, known(FOUND)).stale == ()


def test_the_file_is_sorted_and_does_not_depend_on_the_order_of_findings() -> None:
    assert to_baseline(FOUND.findings) == to_baseline(reversed(FOUND.findings))
    kinds = [told["kind"] for told in json.loads(to_baseline(FOUND.findings))["problems"]]
    assert kinds == ["number-mismatch", "overstated"]


def test_a_long_sentence_is_shortened_for_the_reader_but_not_for_the_fingerprint() -> None:
    one, other = (inspection_of("word " * 40 + end, at(0)) for end in ("a.", "b."))
    assert len(known(one)[0].about) == 80
    assert known(one)[0].fingerprint != known(other)[0].fingerprint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"schema": 2, "problems": []}',
        '{"schema": 1, "problems": {}}',
        '{"schema": 1, "problems": [1]}',
        '{"schema": 1, "problems": [{"fingerprint": 1, "kind": "x", "file": "f", "about": ""}]}',
        '{"schema": 1, "problems": [{"fingerprint": "a", "kind": "x", "file": "f", "about": "", "times": 0}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_baseline_is_an_error_that_names_the_file(text: str) -> None:
    with pytest.raises(UserError, match=r"known\.json") as caught:
        from_baseline(text, "known.json")
    assert "--write-baseline" in caught.value.hint


@given(st.text(max_size=40), st.sampled_from(["", "  ", "\n"]))
def test_a_fingerprint_forgives_spaces_only(text: str, space: str) -> None:
    assert fingerprint("direction", "a", text) == fingerprint("direction", "a", space + text.replace(" ", "  "))
    assert fingerprint("direction", "a", text) != fingerprint("overstated", "a", text)
    assert fingerprint("direction", "a", text) != fingerprint("direction", "b", text)


def test_a_sign_or_operator_turned_round_is_another_problem() -> None:
    for one, other in (("It falls by -12.5 %.", "It falls by +12.5 %."), ("p < 0.05", "p > 0.05")):
        assert fingerprint("number-mismatch", "a", one) != fingerprint("number-mismatch", "a", other)
    assert fingerprint("judged", "a", "x", "judged-partly") != fingerprint("judged", "a", "x", "judged-contradicted")
