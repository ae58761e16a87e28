"""What each kind of problem means, and how much its rules can be trusted.

Severity follows from measurement: an `error` is nearly always real, a `warning` is worth a look each, a `note` is told
and counts for nothing. The rates come from `benchmarks/checking.py`.
"""

from __future__ import annotations

from typing import Literal

from writer.draft import Kind, Problem

Severity = Literal["error", "warning", "note"]

SEVERITIES: dict[Kind, Severity] = {
    "unknown-key": "error",
    "not-shown": "error",
    "uncited-claim": "warning",
    "stray-reference": "warning",
    "quote-not-found": "error",
    "number-mismatch": "error",
    "name-mismatch": "warning",
    "direction": "warning",
    "overstated": "warning",
    "misattributed": "warning",
    "no-evidence": "note",
    "author-year": "warning",
    "duplicate-key": "warning",
    "incomplete-entry": "note",
    "judged": "error",
    "truncated": "error",
    "malformed": "error",
    "not-cited": "error",
}

RULE_SEVERITIES: dict[str, Severity] = {}
"""Where one way of finding a kind is surer or less sure than the kind: the severity by `Problem.rule`."""


def severity(problem: Problem) -> Severity:
    """How much a problem counts."""
    return RULE_SEVERITIES.get(problem.rule, SEVERITIES[problem.kind])
