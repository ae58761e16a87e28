"""From a query to a file of records that `writer.corpus` reads: page after page, one request at a time.

A fetch that was interrupted goes on where it was: `Journal` keeps each answer beside the file, under a name made from
the source, the query and its options. The file is written whole when all is there, and the same answers give the same
bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from writer.errors import NothingFound, OddAnswer, Refused, SettingsError, WriterError
from writer.models import retry
from writer.sources.journal import Journal
from writer.sources.source import Access, Page, Query, Source

MAX_ATTEMPTS = 5
"""How often a page is asked for while its failures may pass."""
Progress = Callable[[int, int, int | None], None]
"""(records here, records wanted, records that the service says it has). Called after each page."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file of fetched records."""

    file: Path
    records: int
    resumed: int
    """Of these, how many an earlier run had fetched."""
    total: int | None
    """How many the service says it has."""


def fetch(
    source: Source,
    query: Query,
    access: Access,
    file: Path,
    *,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = retry.pause,
    clock: Callable[[], float] = time.monotonic,
) -> Fetched:
    """Write the first `query.limit` records that a source has for a query to a file.

    Raises NothingFound where it has none, SettingsError for a query that cannot be asked, and ServerError where the
    service fails for good or for long; what was answered till then is kept, and the same call goes on from there.
    """
    if query.limit < 1:
        raise SettingsError(f"the limit is {query.limit}", hint="give a number of records, 1 or more")
    source.check(query)
    journal = Journal.open(file.with_name(f".{file.name}.{identity(source, query, access)}.part"))
    resumed = len(journal.records)
    try:
        _ask(source, query, access, journal, progress, _Pace(source.service.interval, sleep, clock))
    except WriterError as error:
        if journal.records:
            error.add_note(f"{len(journal.records)} records are kept; the same command goes on from there")
        if isinstance(error, Refused) and resumed:
            error.add_note(f"to begin again, delete {journal.path}")
        raise
    records = journal.records[: query.limit]
    if not records:
        journal.remove()
        looked = f"for {query.text!r}" if query.text else "in this library"
        raise NothingFound(
            f"{source.service.title} has nothing {looked}{_within(query)}", hint="try fewer or other words"
        )
    from writer.rendering.files import write_whole

    write_whole(file, source.written(records))
    journal.remove()
    return Fetched(file, len(records), min(resumed, len(records)), journal.total)


def identity(source: Source, query: Query, access: Access) -> str:
    """Sixteen digits that tell one fetch from another. Who asks is no part of it; whom, is."""
    told = json.dumps([source.service.name, access.address, asdict(query)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def file_name(source: Source, query: Query, access: Access) -> str:
    """A name for the file of a fetch, the same on every machine: `openalex-large-language-3f9a….jsonl`."""
    words = "-".join(re.findall(r"[a-z0-9]+", f"{query.library} {query.text}".lower()))[:40].strip("-")
    return "-".join(filter(None, (source.service.name, words, identity(source, query, access)))) + source.suffix


class _Pace:
    """Lets one request follow another no sooner than the service allows."""

    def __init__(self, interval: float, sleep: Callable[[float], None], clock: Callable[[], float]) -> None:
        self._interval, self.sleep, self._clock = interval, sleep, clock
        self._free = float("-inf")

    def wait(self) -> None:
        left = self._free - self._clock()
        if left > 0:
            self.sleep(left)

    def asked(self, wait: float = 0.0) -> None:
        self._free = self._clock() + max(self._interval, wait)


def _ask(
    source: Source, query: Query, access: Access, journal: Journal, progress: Progress | None, pace: _Pace
) -> None:
    """Ask for pages until there are enough records or no more pages."""
    while journal.after is not None and len(journal.records) < query.limit:
        position, count = journal.after, min(source.service.most, query.limit - len(journal.records))
        page = retry.call(
            partial(_asked, source, query, position, count, access, pace), max_attempts=MAX_ATTEMPTS, sleep=pace.sleep
        )
        if not page.records and page.after == position:
            raise OddAnswer(
                f"{source.service.title} answered with an empty page that leads to itself",
                hint="run the same command again later",
            )
        pace.asked(page.wait)
        journal.add(page)
        if progress is not None:
            progress(min(len(journal.records), query.limit), query.limit, page.total)


def _asked(source: Source, query: Query, position: str, count: int, access: Access, pace: _Pace) -> Page:
    pace.wait()
    try:
        return source.page(query, position, count, access)
    finally:
        pace.asked()


def _within(query: Query) -> str:
    first, last = query.years
    return (f" from {first}" if first is not None else "") + (f" up to {last}" if last is not None else "")
