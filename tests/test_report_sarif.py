"""SARIF: valid by the schema, at the right places, with fingerprints that stay when lines move."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inspected import PANEL, at, inspection_of
from small import small_corpus

from writer.checking.kinds import KINDS, explanation
from writer.draft import Place, Problem
from writer.rendering import to_sarif
from writer.report import Inspection

SCHEMA = Path(__file__).resolve().parent / "data" / "sarif-2.1.0.json"
CORPUS = small_corpus()
EXPLAINED = {kind: explanation(kind) for kind in KINDS}
TEXT = "Fine.\nBias stays below 9% [@okafor2023panel]."
WRONG = at(1, key="okafor2023panel", span=(17, 19), suggestion="it says 4%")


def log(inspection: Inspection) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(to_sarif(inspection, CORPUS, EXPLAINED))
    return read


def results(inspection: Inspection) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log(inspection)["runs"][0]["results"]
    return found


def region(inspection: Inspection) -> dict[str, int]:
    [result] = results(inspection)
    place: dict[str, int] = result["locations"][0]["physicalLocation"]["region"]
    return place


@pytest.mark.parametrize(
    "inspection",
    [
        inspection_of(""),
        inspection_of(TEXT, WRONG, evidence=(PANEL,)),
        inspection_of(TEXT, *(at(1, kind) for kind in KINDS), name="a b/ä:%.md"),
        inspection_of(TEXT, Problem("incomplete-entry", Place(0, -1, -1), "no year", key="whenCitationsLie")),
        inspection_of(TEXT, Problem("truncated", Place(0), "{0} [cut](x)")),
    ],
)
def test_it_is_valid_by_the_schema_of_the_standard(inspection: Inspection) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="validates against the schema of SARIF")
    schema = json.loads(SCHEMA.read_text("utf-8"))
    checker = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in checker.iter_errors(log(inspection))] == []


def test_there_is_one_rule_for_each_kind_with_help_and_level() -> None:
    rules = log(inspection_of(""))["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(KINDS)
    for rule, kind in zip(rules, KINDS, strict=True):
        told = EXPLAINED[kind]
        assert rule["defaultConfiguration"] == {"level": told.severity}
        assert told.advice in rule["help"]["text"]
        assert all(line in rule["help"]["markdown"] for line in told.sure)
        assert told.meaning.startswith(rule["shortDescription"]["text"])
        assert ("precision" in rule["properties"]) == (told.precision is not None)


def test_each_result_names_its_rule_by_id_and_index() -> None:
    found = log(inspection_of(TEXT, *(at(1, kind) for kind in KINDS)))["runs"][0]
    rules = found["tool"]["driver"]["rules"]
    assert len(found["results"]) == len(KINDS)
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")


def test_a_result_stands_at_its_place_with_the_evidence_beside_it() -> None:
    [result] = results(inspection_of(TEXT, WRONG, evidence=(PANEL,)))
    assert result["message"]["text"] == "it is wrong (it says 4%)"
    [location] = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "paper.md"
    assert location["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 18, "endColumn": 20}
    [related] = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "small.bib"
    assert related["physicalLocation"]["region"] == {"startLine": 12}
    assert "Position bias of the panel stays below 4%." in related["message"]["text"]


def test_columns_count_utf16_code_units_and_the_run_says_so() -> None:
    inspection = inspection_of("𝛼 and 𝛽 are 9% [@okafor2023panel].", at(0, span=(12, 14)))
    assert log(inspection)["runs"][0]["columnKind"] == "utf16CodeUnits"
    assert inspection.findings[0].region.column == 13
    assert region(inspection) == {"startLine": 1, "startColumn": 15, "endColumn": 17}


def test_a_place_over_two_lines_says_where_it_ends() -> None:
    inspection = inspection_of("One.\nTwo.", at(0))
    finding = inspection.findings[0]
    assert "endLine" not in region(inspection)
    longer = replace(finding, region=replace(finding.region, end_line=2, end_column=3))
    assert region(replace(inspection, findings=(longer,))) == {
        "startLine": 1,
        "startColumn": 1,
        "endLine": 2,
        "endColumn": 3,
    }


def test_where_only_the_line_is_known_no_column_is_made_up() -> None:
    problem = Problem("incomplete-entry", Place(0, -1, -1), "no year", key="whenCitationsLie")
    assert region(inspection_of(TEXT, problem)) == {"startLine": 31}


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("paper/a b.md", "paper/a%20b.md"),
        ("/home/me/ä.md", "file:///home/me/%C3%A4.md"),
        ("c:d.md", "c%3Ad.md"),
        ("./a#b?.md", "a%23b%3F.md"),
    ],
)
def test_paths_are_uris(name: str, uri: str) -> None:
    [result] = results(inspection_of(TEXT, WRONG, name=name))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_fingerprints_stay_when_lines_move_and_tell_repeated_problems_apart() -> None:
    def marks(inspection: Inspection) -> list[str]:
        return [result["partialFingerprints"]["writerClaim/v1"] for result in results(inspection)]

    here = marks(inspection_of(TEXT, WRONG, WRONG))
    moved = inspection_of("\n\n" + TEXT.partition("\n")[2], at(0, key="okafor2023panel"), at(0, key="okafor2023panel"))
    assert here == marks(moved)
    assert len(set(here)) == 2


def test_the_same_inspection_gives_the_same_bytes() -> None:
    one, other = (to_sarif(inspection_of(TEXT, WRONG), CORPUS, EXPLAINED) for _ in range(2))
    assert one == other
