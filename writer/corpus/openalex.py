"""Works of OpenAlex: its snapshot (JSON, one work a line) and the pages of its interface.

An abstract comes as an index from words to their places and is put together again here. Places that cannot be are
left out; nothing is put where a place is missing.
"""

from __future__ import annotations

import re

from writer.corpus import columns, identifiers, jsonl, language
from writer.corpus.record import Record
from writer.entry import Author, Source

_WORK = re.compile(r'"id"\s*:\s*"https?://openalex\.org/W\d|"abstract_inverted_index"\s*:')
_KINDS = {"article": "article", "book": "book", "book-chapter": "incollection", "dissertation": "phdthesis",
          "report": "techreport", "review": "article", "letter": "article"}  # fmt: skip


def _record(values: dict[str, object], source: Source) -> Record | str:
    title = columns.text(values.get("title")) or columns.text(values.get("display_name"))
    abstract = from_index(values.get("abstract_inverted_index")) or columns.text(values.get("abstract"))
    if not title and not abstract:
        return "neither a title nor an abstract"
    authors, more = _authors(values.get("authorships"))
    doi = identifiers.doi(columns.text(values.get("doi")))
    address = columns.text(values.get("id"))
    place = _object(values.get("primary_location"))
    pages = " ".join(columns.text(_object(found).get("landing_page_url")) for found in _places(values, place))
    return Record(
        source,
        title=title,
        abstract=abstract,
        authors=authors,
        more_authors=more or values.get("is_authors_truncated") is True,
        year=identifiers.year(columns.text(values.get("publication_year")))
        or identifiers.year(columns.text(values.get("publication_date"))),
        venue=columns.text(_object(place.get("source")).get("display_name"))
        or columns.text(_object(values.get("host_venue")).get("display_name"))
        or None,
        doi=doi,
        arxiv=identifiers.arxiv_within(f"{pages} {doi or ''}"),
        url=columns.text(values.get("doi")) or address or None,
        kind=_KINDS.get(columns.text(values.get("type")), "misc"),
        pmid=identifiers.pmid(columns.text(_object(values.get("ids")).get("pmid"))),
        language=language.told(columns.text(values.get("language"))),
    )


def from_index(value: object) -> str:
    """The text of an index `{"word": [place, …]}`, whatever stands in it.

    >>> from_index({"judges": [1, 3], "Do": [0], "favour": [2], "odd": ["x", -1, None], "worse": "no list"})
    'Do judges favour judges'
    """
    words: dict[int, str] = {}
    for word, places in value.items() if isinstance(value, dict) else ():
        for place in places if isinstance(places, list) else ():
            if type(place) is int and place >= 0:
                # Of two words in one place the first stays, as in a text that was indexed once.
                words.setdefault(place, word)
    return columns.text(" ".join(words[place] for place in sorted(words)))


def _authors(value: object) -> tuple[tuple[Author, ...], bool]:
    authors: list[Author] = []
    more = False
    for item in value if isinstance(value, list) else ():
        authorship = _object(item)
        name = columns.text(_object(authorship.get("author")).get("display_name"))
        found, others = columns.named(name or columns.text(authorship.get("raw_author_name")))
        authors.extend(found)
        more = more or others
    return tuple(authors), more


def _places(values: dict[str, object], first: dict[str, object]) -> list[object]:
    others = values.get("locations")
    return [first, *(others if isinstance(others, list) else ())]


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


READER = jsonl.reader("openalex", "works of OpenAlex as JSON", lambda text: _WORK.search(text) is not None, _record)
