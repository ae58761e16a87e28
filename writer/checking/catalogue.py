"""The corpus by what identifies its entries: DOI, arXiv id, address, title, and who wrote it when.

Each part is made when it is first asked for. It finds entries to name in a suggestion; nothing is ever cited for an
author because it was found here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

from writer.checking.facts import Known
from writer.entry import Author, Corpus, Entry
from writer.text import STOP_WORDS, fold

DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")
_ARXIV_NEW = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_ARXIV_OLD = r"[a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7}"
ARXIV = re.compile(
    # Named as one, in an address, or in five digits behind the point, as no quantity of prose is written.
    rf"(?:\barxiv(?:\.org/(?:abs|pdf|html)/|\s?[:.]?\s?)|\babs/)(?P<named>{_ARXIV_NEW}|{_ARXIV_OLD})(?:v\d+)?(?!\d)"
    rf"|(?<![\w.,/$€£-])(?P<bare>\d{{2}}(?:0[1-9]|1[0-2])\.\d{{5}})(?:v\d+)?(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s\"<>]+", re.IGNORECASE)
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
     "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)  # fmt: skip
_UMLAUT = re.compile("(?<=[aou])e")


class Catalogue:
    """A corpus, looked up by anything but its keys."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def doi(self, text: str) -> list[Entry]:
        """The entries with this DOI; arXiv's own DOIs find the preprint."""
        bare = text.lower()
        return self._by_doi.get(bare, []) or self.arxiv(bare.partition("10.48550/arxiv.")[2])

    def arxiv(self, text: str) -> list[Entry]:
        """The entries with this arXiv id, whatever the version."""
        return self._by_arxiv.get(bare_arxiv(text), []) if text else []

    def address(self, text: str) -> list[Entry]:
        """The entries whose record gives this address."""
        return self._by_address.get(_bare_address(text), [])

    def signed(self, names: Sequence[str], years: Sequence[int] = ()) -> list[Entry]:
        """The entries that all these people wrote, in one of the years where any are told."""
        by_name = [
            {entry.key: entry for form in written_forms(name) for entry in self._by_form.get(form, [])}
            for name in names
        ]
        if not by_name:
            return []
        fewest, *others = sorted(by_name, key=len)
        return [
            entry for key, entry in fewest.items() if all(key in found for found in others) and of_year(entry, years)
        ]

    def with_title_word(self, word: str) -> dict[str, Entry]:
        """The entries with this word (folded) in the title, by their keys."""
        return self._by_word.get(word, {})

    def has_author(self, name: str) -> bool:
        """Whether anybody of that name wrote an entry."""
        return any(form in self._by_form for form in written_forms(name))

    @cached_property
    def titles(self) -> tuple[tuple[str, Entry], ...]:
        """The folded titles and their entries, the longest first."""
        found = [(fold(entry.title), entry) for entry in self.corpus]
        return tuple(sorted(((title, entry) for title, entry in found if title), key=lambda pair: -len(pair[0])))

    @cached_property
    def _by_doi(self) -> dict[str, list[Entry]]:
        return _gathered((entry.doi.lower(), entry) for entry in self.corpus if entry.doi)

    @cached_property
    def _by_arxiv(self) -> dict[str, list[Entry]]:
        return _gathered((found, entry) for entry in self.corpus if (found := arxiv_of(entry)))

    @cached_property
    def _by_address(self) -> dict[str, list[Entry]]:
        return _gathered((_bare_address(entry.url), entry) for entry in self.corpus if entry.url)

    @cached_property
    def _by_word(self) -> dict[str, dict[str, Entry]]:
        found: dict[str, dict[str, Entry]] = defaultdict(dict)
        for title, entry in self.titles:
            for word in title.split():
                found[word][entry.key] = entry
        return dict(found)

    @cached_property
    def _by_form(self) -> dict[str, list[Entry]]:
        return _gathered((form, entry) for entry in self.corpus for form in _author_forms(entry))


_catalogues: WeakKeyDictionary[Known, Catalogue] = WeakKeyDictionary()


def catalogue(known: Known) -> Catalogue:
    """The catalogue of a corpus that is being checked against, made once for each."""
    found = _catalogues.get(known)
    if found is None:
        found = _catalogues[known] = Catalogue(known.corpus)
    return found


def _gathered(pairs: Iterable[tuple[str, Entry]]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for value, entry in pairs:
        found[value].append(entry)
    return dict(found)


def folded(entry: Entry) -> str:
    """The words of an entry's title and abstract, for a quick look before an exact one."""
    return _folded(entry.text)


@lru_cache(maxsize=1 << 14)
def _folded(text: str) -> str:
    # A soft hyphen and a space of no width stand within words.
    return fold(text.replace("\u00ad", "").replace("\u200b", ""))


def bare_arxiv(text: str) -> str:
    """An arXiv id without version and class: `2203.02155v2` gives `2203.02155`, `cs.CL/0301001` `cs/0301001`."""
    bare = re.sub(r"^arxiv\s?[:.]?\s?", "", text.strip().lower())
    return re.sub(r"v\d+$", "", re.sub(r"\.[a-z]{2}/", "/", bare))


def arxiv_of(entry: Entry) -> str:
    """The arXiv id of an entry, also where only its DOI tells it; empty where there is none."""
    return bare_arxiv(entry.arxiv or (entry.doi or "").lower().partition("10.48550/arxiv.")[2])


def years_of(entry: Entry) -> frozenset[int]:
    """The years a work may be cited under: its own, and that of its preprint where the arXiv id tells it."""
    return frozenset(year for year in (entry.year, arxiv_year(arxiv_of(entry))) if year is not None)


def arxiv_year(bare: str) -> int | None:
    """The year that an arXiv id begins with; ids with a class began in 1991."""
    match = re.search(r"(?:^|/)(\d\d)(?:0[1-9]|1[0-2])", bare)
    if match is None:
        return None
    short = int(match[1])
    return 1900 + short if "/" in bare and short > 90 else 2000 + short


def of_year(entry: Entry, years: Sequence[int]) -> bool:
    """Whether nothing says that the entry is of other years than these."""
    known = years_of(entry) if years else frozenset()
    return not known or any(year in known for year in years)


def wrote(entry: Entry, name: str) -> bool:
    """Whether somebody of that name, as prose writes it, is among the entry's authors."""
    return not written_forms(name).isdisjoint(_author_forms(entry))


def author_place(entry: Entry, name: str) -> int | None:
    """Which author (counted from 0) has that name; None where none has."""
    forms = written_forms(name)
    return next((n for n, author in enumerate(entry.authors) if not forms.isdisjoint(family_forms(author))), None)


@lru_cache(maxsize=1 << 13)
def written_forms(name: str) -> frozenset[str]:
    """What a name in prose may stand for: `Omar Pacha` is Omar Pacha or Pacha; accents and umlauts do not tell."""
    words = _words(name)
    forms = {"".join(words[at:]) for at in range(len(words))}
    if len(words) > 2:
        forms.add(_initials(words))
    return frozenset(form for form in forms if len(form) > 1)


@lru_cache(maxsize=1 << 16)
def family_forms(author: Author) -> frozenset[str]:
    """What an author may be called: the whole family name, its parts, an organisation's initials."""
    words = _words(author.family)
    forms = {"".join(words[at:]) for at in range(len(words))}
    if not author.given and len(words) > 1:
        forms.add(_initials(words))
    # A person of two family names goes by the first too; of an organisation the first word says nothing.
    if words and author.given:
        forms.add(words[0])
    return frozenset(form for form in forms if len(form) > 1)


@lru_cache(maxsize=1 << 12)
def _author_forms_of(authors: tuple[Author, ...]) -> frozenset[str]:
    return frozenset().union(*map(family_forms, authors)) if authors else frozenset()


def _author_forms(entry: Entry) -> frozenset[str]:
    return _author_forms_of(entry.authors)


def _words(name: str) -> list[str]:
    return [_UMLAUT.sub("", word) for word in fold(name.translate(_LETTERS)).split()]


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words if word not in STOP_WORDS)


def _bare_address(url: str) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", url.strip().lower())
    return bare.partition("#")[0].rstrip("/.")


def loosened(text: str) -> str:
    """A DOI or address without the punctuation of the sentence: closing marks, and brackets that it did not open."""
    while text:
        last = text[-1]
        if last in ".,;:!?'\"”’*_" or (last in ")]}" and text.count(last) > text.count("([{"[")]}".index(last)])):
            text = text[:-1]
        else:
            break
    return text
