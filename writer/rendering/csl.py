"""Entries as CSL-JSON, the format of citation styles: what pandoc, Zotero and every citeproc read.

Made from the clean texts; of a user's own BibTeX fields only those that a style prints (volume, pages, publisher …)
are taken over. What CSL has no name for stands under `custom`, so that an export reads back the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from writer.entry import Author, Entry
from writer.text import clean

_TYPES = {
    "article": "article-journal", "inproceedings": "paper-conference", "conference": "paper-conference",
    "proceedings": "book", "book": "book", "incollection": "chapter", "inbook": "chapter", "phdthesis": "thesis",
    "mastersthesis": "thesis", "thesis": "thesis", "techreport": "report", "report": "report", "online": "webpage",
    "dataset": "dataset", "software": "software",
}  # fmt: skip
_PRINTED = {
    "volume": "volume", "number": "issue", "issue": "issue", "pages": "page", "publisher": "publisher",
    "editor": "", "edition": "edition", "series": "collection-title", "address": "publisher-place",
    "location": "publisher-place", "isbn": "ISBN", "issn": "ISSN", "institution": "publisher", "school": "publisher",
}  # fmt: skip


def to_csl_json(entries: Iterable[tuple[str, Entry]]) -> str:
    """A CSL-JSON array of (key, entry) pairs, in their order, UTF-8 with a trailing newline."""
    items = [csl_item(key, entry) for key, entry in entries]
    return json.dumps(items, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def csl_item(key: str, entry: Entry) -> dict[str, Any]:
    """One entry as a CSL item under a key. Nothing is made up: fields the entry lacks are absent."""
    item: dict[str, Any] = {"id": key, "type": _type(entry)}
    fields: dict[str, Any] = {
        "title": entry.title,
        "author": [*map(_name, entry.authors), *([{"literal": "others"}] if entry.more_authors else [])],
        "issued": {"date-parts": [[entry.year]]} if entry.year is not None else None,
        _venue_name(entry): entry.venue,
        "DOI": entry.doi,
        "URL": entry.url or (f"https://arxiv.org/abs/{entry.arxiv}" if entry.arxiv else None),
        "abstract": entry.abstract,
        "PMID": entry.pmid,
        "language": entry.language,
    }
    # A style prints the user's own publisher; the venue that it takes the place of is kept beside.
    fields |= _printed(dict(entry.fields))
    fields["custom"] = _custom(entry, fields)
    return item | {name: value for name, value in fields.items() if value}


def as_read(text: str, raw: str) -> str:
    """The text such that reading it, which cleans it, gives it back: mostly itself, else the raw one that it came from.

    `&amp;lt;` is read as `&lt;`, which read again would be `<`.
    """
    return raw if clean(text) != text and clean(raw) == text else text


def _type(entry: Entry) -> str:
    # CSL calls a preprint `article`; a record of unknown kind with an arXiv id is one.
    fallback = "article" if entry.arxiv else "document"
    return _TYPES.get(entry.kind.casefold(), fallback)


def _venue_name(entry: Entry) -> str:
    """Where a style looks for the venue: a thesis or a book is published by it, and not within it."""
    return "publisher" if _type(entry) in ("thesis", "report", "book") else "container-title"


def _name(author: Author) -> dict[str, str]:
    return {"family": author.family, "given": author.given} if author.given else {"literal": author.family}


def _printed(fields: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in fields.items():
        printed = _PRINTED.get(name.casefold())
        if printed and printed not in found and (text := clean(value)):
            found[printed] = text.replace("--", "–") if printed == "page" else text
    return found


def _custom(entry: Entry, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a reader of ours needs besides to make the same entry of it."""
    venue = fields.get(_venue_name(entry))
    made = ["URL"] if fields.get("URL") and not entry.url else []
    custom = {
        "kind": entry.kind,
        "arxiv": entry.arxiv,
        "aliases": list(entry.aliases),
        "truncated": entry.truncated,
        "venue": entry.venue if entry.venue != venue else None,
        "made": made + (["venue"] if venue and not entry.venue else []),
        "title": _unless(entry.title, as_read(entry.title, entry.raw_title)),
        "abstract": _unless(entry.abstract, as_read(entry.abstract, entry.raw_abstract)),
    }
    return {name: value for name, value in custom.items() if value}


def _unless(text: str, other: str) -> str:
    return "" if text == other else other
