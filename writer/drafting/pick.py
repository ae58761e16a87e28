"""Which sentences of an abstract answer the theme, and how they are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from writer.drafting.voice import Subject, Told, leans, tell
from writer.entry import Entry
from writer.text import Span, sentences, stems

_MOVE_BONUS = {"introduce": 0.30, "find": 0.45, "study": 0.10, "state": 0.15}
_IS = re.compile(r"^(?!The authors )\S.{0,100}? (?:is an?|consists of|comprises|contains) ")
_LEAST = -0.1
"""A sentence below this score is worse than none."""
_IDEAL = (10, 38)
_LONGEST = 60
_SAYS_NOTHING = re.compile(
    r"\b(?:code|data|dataset|datasets|models?|weights|resources)\b[^.]{0,60}\b(?:available|released|published|open-?sourced?)\b"
    r"|\bpublicly available\b|\bfuture (?:work|research)\b|\bpave the way\b|\bsheds? light\b|\bvaluable insights\b"
    r"|\bextensive (?:experiments|evaluation)s?\b|\bwe hope\b|\bimplications\b|\bopen[- ]?sourc|\badvocate\b"
    r"|\bconducts? (?:a series of |extensive |comprehensive )?experiments\b"
    r"|\bprovides? (?:a systematic approach|data and tools)\b|\breports? the \w+ that\b",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"\b(?:the first|first[- ]ever|state-of-the-art|groundbreaking|dramatically|remarkabl\w+)\b", re.IGNORECASE
)
_OWN = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Tt]his (?:paper|work|study|article|report|survey))\b")
_LIST = re.compile(r"(?:\(\s?(?:[ivx]+|\d|[a-d])\s?\)|\b\d\)).*(?:\(\s?(?:[ivx]+|\d|[a-d])\s?\)|\b\d\))")
_BESIDES = re.compile(
    r"^(?:Additionally|Furthermore|Moreover|Besides|Further|In addition|Also)\b|\balso\b", re.IGNORECASE
)
_TURN = re.compile(
    r"^(?:However|Yet|But|Nevertheless|Nonetheless|Still|Unfortunately|Conversely|In contrast|On the other hand)\b"
)
_NAMED_LIST = re.compile(r"\bsuch \w+, (?:namely|that is|i\.e\.)")
# "… report that the panel does better": which panel, only the abstract could say.
_UNNAMED = re.compile(
    r"\breports? that (?:the|a|an|in|both|each|when|after)\b|\bthe (?:result|panel|outcome|procedure|contributions?)\b",
)
UNNAMED = 0.40
"""What it costs a sentence to speak of something that it does not name."""
_ACRONYM = re.compile(r"\b[A-Z]{2,}[A-Za-z]*s?\b")


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

    @property
    def finds(self) -> bool:
        """Whether it reports a finding rather than saying what is presented or studied."""
        return self.told.move in ("find", "state")

    @property
    def unnamed(self) -> bool:
        """Whether it speaks of "the benchmark" and the like, which only a sentence before it can explain."""
        return self.told.move == "state" and _UNNAMED.search(self.told.text) is not None

    @property
    def defines(self) -> bool:
        """Whether it says what a named system is."""
        return self.told.move == "introduce" and _IS.match(self.told.text) is not None


def picks(entry: Entry, subject: Subject, weights: Mapping[str, float]) -> list[Pick]:
    """The sentences of an entry that can be told, best answer to the theme first.

    The score is the share of the theme's weight in the sentence, raised for what a sentence does (presents, finds),
    for numbers, and lowered for length, for praise, for side remarks and for what leans on sentences that are not
    told: one that the next sentence takes half back ("However, …") among them.
    """
    spans = sentences(entry.abstract)
    found = []
    own = False  # whether the abstract has come to what its authors did: before that it tells what all know
    for at, span in enumerate(spans):
        own = own or _OWN.search(span.text) is not None
        told = tell(span.text, subject)
        if told is None or len(told.text.split()) > _LONGEST or (told.move == "state" and not own):
            continue
        turned = at + 1 < len(spans) and _TURN.match(spans[at + 1].text) is not None
        score = _score(told, span, weights) - _undefined(told, span, entry) - (0.30 if turned else 0.0)
        if score >= _LEAST:
            found.append(Pick(entry, span, told, score))
    return sorted(found, key=lambda pick: (-pick.score, pick.span.start))


def _score(told: Told, span: Span, weights: Mapping[str, float]) -> float:
    terms = set(stems(span.text))
    total = sum(weights.values()) or 1.0
    score = sum(weight for term, weight in weights.items() if term in terms) / total
    score += _MOVE_BONUS[told.move]
    length = len(told.text.split())
    score -= 0.02 * max(0, length - _IDEAL[1]) + 0.06 * max(0, _IDEAL[0] - length)
    if told.move in ("find", "state") and re.search(r"\d", told.text):
        score += 0.15
    penalties = (
        (0.35 if _NAMED_LIST.search(told.text) else 0.80, leans(told.text)),
        (UNNAMED, told.move == "state" and _UNNAMED.search(told.text)),
        (0.25, told.rough),
        (0.10, "the authors " in told.text[20:]),
        (0.50, _SAYS_NOTHING.search(told.text)),
        (0.10, _PRAISE.search(told.text)),
        (0.30, _BESIDES.search(span.text)),
        (0.35, _LIST.search(told.text)),
        (0.50, told.text.count("(") != told.text.count(")")),
        (0.20, _repeats(told.text)),
    )
    return score - sum(penalty for penalty, holds in penalties if holds)


def _undefined(told: Told, span: Span, entry: Entry) -> float:
    """What an acronym costs that the abstract spells out in another sentence and this one does not."""
    spelled = [
        acronym
        for acronym in set(_ACRONYM.findall(told.text))
        if f"({acronym})" in entry.abstract and f"({acronym})" not in span.text and acronym not in entry.title
    ]
    return 0.12 * min(2, len([acronym for acronym in spelled if acronym not in _KNOWN]))


_KNOWN = frozenset("LLM LLMs AI NLP ML RL RLHF SFT DPO PPO QA MLLM MLLMs VLM VLMs LVLM LVLMs LM LMs CoT RAG".split())


def _repeats(text: str) -> bool:
    """Whether three words in a row stand twice."""
    words = text.lower().split()
    threes = [tuple(words[at : at + 3]) for at in range(len(words) - 2)]
    return len(threes) != len(set(threes))
