"""Tables: comma, semicolon or tab separated values under a row of column names.

Quoted cells may hold line breaks; a record's line is the one it begins in. A row that cannot be read costs
itself: reading goes on at the next line that is a row by all its marks, since half an abstract must never be
taken for a record.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple

from writer.corpus import columns
from writer.corpus.record import Reader, Reading, Record
from writer.entry import Skipped, Source


class _Row(NamedTuple):
    cells: list[str]
    line: int
    """Counted from 0."""
    next_line: int
    broken: str = ""


def _recognises(text: str, filename: str) -> bool:
    head = _head(text.split("\n", 1)[0])
    if head is None:
        return False
    # A single column has no separator to be told by, so the name must say that it is a table.
    return len(head[0]) > 1 or filename.lower().endswith((".csv", ".tsv"))


def _head(line: str) -> tuple[list[str], str] | None:
    """The column names and the separator of a table's first line."""
    for separator in ("\t", ",", ";"):
        try:
            cells = next(csv.reader([line], delimiter=separator, strict=True), [])
        except csv.Error:
            continue
        # Long cells are prose with commas in it, not names.
        if columns.names_papers(cells) and all(len(cell) <= 60 for cell in cells):
            return [cell.strip() for cell in cells], separator
    return None


def _read(text: str, file: str) -> Reading:
    lines = text.rstrip("\n").split("\n")
    head = _head(lines[0])
    if head is None:
        return [], [Skipped(file, 1, "no column is named title or abstract")]
    titles, separator = head
    records: list[Record] = []
    skipped: list[Skipped] = []
    for row in _rows(lines, len(titles), separator):
        if row.broken:
            skipped.append(Skipped(file, row.line + 1, row.broken))
            continue
        made = columns.record(dict(zip(titles, row.cells, strict=True)), Source(file, row.line + 1))
        if isinstance(made, Record):
            records.append(made)
        else:
            skipped.append(Skipped(file, row.line + 1, made))
    return records, skipped


def _rows(lines: list[str], width: int, separator: str) -> Iterator[_Row]:
    """All rows below the first, broken ones among them."""
    at = 1
    while at < len(lines):
        row = _row(lines, at, width, separator)
        if not row.broken:
            if any(cell.strip() for cell in row.cells):
                yield row
            at = row.next_line
            continue
        at += 1
        # A row of wrong length ends where it ends; a quote astray hides where the row ends.
        if row.next_line > row.line + 1 or not row.cells:
            while at < len(lines) and not _stands_alone(lines, at, width, separator):
                at += 1
        passed = f"; lines {row.line + 2} to {at} are passed over with it" if at > row.line + 1 else ""
        yield row._replace(broken=row.broken + passed)


def _row(lines: list[str], at: int, width: int, separator: str) -> _Row:
    reader = csv.reader((lines[n] + "\n" for n in range(at, len(lines))), delimiter=separator, strict=True)
    try:
        cells = next(reader, [])
    except csv.Error as error:
        reason = "a quote is not closed" if "unexpected end" in str(error) else f"a quote astray ({error})"
        return _Row([], at, at + reader.line_num, reason)
    cells = [*cells[:width], *(cell for cell in cells[width:] if cell.strip())]
    if len(cells) == width or not any(cell.strip() for cell in cells):
        return _Row(cells, at, at + reader.line_num)
    return _Row(cells, at, at + reader.line_num, f"{len(cells)} cells where the first line names {width}")


def _stands_alone(lines: list[str], at: int, width: int, separator: str) -> bool:
    """Whether a row begins here for certain, and not in the middle of a paragraph.

    Prose sets a space after its commas, tables do not.
    """
    row = _row(lines, at, width, separator)
    if row.broken or not any(row.cells):
        return False
    return lines[at].startswith('"') if width == 1 else not any(cell.startswith(" ") for cell in row.cells)


READER = Reader(
    "table",
    "a table (.csv, .tsv) whose first line names the columns, with `title` or `abstract` among them",
    _recognises,
    _read,
)
