"""What a reader hands over, and the one place where its raw texts become clean.

A `Record` says what the file said: LaTeX, HTML and all. An `Entry` made from it holds clean Unicode. Readers
never clean and nothing behind this file sees a raw text except in `raw_title` and `raw_abstract`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from writer.corpus.language import guessed
from writer.corpus.opening import Opened
from writer.corpus.tails import is_truncated, trimmed
from writer.entry import Author, Entry, Skipped, Source
from writer.text.clean import clean

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
    pmid: str | None = None
    language: str | None = None
    """ISO 639-1, where the file says it."""
    truncated: bool = False
    """The file itself says that the abstract is cut."""
    aliases: tuple[str, ...] = ()
    """Further keys under which the user cites it, as an export of ours tells them."""
    entry: Entry | None = None
    """The entry itself, from an export of ours: clean as it is, and not to be cleaned again."""
    part_of: str = ""
    """The catalogue's own id of the work, where it spreads one work over several files; see `load`."""


Reading = tuple[list[Record], list[Skipped]]
"""What a reader makes of a file: the records in their order, and what could not be read."""
Found = Iterator[Record | Skipped]
"""The same piece by piece, in the order of the file."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: how to tell it by its content, and how to read it.

    A format of small files gives `recognises` and `read`, and gets the whole text. One whose files may be larger
    than memory gives `stream` too: then its first 64 kB must tell it, and `read` is made with `streamed`.
    """

    name: str
    expects: str
    """What such a file holds, as a phrase for error messages."""
    recognises: Callable[[str, str], bool]
    """(text, file name) -> whether this is the format. Judged by the text; the name only settles doubts."""
    read: Callable[[str, str], Reading]
    """(text, file as the user named it) -> what it holds. Lines end in `\\n`; never raises for broken records."""
    stream: Callable[[Opened], Found] | None = None
    """The same without holding the text; bytes that are no text are reported where they stand."""


def streamed(stream: Callable[[Opened], Found]) -> Callable[[str, str], Reading]:
    """The `read` of a reader that streams."""

    def read(text: str, file: str) -> Reading:
        records: list[Record] = []
        skipped: list[Skipped] = []
        for found in stream(Opened.of_text(text, file)):
            if isinstance(found, Record):
                records.append(found)
            else:
                skipped.append(found)
        return records, skipped

    return read


def to_entry(record: Record) -> Entry:
    """The entry of a record, cleaned; its key is the user's own, or empty when one has yet to be made.

    `entry.abstract == clean(entry.raw_abstract)`, so offsets can be mapped back; a printed `Abstract:` and the
    publisher's copyright line belong to neither. Text that is clean already is held once. A key that BibTeX or
    LaTeX cannot carry becomes an alias, so that it still finds the entry.
    """
    if record.entry is not None:
        return record.entry
    raw_abstract = trimmed(record.abstract) if record.abstract else ""
    # Abstracts seldom come twice: past the cache, which is for what does.
    title, abstract = clean(record.title), clean.__wrapped__(raw_abstract)
    key = (record.key or "").strip()
    safe = not key or _UNSAFE.search(key) is None
    return Entry(
        key=key if safe else "",
        title=title,
        abstract=abstract,
        source=record.source,
        authors=tuple(filter(None, map(_clean_author, record.authors))),
        more_authors=record.more_authors,
        year=record.year,
        venue=_clean_name(record.venue) or None if record.venue else None,
        doi=record.doi,
        arxiv=record.arxiv,
        url=record.url,
        kind=record.kind,
        fields=record.fields,
        raw_title=title if title == record.title else record.title,
        raw_abstract=abstract if abstract == raw_abstract else raw_abstract,
        aliases=record.aliases if safe else (key, *record.aliases),
        sources=(record.source,),
        truncated=record.truncated or is_truncated(abstract),
        language=record.language or guessed(abstract or title),
        pmid=record.pmid,
    )


# Venues and authors come back thousands of times in a catalogue: cleaned once, held once.
@lru_cache(maxsize=1 << 17)
def _clean_name(raw: str) -> str:
    return clean(raw)


def _clean_author(author: Author) -> Author | None:
    family, given = _clean_name(author.family), _clean_name(author.given)
    if family == author.family and given == author.given and family:
        return author
    if not family:
        family, given = given, ""
    return Author(family, given) if family else None
