"""The words of a text without their places, each distinct word looked at once.

The rules read every sentence of every cited abstract; most want to know which words it has, in order, and what each
is. So a word is an object that all sentences share, and a sentence is a tuple of such objects, at the same indices as
`facts.tokens`, which is for where they stand.
"""

from __future__ import annotations

import re
from functools import lru_cache

from writer.text import STOP_WORDS, stem
from writer.text.numbers import Number, numbers
from writer.text.opposites import Poles, poles

_WORD = re.compile(r"[^\W_]+")
_MOST = 1 << 17
"""Distinct words that are kept; then all are forgotten."""


class Word:
    """A word: in small letters, its stem, and what can be said of it wherever it stands."""

    __slots__ = ("lower", "poles", "root", "stem", "telling", "text")

    text: str
    lower: str
    stem: str
    telling: bool
    """As `facts.Token.telling`."""
    poles: Poles
    root: str
    """The stem that a negating prefix turns round in it; empty where there is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = text.lower()
        self.stem = stem(text)
        self.telling = len(text) > 1 and self.lower not in STOP_WORDS
        self.poles = poles(self.lower)
        self.root = next((pole[2:] for pole in self.poles if pole[:2] == "-="), "") if self.poles else ""


class _Words(dict[str, Word]):
    def __missing__(self, text: str) -> Word:
        if len(self) >= _MOST:
            self.clear()
        found = self[text] = Word(text)
        return found


_word_of = _Words().__getitem__


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text in order; for a piece of a text that is asked for once."""
    return tuple(map(_word_of, _WORD.findall(text)))


@lru_cache(maxsize=1 << 14)
def vocabulary(text: str) -> tuple[Word, ...]:
    """The words of a text in order.

    >>> [word.stem for word in vocabulary("The models agree.")]
    ['the', 'model', 'agre']
    """
    return words_of(text)


@lru_cache(maxsize=1 << 14)
def numbers_of(text: str) -> tuple[Number, ...]:
    """The numbers of a text (`writer.text.numbers`), read once for all rules."""
    return tuple(numbers(text))
