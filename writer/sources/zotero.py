"""A library on zotero.org, through pyzotero: its items as CSL-JSON, which Zotero makes itself.

Items come in the order in which they were added, so that one that is added meanwhile comes last. Zotero cannot be
asked for a year: `--year` is looked at here. Tried against a local stand-in that speaks its format, not against the
live service. Documentation: zotero.org/support/dev/web_api/v3 (no fixed rate: `Backoff` and `Retry-After` say when).
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from writer.errors import SettingsError
from writer.sources import wire
from writer.sources.source import Access, Page, Query, Service, Source, Years

SERVICE = Service(
    name="zotero",
    title="Zotero",
    address="https://api.zotero.org",
    package="pyzotero",
    interval=1.0,
    most=100,
    key_variable="ZOTERO_API_KEY",
)
_LIBRARY = re.compile(r"(group|user):(\d+)")
_NO_PAPERS = frozenset({"attachment", "note", "annotation"})


def _check(query: Query) -> None:
    if _LIBRARY.fullmatch(query.library) is None:
        raise SettingsError(
            "zotero needs to know which library" + (f", and {query.library!r} is none" if query.library else ""),
            hint="--library group:ID, or user:ID with a key in ZOTERO_API_KEY; the address of a group shows its ID",
        )


def _page(query: Query, position: str, count: int, access: Access) -> Page:
    _check(query)
    kind, number = query.library.split(":")
    zotero = wire.client(SERVICE, "pyzotero.zotero").Zotero(number, kind, access.key or None)
    zotero.endpoint = access.address or SERVICE.address
    # Before the client looks at an answer, which sleeps on a 429 by itself. The releases differ in their HTTP library.
    zotero.client.event_hooks = {"response": [_look]}
    network = import_module(type(zotero.client).__module__.partition(".")[0]).TransportError
    start = int(position or 0)
    with wire.reading(SERVICE, (network,)):
        words = {"q": query.text, "qmode": "everything"} if query.text else {}
        items = _items(zotero, include="csljson,data", sort="dateAdded", direction="asc", start=start, **words)
        papers = [item["csljson"] for item in items if _is_wanted(item, query.years)]
        total, wait = (zotero.request.headers.get(name) for name in ("total-results", "backoff"))
        after = str(start + len(items)) if len(items) == SERVICE.most else None
        return Page(tuple(map(wire.line, papers)), after, int(total) if total else None, float(wait or 0))


def _look(response: Any) -> None:
    response.read()
    wire.check(SERVICE, response)


def _items(zotero: Any, **parameters: Any) -> list[dict[str, Any]]:
    """A page of items that stand for themselves, not for a note or file of another."""
    try:
        zotero.top(limit=SERVICE.most, **parameters)
    except (KeyError, TypeError):
        # The client takes any address with `tags` in it for a list of tags, even where that is a word of the query.
        if "tags" not in str(zotero.request.url):
            raise
    items = zotero.request.json()
    if not isinstance(items, list):
        raise wire.odd(SERVICE, "a list of items was expected")
    return items


def _is_wanted(item: dict[str, Any], years: Years) -> bool:
    if item["data"]["itemType"] in _NO_PAPERS:
        return False
    year = int(str(item["meta"].get("parsedDate") or "")[:4] or 0)
    return years == Years() or (year > 0 and (years.first or 0) <= year <= (years.last or year))


SOURCE = Source(SERVICE, _page, check=_check)
