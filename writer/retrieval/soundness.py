"""Whether the files of an index are those that were written, without reading them all at each opening.

tantivy opens a folder without reading it through, and a damaged file may fail, or mislead, in the middle of a
search; so damage is looked for before. Each file of a segment ends in a footer that holds the CRC-32 of what comes
before. Reading a gigabyte for it takes a second, so a file that was found sound is noted with its size and time of
change, and is read again only when one of them differs. The note is advice: lost or stale, it costs the reading and no
more. Small indexes are read every time, which also sees damage that leaves no trace in size and time.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from pathlib import Path

NOTE = "checked.json"
READ_ALWAYS = 8_000_000
"""Bytes of a whole index below which every opening reads it: some milliseconds."""

_MAGIC = (1337).to_bytes(4, "little")
_BLOCK = 1 << 20


def is_sound(folder: Path) -> bool:
    """Whether every file of the last committed version is there and whole; the new ones are noted."""
    for _ in range(20):
        before = (folder / "meta.json").read_bytes() if (folder / "meta.json").is_file() else b""
        found = _look(folder)
        if found or not before:
            return found
        # A writer in another process may have merged and swept meanwhile; then there is another version to look at.
        with contextlib.suppress(OSError):
            if (folder / "meta.json").read_bytes() == before:
                return False
    return False


def note(folder: Path) -> None:
    """Note the files as they are now as sound: the caller has just written or checked them."""
    with contextlib.suppress(OSError, ValueError):
        _write(folder, {path.name: _stat(path) for path in _files(folder)})


def _look(folder: Path) -> bool:
    try:
        files = _files(folder)
        now = {path.name: _stat(path) for path in files}
        noted = _noted(folder)
        small = sum(size for size, _ in now.values()) <= READ_ALWAYS
        unknown = [path for path in files if small or noted.get(path.name) != now[path.name]]
        if not all(_sums_up(path) for path in unknown):
            return False
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # what a damaged meta.json can lead to
        return False
    if any(noted.get(name) != stat for name, stat in now.items()) and not (folder / NOTE).is_dir():
        with contextlib.suppress(OSError):  # a folder that may only be read
            _write(folder, now)
    return True


def _files(folder: Path) -> list[Path]:
    """The files of the segments that the last commit names; at least one for each."""
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    there = [path for path in folder.iterdir() if "." in path.name]
    found: list[Path] = []
    for segment in meta["segments"]:
        name = segment["segment_id"].replace("-", "")
        deletes = segment["deletes"]
        wanted = f"{name}.{deletes['opstamp']}.del" if deletes else ""
        files = [path for path in there if path.stem == name or path.name == wanted]
        if not files or (wanted and wanted not in {path.name for path in files}):
            raise FileNotFoundError(name)
        found += files
    return sorted(found)


def _stat(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _noted(folder: Path) -> dict[str, list[int]]:
    try:
        found = json.loads((folder / NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(folder: Path, stats: dict[str, list[int]]) -> None:
    written = folder / f"{NOTE}.{os.getpid()}"
    try:
        written.write_text(json.dumps(stats), "utf-8")
        written.replace(folder / NOTE)
    finally:
        written.unlink(missing_ok=True)


def _sums_up(path: Path) -> bool:
    """Whether the CRC-32 in the footer is that of the file: body, JSON, length of the JSON, magic number."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        end = file.read(8)
        length = int.from_bytes(end[:4], "little")
        if end[4:] != _MAGIC or length > min(size - 8, 1000):
            return False
        file.seek(size - 8 - length)
        expected = json.loads(file.read(length))["crc"]
        file.seek(0)
        left, crc = size - 8 - length, 0
        while left:
            block = file.read(min(_BLOCK, left))
            if not block:
                return False
            crc, left = zlib.crc32(block, crc), left - len(block)
    return bool(crc == expected)
