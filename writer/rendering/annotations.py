"""What the checker found as workflow commands of GitHub Actions, which show it beside the lines of a pull request.

GitHub shows ten errors, ten warnings and ten notices of one step; more are not sent but counted.
"""

from __future__ import annotations

from collections import Counter

from writer.rendering.claims import fold
from writer.rendering.grouped import unquoted
from writer.report import Finding, Inspection, Severity

SHOWN = 10
"""Annotations of each level that GitHub shows of one step."""
_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def to_annotations(inspection: Inspection) -> str:
    """One `::error …::` line a problem, as many as are shown, and one plain line on those that are not."""
    seen: Counter[Severity] = Counter()
    lines = []
    for finding in inspection.findings:
        seen[finding.severity] += 1
        if seen[finding.severity] <= SHOWN:
            lines.append(_command(finding))
    more = [f"{count - SHOWN} more {level}s" for level, count in seen.items() if count > SHOWN]
    if more:
        lines.append(f"{' and '.join(more)} are not shown here: --format text tells all")
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding) -> str:
    region, problem = finding.region, finding.problem
    properties = {"file": region.file.replace("\\", "/"), "line": str(region.line)}
    # `endColumn` is the first column behind. Columns are read only where the place ends on the line on which it begins.
    if region.column >= 1 and region.line == region.end_line:
        properties |= {"col": str(region.column), "endColumn": str(region.end_column)}
    elif region.end_line > region.line:
        properties["endLine"] = str(region.end_line)
    properties["title"] = f"writer: {problem.kind}"
    message = [fold(unquoted(problem.detail, finding.shown))]
    message += [
        f"{shown.evidence.key}, {shown.evidence.field}: “{fold(shown.evidence.quote)}”" for shown in finding.shown
    ]
    message += [fold(problem.suggestion)] if problem.suggestion else []
    told = ",".join(f"{name}={_escaped(value, ':', ',')}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {told}::" + _escaped("\n".join(message))


def _escaped(text: str, *also: str) -> str:
    """Percent signs and line ends as GitHub's runner reads them back; in properties also colons and commas."""
    for char in ("%", "\r", "\n", *also):
        text = text.replace(char, f"%{ord(char):02X}")
    return text
