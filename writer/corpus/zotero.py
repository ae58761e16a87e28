"""Zotero's own database, `zotero.sqlite`, and what its item types and fields mean.

The database is opened read-only and as one that nobody changes (`immutable`), so that a Zotero that runs is neither
waited for nor disturbed; changes that it still holds in a journal beside are not seen, and it is said so. Notes,
attachments, annotations, feeds and what lies in the bin are no papers. A record's line is the number of its item.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from writer.corpus import identifiers, language
from writer.corpus.opening import Opened
from writer.corpus.record import Found, Reader, Record, streamed
from writer.entry import Author, Skipped, Source

if TYPE_CHECKING:
    import sqlite3

_MAGIC = "SQLite format 3\0"
_KINDS = {
    "journalArticle": "article", "magazineArticle": "article", "newspaperArticle": "article",
    "conferencePaper": "inproceedings", "bookSection": "incollection", "encyclopediaArticle": "incollection",
    "dictionaryEntry": "incollection", "book": "book", "thesis": "phdthesis", "report": "techreport",
    "webpage": "online", "blogPost": "online", "forumPost": "online", "manuscript": "unpublished",
    "dataset": "dataset", "computerProgram": "software",
}  # fmt: skip
NO_PAPERS = frozenset({"attachment", "note", "annotation"})
_VENUES = tuple(
    """publicationTitle proceedingsTitle bookTitle encyclopediaTitle dictionaryTitle conferenceName journalAbbreviation
    websiteTitle blogTitle repository seriesTitle""".split()
)
_PUBLISHERS = ("publisher", "university", "institution")
_TITLES = ("title", "caseName", "nameOfAct", "subject")
# What Zotero has no field for stands in lines of `extra`.
_EXTRA_KEY = re.compile(r"^Citation Key:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_EXTRA_PMID = re.compile(r"^PMID:\s*(\d+)", re.IGNORECASE | re.MULTILINE)
_EXTRA_DOI = re.compile(r"^DOI:\s*(\S+)", re.IGNORECASE | re.MULTILINE)

_ITEMS = """SELECT items.itemID, itemTypes.typeName FROM items JOIN itemTypes USING (itemTypeID)
    WHERE itemTypes.typeName NOT IN ('attachment', 'note', 'annotation')
    AND items.itemID NOT IN (SELECT itemID FROM deletedItems) {feeds} ORDER BY items.itemID"""
_FEEDS = "AND items.itemID NOT IN (SELECT itemID FROM feedItems)"
_VALUES = """SELECT {fields}.fieldName, itemDataValues.value FROM itemData
    JOIN {fields} USING (fieldID) JOIN itemDataValues USING (valueID) WHERE itemData.itemID = ?"""
_CREATORS = """SELECT creators.lastName, creators.firstName, creatorTypes.creatorType FROM itemCreators
    JOIN creators USING (creatorID) JOIN creatorTypes USING (creatorTypeID)
    WHERE itemCreators.itemID = ? ORDER BY itemCreators.orderIndex"""


def record(
    kind: str, fields: Mapping[str, str], creators: Sequence[tuple[Author, str]], source: Source
) -> Record | str:
    """The record of an item: its type, its fields under Zotero's names, and who made it as what."""

    def first(*options: str) -> str:
        return next((text for name in options if (text := fields.get(name, "").strip())), "")

    title, abstract = first(*_TITLES), first("abstractNote")
    if not title and not abstract:
        return "neither a title nor an abstract"
    extra, url = first("extra"), first("url")
    bibtex = _KINDS.get(kind, "misc")
    published_by = _PUBLISHERS if bibtex in ("book", "phdthesis", "techreport") else ()
    authors = [author for author, role in creators if role in ("author", "programmer", "presenter")]
    doi = identifiers.doi(first("DOI")) or identifiers.doi(_match(_EXTRA_DOI, extra)) or identifiers.doi(url)
    places = (first("archiveID"), first("archiveLocation"), first("reportNumber"), doi or "", url, extra)
    return Record(
        source,
        title=title,
        abstract=abstract,
        key=first("citationKey") or _match(_EXTRA_KEY, extra) or None,
        authors=tuple(authors or [author for author, role in creators if role == "editor"]),
        year=identifiers.year(first("date", "dateEnacted", "issueDate")),
        venue=first(*published_by, *_VENUES) or None,
        doi=doi,
        arxiv=identifiers.arxiv_within(" ".join(places)),
        url=url or None,
        kind="mastersthesis"
        if bibtex == "phdthesis" and "master" in first("thesisType", "type").casefold()
        else bibtex,
        pmid=identifiers.pmid(first("PMID")) or identifiers.pmid(_match(_EXTRA_PMID, extra)),
        language=language.told(first("language")),
    )


def _match(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _stream(opened: Opened) -> Found:
    import sqlite3

    with _on_disk(opened) as path:
        for suffix in ("-wal", "-journal"):
            beside = Path(f"{path}{suffix}")
            if beside.is_file() and beside.stat().st_size:
                reason = f"{beside.name} beside it holds changes that are not read: close Zotero to have them"
                yield Skipped(opened.name, 1, reason)
        # In an address a question mark would end the path.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema=OFF")
            try:
                yield from _items(database, opened.name)
            except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
                yield Skipped(opened.name, 1, f"a broken or foreign database: {error}; the rest is not read")


@contextmanager
def _on_disk(opened: Opened) -> Iterator[Path]:
    """The database as a file: the user's own, or a copy of what lies in an archive."""
    path = Path(opened.name)
    if path.is_file():
        with path.open("rb") as file:
            plain = file.read(len(_MAGIC)) == _MAGIC.encode()
        if plain:
            yield path
            return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "zotero.sqlite"
        with opened.binary() as packed, copy.open("wb") as file:
            shutil.copyfileobj(packed, file)
        yield copy


def _items(database: sqlite3.Connection, file: str) -> Found:
    # A text of the database may hold bytes that are none.
    database.text_factory = bytes
    tables = {_text(name) for (name,) in database.execute("SELECT name FROM sqlite_master")}
    values = _VALUES.format(fields="fieldsCombined" if "fieldsCombined" in tables else "fields")
    items = database.execute(_ITEMS.format(feeds=_FEEDS if "feedItems" in tables else "")).fetchall()
    for item, kind in items:
        source = Source(file, item if isinstance(item, int) and item > 0 else 1)
        try:
            fields = {_text(name): _text(value) for name, value in database.execute(values, (item,))}
            creators = [
                (Author(_text(last), _text(first)), _text(role))
                for last, first, role in database.execute(_CREATORS, (item,))
            ]
            made = record(_text(kind), fields, creators, source)
        except UnicodeDecodeError as error:
            made = f"item {item}: byte 0x{error.object[error.start]:02x} is not UTF-8"
        yield made if isinstance(made, Record) else Skipped(source.file, source.line, made)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return "" if value is None else str(value)


READER = Reader(
    "zotero",
    "Zotero's database (`zotero.sqlite`)",
    lambda text, _: text.startswith(_MAGIC),
    streamed(_stream),
    _stream,
)
