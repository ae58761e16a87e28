"""The same work read more than once, told by DOI, arXiv id, title, or abstract where a title is missing.

A false merge puts one paper's findings under another's name, a missed one only lists a paper twice. So every
likeness must be uncontradicted: by years, authors, other identifiers, and within a group by every member against
every other. Nothing depends on the order of reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from writer.corpus.canonical import content
from writer.entry import Entry
from writer.text.words import fold

_YEARS_APART = 2
"""A preprint and its publication lie at most so many years apart."""
_ALIKE = 0.25
"""Least share of common words in two abstracts under one title, where no author speaks for the merge. Among 236
abstracts on language models no two reached 0.24, while the first half of each shares 0.49 and more with the whole."""
_LIKE_TITLE = 3
"""Two titles under one identifier share at least one of so many words of the shorter one."""
_WHOLE_ABSTRACT = 60
"""Characters after folding; shorter abstracts are placeholders that many records share."""
_GENERIC = frozenset(
    """abstract acknowledgements appendix background conclusion conclusions contents corrigendum discussion editorial
    erratum foreword guesteditorial introduction keynote outlook overview panel preface proceedings
    references relatedwork retracted summary tutorial untitled workshop""".split()
)
# DOIs that preprint servers and archives give beside the publisher's.
_PREPRINT_DOIS = ("10.48550/", "10.1101/", "10.2139/", "10.31234/", "10.31219/", "10.5281/", "10.20944/", "10.36227/")


class Group(NamedTuple):
    """Places (in the sequence given) of entries that are one work, in order, and why."""

    members: tuple[int, ...]
    because: str


class _Marks:
    """An entry as it is compared; what is costly is made when asked for."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        # `C` and `C++` are two languages.
        words = fold(entry.title.replace("+", " plus ").replace("#", " sharp ")).split()
        self.title = "".join(words)
        self.title_words = frozenset(word for word in words if len(word) > 3) or frozenset(words)
        self.families = frozenset(fold(author.family).rpartition(" ")[2] for author in entry.authors) - {""}
        self.year = entry.year
        self.doi = (entry.doi or "").lower()
        self.arxiv = (entry.arxiv or "").lower()

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the abstract."""
        return frozenset(fold(self.entry.abstract).split())

    @cached_property
    def abstract(self) -> str:
        """The abstract's letters and digits, or nothing where it is too short to tell works apart."""
        letters = fold(self.entry.abstract).replace(" ", "")
        return letters if len(letters) >= _WHOLE_ABSTRACT else ""


def groups(entries: Sequence[Entry]) -> list[Group]:
    """All entries in groups of the same work, most of one member, ordered by their first."""
    marks = [_Marks(entry) for entry in entries]
    union = _Union(marks)
    by_content = [content(entry) for entry in entries]
    what = dict(zip(by_content, map(_what, entries), strict=True))
    union.join(by_content, lambda one, other: True, lambda value: f"the same {what[value]}")
    union.join([mark.doi for mark in marks], _same_by_id, lambda value: f"the same DOI {value}")
    union.join([mark.arxiv for mark in marks], _same_by_id, lambda value: f"the same arXiv id {value}")
    union.join([mark.title for mark in marks], _same_by_title, lambda value: "the same title")
    if untitled := {mark.abstract for mark in marks if not mark.title}:
        abstracts = [mark.abstract if mark.abstract in untitled else "" for mark in marks]
        union.join(abstracts, _same_by_abstract, lambda value: "the same abstract")
    return union.groups()


def merged(entries: Sequence[Entry]) -> Entry:
    """One entry of several records of a work: the richer record first, field by field.

    The key is the first user's key by rank (empty if there is none), the others become aliases. `source` is the
    richest record's.
    """
    if len(entries) == 1:
        return entries[0]
    ranked = sorted(entries, key=_rank)
    best = ranked[0]
    titled = next((entry for entry in ranked if entry.title), best)
    told = max(ranked, key=lambda entry: len(entry.abstract))
    signed = max(ranked, key=lambda entry: (bool(entry.authors) and not entry.more_authors, len(entry.authors)))
    written = next((entry for entry in ranked if entry.fields), best)
    keys = dict.fromkeys(key for entry in ranked for key in (entry.key, *entry.aliases) if key)
    key = next((entry.key for entry in ranked if entry.key), "")
    return replace(
        best,
        key=key,
        title=titled.title,
        raw_title=titled.raw_title,
        abstract=told.abstract,
        raw_abstract=told.raw_abstract,
        authors=signed.authors,
        more_authors=signed.more_authors,
        year=next((entry.year for entry in ranked if entry.year is not None), None),
        venue=next((entry.venue for entry in ranked if entry.venue), None),
        doi=next((entry.doi for entry in ranked if entry.doi), None),
        arxiv=next((entry.arxiv for entry in ranked if entry.arxiv), None),
        url=next((entry.url for entry in ranked if entry.url), None),
        kind=next((entry.kind for entry in ranked if entry.kind != "misc"), "misc"),
        fields=written.fields,
        aliases=tuple(sorted(alias for alias in keys if alias != key)),
        sources=(best.source, *(entry.source for entry in entries if entry is not best)),
    )


def _what(entry: Entry) -> str:
    """What two records with the same content share, in words."""
    return " and ".join(name for name in ("title", "abstract") if getattr(entry, name))


def _rank(entry: Entry) -> tuple[object, ...]:
    """Richest first: a user's key, then more fields, then a longer abstract; content settles what is left."""
    filled = (entry.title, entry.abstract, entry.authors, entry.year, entry.venue, entry.doi, entry.arxiv, entry.url)
    return (not entry.key, -sum(bool(value) for value in filled), -len(entry.abstract), content(entry), entry.key)


def _same_by_id(one: _Marks, other: _Marks) -> bool:
    """Whether the titles allow it: an identifier copied by mistake, or a book's given to each of its chapters,
    stands under wholly different ones."""
    fewest = min(len(one.title_words), len(other.title_words))
    shared = len(one.title_words & other.title_words)
    return _LIKE_TITLE * shared >= fewest or bool(one.abstract and one.abstract == other.abstract)


def _same_by_title(one: _Marks, other: _Marks) -> bool:
    if _contradict(one, other):
        return False
    if one.title != other.title or one.families & other.families:
        # Another title is here because an identifier has joined it to this one.
        return True
    if one.title in _GENERIC or len(one.title) < 4:
        return bool(one.abstract) and one.abstract == other.abstract
    if not one.words or not other.words:
        return True
    return len(one.words & other.words) >= _ALIKE * len(one.words | other.words)


def _same_by_abstract(one: _Marks, other: _Marks) -> bool:
    return not (one.title and other.title and one.title != other.title) and not _contradict(one, other)


def _contradict(one: _Marks, other: _Marks) -> bool:
    """Whether years, authors or identifiers say that these are two works."""
    if one.year is not None and other.year is not None and abs(one.year - other.year) > _YEARS_APART:
        return True
    if one.families and other.families and not one.families & other.families:
        return True
    if one.arxiv and other.arxiv and one.arxiv != other.arxiv:
        return True
    published = [doi for doi in (one.doi, other.doi) if doi and not doi.startswith(_PREPRINT_DOIS)]
    return len(set(published)) > 1


class _Union:
    """Groups that grow together as likenesses are found, each with the reasons for it."""

    def __init__(self, marks: list[_Marks]) -> None:
        self.marks = marks
        self._group = list(range(len(marks)))
        self._members = {place: [place] for place in range(len(marks))}
        self._reasons: dict[int, list[str]] = defaultdict(list)

    def join(self, values: list[str], same: Callable[[_Marks, _Marks], bool], reason: Callable[[str], str]) -> None:
        """Join the groups that share a value, wherever each member of one agrees with each of the other.

        Where one could be the same as either of two that contradict each other, nobody knows whose duplicate it
        is, and all stay apart.
        """
        buckets: dict[str, list[int]] = defaultdict(list)
        for place, value in enumerate(values):
            if value:
                buckets[value].append(place)
        for value in sorted(value for value, places in buckets.items() if len(places) > 1):
            found = sorted({self._group[place] for place in buckets[value]})
            agree = {(a, b) for a, b in combinations(found, 2) if self._all_agree(a, b, same)}
            for part in _parts(found, agree):
                if len(part) > 1 and all(pair in agree for pair in combinations(part, 2)):
                    self._unite(part, reason(value))

    def groups(self) -> list[Group]:
        """The groups as they stand."""
        return [
            Group(tuple(sorted(self._members[group])), " and ".join(self._reasons[group]))
            for group in sorted(self._members, key=lambda group: min(self._members[group]))
        ]

    def _all_agree(self, one: int, other: int, same: Callable[[_Marks, _Marks], bool]) -> bool:
        return all(same(self.marks[a], self.marks[b]) for a in self._members[one] for b in self._members[other])

    def _unite(self, part: list[int], reason: str) -> None:
        first, *others = part
        for other in others:
            for member in self._members[other]:
                self._group[member] = first
            self._members[first] += self._members.pop(other)
            self._reasons[first] += self._reasons.pop(other, [])
        self._reasons[first] = sorted({*self._reasons[first], reason})


def _parts(nodes: Iterable[int], edges: set[tuple[int, int]]) -> list[list[int]]:
    """The connected parts of a small graph, each in order."""
    parts: list[list[int]] = []
    for node in nodes:
        touching = [part for part in parts if any((other, node) in edges for other in part)]
        parts = [part for part in parts if part not in touching]
        parts.append(sorted([node, *(other for part in touching for other in part)]))
    return parts
