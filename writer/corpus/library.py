"""A corpus kept on disk: one folder, every change a version, every version readable for ever.

What is kept are the records as they were read; merging and keys are computed by the code that does it for files, so a
library and its files are the same corpus. Versions are numbered from 1 and hold no date: the same changes give the
same library on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

from writer.corpus import library_paths, library_read
from writer.corpus.decisions import Decisions, record_digest
from writer.corpus.library_rows import Difference, Row, State, compared, unpacked, without
from writer.corpus.library_store import BUSY_SECONDS, Listed, Store, Version, refuse_folder
from writer.corpus.load import corpus_of, load
from writer.corpus.reading import Piece, Progress
from writer.entry import Corpus, Entry, Merge, Skipped, Source
from writer.errors import CorpusError

Placed = tuple[State, Row, Piece]
_AT_ONCE = 5000
"""Records whose texts are held at once while a version is read."""


class Place(NamedTuple):
    """A key as a file has it (or nothing), and where."""

    key: str
    source: Source


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did to a library. Where it changed nothing, `version` is the one that was there."""

    version: Version
    made: bool
    """Whether a version was made."""
    added: tuple[Place, ...] = ()
    changed: tuple[Place, ...] = ()
    already: tuple[Place, ...] = ()
    """Read, and in the library as it is."""
    removed: tuple[Place, ...] = ()
    missing: tuple[Place, ...] = ()
    """No longer in the file they came from, and kept."""
    withheld: tuple[Place, ...] = ()
    """In the file, and left out because they were removed by hand."""
    merged: tuple[Merge, ...] = ()
    """Works that a record just read is part of, with others."""
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list tells of an entry."""

    key: str
    authors: tuple[str, ...]
    """Family names, the first two at most."""
    title: str
    opening: str
    """Of the abstract, where there is no title."""
    year: int | None
    places: int
    """How many records the work was read from."""


class Library:
    """An open library. Use it as a context, so that its file is closed."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, folder: str | Path, *, make: bool = False, busy: float = BUSY_SECONDS) -> Self:
        """The library in a folder; with `make` a new one where the folder is new or empty.

        `busy` is how many seconds to wait for another process that writes. Raises CorpusError where there is no
        library, none can be made, or it is damaged or of another format.
        """
        folder = Path(folder)
        library_paths.refuse_version(folder, make)
        if not make and not library_paths.is_library(folder):
            raise CorpusError(f"{folder} is not a library", hint=f"make one: writer corpus add {folder} PATH")
        return cls(Store.open(folder, make=make, busy=busy))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.store.__exit__()

    def versions(self) -> list[Version]:
        """All versions, oldest first."""
        return self.store.versions()

    def version(self, asked: str | int = "") -> Version:
        """The version of a number, the first of a corpus digest or its beginning (`sha256:3fa9c1`), or the newest.

        Versions with the same digest hold the same entries; only lines in their files may differ.
        """
        if asked == "":
            return self.store.newest()
        versions, name = self.versions(), str(asked)
        found = [v for v in versions if str(v.number) == name or (":" in name and v.digest.startswith(name))]
        if not found:
            held = f"it has versions 1 to {len(versions)}" if versions else "it has none yet"
            folder = self.store.folder
            hint = f"writer corpus list {folder} --versions"
            raise CorpusError(f"{folder} has no version {asked}; {held}", hint=hint)
        return found[0]

    def pieces(self, version: int) -> Iterator[Piece]:
        """The records of a version as they were read, in the order of their files."""
        return (piece for _, _, piece in self.placed(version))

    def placed(self, version: int) -> Iterator[Placed]:
        """The same, each with the file's state and row that it comes from."""
        rows = ((state, row) for state in self.store.states(version) for row in state.rows if row.live)
        while some := list(islice(rows, _AT_ONCE)):
            bodies = self.store.records(row.record for _, row in some)
            for state, row in some:
                yield state, row, unpacked(bodies[row.record], state.name, row.line)

    def corpus(self, version: int | None = None) -> Corpus:
        """The corpus of a version, the newest by default; it may be empty."""
        number = self.store.newest().number if version is None else version
        return corpus_of(self.pieces(number), self.decisions(number))

    def decisions(self, version: int) -> Decisions:
        """What was decided on merging up to a version."""
        body = self.store.decisions(version)
        return Decisions.from_json(body) if body else Decisions()

    def split(self, key: str, place: str) -> Change:
        """Keep one record of an entry, told by its place (`papers.jsonl:12`), apart from the others.

        Raises CorpusError where the entry was not merged, or of no record at that place.
        """
        with self.store.writing():
            newest = self.store.newest()
            corpus = self.corpus(newest.number)
            kept = corpus.get(key)
            merge = next((merge for merge in corpus.merged if kept is not None and merge.kept == kept.key), None)
            if merge is None:
                self._listed(key)
                raise CorpusError(f"{key!r} is one record alone", hint="only what was merged can be split")
            found = {name for name, source in merge.records if place in (str(source), source.label, _plain(source))}
            if len(found) != 1:
                places = ", ".join(_plain(source) for _, source in merge.records)
                raise CorpusError(f"{place!r} names no record of {key!r}", hint=f"one of: {places}")
            decisions = self.decisions(newest.number).split(merge, found.pop())
            return self._decide(newest, decisions, f"split {merge.kept}, {place}")

    def join(self, one: str, other: str) -> Change:
        """Take two entries for one work, whatever keeps them apart; takes a `split` of them back.

        Raises CorpusError where a key is none of the library's, or both are of one entry.
        """
        with self.store.writing():
            newest = self.store.newest()
            keys = [self._listed(key).key for key in (one, other)]
            if keys[0] == keys[1]:
                raise CorpusError(f"{one!r} and {other!r} are one entry already", hint="there is nothing to join")
            names = [self._names(key) for key in keys]
            decisions = self.decisions(newest.number)
            between = {(min(a, b), max(a, b)) for a in names[0] for b in names[1]}
            decisions = Decisions(tuple(pair for pair in decisions.apart if pair not in between), decisions.together)
            return self._decide(newest, decisions.joined(names[0][0], names[1][0]), f"join {keys[0]} and {keys[1]}")

    def _names(self, key: str) -> list[str]:
        """The records of an entry, by the digests that decisions name them by."""
        places = json.loads(self._listed(key).body)["records"]
        bodies = self.store.records(record for record, _, _ in places)
        return [record_digest(unpacked(bodies[record], file, line).entry) for record, file, line in places]

    def _decide(self, newest: Version, decisions: Decisions, what: str) -> Change:
        self.store.keep_decisions(newest.number + 1, decisions.to_json())
        return self._confirm(Change(newest, False), what, [], decided=True)

    def add(self, paths: str | Path | Sequence[str | Path], *, progress: Progress | None = None) -> Change:
        """Read files, directories and patterns as `load` does, and keep what is not there yet.

        Of a file that was added before, what changed under its key is changed, what left it is kept and told. A record
        that another file holds word for word adds nothing, unless its file holds others that do.
        """
        return self.take(library_read.read(paths, progress))

    def take(self, found: library_read.Reading) -> Change:
        """The same with files that have been read."""
        with self.store.writing():
            return self._take(found, "add", follow=False)

    def follow(self, path: str | Path) -> Change:
        """Make the library hold of one file what the file holds now: what left it is removed.

        Raises CorpusError, and changes nothing, for a file that ends within an entry, as one half written does.
        """
        found = library_read.read(path, None)
        for file in found.files:
            library_read.refuse_half_written(file)
        with self.store.writing():
            return self._take(found, "follow", follow=True)

    def remove(self, keys: Collection[str]) -> Change:
        """Take entries out, told by key or alias, with all the records that they were merged from."""
        with self.store.writing():
            records = {record for key in keys for record, _, _ in json.loads(self._listed(key).body)["records"]}
            before = self.store.states(self.store.newest().number)
            after = [without(state, records) for state in before]
            places = self._places(before, [row for s in before for row in s.rows if row.record in records and row.live])
            change = Change(self.store.newest(), False, removed=places)
            what = "remove " + ", ".join(sorted({self._listed(key).key for key in keys}))
            return self._confirm(change, what, [new for new, old in zip(after, before, strict=True) if new != old])

    def summaries(self) -> list[Summary]:
        """What the newest version holds, in the order of reading, without reading it all."""
        return [_summary(row) for row in self.store.listed()]

    def entry(self, key: str) -> Entry:
        """The entry of the newest version under a key or alias. Raises CorpusError where there is none."""
        with self.store.reading():
            listed = self._listed(key)
            places = json.loads(listed.body)["records"]
            bodies = self.store.records(record for record, _, _ in places)
            decisions = self.decisions(self.store.newest().number)
        corpus = corpus_of([unpacked(bodies[record], file, line) for record, file, line in places], decisions)
        if len(corpus) != 1:
            return self.corpus()[key]
        return replace(next(iter(corpus)), key=listed.key)

    def _listed(self, key: str) -> Listed:
        """The line of the list for a key or alias."""
        found = self.store.listed(key)
        if found and found[0].alias_of:
            found = self.store.listed(found[0].alias_of)
        if not found:
            folder = self.store.folder
            raise CorpusError(f"{folder} holds no entry {key!r}", hint=f"writer corpus list {folder}")
        return found[0]

    def _take(self, found: library_read.Reading, what: str, *, follow: bool) -> Change:
        """Bring the states of files in line with what was read in them."""
        newest = self.store.newest()
        before = {state.path: state for state in self.store.states(newest.number)}
        live = {row.record for state in before.values() for row in state.rows if row.live}
        states: list[State] = []
        told: dict[str, list[Place]] = {}
        for file in found.files:
            old = before.get(file.path)
            state = library_read.kept(self.store, file)
            if old is None and not follow and all(row.record in live for row in state.rows):
                _tell(told, "already", state, state.rows)
                continue
            difference = compared(old.rows if old else (), state.rows, follow=follow)
            state = state._replace(rows=difference.rows)
            if old is None or (state.rows, state.pieces) != (old.rows, old.pieces):
                states.append(state)
            self._tell_difference(told, difference, state, live)
        of = {kind: tuple(places) for kind, places in told.items()}
        change = Change(
            newest,
            False,
            added=of.get("added", ()),
            changed=of.get("changed", ()),
            already=of.get("already", ()),
            removed=of.get("removed", ()),
            missing=of.get("missing", ()),
            withheld=of.get("withheld", ()),
            skipped=tuple(found.skipped),
        )
        names = ", ".join(dict.fromkeys(Path(state.name).name for state in states))
        return self._confirm(change, f"{what} {names}", states)

    def _tell_difference(
        self, told: dict[str, list[Place]], difference: Difference, state: State, live: Collection[int]
    ) -> None:
        added = [row for row in difference.added if row.record not in live]
        _tell(told, "added", state, added)
        _tell(told, "already", state, [row for row in difference.added if row.record in live] + difference.same)
        for kind in ("changed", "removed", "missing", "withheld"):
            _tell(told, kind, state, getattr(difference, kind))

    def _places(self, states: Sequence[State], rows: Collection[Row]) -> tuple[Place, ...]:
        return tuple(
            Place(row.key, Source(state.name, row.line)) for state in states for row in state.rows if row in rows
        )

    def _confirm(self, change: Change, what: str, states: Sequence[State], *, decided: bool = False) -> Change:
        """Make a version of these states, if there are any, or of what was decided; within a transaction."""
        if not states and not decided:
            return change
        number = change.version.number + 1
        for state in states:
            self.store.keep_state(number, state)
        placed = list(self.placed(number))
        corpus = corpus_of((piece for _, _, piece in placed), self.decisions(number))
        change = replace(change, added=_held(change.added, corpus, placed))
        what = what if decided else f"{what}: {_counted(change)}"
        version = Version(number, corpus.digest, len(corpus), what)
        self.store.keep_version(version, _list_of(corpus, placed))
        read = {place.source for place in (*change.added, *change.changed)}
        merged = [m for m in corpus.merged if any(Source(s.file, s.line) in read for s in (m.source, *m.dropped))]
        names = {state.name for state in states}
        skipped = (*change.skipped, *(skip for skip in corpus.skipped if skip.file in names))
        return replace(change, version=version, made=True, merged=tuple(merged), skipped=skipped)


def add(folder: str | Path, paths: Sequence[str | Path], *, progress: Progress | None = None) -> Change:
    """`Library.add` to the library in a folder; a new one is made only once something was read for it."""
    folder = Path(folder)
    if library_paths.is_library(folder):
        with Library.open(folder, make=True) as library:
            return library.add(paths, progress=progress)
    library_paths.refuse_version(folder, make=True)
    refuse_folder(folder)
    found = library_read.read(paths, progress)
    if not found.files:
        places = ", ".join(str(path) for path in paths)
        raise CorpusError(f"nothing that can be read as a corpus: {places}", hint=f"{folder} was not made")
    with Library.open(folder, make=True) as library:
        return library.take(found)


def load_library(folder: str | Path, version: str | int | None = None) -> Corpus:
    """The corpus of a library or one of its versions: `load` of the folder or of `LIB@N`, whose errors it raises."""
    return load(str(folder) if version is None else f"{folder}@{version}")


def pieces_of(path: str | Path) -> Iterator[Piece]:
    """The records of the library that a path names, as a file would give them."""
    named = library_paths.named(path)
    if named is not None:
        with Library.open(named.folder) as library:
            version = library.version(named.version)
            if not version.entries:
                raise CorpusError(f"{path} is empty", hint=f"writer corpus add {named.folder} PATH")
            yield from library.pieces(version.number)


def decided(libraries: Sequence[library_paths.Named], given: Decisions | None) -> Decisions:
    """What the user decided on merging in these libraries, and besides."""
    all_of_them = [given or Decisions()]
    for named in libraries:
        with Library.open(named.folder) as library:
            all_of_them.append(library.decisions(library.version(named.version).number))
    return Decisions(
        tuple(pair for decisions in all_of_them for pair in decisions.apart),
        tuple(pair for decisions in all_of_them for pair in decisions.together),
    )


def check_version(paths: str | Path | Sequence[str | Path], corpus: Corpus) -> None:
    """Raise CorpusError where one version alone was asked for, and what was read now is not the corpus that it was."""
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    named = library_paths.named(listed[0]) if len(listed) == 1 else None
    if named is None or not named.version:
        return
    with Library.open(named.folder) as library:
        version = library.version(named.version)
    if version.digest != corpus.digest:
        raise CorpusError(
            f"{listed[0]} does not give the corpus that it was: {corpus.digest}, then {version.digest}",
            hint="this release merges or names entries differently: use the one that made the version, or the newest "
            f"version ({named.folder})",
        )


def _tell(told: dict[str, list[Place]], kind: str, state: State, rows: Sequence[Row]) -> None:
    told.setdefault(kind, []).extend(Place(row.key, Source(state.name, row.line)) for row in rows)


def _held(added: Sequence[Place], corpus: Corpus, placed: Sequence[Placed]) -> tuple[Place, ...]:
    """Those that are in the corpus: a key that another work has leaves a record out."""
    held = {id(source) for entry in corpus for source in entry.sources}
    lost = {
        Place(row.key, Source(state.name, row.line))
        for state, row, piece in placed
        if id(piece.entry.source) not in held
    }
    return tuple(place for place in added if place not in lost)


def _counted(change: Change) -> str:
    counts = {kind: len(getattr(change, kind)) for kind in ("added", "changed", "removed")}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "text alone"


def _list_of(corpus: Corpus, placed: Sequence[Placed]) -> list[Listed]:
    # By identity: many records of a JSON file may stand in one line, but each has a Source of its own.
    record_of = {id(source): row.record for _, row, piece in placed for source in piece.entry.sources}
    rows = []
    for place, entry in enumerate(corpus):
        told = {
            "authors": [author.family for author in entry.authors[:2]],
            "title": entry.title,
            "opening": "" if entry.title else entry.abstract[:60],
            "year": entry.year,
            "records": [[record_of[id(source)], source.file, source.line] for source in entry.sources],
        }
        rows.append(Listed(entry.key, "", place, json.dumps(told, ensure_ascii=False, separators=(",", ":"))))
        rows += [Listed(alias, entry.key, place, "") for alias in entry.aliases]
    return rows


def _summary(row: Listed) -> Summary:
    told = json.loads(row.body)
    return Summary(row.key, tuple(told["authors"]), told["title"], told["opening"], told["year"], len(told["records"]))


def _plain(source: Source) -> str:
    return f"{source.file}:{source.line}"
