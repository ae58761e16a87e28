"""What a reader hands over, and the one place where its raw texts become clean.

A `Record` says what the file said: LaTeX, HTML and all. An `Entry` made from it holds clean Unicode. Readers
never clean and nothing behind this file sees a raw text except in `raw_title` and `raw_abstract`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from writer.entry import Author, Entry, Skipped, Source
from writer.text.clean import clean

# The word above or before an abstract, as pages and listings print it. A hyphen must not follow directly:
# `Abstract-level reasoning` is the beginning of a sentence.
_PREFIX = re.compile(r"\s*abstract(?:\s*[:—–]|\s*-{2,}|\s+-(?=\s)|\.(?=\s)|[ \t]*\n)\s*", re.IGNORECASE)
# What databases write where there is no abstract.
_NO_ABSTRACT = frozenset({"n/a", "na", "none", "null", "nan", "no abstract", "no abstract available", "-", "–", "—"})
# Characters that end a key, a group or a line for BibTeX, LaTeX or biber.
_UNSAFE = re.compile(r"[\s,{}\"#%~\\=]")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file, its texts raw. `key` is the user's own, or None."""

    source: Source
    title: str = ""
    abstract: str = ""
    key: str | None = None
    authors: tuple[Author, ...] = ()
    more_authors: bool = False
    year: int | None = None
    venue: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    url: str | None = None
    kind: str = "misc"
    fields: tuple[tuple[str, str], ...] = ()


Reading = tuple[list[Record], list[Skipped]]
"""What a reader makes of a file: the records in their order, and what could not be read."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: how to tell it by its content, and how to read it."""

    name: str
    expects: str
    """What such a file holds, as a phrase for error messages."""
    recognises: Callable[[str, str], bool]
    """(text, file name) -> whether this is the format. Judged by the text; the name only settles doubts."""
    read: Callable[[str, str], Reading]
    """(text, file as the user named it) -> what it holds. Lines end in `\\n`; never raises for broken records."""


def to_entry(record: Record) -> Entry:
    """The entry of a record, cleaned; its key is the user's own, or empty when one has yet to be made.

    `entry.abstract == clean(entry.raw_abstract)`, so offsets can be mapped back; a printed `Abstract:` belongs
    to neither. A key that BibTeX or LaTeX cannot carry becomes an alias, so that it still finds the entry.
    """
    raw_abstract = _abstract(record.abstract)
    key = (record.key or "").strip()
    safe = not _UNSAFE.search(key)
    return Entry(
        key=key if safe else "",
        title=clean(record.title),
        abstract=clean(raw_abstract),
        source=record.source,
        authors=tuple(filter(None, map(_clean_author, record.authors))),
        more_authors=record.more_authors,
        year=record.year,
        venue=clean(record.venue) or None if record.venue else None,
        doi=record.doi,
        arxiv=record.arxiv,
        url=record.url,
        kind=record.kind,
        fields=record.fields,
        raw_title=record.title,
        raw_abstract=raw_abstract,
        aliases=() if safe else (key,),
        sources=(record.source,),
    )


def _abstract(raw: str) -> str:
    prefix = _PREFIX.match(raw)
    text = raw[prefix.end() :] if prefix else raw
    return "" if text.strip().rstrip(".").casefold() in _NO_ABSTRACT else text


def _clean_author(author: Author) -> Author | None:
    family, given = clean(author.family), clean(author.given)
    if not family:
        family, given = given, ""
    return Author(family, given) if family else None
