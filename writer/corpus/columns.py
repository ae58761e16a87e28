"""Named values of a record, from JSON objects and table rows alike, to a `Record`.

The one list of the names under which the world keeps a title, an abstract, a key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from writer.corpus import identifiers, language, names
from writer.corpus.opening import undecoded
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
    "pmid": ("pmid", "pubmedid"),
    "language": ("language", "lang"),
}
_TOLD = frozenset(_NAMES) - {"title", "abstract", "authors", "year"}
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


def is_known(column: str) -> bool:
    """Whether a column of this name may hold something of a record."""
    name = folded(column)
    return any(name in known for known in _NAMES.values())


def record(values: Mapping[str, object], source: Source) -> Record | str:
    """The record of these values, or why there is none."""
    found: dict[str, object] = {}
    for field, listed in _places(tuple(values)):
        for name in listed:
            value = values[name]
            if value or isinstance(value, int | float):
                # Nearly all values are texts that need nothing done to them.
                found[field] = value.strip() if isinstance(value, str) and value.isascii() else value
                break
    title, abstract = found.get("title", ""), found.get("abstract", "")
    if isinstance(title, dict) or isinstance(abstract, dict):
        return f"the {'title' if isinstance(title, dict) else 'abstract'} is not text"
    title, abstract = text(title), text(abstract)
    if not title and not abstract:
        return "neither a title nor an abstract"
    told = {field: text(found[field]) for field in found.keys() & _TOLD}
    authors, more = authors_of(found.get("authors"))
    url, doi, venue, key = told.get("url", ""), told.get("doi", ""), told.get("venue"), told.get("key")
    kind = told.get("kind", "misc").casefold()
    return Record(
        source,
        title=title,
        abstract=abstract,
        # An address is the record's place in a database, not a key that somebody cites.
        key=key if key and "://" not in key else None,
        authors=authors,
        more_authors=more,
        year=identifiers.year(date_text(found["year"])) if "year" in found else None,
        venue=venue or None,
        doi=identifiers.doi(doi) or identifiers.doi(url),
        arxiv=identifiers.arxiv(told.get("arxiv", "")) or identifiers.arxiv_within(f"{url} {doi} {venue}"),
        url=url or None,
        kind=kind if kind in _KINDS else "misc",
        pmid=identifiers.pmid(told.get("pmid", "")),
        language=language.told(told["language"]) if "language" in told else None,
    )


@lru_cache(maxsize=1024)
def _places(columns: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each field the columns that may hold it, best first. The records of a file have few shapes."""
    by_name = {folded(name): name for name in reversed(columns)}
    places = ((field, tuple(by_name[name] for name in known if name in by_name)) for field, known in _NAMES.items())
    return tuple((field, listed) for field, listed in places if listed)


def text(value: object) -> str:
    """A value as text, without half characters and surrounding spaces; of a list its first text."""
    if isinstance(value, str):
        return (value if value.isascii() or not undecoded(value) else _HALF_CHARACTER.sub("\ufffd", value)).strip()
    if isinstance(value, list):
        return next((text(item) for item in value if isinstance(item, str)), "")
    if isinstance(value, dict):
        return text(value.get("name") or value.get("raw"))
    return "" if value is None or isinstance(value, bool) else str(value)


def texts(value: object) -> list[str]:
    """The texts of a list, or none."""
    return [found for item in value if (found := text(item))] if isinstance(value, list) else []


def date_text(value: object) -> str:
    """A year, a date, or CSL's `{"date-parts": [[2020, 3]]}`."""
    if isinstance(value, dict):
        return str(value.get("date-parts") or value.get("raw") or value.get("year") or "")
    return text(value)


def authors_of(value: object) -> names.Authors:
    """The authors of a cell of text, or of a list of names or of objects that hold names."""
    if isinstance(value, str):
        return names.from_text(value)
    if not isinstance(value, list):
        return (), False
    authors: list[Author] = []
    more = False
    for item in value:
        found, others = _author_of(item) if isinstance(item, dict) else named(text(item))
        authors.extend(found)
        more = more or others
    return tuple(authors), more


# The same people write many papers of a catalogue: each name is split once, and held once.
@lru_cache(maxsize=1 << 16)
def named(name: str) -> names.Authors:
    """The author of one name, `Jane Roe` or `Roe, Jane`."""
    return names.from_list([name])


def _author_of(item: Mapping[str, object]) -> names.Authors:
    """The author of `{"name": …}`, `{"family": …, "given": …}`, `{"first": …, "last": …}` and their kin."""
    by_name = {folded(str(name)): text(value) for name, value in item.items()}

    def pick(*options: str) -> str:
        return next((by_name[option] for option in options if by_name.get(option)), "")

    family = pick("family", "last", "lastname", "familyname", "surname")
    if family:
        particle = pick("nondroppingparticle", "droppingparticle")
        given = pick("given", "first", "firstname", "givenname", "forename")
        return (Author(f"{particle} {family}".strip(), given),), False
    literal = pick("literal")
    return ((Author(literal),), False) if literal else named(pick("name", "displayname", "fullname"))
