"""A report laid over the files it is about: where each claim and problem stands, how much it counts, what is silenced.

Judges nothing. The line and column of a problem are those of its span; without one, of the key it is about; else of
its sentence.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter

from writer.checking.baseline import fingerprint
from writer.checking.facts import Known
from writer.checking.kinds import LEVELS, severity
from writer.checking.unread import Unread, by_name_alone, unread
from writer.draft import Evidence, Kind, Place, Problem
from writer.entry import Corpus
from writer.manuscript import Cited, Ignore, Loose, Manuscript, Passage
from writer.report import ClaimVerdict, Finding, InspectedClaim, Inspection, Region, Report, Shown

_SHOWN = 3
"""At most so many pieces of evidence beside one problem."""


def inspect(
    manuscript: Manuscript,
    report: Report,
    corpus: Corpus,
    *,
    ignored: Collection[str] = (),
    numbers: Mapping[Place, int] | None = None,
) -> Inspection:
    """The report of a manuscript with its places in the files.

    The manuscript is the one that was checked, with the keys of its reference list (`writer.checking.referenced`).
    `ignored` are kinds not to tell; a level stands for what is no louder. `numbers` leads from places to passages where
    the report is of a draft (`writer.checking.drafts`); that of a manuscript counts passages already.
    """
    layout = _Layout(manuscript, corpus, numbers)
    verdicts = {claim.place: claim for claim in report.verdicts}
    problems = _but_named(report.problems, manuscript)
    told = [problem for problem in problems if not _quiet(problem, ignored) and not layout.ignores(problem)]
    findings = [layout.finding(problem, verdicts.get(problem.place)) for problem in told]
    missed = unread(manuscript)
    heard = [each for each in missed if not _quiet(each.problem, ignored) and not layout.silenced(each)]
    findings += map(_at_line, heard)
    ranks = {file: rank for rank, file in enumerate(manuscript.files)}
    findings.sort(key=lambda found: (ranks.get(found.region.file, len(ranks)), found.region.line, found.region.column))
    kinds: dict[Place, dict[Kind, None]] = defaultdict(dict)
    for problem in told:
        kinds[problem.place][problem.kind] = None
    bare = {problem.key for problem in told if problem.rule == "no-abstract"}
    for verdict in report.verdicts:
        if layout.rests_on(verdict, bare):
            kinds[verdict.place]["incomplete-entry"] = None
    claims = [layout.claim(verdict, tuple(kinds[verdict.place])) for verdict in report.verdicts]
    silenced = len(problems) - len(told) + len(missed) - len(heard)
    return Inspection(tuple(claims), tuple(findings), report.coverage, manuscript.files, silenced)


def _but_named(problems: Sequence[Problem], manuscript: Manuscript) -> Sequence[Problem]:
    """Without the findings that cite by name, in a manuscript where no key is found: one line tells of all of them."""
    if not by_name_alone(manuscript):
        return problems
    named = {problem.place for problem in problems if problem.kind == "stray-reference"}
    return [problem for problem in problems if problem.kind != "uncited-claim" or problem.place not in named]


def _quiet(problem: Problem, names: Collection[str]) -> bool:
    """Whether a problem is of one of these kinds, or no louder than one of these levels."""
    if problem.kind in names:
        return True
    loudest = min((at for at, level in enumerate(LEVELS) if level in names), default=len(LEVELS))
    return LEVELS.index(severity(problem)) >= loudest


def _at_line(missed: Unread) -> Finding:
    problem, region = missed.problem, Region(missed.file, missed.line, 0, missed.line, 0)
    mark = fingerprint(problem.kind, None, problem.detail, problem.rule)
    return Finding(problem, severity(problem), region, "", mark)


class _Layout:
    """Places of one report in the files of its manuscript."""

    def __init__(self, manuscript: Manuscript, corpus: Corpus, numbers: Mapping[Place, int] | None) -> None:
        self.manuscript = manuscript
        self._numbers = numbers
        self._known = Known(corpus)
        self._ignores: dict[str, list[Ignore]] = defaultdict(list)
        self._whole_files: dict[str, list[Ignore]] = defaultdict(list)
        for ignore in sorted(manuscript.ignores, key=attrgetter("line")):
            self._ignores[ignore.file].append(ignore)
            if ignore.whole:
                self._whole_files[ignore.file].append(ignore)
        self._cited: dict[int, dict[str, Cited]] = {}
        self._loose: dict[str, Loose] = {}
        for loose in manuscript.loose:
            self._loose.setdefault(loose.cited.key, loose)

    def passage(self, place: Place) -> Passage | None:
        """The passage at a place; None for a place that is no sentence."""
        number = place.sentence if self._numbers is None else self._numbers.get(place, -1)
        return self.manuscript.passages[number] if number >= 0 else None

    def finding(self, problem: Problem, verdict: ClaimVerdict | None) -> Finding:
        passage = self.passage(problem.place)
        sentence = passage.sentence.text if passage is not None else ""
        evidence = verdict.evidence if verdict is not None else ()
        own = [each for each in evidence if problem.key in (None, each.key)]
        if not own and evidence and problem.key is not None and self._known.entry(problem.key) is not None:
            # It names the entry that would fit better: what is cited is read beside it.
            own = list(evidence)
        return Finding(
            problem,
            severity(problem),
            self.region(problem),
            sentence,
            fingerprint(problem.kind, problem.key, sentence, problem.rule),
            self.shown(own[:_SHOWN]),
        )

    def claim(self, verdict: ClaimVerdict, kinds: tuple[Kind, ...]) -> InspectedClaim:
        passage = self.passage(verdict.place)
        if passage is None:
            raise ValueError(f"a verdict on {verdict.place}, where no sentence stands")
        region = self._whole(passage)
        text, citations = passage.sentence.text, passage.sentence.citations
        return InspectedClaim(text, region, citations, verdict, self.shown(verdict.evidence), kinds)

    def shown(self, evidence: Iterable[Evidence]) -> tuple[Shown, ...]:
        """Evidence with the place of its entry."""
        found = []
        for each in evidence:
            entry = self._known.entry(each.key)
            found.append(Shown(each, entry.source.file, entry.source.line) if entry is not None else Shown(each))
        return tuple(found)

    def region(self, problem: Problem) -> Region:
        """Where a problem stands."""
        passage = self.passage(problem.place)
        if passage is None:
            return self._elsewhere(problem.key)
        if problem.span is not None and problem.span[0] < problem.span[1]:
            return self._span(passage, *problem.span)
        cited = self._first_cited(passage).get(problem.key or "")
        return self._between(passage.file, cited.start, cited.end) if cited is not None else self._whole(passage)

    def _first_cited(self, passage: Passage) -> Mapping[str, Cited]:
        """Where a passage cites each of its keys first, looked at once: there may be ten thousand in one sentence."""
        found = self._cited.get(id(passage))
        if found is None:
            found = self._cited[id(passage)] = {cited.key: cited for cited in reversed(passage.cited)}
        return found

    def _elsewhere(self, key: str | None) -> Region:
        """Where a problem stands that is about no sentence: its entry, a citation outside of sentences, the top."""
        entry = self._known.entry(key) if key is not None else None
        if entry is not None:
            return Region(entry.source.file, entry.source.line, 0, entry.source.line, 0)
        loose = self._loose.get(key) if key is not None else None
        if loose is not None:
            return self._between(loose.file, loose.cited.start, loose.cited.end)
        return Region(next(iter(self.manuscript.files), ""), 1, 0, 1, 0)

    def ignores(self, problem: Problem) -> bool:
        """Whether a comment silences a problem: for the whole file, or on a line on which its sentence stands."""
        if not self._ignores:
            return False
        passage = self.passage(problem.place)
        return self._ignored(problem, self._whole(passage) if passage is not None else self.region(problem))

    def silenced(self, missed: Unread) -> bool:
        """Whether a comment silences what was not read at a line."""
        return self._ignored(missed.problem, Region(missed.file, missed.line, 0, missed.line, 0))

    def _ignored(self, problem: Problem, lines: Region) -> bool:
        comments = self._ignores.get(lines.file, [])
        first = bisect_left(comments, lines.line, key=attrgetter("line"))
        last = bisect_right(comments, lines.end_line, key=attrgetter("line"))
        here = chain(comments[first:last], self._whole_files.get(lines.file, ()))
        return any(not ignore.kinds or _quiet(problem, ignore.kinds) for ignore in here)

    def rests_on(self, verdict: ClaimVerdict, keys: Collection[str | None]) -> bool:
        """Whether a claim cites one of these entries."""
        passage = self.passage(verdict.place) if keys else None
        cited = (self._known.entry(key) for key in (passage.sentence.citations if passage is not None else ()))
        return any(entry is not None and entry.key in keys for entry in cited)

    def _whole(self, passage: Passage) -> Region:
        return self._span(passage, 0, max(1, len(passage.sentence.text)))

    def _span(self, passage: Passage, start: int, end: int) -> Region:
        """A stretch of a passage's text. It ends behind its last character, not where the next one stands: between
        the two there may be a citation."""
        last = max(0, len(passage.origin) - 2)
        first = min(max(start, 0), last)
        final = min(max(end - 1, first), last)
        return self._between(passage.file, passage.origin[first], passage.origin[final] + 1)

    def _between(self, file: str, start: int, end: int) -> Region:
        first = self.manuscript.position(file, start)
        last = self.manuscript.position(file, max(start, end - 1))
        return Region(file, first.line, first.column, last.line, last.column + 1)


def joined(inspections: Iterable[Inspection]) -> Inspection:
    """Several inspections told as one; their coverage is not added up but left to the caller."""
    claims: list[InspectedClaim] = []
    findings: list[Finding] = []
    files: dict[str, str] = {}
    silenced = 0
    for one in inspections:
        claims += one.claims
        findings += one.findings
        files.update(one.files)
        silenced += one.silenced
    return Inspection(tuple(claims), tuple(findings), files=files, silenced=silenced)
