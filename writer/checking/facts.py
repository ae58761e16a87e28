"""What the checker reads out of entries, once each: their sentences, words and stems.

Reading an abstract costs far more than comparing a claim with it, so a `Known` is made for each corpus that is checked
against and asked by every rule. It holds no verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from writer.checking.rivals import Rivals
from writer.draft import FieldName
from writer.entry import Corpus, Entry
from writer.text import STOP_WORDS, sentences, stem, stems, words

MOST_RIVALS = 20_000
"""Entries of a corpus up to which all are compared with a claim: reading their words takes about 0.1 ms each."""

_A_SHELF = 2_000
"""Entries of a corpus up to which all are read sentence by sentence, which takes half as long again."""


class Token(NamedTuple):
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
    # Made as bare tuples: the checker reads every word of every cited abstract, and naming the fields costs the most.
    return tuple(
        [tuple.__new__(Token, (word, word.lower(), stem(word), start, end)) for word, start, end in words(text)]
    )


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
    order: tuple[str, ...]
    """The same as they stand, each as often as it is said."""

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Its words."""
        return tokens(self.text)


def telling_stems(text: str) -> frozenset[str]:
    """The stems of the telling words of a text."""
    return frozenset(stems(text))


@dataclass(frozen=True, slots=True)
class Facts:
    """One entry as the rules see it."""

    entry: Entry
    said: tuple[Said, ...]
    """The title, where there is one, then the sentences of the abstract."""
    stems: frozenset[str]
    """Of the telling words of title and abstract."""


def said(key: str, field: FieldName, text: str, start: int, end: int) -> Said:
    """Read one sentence of an entry."""
    order = stems(text)
    return Said(key, field, text, start, end, frozenset(order), tuple(order))


def facts(entry: Entry) -> Facts:
    """Read one entry."""
    told = [said(entry.key, "title", entry.title, 0, len(entry.title))] if entry.title else []
    told += [said(entry.key, "abstract", span.text, span.start, span.end) for span in sentences(entry.abstract)]
    return Facts(entry, tuple(told), frozenset().union(*[each.stems for each in told]))


class Known:
    """A corpus and the facts of those of its entries that were asked for.

    `among` are the keys that a claim is compared with when another entry may fit better: all of the corpus where
    None, and none where that is more than `MOST_RIVALS` entries. Whoever checks a few claims against much names the
    keys that its author could see.
    """

    def __init__(self, corpus: Corpus, among: Iterable[str] | None = None) -> None:
        self.corpus = corpus
        self._among = among
        self._facts: dict[str, Facts | None] = {}

    @cached_property
    def _aliases(self) -> dict[str, Entry]:
        """Built at the first key that no entry has; the corpus itself looks at every entry for each such key."""
        found: dict[str, Entry] = {}
        for entry in self.corpus:
            for alias in entry.aliases:
                found.setdefault(alias, entry)
        return found

    def entry(self, key: str) -> Entry | None:
        """The entry under a key or alias, as `corpus.get` finds it."""
        found = self.corpus.entries.get(key)
        return found if found is not None else self._aliases.get(key)

    def facts(self, key: str) -> Facts | None:
        """The facts of the entry under a key or alias; None where there is no such entry."""
        if key not in self._facts:
            entry = self.entry(key)
            self._facts[key] = facts(entry) if entry is not None else None
        return self._facts[key]

    @cached_property
    def rivals(self) -> Rivals:
        """The words of the entries that a claim may be compared with, read at the first question."""
        if self._among is not None:
            named = (self.entry(key) for key in self._among)
            entries = {entry.key: entry for entry in named if entry is not None}
        else:
            entries = dict(self.corpus.entries) if len(self.corpus) <= MOST_RIVALS else {}
        return Rivals((key, self._stems(key, entry)) for key, entry in entries.items())

    def _stems(self, key: str, entry: Entry) -> frozenset[str]:
        # Of a corpus that fits on a shelf most entries are cited: reading their sentences now saves reading them twice.
        read = self.facts(key) if len(self.corpus) <= _A_SHELF else self._facts.get(key)
        return read.stems if read is not None else telling_stems(entry.text)

    def weights(self, text: str) -> dict[str, float]:
        """The telling stems of a text in order, each with how much it tells (above 0)."""
        weight = self.rivals.weight
        return {word: weight(word) for word in dict.fromkeys(stems(text))}
