"""A line of a file as a terminal shows it: cut to a window around the place in question, with a caret line under it.

Counts columns as terminals do (wide characters take two, combining ones none), and lets nothing through that would
steer the terminal.
"""

from __future__ import annotations

import unicodedata

WIDTH = 100
"""Columns of an excerpt at most."""
_BEFORE = 40
"""Columns kept before the place where the line must be cut."""
_TAB = 4
# Signs that turn the direction of writing, with which a line can be made to look like another.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


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


def excerpt(line: str, start: int, end: int) -> tuple[str, str]:
    """The line and the caret line under `line[start:end]`, each of at most `WIDTH` columns.

    >>> excerpt("It is 5 points.", 6, 7)
    ('It is 5 points.', '      ^')
    >>> excerpt("\\tno: 12%", 5, 8)
    ('    no: 12%', '        ^~~')
    """
    start = min(max(start, 0), len(line))
    end = min(max(end, start + 1), max(len(line), start + 1))
    first, last = _window(line, start)
    head = "…" if first else ""
    before = head + "".join(cell(char)[0] for char in line[first:start])
    after = "".join(cell(char)[0] for char in line[start:last]) + ("…" if last < len(line) else "")
    marked = max(1, width(line[start : min(end, last)]))
    return (before + after).rstrip(), " " * (len(head) + width(line[first:start])) + "^" + "~" * (marked - 1)


def _window(line: str, start: int) -> tuple[int, int]:
    """The characters to show: the whole line where it fits, else from a little before the place."""
    # A line may be longer than anybody reads: nothing beyond the window is looked at.
    if len(line) <= WIDTH and width(line) <= WIDTH:
        return 0, len(line)
    room = WIDTH - 2  # for an ellipsis on each side
    first, last = start, start
    before = 0
    while first > 0 and before + cell(line[first - 1])[1] <= _BEFORE and start - first < WIDTH:
        first -= 1
        before += cell(line[first])[1]
    used = before
    while last < len(line) and used + cell(line[last])[1] <= room and last - start < 2 * WIDTH:
        used += cell(line[last])[1]
        last += 1
    while first > 0 and used + cell(line[first - 1])[1] <= room and start - first < 2 * WIDTH:
        first -= 1
        used += cell(line[first])[1]
    return first, last
