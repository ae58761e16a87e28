"""What a corpus is made of: entries, where they were read, and what reading did to them.

Titles and abstracts are held clean (LaTeX and HTML turned to Unicode once, at reading); `raw_title` and
`raw_abstract` keep what the file said. Offsets of evidence always count characters of the clean text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class Source:
    """The place where an entry was read."""

    file: str
    """The path as the user gave it."""
    line: int
    """Counted from 1."""
    under: str = ""
    """The name a listing stands under (a page of one person's papers). Never taken for an author."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f" (under {self.under!r})" if self.under else "")

    @property
    def label(self) -> str:
        """The place without its folder, the same on every machine: `corpus.bib:12`."""
        return f"{PurePath(self.file).name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Author:
    """A person (`family`, `given`) or an organisation (`family` alone)."""

    family: str
    given: str = ""

    def __str__(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper of the corpus. `title` may be empty; `key` is what drafts cite."""

    key: str
    title: str
    abstract: str
    source: Source
    authors: tuple[Author, ...] = ()
    more_authors: bool = False
    """The record says `and others`: the list of authors is not complete."""
    year: int | None = None
    venue: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    url: str | None = None
    kind: str = "misc"
    """The BibTeX type: article, inproceedings, misc …"""
    fields: tuple[tuple[str, str], ...] = ()
    """The user's own BibTeX fields as written, in their order, for a `.bib` that says the same."""
    raw_title: str = ""
    raw_abstract: str = ""
    aliases: tuple[str, ...] = ()
    """Keys of merged duplicates; they keep resolving to this entry."""
    sources: tuple[Source, ...] = ()
    """Every place the same work was read, `source` first."""
    truncated: bool = False
    """The abstract was cut by whoever stored it."""
    language: str | None = None
    """ISO 639-1, as the record says or as its text leaves no doubt; None where it is not told."""
    pmid: str | None = None

    @property
    def text(self) -> str:
        """Title and abstract, as the index sees them."""
        return f"{self.title}\n{self.abstract}" if self.title else self.abstract


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that could not be read, and why."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Match:
    """Two records, and what they have in common or what keeps them apart, in words."""

    one: Source
    other: Source
    because: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Records taken for the same work: the key that stayed, all places, and the reason."""

    kept: str
    source: Source
    dropped: tuple[Source, ...]
    because: str
    records: tuple[tuple[str, Source], ...] = ()
    """Each record by the digest of its content, the name by which a decision can speak of it."""
    fields: tuple[tuple[str, Source], ...] = ()
    """Each field that says something, and the place its value was taken from."""
    matches: tuple[Match, ...] = ()
    """Which record was joined to which, and by what."""


@dataclass(frozen=True)
class Corpus:
    """Entries by citation key in reading order, with an account of how they were read.

    `digest` covers the entries' content alone: the same papers read from other folders or in another order
    have the same digest.
    """

    entries: Mapping[str, Entry]
    digest: str
    skipped: tuple[Skipped, ...] = ()
    merged: tuple[Merge, ...] = ()
    read: tuple[tuple[str, int], ...] = ()
    """(file, entries read from it before merging), in reading order."""

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __getitem__(self, key: str) -> Entry:
        entry = self.get(key)
        if entry is None:
            raise KeyError(key)
        return entry

    def get(self, key: str) -> Entry | None:
        """The entry under this key or alias, or None. Nothing is matched by likeness."""
        found = self.entries.get(key)
        if found is not None:
            return found
        return next((entry for entry in self if key in entry.aliases), None)

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the files read, without their folders."""
        return tuple(PurePath(file).name for file, _ in self.read)
