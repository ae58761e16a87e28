"""From paths to a corpus: each work once, under its key, with an account of what was merged and skipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from writer.collector import uncollected
from writer.corpus import keys, library_paths, merge
from writer.corpus.canonical import digest
from writer.corpus.decisions import Decisions, record_digest
from writer.corpus.readers import expected
from writer.corpus.reading import Piece, Progress, pieces
from writer.entry import Corpus, Entry, Match, Merge, Skipped
from writer.errors import CorpusError


def load(
    paths: str | Path | Sequence[str | Path],
    *,
    progress: Progress | None = None,
    decisions: Decisions | None = None,
) -> Corpus:
    """Read files, directories and patterns as one corpus, each work once.

    Directories are read whole, in sorted order, without hidden files; each member of a zip archive is a file. A file
    named twice is read once. What could not be read is listed in `skipped` with file and line, every merge in
    `merged` with all places. `progress` is told how many bytes of how many have been read. `decisions` say which
    records are one work and which are two, whatever the rules of merging say.

    Raises CorpusError where a named file is missing, is not UTF-8 text or holds nothing usable, where a pattern
    matches nothing, and where there is nothing usable at all.
    """
    with uncollected():
        entries, skipped, read = _read(pieces(paths, progress))
        if not entries:
            reasons = "".join(f"\n  {skip}" for skip in skipped[:5])
            named = [paths] if isinstance(paths, str | Path) else paths
            places = ", ".join(str(path) for path in named) or "no path was given"
            raise CorpusError(f"nothing that can be read as a corpus: {places}{reasons}", hint=f"expected {expected()}")
        libraries = library_paths.libraries(paths)
        if not libraries:
            return _corpus(entries, skipped, read, decisions)
        from writer.corpus import library

        corpus = _corpus(entries, skipped, read, library.decided(libraries, decisions))
        library.check_version(paths, corpus)
        return corpus


def corpus_of(found: Iterable[Piece | Skipped], decisions: Decisions | None = None) -> Corpus:
    """The corpus of records that lie in memory, as `load` makes it of those it reads; it may be empty."""
    with uncollected():
        return _corpus(*_read(found), decisions)


def _read(given: Iterable[Piece | Skipped]) -> tuple[list[Entry], list[Skipped], list[tuple[str, int]]]:
    """All entries, all that was skipped, and how many entries each file gave."""
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    read: dict[str, int] = {}
    parts: dict[str, int] = {}
    for found in given:
        if isinstance(found, Skipped):
            skipped.append(found)
            continue
        entry, part_of = found
        read[entry.source.file] = read.get(entry.source.file, 0) + 1
        place = parts.setdefault(part_of, len(entries)) if part_of else len(entries)
        if place < len(entries) and not (entries[place].title and entry.title):
            entries[place] = _joined(entries[place], entry)
        else:
            entries.append(entry)
    return entries, skipped, list(read.items())


def _joined(one: Entry, other: Entry) -> Entry:
    """Two parts of one record that its catalogue keeps in two files: what the first does not say, the second does."""
    abstract = one if one.abstract else other
    return replace(
        one,
        title=one.title or other.title,
        raw_title=one.raw_title or other.raw_title,
        abstract=abstract.abstract,
        raw_abstract=abstract.raw_abstract,
        truncated=abstract.truncated,
        language=one.language or other.language,
        authors=one.authors or other.authors,
        more_authors=one.more_authors if one.authors else other.more_authors,
        year=one.year if one.year is not None else other.year,
        venue=one.venue or other.venue,
        doi=one.doi or other.doi,
        arxiv=one.arxiv or other.arxiv,
        pmid=one.pmid or other.pmid,
        url=one.url or other.url,
        kind=one.kind if one.kind != "misc" else other.kind,
        sources=(*one.sources, *other.sources),
    )


def _corpus(
    entries: list[Entry], skipped: list[Skipped], read: list[tuple[str, int]], decisions: Decisions | None = None
) -> Corpus:
    """The corpus of these entries. The list is emptied: entries held twice would not fit where a million fit once."""
    works, taken = _claim(entries, decisions)
    finished, merged = _each_once(entries, works, taken)
    entries.clear()
    for place, key in enumerate(keys.assign(finished)):
        if finished[place].key != key:
            finished[place] = replace(finished[place], key=key)
    merges = [replace(merge, kept=finished[place].key) for place, merge in merged]
    return Corpus(
        entries={entry.key: entry for entry in finished},
        digest=digest(finished),
        skipped=_in_reading_order([*skipped, *taken.values()]),
        merged=tuple(merges),
        read=tuple(read),
    )


def _each_once(
    entries: list[Entry], works: list[merge.Group], taken: Mapping[int, Skipped]
) -> tuple[list[Entry], list[tuple[int, Merge]]]:
    """One entry of each work, in the order of their first records, and the merges by the places of these entries."""
    work_of = {place: work for work in works for place in work.members}
    finished: list[Entry] = []
    merges: list[tuple[int, Merge]] = []
    for place, entry in enumerate(entries):
        work = work_of.get(place)
        if work is None:
            if place not in taken:
                finished.append(entry)
        elif place == work.members[0]:
            one, account = _merged(entries, work)
            merges.append((len(finished), account))
            finished.append(one)
    return finished, merges


def _merged(entries: list[Entry], work: merge.Group) -> tuple[Entry, Merge]:
    records = [entries[place] for place in work.members]
    one, fields = merge.combined(records)
    matches = (Match(entries[a].source, entries[b].source, why) for a, b, why in work.matches)
    named = tuple((record_digest(record), record.source) for record in records)
    return one, Merge(one.key, one.source, one.sources[1:], work.because, named, fields, tuple(matches))


def _in_reading_order(skipped: list[Skipped]) -> tuple[Skipped, ...]:
    order = {file: number for number, file in enumerate(dict.fromkeys(skip.file for skip in skipped))}
    return tuple(sorted(skipped, key=lambda skip: (order[skip.file], skip.line)))


def _claim(entries: list[Entry], decisions: Decisions | None) -> tuple[list[merge.Group], dict[int, Skipped]]:
    """The works of several records, and by place the records whose key an earlier record gave to another work.

    A citation of such a key could mean either, so the first keeps it and the other is left out and reported.
    """
    works = merge.works(entries, decisions)
    work_of = {place: work.members[0] for work in works for place in work.members}
    holders: dict[str, int] = {}
    lost: dict[int, Skipped] = {}
    for place, entry in enumerate(entries):
        if not entry.key and not entry.aliases:
            continue
        for key in filter(None, (entry.key, *entry.aliases)):
            holder = holders.setdefault(key, place)
            if work_of.get(holder, holder) != work_of.get(place, place):
                where = entries[holder].source
                reason = f"the key {key!r} is already taken by a different work at {where.file}:{where.line}"
                lost[place] = Skipped(entry.source.file, entry.source.line, reason)
    if not lost:
        return works, lost
    return [left for work in works if len((left := _without(work, lost)).members) > 1], lost


def _without(work: merge.Group, lost: Mapping[int, Skipped]) -> merge.Group:
    matches = tuple(match for match in work.matches if match[0] not in lost and match[1] not in lost)
    return work._replace(members=tuple(place for place in work.members if place not in lost), matches=matches)
