"""References that stand in the prose and that no citation carries."""

from __future__ import annotations

import re

from writer.checking.case import Case
from writer.draft import Problem
from writer.text import fold

_PATTERNS = (
    ("a DOI", re.compile(r"\b10\.\d{4,9}/[^\s\"<>)\]]+")),
    (
        "an arXiv id",
        re.compile(r"\barXiv:\s?\d{4}\.\d{4,5}(?:v\d+)?|\b\d{4}\.\d{5}(?:v\d+)?\b", re.IGNORECASE),
    ),
    ("an address", re.compile(r"\bhttps?://[^\s\"<>)\]]+")),
    ("a bracket number", re.compile(r"\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]")),
    ("a citation written out", re.compile(r"[\[{(\\]?@[A-Za-z][\w:.-]+|\\cite\w*\{")),
)
_AUTHORS = re.compile(
    r"\b([A-ZÀ-Þ][\w'’-]+(?:\s+(?:and|&)\s+([A-ZÀ-Þ][\w'’-]+))?)\s+(et\s+al\.?|\(\d{4}[a-z]?\)|,\s\d{4}[a-z]?\b)"
)


def check_stray(case: Case) -> list[Problem]:
    """`stray-reference` for each DOI, arXiv id, address, bracket number or author name that no citation carries."""
    sentence, place, corpus = case.sentence, case.place, case.corpus
    problems = []
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(sentence.text):
            detail = f"{what} stands in the text: {match[0]!r}"
            problems.append(Problem("stray-reference", place, detail, span=match.span()))
    families = {
        fold(author.family)
        for key in sentence.citations
        if (entry := corpus.get(key)) is not None
        for author in entry.authors
    }
    for match in _AUTHORS.finditer(sentence.text):
        names = [fold(name) for name in re.split(r"\s+(?:and|&)\s+", match[1])]
        if not any(name in families or any(family.endswith(" " + name) for family in families) for name in names):
            detail = f"{match[0]!r} names authors that no entry cited here has"
            problems.append(Problem("stray-reference", place, detail, span=match.span()))
    return problems
