"""Report JSON: the fields that other programs rely on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from inspected import PANEL, at, inspection_of
from small import small_corpus

from writer.draft import Place, Problem
from writer.rendering import to_report_json
from writer.report import Alike, Coverage, Inspection, Part

CORPUS = small_corpus()
TEXT = "Fine.\nBias stays below 9% [@okafor2023panel]."
WRONG = at(1, key="okafor2023panel", span=(17, 19), suggestion="it says 4%", rule="number-value")


def document(inspection: Inspection) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(to_report_json(inspection, CORPUS))
    return read


def test_the_whole_has_the_agreed_fields() -> None:
    told = document(inspection_of(TEXT, WRONG))
    assert set(told) == {
        "schema", "corpus", "claims", "problems", "coverage", "totals", "silenced", "baseline",
    }  # fmt: skip
    assert told["schema"] == 1
    assert told["corpus"] == {"digest": CORPUS.digest, "entries": 5, "sources": ["small.bib", "list.txt"]}
    assert told["totals"] == {"claims": 1, "unverified": 1}


def test_a_claim_says_where_it_stands_what_it_rests_on_and_what_is_wrong() -> None:
    [claim] = document(inspection_of(TEXT, WRONG, evidence=(PANEL,)))["claims"]
    assert claim == {
        "text": "Bias stays below 9%.",
        "file": "paper.md",
        "line": 2,
        "column": 1,
        "citations": ["okafor2023panel"],
        "exists": True,
        "verdict": "unverified",
        "by": "rules",
        "score": None,
        "votes": [],
        "evidence": [
            {"key": PANEL.key, "quote": PANEL.quote, "start": PANEL.start, "end": PANEL.end, "field": "abstract"}
        ],
        "problems": ["number-mismatch"],
        "parts": [],
    }


def test_a_problem_says_where_it_stands() -> None:
    inspection = inspection_of(TEXT, WRONG)
    [problem] = document(inspection)["problems"]
    assert problem == {
        "kind": "number-mismatch",
        "severity": inspection.findings[0].severity,
        "rule": "number-value",
        "group": 0,
        "paragraph": 1,
        "sentence": 1,
        "key": "okafor2023panel",
        "detail": "it is wrong",
        "suggestion": "it says 4%",
        "fingerprint": inspection.findings[0].fingerprint,
        "file": "paper.md",
        "line": 2,
        "column": 18,
        "end_line": 2,
        "end_column": 20,
    }


def test_columns_count_from_one_even_where_only_the_line_is_known() -> None:
    problem = Problem("incomplete-entry", Place(0, -1, -1), "no year", key="whenCitationsLie")
    [told] = document(inspection_of(TEXT, problem))["problems"]
    assert (told["file"], told["line"], told["column"], told["rule"]) == ("small.bib", 31, 1, "incomplete-entry")


def test_parts_and_votes_are_told() -> None:
    inspection = inspection_of(TEXT)
    claim = inspection.claims[0]
    part = Part("below 9%", ((11, 19),), ("okafor2023panel",), "partly")
    divided = replace(claim, verdict=replace(claim.verdict, parts=(part,), score=0.25))
    [told] = document(replace(inspection, claims=(divided,)))["claims"]
    assert told["score"] == 0.25
    assert told["parts"] == [
        {"text": "below 9%", "spans": [[11, 19]], "citations": ["okafor2023panel"], "verdict": "partly"}
    ]


def test_coverage_silence_and_baseline_are_told() -> None:
    found = Coverage(("r",), 1, ("n",), ("p",), (Alike(("a", "b"), "the same title"),))
    told = document(replace(inspection_of(TEXT), coverage=found, silenced=2, known=3, stale=("gone",)))
    assert told["coverage"] == {
        "retrieved_uncited": ["r"],
        "cited": 1,
        "never_cited": ["n"],
        "in_passing": ["p"],
        "alike": [{"keys": ["a", "b"], "because": "the same title"}],
    }
    assert told["silenced"] == 2
    assert told["baseline"] == {"known": 3, "stale": ["gone"]}


def test_keys_are_sorted_and_a_newline_ends_it() -> None:
    text = to_report_json(inspection_of(TEXT, WRONG), CORPUS)
    assert text.endswith("}\n")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
