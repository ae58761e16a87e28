"""A file opened for reading, whatever it is packed in: plain, gzip, Zstandard, or a member of a zip archive.

What it is packed in is told by its first bytes, never by its name. A stream that breaks off or does not unpack ends
where it breaks, and `broken` says why, so that what stood before is kept. Nothing is ever unpacked to where the
archive says, and no archive within an archive is opened.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path, PurePath
from typing import IO

from writer.entry import Skipped
from writer.errors import CorpusError

HEAD = 1 << 16
"""Bytes by which a format that is read piece by piece is told."""
LONGEST_LINE = 1 << 24
"""Characters; no record stands in a longer line, and no memory should be spent on one."""
LARGEST_TEXT = 1 << 29
"""Bytes of a file that is read whole."""
_CHUNK = 1 << 18
_ZST_CHUNK = 1 << 13
# An honest text shrinks to a tenth; beyond these two measures together a stream is taken for a bomb.
_BOMB_BYTES, _BOMB_RATIO = 1 << 28, 200
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_GZIP, _ZST, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", (b"PK\x03\x04", b"PK\x05\x06")
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,100}?encoding=["']([A-Za-z0-9._-]{1,40})["']""")
_SINGLE_BYTE = {"iso-8859-1": "latin-1", "latin-1": "latin-1", "iso-8859-15": "iso-8859-15", "windows-1252": "cp1252"}
_ICONV = "save the file as UTF-8, for example with: iconv -f latin1 -t utf-8"


class Unusable(CorpusError):
    """A file of which nothing can be used, and what to list as skipped where that is no error."""

    def __init__(self, name: str, reason: str, *, hint: str, line: int = 0, broken: Sequence[Skipped] = ()) -> None:
        super().__init__(f"{name}:{line}: {reason}" if line else f"{name}: {reason}", hint=hint)
        self.skipped = (Skipped(name, line or 1, f"{reason} ({hint})"), *broken)


class Counted(io.RawIOBase):
    """The file on disk; `count` is how many of its bytes have been read, and so how far a reader is."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.count = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always: zip archives are read from their end."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """As on the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As on the file."""
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read, and count."""
        read = self._file.readinto(buffer) or 0
        self.count += read
        return read

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


class _Unpacked(io.RawIOBase):
    """Unpacked bytes that end where they cannot be read further, with the reason in `broken`."""

    def __init__(
        self,
        read: Callable[[int], bytes],
        packed: Callable[[], int] | None = None,
        below: _Unpacked | None = None,
    ) -> None:
        self._read, self._packed, self._below = read, packed, below
        self._bytes = 0
        self._broken = ""

    @property
    def broken(self) -> str:
        """Why the bytes end, where that is not their end: what lies below knows best."""
        return (self._below.broken if self._below else "") or self._broken

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read; an error of the container is the end of the file."""
        piece = self._next(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def _next(self, size: int) -> bytes:
        if self._broken:
            return b""
        try:
            piece = self._read(size)
        except EOFError as error:
            self._broken = f"the packed file is cut short ({error})"
        except (OSError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            self._broken = f"cannot be read further: {getattr(error, 'strerror', None) or error}"
        else:
            self._bytes += len(piece)
            if self._packed is None or self._bytes < max(_BOMB_BYTES, _BOMB_RATIO * self._packed()):
                return piece
            self._broken = f"unpacks to more than {_BOMB_RATIO} times its size (a zip bomb?); the rest is not read"
        return b""


class Opened:
    """One file or member of an archive, opened: its beginning, and then its text or its bytes, once.

    `name` is what messages and sources call it (`a.zip/papers.jsonl`).
    """

    def __init__(self, name: str, raw: _Unpacked) -> None:
        self.name = name
        self._raw = raw
        self._stream = io.BufferedReader(raw, _CHUNK)
        self._first = self._stream.read(HEAD)

    @classmethod
    def of_text(cls, text: str, name: str) -> Opened:
        """A text that lies in memory already."""
        return cls(name, _Unpacked(io.BytesIO(text.encode("utf-8", "surrogateescape")).read))

    @property
    def filename(self) -> str:
        """The name without its folders."""
        return PurePath(self.name).name

    @property
    def broken(self) -> str:
        """Why the bytes ended before their end, or nothing."""
        return self._raw.broken

    @property
    def whole(self) -> bool:
        """Whether `head` is all there is."""
        return len(self._first) < HEAD

    @cached_property
    def head(self) -> str:
        """The first 64 kB as text, bytes that are none as lone surrogates."""
        text = self._first.decode(self._encoding, "surrogateescape")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def _encoding(self) -> str:
        declared = _DECLARED.match(self._first[:200])
        return _SINGLE_BYTE.get(declared[1].decode().lower(), "utf-8-sig") if declared else "utf-8-sig"

    def binary(self) -> IO[bytes]:
        """All bytes as a file that can be sought in; what does not fit into memory is laid aside on disk."""
        kept: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=1 << 26)  # noqa: SIM115 - the caller closes it
        kept.write(self._first)
        shutil.copyfileobj(self._stream, kept, _CHUNK)
        kept.seek(0)
        return kept

    def lines(self) -> Iterator[str]:
        """The lines without their `\\n`; one that is no text, or far too long, is `Unreadable` and says why."""
        return lines_of(self.chunks())

    def chunks(self) -> Iterator[str]:
        """The text in pieces of up to 256,000 bytes; bytes that are no text stand as lone surrogates."""
        decoder = codecs.getincrementaldecoder(self._encoding)("surrogateescape")
        # Line ends of other systems become `\\n`, also where a piece ends between their two characters.
        lines = io.IncrementalNewlineDecoder(decoder, translate=True)
        piece = self._first
        while piece:
            yield lines.decode(piece)
            piece = self._stream.read1(_CHUNK)
        yield lines.decode(b"", final=True)

    def text(self, hint: str = "give the corpus as text") -> str:
        """The whole text, lines ending in `\\n`. Raises Unusable where it is not UTF-8 text or far too long."""
        raw = self._first + self._stream.read(LARGEST_TEXT)
        if len(raw) > LARGEST_TEXT:
            raise Unusable(self.name, f"is longer than {LARGEST_TEXT >> 20} MB", hint="split it into smaller files")
        if raw.startswith(_UTF16):
            raise Unusable(self.name, "is UTF-16 text", hint="save the file as UTF-8", line=1)
        try:
            text = raw.decode(self._encoding)
        except UnicodeDecodeError as error:
            # `error.object` lacks the byte order mark, which holds no line break.
            line = error.object.count(b"\n", 0, error.start) + 1
            reason = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
            raise Unusable(self.name, reason, hint=_ICONV, line=line) from error
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise Unusable(self.name, "is not text (a NUL byte)", hint=hint, line=line)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def not_utf8(self, reason: str, line: int) -> Unusable:
        """The error of a file whose encoding nobody knows."""
        return Unusable(self.name, reason, hint=_ICONV, line=line)

    def unusable(self, reason: str, line: int = 0, hint: str = "look at that place of the file") -> Unusable:
        """The error of a file that cannot be gone on with."""
        return Unusable(self.name, reason, hint=hint, line=line)


class Unreadable(str):
    """Why a line is none, in its place."""

    __slots__ = ()


TOO_LONG = Unreadable(f"a line of more than {LONGEST_LINE:,} characters")


def lines_of(chunks: Iterable[str]) -> Iterator[str]:
    """The lines of a text that comes in pieces; see `Opened.lines`."""
    rest, too_long = "", False
    for chunk in chunks:
        text = rest + chunk
        lines = text.split("\n")
        rest = lines.pop()
        if too_long and lines:
            lines[0], too_long = TOO_LONG, False
        yield from map(_readable, lines) if undecoded(text) else lines
        if too_long or len(rest) > LONGEST_LINE:
            too_long, rest = True, ""
    if too_long or rest:
        yield TOO_LONG if too_long else _readable(rest)


def _readable(line: str) -> str:
    bad = undecoded(line)
    return Unreadable(bad) if bad else line


def undecoded(text: str) -> str:
    """What is wrong with text that `Opened.chunks` gave, or nothing."""
    if text.isascii():
        return ""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"byte 0x{ord(text[error.start]) & 0xFF:02x} is not UTF-8"
    return ""


def members(path: Path, file: Counted) -> Iterator[Opened | Skipped]:
    """The file itself, unpacked, or each member of the archive that it is, sorted by name; used up one by one."""
    start = file.read(4) or b""
    file.seek(0)
    if not start.startswith(_ZIP):
        yield Opened(str(path), _unpacked(str(path), io.BufferedReader(file, _CHUNK), lambda: file.count))
        return
    try:
        archive = zipfile.ZipFile(io.BufferedReader(file, _CHUNK))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unusable(str(path), f"is a broken zip archive: {error}", hint="fetch or pack it again") from error
    with archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            if not info.is_dir():
                yield _member(f"{path}/{info.filename}", archive, info)


def _member(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Opened | Skipped:
    try:
        stream = archive.open(info)
        opened = Opened(name, _unpacked(name, stream, lambda: info.compress_size))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        # RuntimeError is how zipfile says that a member is encrypted.
        return Skipped(name, 1, f"cannot be unpacked: {error}")
    if opened.head.startswith(("PK\x03\x04", "PK\x05\x06")):
        return Skipped(name, 1, "an archive within an archive is not opened: unpack the outer one")
    return opened


def _unpacked(name: str, stream: IO[bytes] | io.BufferedReader, packed: Callable[[], int]) -> _Unpacked:
    """The bytes of a stream, its gzip or Zstandard taken off; `packed` tells the bytes it came from."""
    bare = _Unpacked(stream.read)
    first = io.BufferedReader(bare, _CHUNK)
    start = first.peek(4)[:4]
    if start.startswith(_GZIP):
        return _Unpacked(gzip.GzipFile(fileobj=first, mode="rb").read1, packed=packed, below=bare)
    if start == _ZST:
        return _Unpacked(_zst(name, first), packed=packed, below=bare)
    return _Unpacked(first.read1, packed=packed, below=bare)


def _zst(name: str, stream: IO[bytes] | io.BufferedIOBase) -> Callable[[int], bytes]:
    """A `read` of the unpacked bytes, frame after frame. zstandard's own reader tells no cut file from a whole one."""
    try:
        import zstandard
    except ImportError as error:
        hint = "pip install zstandard, or unpack the file with: zstd -d"
        raise Unusable(name, "is packed with Zstandard, for which a package is missing", hint=hint) from error
    unpacker = zstandard.ZstdDecompressor()
    frame = unpacker.decompressobj()
    packed, out, started = b"", io.BytesIO(), False

    def read(size: int) -> bytes:
        nonlocal frame, packed, out, started
        piece = out.read(size)
        while not piece:
            packed = packed or stream.read(_ZST_CHUNK)
            if not packed:
                if started:
                    raise EOFError("its last frame does not end")
                return b""
            try:
                out = io.BytesIO(frame.decompress(packed))
            except zstandard.ZstdError as error:
                raise OSError(str(error)) from error
            packed, started = frame.unused_data if frame.eof else b"", not frame.eof
            if frame.eof:
                frame = unpacker.decompressobj()
            piece = out.read(size)
        return piece

    return read
