"""A library as a `.bib` file that keeps its owner's own text.

The first `.bib` file of the library is the base: what was not changed in it stands in the export byte for byte, with
its order, comments, `@string`s and unknown fields. What left the library is cut out, what another source changed is
written anew in its place, and what came from elsewhere follows at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from writer.corpus import bib_text
from writer.corpus.canonical import content
from writer.corpus.fields import merged
from writer.corpus.library import Library
from writer.corpus.library_rows import Row, State
from writer.corpus.load import corpus_of
from writer.entry import Corpus, Entry

Write = Callable[[Iterable[tuple[str, Entry]]], str]
"""The BibTeX of (key, entry) pairs."""


class _Part(NamedTuple):
    """A record of the base, and the entry of the corpus that it is part of."""

    row: Row
    record: Entry
    entry: Entry | None


def to_bib(library: Library, write: Write, *, version: int | None = None, keys: Collection[str] | None = None) -> bytes:
    """The entries of a version (the newest by default), or those of `keys` alone, as the bytes of a `.bib` file.

    Raises KeyError for a key that the version does not hold.
    """
    number = library.store.newest().number if version is None else version
    placed = list(library.placed(number))
    corpus = corpus_of((piece for _, _, piece in placed), library.decisions(number))
    wanted = {entry.key for entry in corpus} if keys is None else {corpus[key].key for key in keys}
    states = library.store.states(number)
    base = next((state for state in states if state.pieces), None)
    if base is None:
        return write((entry.key, entry) for entry in corpus if entry.key in wanted).encode()
    entry_of = {id(source): entry for entry in corpus for source in entry.sources}
    parts = [
        _Part(row, piece.entry, entry_of.get(id(piece.entry.source)))
        for state, row, piece in placed
        if state.file == base.file and row.piece >= 0
    ]
    text = _edited(library, base, _changes(base, parts, corpus, wanted, write))
    held = {part.entry.key for part in parts if part.entry is not None}
    more = [write([(e.key, e)]) for e in corpus if e.key in wanted and e.key not in held]
    return bib_text.appended(text, more)


def _changes(
    base: State, parts: Sequence[_Part], corpus: Corpus, wanted: Collection[str], write: Write
) -> dict[int, dict[str, str | None]]:
    """For each piece of the text the keys in it that are cut out (None) or written anew."""
    changes: dict[int, dict[str, str | None]] = {}
    for row in base.rows:
        if not row.live and row.piece >= 0:
            changes.setdefault(row.piece, {})[row.key] = None
    of_work: dict[str, list[_Part]] = {}
    for part in parts:
        if part.entry is not None:
            of_work.setdefault(part.entry.key, []).append(part)
    for key, own in of_work.items():
        first = own[0]
        if key not in wanted:
            for part in own:
                changes.setdefault(part.row.piece, {})[part.row.key] = None
        elif _is_changed(corpus[key], [part.record for part in own]):
            changes.setdefault(first.row.piece, {})[first.row.key] = write([(key, corpus[key])])
    return changes


def _is_changed(entry: Entry, own: Sequence[Entry]) -> bool:
    """Whether records from elsewhere made the entry say something else than those of the base do together."""
    return len(entry.sources) > len(own) and content(entry) != content(merged(own))


def _edited(library: Library, base: State, changes: dict[int, dict[str, str | None]]) -> bytes:
    texts = library.store.pieces(base.pieces)
    parts = []
    for number, piece in enumerate(base.pieces):
        parts.append(bib_text.edited(texts[piece], changes[number]) if number in changes else texts[piece])
    return b"".join(parts)
