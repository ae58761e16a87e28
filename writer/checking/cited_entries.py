"""The entries that a whole manuscript cites: is one work cited under two keys, and can a reference be made of each.

These are the only rules that look at more than one sentence. They never merge or complete anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from writer.checking.case import Case
from writer.checking.catalogue import arxiv_of, arxiv_year
from writer.checking.facts import Known
from writer.draft import Place, Problem
from writer.entry import Entry, Source
from writer.text import fold

_EARLIEST, _LATEST = 1500, 2100
"""Years outside are slips of the pen."""
_YEARS_APART = 1
"""A preprint of December may carry the year after."""
_TITLE_WORDS = 4
"""A shorter title, such as "Related work", may be that of two works."""
_CAPITALS = 12
"""Fewer capital letters may be an acronym."""
_JOURNALS = frozenset({"article"})
_IN_BOOKS = frozenset({"inproceedings", "incollection", "conference", "inbook"})
_BOOKS = frozenset({"book", "proceedings", "collection"})


def check_duplicates(cases: Sequence[Case]) -> list[Problem]:
    """`duplicate-key` for each two keys of one work, told once, and each key that one citation holds twice."""
    problems = [problem for case in cases for problem in _repeated(case)]
    first: dict[str, Case] = {}
    times: Counter[str] = Counter()
    for case in cases:
        times.update(case.sentence.citations)
        for key in case.sentence.citations:
            first.setdefault(key, case)
    seen: dict[tuple[str, str], str] = {}
    told: set[frozenset[str]] = set()
    for key, case in first.items():
        facts = case.known.facts(key)
        for mark in _marks(facts.entry) if facts is not None else ():
            other = seen.setdefault(mark, key)
            if other != key and frozenset((key, other)) not in told:
                told.add(frozenset((key, other)))
                problems.append(_duplicate(case, key, other, mark[0], times))
    return problems


def _repeated(case: Case) -> Iterator[Problem]:
    """Keys that stand twice at one place of the sentence; harmless in print, and a sign of careless merging."""
    sentence = case.sentence
    if len(set(sentence.citations)) == len(sentence.citations):
        return
    places = sentence.cited_at or (0,) * len(sentence.citations)
    for (key, _), times in Counter(zip(sentence.citations, places, strict=False)).items():
        if times > 1:
            detail = f"one citation holds the key {key!r} {times} times"
            yield Problem("duplicate-key", case.place, detail, key=key, rule="repeated-key")


def _marks(entry: Entry) -> Iterator[tuple[str, str]]:
    """What two keys of one work share: the entry itself (one of them is an alias), or what identifies it."""
    yield "entry", entry.key
    if entry.doi:
        yield "DOI", entry.doi.lower()
    if found := arxiv_of(entry):
        yield "arXiv id", found
    title = fold(entry.title)
    if len(title.split()) >= _TITLE_WORDS:
        yield "title", title


def _duplicate(case: Case, key: str, other: str, what: str, times: Counter[str]) -> Problem:
    """The key to keep is the one cited more often, else the one that stands first in the corpus."""
    places = {one: _place_of(one, case.known) for one in (other, key)}
    shown = {one: f"{one!r} ({place.label})" if place else repr(one) for one, place in places.items()}
    keep = min((other, key), key=lambda one: (-times[one], _rank(places[one], case.known)))
    same = "are two keys of one work" if what == "entry" else f"have the same {what}"
    detail = f"{shown[other]} and {shown[key]} {same}, and both are cited"
    if what == "entry":
        return Problem("duplicate-key", case.place, detail, key=key, suggestion=f"cite {keep!r} throughout")
    suggestion = f"cite {keep!r} throughout if it is one work"
    return Problem("duplicate-key", case.place, detail, key=key, suggestion=suggestion)


def _place_of(key: str, known: Known) -> Source | None:
    """Where the record of a key stands; None for one of several aliases, of which nothing tells which is where."""
    entry = known.entry(key)
    if entry is None or (entry.key != key and (len(entry.aliases), len(entry.sources)) != (1, 2)):
        return None
    return entry.source if entry.key == key else entry.sources[1]


def _rank(place: Source | None, known: Known) -> tuple[int, int]:
    """Places in the order in which the corpus was read; an unknown one is last."""
    if place is None:
        return len(known.corpus.read), 0
    files = [file for file, _ in known.corpus.read]
    return (files.index(place.file) if place.file in files else len(files)), place.line


def check_cited_entries(cases: Sequence[Case]) -> list[Problem]:
    """`incomplete-entry` for each cited entry that lacks what a reference needs; the place is the whole of the text."""
    cited: dict[str, Entry] = {}
    for case in cases:
        for entry in case.entries:
            cited.setdefault(entry.key, entry)
    return [problem for entry in cited.values() for problem in _incomplete(entry)]


def _incomplete(entry: Entry) -> Iterator[Problem]:
    missing = list(_missing(entry))
    if missing:
        yield _told(entry, f"has no {_joined(missing)}", "")
    if entry.more_authors and not entry.authors:
        yield _told(entry, "names its authors as “and others” only", "")
    if wrong := _wrong_year(entry):
        yield _told(entry, wrong, "")
    letters = [letter for letter in entry.title if letter.isalpha()]
    if len(letters) >= _CAPITALS and len(entry.title.split()) > 1 and all(letter.isupper() for letter in letters):
        yield _told(entry, "has a title in capitals", "")
    if not entry.abstract:
        yield _told(entry, "has no abstract, so nothing that is said of it can be verified", "no-abstract")


def _missing(entry: Entry) -> Iterator[str]:
    """The fields that a reference of this kind needs. What nobody asked a source for is not held against it."""
    preprint = bool(arxiv_of(entry))
    if not entry.authors and not entry.more_authors:
        yield "author"
    if not entry.title:
        yield "title"
    if entry.year is None:
        yield "year"
    if entry.kind in _JOURNALS and not entry.venue and not preprint:
        yield "journal"
    if entry.kind in _IN_BOOKS and not entry.venue and not preprint:
        yield "book title"
    # Only a BibTeX record tells its publisher.
    if entry.kind in _BOOKS and entry.fields and not any(name.lower() == "publisher" for name, _ in entry.fields):
        yield "publisher"
    if not (entry.doi or entry.url or preprint):
        yield "DOI or address"


def _wrong_year(entry: Entry) -> str:
    if entry.year is None:
        return ""
    if not _EARLIEST <= entry.year <= _LATEST:
        return f"has {entry.year} for its year"
    posted = arxiv_year(arxiv_of(entry))
    # A work may be published long after its preprint, but not before it.
    alone = not entry.venue or "arxiv" in entry.venue.lower()
    if posted is not None and (posted - entry.year > _YEARS_APART or (alone and entry.year - posted > _YEARS_APART)):
        return f"is of {entry.year}, but its arXiv id is of {posted}"
    return ""


def _joined(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and no " if len(words) > 1 else "") + words[-1]


def _told(entry: Entry, what: str, rule: str) -> Problem:
    detail = f"the entry {entry.key!r} {what}"
    suggestion = f"complete it in {entry.source.label}"
    return Problem("incomplete-entry", Place(0), detail, key=entry.key, suggestion=suggestion, rule=rule)
