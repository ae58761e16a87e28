"""Follows a `.bib` file that another program rewrites, such as Zotero with Better BibTeX.

It asks the disk now and then instead of being told, which works on every system and drive. A file is taken when it has
lain unchanged for a while; one that is missing, empty or ends within an entry is half written and left for later. No
thread and no clock of its own: whoever calls decides how time passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from writer.corpus.library import Change, Library
from writer.errors import CorpusError

SETTLE_SECONDS = 1.0
"""How long a file must lie unchanged; writers of large files pause for less between two writes."""
POLL_SECONDS = 0.5

Mark = tuple[int, int, str]
"""Time of change, size and digest of the content."""
Wait = Callable[[float], None]


def once(library: Library, path: Path, wait: Wait, settle: float = SETTLE_SECONDS) -> Change:
    """Take what the file holds now, if it lies still for `settle` seconds. Raises CorpusError where it does not."""
    before = _mark(path)
    wait(settle)
    if before is None or _mark(path) != before:
        why = "is missing or empty" if before is None else "is being written"
        raise CorpusError(f"{path} {why}", hint="try again when it is written")
    return library.follow(path)


def changes(
    library: Library, path: Path, wait: Wait, settle: float = SETTLE_SECONDS, poll: float = POLL_SECONDS
) -> Iterator[Change | CorpusError]:
    """For ever: what each new content of the file did to the library, or why it was not taken.

    The first content is that which the file has at the beginning. A content that was not taken is tried again only
    when it has changed.
    """
    seen: Mark | None = None
    quick: tuple[int, int] | None = None
    while True:
        now = _quick(path)
        if now is not None and now != quick:
            mark = _mark(path)
            wait(settle)
            if mark is None or _mark(path) != mark:
                continue
            quick = now
            # A program may write the same once more, or only touch the file.
            if seen is None or mark[2] != seen[2]:
                seen = mark
                yield _taken(library, path)
                continue
        wait(poll)


def _taken(library: Library, path: Path) -> Change | CorpusError:
    try:
        return library.follow(path)
    except CorpusError as error:
        return error


def _quick(path: Path) -> tuple[int, int] | None:
    """What tells without reading that a file may have changed; None where there is nothing to read."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_size) if stat.st_size else None


def _mark(path: Path) -> Mark | None:
    quick = _quick(path)
    try:
        return None if quick is None else (*quick, hashlib.sha256(path.read_bytes()).hexdigest())
    except OSError:
        return None
