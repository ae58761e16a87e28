"""What the checker reads out of entries, once each: their sentences, words and stems.

Reading an abstract costs far more than comparing a claim with it, so a `Known` is made for each corpus that is checked
against and asked by every rule. It holds no verdicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from writer.draft import FieldName
from writer.entry import Corpus, Entry
from writer.text import STOP_WORDS, sentences, stem, words


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: `text[start:end]`, in small letters, and its stem."""

    text: str
    lower: str
    stem: str
    start: int
    end: int

    @property
    def telling(self) -> bool:
        """Whether it says something by itself: no function word, no single letter."""
        return len(self.text) > 1 and self.lower not in STOP_WORDS


@lru_cache(maxsize=1 << 14)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text in order."""
    return tuple(Token(word, word.lower(), stem(word), start, end) for word, start, end in words(text))


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that an entry says: `entry.<field>[start:end] == text`."""

    key: str
    field: FieldName
    text: str
    start: int
    end: int
    stems: frozenset[str]
    """Of its telling words."""

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Its words."""
        return tokens(self.text)


def telling_stems(text: str) -> frozenset[str]:
    """The stems of the telling words of a text."""
    return frozenset(token.stem for token in tokens(text) if token.telling)


@dataclass(frozen=True, slots=True)
class Facts:
    """One entry as the rules see it."""

    entry: Entry
    said: tuple[Said, ...]
    """The title, where there is one, then the sentences of the abstract."""
    stems: frozenset[str]
    """Of the telling words of title and abstract."""


def facts(entry: Entry) -> Facts:
    """Read one entry."""
    said = []
    if entry.title:
        said.append(
            Said(entry.key, "title", entry.title, 0, len(entry.title), telling_stems(entry.title)),
        )
    said += [
        Said(entry.key, "abstract", span.text, span.start, span.end, telling_stems(span.text))
        for span in sentences(entry.abstract)
    ]
    return Facts(entry, tuple(said), frozenset().union(*(each.stems for each in said)) if said else frozenset())


class Known:
    """A corpus and the facts of those of its entries that were asked for."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._facts: dict[str, Facts | None] = {}

    def facts(self, key: str) -> Facts | None:
        """The facts of the entry under a key or alias; None where there is no such entry."""
        if key not in self._facts:
            entry = self.corpus.get(key)
            self._facts[key] = facts(entry) if entry is not None else None
        return self._facts[key]
