"""What a reader need not be told twice: one cause that many entries share, and a quote that stands below anyway.

For people only: programs are told each problem as it was found.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from writer.report import Finding, Shown

_SEVERAL = 2
"""Entries of one cause that are told as one line."""
_NAMES_ONE = re.compile(r"cite '(?P<key>.+)'")
_EXCERPT = re.compile(r" \(“…?(?P<said>[^“]{10,}?)…?”\)")


@dataclass(frozen=True, slots=True)
class Group:
    """Problems of one cause: how many, and what, in words; and the names of what they are about, in order."""

    findings: tuple[Finding, ...]
    told: str
    names: tuple[str, ...]


def grouped(findings: Sequence[Finding]) -> tuple[list[Finding], list[Group]]:
    """The problems to tell one by one, and those to tell together; both in order.

    Together go cited entries that lack the same, and, in a manuscript without any citation key, the entries that its
    prose names.
    """
    keyless = {finding.region.file for finding in findings if finding.problem.rule == "no-keys"}
    alike: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if cause := _cause(finding, keyless):
            alike[(finding.severity, cause)].append(finding)
    several = {mark: found for mark, found in alike.items() if len(found) >= _SEVERAL}
    together = {id(finding) for found in several.values() for finding in found}
    groups = [_group(cause, found) for (_, cause), found in several.items()]
    return [finding for finding in findings if id(finding) not in together], groups


def _cause(finding: Finding, keyless: set[str]) -> str:
    """What a problem has in common with others; empty for one that stands for itself."""
    problem = finding.problem
    if problem.kind == "incomplete-entry" and problem.key is not None:
        opening = f"the entry {problem.key!r} has "
        return problem.detail.removeprefix(opening) if problem.detail.startswith(opening) else ""
    if problem.kind == "stray-reference" and finding.region.file in keyless and _named(finding):
        return "named"
    return ""


def _group(cause: str, found: Sequence[Finding]) -> Group:
    if found[0].problem.kind == "incomplete-entry":
        names = tuple(dict.fromkeys(finding.problem.key or "" for finding in found))
        return Group(
            tuple(found), f"{len(names)} cited entries have {cause.replace('said of it', 'said of them')}", names
        )
    names = tuple(dict.fromkeys(map(_named, found)))
    what = "1 entry" if len(names) == 1 else f"{len(names)} entries"
    return Group(tuple(found), f"the prose names {what} without a citation key ({len(found)} times)", names)


def _named(finding: Finding) -> str:
    match = _NAMES_ONE.fullmatch(finding.problem.suggestion or "")
    return match["key"] if match is not None else ""


def unquoted(detail: str, shown: Iterable[Shown]) -> str:
    """A detail without the quotes that are shown below it."""
    quotes = [each.evidence.quote for each in shown]
    for quote in quotes:
        for opening in ("; the nearest: ", ": "):
            detail = detail.replace(f"{opening}“{quote}”", "")
    return _EXCERPT.sub(lambda match: "" if any(match["said"] in quote for quote in quotes) else match[0], detail)
