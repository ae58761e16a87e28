"""arXiv, through the package arxiv: entries by relevance, as the Atom that arXiv answers.

Tried against a local stand-in that speaks its format, not against the live service.
Documentation: info.arxiv.org/help/api (one request in three seconds, one at a time). The package hands over parsed
results; kept are the entries as arXiv wrote them, which `writer.corpus` reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from writer.errors import Overloaded, Refused
from writer.sources import wire
from writer.sources.source import Access, Page, Query, Service, Source

SERVICE = Service(
    name="arxiv",
    title="arXiv",
    address="https://export.arxiv.org/api/query",
    package="arxiv",
    interval=3.0,
    most=100,
)
_ENTRY = re.compile(r"<entry(?:\s[^<>]*)?>.*?</entry>", re.DOTALL)
_TOTAL = re.compile(r"<(?:\w+:)?totalResults[^<>]*>\s*(\d+)")
_ERROR = re.compile(r"<id>[^<]*/api/errors.*?<summary>(.*?)</summary>", re.DOTALL)
_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom">
"""


def _page(query: Query, position: str, count: int, access: Access) -> Page:
    arxiv = wire.client(SERVICE)
    answers: list[Any] = []
    asking = arxiv.Client(page_size=count, delay_seconds=0, num_retries=0)
    asking.query_url_format = f"{access.address or SERVICE.address}?{{}}"
    with wire.reading(SERVICE, (arxiv.ArxivError,)), wire.session(SERVICE, answers.append) as session:
        # Its own session never times out, and keeps neither the answer nor Retry-After.
        asking._session = session
        # One result asked of the client is one page asked of arXiv.
        next(asking.results(arxiv.Search(_text(query), max_results=None), offset=int(position or 0)), None)
        return _read(answers[-1].content.decode("utf-8"), int(position or 0))


def _text(query: Query) -> str:
    if query.years.first is None and query.years.last is None:
        return query.text
    # From the first year of arXiv, to a year that no paper has.
    first, last = query.years.first or 1991, query.years.last or 9998
    return f"({query.text}) AND submittedDate:[{first:04}01010000 TO {last:04}12312359]"


def _read(text: str, start: int) -> Page:
    error = _ERROR.search(text)
    if error is not None:
        raise Refused(f"arXiv answered with an error: {error[1].strip()}", hint="info.arxiv.org/help/api: query syntax")
    total = _TOTAL.search(text)
    if total is None or "</feed>" not in text:
        raise wire.odd(SERVICE, text[:100])
    entries = tuple(_ENTRY.findall(text))
    after = start + len(entries)
    if not entries and start < int(total[1]):
        # It happens now and then, and passes.
        raise Overloaded(f"arXiv answered with an empty page, {start} of {total[1]} entries in", hint="try again later")
    return Page(entries, str(after) if after < int(total[1]) else None, int(total[1]))


def _feed(records: Sequence[str]) -> str:
    """The entries of several answers as one."""
    return _FEED + "".join(f"{record}\n" for record in records) + "</feed>\n"


SOURCE = Source(SERVICE, _page, _feed, ".atom")
