"""Entries that `writer corpus export --format jsonl` wrote, read back to the letter.

Texts are taken as they stand: cleaning them once more could change them. A line that was edited by hand is read as far
as its values are of the right kind. `writer.rendering.exports` writes what is read here.
"""

from __future__ import annotations

import re

from writer.corpus import jsonl
from writer.corpus.columns import text
from writer.corpus.record import Record, to_entry
from writer.entry import Author, Entry, Source

_MARK = re.compile(r'\s*\{[^\n]*"writer": ?1[,}]')


def _record(values: dict[str, object], source: Source) -> Record | str:
    told = {name: text(value) for name, value in values.items() if isinstance(value, str)}
    title, abstract = told.get("title", ""), told.get("abstract", "")
    if not title and not abstract:
        return "neither a title nor an abstract"
    year = values.get("year")
    # A key edited by hand may be none that BibTeX can carry.
    keyed = to_entry(Record(source, key=told.get("key")))
    aliases = (alias for alias in _list(values.get("aliases")) if isinstance(alias, str) and alias)
    entry = Entry(
        key=keyed.key,
        title=title,
        abstract=abstract,
        source=source,
        authors=tuple(Author(family, given) for family, given in _pairs(values.get("authors"), "family", "given")),
        more_authors=values.get("more_authors") is True,
        year=year if isinstance(year, int) and not isinstance(year, bool) else None,
        venue=told.get("venue") or None,
        doi=told.get("doi") or None,
        arxiv=told.get("arxiv") or None,
        url=told.get("url") or None,
        kind=told.get("kind") or "misc",
        fields=tuple(_pairs(values.get("fields"), "name", "value")),
        raw_title=told.get("raw_title") or title,
        raw_abstract=told.get("raw_abstract") or abstract,
        aliases=(*keyed.aliases, *aliases),
        sources=(source,),
        truncated=values.get("truncated") is True,
        language=told.get("language") or None,
        pmid=told.get("pmid") or None,
    )
    return Record(source, entry=entry)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _pairs(value: object, first: str, second: str) -> list[tuple[str, str]]:
    """The two texts of each object in a list; the first must say something."""
    found = []
    for item in _list(value):
        if isinstance(item, dict):
            one, other = item.get(first), item.get(second, "")
            if isinstance(one, str) and one and isinstance(other, str):
                found.append((one, other))
    return found


READER = jsonl.reader(
    "export", "an export of `writer corpus export`", lambda head: _MARK.match(head) is not None, _record
)
