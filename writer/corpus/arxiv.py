"""arXiv: the answers of its interface (Atom), and the snapshot of its metadata (JSON, one paper a line).

Abstracts stand in LaTeX and wrapped by hand. The year is that of the first version.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from writer.corpus import columns, identifiers, jsonl, xml_records
from writer.corpus.opening import Opened
from writer.corpus.record import Found, Reader, Record, streamed
from writer.entry import Author, Skipped, Source

_ADDRESS = "https://arxiv.org/abs/"
_OTHERS = """feed link title subtitle id updated author contributor name uri email generator rights category icon logo
totalResults startIndex itemsPerPage Query"""
_SNAPSHOT = re.compile(r'"authors_parsed"\s*:')
_ATOM = re.compile(r"arxiv\.org/(?:abs|api|schemas/atom)")


def _stream(opened: Opened) -> Found:
    for line, found in xml_records.records(opened, ("entry",), _OTHERS):
        made = found if isinstance(found, str) else _of_entry(found, Source(opened.name, line))
        yield Skipped(opened.name, line, made) if isinstance(made, str) else made


def _of_entry(entry: Element, source: Source) -> Record | str:
    children: dict[str, list[Element]] = {}
    for child in entry:
        children.setdefault(xml_records.local(child.tag), []).append(child)

    def first(name: str) -> str:
        return xml_records.text(children[name][0]) if name in children else ""

    address, title, summary = first("id"), first("title"), first("summary")
    if "/api/errors" in address:
        return f"arXiv's answer is an error: {' '.join(summary.split())[:200]}"
    if not title and not summary:
        return "<entry> has neither a title nor a summary"
    authors: list[Author] = []
    for author in children.get("author", ()):
        authors.extend(columns.named(xml_records.text(author.find("name")))[0])
    arxiv = identifiers.arxiv_within(address)
    return Record(
        source,
        title=title,
        abstract=summary,
        authors=tuple(authors),
        year=identifiers.year(first("published")) or identifiers.year(first("updated")),
        venue=first("journal_ref") or None,
        doi=identifiers.doi(first("doi")),
        arxiv=arxiv,
        url=_ADDRESS + arxiv if arxiv else address or None,
        kind="article" if first("journal_ref") else "misc",
    )


def _of_snapshot(values: dict[str, object], source: Source) -> Record | str:
    def text(name: str) -> str:
        return columns.text(values.get(name))

    title, abstract = text("title"), text("abstract")
    if not title and not abstract:
        return "neither a title nor an abstract"
    arxiv = identifiers.arxiv(text("id"))
    authors = _authors(values.get("authors_parsed"))
    return Record(
        source,
        title=title,
        abstract=abstract,
        authors=authors or columns.authors_of(text("authors"))[0],
        year=identifiers.year(_first_version(values.get("versions"))) or identifiers.year(text("update_date")),
        venue=text("journal-ref") or None,
        doi=next((doi for part in text("doi").split() if (doi := identifiers.doi(part))), None),
        arxiv=arxiv,
        url=_ADDRESS + arxiv if arxiv else None,
        kind="article" if text("journal-ref") else "misc",
    )


def _authors(value: object) -> tuple[Author, ...]:
    """The authors of `[["Roe", "Jane", "Jr.", "Institute"], …]`."""
    authors = []
    for parts in value if isinstance(value, list) else ():
        if not isinstance(parts, list):
            continue
        family, given, suffix = (columns.text(part) for part in (*parts[:3], "", "", "")[:3])
        if family:
            authors.append(Author(family, f"{given}, {suffix}" if suffix else given))
    return tuple(authors)


def _first_version(value: object) -> str:
    """When the first of `[{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, …]` was made."""
    first = value[0] if isinstance(value, list) and value else None
    return columns.text(first.get("created")) if isinstance(first, dict) else ""


ATOM = Reader(
    "arxiv",
    "an answer of arXiv's interface (Atom)",
    lambda text, _: xml_records.is_xml(text, "feed|entry") and _ATOM.search(text) is not None,
    streamed(_stream),
    _stream,
)
SNAPSHOT = jsonl.reader(
    "arxiv-snapshot",
    "the snapshot of arXiv's metadata as JSON",
    lambda text: _SNAPSHOT.search(text) is not None,
    _of_snapshot,
)
