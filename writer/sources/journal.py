"""The answers of a fetch that is under way, on disk: what was answered is never asked for again.

One line a page, written whole and to the disk before the next is asked for. A line that a crash cut short is dropped,
and so is one that does not follow from those before it, as when two processes fetch the same. The file is hidden,
for a folder that is read as a corpus; it goes when the fetch is done.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Self

from writer.errors import UserError
from writer.sources.source import Page

_NAMES = {"at", "after", "total", "records"}


class Journal:
    """The pages so far: their records, and where the next page begins (None: there is none)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: list[str] = []
        self.after: str | None = ""
        self.total: int | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """The journal at a path; a new one where there is none."""
        journal = cls(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            data = path.read_bytes() if path.exists() else b""
            good = journal._read(data)
            if good < len(data):
                os.truncate(path, good)
        except OSError as error:
            raise _unusable(path, error) from error
        return journal

    def add(self, page: Page) -> None:
        """Keep a page, on the disk when this returns."""
        told = {"at": self.after, "after": page.after, "total": page.total, "records": page.records}
        line = json.dumps(told).encode("ascii") + b"\n"
        try:
            with self.path.open("ab") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unusable(self.path, error) from error
        self._take(page.records, page.after, page.total)

    def remove(self) -> None:
        """The fetch is done."""
        self.path.unlink(missing_ok=True)

    def _read(self, data: bytes) -> int:
        """Take the pages of a file; the number of its bytes that are good."""
        good = 0
        for line in data.splitlines(keepends=True):
            try:
                told = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                told = None
            if not isinstance(told, dict) or told.keys() != _NAMES or self.after is None or told["at"] != self.after:
                break
            self._take(told["records"], told["after"], told["total"])
            good += len(line)
        return good

    def _take(self, records: tuple[str, ...] | list[str], after: str | None, total: int | None) -> None:
        self.records += records
        self.after, self.total = after, total


def _unusable(path: Path, error: OSError) -> UserError:
    return UserError(f"cannot keep what is fetched in {path}: {error.strerror or error}", hint="choose another place")
