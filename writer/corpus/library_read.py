"""Files as a library takes them in: their records, and of a `.bib` file its text.

Everything slow happens here, before the library is locked for others.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from writer.corpus import bib_text, bibtex
from writer.corpus.library_rows import Row, State, packed
from writer.corpus.library_store import Store
from writer.corpus.paths import File, files
from writer.corpus.readers import reader_of
from writer.corpus.reading import Piece, Progress, pieces
from writer.entry import Skipped
from writer.errors import CorpusError

_LOOKS = 3
"""How often a file that changes while it is read is read again."""


class FileRead(NamedTuple):
    """A file, or a member of an archive, and its records."""

    name: str
    path: str
    pieces: list[Piece]
    text: bytes | None
    """The bytes of a `.bib` file; None for all others."""


class Reading(NamedTuple):
    """Files in reading order, and what could not be read in them."""

    files: list[FileRead]
    skipped: list[Skipped]


def read(paths: str | Path | Sequence[str | Path], progress: Progress | None) -> Reading:
    """Read the files at one moment: one that changes meanwhile is read again. Raises CorpusError as `load` does."""
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    for _ in range(_LOOKS):
        before = _marks(listed)
        found = _read(listed, progress)
        if _marks(listed) == before:
            return found
    places = ", ".join(str(path) for path in listed)
    raise CorpusError(f"{places}: changed while being read", hint="wait until it is written, and try again")


def kept(store: Store, file: FileRead) -> State:
    """The state of a file, its records and text kept in the store; all rows live."""
    records = store.keep_records([packed(piece) for piece in file.pieces])
    parts: list[int] = []
    place: dict[int, int] = {}
    if file.text is not None:
        texts, place = bib_text.cut(file.text, (piece.entry.source.line for piece in file.pieces))
        parts = store.keep_pieces(texts)
    rows = tuple(
        Row(record, piece.entry.source.line, _key(piece), True, place.get(piece.entry.source.line, -1))
        for record, piece in zip(records, file.pieces, strict=True)
    )
    number, name = store.file(file.name, file.path)
    return State(number, name, file.path, tuple(parts), rows)


def refuse_half_written(file: FileRead) -> None:
    """Raise CorpusError for a `.bib` file that ends within an entry."""
    if file.text is None:
        return
    texts, _ = bib_text.cut(file.text, (piece.entry.source.line for piece in file.pieces))
    if bib_text.ends_openly(texts[-1].decode("utf-8")):
        raise CorpusError(f"{file.name} ends within an entry, as if half written", hint="nothing was taken from it")


def _marks(paths: Sequence[str | Path]) -> list[tuple[str, int, int]]:
    """The files and what tells that one was written."""
    found = []
    for file in files(paths):
        # A library has versions; its folder changes whenever it is opened.
        if isinstance(file, File) and file.path.is_file():
            stat = file.path.stat()
            found.append((str(file.path), stat.st_mtime_ns, stat.st_size))
    return found


def _read(paths: Sequence[str | Path], progress: Progress | None) -> Reading:
    by_name: dict[str, list[Piece]] = {}
    skipped: list[Skipped] = []
    for found in pieces(paths, progress):
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            by_name.setdefault(found.entry.source.file, []).append(found)
    # The text of a file is taken where the file itself was read, and not where a library remembers it.
    plain = {str(file.path) for file in files(paths) if isinstance(file, File) and file.path.is_file()}
    return Reading(
        [
            FileRead(name, str(Path(name).resolve()), held, _text(name, held) if name in plain else None)
            for name, held in by_name.items()
        ],
        skipped,
    )


def _text(name: str, held: Sequence[Piece]) -> bytes | None:
    if not any(piece.entry.fields for piece in held):
        return None
    data = Path(name).read_bytes()
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:  # packed
        return None
    return data if reader_of(text, Path(name).name) is bibtex.READER else None


def _key(piece: Piece) -> str:
    entry = piece.entry
    return entry.key or next(iter(entry.aliases), "")
