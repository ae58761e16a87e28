"""Records as JSON: one object a line, an array of objects, or an object that holds such an array.

A line or an element that cannot be read costs itself alone. Not for pretty-printed objects that merely follow
each other; those are no JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from writer.corpus import columns
from writer.corpus.record import Reader, Reading, Record
from writer.entry import Skipped, Source

_DECODER = json.JSONDecoder()
_SEPARATOR = re.compile(r"\s*,?\s*")
# The names under which an object holds the records.
_HOLDERS = ("entries", "papers", "records", "items", "data", "results", "references")
_LINES_LOOKED_AT = 20

_Found = tuple[int, object]
"""The line of a record, and its value: a parsed one, or a `_Broken`."""


class _Broken(str):
    """Why a record could not be read."""

    __slots__ = ()


def _recognises(text: str, filename: str) -> bool:
    start = text.lstrip()
    if start.startswith("["):
        return re.match(r"\[\s*(?:\{|\])", start) is not None
    if start.startswith("{") and _whole(text) is not None:
        return True
    lines = [line for line in text.split("\n") if line.strip()][:_LINES_LOOKED_AT]
    return any(isinstance(_parse(line), dict) for line in lines if line.lstrip().startswith("{"))


def _read(text: str, file: str) -> Reading:
    records: list[Record] = []
    skipped: list[Skipped] = []
    for line, value in _values(text):
        if isinstance(value, _Broken):
            made: Record | str = value
        elif isinstance(value, dict):
            made = columns.record(value, Source(file, line))
        else:
            made = f"a JSON object was expected, not {json.dumps(value)[:40]}"
        if isinstance(made, Record):
            records.append(made)
        else:
            skipped.append(Skipped(file, line, str(made)))
    return records, skipped


def _values(text: str) -> Iterator[_Found]:
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "[":
        yield from _elements(text, start + 1)
        return
    whole = _whole(text)
    if whole is None:
        yield from ((number, _parse(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip())
        return
    holder = next((name for name in _HOLDERS if isinstance(whole.get(name), list)), None)
    opening = re.search(rf'"{holder}"\s*:\s*\[', text)
    if holder is None or opening is None:
        yield text.count("\n", 0, start) + 1, whole
    else:
        yield from _elements(text, opening.end())


def _whole(text: str) -> dict[str, object] | None:
    """The one object that the whole text is, if it is."""
    value = _parse(text) if text.lstrip().startswith("{") else None
    return value if isinstance(value, dict) else None


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        return _broken(error)


def _broken(error: ValueError | RecursionError, rest: str = "") -> _Broken:
    if isinstance(error, json.JSONDecodeError):
        return _Broken(f"not valid JSON: {error.msg} at column {error.colno}{rest}")
    # A number of thousands of digits is a plain ValueError.
    what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return _Broken(f"not readable JSON: {what}{rest}")


def _elements(text: str, position: int) -> Iterator[_Found]:
    """The elements of an array whose first one begins at or after `position`."""
    line, counted = 1, 0
    while True:
        position = _SEPARATOR.match(text, position).end()  # type: ignore[union-attr]  # matches the empty text too
        line, counted = line + text.count("\n", counted, position), position
        if text[position : position + 1] == "]":
            return
        if position >= len(text):
            yield line, _Broken("the file ends within the array")
            return
        try:
            value, position = _DECODER.raw_decode(text, position)
            yield line, value
        except (ValueError, RecursionError) as error:
            following = _next_element(text, position)
            yield line, _broken(error, "" if following is not None else "; the rest of the array was not read")
            if following is None:
                return
            position = following


def _next_element(text: str, position: int) -> int | None:
    """Where the element after the broken one at `position` begins: a brace in the same column of a later line."""
    column = position - (text.rfind("\n", 0, position) + 1)
    indent = text[position - column : position]
    if indent.strip():
        return None
    match = re.compile(rf"\n{re.escape(indent)}(?=\{{)").search(text, position)
    return match.end() if match else None


READER = Reader(
    "json",
    'JSON: one object a line or an array of objects, each with "title" or "abstract"',
    _recognises,
    _read,
)
