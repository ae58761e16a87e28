"""An entry as it is compared with others, and what says that two entries are two works.

Made only for entries that share something with another; of a million records few do.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from itertools import pairwise

from writer.entry import Entry
from writer.text.words import fold

YEARS_APART = 2
"""A preprint and its publication lie at most so many years apart."""
_WHOLE_ABSTRACT = 60
"""Characters after folding; shorter abstracts are placeholders that many records share."""
_SHINGLE = 3
# Folded text of a script without spaces has few and long words; it is compared by characters.
_LONGEST_WORD = 15

# DOIs that preprint servers and archives give beside the publisher's.
_PREPRINT_DOIS = ("10.48550/", "10.1101/", "10.2139/", "10.31234/", "10.31219/", "10.5281/", "10.20944/", "10.36227/")
_PREPRINT_VENUES = re.compile(
    r"arxiv|(?:bio|med|chem|psy|soc|eco|earth|tech)rxiv|\bcorr\b|\bssrn\b|\bpreprints?\b|research square|\bosf\b",
    re.IGNORECASE,
)

# What is written about a paper and bears its title: the word alone, before `to` or `on`, or behind the title.
_NOTICE_WORDS = (
    "errat(?:um|a)|corrigend(?:um|a)|corrections?|addend(?:um|a)|retraction|withdrawal|repl(?:y|ies)|responses?"
    "|rejoinder|comments?|commentary|discussion|expression of concern"
)
_NOTICE = re.compile(
    rf"""\W*(?:(?:publisher|editor|author)s?\W{{0,2}}s?\s+)?(?:({_NOTICE_WORDS})(?:\s+notice)?
    (?:\s+(?:to|on|of|for|by|regarding)\b|\s*[:.\[(–—-]|\s*$))""",
    re.VERBOSE | re.IGNORECASE,
)
_NOTICE_BEHIND = re.compile(rf"[:.\[(–—-]\s*({_NOTICE_WORDS})\W*$", re.IGNORECASE)

_ROMAN = {
    roman: str(number)
    for number, roman in enumerate("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(), 1)
}
_SPELLED = {
    word: str(number)
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    )
    for number, word in enumerate(words.split(), 1)
}
_PARTS = frozenset("part parts volume vol book chapter lecture paper phase episode section series teil partie".split())
_DIGITS = re.compile(r"\d+")
_STATED = re.compile(r"\d+(?:[.,]\d+)*")
_STATED_YEAR = re.compile(r"(?:19|20)\d\d")


class Marks:
    """An entry as it is compared; what is costly is made when asked for."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        # `C` and `C++` are two languages.
        self.words = fold(entry.title.replace("+", " plus ").replace("#", " sharp ")).split()
        self.title = "".join(self.words)
        self.title_words = frozenset(word for word in self.words if len(word) > 3) or frozenset(self.words)
        self.families = frozenset(fold(author.family).rpartition(" ")[2] for author in entry.authors) - {""}
        self.year = entry.year
        self.doi = (entry.doi or "").lower()
        self.arxiv = (entry.arxiv or "").lower()
        self.pmid = entry.pmid or ""

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Entries with the same key agree with the same others."""
        entry = self.entry
        return (entry.title, entry.abstract, entry.venue, self.families, self.year, self.doi, self.arxiv, self.pmid)

    @cached_property
    def told(self) -> list[str]:
        """The words of the abstract in order."""
        words = fold(self.entry.abstract).split()
        letters = sum(map(len, words))
        if letters <= _LONGEST_WORD * len(words):
            return words
        run = "".join(words)
        return [run[at : at + 2] for at in range(len(run) - 1)]

    @cached_property
    def told_words(self) -> frozenset[str]:
        """The words of the abstract."""
        return frozenset(self.told)

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Every three neighbouring words of the abstract."""
        return frozenset(zip(*(self.told[at:] for at in range(_SHINGLE)), strict=False))

    @cached_property
    def abstract(self) -> str:
        """The abstract's letters and digits, or nothing where it is too short to tell works apart."""
        letters = fold(self.entry.abstract).replace(" ", "")
        return letters if len(letters) >= _WHOLE_ABSTRACT else ""

    @cached_property
    def stated(self) -> frozenset[str]:
        """The numbers that the abstract states."""
        return frozenset(_STATED.findall(self.entry.abstract))

    @cached_property
    def stated_years(self) -> frozenset[str]:
        """Those that are years."""
        return frozenset(number for number in self.stated if _STATED_YEAR.fullmatch(number))

    @cached_property
    def notice(self) -> str:
        """`reply` for `Reply to …`, nothing for a paper of its own."""
        found = _NOTICE.match(self.entry.title) or _NOTICE_BEHIND.search(self.entry.title)
        return found[1].lower() if found else ""

    @cached_property
    def part(self) -> str:
        """`2` for `…, Part II` and `… II`, nothing where the title names no part."""
        words = self.words
        for word, following in pairwise(words):
            if word in _PARTS and (number := _number(following) or (following if len(following) == 1 else "")):
                return number
        return _ROMAN.get(words[-1], "") if len(words) > 1 else ""

    @cached_property
    def title_numbers(self) -> Counter[str]:
        """The numbers of the title, in digits or spelled: of a year, an edition, a version."""
        found = (number for word in self.words for number in _DIGITS.findall(word) or [_SPELLED.get(word, "")])
        return Counter(filter(None, found))

    @cached_property
    def is_preprint(self) -> bool:
        """Whether the record speaks of a preprint: by its DOI, its venue, or an arXiv id that stands alone."""
        if self.doi:
            return self.doi.startswith(_PREPRINT_DOIS)
        return in_preprints(self.entry.venue) if self.entry.venue else bool(self.arxiv)

    @cached_property
    def is_published(self) -> bool:
        """Whether the record names a publisher's DOI, or a venue that is no preprint server."""
        return not self.is_preprint and bool(self.doi or self.entry.venue)


def in_preprints(venue: str) -> bool:
    """Whether a venue is a preprint server."""
    return _PREPRINT_VENUES.search(venue) is not None


def contradiction(one: Marks, other: Marks) -> str:
    """What says that these are two works, in words; nothing where nothing does."""
    if one.year is not None and other.year is not None and abs(one.year - other.year) > YEARS_APART:
        return f"years more than {YEARS_APART} apart: {one.year} and {other.year}"
    if one.families and other.families and not one.families & other.families:
        return "no author in common"
    if one.arxiv and other.arxiv and one.arxiv != other.arxiv:
        return f"two arXiv ids: {one.arxiv} and {other.arxiv}"
    if one.pmid and other.pmid and one.pmid != other.pmid:
        return f"two PMIDs: {one.pmid} and {other.pmid}"
    published = {mark.doi for mark in (one, other) if mark.doi and not mark.doi.startswith(_PREPRINT_DOIS)}
    if len(published) > 1:
        return f"two DOIs: {one.doi} and {other.doi}"
    return other_piece(one, other) or _other_issue(one, other)


def other_piece(one: Marks, other: Marks) -> str:
    """Whether the titles name another part, or one of them a notice on the other; nothing where neither."""
    if not one.title or not other.title or one.title == other.title:
        return ""
    if one.notice != other.notice:
        return f"one is about the other: {one.notice or other.notice}"
    if one.part and other.part and one.part != other.part:
        return f"parts {one.part} and {other.part}"
    return ""


def apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each holds something that the other does not."""
    return bool(one - other and other - one)


def _other_issue(one: Marks, other: Marks) -> str:
    """Whether the abstracts are those of two years' reports: alike, but each with a year of its own.

    Other numbers count as well where years differ, except between a preprint and its publication, whose results
    may have been measured anew.
    """
    if not one.entry.abstract or not other.entry.abstract:
        return ""
    if apart(one.stated_years, other.stated_years):
        return "the abstracts state other years"
    if one.year is None or other.year is None or one.year == other.year:
        return ""
    if (one.is_preprint and not other.is_preprint) or (other.is_preprint and not one.is_preprint):
        return ""
    return "years and numbers of the abstracts differ" if apart(one.stated, other.stated) else ""


def _number(word: str) -> str:
    return word if word.isdigit() else _ROMAN.get(word) or _SPELLED.get(word, "")
