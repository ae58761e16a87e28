"""Which claims are left open for a judge: those that cite real entries, and on which the rules have not the last word.

A claim that cites nothing, or nothing that exists, is settled: no abstract can support it. Nor is one judged whose
entries have no abstract. One that cannot become `supported` any more is judged all the same: it may be contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from writer.checking.check import DRAFTING_KINDS
from writer.checking.kinds import severity
from writer.checking.referenced import resolve
from writer.draft import Draft, Kind, Place, Problem, Sentence
from writer.entry import Corpus, Entry
from writer.manuscript import Manuscript
from writer.report import ClaimVerdict, Part, Report

OPEN = ("unverified", "quoted")
"""The verdicts of rules that a judge may change."""

_AGAINST: frozenset[Kind] = frozenset(
    {"number-mismatch", "name-mismatch", "direction", "overstated", "misattributed", "no-evidence"}
)
"""Kinds that say the entry does not support the claim. A quote that is not there says only that nobody has shown it."""


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """One atomic claim to be judged, with the entries it cites.

    `part` is its position among the atomic claims of its sentence, and `span` what it takes up there. `cited` holds
    each entry once, with the key that cites it. `against` is whether a rule speaks against it, and `faulty` whether an
    error of the rules stands, with which no vote makes it supported; a judge is never told of either.
    """

    place: Place
    part: int
    text: str
    sentence: str
    cited: tuple[tuple[str, Entry], ...]
    against: bool
    span: tuple[int, int]
    faulty: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of `cited`."""
        return tuple(key for key, _ in self.cited)

    @property
    def bare(self) -> tuple[str, ...]:
        """The keys whose entries have no abstract: nothing can be shown that says what they are cited for."""
        return tuple(key for key, entry in self.cited if not entry.abstract.strip())


def open_claims(report: Report, source: Draft | Manuscript, corpus: Corpus) -> tuple[OpenClaim, ...]:
    """The open claims of a draft or manuscript, in reading order. `report` is the rules' on the same `source`."""
    sentences = dict(_sentences(source, corpus))
    problems: dict[Place, list[Problem]] = {}
    for problem in report.problems:
        if _is_error(problem) or (problem.kind in _AGAINST and severity(problem) != "note"):
            problems.setdefault(problem.place, []).append(problem)
    return tuple(
        claim
        for verdict in report.verdicts
        for claim in _open(verdict, sentences[verdict.place], problems.get(verdict.place, []), corpus)
    )


def _sentences(source: Draft | Manuscript, corpus: Corpus) -> Iterator[tuple[Place, Sentence]]:
    """Every sentence under the place, and with the keys, that checking gives it."""
    if isinstance(source, Draft):
        yield from source.sentences()
    else:
        for number, passage in enumerate(resolve(source, corpus).manuscript.passages):
            yield Place(0, passage.paragraph, number), passage.sentence


def _open(verdict: ClaimVerdict, sentence: Sentence, problems: list[Problem], corpus: Corpus) -> Iterator[OpenClaim]:
    whole = Part(sentence.text, ((0, len(sentence.text)),), sentence.citations, verdict.verdict)
    parts = verdict.parts or (whole,)
    errors = [problem for problem in problems if _is_error(problem)]
    # One that is about no single part is about the sentence.
    everywhere = any(not any(_concerns(problem, part) for part in parts) for problem in errors)
    for number, part in enumerate(parts):
        entries = [(key, corpus.get(key)) for key in part.citations]
        known: dict[str, tuple[str, Entry]] = {}
        for key, entry in entries:
            if entry is not None:
                known.setdefault(entry.key, (key, entry))
        settled = part.verdict not in OPEN or not known or any(entry is None for _, entry in entries)
        if settled or not any(entry.abstract.strip() for _, entry in known.values()):
            continue
        yield OpenClaim(
            verdict.place,
            number,
            part.text,
            sentence.text,
            tuple(known.values()),
            any(problem.kind in _AGAINST and _concerns(problem, part) for problem in problems),
            (part.spans[0][0], part.spans[-1][1]),
            everywhere or any(_concerns(problem, part) for problem in errors),
        )


def _is_error(problem: Problem) -> bool:
    """Whether it is an error of the rules on a sentence; what drafting found is about an answer."""
    return severity(problem) == "error" and problem.kind not in DRAFTING_KINDS


def _concerns(problem: Problem, part: Part) -> bool:
    """Whether a problem is about this atomic claim: by its place, else by its key; else it is about all of them."""
    if problem.span is not None:
        return any(start < problem.span[1] and problem.span[0] < end for start, end in part.spans)
    return problem.key is None or problem.key in part.citations
