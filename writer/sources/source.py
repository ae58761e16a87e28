"""What an online source is asked, what it answers, and what it is.

A source hands over the service's own records as text, in a format that `writer.corpus` reads: what a title or an
author is, is decided there and nowhere in this room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Years(NamedTuple):
    """Years of publication, both ends included; None is open."""

    first: int | None = None
    last: int | None = None

    @property
    def dates(self) -> tuple[str | None, str | None]:
        """The first and the last day, as `2019-01-01`."""
        return (
            None if self.first is None else f"{self.first:04}-01-01",
            None if self.last is None else f"{self.last:04}-12-31",
        )


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. `text` is in the service's own syntax and goes there as it is."""

    text: str
    limit: int
    years: Years = Years()
    library: str = ""
    """Which library of a service that has many: `group:12345` or `user:12345`."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a service is reached, and as whom."""

    address: str = ""
    """Base URL of a mirror or stand-in; empty for the service itself."""
    email: str = ""
    """Where the service can write to, if it asks for that."""
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    records: tuple[str, ...]
    """The service's records as text, in its order."""
    after: str | None
    """Where the next page begins, in the service's own words; None where there is none."""
    total: int | None = None
    """How many records the service says it has for the query."""
    wait: float = 0.0
    """Seconds that the service asks to leave before the next request."""


@dataclass(frozen=True, slots=True)
class Service:
    """The facts of a service; `interval` and `most` are limits that its documentation names."""

    name: str
    """As on the command line."""
    title: str
    address: str
    package: str
    """The client, as it is imported and installed."""
    interval: float
    """Seconds from one request to the next, at least."""
    most: int
    """Records of a page, at most."""
    key_variable: str = ""
    """The environment variable under which users keep a key for it; read by the command line alone."""
    slow_down: frozenset[int] = frozenset({429})
    """The statuses that mean: too many requests."""


PageOf = Callable[[Query, str, int, Access], Page]
"""(query, position or "" for the beginning, records wanted, access) -> one request and its answer."""


def lines(records: Sequence[str]) -> str:
    """Records of JSON, one a line."""
    return "".join(f"{record}\n" for record in records)


@dataclass(frozen=True, slots=True)
class Source:
    """A service, how a page of it is asked for, and how records make a file that `writer.corpus` reads."""

    service: Service
    page: PageOf
    written: Callable[[Sequence[str]], str] = lines
    suffix: str = ".jsonl"
    check: Callable[[Query], None] = lambda query: None
    """Raises UserError for a query that the service cannot be asked, before it is asked."""
