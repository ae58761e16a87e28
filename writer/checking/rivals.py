"""The entries that a claim could have cited instead, by their words: how telling each word is, and who has it.

An inverted index over stems, held in memory for one check. It is no search engine: it ranks for one question only,
whether another entry covers a claim clearly better than the cited one does.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from writer.text import stem

_COMMON = frozenset(
    map(
        stem,
        """able achieve address aim also analysis analyze apply approach argue article aspect author available
        base based better can common compare compute conclude conduct consider current data decrease
        demonstrate describe design detail develop different difficult discuss effect effective efficient
        empirical evaluate evidence examine example existing experiment explore fast field find finding first
        framework future general give good group help high higher identify illustrate important improve
        include increase indicate introduce investigate involve issue known large lead level literature low
        lower main measure method model new novel number obtain order outperform paper perform performance
        possible present previous prior problem process produce propose provide question range reach recent
        reduce related report represent require research result review reveal role set show significant
        similar simple small specific standard state strong study suggest support system task technique term
        test time type understand understanding use user various way well work
        accord accordingly additionally admittedly aforementioned allow allude although altogether among argue assert
        attempt become believe besides broadly call century claim commonly concern conclusion confirm consequently
        conversely decade deem depict deploy despite early emphasize especially essentially even eventually exist
        explain fairly famous far finally following formally frequently furthermore generally hence highlight idea
        indeed initially instance instead interesting interestingly kind lament largely late later latter likewise long
        mainly manner mention merely moreover mostly namely nature nevertheless note notion observe occasionally often
        opposite particular particularly partly perhaps picture popular popularise popularize presumably purpose
        question quite rather recently regard remain respectively roughly routine routinely sense shortcoming similarly
        situation sort spirit stem still subsequent subsequently successor surprising surprisingly takes themselves
        therefore though thought together topic traditional traditionally typical typically usual usually vein versus
        via view whereby widely worse yet""".split(),
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
_CANDIDATES = 4
"""How many of the entries with the most of a claim are also looked at for forms of its words."""
_OF_THE_MOST = 0.6
"""They have at least this share of what any entry has of the words that are missing."""
_PLACES = 1 << 16


@lru_cache(maxsize=1 << 15)
def beginnings(stems: frozenset[str]) -> frozenset[str]:
    """The first letters of the longer stems."""
    return frozenset([word[:_BEGINNING] for word in stems if len(word) >= _BEGINNING])


def coverage(weights: Mapping[str, float], *texts: frozenset[str]) -> float:
    """The share of a claim's weight that texts with these stems have together, 0 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    missing = frozenset(weights).difference(*texts)
    if not missing:
        return 1.0
    return (total - sum(map(weights.__getitem__, missing)) + alike(weights, missing, *texts)) / total


def alike(weights: Mapping[str, float], missing: frozenset[str], *texts: frozenset[str]) -> float:
    """What those of some missing words count of which the texts have a form."""
    begun = beginnings(texts[0]) if len(texts) == 1 else frozenset().union(*map(beginnings, texts))
    return _LIKE * sum([weights[word] for word in missing if word[:_BEGINNING] in begun])


class Rivals:
    """The words of some entries, to compare a claim with all of them at once."""

    def __init__(self, entries: Iterable[tuple[str, frozenset[str]]]) -> None:
        self.stems: dict[str, frozenset[str]] = dict(entries)
        self._keys = list(self.stems)
        having: dict[str, list[int]] = defaultdict(list)
        for number, stems in enumerate(self.stems.values()):
            for word in stems:
                having[word].append(number)
        self._having: Mapping[str, Sequence[int]] = dict(having)
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
            # Of few binary places: sums are exact, and the same in whatever order the words of a set come.
            found = self._weights[word] = round(found * _PLACES) / _PLACES
        return found

    @cached_property
    def common(self) -> float:
        """The most that a word weighs that all prose has: what is heavier tells a subject."""
        return _COMMON_WEIGHT * math.log(1 + len(self.stems) + _BESIDE)

    def better(
        self,
        weights: Mapping[str, float],
        stems: frozenset[str],
        least: float,
        passed: frozenset[str] = frozenset(),
    ) -> tuple[str, float] | None:
        """The entry that covers the most of a claim, where it covers at least `least` of it (0 to 1).

        Those of `passed` are passed over. Only what a text with these stems lacks is looked up, so that a claim that
        it covers well costs nothing.
        """
        total = sum(weights.values())
        gain = least - coverage(weights, stems)
        if not total or least > 1 or gain <= 0:
            return None
        # What an entry has of the missing words is at least what it gains, forms of one word aside.
        has: dict[int, float] = {}
        for weight, word in self._needed(weights, stems, gain * total * _LIKE):
            for number in self._having.get(word, ()):
                has[number] = has.get(number, 0.0) + weight
        enough = _OF_THE_MOST * max(has.values(), default=0.0)
        able = [self._keys[number] for number, weight in has.items() if weight >= enough]
        return self._best(weights, least * total, [key for key in able if key not in passed])

    def _best(self, weights: Mapping[str, float], least: float, keys: Iterable[str]) -> tuple[str, float] | None:
        """The entry among these that has the most of a claim, where it has at least `least` (in weight)."""
        words, weight_of, total = frozenset(weights), weights.__getitem__, sum(weights.values())
        told = sorted([(-sum(map(weight_of, words & self.stems[key])), key) for key in keys])
        best: tuple[float, str] | None = None
        for exact, key in told[:_CANDIDATES]:
            # No entry has more than a form of each word that it lacks.
            if _LIKE * total - (1 - _LIKE) * exact < (least if best is None else best[0]):
                break
            stems = self.stems[key]
            has = -exact + alike(weights, words - stems, stems)
            if has >= least and (best is None or has > best[0]):
                best = has, key
        return (best[1], best[0] / total) if best is not None else None

    @staticmethod
    def _needed(weights: Mapping[str, float], stems: frozenset[str], least: float) -> list[tuple[float, str]]:
        """The words that a text lacks, without the light ones that together weigh less than `least`.

        An entry that has none of the others cannot gain enough, and the light ones are those that most entries have.
        """
        missing = sorted([(weight, word) for word, weight in weights.items() if word not in stems])
        light, first = 0.0, 0
        while first < len(missing) and light + missing[first][0] < least:
            light += missing[first][0]
            first += 1
        return missing[first:]
