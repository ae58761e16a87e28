"""Which paths mean a library: a folder that holds its file, and such a folder with `@` and a version.

Looks at names and at the folder, never into the file, so that asking costs nothing where there is no library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from writer.errors import CorpusError

FILE = "writer-library.sqlite"
"""The file that makes a folder a library, and holds all of it."""
_VERSIONED = re.compile(r"(?P<folder>.+)@(?P<version>\d{1,9}|sha256:[0-9a-f]{6,64})", re.DOTALL)


class Named(NamedTuple):
    """A library as it was named on the command line."""

    folder: Path
    version: str
    """A number, the beginning of a corpus digest (`sha256:3fa9…`), or nothing for the newest."""


def named(path: str | Path) -> Named | None:
    """The library that a path means, `LIB`, `LIB@3` or `LIB@sha256:3fa9c1`; None where it means something else."""
    if is_library(path):
        return Named(Path(path), "")
    match = _VERSIONED.fullmatch(str(path))
    if match is None or Path(path).exists() or not is_library(match["folder"]):
        return None
    return Named(Path(match["folder"]), match["version"])


def libraries(paths: str | Path | Sequence[str | Path]) -> list[Named]:
    """The libraries among the paths."""
    listed = [paths] if isinstance(paths, str | Path) else paths
    return [library for library in map(named, listed) if library is not None]


def is_library(folder: str | Path) -> bool:
    """Whether a folder is a library."""
    return (Path(folder) / FILE).is_file()


def refuse_version(folder: Path, make: bool) -> None:
    """Raise CorpusError for `LIB@1` where a library itself is meant: such a folder would hide the version."""
    match = _VERSIONED.fullmatch(str(folder))
    whole = match["folder"] if match else ""
    if not whole or is_library(folder):
        return
    if make:
        raise CorpusError(f"{folder} names a version, and a version cannot be changed", hint=f"add to {whole}")
    if is_library(whole):
        hint = f"name {whole}; its versions: writer corpus list {whole} --versions"
        raise CorpusError(f"{folder} names a version, not a library", hint=hint)
    raise CorpusError(f"{whole} is not a library", hint=f"make one: writer corpus add {whole} PATH")
