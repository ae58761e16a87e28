"""The objects of a JSON file, each with its line: one a line, the elements of an array, or of an array in an object.

Read piece by piece, so that a file of any size needs no more memory than its largest object. A line or element that
cannot be read costs itself alone. Not for pretty-printed objects that merely follow each other; those are no JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain

from writer.corpus.opening import HEAD, Opened, Unreadable, lines_of, undecoded

_DECODER = json.JSONDecoder()
_SEPARATOR = re.compile(r"\s*,?\s*")
_BLANK = re.compile(r"\s*")
_SPACE = re.compile(r"[\s,]*")
_BEGINS = re.compile(r'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:')
_OBJECT = re.compile(r'(?<=[,\s])\{(?=\s*")')
# What an array may stand in.
_HOLDING = ("[", '{"":[', '{"":{"":[')
# The names under which an object holds the records.
_HOLDERS = ("entries", "papers", "records", "items", "data", "results", "references")
# Under which an answer holds the object that holds the records.
_ENVELOPES = ("message",)
_LARGEST_PAGE_HEAD = 6
"""Names that an answer's outer object has at most."""
_LINES_LOOKED_AT = 20
_LARGEST = 1 << 26
"""Characters that one object may have."""
_LOOKAHEAD = 1 << 16
_LONGEST_TOKEN = 16
"""Characters that a literal or escape may have; an error nearer to the end of a piece may come from the cut."""

Found = tuple[int, object]
"""The line of a record, and its value: a parsed one, or a `Broken`."""


class Broken(str):
    """Why a record could not be read."""

    __slots__ = ()


def is_json(text: str) -> bool:
    """Whether a text, or the beginning of a longer one, holds JSON objects."""
    start = text.lstrip()
    if start.startswith("["):
        return re.match(r"\[\s*(?:\{|\])", start) is not None
    if start.startswith("{") and isinstance(_parse(text), dict):
        return True
    if _objects_in_lines(text):
        return True
    return len(text) >= HEAD // 4 and _BEGINS.match(text) is not None


def values(opened: Opened) -> Iterator[Found]:
    """Each value of the file, or why it is none, in order."""
    head = opened.head
    start = head.lstrip()
    if start.startswith("["):
        yield from _Array(opened.chunks()).elements(len(head) - len(start) + 1)
        return
    if not start.startswith("{"):
        yield from _lines(opened.lines())
        return
    if not opened.whole and 2 * _objects_in_lines(head) > len(_complete_lines(head)):
        yield from _lines(opened.lines())
        return
    yield from _in_object(opened.chunks())


def opened_up(value: dict[str, object]) -> list[dict[str, object]]:
    """The objects of an answer that holds several, as where each line of a file is one page of a catalogue."""
    for held in (value, *(value.get(name) for name in _ENVELOPES)):
        # A record too may hold a list under such a name, of references for example; it has more to say than a page.
        if isinstance(held, dict) and len(held) <= _LARGEST_PAGE_HEAD:
            for name in _HOLDERS:
                found = held.get(name)
                if isinstance(found, list) and name != "references":
                    return [item for item in found if isinstance(item, dict)]
    return []


def _complete_lines(head: str) -> list[str]:
    return [line for line in head.split("\n")[:-1] if line.strip()][:_LINES_LOOKED_AT]


def _objects_in_lines(text: str) -> int:
    """How many of the first lines are an object each."""
    lines = [line for line in text.split("\n") if line.strip()][:_LINES_LOOKED_AT]
    return sum(isinstance(_parse(line), dict) for line in lines if line.lstrip().startswith("{"))


def _in_object(chunks: Iterator[str]) -> Iterator[Found]:
    """What begins with an object: it may be one, hold the records, or be the first of many lines, the first broken."""
    text, complete = _gathered(chunks)
    whole = _parse(text) if complete else None
    if isinstance(whole, dict):
        holders = (name for held in (whole, *map(whole.get, _ENVELOPES)) if isinstance(held, dict) for name in _HOLDERS
                   if isinstance(held.get(name), list))  # fmt: skip
        holder = next(holders, None)
        place = _array_at(text, (holder,)) if holder else None
        if place is None:
            yield text.count("\n", 0, len(text) - len(text.lstrip())) + 1, whole
            return
    elif 2 * _objects_in_lines(text[:HEAD]) > min(_LINES_LOOKED_AT, text.count("\n", 0, HEAD)):
        place = None
    else:
        place = _array_at(text[: 1 << 20], _HOLDERS)
    if place is not None:
        yield from _Array(chunks, text).elements(place)
    else:
        yield from _lines(lines_of(chain([text], chunks)))


def _gathered(chunks: Iterator[str]) -> tuple[str, bool]:
    """The text as far as one object may go, and whether that is all of it."""
    parts: list[str] = []
    length = 0
    for chunk in chunks:
        parts.append(chunk)
        length += len(chunk)
        if length > _LARGEST:
            return "".join(parts), False
    return "".join(parts), True


def _lines(lines: Iterator[str]) -> Iterator[Found]:
    for number, line in enumerate(lines, 1):
        if isinstance(line, Unreadable):
            yield number, Broken(line)
        elif line and not line.isspace():
            yield number, _parse_line(line)


def _parse_line(line: str) -> object:
    try:
        # Faster than `_parse` by what that looks for around the object.
        value, end = _DECODER.raw_decode(line)
    except (ValueError, RecursionError):
        return _parse(line)
    return value if end == len(line) else _parse(line)


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        return _broken(error)


def _broken(error: ValueError | RecursionError) -> Broken:
    if isinstance(error, json.JSONDecodeError):
        return Broken(f"not valid JSON: {error.msg} at column {error.colno}")
    # A number of thousands of digits is a plain ValueError.
    what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return Broken(f"not readable JSON: {what}")


def _array_at(text: str, names: tuple[str, ...]) -> int | None:
    """Where the first element begins of the array that the outermost object holds under one of the names."""
    position = text.find("{") + 1
    try:
        while True:
            name, position = _DECODER.raw_decode(text, _end(_SPACE, text, position))
            position = _end(_SPACE, text, position)
            if not isinstance(name, str) or text[position : position + 1] != ":":
                return None
            position = _end(_SPACE, text, position + 1)
            if name in names and text[position : position + 1] == "[":
                return position + 1
            if name in _ENVELOPES and text[position : position + 1] == "{":
                position += 1
            else:
                position = _DECODER.raw_decode(text, position)[1]
    except (ValueError, RecursionError):
        return None


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


class _Array:
    """An array read through a window of its text, which moves on as elements are taken."""

    def __init__(self, chunks: Iterator[str], text: str = "") -> None:
        self._chunks = chunks
        self._text = text
        self._line, self._counted = 1, 0
        # The names that the last record had; until there is one, any that tells of a paper.
        self._shape, self._seen = {"title"}, False

    def elements(self, position: int) -> Iterator[Found]:
        """The elements from the one that begins at or after `position` on."""
        while True:
            position = self._passed_over(position)
            if self._text.startswith("]", position):
                following = None if self._ends(position) else self._next_alike(position)
                if following is None:
                    return
                yield self._line, Broken("not valid JSON: the array ends before its last object")
                position = following
                continue
            if position >= len(self._text):
                yield self._line, Broken("the file ends within the array")
                return
            try:
                value, following = self._decoded(position)
                bad = undecoded(self._text[position:following]) or self._junk(following)
            except (ValueError, RecursionError) as error:
                value, following, bad = None, -1, _broken(error)
            if not bad:
                yield self._line, value
                if isinstance(value, dict) and (self._alike(value) or not self._seen):
                    self._shape, self._seen = set(value), True
                position = following
                continue
            found = self._next(position)
            rest = "" if found is not None else "; the rest of the array was not read"
            yield self._line, Broken(bad + rest)
            if found is None:
                return
            position = found

    def _junk(self, position: int) -> str:
        """What is wrong behind an element; a comma alone may be missing."""
        while (place := _end(_BLANK, self._text, position)) >= len(self._text):
            if not self._more():
                return ""
        return "" if self._text[place] in ",]{" else "not valid JSON: no comma behind the object"

    def _more(self) -> bool:
        # A piece may be empty where a character or line end was cut.
        for chunk in self._chunks:
            if chunk:
                self._text += chunk
                return True
        return False

    def _passed_over(self, position: int) -> int:
        """Where the next element begins, its line counted, what lies behind forgotten."""
        place = _end(_SEPARATOR, self._text, position)
        while place >= len(self._text) and self._more():
            place = _end(_SEPARATOR, self._text, position)
        self._line += self._text.count("\n", self._counted, place)
        self._counted = place
        if place > 4 * _LOOKAHEAD:
            # The indent of the element stays: it tells where the next one stands if this is broken.
            start = max(self._text.rfind("\n", place - 1000, place), 0) or place
            self._text = self._text[start:]
            place -= start
            self._counted = place
        return place

    def _ends(self, position: int) -> bool:
        """Whether what follows closes what holds the array: little more than some brackets."""
        self._look_ahead(position)
        return any(not isinstance(_parse(start + self._text[position:]), Broken) for start in _HOLDING)

    def _look_ahead(self, position: int) -> None:
        while len(self._text) - position < 4 * _LOOKAHEAD and self._more():
            pass

    def _decoded(self, position: int) -> tuple[object, int]:
        wanted, at_end = _LOOKAHEAD, False
        while True:
            while len(self._text) - position < wanted and not at_end:
                at_end = not self._more()
            try:
                value, end = _DECODER.raw_decode(self._text, position)
                if at_end or end < len(self._text) or isinstance(value, dict):
                    return value, end
            except json.JSONDecodeError as error:
                cut = error.pos >= len(self._text) - _LONGEST_TOKEN or error.msg.startswith("Unterminated")
                if at_end or not cut or wanted > _LARGEST:
                    raise
            wanted *= 4

    def _next(self, position: int) -> int | None:
        """Where the element after the broken one at `position` begins."""
        self._look_ahead(position)
        column = position - (self._text.rfind("\n", 0, position) + 1)
        indent = self._text[position - column : position]
        if self._text.find("\n", position) >= 0 and not indent.strip():
            # Laid out in lines: the next brace in the same column.
            match = re.compile(rf"\n{re.escape(indent)}(?=\{{)").search(self._text, position)
            if match is not None:
                return match.end()
        return self._next_alike(position)

    def _alike(self, value: dict[str, object]) -> bool:
        shared = 2 * len(self._shape & set(value))
        return shared >= len(self._shape) and (shared >= len(value) or not self._seen)

    def _next_alike(self, position: int) -> int | None:
        """The next object that has half the names of the last good one: no mere part of a record has them."""
        effort = 0
        for match in _OBJECT.finditer(self._text, position + 1):
            try:
                value, end = _DECODER.raw_decode(self._text, match.start())
            except (ValueError, RecursionError):
                effort += _LOOKAHEAD // 16
                continue
            effort += end - match.start()
            if isinstance(value, dict) and self._alike(value):
                return match.start()
            if effort > _LARGEST:
                break
        return None


__all__ = ["Broken", "Found", "is_json", "opened_up", "values"]
