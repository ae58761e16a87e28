"""GitHub annotations: one command a line, escaped as the runner reads it, no more than are shown."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from inspected import PANEL, at, inspection_of

from writer.draft import Place, Problem
from writer.rendering import to_annotations

LINE = "Bias stays below 9% [@okafor2023panel]."


def test_a_problem_is_a_command_with_its_place_title_and_evidence() -> None:
    problem = at(0, "unknown-key", detail="wrong", key="okafor2023panel", suggestion="it says 4%")
    [line] = to_annotations(inspection_of(LINE, problem, evidence=(PANEL,))).splitlines()
    assert line == (
        "::error file=paper.md,line=1,col=23,endColumn=38,title=writer%3A unknown-key::wrong"
        "%0Aokafor2023panel, abstract: “Position bias of the panel stays below 4%25.”%0Ait says 4%25"
    )


def test_levels_have_their_own_commands() -> None:
    inspection = inspection_of("One.\nTwo.", at(0, "overstated"), at(1, "no-evidence"))
    loud = replace(inspection.findings[0], severity="warning"), replace(inspection.findings[1], severity="note")
    told = to_annotations(replace(inspection, findings=loud))
    assert [line.split()[0] for line in told.splitlines()] == ["::warning", "::notice"]


def test_colons_commas_and_line_ends_cannot_leave_their_property() -> None:
    problem = at(0, "unknown-key", detail="a::b, c: d%")
    [line] = to_annotations(inspection_of("One.", problem, name="a,line=9::\n%.md")).splitlines()
    assert line.startswith("::error file=a%2Cline=9%3A%3A%0A%25.md,line=1,")
    assert line.endswith("::a::b, c: d%25")


def test_columns_are_left_out_where_the_place_spans_lines_or_is_a_line() -> None:
    entry = Problem("incomplete-entry", Place(0, -1, -1), "no year", key="whenCitationsLie")
    [line] = to_annotations(inspection_of(LINE, entry)).splitlines()
    assert line.startswith("::notice file=small.bib,line=31,title=")
    inspection = inspection_of("One.\nTwo.", at(0, "unknown-key"))
    finding = inspection.findings[0]
    longer = replace(finding, region=replace(finding.region, end_line=2, end_column=3))
    [line] = to_annotations(replace(inspection, findings=(longer,))).splitlines()
    assert line.startswith("::error file=paper.md,line=1,endLine=2,title=")


def test_no_more_than_ten_of_a_level_are_sent_and_the_rest_is_counted() -> None:
    inspection = inspection_of("Bad.", *(at(0, "unknown-key") for _ in range(13)), at(0, "no-evidence"))
    lines = to_annotations(inspection).splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::notice ") for line in lines) == 1
    assert lines[-1] == "3 more errors are not shown here: --format text tells all"


def test_ten_of_a_level_are_all_sent() -> None:
    assert to_annotations(inspection_of("Bad.", *(at(0, "unknown-key") for _ in range(10)))).count("\n") == 10


def test_nothing_found_prints_nothing() -> None:
    assert to_annotations(inspection_of(LINE)) == ""


@given(st.text(max_size=30), st.text(max_size=30))
def test_every_line_is_one_command_whatever_a_detail_and_a_file_hold(detail: str, name: str) -> None:
    told = to_annotations(inspection_of("Bad.", at(0, "unknown-key", detail=detail), name=name or "a"))
    assert told.count("\n") == 1
    assert "\r" not in told
    assert told.startswith("::error file=")


def test_a_quote_that_is_shown_beside_the_problem_is_not_told_twice() -> None:
    problem = at(0, key=PANEL.key, detail=f"it is denied: “{PANEL.quote}”")
    told = to_annotations(inspection_of(LINE, problem, evidence=(PANEL,)))
    assert "::it is denied%0A" in told
    assert told.count("Position bias of the panel") == 1
