"""Stand-ins for online sources on the loopback address, which speak the services' documented formats.

    with StandIn("openalex", papers(250)) as service:
        ...  # a client pointed at service.address
    service.asked  # what came, as `Get`

Every paper is made up. `faults` are replies that take the place of an answer, by the number of the request.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from servers import Loopback, Reply, raw


@dataclass(frozen=True)
class Paper:
    number: int
    year: int = 2021

    @property
    def title(self) -> str:
        return f"Lanterns of village {self.number} & <their> keepers"

    @property
    def abstract(self) -> str:
        return f"We count the {self.number + 3} lanterns of village {self.number} and ask who keeps them."

    @property
    def doi(self) -> str:
        return f"10.5555/lantern.{self.number}"


@dataclass(frozen=True)
class Get:
    """One request."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False, compare=False)


def papers(count: int, first: int = 0) -> list[Paper]:
    return [Paper(number, 2015 + number % 10) for number in range(first, first + count)]


def openalex(get: Get, held: Sequence[Paper]) -> Reply:
    """`/works?search=…&per-page=…&cursor=…`; its last full page leads to an empty one."""
    place = get.query["cursor"]
    start = 0 if place == "*" else int(place.removeprefix("C=="))
    shown = held[start : start + int(get.query["per-page"])]
    following = f"C=={start + len(shown)}" if shown else None
    meta = {"count": len(held), "per_page": int(get.query["per-page"]), "next_cursor": following}
    return raw({"meta": meta, "results": [_openalex_work(paper) for paper in shown], "group_by": []})


def _openalex_work(paper: Paper) -> dict[str, Any]:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(paper.abstract.split()):
        index.setdefault(word, []).append(place)
    return {
        "id": f"https://openalex.org/W{1000 + paper.number}",
        "doi": f"https://doi.org/{paper.doi}",
        "title": paper.title,
        "display_name": paper.title,
        "publication_year": paper.year,
        "publication_date": f"{paper.year}-05-01",
        "type": "article",
        "language": "en",
        "authorships": [{"author": {"display_name": "Amber Deltason"}}],
        "primary_location": {"source": {"display_name": "Journal of Made-up Lights"}},
        "locations": [],
        "ids": {},
        "abstract_inverted_index": index,
    }


def arxiv(get: Get, held: Sequence[Paper]) -> Reply:
    """`/api/query?search_query=…&start=…&max_results=…`, as Atom."""
    start, most = int(get.query["start"]), int(get.query["max_results"])
    entries = "".join(_arxiv_entry(paper) for paper in held[start : start + most])
    search = "http://a9.com/-/spec/opensearch/1.1/"
    feed = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title type="html">ArXiv Query: lanterns</title>
  <id>http://arxiv.org/api/made-up</id>
  <opensearch:totalResults xmlns:opensearch="{search}">{len(held)}</opensearch:totalResults>
  <opensearch:startIndex xmlns:opensearch="{search}">{start}</opensearch:startIndex>
  <opensearch:itemsPerPage xmlns:opensearch="{search}">{most}</opensearch:itemsPerPage>
{entries}</feed>
"""
    return Reply(body=feed.encode(), content_type="application/atom+xml; charset=utf-8")


def _arxiv_entry(paper: Paper) -> str:
    return f"""  <entry>
    <id>http://arxiv.org/abs/2101.{paper.number:05}v1</id>
    <updated>{paper.year}-05-02T00:00:00Z</updated>
    <published>{paper.year}-05-01T00:00:00Z</published>
    <title>{escape(paper.title)}</title>
    <summary>  {escape(paper.abstract)}
</summary>
    <author><name>Amber Deltason</name></author>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CL"/>
  </entry>
"""


def arxiv_error(said: str) -> Reply:
    """arXiv's errors are feeds too."""
    feed = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#made_up</id><title>Error</title>
<updated>2021-05-01T00:00:00Z</updated><published>2021-05-01T00:00:00Z</published>
<summary>{said}</summary><author><name>arXiv api core</name></author></entry></feed>"""
    return Reply(200, feed.encode(), "application/atom+xml")


def semantic_scholar(get: Get, held: Sequence[Paper]) -> Reply:
    """`/graph/v1/paper/search?offset=…&limit=…`, and `/bulk` with its token; 1,000 a page there."""
    bulk = get.path.endswith("/bulk")
    start = int(get.query.get("token", "T0")[1:]) if bulk else int(get.query.get("offset", 0))
    shown = held[start : start + (1000 if bulk else int(get.query["limit"]))]
    reached = start + len(shown)
    answer: dict[str, Any] = {"total": len(held), "data": [_semantic_scholar_paper(paper) for paper in shown]}
    if bulk:
        answer["token"] = f"T{reached}" if reached < len(held) else None
    else:
        answer["offset"] = start
        answer |= {"next": reached} if reached < len(held) else {}
    return raw(answer)


def _semantic_scholar_paper(paper: Paper) -> dict[str, Any]:
    return {
        "paperId": f"{paper.number:040x}",
        "corpusId": 7000 + paper.number,
        "externalIds": {"DOI": paper.doi},
        "url": f"https://www.semanticscholar.org/paper/{paper.number:040x}",
        "title": paper.title,
        "abstract": paper.abstract,
        "venue": "Journal of Made-up Lights",
        "year": paper.year,
        "publicationTypes": ["JournalArticle"],
        "publicationDate": f"{paper.year}-05-01",
        "journal": None,
        "authors": [{"authorId": "1", "name": "Amber Deltason"}],
    }


def crossref(get: Get, held: Sequence[Paper]) -> Reply:
    """`/works?query=…&rows=…` with an offset or a cursor; a page short of rows is the last."""
    rows = int(get.query["rows"])
    if "cursor" in get.query:
        start = 0 if get.query["cursor"] == "*" else int(get.query["cursor"].removeprefix("DnF1"))
    else:
        start = int(get.query["offset"])
    shown = held[start : start + rows]
    message = {
        "total-results": len(held),
        "items-per-page": rows,
        "query": {"start-index": 0, "search-terms": get.query.get("query")},
        "items": [_crossref_work(paper) for paper in shown],
        "facets": {},
    } | ({"next-cursor": f"DnF1{start + len(shown)}"} if "cursor" in get.query else {})
    return raw({"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message})


def _crossref_work(paper: Paper) -> dict[str, Any]:
    return {
        "DOI": paper.doi,
        "type": "journal-article",
        "title": [paper.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")],
        "abstract": f"<jats:title>Abstract</jats:title><jats:p>{paper.abstract}</jats:p>",
        "author": [{"given": "Amber", "family": "Deltason", "sequence": "first"}],
        "issued": {"date-parts": [[paper.year, 5, 1]]},
        "container-title": ["Journal of Made-up Lights"],
        "URL": f"https://doi.org/{paper.doi}",
        "prefix": "10.5555",
        "member": "1",
        "reference-count": 0,
        "is-referenced-by-count": 2,
    }


def zotero(get: Get, held: Sequence[Paper]) -> Reply:
    """`/groups/ID/items/top?include=csljson,data&start=…&limit=…`; every seventh item is a note."""
    start, most = int(get.query["start"]), int(get.query["limit"])
    shown = held[start : start + most]
    return raw([_zotero_item(paper) for paper in shown], headers={"Total-Results": str(len(held))})


def _zotero_item(paper: Paper) -> dict[str, Any]:
    key = f"AB{paper.number:06}"
    common = {"key": key, "version": 1, "library": {"type": "group", "id": 42}, "links": {}}
    if paper.number % 7 == 6:
        return common | {"meta": {}, "csljson": None, "data": {"key": key, "itemType": "note", "note": "later"}}
    csl = {
        "id": f"42/{key}",
        "type": "article-journal",
        "container-title": "Journal of Made-up Lights",
        "DOI": paper.doi,
        "title": paper.title.replace("<", "").replace(">", ""),
        "abstract": paper.abstract,
        "author": [{"family": "Deltason", "given": "Amber"}],
        "issued": {"date-parts": [[str(paper.year), 5]]},
    }
    return common | {
        "meta": {"parsedDate": f"{paper.year}-05", "numChildren": 1},
        "csljson": csl,
        "data": {"key": key, "itemType": "journalArticle", "title": paper.title},
    }


ANSWERS: dict[str, tuple[str, Callable[[Get, Sequence[Paper]], Reply]]] = {
    "openalex": ("", openalex),
    "arxiv": ("/api/query", arxiv),
    "semantic-scholar": ("", semantic_scholar),
    "crossref": ("", crossref),
    "zotero": ("", zotero),
}
"""For each source what its base URL ends in, and how it answers."""


class StandIn(Loopback):
    """A service that holds these papers, whatever is looked for."""

    def __init__(self, name: str, held: Sequence[Paper], faults: Mapping[int, Reply] | None = None) -> None:
        self.asked: list[Get] = []
        self.hanging = threading.Event()
        self.held = held
        self.faults = dict(faults or {})
        self._path, self._answer = ANSWERS[name]
        super().__init__()

    @property
    def address(self) -> str:
        return self.url.removesuffix("/v1") + self._path

    def _reply(self, get: Get) -> Reply:
        with self._lock:
            self.asked.append(get)
            fault = self.faults.pop(len(self.asked), None)
        return fault or self._answer(get, self.held)

    def _handler(service) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                get = Get(parts.path, dict(parse_qsl(parts.query)), {k.lower(): v for k, v in self.headers.items()})
                reply = service._reply(get)
                if reply.then == "hang":
                    service.hanging.set()
                    service._closing.wait(30)
                if reply.then != "end" and not reply.body:
                    return
                self.send_response(reply.status)
                length = len(reply.body) + (1 if reply.then != "end" else 0)
                fixed = {"content-type": reply.content_type, "content-length": str(length)}
                for name, value in (fixed | dict(reply.headers)).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
