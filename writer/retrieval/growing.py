"""An index in a folder that grows: entries come, change and go without building it anew, in numbered versions.

A version is one commit of tantivy: its files are written first and the list of them (`meta.json`) is replaced in one
step, so a process that is killed at any moment leaves the last version. Number, count and digest lie in the index
itself, in a document of their own that changes in the same commit as the entries. A snapshot keeps the files of its
version open and never sees another one. While a writer writes, the lock of tantivy keeps all others out, in any
process; it goes with the process that holds it.

A deleted or replaced entry is found no more from the next version on, but its words keep counting in the document
frequencies until tantivy merges the segment that it lies in, and the document with the version counts as one entry
more; so scores differ a little from those of an index that was built anew. `open_index` has no such history.

Not here: the texts of the entries. Who needs them keeps them elsewhere, under the same keys.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from writer.entry import Entry
from writer.errors import UserError
from writer.retrieval import soundness
from writer.retrieval.fields import (
    STATE,
    added_up,
    damaged,
    digest_from,
    document,
    is_damage,
    keys_query,
    make,
    mark,
    marks_of,
    noted_query,
    opened,
    state_document,
    writer_of,
)
from writer.retrieval.tantivy_index import TOLD, VERSION, TantivyIndex

_HELD = "held.json"
_AT_ONCE = 1_000
_POLL_SECONDS = 0.05
_Item = TypeVar("_Item")


class _State(NamedTuple):
    version: int
    entries: int
    total: int
    """The sum of the marks of all entries."""


class GrowingIndex:
    """An index in a folder, for one writer at a time and any number of readers.

    `add`, `replace` and `delete` take the lock and gather changes; `commit` makes them one new version; whatever goes
    wrong before it, also in the middle of an iterable that was given, takes back all that was gathered since the last.
    `close`, or the end of a `with` block, takes back what was not committed and lets the lock go. Snapshots may be
    taken from other threads; changes come from one.
    """

    def __init__(self, folder: Path, index: Any, wait: float) -> None:
        self.folder = folder
        self._index = index
        self._wait = wait
        self._writer: Any = None
        self._base: Any = None
        self._now = _State(0, 0, 0)
        self._staged: dict[str, int | None] = {}

    @classmethod
    def open(cls, folder: Path, *, wait: float = 0.0) -> GrowingIndex:
        """The index in this folder, made there if there is none.

        `wait`: for how many seconds a change waits while another process or thread writes. UserError for a folder that
        holds something else, an index of another version, or a damaged one.
        """
        if not folder.is_dir() or not any(folder.iterdir()):
            _start(folder)
        _check_version(folder)
        if not soundness.is_sound(folder):
            raise damaged(f"files in {folder} are missing or are not what was written")
        growing = cls(folder, opened(folder), wait)
        growing.snapshot()
        return growing

    # Reading

    def snapshot(self) -> TantivyIndex:
        """The last committed version, for as long as it is held, whatever is written meanwhile."""
        try:
            self._index.reload()
            searcher = self._index.searcher()
            state = _state(self._index.schema, searcher)
            return TantivyIndex(
                self._index,
                digest_from(state.total),
                searcher=searcher,
                entries=state.entries,
                version=state.version,
            )
        except BaseException as error:
            if not is_damage(error):
                raise
            raise damaged(f"{self.folder}: {error}") from error

    @property
    def version(self) -> int:
        """The number of the last committed version; an empty new index is version 0."""
        return self.snapshot().version

    # Writing

    def add(self, entries: Iterable[Entry]) -> None:
        """Entries whose keys are not there yet. UserError for one that is."""
        with self._staging():
            for some in _chunks(entries):
                known = self._known(some)
                for entry in some:
                    if entry.key in known or self._staged.get(entry.key) is not None:
                        raise UserError(
                            f"The index already holds an entry {entry.key!r}.",
                            hint="Replace it, or choose another key.",
                        )
                    self._put(entry)

    def replace(self, entries: Iterable[Entry]) -> None:
        """Entries in the place of those with the same keys; one whose key is not there is added."""
        with self._staging():
            for some in _chunks(entries):
                self._drop({entry.key for entry in some}, self._known(some))
                for entry in some:
                    if self._staged.get(entry.key) is not None:  # twice among these: the last one stays
                        self._drop({entry.key}, {})
                    self._put(entry)

    def delete(self, keys: Iterable[str]) -> None:
        """The entries with these keys go. UserError for a key that is not there."""
        with self._staging():
            for some in _chunks(dict.fromkeys(keys)):
                known = self._known(some)
                for key in some:
                    if key not in known and self._staged.get(key) is None:
                        raise UserError(f"The index holds no entry {key!r}.", hint="Keys are matched exactly.")
                self._drop(set(some), known)

    def commit(self) -> int:
        """Make the changes since the last commit one new version; its number. Without changes nothing happens."""
        if not self._staged:
            return self.version
        with self._staging():
            state = self._now._replace(version=self._now.version + 1)
            self._write("delete_documents_by_term", "note", STATE)
            self._write("add_document", state_document(json.dumps(state._asdict()).encode()))
            self._write("commit")
        self._look()
        soundness.note(self.folder)
        return state.version

    def rollback(self) -> None:
        """Take back what was not committed."""
        if self._writer is not None and self._staged:
            self._take_back()

    def close(self) -> None:
        """Take back what was not committed, let merges end and let the lock go. Closing twice is fine."""
        if self._writer is None:
            return
        try:
            self.rollback()
        finally:
            (self.folder / _HELD).unlink(missing_ok=True)
            writer, self._writer, self._base = self._writer, None, None
            writer.wait_merging_threads()
        soundness.note(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # How

    @contextlib.contextmanager
    def _staging(self) -> Iterator[None]:
        """The lock is held inside; whatever goes wrong takes back all that is not committed."""
        if self._writer is None:
            self._writer = self._locked()
            # A killed writer may have left the file of a deletion under the very name that ours will get.
            self._write("garbage_collect_files")
            self._look()
        try:
            yield
        except BaseException:
            with contextlib.suppress(ValueError):  # a writer that has died cannot roll back; nothing of it was kept
                self._take_back()
            raise

    def _take_back(self) -> None:
        self._writer.rollback()
        self._look()

    def _write(self, what: str, *given: Any) -> None:
        try:
            getattr(self._writer, what)(*given)
        except (ValueError, OSError) as error:
            raise UserError(f"{self.folder} could not be written: {error}", hint="Is the disk full?") from error

    def _locked(self) -> Any:
        until = time.monotonic() + self._wait
        while True:
            try:
                writer = writer_of(self._index)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise UserError(f"{self.folder} cannot be written: {error}", hint="May you write there?") from error
                if time.monotonic() >= until:
                    raise UserError(
                        f"{self.folder} is being written by {_holder(self.folder)}.",
                        hint="Try again when it has finished, or wait for it (`wait`, in seconds).",
                    ) from error
                time.sleep(_POLL_SECONDS)
            else:
                import platform

                since = datetime.now(UTC).isoformat(timespec="seconds")
                held = {"process": os.getpid(), "machine": platform.node(), "since": since}
                (self.folder / _HELD).write_text(json.dumps(held), "utf-8")
                return writer

    def _look(self) -> None:
        """Start from the last committed version."""
        self._index.reload()
        self._base = self._index.searcher()
        self._now = _state(self._index.schema, self._base)
        self._staged = {}

    def _known(self, some: Sequence[Entry | str]) -> dict[str, int]:
        """The marks of those of these keys that are in the last version and were not touched since."""
        keys = {item if isinstance(item, str) else item.key for item in some}
        keys -= self._staged.keys()
        if not keys or not self._now.version:
            return {}
        query = keys_query(self._index.schema, keys)
        addresses = [address for _, address in self._base.search(query, len(keys), count=False).hits]
        found = [str(self._base.doc(address)["key"][0]) for address in addresses]
        return dict(zip(found, marks_of(self._base, addresses), strict=True))

    def _put(self, entry: Entry) -> None:
        its_mark = mark(entry)
        self._write("add_document", document(entry, its_mark))
        self._staged[entry.key] = its_mark
        self._now = self._now._replace(entries=self._now.entries + 1, total=added_up((self._now.total, its_mark)))

    def _drop(self, keys: set[str], known: dict[str, int]) -> None:
        for key in keys:
            its_mark = self._staged.get(key)
            if its_mark is None:
                its_mark = known.get(key)
            if its_mark is None:
                continue
            self._write("delete_documents_by_term", "key", key)
            self._staged[key] = None
            self._now = self._now._replace(entries=self._now.entries - 1, total=added_up((self._now.total, -its_mark)))


def _start(folder: Path) -> None:
    """Version 0, made beside the folder and moved into its place whole; if another was quicker, that one counts."""
    import tempfile

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise UserError(f"{folder} cannot be made: {error}", hint="May you write there?") from error
    try:
        writer = writer_of(make(making))
        writer.add_document(state_document(json.dumps(_State(0, 0, 0)._asdict()).encode()))
        writer.commit()
        writer.wait_merging_threads()
        soundness.note(making)
        (making / TOLD).write_text(json.dumps({"grows": True, "version": VERSION}), "utf-8")
        with contextlib.suppress(OSError):
            making.replace(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _check_version(folder: Path) -> None:
    try:
        told = json.loads((folder / TOLD).read_text("utf-8"))
        grows, version = told["grows"], told["version"]
    except FileNotFoundError as error:
        raise UserError(
            f"{folder} is not an index that grows.", hint="Name an empty folder, or one it made."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(f"{folder / TOLD} cannot be read") from error
    if grows is not True or version != VERSION:
        raise UserError(
            f"{folder} was written by another version of this program (index {version}, here {VERSION}).",
            hint="Delete the folder and add the entries again.",
        )


def _state(schema: Any, searcher: Any) -> _State:
    found = searcher.search(noted_query(schema), 2, count=False).hits
    if len(found) != 1:
        raise ValueError("its account of itself is missing")
    state = _State(**json.loads(bytes(searcher.doc(found[0][1])[STATE][0])))
    if searcher.num_docs != state.entries + 1:
        raise ValueError(f"it holds {searcher.num_docs - 1} entries instead of {state.entries}")
    return state


def _holder(folder: Path) -> str:
    try:
        held = json.loads((folder / _HELD).read_text("utf-8"))
        return f"process {held['process']} on {held['machine']}, since {held['since']}"
    except (OSError, ValueError, KeyError, TypeError):  # it has only just begun, or has just ended
        return "another process"


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
