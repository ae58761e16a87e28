"""Which sentences of an abstract answer the theme, and how they are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from writer.drafting.voice import Subject, Told, leans, tell
from writer.entry import Entry
from writer.text import Span, sentences, stems

_MOVE_BONUS = {"introduce": 0.30, "find": 0.32, "study": 0.12, "state": 0.10}
_IDEAL = (10, 38)
_LONGEST = 60
_SAYS_NOTHING = re.compile(
    r"\b(?:code|data|dataset|datasets|models?|weights|resources)\b[^.]{0,60}\b(?:available|released|published|open-?sourced?)\b"
    r"|\bpublicly available\b|\bfuture (?:work|research)\b|\bpave the way\b|\bsheds? light\b|\bvaluable insights\b"
    r"|\bextensive (?:experiments|evaluation)s?\b|\bwe hope\b|\bimplications\b|\bopen[- ]?sourc",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"\b(?:novel|the first|first[- ]ever|state-of-the-art|groundbreaking|dramatically|remarkabl\w+)\b", re.IGNORECASE
)
_OWN = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Tt]his (?:paper|work|study|article|report|survey))\b")
# "… report that the panel does better": which panel, only the abstract could say.
_UNNAMED = re.compile(r"\breports? that (?:the|a|an|in|both|each|when|after)\b|\bthe (?:result|panel|outcome|procedure|contributions?)\b|^(?:The|In)\b")
_LIST = re.compile(r"(?:\(\s?(?:[ivx]+|\d|[a-d])\s?\)|\b\d\)).*(?:\(\s?(?:[ivx]+|\d|[a-d])\s?\)|\b\d\))")


@dataclass(frozen=True, slots=True)
class Pick:
    """A sentence of an entry's abstract, told; `span` is the verbatim sentence."""

    entry: Entry
    span: Span
    told: Told
    score: float

    @property
    def words(self) -> int:
        """Length of the told sentence in words."""
        return len(self.told.text.split())


def picks(entry: Entry, subject: Subject, weights: Mapping[str, float]) -> list[Pick]:
    """The sentences of an entry that can be told, best answer to the theme first.

    The score is the share of the theme's weight in the sentence, raised for what a sentence does (presents, finds),
    for numbers, and lowered for length, for praise and for what leans on sentences that are not told.
    """
    found = []
    own = False  # whether the abstract has come to what its authors did: before that it tells what all know
    for span in sentences(entry.abstract):
        own = own or _OWN.search(span.text) is not None
        told = tell(span.text, subject)
        if told is None or len(told.text.split()) > _LONGEST or (told.move == "state" and not own):
            continue
        found.append(Pick(entry, span, told, _score(told, span, weights)))
    return sorted(found, key=lambda pick: (-pick.score, pick.span.start))


def _score(told: Told, span: Span, weights: Mapping[str, float]) -> float:
    terms = set(stems(span.text))
    total = sum(weights.values()) or 1.0
    score = sum(weight for term, weight in weights.items() if term in terms) / total
    score += _MOVE_BONUS[told.move]
    length = len(told.text.split())
    if length > _IDEAL[1]:
        score -= 0.02 * (length - _IDEAL[1])
    if length < _IDEAL[0]:
        score -= 0.06 * (_IDEAL[0] - length)
    if told.move in ("find", "state") and re.search(r"\d", told.text):
        score += 0.10
    if leans(told.text):
        score -= 0.45
    if told.move == "state" and _UNNAMED.search(told.text):
        score -= 0.40
    if told.rough:
        score -= 0.25
    if "the authors " in told.text[20:]:
        score -= 0.10
    if _SAYS_NOTHING.search(told.text):
        score -= 0.50
    if _PRAISE.search(told.text):
        score -= 0.04
    if _LIST.search(told.text):
        score -= 0.35
    if told.text.count("(") != told.text.count(")"):
        score -= 0.50
    return score
