"""Entries as RIS, through rispy: what every reference manager reads.

What RIS has no tag for stands in notes (arXiv id, PubMed id). It cannot carry aliases, the difference between kinds of
theses or conferences, that an abstract was cut, a comma within a family name, nor the user's own BibTeX fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from writer.entry import Author, Entry
from writer.rendering.csl import as_read

_TYPES = {
    "article": "JOUR", "inproceedings": "CPAPER", "conference": "CPAPER", "book": "BOOK", "proceedings": "CONF",
    "incollection": "CHAP", "inbook": "CHAP", "phdthesis": "THES", "mastersthesis": "THES", "thesis": "THES",
    "techreport": "RPRT", "report": "RPRT", "online": "ELEC", "dataset": "DATA", "software": "COMP",
    "unpublished": "UNPB",
}  # fmt: skip
_PUBLISHED_BY = frozenset({"BOOK", "THES", "RPRT"})
"""Types whose venue is their publisher."""


def to_ris(entries: Iterable[tuple[str, Entry]]) -> str:
    """RIS records of (key, entry) pairs, in their order, UTF-8 with a trailing newline; `ID` is the key."""
    import rispy  # type: ignore[import-untyped,unused-ignore]

    class Writer(rispy.RisWriter):  # type: ignore[misc]
        """Without rispy's numbers between records, which are no RIS."""

        def set_header(self, count: int) -> str:
            return ""

    # Without its delimiters, since an address may hold a semicolon.
    writer = Writer(delimiter_tags_mapping={})
    text: str = writer.formats([ris_fields(key, entry) for key, entry in entries])
    return text


def ris_fields(key: str, entry: Entry) -> dict[str, Any]:
    """One entry under rispy's names of the tags. Nothing is made up: fields that the entry lacks are absent."""
    kind = _TYPES.get(entry.kind.casefold(), "GEN")
    venue = "publisher" if kind in _PUBLISHED_BY else "secondary_title"
    notes = [f"arXiv:{entry.arxiv}" if entry.arxiv else "", f"PMID: {entry.pmid}" if entry.pmid else ""]
    made: dict[str, Any] = {
        "type_of_reference": kind,
        "id": key,
        "authors": [*map(_name, entry.authors), *(["et al."] if entry.more_authors else [])],
        "title": _line(as_read(entry.title, entry.raw_title)),
        "year": str(entry.year) if entry.year is not None else "",
        venue: _line(entry.venue or ""),
        "abstract": _line(as_read(entry.abstract, entry.raw_abstract)),
        "doi": entry.doi,
        "urls": [entry.url] if entry.url else [],
        "language": entry.language,
        "notes": [note for note in notes if note],
    }
    return {name: value for name, value in made.items() if value}


def _name(author: Author) -> str:
    """`Family, Given`, where only one comma may stand; an organisation ends in a comma, lest it be cut."""
    family, given = _line(author.family), _line(author.given)
    return f"{family.replace(',', '')}, {given}" if given else f"{family},"


def _line(text: str) -> str:
    """In one line: a new one would begin a new field."""
    return " ".join(text.split())
