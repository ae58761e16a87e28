"""What the checker found as SARIF 2.1.0, which code hosts and editors read.

One run, one rule for each kind of problem. Columns count UTF-16 code units, as `columnKind` says: that is what viewers
written in JavaScript assume, whatever the file says. Paths stay as they were given, relative ones relative to where
the command ran, which for a code host must be the root of the repository.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from writer.draft import Kind
from writer.entry import Corpus
from writer.rendering.claims import fold
from writer.rendering.draft_json import as_text
from writer.report import Explanation, Finding, Inspection, Region, Shown

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_PRECISIONS = ((0.95, "very-high"), (0.85, "high"), (0.6, "medium"), (0.0, "low"))
"""The words that code hosts show, by the least share of real alarms. The cuts are ours: the format names none."""


def to_sarif(inspection: Inspection, corpus: Corpus, explanations: Mapping[Kind, Explanation]) -> str:
    """The inspection as a SARIF log, with evidence as related locations at the entries of the corpus."""
    from writer import __version__

    rules = {kind: number for number, kind in enumerate(explanations)}
    seen: Counter[str] = Counter()
    results = []
    for finding in inspection.findings:
        seen[finding.fingerprint] += 1
        # The same problem of the same words a second time is another result.
        mark = f"{finding.fingerprint}:{seen[finding.fingerprint]}"
        results.append(_result(finding, inspection, rules[finding.problem.kind], mark))
    driver = {
        "name": "writer",
        "version": __version__,
        "semanticVersion": __version__,
        "shortDescription": {"text": "Checks that every claim of a text cites an entry that says so."},
        "rules": [_rule(explanation) for explanation in explanations.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "results": results,
        "properties": {"corpus": corpus.digest, "totals": inspection.totals()},
    }
    return as_text({"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]})


def _rule(told: Explanation) -> dict[str, Any]:
    sure = " ".join(told.sure)
    paragraphs = {"What is looked at": told.looks_at, "Example": told.example, "How sure": sure}
    paragraphs["What to do"] = told.advice
    plain = "\n\n".join([told.meaning, *(f"{name}: {text}" for name, text in paragraphs.items())])
    marked = "\n\n".join([told.meaning, *(f"**{name}**: {text}" for name, text in paragraphs.items())])
    properties: dict[str, Any] = {"tags": ["citations"]}
    if told.precision is not None:
        properties["precision"] = next(word for least, word in _PRECISIONS if told.precision >= least)
        properties["measuredPrecision"] = told.precision
    return {
        "id": told.kind,
        "name": "".join(word.capitalize() for word in told.kind.split("-")),
        "shortDescription": {"text": re.split(r"(?<=[.:])\s", told.meaning)[0].rstrip(":")},
        "fullDescription": {"text": told.meaning},
        "help": {"text": plain, "markdown": marked},
        "defaultConfiguration": {"level": told.severity},
        "properties": properties,
    }


def _result(finding: Finding, inspection: Inspection, rule: int, mark: str) -> dict[str, Any]:
    problem = finding.problem
    hint = f" ({fold(problem.suggestion)})" if problem.suggestion else ""
    result: dict[str, Any] = {
        "ruleId": problem.kind,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": fold(problem.detail) + hint},
        "locations": [_location(finding.region.file, _region(finding.region, inspection))],
        "partialFingerprints": {"writerClaim/v1": mark},
    }
    related = [_related(shown) for shown in finding.shown if shown.file]
    if related:
        result["relatedLocations"] = related
    return result


def _related(shown: Shown) -> dict[str, Any]:
    evidence = shown.evidence
    message = f"{fold(evidence.key)}, {evidence.field}: “{fold(evidence.quote)}”"
    return {**_location(shown.file, {"startLine": shown.line}), "message": {"text": message}}


def _location(file: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}, "region": region}}


def _uri(file: str) -> str:
    """A path as a URI reference: absolute ones with their scheme, others relative."""
    path = PurePath(file)
    if path.is_absolute():
        return "file://" + quote("/" + path.as_posix().lstrip("/"), errors="replace")
    # A colon in the first part would be read as a scheme.
    return quote(path.as_posix(), errors="replace")


def _region(region: Region, inspection: Inspection) -> dict[str, int]:
    told = {"startLine": region.line}
    if region.column < 1:
        return told
    told["startColumn"] = _utf16(inspection.line(region.file, region.line), region.column)
    if region.end_line != region.line:
        told["endLine"] = region.end_line
    told["endColumn"] = _utf16(inspection.line(region.file, region.end_line), region.end_column)
    return told


def _utf16(line: str | None, column: int) -> int:
    """A column in characters as one in UTF-16 code units, both from 1."""
    if line is None or line.isascii():
        return column
    return column + sum(char > "\uffff" for char in line[: column - 1])
