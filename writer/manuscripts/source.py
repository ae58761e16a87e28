"""A file's bytes as text, and which files a manuscript may bring in. Knows no format."""

from __future__ import annotations

import re
from pathlib import Path

from writer.errors import UserError

LARGEST = 10_000_000
"""Bytes. A book has about one million; what is larger is no manuscript, and would take gigabytes to map."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NAME = "name the text itself: a .md, .tex, .txt, .docx or .odt file"
_LOOKED_AT = 8192
_STEERING = 0.02
"""Share of control characters that are neither white space nor line ends, above which bytes are no text."""
# Unicode promises that no text holds these; `prose` uses them for marks.
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises UserError where there is none, it cannot be read, or it is too large."""
    try:
        # A pipe or a device would make the reading wait for ever.
        if path.exists() and not path.is_file():
            what = "a directory" if path.is_dir() else "not a regular file"
            raise UserError(f"{path}: is {what}", hint="name the files of the manuscript")
        size = path.stat().st_size
        if size > LARGEST:
            raise UserError(
                f"{path}: {size / 1e6:.0f} MB are too large for a manuscript (at most {LARGEST / 1e6:.0f} MB)",
                hint="name the file that holds the text; data and logs cannot be checked",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file", hint="check the path of the manuscript") from None
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read: {error.strerror}", hint="check the file and its permissions"
        ) from error
    except ValueError as error:  # a NUL byte in the path
        raise UserError(f"{str(path)!r}: {error}", hint="check the path of the manuscript") from error


def decode(raw: bytes, name: str) -> str:
    """UTF-8 bytes as text whose lines end in `\\n`; a byte order mark and noncharacters are replaced.

    Another encoding is never guessed, since a wrong guess changes names and numbers: it is a UserError that tells the
    file and the line, and how to convert.
    """
    if raw.startswith(_UTF16):
        raise UserError(f"{name}:1: is UTF-16 text", hint="save the file as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if (what := _no_text(raw)) is not None:
            raise UserError(f"{name}: is {what}, no text", hint=_NAME) from error
        # `error.object` lacks the byte order mark, which holds no line break.
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = error.object[error.start]
        hint = "save the file as UTF-8, for example with: iconv -f latin1 -t utf-8"
        raise UserError(f"{name}:{line}: byte 0x{byte:02x} is not UTF-8", hint=hint) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UserError(f"{name}:{line}: is not text (a NUL byte)", hint=_NAME)
    return _NONCHARACTERS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _no_text(raw: bytes) -> str | None:
    """What bytes are that no encoding makes text of; None for text in another encoding."""
    if raw.startswith(b"%PDF-"):
        return "a PDF"
    beginning = raw[:_LOOKED_AT]
    steering = sum(byte < 9 or 13 < byte < 32 for byte in beginning)
    return "binary data" if b"\0" in beginning or steering > len(beginning) * _STEERING else None


def inside(path: Path, folder: Path) -> bool:
    """Whether a path, links followed, lies in the tree below a folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a name that is too long, a NUL byte, a circle of links
        return False
