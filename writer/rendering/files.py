"""Files written whole or not at all.

Each text goes to a temporary file in the folder of its target, to the disk, and only then into its place. Nothing
here knows what it writes.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from writer.errors import UserError


def write_whole(path: Path, text: str | bytes) -> None:
    """Write the text (UTF-8) or bytes to `path`, whole or not at all; `UserError` where it cannot be written."""
    write_all({path: text})


def write_all(files: Mapping[Path, str | bytes]) -> None:
    """Write several files: none is replaced before all are safely on the disk beside their targets.

    A failure leaves the old files as they were and no temporary file behind. What is no ordinary file (a pipe, a
    device) is written straight. Raises `UserError` naming the file.
    """
    contents = {path: _encoded(path, text) for path, text in files.items()}
    staged: list[tuple[Path, Path, Path]] = []
    try:
        for path, content in contents.items():
            if _is_special(path):
                _write_straight(path, content)
            else:
                _stage(path, content, staged)
        while staged:
            path, temporary, target = staged[0]
            _move(path, temporary, target)
            staged.pop(0)
    finally:
        for _, temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _encoded(path: Path, text: str | bytes) -> bytes:
    if isinstance(text, bytes):
        return text
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UserError(
            f"cannot write {path}: character {error.start} is half of a surrogate pair, which is no text",
            hint="remove that character from the source it came from",
        ) from error


def _is_special(path: Path) -> bool:
    """Whether something stands at `path` that must be written to and never replaced."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    if stat.S_ISDIR(mode):
        raise UserError(f"cannot write {path}: it is a folder", hint="name a file")
    return not stat.S_ISREG(mode)


def _write_straight(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _refused(path, error) from error


def _stage(path: Path, content: bytes, staged: list[tuple[Path, Path, Path]]) -> None:
    """Write the content beside its target, with the rights that the target has or would get."""
    # A link keeps pointing where it did: what it points to is replaced.
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{os.urandom(8).hex()}.tmp")
    try:
        # Not tempfile: it makes files that only their owner may read.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        staged.append((path, temporary, target))
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
    except OSError as error:
        raise _refused(path, error) from error


def _move(path: Path, temporary: Path, target: Path) -> None:
    try:
        temporary.replace(target)
    except OSError as error:
        raise _refused(path, error) from error
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _refused(path: Path, error: OSError) -> UserError:
    hint = "make the folder first" if isinstance(error, FileNotFoundError) else "choose another place with --out"
    return UserError(f"cannot write {path}: {error.strerror or error}", hint=hint)
