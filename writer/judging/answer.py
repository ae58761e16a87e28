"""From a judge's answer to an opinion. Everything is validated here, whatever a server promised.

Nothing is counted here: what an opinion is worth as a vote is decided in `voting.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from writer.checking.verified import verified
from writer.draft import Evidence, Verdict
from writer.drafting.parse import read_object
from writer.entry import Corpus
from writer.errors import AnswerError
from writer.judging.showing import POINTS
from writer.text import pieces

WORDS: Mapping[str, Verdict] = {
    "supported": "supported",
    "partly": "partly",
    "contradicted": "contradicted",
    "not in the abstract": "not-in-abstract",
    "cannot tell": "unverified",
}
"""What a judge can say, and the verdict it stands for."""

RESTS_ON_A_QUOTE = frozenset({"supported", "partly", "contradicted"})
"""What cannot be said without a sentence that says so."""

_FINDINGS = ("agrees", "differs", "silent", "none")
_NUMBERED = re.compile(r"^\[?P\d+\.\d+\]?[.:)]*\s+")
"""The number of a sentence as the prompt shows it, which may be copied with it."""
_SHOWN_LENGTH = 80
_SURE = 0.5
"""Least share of the probability that the words must have together for theirs to mean anything: below it the model
would have said something else, and only a grammar made it say one of them."""

JUDGE_SCHEMA: dict[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["quotes", "reasons", "verdict"],
    "properties": {
        "quotes": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["key", "quote"],
                "properties": {
                    "key": {"type": "string", "maxLength": 12},
                    "quote": {"type": "string", "maxLength": 1200},
                },
            },
        },
        "reasons": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["point", "why", "finding"],
                "properties": {
                    "point": {"type": "string", "enum": list(POINTS)},
                    "why": {"type": "string", "maxLength": 400},
                    "finding": {"type": "string", "enum": list(_FINDINGS)},
                },
            },
        },
        "verdict": {"type": "string", "enum": list(WORDS)},
    },
}
"""The verdict stands last: what is written before it is what it can rest on."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """An answer as it was read: the word said, why, the quotes that stand in the entries, and those that do not."""

    said: str
    reason: str
    evidence: tuple[Evidence, ...]
    not_found: tuple[str, ...]

    @property
    def unfounded(self) -> str:
        """What is wrong with the quotes it rests on, told to the model; empty where nothing is."""
        if self.said not in RESTS_ON_A_QUOTE:
            return ""
        if self.not_found:
            quote = self.not_found[0]
            told = quote if len(quote) <= _SHOWN_LENGTH else quote[: _SHOWN_LENGTH - 1] + "…"
            return (
                f"the quote “{told}” does not stand in that paper; copy it character for character, without its"
                " number, and at least three words of it"
            )
        return "" if self.evidence else f"the verdict is {self.said!r}, and no sentence is quoted that it rests on"


def read_opinion(text: str, keys: Mapping[str, str], corpus: Corpus) -> Opinion:
    """The opinion in an answer; `keys` maps the short keys of its prompt to citation keys.

    Raises AnswerError for an answer of another shape. A reason for one of the points may be missing, but not all.
    """
    value = read_object(text, "verdict")
    said = " ".join(re.findall(r"[a-z]+", _line(value, "verdict", text).lower()))
    said = {"not in abstract": "not in the abstract"}.get(said, said)
    if said not in WORDS:
        told = ", ".join(repr(word) for word in WORDS)
        raise AnswerError(f"the verdict is {said[:_SHOWN_LENGTH]!r}, which is none of {told}", answer=text)
    reasons = [
        (_line(item, "point", text), _line(item, "why", text), _line(item, "finding", text).lower())
        for item in _items(value, "reasons", text)
    ]
    if not any(why for _, why, _ in reasons):
        raise AnswerError("'reasons' gives none", answer=text)
    evidence: list[Evidence] = []
    not_found: list[str] = []
    for item in _items(value, "quotes", text):
        for key, quote in _quoted(item, keys, text):
            found = _found(key, quote, corpus)
            if found is None:
                not_found.append(quote)
            else:
                evidence.append(found)
    return Opinion(said, _told(reasons), tuple(dict.fromkeys(evidence)), tuple(not_found))


def probability(logprobs: tuple[tuple[str, float], ...] | None) -> float | None:
    """How likely `supported` was where the verdict began, among the words that could be said there, 0 to 1.

    This is P(True) of Kadavath et al., *Language Models (Mostly) Know What They Know* (2022), with the words of the
    verdict for their two letters. None where the server does not tell it, or the words are not what the model was
    about to say.

    >>> round(probability((("supp", -0.2231), ("part", -1.6094))), 2)
    0.8
    """
    if logprobs is None:
        return None
    weights = {word: sum(math.exp(value) for text, value in logprobs if _begins(word, text)) for word in WORDS}
    # `c` begins two words; its weight counts once.
    total = sum(math.exp(value) for text, value in logprobs if any(_begins(word, text) for word in WORDS))
    return min(1.0, weights["supported"] / total) if total >= _SURE else None


def _begins(word: str, text: str) -> bool:
    return word.startswith(text) or text.startswith(word)


def _told(reasons: list[tuple[str, str, str]]) -> str:
    """The reasons that speak against the claim, point by point; all where none does."""
    against = [reason for reason in reasons if reason[2] in ("differs", "silent")]
    return " ".join(f"{point}: {why}" if point else why for point, why, _ in against or reasons if why)


def _quoted(item: Mapping[str, Any], keys: Mapping[str, str], answer: str) -> Iterator[tuple[str, str]]:
    """Citation key and text of each piece of a quote; a sentence's number may stand for its paper's key."""
    short = re.search(r"P\d+", _line(item, "key", answer))
    for piece in pieces(_line(item, "quote", answer)):
        yield keys.get(short[0] if short else "", ""), piece


def _found(key: str, quote: str, corpus: Corpus) -> Evidence | None:
    bare = _NUMBERED.sub("", quote)
    return verified(Evidence(key, quote), corpus) or (verified(Evidence(key, bare), corpus) if bare != quote else None)


def _items(value: Mapping[str, Any], name: str, answer: str) -> list[Mapping[str, Any]]:
    found = value.get(name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise AnswerError(f"{name!r} is not a list of objects", answer=answer)
    return found


def _line(value: Mapping[str, Any], name: str, answer: str) -> str:
    """A text on one line, without what no file can hold."""
    found = value.get(name, "")
    if not isinstance(found, str):
        raise AnswerError(f"{name!r} is not a string", answer=answer)
    return " ".join("".join(char if char.isprintable() else " " for char in found).split())
