"""OpenAlex, through pyalex: works by relevance, page by page with cursors.

Tried against a local stand-in that speaks its format, not against the live service.
Documentation: developers.openalex.org (100 requests a second at most, 100 works a page; since 2026 more than a few
searches a day need a key, which is free).
"""

from __future__ import annotations

from writer.sources import wire
from writer.sources.source import Access, Page, Query, Service, Source

SERVICE = Service(
    name="openalex",
    title="OpenAlex",
    address="https://api.openalex.org",
    package="pyalex",
    interval=0.1,
    most=100,
    key_variable="OPENALEX_API_KEY",
    slow_down=frozenset({403, 429}),
)


def _page(query: Query, position: str, count: int, access: Access) -> Page:
    pyalex = wire.client(SERVICE)
    pyalex.config.email, pyalex.config.api_key = access.email or None, access.key or None
    works = pyalex.Works().search(query.text)
    first, last = query.years.dates
    dates = {"from_publication_date": first, "to_publication_date": last}
    if first or last:
        works = works.filter(**{name: date for name, date in dates.items() if date})
    works.params |= {"per-page": count, "cursor": position or "*"}
    address = works.url.replace(SERVICE.address, access.address or SERVICE.address, 1)
    # `get` makes this call with a session of its own, which never times out, and always to the live service.
    with wire.reading(SERVICE), wire.session(SERVICE) as session:
        found = works._get_from_url(address, session)
        return Page(
            tuple(wire.line(work) for work in found),
            after=found.meta["next_cursor"] if found else None,
            total=found.meta.get("count"),
        )


SOURCE = Source(SERVICE, _page)
