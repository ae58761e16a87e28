"""Which files the user's paths mean: files, directories read whole, and patterns such as `dumps/*.jsonl.gz`."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from writer.corpus.library_paths import named
from writer.entry import Skipped
from writer.errors import CorpusError

# Kinds that never hold a corpus; in a directory or an archive they are passed over without a word.
_OTHER_KINDS = frozenset(
    """.pdf .ps .eps .png .jpg .jpeg .gif .svg .webp .tif .tiff .ico .bz2 .xz .tar .tgz .7z .rar .whl .doc
    .docx .odt .xls .xlsx .ods .ppt .pptx .epub .mp3 .mp4 .mov .wav .py .pyc .ipynb .js .css .c .h .cpp .rs .go .java
    .sh .toml .yaml .yml .ini .cfg .lock .log .tex .sty .cls .bst .aux .bbl .blg .bcf .toc .out .sqlite .db .npy .npz
    .pt .gguf .bin .so .dll .exe""".split()
)
_PACKED = (".gz", ".zst")


class File(NamedTuple):
    """A file to read."""

    path: Path
    named: bool
    """Whether the user named the file itself, and not a directory that it lies in."""


def files(paths: Sequence[str | Path]) -> Iterator[File | Skipped]:
    """The files to read, each once, and the folders that cannot be looked into.

    Raises CorpusError where a path does not exist or a pattern matches nothing.
    """
    seen: set[Path] = set()
    for path in _expanded(paths):
        if named(path) is not None:
            yield File(path, named=True)
            continue
        for file in _within(path) if _is_folder(path) else [File(path, named=True)]:
            if isinstance(file, Skipped):
                yield file
            elif (resolved := file.path.resolve()) not in seen:
                seen.add(resolved)
                yield file


def may_hold_a_corpus(name: str) -> bool:
    """Whether a file that nobody named is looked into, by its name alone."""
    path = Path(name)
    if path.name.startswith(".") or "__MACOSX" in path.parts:
        return False
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    return not suffixes or suffixes[-1] not in _OTHER_KINDS


def _expanded(paths: Sequence[str | Path]) -> Iterator[Path]:
    for path in paths:
        if not glob.has_magic(str(path)) or Path(path).exists():
            yield Path(path)
            continue
        # Path.glob takes no pattern that begins at the root.
        found = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207
        if not found:
            raise CorpusError(f"{path}: no file matches this pattern", hint="check the pattern of the corpus")
        yield from map(Path, found)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except FileNotFoundError:
        raise CorpusError(f"{path}: no such file or directory", hint="check the path of the corpus") from None
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror}", hint="check the path of the corpus") from error


def _within(folder: Path) -> Iterator[File | Skipped]:
    """The files of a folder that may hold a corpus, sorted the same on every machine."""
    found: list[Path] = []
    closed: list[Skipped] = []

    def note(error: OSError) -> None:
        closed.append(Skipped(str(error.filename), 1, f"the folder cannot be read: {error.strerror}"))

    for place, folders, names in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place) / name for name in names if may_hold_a_corpus(name)]
    yield from closed
    for path in sorted(found, key=lambda path: path.relative_to(folder).parts):
        # A pipe or socket would make the reading wait for ever; a link to nowhere is reported when it is read.
        if path.is_file() or not path.exists():
            yield File(path, named=False)
