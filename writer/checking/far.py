"""Does anything that is cited come near a claim: words, their forms and synonyms, wherever the entry has them.

What counts is the subject, not the finding. Numbers are left to `figures`: they are no subject.
A name counts wherever the entry has it. A statement about a field that several works are cited for ("are now routinely
used", "recent work has …") is told by none of them in these words, so it must only touch their subject.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from writer.checking.catalogue import ADDRESS
from writer.checking.facts import Facts, telling_stems
from writer.checking.rivals import coverage
from writer.checking.synonyms import with_synonyms
from writer.checking.vocabulary import numbers_of

_SEVERAL = 3
"""Entries cited for one claim from which it tells of a field rather than of a finding."""
_FEWEST = 3
"""Words without numbers and addresses below which a claim says too little to be placed."""
_GENERAL = re.compile(
    r"\b(?:routinely|commonly|widely|increasingly|frequently|typically|traditionally|popular(?:ly)?|standard practice"
    r"|(?:has|have) (?:been|become|attracted|received|emerged|motivated|led to|gained|drawn|since|long|accordingly)"
    r"|(?:recent|prior|previous|earlier|existing|later|other|related|subsequent|early|much|most|several|many|various"
    r"|numerous|a number of|a range of|a variety of|a (?:large|growing|vast) body of|a line of|some|different)"
    r" (?:\w+ )?(?:works?|stud(?:y|ies)|research|approaches|methods|papers|efforts|systems|authors|models|attempts"
    r"|techniques|benchmarks|datasets|literature|proposals|variants|metrics|weaknesses|lines)"
    r"|e\.g\.|for (?:example|instance)|such as|including|among others|see also|a topic of (?:its|their) own)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
_IN_NAME = re.compile(r"(?<=\w)[A-Z]|\d|^[A-Z]")


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near entries come to a claim: shares of what it says, 0 to 1."""

    best: float
    """The share that their best sentence, or two neighbouring ones, has."""
    whole: float
    """The share that they have anywhere."""
    shared: int
    """The telling words that they have anywhere."""
    words: int
    """The telling words of the claim."""


def general(text: str, citations: Sequence[str]) -> bool:
    """Whether a claim tells of a field and cites works for it, rather than what one of them found."""
    return len(citations) >= _SEVERAL or _GENERAL.search(text) is not None


def nearness(text: str, weights: Mapping[str, float], entries: Sequence[Facts], common: float) -> Nearness:
    """How near these entries come to a claim; words up to the weight `common` count, and tell no subject."""
    aside = [number.text for number in numbers_of(text)] + [match[0] for match in ADDRESS.finditer(text)]
    left_out = telling_stems(" ".join(aside))
    wanted = {word: weight for word, weight in weights.items() if word not in left_out}
    everywhere = frozenset().union(*[facts.stems for facts in entries])
    named = _names(text) & everywhere
    rest = {word: weight for word, weight in wanted.items() if word not in named}
    total, given = sum(wanted.values()), sum(wanted[word] for word in named & wanted.keys())
    telling = {word: weight for word, weight in wanted.items() if weight > common}
    if len(wanted) < _FEWEST:
        return Nearness(1.0, 1.0, 0, 0)
    best = 0.0
    for facts in entries:
        told = [each.stems for each in facts.said]
        for one, other in pairwise([*told, frozenset[str]()]):
            best = max(best, coverage(rest, with_synonyms(one | other)))
    spoken = with_synonyms(everywhere)
    share = (given + coverage(rest, spoken) * (total - given)) / total
    shared = sum(1 for word, weight in telling.items() if coverage({word: weight}, spoken))
    return Nearness((given + best * (total - given)) / total, share, shared, len(telling))


def _names(text: str) -> frozenset[str]:
    """The stems of what is written like a name anywhere but at the beginning, or with inner capitals or digits."""
    found = [match[0] for match in _NAME.finditer(text) if _IN_NAME.search(match[0], 0 if match.start() else 1)]
    return telling_stems(" ".join(found))
