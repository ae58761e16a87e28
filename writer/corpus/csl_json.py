"""CSL-JSON, the format of citation styles, as Zotero, Better BibTeX, Mendeley and pandoc write it.

It is told from other JSON by its words for the types of works. What `writer.rendering.csl` exports reads back the
same: what CSL has no name for stands under `custom` there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from writer.corpus import columns, identifiers, jsonl, language, names
from writer.corpus.record import Record
from writer.entry import Author, Source

_KINDS = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article", "review": "article",
    "paper-conference": "inproceedings", "chapter": "incollection", "entry-encyclopedia": "incollection",
    "entry-dictionary": "incollection", "book": "book", "thesis": "phdthesis", "report": "techreport",
    "webpage": "online", "post": "online", "post-weblog": "online", "manuscript": "unpublished",
    "dataset": "dataset", "software": "software",
}  # fmt: skip
_PUBLISHED_BY = ("thesis", "report", "book")
# Words that no other catalogue has for its types; the other types need a name or a date in CSL's form beside them.
_TYPE = re.compile(
    r'"type"\s*:\s*"(?:article-(?:journal|magazine|newspaper)|paper-conference|entry-(?:encyclopedia|dictionary)'
    r'|post-weblog|motion_picture|legal_case|personal_communication|review-book)"'
)
_SHARED_TYPE = re.compile(
    r'"type"\s*:\s*"(?:article|book|chapter|thesis|report|webpage|post|manuscript|dataset|software|document|entry|event'
    r'|speech|patent|standard|pamphlet|bill|legislation|song|map|figure|graphic|interview|broadcast|review)"'
)
_FORM = re.compile(
    r'"issued"\s*:\s*\{|"(?:author|editor)"\s*:\s*\[\s*\{\s*"(?:family|given|literal|suffix|(?:non-)?dropping-particle)"'
    r'|"(?:citation-key|container-title-short|title-short|event-place|publisher-place)"\s*:\s*"'
    r'|"custom"\s*:\s*\{[^{}]*"kind"\s*:'
)
# Zotero keeps what it has no field for as lines of the note.
_NOTED_KEY = re.compile(r"^Citation Key:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_NOTED_PMID = re.compile(r"^PMID:\s*(\d+)\s*$", re.IGNORECASE | re.MULTILINE)
# What Mendeley counts through, and Zotero's numbers of items: nobody cites by them.
_COUNTED = re.compile(r"ITEM-\d+|(?:\d+|local)/\w+")
_OTHERS = frozenset({"others", "et al.", "et al"})


def _record(values: dict[str, object], source: Source) -> Record | str:
    def first(*options: str) -> str:
        return next((text for name in options if (text := columns.text(values.get(name)))), "")

    title, abstract = first("title"), first("abstract")
    if not title and not abstract:
        return "neither a title nor an abstract"
    custom = values.get("custom")
    own = custom if isinstance(custom, dict) and "kind" in custom else {}
    made, note, kind = columns.texts(own.get("made")), first("note"), first("type")
    authors, more = _authors(values.get("author") or values.get("editor"))
    url = "" if "URL" in made else first("URL")
    doi = identifiers.doi(first("DOI")) or (None if own else identifiers.doi(url))
    venues = ("container-title", "event-title", "event", "collection-title", "container-title-short")
    venue = first(*(("publisher",) if kind in _PUBLISHED_BY else ()), *venues)
    return Record(
        source,
        title=columns.text(own.get("title")) or title,
        abstract=columns.text(own.get("abstract")) or abstract,
        key=_key(values, note),
        authors=authors,
        more_authors=more,
        year=_year(values),
        venue=columns.text(own.get("venue")) or ("" if "venue" in made else venue) or None,
        doi=doi,
        arxiv=columns.text(own.get("arxiv")) or None if own else _arxiv(values, f"{url} {doi or ''} {venue} {note}"),
        url=url or None,
        kind=columns.text(own.get("kind")) or _kind(kind, first("genre")),
        pmid=identifiers.pmid(first("PMID")) or (_noted(_NOTED_PMID, note) or None),
        language=language.told(first("language")),
        truncated=own.get("truncated") is True,
        aliases=tuple(columns.texts(own.get("aliases"))),
    )


def _key(values: Mapping[str, object], note: str) -> str | None:
    """The user's key: Better BibTeX's own field, a line of the note, or the id where it is no number of a database."""
    told = columns.text(values.get("citation-key")) or _noted(_NOTED_KEY, note)
    id_ = values.get("id")
    plain = isinstance(id_, str) and "://" not in id_ and _COUNTED.fullmatch(id_) is None
    return told or (columns.text(id_) if plain else "") or None


def _noted(pattern: re.Pattern[str], note: str) -> str:
    match = pattern.search(note)
    return match[1] if match else ""


def _authors(value: object) -> names.Authors:
    authors: list[Author] = []
    more = False
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, dict):
            continue
        literal, family = columns.text(item.get("literal")), columns.text(item.get("family"))
        given, suffix = columns.text(item.get("given")), columns.text(item.get("suffix"))
        if literal.casefold() in _OTHERS:
            more = True
        elif literal or not family:
            authors += [Author(literal or given)] if literal or given else []
        else:
            particles = (columns.text(item.get(f"{kind}-particle")) for kind in ("dropping", "non-dropping"))
            whole = " ".join(part for part in (*particles, family) if part)
            authors.append(Author(whole, f"{given}, {suffix}" if given and suffix else given))
    return tuple(authors), more


def _year(values: Mapping[str, object]) -> int | None:
    told = (values.get(name) for name in ("issued", "published", "submitted", "original-date"))
    return next((year for date in told if date and (year := identifiers.year(_date(date)))), None)


def _date(value: object) -> str:
    literal = columns.text(value.get("literal")) if isinstance(value, dict) else ""
    return columns.date_text(value) or literal


def _arxiv(values: Mapping[str, object], places: str) -> str | None:
    archive, where = columns.text(values.get("archive")), columns.text(values.get("archive_location"))
    number, custom = columns.text(values.get("number")), values.get("custom")
    told = columns.text(custom.get("arxiv") or custom.get("arXiv")) if isinstance(custom, dict) else ""
    bare = identifiers.arxiv(where) if archive.casefold() == "arxiv" else None
    return identifiers.arxiv(told) or bare or identifiers.arxiv_within(f"{where} {number} {places}")


def _kind(kind: str, genre: str) -> str:
    if kind == "thesis" and "master" in genre.casefold():
        return "mastersthesis"
    return _KINDS.get(kind, "misc")


READER = jsonl.reader(
    "csl-json",
    'CSL-JSON, as Zotero and pandoc write it (`"type": "article-journal"`)',
    lambda text: (
        _TYPE.search(text) is not None or (_SHARED_TYPE.search(text) is not None and _FORM.search(text) is not None)
    ),
    _record,
)
