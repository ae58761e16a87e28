"""Exports of Scopus as CSV: a table whose columns need their own reading (authors, link, kind of document)."""

from __future__ import annotations

import re
from dataclasses import replace

from writer.corpus import columns, identifiers, language, names, table
from writer.corpus.record import Reader, Record, streamed
from writer.entry import Source

_KINDS = {
    "article": "article", "review": "article", "letter": "article", "note": "article", "editorial": "article",
    "short survey": "article", "data paper": "article", "article in press": "article",
    "conference paper": "inproceedings", "conference review": "proceedings", "book": "book",
    "book chapter": "incollection", "report": "techreport",
}  # fmt: skip
# What Scopus writes into a cell that it has nothing for.
_NOTHING = re.compile(
    r"\[No (?:abstract|author name|author id|authors?|title|source|\w+) (?:available|listed|found)\]", re.I
)
_OLD_LIST = re.compile(r"(?<=\.),\s+")


def _recognises(text: str, _: str) -> bool:
    head = table.header(text.split("\n", 1)[0])
    if head is None:
        return False
    found = {columns.folded(name) for name in head[0]}
    return (
        "title" in found and "sourcetitle" in found and bool(found & {"eid", "authorsid", "authorfullnames", "citedby"})
    )


def _record(cells: dict[str, str], source: Source) -> Record | str:
    values = {columns.folded(name): "" if _NOTHING.fullmatch(cell.strip()) else cell for name, cell in cells.items()}
    plain = {name: text for name, text in values.items() if name not in ("authors", "documenttype", "link")}
    made = columns.record(plain, source)
    if isinstance(made, str):
        return made
    authors, more = _authors(values)
    return replace(
        made,
        key=None,
        authors=authors,
        more_authors=more,
        doi=made.doi or identifiers.doi(values.get("link", "")),
        # Scopus' own page, behind a wall: better than none.
        url=values.get("link", "").strip() or None,
        language=made.language or language.told(values.get("languageoforiginaldocument", "")),
        kind=_KINDS.get(values.get("documenttype", "").strip().casefold(), "misc"),
    )


def _authors(values: dict[str, str]) -> names.Authors:
    """`Li, Mei (5719…); Okafor, Ada (…)` where full names are told, else `Li M.; Okafor A.` or `Li M., Okafor A.`"""
    told = values.get("authorfullnames", "").strip() or values.get("authors", "").strip()
    listed = told.split(";") if ";" in told or "(" in told else _OLD_LIST.split(told)
    return names.from_inverted(name for name in listed if name.strip())


_stream = table.streaming(_record)
READER = Reader(
    "scopus",
    "an export of Scopus as CSV (`Authors`, `Title`, `Year`, `Source title`, `EID`)",
    _recognises,
    streamed(_stream),
    _stream,
)
