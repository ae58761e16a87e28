"""Citation keys: the user's own where a record has one, else made from what the work says.

A made key is a function of the set of works alone. Reading other files first, or the same records in another
order, or on another machine, gives the same keys; where two works would get the same one, both grow by further
words of their own, and at last by a short hash of their content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import chain, count

from writer.corpus.canonical import content
from writer.entry import Author, Entry
from writer.text.words import ascii_fold

# Words that tell nothing about a work. A list of its own: keys stand in manuscripts and must not change when
# the list for searching does.
_STOP = frozenset(
    """a about across after all also an and any are as at be been being between both but by can could do does
    each even for from has have here how however if in into is it its just many may more most much must nor not of
    on one only or other our over own per should so some such than that the their them then there these they this
    those through to too toward towards two under until up upon use using very via was we were what when where
    whether which while who whom whose why will with within without would you your""".split()
)
# How abstracts begin.
_OPENERS = frozenset(
    """abstract address aim analyse analyze approach article attempt based been book conduct consider contribution
    current currently demonstrate describe describes design develop developed development discuss discussions
    drawing examine explore explores focus given goal importance important increasingly introduce introduces
    investigate key large largely method methods modern motivated new novel outline paper play plays popular present
    presented presents previous prior problem propose proposed proposes provide provides recent recently release
    report research show shows significant study studies task tasks technique term toolkit understand widely wide
    work works years""".split()
)
# Letters that are no base letter with an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d",
     "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "\u2019": "'"}
)  # fmt: skip
_WORD = re.compile(r"[A-Za-z0-9]+")
_WORDS = 3
_MOST_WORDS = 8
"""Beyond so many words a collision is settled by a hash."""


def assign(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The key of each entry, in their order: its own, or a made one that no other entry has in any case.

    Two entries must not share a user's key; whoever merges and skips records has seen to that.
    """
    keys = [entry.key for entry in entries]
    taken = {key.casefold() for entry in entries for key in (entry.key, *entry.aliases) if key}
    open_places = [place for place, key in enumerate(keys) if not key]
    for words in range(_WORDS, _MOST_WORDS + 1):
        once: set[str] = set()
        several: set[str] = set()
        for place in open_places:
            keys[place] = make(entries[place], words)
            # Made keys are ASCII, for which this is `casefold`.
            folded = keys[place].lower()
            (several if folded in once or folded in taken else once).add(folded)
        left = [place for place in open_places if keys[place].lower() in several]
        taken |= once - several
        for place in left:
            keys[place] = ""
        open_places = left
    for place in open_places:
        keys[place] = _with_hash(entries[place], taken)
        taken.add(keys[place].casefold())
    return tuple(keys)


def make(entry: Entry, words: int = _WORDS) -> str:
    """The key made for an entry, with as many words as asked for.

    `smith2020reasons` where author and year are known, else `reasonsRejectAligning`. The first counts two of
    the words for the name and the year.
    """
    telling = _telling(entry, words)
    name = _name(entry.authors[0]) if entry.authors else ""
    if name and entry.year is not None and entry.title:
        return f"{name}{entry.year}{_camel(telling[: words - 2])}"
    return _camel(telling) or f"entry{_hash(entry, 6)}"


def _telling(entry: Entry, words: int) -> list[str]:
    """Up to so many telling words, each once: of the title and then the abstract, or of the abstract alone."""
    found = _distinct(entry.title, _STOP) or _distinct(entry.title, frozenset())
    if len(found) < words:
        # A title may consist of stop words alone (`What is it?`), and so may an abstract.
        found += _distinct(entry.abstract, _STOP | _OPENERS) or _distinct(entry.abstract, frozenset())
    once: dict[str, str] = {}
    for word in found:
        once.setdefault(word.lower(), word)
    return list(once.values())[:words]


def _distinct(text: str, without: frozenset[str]) -> list[str]:
    found: dict[str, str] = {}
    for word in _ascii_words(text):
        lower = word.lower()
        if len(word) > 1 and lower not in without:
            found.setdefault(lower, word)
        if len(found) == _MOST_WORDS:
            break
    return list(found.values())


def _ascii_words(text: str) -> list[str]:
    return _WORD.findall(ascii_fold(text.translate(_LETTERS)))


def _camel(words: Sequence[str]) -> str:
    """`["Reasons", "Reject"]` as `reasonsReject`; long words are cut, so that keys stay readable."""
    return "".join(word[:20].lower() if n == 0 else word[:20].capitalize() for n, word in enumerate(words))


def _name(author: Author) -> str:
    """The family name in small ASCII letters; of an organisation the first telling word."""
    words = _ascii_words(author.family.replace("'", "").replace("\u2019", ""))
    if not author.given and len(words) > 1:
        words = [word for word in words if word.lower() not in _STOP][:1]
    return "".join(words).lower()


def _hash(entry: Entry, length: int) -> str:
    return hashlib.sha256(content(entry).encode()).hexdigest()[:length]


def _with_hash(entry: Entry, taken: set[str]) -> str:
    lengths = (6, 12, 64)
    made = make(entry)
    base = "entry" if made.startswith("entry") and made[5:] == _hash(entry, 6) else made
    candidates = chain((base + _hash(entry, length) for length in lengths), (f"{base}{number}" for number in count(2)))
    return next(key for key in candidates if key.casefold() not in taken)
