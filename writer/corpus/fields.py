"""One entry of several records of a work, each field from the record that tells it best.

A published record's word counts before a preprint's, since it is the published work that a draft should cite; the
arXiv id stays a field. Else the richer record is asked first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from writer.corpus.canonical import content
from writer.corpus.marks import Marks, in_preprints
from writer.entry import Entry, Source

Origins = tuple[tuple[str, Source], ...]
"""The name of each field that says something, and where its value was read."""


def merged(entries: Sequence[Entry]) -> Entry:
    """One entry of several records of a work, field by field.

    The key is the first user's key by rank (empty if there is none), the others become aliases. `source` is the
    first record's by rank.
    """
    return combined(entries)[0] if len(entries) > 1 else entries[0]


def combined(entries: Sequence[Entry]) -> tuple[Entry, Origins]:
    """What `merged` gives, and for each field the place its value comes from."""
    marks = [Marks(entry) for entry in entries]
    published = any(mark.is_published for mark in marks)
    later = {id(mark.entry) for mark in marks if published and mark.is_preprint}
    ranked = sorted(entries, key=lambda entry: (id(entry) in later, *_rank(entry)))
    best = ranked[0]
    told = max(ranked, key=lambda entry: len(entry.abstract))
    of = {
        "title": _first(ranked, lambda entry: entry.title),
        "abstract": told,
        "authors": max(ranked, key=_signed),
        "year": _first(ranked, lambda entry: entry.year),
        "venue": _first(ranked, lambda entry: entry.venue and not (published and in_preprints(entry.venue)))
        or _first(ranked, lambda entry: entry.venue),
        "doi": _first(ranked, lambda entry: entry.doi),
        "arxiv": _first(ranked, lambda entry: entry.arxiv),
        "pmid": _first(ranked, lambda entry: entry.pmid),
        "url": _first(ranked, lambda entry: entry.url),
        "kind": _first(ranked, lambda entry: entry.kind != "misc"),
        "language": _first([told, *ranked], lambda entry: entry.language),
        # A preprint's own fields would print the preprint where the published work is cited.
        "fields": _first([e for e in ranked if id(e) not in later], lambda entry: entry.fields),
    }
    values = {name: getattr(record, name) for name, record in of.items() if record is not None}
    keys = dict.fromkeys(key for entry in ranked for key in (entry.key, *entry.aliases) if key)
    key = next((entry.key for entry in ranked if entry.key), "")
    one = replace(
        best,
        **{"fields": (), **values},
        key=key,
        raw_title=(of["title"] or best).raw_title,
        raw_abstract=told.raw_abstract,
        truncated=told.truncated,
        more_authors=(of["authors"] or best).more_authors,
        aliases=tuple(sorted(alias for alias in keys if alias != key)),
        sources=(*_places(best), *(place for entry in entries if entry is not best for place in _places(entry))),
    )
    return one, tuple((name, record.source) for name, record in of.items() if record is not None and values[name])


def _first(ranked: Iterable[Entry], has: Callable[[Entry], object]) -> Entry | None:
    return next((entry for entry in ranked if has(entry)), None)


def _signed(entry: Entry) -> tuple[bool, int]:
    return bool(entry.authors) and not entry.more_authors, len(entry.authors)


def _places(entry: Entry) -> tuple[Source, ...]:
    return entry.sources or (entry.source,)


def _rank(entry: Entry) -> tuple[object, ...]:
    """Richest first: a user's key, then more fields, then a longer abstract; content settles what is left."""
    filled = (entry.title, entry.abstract, entry.authors, entry.year, entry.venue, entry.doi, entry.arxiv, entry.url)
    return (not entry.key, -sum(bool(value) for value in filled), -len(entry.abstract), content(entry), entry.key)
