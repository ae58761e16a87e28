"""A line of a file as a terminal shows it: the sentence around the place in question, with caret lines under it.

Counts columns as terminals do (wide characters take two, combining ones none), and lets nothing through that would
steer the terminal.
"""

from __future__ import annotations

import unicodedata

from writer.text import sentences

WIDTH = 100
"""Columns of a row at most."""
_ROOM = 2 * WIDTH - 16
"""Columns of a sentence that is shown whole; where rows end between words some stay empty."""
_CUT = _ROOM - 20
"""Columns of one that must be cut."""
_BEFORE = 70
"""Columns kept before the place where a sentence must be cut."""
_NEAR = 600
"""Characters before and behind the place in which its sentence is looked for."""
_TAB = 4
# Signs that turn the direction of writing, with which a line can be made to look like another.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Cell = tuple[str, int, bool]
"""A character as it is shown, the columns it takes, and whether it is marked."""


def cell(char: str) -> tuple[str, int]:
    """A character as it is shown, and the columns it takes."""
    if char.isascii() and char.isprintable():
        return char, 1
    if char == "\t":
        return " " * _TAB, _TAB
    category = unicodedata.category(char)
    if category in ("Cc", "Cs", "Zl", "Zp") or char in _TURNING:
        return "\N{REPLACEMENT CHARACTER}", 1
    if category in ("Mn", "Me", "Cf"):
        return char, 0
    return char, 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def width(text: str) -> int:
    """The columns that a text takes."""
    return sum(cell(char)[1] for char in text)


def excerpt(line: str, start: int, end: int) -> list[tuple[str, str]]:
    """The line in rows of at most `WIDTH` columns, each with the carets under what it has of `line[start:end]`.

    A longer line is shown as far as the sentence around the place goes, in two rows or, between long words, three; a
    sentence too long for them is cut around the place.

    >>> excerpt("It is 5 points.", 6, 7)
    [('It is 5 points.', '      ^')]
    >>> excerpt("\\tno: 12%", 5, 8)
    [('    no: 12%', '        ^~~')]
    """
    start = min(max(start, 0), len(line))
    end = min(max(end, start + 1), max(len(line), start + 1))
    first, last = _window(line, start)
    cells = [(*cell(line[at]), start <= at < end) for at in range(first, last)]
    if start >= last:
        cells.append((" ", 1, True))
    if first:
        cells.insert(0, ("… ", 2, False))
    if last < len(line):
        cells.append((" …", 2, False))
    rows = _rows(cells)
    opened = next(at for at, row in enumerate(rows) if any(marked for _, _, marked in row))
    return [("".join(shown for shown, _, _ in row).rstrip(), _carets(row, at == opened)) for at, row in enumerate(rows)]


def _carets(row: list[Cell], opens: bool) -> str:
    """The marks under a row; the first of all is a caret, and a place of no width still gets it."""
    at = next((at for at, (_, _, marked) in enumerate(row) if marked), None)
    if at is None:
        return ""
    columns = sum(wide for _, wide, marked in row if marked)
    marks = "^" + "~" * (max(1, columns) - 1) if opens else "~" * columns
    return (" " * sum(wide for _, wide, _ in row[:at]) + marks).rstrip()


def _rows(cells: list[Cell]) -> list[list[Cell]]:
    """The cells in rows of at most `WIDTH` columns, that end between words where they can."""
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    columns = 0
    for each in cells:
        if columns + each[1] > WIDTH:
            cut = next((at for at in range(len(row) - 1, 0, -1) if row[at][0].isspace()), len(row) - 1) + 1
            rows.append(row[:cut])
            row = row[cut:]
            columns = sum(wide for _, wide, _ in row)
        row.append(each)
        columns += each[1]
    return [*rows, row]


def _window(line: str, start: int) -> tuple[int, int]:
    """The characters to show: the whole line where it fits a row, else the sentence, else what is around the place."""
    # A line may be longer than anybody reads: nothing far from the place is looked at.
    if len(line) <= WIDTH and width(line) <= WIDTH:
        return 0, len(line)
    first, last = _sentence(line, start)
    if last - first <= _ROOM and width(line[first:last]) <= _ROOM:
        return first, last
    left = _reach(line, start, first, _BEFORE)
    right = _reach(line, start, last, _CUT - width(line[left:start]))
    left = _reach(line, start, first, _CUT - width(line[start:right]))
    return left, right


def _reach(line: str, start: int, bound: int, room: int) -> int:
    """How far from the start towards the bound so many columns go; to a space between words where one is near."""
    step = -1 if bound < start else 1
    at, used, space = start, 0, start
    while at != bound and abs(at - start) < 2 * WIDTH:
        char = line[at - 1 if step < 0 else at]
        if used + cell(char)[1] > room:
            # A word as long as half of what fits is cut.
            return space if abs(space - start) > abs(at - start) / 2 else at
        used += cell(char)[1]
        if char.isspace():
            space = at
        at += step
    return at


def _sentence(line: str, start: int) -> tuple[int, int]:
    """Where the sentence around a place begins and ends, as far as it is near."""
    base = max(0, start - _NEAR)
    piece = line[base : start + _NEAR]
    found = next((span for span in sentences(piece) if span.start <= start - base < span.end), None)
    return (base + found.start, base + found.end) if found is not None else (base, base + len(piece))
