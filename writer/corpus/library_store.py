"""The file of a library: SQLite, so that a crash at any point leaves every version that was confirmed.

A version is one transaction, on disk when it is over (WAL, synchronous FULL). Writers wait for each other, readers
for nobody. What is kept is never changed: records and pieces of text are kept once under the digest of their content,
and each version adds the states of the files that it changed. Knows tables, not what a change means. Not for network
drives, on which SQLite's lock files do not hold.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from writer.corpus.library_paths import FILE
from writer.corpus.library_rows import Row, State
from writer.errors import CorpusError

FORMAT = 1
_APPLICATION = int.from_bytes(b"wrlb")
"""Marks the file as a library, in SQLite's own header."""
BUSY_SECONDS = 60.0
"""How long to wait for another writer; its longest hold of the file is the merging of a big library."""
_SCHEMA = (
    "CREATE TABLE record (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body TEXT NOT NULL)",
    "CREATE TABLE piece (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body BLOB NOT NULL)",
    "CREATE TABLE file (id INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL UNIQUE)",
    "CREATE TABLE state (file INTEGER NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,"
    " PRIMARY KEY (file, version)) WITHOUT ROWID",
    "CREATE TABLE decisions (version INTEGER PRIMARY KEY, body TEXT NOT NULL)",
    "CREATE TABLE version (number INTEGER PRIMARY KEY, digest TEXT NOT NULL, entries INTEGER NOT NULL,"
    " what TEXT NOT NULL)",
    # Of the newest version alone, so that one entry is found without reading all.
    "CREATE TABLE listed (key TEXT PRIMARY KEY, alias_of TEXT NOT NULL, place INTEGER NOT NULL, body TEXT NOT NULL)"
    " WITHOUT ROWID",
)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_MANY = 500
"""Values in one statement."""


class Version(NamedTuple):
    """A confirmed state of a library."""

    number: int
    digest: str
    """Of the corpus, as drafts name it."""
    entries: int
    what: str
    """What was done, in words."""


class Listed(NamedTuple):
    """A key of the newest version: an entry's, with what a list tells of it, or an alias of one."""

    key: str
    alias_of: str
    place: int
    body: str


class Store:
    """An open library file. Errors of the disk and of other writers leave as CorpusError."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection

    @classmethod
    def open(cls, folder: Path, *, make: bool = False, busy: float = BUSY_SECONDS) -> Self:
        """The library in a folder; with `make` it is made where there is none."""
        with _told(folder):
            if make:
                _make_folder(folder)
            options = f"mode={'rwc' if make else 'rw'}{_immutable(folder)}"
            uri = f"{(folder / FILE).absolute().as_uri()}?{options}"
            connection = sqlite3.connect(uri, uri=True, timeout=busy, isolation_level=None, check_same_thread=False)
            try:
                _prepare(folder, connection, make)
            except BaseException:
                connection.close()
                raise
            return cls(folder, connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One change, kept whole when the block ends and not at all when it raises."""
        with _told(self.folder):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with _told(self.folder):
                self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several looks at one and the same moment."""
        with _told(self.folder):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    def versions(self) -> list[Version]:
        """All versions, oldest first."""
        return [Version(*row) for row in self._all("SELECT number, digest, entries, what FROM version ORDER BY number")]

    def newest(self) -> Version:
        """The newest version; number 0 where nothing was ever added."""
        found = self._all("SELECT number, digest, entries, what FROM version ORDER BY number DESC LIMIT 1")
        return Version(*found[0]) if found else Version(0, "", 0, "")

    def states(self, version: int) -> list[State]:
        """The files as they were in a version, in the order in which they first came."""
        rows = self._all(
            "SELECT file.id, name, path, body FROM state JOIN file ON file.id = state.file"
            " WHERE version = (SELECT max(version) FROM state AS s WHERE s.file = file.id AND s.version <= ?)"
            " ORDER BY file.id",
            version,
        )
        return [_state(*row) for row in rows]

    def records(self, wanted: Iterable[int]) -> dict[int, str]:
        """The bodies of these records."""
        return {number: body.decode() for number, body in self._bodies("record", wanted).items()}

    def pieces(self, wanted: Iterable[int]) -> dict[int, bytes]:
        """The bytes of these pieces of text."""
        return self._bodies("piece", wanted)

    def keep_records(self, bodies: Sequence[str]) -> list[int]:
        """Numbers of these records, which are kept where they are new."""
        return self._keep("record", [body.encode() for body in bodies], bodies)

    def keep_pieces(self, pieces: Sequence[bytes]) -> list[int]:
        """Numbers of these pieces of text, which are kept where they are new."""
        return self._keep("piece", pieces, [zlib.compress(piece, 6) for piece in pieces])

    def file(self, name: str, path: str) -> tuple[int, str]:
        """The number and the name of the file at a path, which are given to it when it is first met."""
        self._run("INSERT INTO file (name, path) VALUES (?, ?) ON CONFLICT DO NOTHING", [(name, path)])
        number, kept = self._all("SELECT id, name FROM file WHERE path = ?", path)[0]
        return number, kept

    def keep_state(self, version: int, state: State) -> None:
        """The state of a file from this version on."""
        body = json.dumps([state.pieces, state.rows], separators=(",", ":"))
        self._run("INSERT INTO state VALUES (?, ?, ?)", [(state.file, version, zlib.compress(body.encode(), 6))])

    def decisions(self, version: int) -> str:
        """What was decided on merging up to a version, as JSON; empty where nothing was."""
        found = self._all("SELECT body FROM decisions WHERE version <= ? ORDER BY version DESC LIMIT 1", version)
        return str(found[0][0]) if found else ""

    def keep_decisions(self, version: int, body: str) -> None:
        """What is decided on merging from this version on."""
        self._run("INSERT INTO decisions VALUES (?, ?)", [(version, body)])

    def keep_version(self, version: Version, listed: Sequence[Listed]) -> None:
        """The version itself, and the list of its entries."""
        self._run("INSERT INTO version VALUES (?, ?, ?, ?)", [version])
        was = {Listed(*row) for row in self._all("SELECT key, alias_of, place, body FROM listed")}
        now = set(listed)
        self._run("DELETE FROM listed WHERE key = ?", [(row.key,) for row in was - now])
        self._run("INSERT INTO listed VALUES (?, ?, ?, ?)", sorted(now - was))

    def listed(self, key: str | None = None) -> list[Listed]:
        """The entries of the newest version in their order, without aliases; or the one line of a key or alias."""
        where, values = ("alias_of = ''", ()) if key is None else ("key = ?", (key,))
        found = self._all(f"SELECT key, alias_of, place, body FROM listed WHERE {where} ORDER BY place", *values)
        return [Listed(*row) for row in found]

    def _keep(self, table: str, contents: Sequence[bytes], bodies: Sequence[str] | Sequence[bytes]) -> list[int]:
        digests = [_digest(content) for content in contents]
        before = self._numbers(table, digests)
        new = {digest: body for digest, body in zip(digests, bodies, strict=True) if digest not in before}
        self._run(f"INSERT INTO {table} (digest, body) VALUES (?, ?)", list(new.items()))
        numbers = before | self._numbers(table, list(new))
        return [numbers[digest] for digest in digests]

    def _numbers(self, table: str, digests: Sequence[bytes]) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for start in range(0, len(digests), _MANY):
            some = digests[start : start + _MANY]
            found.update(self._all(f"SELECT digest, id FROM {table} WHERE digest IN ({_marks(some)})", *some))
        return found

    def _bodies(self, table: str, wanted: Iterable[int]) -> dict[int, bytes]:
        numbers = sorted(set(wanted))
        found: dict[int, bytes] = {}
        for start in range(0, len(numbers), _MANY):
            some = numbers[start : start + _MANY]
            listed = f"SELECT id, digest, body FROM {table} WHERE id IN ({_marks(some)})"
            for number, digest, body in self._all(listed, *some):
                found[number] = content = body.encode() if isinstance(body, str) else zlib.decompress(body)
                if _digest(content) != digest:
                    raise _damaged(self.folder, f"{table} {number} is not what was put in")
        if len(found) != len(numbers):
            raise _damaged(self.folder, f"a {table} is missing")
        return found

    def _all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with _told(self.folder):
            return self._connection.execute(statement, values).fetchall()

    def _run(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with _told(self.folder):
            self._connection.executemany(statement, rows)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say what SQLite and the disk say in words of the library."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
            hint = "wait until it is done (or stop it), and try again; nothing was changed"
            raise CorpusError(f"{folder}: another process is writing to this library", hint=hint) from error
        hint = "check the disk and the permissions of the folder"
        raise CorpusError(f"{folder}: the library cannot be used: {error}", hint=hint) from error
    except (sqlite3.DatabaseError, zlib.error, UnicodeDecodeError) as error:
        raise _damaged(folder, str(error)) from error
    except OSError as error:
        hint = "name a folder that can be written to"
        raise CorpusError(f"{folder}: no library can be kept there: {error.strerror or error}", hint=hint) from error


def _damaged(folder: Path, why: str) -> CorpusError:
    hint = "put back a copy of the folder, or make a new library from the files that it was made from"
    return CorpusError(f"{folder}: the library is damaged: {why}", hint=hint)


def refuse_folder(folder: Path) -> None:
    """Raise CorpusError where no library can be made: a folder with files of its own is more likely a slip."""
    if folder.is_file():
        raise CorpusError(f"{folder} is a file, not a library", hint="name the library first, then what to add to it")
    # Another process may be making the same library: its files are no others.
    others = folder.is_dir() and any(not path.name.startswith(FILE) for path in folder.iterdir())
    if others and not (folder / FILE).exists():
        hint = "name a new folder for the library; this one can be added to it"
        raise CorpusError(f"{folder} is a folder of other files, not a library", hint=hint)


def _make_folder(folder: Path) -> None:
    refuse_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)


def _immutable(folder: Path) -> str:
    """Where the folder cannot be written to, SQLite cannot make the files by which readers and writers agree."""
    closed = folder.is_dir() and not os.access(folder, os.W_OK)
    return "&immutable=1" if closed and not (folder / f"{FILE}-wal").exists() else ""


def _prepare(folder: Path, connection: sqlite3.Connection, make: bool) -> None:
    """See that this is a library of a format we know; make its tables where it is new."""
    if make and _is_new(folder, connection):
        connection.execute("BEGIN IMMEDIATE")
        # Of two processes one finds it made.
        if _is_new(folder, connection):
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    elif _is_new(folder, connection):
        raise CorpusError(f"{folder}: nothing was ever added to this library", hint=f"writer corpus add {folder} PATH")
    if make and connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a confirmed version survives the machine's end too


def _is_new(folder: Path, connection: sqlite3.Connection) -> bool:
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if application == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        return True
    if application != _APPLICATION:
        raise CorpusError(f"{folder / FILE} is a database of something else", hint="name another folder")
    if version != FORMAT:
        hint = "use the release of writer that made it, export it there as jsonl, and add that here"
        raise CorpusError(f"{folder}: the library has format {version}, and this release knows {FORMAT}", hint=hint)
    return False


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _state(file: int, name: str, path: str, body: bytes) -> State:
    pieces, rows = json.loads(zlib.decompress(body))
    return State(file, name, path, tuple(pieces), tuple(Row(*row) for row in rows))
