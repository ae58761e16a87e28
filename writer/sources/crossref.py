"""Crossref, through habanero: works by relevance.

Up to 10,000 works are paged by offset, which is as far as Crossref lets it go: a place that means the same tomorrow.
Beyond that it gives cursors, which it forgets after some minutes. Tried against a local stand-in that speaks its
format, not against the live service. Documentation: crossref.org/documentation/retrieve-metadata/rest-api (who leaves
an address is served in the polite pool; lists are asked for once a second here, which both pools allow).
"""

from __future__ import annotations

from typing import Any

from writer.errors import WriterError
from writer.sources import wire
from writer.sources.source import Access, Page, Query, Service, Source

SERVICE = Service(
    name="crossref",
    title="Crossref",
    address="https://api.crossref.org",
    package="habanero",
    interval=1.0,
    most=100,
)
BY_OFFSET = 10_000
"""Works that can be reached by offset."""


def _page(query: Query, position: str, count: int, access: Access) -> Page:
    habanero = wire.client(SERVICE)
    http = wire.client(SERVICE, "httpx2")
    crossref = habanero.Crossref(
        base_url=access.address or SERVICE.address, mailto=access.email or None, timeout=wire.TIMEOUT
    )
    by_cursor = query.limit > BY_OFFSET
    # With cursor_max 0 the client asks for this page and no further.
    place = {"cursor": position or "*", "cursor_max": 0} if by_cursor else {"offset": int(position or 0)}
    with wire.reading(SERVICE):
        try:
            message = crossref.works(query=query.text, filter=_filter(query), limit=count, **place)["message"]
        except (http.HTTPError, habanero.exceptions.Error, RuntimeError, TypeError) as error:
            raise _told(error, http) or error from error
        works, total = message["items"], message["total-results"]
        if by_cursor:
            after = message["next-cursor"] if len(works) == count else None
        else:
            reached = int(position or 0) + len(works)
            after = str(reached) if works and reached < min(total, BY_OFFSET) else None
        return Page(tuple(map(wire.line, works)), after, total)


def _filter(query: Query) -> dict[str, str] | None:
    first, last = query.years.dates
    dates = {"from_pub_date": first, "until_pub_date": last}
    return {name: date for name, date in dates.items() if date} or None


def _told(error: Exception, http: Any) -> WriterError | None:
    """What an error of the client came from: it raises one of its own over the answer, and may fail while it does."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, http.HTTPStatusError):
            response = link.response
            return wire.refusal(SERVICE, response.status_code, response.headers, str(response.text))
        if isinstance(link, http.TransportError):
            return wire.unreachable(SERVICE, link)
        link = link.__cause__ or link.__context__
    return None if isinstance(error, RuntimeError) else wire.odd(SERVICE, str(error))


SOURCE = Source(SERVICE, _page)
