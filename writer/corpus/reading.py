"""From paths to entries, one after the other: nothing is kept of what was handed on.

A file named by the user must be good, so what is wrong with it is an error; a file that merely lies in a named
directory or archive is passed over or reported as skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from writer.corpus import library_paths
from writer.corpus.opening import Counted, Opened, Unusable, members
from writer.corpus.paths import File, files, may_hold_a_corpus
from writer.corpus.readers import expected, reader_for, reader_of
from writer.corpus.record import Found, Reader, Record, to_entry
from writer.entry import Entry, Skipped

Progress = Callable[[int, int], None]
"""(bytes read, bytes in all), both as they lie on disk: of a packed file its packed bytes. Called now and then."""
_BETWEEN = 1000
"""Records from one call to the next."""
_HELD = 10_000
"""Broken records of a file that are held back until it is known whether the file is of any use."""


class Piece(NamedTuple):
    """An entry, and the catalogue's id of the work where a catalogue spreads one work over several files."""

    entry: Entry
    part_of: str


def entries(paths: str | Path | Sequence[str | Path], *, progress: Progress | None = None) -> Iterator[Entry | Skipped]:
    """Every record of the files as a clean entry, in reading order, and what could not be read, as it is met.

    For dumps larger than memory: nothing is merged, made keys are still empty, and a work that a catalogue spreads
    over several files comes in parts. Otherwise as `load`, whose errors are raised when the file is reached.
    """
    for found in pieces(paths, progress):
        yield found if isinstance(found, Skipped) else found.entry


def pieces(paths: str | Path | Sequence[str | Path], progress: Progress | None = None) -> Iterator[Piece | Skipped]:
    """What `entries` gives, with the ids by which parts of one work are joined."""
    listed = list(files([paths] if isinstance(paths, str | Path) else paths))
    total = sum(_size(file.path) for file in listed if isinstance(file, File))
    done = 0
    for file in listed:
        if isinstance(file, Skipped):
            yield file
            continue
        if library_paths.named(file.path) is not None:
            from writer.corpus.library import pieces_of

            yield from pieces_of(file.path)
            continue
        size = _size(file.path)
        try:
            with Counted(file.path) as counted:
                for number, found in enumerate(_of_file(file, counted), 1):
                    yield found
                    if progress is not None and number % _BETWEEN == 0:
                        progress(done + min(counted.count, size), total)
        except OSError as error:
            reason = f"cannot be read: {error.strerror or error}"
            broken = Unusable(str(file.path), reason, hint="check the file and its permissions")
            if file.named:
                raise broken from error
            yield from broken.skipped
        done += size
        if progress is not None:
            progress(done, total)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _of_file(file: File, counted: Counted) -> Iterator[Piece | Skipped]:
    """What one file on disk holds, itself or in its members."""
    own = str(file.path)
    try:
        for opened in members(file.path, counted):
            if isinstance(opened, Skipped):
                yield opened
            elif opened.name == own:
                yield from _of_text(opened, file.named)
            elif may_hold_a_corpus(opened.name.removeprefix(own + "/")):
                yield from _of_text(opened, named=False)
    except Unusable as error:
        if file.named:
            raise
        yield from error.skipped


def _of_text(opened: Opened, named: bool) -> Iterator[Piece | Skipped]:
    try:
        yield from _usable(opened)
    except Unusable as error:
        if named:
            raise
        yield from error.skipped


def _usable(opened: Opened) -> Iterator[Piece | Skipped]:
    """The entries of one text, at least one; raises Unusable otherwise."""
    reader, found = _records(opened)
    held: list[Skipped] = []
    usable = broken = line = 0
    first: Skipped | None = None
    for record in found:
        piece = _piece(record)
        if isinstance(piece, Skipped):
            broken, first, line = broken + 1, first or piece, piece.line
            held.append(piece)
        else:
            usable, line = usable + 1, piece.entry.source.line
        if held and (usable or len(held) > _HELD):
            yield from held
            held.clear()
        if not isinstance(piece, Skipped):
            yield piece
    if not usable:
        why = opened.broken or f"read as {reader.name}, but no record is usable ({broken} broken"
        why += "" if opened.broken else f", the first in line {first.line}: {first.reason})" if first else ")"
        raise Unusable(opened.name, why, hint=f"expected {reader.expects}", broken=held)
    yield from held
    if opened.broken:
        yield Skipped(opened.name, line, f"{opened.broken}; the entries before it are kept: {usable}")


def _piece(record: Record | Skipped) -> Piece | Skipped:
    if isinstance(record, Skipped):
        return record
    entry = to_entry(record)
    if entry.title or entry.abstract:
        return Piece(entry, record.part_of)
    return Skipped(entry.source.file, entry.source.line, "neither a title nor an abstract is left after cleaning")


def _records(opened: Opened) -> tuple[Reader, Found]:
    """The reader of a text and what it finds there; raises Unusable where no reader knows the text."""
    reader = reader_of(opened.head, opened.filename)
    if reader is not None and reader.stream is not None:
        return reader, reader.stream(opened)
    if opened.head[257:262] == "ustar":
        raise opened.unusable("is a tar archive", hint="unpack it and give the folder")
    text = opened.text(f"expected {expected()}")
    if not opened.whole:
        reader = reader_for(text, opened.head, opened.filename)
    if reader is None:
        what = "holds nothing that can be read as a corpus" if text.strip() else opened.broken or "is empty"
        raise Unusable(opened.name, what, hint=f"expected {expected()}")
    records, skipped = reader.read(text, opened.name)
    return reader, iter((*records, *skipped))
