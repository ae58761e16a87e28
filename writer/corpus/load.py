"""From paths to a corpus: which files are read, and how records become entries under their keys.

A file named by the user must be good, so what is wrong with it is an error; a file that merely lies in a named
directory is passed over or reported as skipped.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from writer.corpus import keys, merge
from writer.corpus.canonical import digest
from writer.corpus.readers import expected, reader_of
from writer.corpus.record import to_entry
from writer.entry import Corpus, Entry, Merge, Skipped, Source
from writer.errors import CorpusError

# Kinds that never hold a corpus; in a directory they are passed over without a word.
_OTHER_KINDS = frozenset(
    """.pdf .ps .eps .png .jpg .jpeg .gif .svg .webp .tif .tiff .ico .zip .gz .bz2 .xz .tar .tgz .7z .rar .whl .doc
    .docx .odt .xls .xlsx .ods .ppt .pptx .epub .mp3 .mp4 .mov .wav .py .pyc .ipynb .js .css .c .h .cpp .rs .go .java
    .sh .toml .yaml .yml .ini .cfg .lock .log .tex .sty .cls .bst .aux .bbl .blg .bcf .toc .out .sqlite .db .npy .npz
    .pt .gguf .bin .so .dll .exe""".split()
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class _Unusable(CorpusError):
    """A file of which nothing can be used, and what to list as skipped where that is no error."""

    def __init__(self, path: Path, reason: str, *, hint: str, line: int = 0, broken: Sequence[Skipped] = ()) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}", hint=hint)
        self.skipped = (Skipped(str(path), line or 1, f"{reason} ({hint})"), *broken)


class _File(NamedTuple):
    path: Path
    named: bool
    """Whether the user named the file itself, and not a directory that it lies in."""


def load(paths: Sequence[str | Path]) -> Corpus:
    """Read files and directories as one corpus, each work once.

    Directories are read whole, in sorted order, without hidden files. A file named twice is read once. What
    could not be read is listed in `skipped` with file and line, every merge in `merged` with all places.

    Raises CorpusError where a named file is missing, is not UTF-8 text or holds nothing usable, and where there
    is nothing usable at all.
    """
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    read: list[tuple[str, int]] = []
    for file in _files([paths] if isinstance(paths, str | Path) else paths):
        if isinstance(file, Skipped):
            skipped.append(file)
            continue
        try:
            found, broken = _read(file.path)
        except _Unusable as error:
            if file.named:
                raise
            skipped += error.skipped
            continue
        entries += found
        skipped += broken
        read.append((str(file.path), len(found)))
    if not entries:
        reasons = "".join(f"\n  {skip}" for skip in skipped[:5])
        places = ", ".join(str(path) for path in paths) or "no path was given"
        raise CorpusError(f"nothing that can be read as a corpus: {places}{reasons}", hint=f"expected {expected()}")
    return _corpus(entries, skipped, read)


def _corpus(entries: list[Entry], skipped: list[Skipped], read: list[tuple[str, int]]) -> Corpus:
    works, taken = _claim(entries)
    one_each = [merge.merged([entries[place] for place in work.members]) for work in works]
    finished = [replace(e, key=key) for e, key in zip(one_each, keys.assign(one_each), strict=True)]
    merges = [
        Merge(entry.key, entry.source, entry.sources[1:], work.because)
        for entry, work in zip(finished, works, strict=True)
        if len(work.members) > 1
    ]
    return Corpus(
        entries={entry.key: entry for entry in finished},
        digest=digest(finished),
        skipped=_in_reading_order([*skipped, *taken]),
        merged=tuple(merges),
        read=tuple(read),
    )


def _in_reading_order(skipped: list[Skipped]) -> tuple[Skipped, ...]:
    order = {file: number for number, file in enumerate(dict.fromkeys(skip.file for skip in skipped))}
    return tuple(sorted(skipped, key=lambda skip: (order[skip.file], skip.line)))


def _claim(entries: list[Entry]) -> tuple[list[merge.Group], list[Skipped]]:
    """The works, without the records whose key an earlier record gave to another work.

    A citation of such a key could mean either, so the first keeps it and the other is left out and reported.
    """
    holders: dict[str, tuple[int, Source]] = {}
    lost: dict[int, Skipped] = {}
    works = merge.groups(entries)
    work_of = {place: number for number, work in enumerate(works) for place in work.members}
    for place, entry in enumerate(entries):
        for key in filter(None, (entry.key, *entry.aliases)):
            holder, where = holders.setdefault(key, (work_of[place], entry.source))
            if holder != work_of[place]:
                reason = f"the key {key!r} is already taken by a different work at {where.file}:{where.line}"
                lost[place] = Skipped(entry.source.file, entry.source.line, reason)
    left = [work._replace(members=tuple(p for p in work.members if p not in lost)) for work in works]
    return [work for work in left if work.members], list(lost.values())


def _files(paths: Sequence[str | Path]) -> Iterator[_File | Skipped]:
    """The files to read, each once, and the folders that cannot be looked into."""
    seen: set[Path] = set()
    for path in map(Path, paths):
        for file in _within(path) if _is_folder(path) else [_File(path, named=True)]:
            if isinstance(file, Skipped):
                yield file
            elif (resolved := file.path.resolve()) not in seen:
                seen.add(resolved)
                yield file


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except FileNotFoundError:
        raise CorpusError(f"{path}: no such file or directory", hint="check the path of the corpus") from None
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror}", hint="check the path of the corpus") from error


def _within(folder: Path) -> Iterator[_File | Skipped]:
    """The files of a folder that may hold a corpus, sorted the same on every machine."""
    found: list[Path] = []
    closed: list[Skipped] = []

    def note(error: OSError) -> None:
        closed.append(Skipped(str(error.filename), 1, f"the folder cannot be read: {error.strerror}"))

    for place, folders, files in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place) / name for name in files if not name.startswith(".")]
    yield from closed
    for path in sorted(found, key=lambda path: path.relative_to(folder).parts):
        # A pipe or socket would make the reading wait for ever; a link to nowhere is reported when it is read.
        if path.suffix.lower() not in _OTHER_KINDS and (path.is_file() or not path.exists()):
            yield _File(path, named=False)


def _read(path: Path) -> tuple[list[Entry], list[Skipped]]:
    """The entries of one file, at least one, and what was skipped in it."""
    text = _text(path)
    reader = reader_of(text, path.name)
    if reader is None:
        what = "holds nothing that can be read as a corpus" if text.strip() else "is empty"
        raise _Unusable(path, what, hint=f"expected {expected()}")
    records, broken = reader.read(text, str(path))
    usable: list[Entry] = []
    for entry in map(to_entry, records):
        if entry.text:
            usable.append(entry)
        else:
            reason = "neither a title nor an abstract is left after cleaning"
            broken.append(Skipped(entry.source.file, entry.source.line, reason))
    if not usable:
        first = f", the first in line {broken[0].line}: {broken[0].reason}" if broken else ""
        reason = f"read as {reader.name}, but no record is usable ({len(broken)} broken{first})"
        raise _Unusable(path, reason, hint=f"expected {reader.expects}", broken=broken)
    return usable, broken


def _text(path: Path) -> str:
    """The text of a file, lines ending in `\\n`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise _Unusable(path, reason, hint="check the file and its permissions") from error
    if raw.startswith(_UTF16):
        raise _Unusable(path, "is UTF-16 text", hint="save the file as UTF-8", line=1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # `error.object` lacks the byte order mark, which holds no line break.
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        hint = "save the file as UTF-8, for example with: iconv -f latin1 -t utf-8"
        raise _Unusable(path, reason, hint=hint, line=line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _Unusable(path, "is not text (a NUL byte)", hint=f"expected {expected()}", line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n")
