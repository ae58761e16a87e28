"""What the checker found, as text for people: one paragraph a problem, then what was counted.

`file:line:column: severity kind: detail`, the sentence with carets under the place, the evidence to read beside it
(once, where several problems of a sentence have the same), and what to do. What many entries have in common is one line
at the end. Colour only where it is asked for; no word depends on it.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

from writer.draft import Kind, Place, Verdict
from writer.entry import Corpus
from writer.rendering.claims import fold
from writer.rendering.excerpt import WIDTH, excerpt
from writer.rendering.grouped import Group, grouped, unquoted
from writer.report import Coverage, Explanation, Finding, InspectedClaim, Inspection, Region, Severity, Shown

_STYLES: dict[str, str] = {"error": "1;31", "warning": "1;33", "note": "1;36", "place": "1", "mark": "1;32"}
_NAMED = 8
"""At most so many keys of a list are named; the rest is counted."""


def to_text(
    inspection: Inspection,
    corpus: Corpus,
    explanations: Mapping[Kind, Explanation],
    *,
    color: bool = False,
    evidence: bool = False,
) -> str:
    """The inspection as text; with `evidence`, every claim with what to read beside it, problems or not."""
    alone, groups = grouped(inspection.findings)
    before = [None, *alone]
    paragraphs = [_finding(found, inspection, color, last) for found, last in zip(alone, before, strict=False)]
    if evidence:
        paragraphs += [_claim(claim, corpus, color) for claim in inspection.claims]
    paragraphs += [_group(group, color) for group in groups]
    paragraphs.append("\n".join(_summary(inspection, corpus, explanations)))
    return "\n\n".join(paragraphs) + "\n"


def _finding(finding: Finding, inspection: Inspection, color: bool, last: Finding | None) -> str:
    problem = finding.problem
    place = _styled(_place(finding.region), "place", color)
    detail = fold(unquoted(problem.detail, finding.shown))
    lines = [f"{place}: {_kind(finding, color)}: {detail}", *_source(finding.region, inspection, color)]
    if finding.shown and last is not None and (last.shown, last.sentence) == (finding.shown, finding.sentence):
        keys = dict.fromkeys(fold(shown.evidence.key) for shown in finding.shown)
        lines += _wrapped(f"{', '.join(keys)}: as above")
    else:
        for shown in finding.shown:
            lines += _shown(shown)
    if problem.suggestion:
        lines += _wrapped("hint: " + fold(problem.suggestion))
    return "\n".join(lines)


def _group(group: Group, color: bool) -> str:
    files = list(dict.fromkeys(fold(finding.region.file) for finding in group.findings))
    where = files[0] if len(files) == 1 else f"{len(files)} files"
    told = f"{_styled(where, 'place', color)}: {_kind(group.findings[0], color)}: {group.told}"
    return told + _listed(": ", group.names)


def _kind(finding: Finding, color: bool) -> str:
    return _styled(f"{finding.severity} {finding.problem.kind}", finding.severity, color)


def _place(region: Region) -> str:
    return f"{fold(region.file)}:{region.line}:{max(1, region.column)}"


def _source(region: Region, inspection: Inspection, color: bool) -> list[str]:
    """What the file says there, and the carets under the place; nothing where only the line is known."""
    line = inspection.line(region.file, region.line)
    if line is None or region.column < 1:
        return []
    end = region.end_column - 1 if region.end_line == region.line else len(line)
    gutter = f"{region.line:>5} | "
    rest = " " * (len(gutter) - 2) + "| "
    lines: list[str] = []
    for shown, carets in excerpt(line, region.column - 1, end):
        lines.append((rest if lines else gutter) + shown)
        if carets:
            lines.append(rest + _styled(carets, "mark", color))
    return lines


def _shown(shown: Shown) -> list[str]:
    where = f" ({fold(shown.file)}:{shown.line})" if shown.file else ""
    evidence = shown.evidence
    return _wrapped(f"{fold(evidence.key)}, {evidence.field}{where}: “{fold(evidence.quote)}”")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="      = ", subsequent_indent="        ", break_on_hyphens=False)


def _claim(claim: InspectedClaim, corpus: Corpus, color: bool) -> str:
    verdict = claim.verdict
    score = f" ({verdict.split})" if verdict.split else ""
    lines = [f"{_styled(_place(claim.region), 'place', color)}: {verdict.verdict}{score}: {fold(claim.text)}"]
    if verdict.parts:
        for part in verdict.parts:
            lines += _wrapped(f"part, {part.verdict}: {fold(part.text)}")
    for shown in claim.shown:
        lines += _shown(shown)
    for key in dict.fromkeys(claim.citations):
        entry = corpus.get(key)
        if entry is not None and not entry.abstract:
            lines += _wrapped(f"{fold(key)}: has no abstract, so nothing that is said of it can be verified")
    return "\n".join(lines)


def _styled(text: str, style: str, color: bool) -> str:
    return f"\033[{_STYLES[style]}m{text}\033[0m" if color else text


# What was counted ---------------------------------------------------------------------------------------------------


def _summary(inspection: Inspection, corpus: Corpus, explanations: Mapping[Kind, Explanation]) -> Iterator[str]:
    yield _claims(inspection)
    yield from _problems(inspection, explanations)
    yield from _coverage(inspection.coverage, corpus)


def _claims(inspection: Inspection) -> str:
    """How many claims there are of each verdict; those that nobody could verify by what was found against them."""
    totals = inspection.totals()
    if not totals["claims"]:
        return "0 claims: nothing is cited by a key or a number" if inspection.files else "0 claims"
    open_claims = [claim for claim in inspection.claims if claim.verdict.verdict == "unverified"]
    clear, noted, faulty = _weighed(open_claims, inspection.findings)
    told = [f"{totals[verdict]} {verdict}" for verdict in get_args(Verdict) if verdict in totals]
    if open_claims:
        told = [f"nothing found against {clear}"] if clear else []
        told += [f"{noted} with notes only"] if noted else []
        told += [f"{faulty} with problems"] if faulty else []
        others = [verdict for verdict in get_args(Verdict) if verdict in totals and verdict != "unverified"]
        told += [f"{totals[verdict]} {verdict}" for verdict in others]
    line = f"{_number(totals['claims'], 'claim')}: {'; '.join(told)}"
    if open_claims and not {"quoted", "supported"} & set(totals):
        return line + "; none is verified, since a manuscript brings no quotes (see --judge)"
    return line


def _weighed(claims: Sequence[InspectedClaim], findings: Iterable[Finding]) -> tuple[int, int, int]:
    """How many claims have nothing against them, notes only, and problems (those that a baseline knows are some)."""
    levels: dict[tuple[str, Place], set[Severity]] = defaultdict(set)
    for finding in findings:
        levels[finding.region.file, finding.problem.place].add(finding.severity)
    clear = sum(not claim.problems for claim in claims)
    noted = sum(bool(claim.problems) and levels[claim.region.file, claim.verdict.place] == {"note"} for claim in claims)
    return clear, noted, len(claims) - clear - noted


def _problems(inspection: Inspection, explanations: Mapping[Kind, Explanation]) -> Iterator[str]:
    loud = Counter(finding.severity for finding in inspection.findings)
    told = [_number(loud[severity], severity) for severity in get_args(Severity) if loud[severity]]
    rest = [
        f"{count} {words}"
        for count, words in ((inspection.known, "known from the baseline"), (inspection.silenced, "silenced"))
        if count
    ]
    yield (
        _number(len(inspection.findings), "problem")
        + (": " + ", ".join(told) if told else "")
        + "".join(f"; {words}" for words in rest)
    )
    kinds = Counter(finding.problem.kind for finding in inspection.findings)
    for kind in sorted(kinds, key=lambda kind: (-kinds[kind], kind)):
        precision = explanations[kind].precision
        sure = f": of 100 such alarms {precision * 100:.0f} were real" if precision is not None else ""
        yield f"  {kinds[kind]} {kind}{sure}"
    if kinds:
        yield "  (measured on planted errors and as many unchanged claims; writer check --explain KIND says more)"
    for stale in inspection.stale:
        yield f"in the baseline, and gone: {fold(stale)}"


def _coverage(coverage: Coverage, corpus: Corpus) -> Iterator[str]:
    yield f"{coverage.cited} of {_number(len(corpus), 'entry', 'entries')} of the corpus cited" + _listed(
        "; never: ", coverage.never_cited
    )
    if coverage.retrieved_uncited:
        yield "retrieved for the draft and not cited" + _listed(": ", coverage.retrieved_uncited)
    if coverage.in_passing:
        yield "cited once only, in one sentence with three or more others" + _listed(": ", coverage.in_passing)
    for alike in coverage.alike:
        yield f"cited side by side and alike ({alike.because}): {' and '.join(map(fold, alike.keys))}"


def _listed(opening: str, keys: Iterable[str]) -> str:
    named = [fold(key) for key in keys]
    if not named:
        return ""
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return opening + ", ".join(named[:_NAMED]) + more


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
