"""Named values of a record, from JSON objects and table rows alike, to a `Record`.

The one list of the names under which the world keeps a title, an abstract, a key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from writer.corpus import identifiers, names
from writer.corpus.record import Record
from writer.entry import Author, Source

# For each field the accepted names, best first; compared without case, spaces, dashes and underscores.
_NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "articletitle"),
    "abstract": ("abstract", "text", "summary", "abstractnote", "abstracttext"),
    "authors": ("authors", "author"),
    "year": ("year", "publicationyear", "date", "published", "publicationdate", "issued"),
    "venue": ("venue", "journal", "booktitle", "journaltitle", "containertitle", "publicationtitle", "sourcetitle"),
    "doi": ("doi",),
    "arxiv": ("arxiv", "arxivid", "eprint"),
    "url": ("url", "link"),
    "key": ("key", "citationkey", "citekey", "bibtexkey", "id"),
    "kind": ("kind", "entrytype", "type"),
}
_KINDS = frozenset(
    """article book booklet conference inbook incollection inproceedings manual mastersthesis misc online phdthesis
    proceedings report techreport thesis unpublished""".split()
)

# JSON can spell half of a surrogate pair, which no file and no digest can hold.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def folded(name: str) -> str:
    """A column's name as it is compared: `Citation Key` and `citation_key` are `citationkey`."""
    return "".join(char for char in name.casefold() if char.isalnum())


def names_papers(columns: list[str]) -> bool:
    """Whether these columns hold a title or an abstract."""
    known = {*_NAMES["title"], *_NAMES["abstract"]}
    return any(folded(column) in known for column in columns)


def record(values: Mapping[str, object], source: Source) -> Record | str:
    """The record of these values, or why there is none."""
    by_name = {folded(name): value for name, value in reversed(list(values.items()))}

    def pick(field: str) -> object:
        found = (by_name.get(name) for name in _NAMES[field])
        return next((value for value in found if value not in (None, "", [], {})), None)

    for field in ("title", "abstract"):
        if isinstance(pick(field), dict):
            return f"the {field} is not text"
    title, abstract = _text(pick("title")), _text(pick("abstract"))
    if not title and not abstract:
        return "neither a title nor an abstract"
    authors, more = _authors(pick("authors"))
    url, doi = _text(pick("url")), _text(pick("doi"))
    kind = _text(pick("kind")).casefold()
    key = _text(pick("key"))
    return Record(
        source,
        title=title,
        abstract=abstract,
        # An address is the record's place in a database, not a key that somebody cites.
        key=key if key and "://" not in key else None,
        authors=authors,
        more_authors=more,
        year=identifiers.year(_date(pick("year"))),
        venue=_text(pick("venue")) or None,
        doi=identifiers.doi(doi) or identifiers.doi(url),
        arxiv=identifiers.arxiv(_text(pick("arxiv")))
        or identifiers.arxiv_within(f"{url} {doi} {_text(pick('venue'))}"),
        url=url or None,
        kind=kind if kind in _KINDS else "misc",
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return _HALF_CHARACTER.sub("\ufffd", value).strip()
    if isinstance(value, list):
        return next((_text(item) for item in value if isinstance(item, str)), "")
    if isinstance(value, dict):
        return _text(value.get("name") or value.get("raw"))
    return "" if value is None or isinstance(value, bool) else str(value)


def _date(value: object) -> str:
    """A year, a date, or CSL's `{"date-parts": [[2020, 3]]}`."""
    if isinstance(value, dict):
        return str(value.get("date-parts") or value.get("raw") or value.get("year") or "")
    return _text(value)


def _authors(value: object) -> names.Authors:
    if isinstance(value, str):
        return names.from_text(value)
    if not isinstance(value, list):
        return (), False
    authors: list[Author] = []
    more = False
    for item in value:
        if isinstance(item, dict):
            found, others = _author_of(item)
        else:
            found, others = names.from_list([_text(item)])
        authors.extend(found)
        more = more or others
    return tuple(authors), more


def _author_of(item: Mapping[str, object]) -> names.Authors:
    """The author of `{"name": …}`, `{"family": …, "given": …}`, `{"first": …, "last": …}` and their kin."""
    by_name = {folded(str(name)): _text(value) for name, value in item.items()}

    def pick(*options: str) -> str:
        return next((by_name[option] for option in options if by_name.get(option)), "")

    family = pick("family", "last", "lastname", "familyname", "surname")
    if family:
        particle = pick("nondroppingparticle", "droppingparticle")
        given = pick("given", "first", "firstname", "givenname", "forename")
        return (Author(f"{particle} {family}".strip(), given),), False
    literal = pick("literal")
    return ((Author(literal),), False) if literal else names.from_list([pick("name", "displayname", "fullname")])
