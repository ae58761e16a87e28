"""The formats that a corpus is read from, in the order in which they are tried."""

from __future__ import annotations

from writer.corpus import bibtex, jsonl, listing, page, table
from writer.corpus.record import Reader

READERS: tuple[Reader, ...] = (bibtex.READER, jsonl.READER, table.READER, listing.READER, page.READER)
"""The first that recognises a text reads it: formats with a grammar come before plain prose."""


def reader_of(text: str, filename: str) -> Reader | None:
    """The reader for a text, or None when none recognises it."""
    return next((reader for reader in READERS if reader.recognises(text, filename)), None)


def expected() -> str:
    """What a file may hold, as the end of an error message."""
    *first, last = (reader.expects for reader in READERS)
    return f"{'; '.join(first)}; or {last}"
