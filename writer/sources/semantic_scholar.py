"""Semantic Scholar, through the package semanticscholar.

Up to 1,000 papers come by relevance, which is as far as the service ranks; a larger limit is asked of its bulk
search, which has its own syntax and order. Tried against a local stand-in that speaks its format, not against the
live service. Documentation: api.semanticscholar.org/api-docs (one request a second with a key; without one, whatever
the pool that all share has left).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote

from writer.sources import wire
from writer.sources.source import Access, Page, Query, Service, Source

SERVICE = Service(
    name="semantic-scholar",
    title="Semantic Scholar",
    address="https://api.semanticscholar.org",
    package="semanticscholar",
    interval=1.0,
    most=100,
    key_variable="S2_API_KEY",
)
RANKED = 1000
"""Papers that the search by relevance gives at most."""
_FIELDS = """paperId corpusId externalIds url title abstract venue year authors publicationDate publicationTypes
journal""".split()


class _Requester:
    """Makes the client's requests from a place on, and keeps the answer.

    The client's own takes a 502 or 401 for an empty answer, does not read `Retry-After`, and begins at the beginning.
    """

    def __init__(self, place: dict[str, str]) -> None:
        self.place = place
        self.answer: Any = None

    async def get_data_async(self, url: str, parameters: str, headers: dict[str, str], payload: object = None) -> Any:
        httpx = wire.client(SERVICE, "httpx")
        asked = dict(parse_qsl(parameters)) | self.place
        async with httpx.AsyncClient(timeout=wire.TIMEOUT) as http:
            response = await http.get(url, params=asked, headers=headers)
        wire.check(SERVICE, response)
        self.answer = response.json()
        return self.answer


def _page(query: Query, position: str, count: int, access: Access) -> Page:
    package = wire.client(SERVICE)
    httpx = wire.client(SERVICE, "httpx")
    bulk = query.limit > RANKED
    scholar = package.SemanticScholar(
        timeout=wire.TIMEOUT, api_url=access.address or None, api_key=access.key or None, retry=False
    )
    requester = _Requester({("token" if bulk else "offset"): position} if position else {})
    scholar._AsyncSemanticScholar._requester = requester
    with wire.reading(SERVICE, (httpx.TransportError,)):
        # The client puts the query into an address as it is.
        scholar.search_paper(quote(query.text), year=_years(query), fields=_FIELDS, limit=count, bulk=bulk)
        answer = requester.answer
        papers = answer["data"]
        if bulk:
            after = answer.get("token") if papers else None
        else:
            after = answer.get("next")
            after = str(after) if after is not None and after < RANKED else None
        return Page(tuple(map(wire.line, papers)), after, answer.get("total"))


def _years(query: Query) -> str | None:
    """`2019-2023`, `2019-`, `-2023` or `2019`, as the service has it."""
    first, last = query.years
    if first is None and last is None:
        return None
    return str(first) if first == last else f"{'' if first is None else first}-{'' if last is None else last}"


SOURCE = Source(SERVICE, _page)
