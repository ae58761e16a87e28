"""The entries that a claim could have cited instead, by their words: how telling each word is, and who has it.

An inverted index over stems, held in memory for one check. It is no search engine: it ranks for one question only,
whether another entry covers a claim clearly better than the cited one does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

from writer.text import stem

_COMMON = frozenset(
    map(
        stem,
        """able achieve address aim also analysis analyze apply approach argue article aspect author available
        base based better can common compare compute conclude conduct consider current data demonstrate describe design
        detail develop different difficult discuss effect effective efficient empirical evaluate evidence examine
        example existing experiment explore fast field find finding first framework future general give good group
        help high identify illustrate important improve include increase indicate introduce investigate involve issue
        known large lead level literature low main measure method model new novel number obtain order outperform paper
        perform performance possible present previous prior problem process produce propose provide question range
        reach recent reduce related report represent require research result review reveal role set show significant
        similar simple small specific standard state strong study suggest support system task technique term test time
        type understand understanding use user various way well work""".split(),
    )
)
"""Stems of what scientific prose says about everything, our own list. A corpus of one field tells it by counting, a
small one cannot."""
_COMMON_WEIGHT = 0.3
_DIGITS_WEIGHT = 1.5
"""How much more a stem with a digit tells (`gpt4`, `2019`): two texts seldom share one by chance."""
_BESIDE = 50
"""Entries without any of the words that are thought beside the known ones: of three entries none tells what is rare."""
_BEGINNING = 5
"""Letters from which two words are taken for forms of one (`ubiquitinated`, `ubiquitination`) that stem apart."""
_LIKE = 0.7
"""What such a form counts beside the word itself."""
_CANDIDATES = 24
"""How many of the entries with the most of what is missing are compared in full."""


@lru_cache(maxsize=1 << 14)
def beginnings(stems: frozenset[str]) -> frozenset[str]:
    """The first letters of the longer stems."""
    return frozenset(word[:_BEGINNING] for word in stems if len(word) >= _BEGINNING)


def coverage(weights: Mapping[str, float], stems: frozenset[str]) -> float:
    """The share of a claim's weight that a text with these stems has, 0 to 1."""
    total = found = 0.0
    begun: frozenset[str] | None = None
    for word, weight in weights.items():
        total += weight
        if word in stems:
            found += weight
        elif len(word) >= _BEGINNING:
            begun = beginnings(stems) if begun is None else begun
            if word[:_BEGINNING] in begun:
                found += _LIKE * weight
    return found / total if total else 0.0


class Rivals:
    """The words of some entries, to compare a claim with all of them at once."""

    def __init__(self, entries: Iterable[tuple[str, frozenset[str]]]) -> None:
        self.stems: dict[str, frozenset[str]] = dict(entries)
        self._having: dict[str, list[str]] = {}
        for key, stems in self.stems.items():
            for word in stems:
                self._having.setdefault(word, []).append(key)
        self._weights: dict[str, float] = {}

    def weight(self, word: str) -> float:
        """How much a stem tells: its inverse document frequency, ln(1 + (N + 50) / (n + 1)).

        It is less for what all prose says, and more for what has digits.
        """
        found = self._weights.get(word)
        if found is None:
            found = math.log(1 + (len(self.stems) + _BESIDE) / (len(self._having.get(word, ())) + 1))
            if word in _COMMON:
                found *= _COMMON_WEIGHT
            elif not word.isalpha() and any(char.isdigit() for char in word):
                found *= _DIGITS_WEIGHT
            self._weights[word] = found
        return found

    def better(
        self, weights: Mapping[str, float], stems: frozenset[str], gain: float, passed: frozenset[str] = frozenset()
    ) -> tuple[str, float] | None:
        """The entry that covers the most, where it covers at least `gain` more than a text with these stems does.

        Those of `passed` are passed over. Only what that text lacks is looked up, so that a claim that is covered
        well costs nothing.
        """
        total = sum(weights.values())
        own = coverage(weights, stems)
        if not total or own + gain > 1:
            return None
        # What an entry has of the missing words is at least what it gains, forms of one word aside.
        least = gain * total * _LIKE
        has: dict[str, float] = {}
        for weight, word in self._needed(weights, stems, least):
            for key in self._having.get(word, ()):
                has[key] = has.get(key, 0.0) + weight
        able = sorted((-weight, key) for key, weight in has.items() if key not in passed)[:_CANDIDATES]
        best = max(((coverage(weights, self.stems[key]), key) for _, key in able), default=None)
        return (best[1], best[0]) if best is not None and best[0] - own >= gain else None

    @staticmethod
    def _needed(weights: Mapping[str, float], stems: frozenset[str], least: float) -> list[tuple[float, str]]:
        """The words that a text lacks, without the light ones that together weigh less than `least`.

        An entry that has none of the others cannot gain enough, and the light ones are those that most entries have.
        """
        missing = sorted((weight, word) for word, weight in weights.items() if word not in stems)
        light, first = 0.0, 0
        while first < len(missing) and light + missing[first][0] < least:
            light += missing[first][0]
            first += 1
        return missing[first:]
