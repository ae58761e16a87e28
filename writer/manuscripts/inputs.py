r"""The files that a LaTeX manuscript brings in: `\input` and its kin, and the names of its bibliographies.

Only what lies in the tree of the main file's folder is opened; everything else is told. A file is read once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from writer.errors import UserError
from writer.manuscripts.prose import Prose
from writer.manuscripts.source import decode, inside, read_bytes

INPUTS = {
    **dict.fromkeys(("input", "include", "subfile", "subfileinclude"), 1),
    **dict.fromkeys(("import", "subimport"), 2),
    "bibliography": 1,
    "addbibresource": 1,
}
"""Commands that name files, and how many arguments they have."""

_DEEPEST = 40
_MOST = 1_000
"""Files that one manuscript may name: each costs a look at the disk, and no book has as many."""
_ARGUMENT = re.compile(r"\s*+(?:\[[^\[\]]*+\])?\{(?P<braced>[^{}\n]*+)\}")
_BARE = re.compile(r"[ \t]++(?P<bare>[^\s{}\\%]++)")
_PREAMBLE = re.compile(r"(?<!\\)%[^\n]*|\\(?P<name>bibliography|addbibresource)(?![A-Za-z])")


class Inputs:
    """What one main file brings in: `read` is called with the name, path and inputs of each file."""

    def __init__(self, main: Path, prose: Prose, read: Callable[[str, Path, Inputs], None]) -> None:
        self._folder, self._prose, self._read = main.parent, prose, read
        self._open = [main.resolve()]
        self._named = 0

    def named(self, text: str, command: str, end: int) -> tuple[int, str | None]:
        r"""The offset behind the command's arguments, and the file name that they make; `\input name` too."""
        parts = []
        for _ in range(INPUTS[command]):
            found = _ARGUMENT.match(text, end) or (_BARE.match(text, end) if command == "input" else None)
            if found is None:
                return end, None
            parts.append(found[found.lastgroup or 0].strip())
            end = found.end()
        return end, "/".join(part.rstrip("/") for part in parts if part) or None

    def preamble(self, text: str, end: int, name: str) -> None:
        """Take the bibliographies that are named before the document begins."""
        for found in _PREAMBLE.finditer(text, 0, end):
            if found["name"]:
                _, named = self.named(text, found["name"], found.end())
                if named:
                    self.take(named, found["name"], name, found.start())

    def take(self, named: str, command: str, file: str, offset: int) -> None:
        """Read the file that is named at an offset of `file`, or tell why not."""
        self._named += 1
        if self._named > _MOST:
            if self._named == _MOST + 1:
                self._prose.skip(file, offset, f"more than {_MOST:,} files are named; from here on none is read")
            return
        if command in ("bibliography", "addbibresource"):
            for one in named.split(",")[:_MOST]:
                self._bibliography(one.strip(), file, offset)
            return
        candidates = [self._folder / f"{named}.tex", self._folder / named]
        if not all(inside(path, self._folder) for path in candidates):
            self._prose.skip(file, offset, f"{named} lies outside the folder of the manuscript, so it is not read")
        elif (path := next(filter(_is_file, candidates), None)) is None:
            self._prose.skip(file, offset, f"{named} is not there, so it is not read")
        else:
            self._take(path, file, offset)

    def _take(self, path: Path, file: str, offset: int) -> None:
        resolved = path.resolve()
        if resolved in self._open:
            self._prose.skip(file, offset, f"{path} takes itself in again: a cycle, which is not followed")
            return
        if resolved in self._prose.seen:
            return
        if len(self._open) > _DEEPEST:
            self._prose.skip(file, offset, f"{path} is taken in more than {_DEEPEST} files deep, so it is not read")
            return
        self._prose.seen.add(resolved)
        try:
            text = decode(read_bytes(path), str(path))
        except UserError as error:
            self._prose.skip(file, offset, f"{error.message} ({error.hint})")
            return
        self._prose.files[str(path)] = text
        self._open.append(resolved)
        self._read(str(path), path, self)
        self._open.pop()

    def _bibliography(self, name: str, file: str, offset: int) -> None:
        if not name:
            return
        path = self._folder / (name if name.endswith(".bib") else f"{name}.bib")
        if not inside(path, self._folder):
            self._prose.skip(file, offset, f"the bibliography {name} lies outside the folder of the manuscript")
        elif not _is_file(path):
            self._prose.skip(file, offset, f"the bibliography {name} is not there")
        else:
            self._prose.bibliographies.append(str(path))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long
        return False
