"""What a library keeps of its files: records as they were read, and for each file which of them it holds where.

Plain values and their JSON; nothing here touches a disk. A record is kept once however often it is read, without its
place; the place is the file's to tell, since lines move whenever something is added above.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from writer.corpus.reading import Piece
from writer.entry import Author, Entry, Source

_DEFAULTS = {
    field.name: "" if field.default is dataclasses.MISSING else field.default
    for field in dataclasses.fields(Entry)
    if field.name not in ("source", "sources")
}
# Most texts are clean as they stand: said once.
_RAW = {"raw_title": "title", "raw_abstract": "abstract"}


class Row(NamedTuple):
    """A record's place in a file."""

    record: int
    line: int
    key: str
    """The user's own key as the file has it, or nothing."""
    live: bool
    """False: the file holds it, the library no longer does."""
    piece: int
    """Which piece of the file's text begins with it; -1 where none does."""


class State(NamedTuple):
    """A file as the library holds it in some version."""

    file: int
    name: str
    """As the user gave it."""
    path: str
    """Where it lies, to know it again."""
    pieces: tuple[int, ...]
    """The text of a `.bib` file, in pieces; empty for files of other formats."""
    rows: tuple[Row, ...]


class Difference(NamedTuple):
    """What a new look at a file brings, as rows of the new state; of `removed` and `missing` of the old one."""

    rows: tuple[Row, ...]
    added: list[Row]
    changed: list[Row]
    same: list[Row]
    removed: list[Row]
    missing: list[Row]
    """No longer in the file, and kept all the same."""
    withheld: list[Row]
    """In the file, but taken out of the library by hand."""


def packed(piece: Piece) -> str:
    """A record without its place, as JSON: the same record gives the same text."""
    entry = piece.entry
    told: dict[str, object] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(entry, name)
        if value != (getattr(entry, _RAW[name]) if name in _RAW else default):
            told[name] = value
    if entry.authors:
        told["authors"] = [[author.family, author.given] for author in entry.authors]
    if entry.source.under:
        told["under"] = entry.source.under
    if piece.part_of:
        told["part_of"] = piece.part_of
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unpacked(text: str, file: str, line: int) -> Piece:
    """The record of such a text, read at a place."""
    told = json.loads(text)
    part_of = told.pop("part_of", "")
    source = Source(file, line, told.pop("under", ""))
    values = {"key": "", "title": "", "abstract": "", **told}
    values.setdefault("raw_title", values["title"])
    values.setdefault("raw_abstract", values["abstract"])
    values["authors"] = tuple(_author(family, given) for family, given in told.get("authors", ()))
    if "fields" in told:
        values["fields"] = tuple((name, value) for name, value in told["fields"])
    if "aliases" in told:
        values["aliases"] = tuple(told["aliases"])
    return Piece(Entry(source=source, sources=(source,), **values), part_of)


# The same people write many papers of a library: each name is held once.
@lru_cache(maxsize=1 << 16)
def _author(family: str, given: str) -> Author:
    return Author(family, given)


def compared(old: Sequence[Row], new: Sequence[Row], *, follow: bool) -> Difference:
    """What becomes of a file's rows when it is read again.

    `follow`: what left the file leaves the library, and what was taken out by hand stays out. Otherwise what left the
    file is kept, and what is read is in again.
    """
    difference = Difference((), [], [], [], [], [], [])
    rows = []
    left = Counter(row.record for row in old)
    new_records = {row.record for row in new}
    by_key = {row.key: row for row in old if row.key and row.record not in new_records}
    dead = {row.record for row in old if not row.live}
    for row in new:
        kind = difference.added
        if left[row.record] > 0:
            left[row.record] -= 1
            kind, out = difference.same, row.record in dead
        elif (before := by_key.pop(row.key, None)) is not None:
            left[before.record] -= 1
            kind, out = difference.changed, not before.live
        else:
            out = False
        if out and follow:
            row, kind = row._replace(live=False), difference.withheld
        elif out:
            kind = difference.added
        rows.append(row)
        kind.append(row)
    for row in old:
        if left[row.record] > 0:
            left[row.record] -= 1
            if row.live:
                (difference.removed if follow else difference.missing).append(row)
                rows += [] if follow else [row._replace(piece=-1)]
    return difference._replace(rows=tuple(rows))


def without(state: State, records: Collection[int]) -> State:
    """The file with these records taken out of the library; its text stays as it is."""
    return state._replace(rows=tuple(row._replace(live=row.live and row.record not in records) for row in state.rows))
