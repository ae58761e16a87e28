"""The numbers of a text in their surroundings: what stands before and behind each, and of what sort it is.

What is compared by the rules of `figures` and `crossed`; reading the numbers themselves is `writer.text.numbers`.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from writer.checking.amounts import Hedge, hedge
from writer.checking.vocabulary import numbers_of, words_of
from writer.text import STOP_WORDS, stem
from writer.text.numbers import Number

_AROUND = 8
"""How many words on each side say what a number is about."""
_WITHIN = 72
"""Characters on each side in which they are looked for."""
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_MONTHS = frozenset(
    stem(month) for month in "january february march april june july august september october november december".split()
) | frozenset("jan feb mar apr jun jul aug sep sept oct nov dec".split())
_CURRENCIES = frozenset("$€£¥")


class Figure:
    """A number in its surroundings (stems of the words before and after, nearest first)."""

    def __init__(self, number: Number, whole: str) -> None:
        self.text, self.value, self.unit = number.text, number.value, number.unit
        self.start, self.end, self.spelled = number.start, number.end, number.spelled
        self.whole = whole

    @cached_property
    def hedge(self) -> Hedge:
        """The word before it that says it is rounded."""
        return hedge(self.whole, self.start)

    @cached_property
    def before(self) -> tuple[str, ...]:
        """The stems of the words before it, the nearest first."""
        first = max(0, self.start - _WITHIN)
        first = max(first, self.whole.find(" ", first, self.start)) if first else 0  # not in the middle of a word
        return tuple([word.stem for word in words_of(self.whole[first : self.start])][: -_AROUND - 1 : -1])

    @cached_property
    def after(self) -> tuple[str, ...]:
        """The stems of the words behind it."""
        found = [word.stem for word in words_of(self.whole[self.end : self.end + _WITHIN])]
        return tuple(found[:_AROUND])

    @cached_property
    def about(self) -> frozenset[str]:
        """The telling words around it."""
        return frozenset((*self.before, *self.after)) - say_little()

    @cached_property
    def sort(self) -> str:
        """`year`, `day` of a month or `part` of a whole; empty for what counts or measures."""
        if "/" in self.value:
            return "part"
        if self.unit or self.spelled:
            return ""
        if _YEAR.fullmatch(self.text) or (self.before and len(self.text) == 2 and _YEAR.fullmatch(self.before[0])):
            return "year"  # also the second of `2018–19`
        beside = (*self.before[:1], *self.after[:1])
        return "day" if len(self.text) <= 2 and not _MONTHS.isdisjoint(beside) else ""

    @property
    def money(self) -> bool:
        """Whether the sign of a currency stands before it."""
        return self.whole[: self.start].rstrip()[-1:] in _CURRENCIES

    @property
    def year(self) -> bool:
        """Whether it reads as a year."""
        return self.sort == "year"


@lru_cache(maxsize=1)
def say_little() -> frozenset[str]:
    """The stems of the words that say nothing by themselves."""
    return frozenset(stem(word) for word in STOP_WORDS)


@lru_cache(maxsize=1 << 14)
def figures(text: str) -> tuple[Figure, ...]:
    """Every number of a text in order."""
    return tuple([Figure(number, text) for number in numbers_of(text)])


def dates(word: str) -> bool:
    """Whether a stem is a month or a year."""
    return word in _MONTHS or _YEAR.fullmatch(word) is not None
