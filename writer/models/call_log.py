"""The file that calls are kept in: SQLite, so that a crash at any point leaves every answer that was confirmed.

Several processes may use one file at once. Each row carries a digest of its content, and the whole file is verified
when it is opened: one that is damaged, of another version or not a call log at all is set aside under another name,
never read and never overwritten.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Self, TypeVar

from writer.errors import UserError
from writer.models.calls import Call, canonical, key_of

VERSION = 1
_APPLICATION = int.from_bytes(b"wrtr")
"""Marks the file as ours, in SQLite's own header."""
_BUSY_SECONDS = 60.0
"""How long to wait for another process; its longest hold of the file is the check of a big log."""
_SCHEMA = """
CREATE TABLE calls (
    key TEXT PRIMARY KEY, prompt TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL,
    final INTEGER NOT NULL, digest TEXT NOT NULL
)
"""
_COLUMNS = "key, prompt, request, answer, final, digest"
_KEEP = f"""
INSERT INTO calls ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET prompt = excluded.prompt, answer = excluded.answer, final = excluded.final,
    digest = excluded.digest
WHERE calls.final = 0
"""
_NOT_DAMAGE = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM,
}  # fmt: skip
"""Failures that say nothing on the content of the file."""

_UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What reading raises; names in a damaged schema need not be text."""

T = TypeVar("T")
_Row = tuple[bytes, bytes, bytes, bytes, int, bytes]


class _Damaged(Exception):
    """What is wrong with a file that was to be a call log, in a few words."""


class CallLog:
    """Calls by their key. Safe to use from several threads and processes.

    `notes` tells what was set aside when the log was opened, and what could not be kept or read since.
    """

    def __init__(self, connection: sqlite3.Connection, name: str, notes: list[str]) -> None:
        self.notes = notes
        self._name = name
        self._connection = connection
        self._lock = Lock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """The log at `path`, made where there is none. Raises UserError where no file can be kept there."""
        notes: list[str] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _verify_or_set_aside(path, notes)
            return cls(_connect(path), str(path), notes)
        except _Damaged as damage:  # by another process, since it was verified
            raise _unusable(path, damage) from damage
        except (OSError, *_UNREADABLE) as error:
            raise _unusable(path, error) from error

    @classmethod
    def in_memory(cls) -> Self:
        """A log that ends with the process."""
        return cls(_prepare(_connection(":memory:")), "the log in memory", [])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __len__(self) -> int:
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM calls").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def find(self, key: str) -> Call | None:
        """The call under this key; None where there is none, or none that can be trusted."""
        return self._try(lambda: self._find(key), "an answer could not be looked up, so it is asked for")

    def keep(self, call: Call) -> Call:
        """Store a call, on disk when this returns. A final answer that is there already stays, and is returned.

        Where it cannot be stored (a full disk), that is a note, and the answer is still there for whoever asked.
        """

        def keep() -> Call | None:
            self._connection.execute(_KEEP, _row(call))
            return self._find(call.key)

        return self._try(keep, f"the answer to the prompt {call.prompt!r} could not be kept") or call

    def _find(self, key: str) -> Call | None:
        found = self._connection.execute(f"SELECT {_COLUMNS} FROM calls WHERE key = ?", (key,)).fetchone()
        return None if found is None else _call(found)

    def _try(self, action: Callable[[], T | None], otherwise: str) -> T | None:
        with self._lock:
            try:
                return action()
            except (*_UNREADABLE, _Damaged) as error:
                note = f"{self._name}: {otherwise}: {error}"
                if note not in self.notes:
                    self.notes.append(note)
                return None


def _connection(name: str) -> sqlite3.Connection:
    """A connection in which each statement is a transaction, unless one is begun, and text comes as bytes."""
    connection = sqlite3.connect(name, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.text_factory = bytes  # damaged text need not be UTF-8
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = _connection(str(path))
    try:
        return _prepare(connection)
    except BaseException:
        connection.close()
        raise


def _prepare(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Make the table where there is none, in one transaction: of two processes one finds it made."""
    connection.execute("PRAGMA synchronous = FULL")  # an answer survives the machine's end too
    connection.execute("BEGIN IMMEDIATE")
    if _is_new(connection):
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def _is_new(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever put in. Raises _Damaged for what is not a call log of this version."""
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if not tables and application == 0:
        return True
    if application != _APPLICATION:
        raise _Damaged("it is a database of something else")
    if version != VERSION:
        raise _Damaged(f"it is a call log of version {version}, and this is version {VERSION}")
    if tables != [b"calls"]:
        raise _Damaged("it does not hold the table of calls")
    return False


def _verify_or_set_aside(path: Path, notes: list[str]) -> None:
    """Leave at `path` a sound log, or nothing. What was there is under another name, and a note says so."""
    if not path.exists() or _fault(path) is None:
        return
    with _alone(path):
        # Another process may have set it aside while this one waited.
        fault = _fault(path) if path.exists() else None
        if fault is not None:
            notes.append(f"{path} cannot be used: {fault}; it is now {_set_aside(path)}, and a new log is begun")


def _fault(path: Path) -> str | None:
    """What is wrong with the file, or None."""
    try:
        with closing(_connection(str(path))) as connection:
            _verify(connection)
    except _Damaged as damage:
        return str(damage)
    except _UNREADABLE as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _NOT_DAMAGE:
            raise
        return str(error)
    return None


def _verify(connection: sqlite3.Connection) -> None:
    if _is_new(connection):
        return
    (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if sound != b"ok":
        raise _Damaged(f"it is damaged ({sound.decode(errors='replace')})")
    for row in connection.execute(f"SELECT {_COLUMNS} FROM calls"):
        _call(row)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Be the only process that sets this log aside. SQLite locks files on every system; a crash unlocks them."""
    with closing(_connection(str(path.with_name(f".{path.name}.lock")))) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def _set_aside(path: Path) -> Path:
    """Rename the log, with the two files that SQLite keeps beside it, to a name that is free."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _unusable(path: Path, error: Exception) -> UserError:
    return UserError(
        f"{path}: no call log can be kept there: {error}", hint="name another file with --log, or give --no-log"
    )


def _row(call: Call) -> tuple[str, str, str, str, int, str]:
    texts = (call.key, call.prompt, canonical(call.request), canonical(call.answer))
    return (*texts, int(call.final), _digest(*(text.encode() for text in texts)))


def _call(row: _Row) -> Call:
    """The call in a row. Raises _Damaged where any of it is not what was put in."""
    *texts, final, digest = row
    if not all(isinstance(text, bytes) for text in (*texts, digest)) or digest.decode(errors="replace") != _digest(
        *texts
    ):
        raise _Damaged("an answer in it is damaged")
    key, prompt, request, answer = (text.decode() for text in texts)
    call = Call(key, prompt, json.loads(request), json.loads(answer))
    if key_of(call.request) != key or final != call.final:
        raise _Damaged("an answer in it does not belong to its request")
    return call


def _digest(*texts: bytes) -> str:
    whole = hashlib.sha256()
    for text in texts:
        whole.update(len(text).to_bytes(8) + text)
    return whole.hexdigest()
