"""Does the citation exist: unknown keys, keys the drafter never saw, findings without a citation."""

from __future__ import annotations

import re

from writer.checking.case import Case
from writer.draft import Place, Problem, Sentence
from writer.entry import Corpus
from writer.text.numbers import numbers

_ALIKE = 70
"""Least likeness (0 to 100, normalised Indel similarity) of a key that is suggested. Nothing is ever substituted."""

# A verb of success or failure is a finding unless it is only asked after: "whether panels can improve …".
_FINDING = re.compile(
    r"(?<!\bcan )(?<!\bto )(?<!\bcould )(?<!\bmay )(?<!\bmight )(?<!\bwould )(?<!\bhow )"
    r"\b(?:outperform|surpass|exceed|achiev|improv|increas|decreas|reduc|demonstrat)(?:e|es|ed|s)?\b"
    r"|\b(?:prove[sdn]?|fail(?:s|ed)?)\b|\b(?:show|find|found|reveal|suggest|indicat|confirm|observ)\w*\s+that\b"
    r"|\b(?:better|worse)\s+than\b|\bstate[- ]of[- ]the[- ]art\b",
    re.IGNORECASE,
)


def check_citations(case: Case) -> list[Problem]:
    """`unknown-key`, `not-shown` and `uncited-claim` for one sentence."""
    sentence, place, group, corpus = case.sentence, case.place, case.group, case.corpus
    problems = []
    for key in dict.fromkeys(sentence.citations):
        if key not in corpus:
            problems.append(_unknown(key, place, corpus))
        elif group.shown and key not in group.shown:
            detail = f"the entry {key!r} exists, but was not among those shown when this was written"
            problems.append(Problem("not-shown", place, detail, key=key))
    if not any(key in corpus for key in sentence.citations):
        problems.extend(_uncited(sentence, place))
    return problems


def _unknown(key: str, place: Place, corpus: Corpus) -> Problem:
    from rapidfuzz import fuzz, process

    near = process.extract(
        key.lower(),
        {real: real.lower() for real in corpus.entries},
        scorer=fuzz.ratio,
        score_cutoff=_ALIKE,
        limit=3,
    )
    suggestion = "nearest keys: " + ", ".join(str(real) for _, _, real in near) if near else None
    detail = f"the corpus has no entry {key!r}"
    return Problem("unknown-key", place, detail, key=key, suggestion=suggestion)


def _uncited(sentence: Sentence, place: Place) -> list[Problem]:
    if sentence.role == "claim":
        detail = "a claim without a citation of the corpus"
        return [Problem("uncited-claim", place, detail, suggestion="cite the entry that says so, or drop the claim")]
    finding = _FINDING.search(sentence.text)
    figure = next((number for number in numbers(sentence.text) if not number.spelled), None)
    if finding is None and figure is None:
        return []
    span = finding.span() if finding is not None else (figure.start, figure.end) if figure is not None else (0, 0)
    detail = f"a connecting sentence states a finding ({sentence.text[slice(*span)]!r}) without a citation"
    return [Problem("uncited-claim", place, detail, span=span)]
