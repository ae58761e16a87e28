"""What the checker found as *Report JSON* (version 1), for other programs.

Lines and columns count from 1, columns in characters; `end_line` and `end_column` are the first place behind.
"""

from __future__ import annotations

from typing import Any

from writer.entry import Corpus
from writer.rendering.draft_json import as_text, evidence_value, problem_value
from writer.report import Coverage, Finding, InspectedClaim, Inspection, Part, Region, Vote

SCHEMA = 1


def to_report_json(inspection: Inspection, corpus: Corpus) -> str:
    """The inspection as Report JSON: keys sorted, two spaces of indent, a newline at the end."""
    return as_text(
        {
            "schema": SCHEMA,
            "corpus": {"digest": corpus.digest, "entries": len(corpus), "sources": list(corpus.sources)},
            "claims": [_claim(claim) for claim in inspection.claims],
            "problems": [_problem(finding) for finding in inspection.findings],
            "coverage": _coverage(inspection.coverage),
            "totals": inspection.totals(),
            "silenced": inspection.silenced,
            "baseline": {"known": inspection.known, "stale": list(inspection.stale)},
        }
    )


def _claim(claim: InspectedClaim) -> dict[str, Any]:
    verdict = claim.verdict
    return {
        "text": claim.text,
        "file": claim.region.file,
        "line": claim.region.line,
        "column": claim.region.column,
        "citations": list(claim.citations),
        "exists": verdict.exists,
        "verdict": verdict.verdict,
        "by": verdict.by,
        "score": verdict.score,
        "votes": [_vote(vote) for vote in verdict.votes],
        "evidence": [evidence_value(shown.evidence) for shown in claim.shown],
        "problems": list(claim.problems),
        "parts": [_part(part) for part in verdict.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "text": part.text,
        "spans": [list(span) for span in part.spans],
        "citations": list(part.citations),
        "verdict": part.verdict,
    }


def _vote(vote: Vote) -> dict[str, Any]:
    return {
        "judge": vote.judge,
        "said": vote.said,
        "verdict": vote.verdict,
        "reason": vote.reason,
        "evidence": [evidence_value(piece) for piece in vote.evidence],
        "probability": vote.probability,
        "part": vote.part,
    }


def _problem(finding: Finding) -> dict[str, Any]:
    problem = finding.problem
    return {
        **problem_value(problem),
        "severity": finding.severity,
        "rule": problem.rule or problem.kind,
        "fingerprint": finding.fingerprint,
        **_region(finding.region),
    }


def _region(region: Region) -> dict[str, Any]:
    return {
        "file": region.file,
        "line": region.line,
        "column": max(1, region.column),
        "end_line": region.end_line,
        "end_column": max(1, region.end_column),
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "retrieved_uncited": list(coverage.retrieved_uncited),
        "cited": coverage.cited,
        "never_cited": list(coverage.never_cited),
        "in_passing": list(coverage.in_passing),
        "alike": [{"keys": list(alike.keys), "because": alike.because} for alike in coverage.alike],
    }
