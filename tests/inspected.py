"""Manuscripts and inspections of our own words, for tests of what the checker tells: no file, no rule."""

from __future__ import annotations

import re
from dataclasses import replace

from small import quote, small_corpus

from writer.checking.inspection import inspect
from writer.draft import Evidence, Kind, Place, Problem, Sentence
from writer.manuscript import Cited, Ignore, Manuscript, Passage
from writer.report import ClaimVerdict, Inspection, Report

_CITED = re.compile(r" ?\[@([^\]]+)\]")
PANEL = quote("okafor2023panel", "Position bias of the panel stays below 4%.")


def manuscript_of(text: str, name: str = "paper.md", *ignores: Ignore) -> Manuscript:
    """Each line that is not empty is a sentence; `[@key]` cites, once a line at most."""
    passages = []
    start = 0
    for number, line in enumerate(text.split("\n")):
        if line:
            passages.append(_passage(line, start, name, number))
        start += len(line) + 1
    return Manuscript(tuple(passages), {name: text}, ignores=ignores)


def _passage(line: str, start: int, name: str, paragraph: int) -> Passage:
    match = _CITED.search(line)
    kept = [at for at in range(len(line)) if match is None or not match.start() <= at < match.end()]
    keys = (match[1],) if match else ()
    cited = (Cited(match[1], start + match.start(1), start + match.end(1)),) if match else ()
    sentence = Sentence("".join(line[at] for at in kept), "claim" if keys else "framing", keys)
    origin = (*(start + at for at in kept), start + len(line))
    return Passage(sentence, name, origin, cited, paragraph=paragraph)


def at(sentence: int, kind: Kind = "number-mismatch", detail: str = "it is wrong", **more: object) -> Problem:
    """A problem with the sentence of this number."""
    return replace(Problem(kind, Place(0, sentence, sentence), detail), **more)  # type: ignore[arg-type]


def inspection_of(
    text: str,
    *problems: Problem,
    name: str = "paper.md",
    evidence: tuple[Evidence, ...] = (),
    ignores: tuple[Ignore, ...] = (),
    ignored: tuple[str, ...] = (),
) -> Inspection:
    """These problems of this text, each of whose claims has this evidence."""
    manuscript = manuscript_of(text, name, *ignores)
    corpus = small_corpus()
    verdicts = []
    for number, passage in enumerate(manuscript.passages):
        keys = passage.sentence.citations
        exists = bool(keys) and all(key in corpus for key in keys)
        own = tuple(each for each in evidence if each.key in keys)
        found = [problem for problem in problems if problem.place.sentence == number]
        if passage.sentence.role == "claim":
            verdict = "unverified" if found else "quoted"
            verdicts.append(ClaimVerdict(Place(0, number, number), exists, verdict, own))
    return inspect(manuscript, Report(tuple(verdicts), problems), corpus, ignored=ignored)
