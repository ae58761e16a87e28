"""Records as JSON, and the one way from JSON objects to records that the catalogues' readers share.

What names a title, an abstract, an author is told in `writer.corpus.columns`; how a file holds its objects, in
`writer.corpus.objects`.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from writer.corpus import columns, objects
from writer.corpus.opening import Opened
from writer.corpus.record import Found, Reader, Record, streamed
from writer.entry import Skipped, Source

RecordOf = Callable[[dict[str, object], Source], Record | str]
"""The record of an object, or why there is none."""


def reader(name: str, expects: str, recognises: Callable[[str], bool], record_of: RecordOf) -> Reader:
    """The reader of a catalogue's JSON, told by the beginning of its text."""
    stream = streaming(record_of)
    return Reader(
        name, expects, lambda text, _: text.lstrip()[:1] in ("{", "[") and recognises(text), streamed(stream), stream
    )


def streaming(record_of: RecordOf) -> Callable[[Opened], Found]:
    """The `stream` of a format whose records are JSON objects."""

    def stream(opened: Opened) -> Found:
        name = opened.name
        for line, value in objects.values(opened):
            made = _made(value, Source(name, line), record_of)
            if isinstance(made, str) and isinstance(value, dict) and (held := objects.opened_up(value)):
                # A line that is a whole page of a catalogue.
                for item in held:
                    made = _made(item, Source(name, line), record_of)
                    yield Skipped(name, line, made) if isinstance(made, str) else made
            else:
                yield Skipped(name, line, made) if isinstance(made, str) else made

    return stream


def _made(value: object, source: Source, record_of: RecordOf) -> Record | str:
    if isinstance(value, dict):
        try:
            return record_of(value, source)
        except RecursionError:
            return "nested too deeply"
    if isinstance(value, objects.Broken):
        return value
    return f"a JSON object was expected, not {json.dumps(value)[:40]}"


_stream = streaming(columns.record)
READER = Reader(
    "json",
    'JSON: one object a line or an array of objects, each with "title" or "abstract"',
    lambda text, _: objects.is_json(text),
    streamed(_stream),
    _stream,
)
