"""Tables: comma, semicolon or tab separated values under a row of column names.

Quoted cells may hold line breaks; a record's line is the one it begins in. A row that cannot be read costs
itself: reading goes on at the next line that is a row by all its marks, since half an abstract must never be
taken for a record.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from writer.corpus import columns
from writer.corpus.opening import TOO_LONG, Opened, Unreadable
from writer.corpus.record import Found, Reader, Record, streamed
from writer.entry import Skipped, Source


class _Lines:
    """The lines of a file by their number, counted from 0; those behind the row being read are forgotten."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._source = opened.lines()
        self._held: deque[str] = deque()
        self._first = 0

    def __getitem__(self, number: int) -> str:
        return self._held[number - self._first] if self.holds(number) else ""

    def holds(self, number: int) -> bool:
        """Whether the file has such a line."""
        while number - self._first >= len(self._held):
            line = next(self._source, None)
            if line is None:
                return False
            at = self._first + len(self._held) + 1
            if line is TOO_LONG:
                raise self._opened.unusable(line, at)
            if isinstance(line, Unreadable):
                # A table says nowhere in which encoding it is: one such byte, and every row is in doubt.
                raise self._opened.not_utf8(line, at)
            self._held.append(line)
        return True

    def forget(self, number: int) -> None:
        """Let go of the lines before this one."""
        while self._first < number and self._held:
            self._held.popleft()
            self._first += 1


class _Row(NamedTuple):
    cells: list[str]
    line: int
    """Counted from 0."""
    next_line: int
    broken: str = ""


def _recognises(text: str, filename: str) -> bool:
    head = header(text.split("\n", 1)[0])
    if head is None:
        return False
    # A single column has no separator to be told by, so the name must say that it is a table.
    return len(head[0]) > 1 or filename.lower().endswith((".csv", ".tsv"))


def header(line: str) -> tuple[list[str], str] | None:
    """The column names and the separator of a table's first line, or None where it is none."""
    for separator in ("\t", ",", ";"):
        try:
            cells = next(csv.reader([line], delimiter=separator, strict=True), [])
        except csv.Error:
            continue
        # Long cells are prose with commas in it, not names.
        if columns.names_papers(cells) and all(len(cell) <= 60 for cell in cells):
            return [cell.strip() for cell in cells], separator
    return None


RecordOf = Callable[[dict[str, str], Source], Record | str]
"""The record of a row, its cells under their columns' names, or why there is none."""


def streaming(record_of: RecordOf) -> Callable[[Opened], Found]:
    """The `stream` of a format whose records are rows of a table."""

    def stream(opened: Opened) -> Found:
        lines, file = _Lines(opened), opened.name
        head = header(lines[0])
        if head is None:
            yield Skipped(file, 1, "no column is named title or abstract")
            return
        titles, separator = head
        for row in _rows(lines, len(titles), separator):
            lines.forget(row.line)
            if row.broken:
                yield Skipped(file, row.line + 1, row.broken)
                continue
            made = record_of(dict(zip(titles, row.cells, strict=True)), Source(file, row.line + 1))
            yield made if isinstance(made, Record) else Skipped(file, row.line + 1, made)

    return stream


def _rows(lines: _Lines, width: int, separator: str) -> Iterator[_Row]:
    """All rows below the first, broken ones among them."""
    at = 1
    while lines.holds(at):
        row = _row(lines, at, width, separator)
        if not row.broken:
            if any(cell.strip() for cell in row.cells):
                yield row
            at = row.next_line
            continue
        at += 1
        # A row of wrong length ends where it ends; a quote astray hides where the row ends.
        if row.next_line > row.line + 1 or not row.cells:
            while lines.holds(at) and not _stands_alone(lines, at, width, separator):
                at += 1
                lines.forget(at)
        passed = f"; lines {row.line + 2} to {at} are passed over with it" if at > row.line + 1 else ""
        yield row._replace(broken=row.broken + passed)


def _row(lines: _Lines, at: int, width: int, separator: str) -> _Row:
    reader = csv.reader(_from(lines, at), delimiter=separator, strict=True)
    try:
        cells = next(reader, [])
    except csv.Error as error:
        reason = "a quote is not closed" if "unexpected end" in str(error) else f"a quote astray ({error})"
        return _Row([], at, at + reader.line_num, reason)
    cells = [*cells[:width], *(cell for cell in cells[width:] if cell.strip())]
    if len(cells) == width or not any(cell.strip() for cell in cells):
        return _Row(cells, at, at + reader.line_num)
    return _Row(cells, at, at + reader.line_num, f"{len(cells)} cells where the first line names {width}")


def _from(lines: _Lines, at: int) -> Iterator[str]:
    while lines.holds(at):
        yield lines[at] + "\n"
        at += 1


def _stands_alone(lines: _Lines, at: int, width: int, separator: str) -> bool:
    """Whether a row begins here for certain, and not in the middle of a paragraph.

    Prose sets a space after its commas, tables do not.
    """
    row = _row(lines, at, width, separator)
    if row.broken or not any(row.cells):
        return False
    return lines[at].startswith('"') if width == 1 else not any(cell.startswith(" ") for cell in row.cells)


_stream = streaming(columns.record)
READER = Reader(
    "table",
    "a table (.csv, .tsv) whose first line names the columns, with `title` or `abstract` among them",
    _recognises,
    streamed(_stream),
    _stream,
)
