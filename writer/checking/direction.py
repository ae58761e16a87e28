"""Does the claim point the same way as its evidence: better or worse, more or less, activates or inhibits.

A word with an end (`writer.text.opposites`) is looked for in what the cited entries say: once with its own end, once
with the other. Each place counts by how many of the words around it stand around the claim's word too, nearer words
for more, and by how much of the claim its sentence covers. An alarm needs the other end clearly better placed. That
`lowers the error` may mean `improves` is why ends of different axes are never held against each other, while an end
of the same sign on a kindred axis (`enhances` for `increases`) speaks for the claim.

Denied words of the claim take no part (see `writer.checking.negation`); a denied word of the evidence may speak for
the claim by its other end, never against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from writer.checking.case import Case
from writer.checking.claims import Claim
from writer.checking.comparing import turned_round
from writer.checking.denied import check_denied
from writer.checking.facts import Said, telling_stems, tokens
from writer.checking.mentioned import said_itself
from writer.checking.negation import LONGEST, asked_after, negated_places, without
from writer.checking.vocabulary import vocabulary
from writer.draft import Problem
from writer.text.opposites import Poles, turned

LEAST = 0.5
"""What the opposite's place must reach."""
MARGIN = 0.5
"""By how much it must exceed the best place that agrees with the claim. Lower finds more and errs more."""
MARGIN_BY_PREFIX = 1.2
"""The margin where a prefix alone makes the opposite: `labelled` beside `unlabelled` is seldom a contradiction."""
_KINDRED = frozenset(("amount", "quality", "effect"))
_ATTRIBUTES = frozenset(sign + axis for sign in "+-" for axis in ("size", "level"))
"""Of `large`, `smaller`, `low`: before a noun they tell which one is meant, and say something of that one only."""
_KINDRED_WORTH = 0.5
_ITSELF = "+="
_WEIGHTS = (1.0, 0.8, 0.6, 0.45, 0.35, 0.25)
"""Of the first, second … telling word on each side."""
_REACH = 9
"""Words on each side within which they are looked for."""
_NEIGHBOUR = 4
"""Words apart that two turned words may be and say one thing together."""

_SUPERLATIVE = re.compile(r"(?:best|worst|most|least|\w{3,}est)$", re.IGNORECASE)
_ASKED = re.compile(r"\b(?:aim(?:ed|s)?|objective|purpose|goal)\b.*\bwhether\b", re.IGNORECASE)
_TERM = re.compile(
    r"\b(?:loss(?:es)?[ -](?:function|term|landscape|surface)s?|(?:training|test|validation|\w+al|\w+ive|entropy|hinge)"
    r" loss(?:es)?|low[ -]rank|low[ -]resource|low[ -]level|high[ -]level|high[ -]dimensional|low[ -]dimensional"
    r"|(?:hard|false|true)[ -](?:negative|positive)s?|(?:negative|positive) (?:sampl\w+|example|pair|class|label)s?"
    r"|(?:negative|positive)[ -](?:definite|semidefinite|control)|negative log|long short|(?:long|short)[ -]term"
    r"|fast (?:gradient|fourier|weight)s?|weak(?:ly)? supervis\w+|(?:hard|soft) attention|large language models?"
    r"|small (?:molecule|world|rna)s?|natural killers?|reward gains?|inhibitory synap\w+"
    r"|as (?:well|far|much|many|little|few) as|so far|far from|by far|how (?:well|far|much|little)|well[- ]known"
    r"|(?:more|less|fewer|greater|larger|higher|lower|better|worse|longer|shorter) than"
    r"(?= ?(?:about |around |an? )?(?:[~≈<>]?[\d.]|half|third|quarter|tenth|dozen|hundred|thousand|million|billion"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)))\b",
    re.IGNORECASE,
)
"""Terms in which a word that points somewhere names a thing and says nothing of it."""


Covers = list[tuple[Said, float]]
"""Sentences, and how much of a claim each holds."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A word of a sentence of an entry that stands at an end, and how well it fits the claim's word."""

    said: Said
    at: int
    worth: float

    @property
    def word(self) -> str:
        """The word as the entry writes it."""
        return vocabulary(self.said.text)[self.at].text


@lru_cache(maxsize=1 << 14)
def _ends(text: str) -> dict[str, tuple[int, ...]]:
    """Where in a text each end occurs; a denied word stands at the other end of its axis."""
    found: dict[str, list[int]] = {}
    denied = negated_places(text)
    for at, word in enumerate(vocabulary(text)):
        if word.poles:
            for pole in word.poles:
                found.setdefault(turned(pole) if at in denied else pole, []).append(at)
    return {pole: tuple(places) for pole, places in found.items()}


def _places(said: Said, ends: Poles) -> set[int]:
    """Where in a sentence these ends occur. `+=stem` is the end at which every word stands by itself."""
    at_ends = _ends(said.text)
    found = {at for pole in ends if pole in at_ends for at in at_ends[pole]}
    for pole in ends:
        if pole[:2] == _ITSELF and pole[2:] in said.stems:
            found |= {at for at, word in enumerate(vocabulary(said.text)) if word.stem == pole[2:]}
    return found


@lru_cache(maxsize=1 << 14)
def _roots(text: str) -> frozenset[str]:
    """The stems of a text that stand there with a negating prefix."""
    return frozenset([word.root for word in vocabulary(text) if word.root])


@lru_cache(maxsize=1 << 16)
def _around(text: str, at: int) -> dict[str, float]:
    """The stems of the telling words around a word, with their weights."""
    words = vocabulary(text)
    found: dict[str, float] = {}
    for side in (words[max(0, at - _REACH) : at][::-1], words[at + 1 : at + 1 + _REACH]):
        telling = [word.stem for word in side if word.telling]
        for stem, weight in zip(telling, _WEIGHTS, strict=False):
            found[stem] = max(weight, found.get(stem, 0.0))
    return found


def _alike(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(one[stem] * other[stem] for stem in one.keys() & other.keys())


def check_direction(case: Case) -> list[Problem]:
    """`direction` for each word of a claim whose opposite stands in its place, and for a comparison turned round."""
    if not case.in_english or not case.cited or len(case.sentence.text) > LONGEST:
        return []
    found = [
        problem
        for claim in case.claims
        for problem in (*_of_claim(case, claim), *_compared(case, claim), *check_denied(case, claim))
    ]
    return said_itself(case, found)


def _compared(case: Case, claim: Claim) -> list[Problem]:
    return [_problem(case, claim, at, Spot(said, place, 0.0)) for at, said, place in turned_round(case, claim)]


def _of_claim(case: Case, claim: Claim) -> list[Problem]:
    said = case.said(claim)
    words = vocabulary(claim.text)
    roots = frozenset().union(*[_roots(each.text) for each in said]) if said else frozenset()
    pointing = [(at, word.poles) for at, word in enumerate(words) if word.poles or word.stem in roots]
    if not pointing:
        return []
    silent = negated_places(claim.text) | asked_after(claim.text) | _in_terms(claim.text)
    wanted = telling_stems(claim.text)
    covers = [(each, len(wanted & each.stems) / max(1, len(wanted))) for each in said]
    alarms = []
    for at, ends in pointing:
        if at not in silent:
            against = _turned_round(claim.text, at, ends | {_ITSELF + words[at].stem}, covers)
            if against is not None and not _said_too(case, claim, at, against):
                alarms.append((at, against))
    return [_problem(case, claim, at, spot) for at, spot in alarms if not _twice(at, spot, alarms)]


def _turned_round(text: str, at: int, ends: Poles, covers: Covers) -> Spot | None:
    """The opposite that stands in the word's place, where nothing as near speaks for the word."""
    around = _around(text, at)
    against = _best(around, frozenset(turned(pole) for pole in ends), ends, covers, plain=True)
    if against is None or against.worth < LEAST:
        return None
    word = vocabulary(text)[at]
    if word.stem in against.said.stems:
        return None
    if not _ATTRIBUTES.isdisjoint(ends) and _beside(text, at).isdisjoint(_beside(against.said.text, against.at)):
        return None
    if _SUPERLATIVE.match(word.lower) and not _SUPERLATIVE.match(against.word):  # `poor` is not the opposite of `best`
        return None
    agreeing = _best(around, ends, frozenset(), covers)
    signs = {pole[0] for pole in ends if pole[1:] in _KINDRED}
    kindred = frozenset(sign + axis for sign in signs for axis in _KINDRED) - ends
    akin = _best(around, kindred, frozenset(), covers) if kindred else None
    for_it = max(agreeing.worth if agreeing else 0.0, akin.worth * _KINDRED_WORTH if akin else 0.0)
    its = vocabulary(against.said.text)[against.at].poles
    on_axes = any(turned(pole) in its for pole in ends if "=" not in pole)
    return against if against.worth - for_it >= (MARGIN if on_axes else MARGIN_BY_PREFIX) else None


def _beside(text: str, at: int) -> frozenset[str]:
    """The stems of the nearest telling word before a word and behind it."""
    words = vocabulary(text)
    sides = (words[max(0, at - _NEIGHBOUR) : at][::-1], words[at + 1 : at + 1 + _NEIGHBOUR])
    return frozenset(stem for side in sides for stem in [word.stem for word in side if word.telling][:1])


def _said_too(case: Case, claim: Claim, at: int, spot: Spot) -> bool:
    """Whether the sentence says what the evidence does there as well, in a place as like it: `well on old tasks, but
    poorly on new ones`."""
    text = case.sentence.text
    there = _around(spot.said.text, spot.at)
    its = vocabulary(spot.said.text)[spot.at]
    own = _alike(_around(claim.text, at), there)
    silent = negated_places(text)
    return any(
        word.stem == its.stem and _alike(_around(text, place), there) > own
        for place, word in enumerate(vocabulary(text))
        if place not in silent
    )


def _best(around: dict[str, float], ends: Poles, but: Poles, covers: Covers, plain: bool = False) -> Spot | None:
    """The best placed word at one of these ends that is at none of the others; `plain`: and is not denied."""
    best = None
    itself = {pole[2:] for pole in ends if pole[:2] == _ITSELF}
    for said, cover in covers:
        if ends.isdisjoint(_ends(said.text)) and itself.isdisjoint(said.stems):
            continue
        places = _places(said, ends)
        if places and but:
            places -= _places(said, but)
        if plain and places:
            places -= _not_stated(said.text)
        for at in places:
            worth = _alike(around, _around(said.text, at)) + cover
            if best is None or worth > best.worth:
                best = Spot(said, at, worth)
    return best


@lru_cache(maxsize=1 << 14)
def _in_terms(text: str) -> frozenset[int]:
    """The places of the words that belong to a term."""
    spans = [match.span() for match in _TERM.finditer(text)]
    if not spans:
        return frozenset()
    return frozenset(
        at for at, word in enumerate(tokens(text)) if any(start <= word.start < end for start, end in spans)
    )


@lru_cache(maxsize=1 << 14)
def _not_stated(text: str) -> frozenset[int]:
    """The places of the words that a text denies, asks after or only says to be studied."""
    if "?" in text or ("whether" in text and _ASKED.search(text)):
        return frozenset(range(len(vocabulary(text))))
    return negated_places(text) | asked_after(text) | without(text)


def _twice(at: int, spot: Spot, alarms: Iterable[tuple[int, Spot]]) -> bool:
    """Whether a neighbour is turned round with it: `reduces resistance` says `increases susceptibility`."""
    return any(
        0 < abs(at - other) <= _NEIGHBOUR and spot.said == its.said and 0 < abs(spot.at - its.at) <= _NEIGHBOUR
        for other, its in alarms
    )


def _problem(case: Case, claim: Claim, at: int, spot: Spot) -> Problem:
    said, word = spot.said, tokens(claim.text)[at]
    how = "compares the other way round than" if word.text.lower() == spot.word.lower() else "points the other way than"
    detail = f"{word.text!r} {how} the evidence ({spot.word!r}): “{said.text}”"
    return Problem(
        "direction",
        case.place,
        detail,
        key=said.key,
        suggestion=f"{said.key} says {spot.word!r} there",
        span=claim.span(word.start, word.end),
        rule="direction",
    )
