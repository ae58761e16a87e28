"""Exports of the Web of Science: the field format (`PT J` … `ER`) and the table with columns of two letters.

The table quotes nothing, so a quotation mark in it is one, and each line is a record. Tables with whole names of
columns are read as any table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from writer.corpus import identifiers, language, names, tagged
from writer.corpus.opening import Opened, Unreadable
from writer.corpus.record import Found, Reader, Record, streamed
from writer.entry import Author, Skipped, Source

_GRAMMAR = tagged.Grammar(
    tag=re.compile(r"([A-Z][A-Z0-9])(?: (.*))?$"),
    starts="PT",
    ends="ER",
    continues=re.compile(r" {2,}|\t"),
    between=re.compile(r"(?:FN|VR|EF)\b"),
)
_FIELDS = re.compile(r"^FN .*(?:Clarivate|Thomson|ISI |Web of)", re.MULTILINE)
_RECORD = re.compile(r"^PT [A-Z]\n(?:(?:[A-Z][A-Z0-9] |   ).*\n)*?(?:TI|SO|UT) ", re.MULTILINE)
_KINDS = {"J": "article", "B": "book", "S": "incollection", "C": "inproceedings"}
_DOCUMENTS = (("proceedings paper", "inproceedings"), ("book chapter", "incollection"), ("article", "article"))


def _recognises(text: str, _: str) -> bool:
    return _columns(text.split("\n", 1)[0]) is not None or bool(_FIELDS.search(text) or _RECORD.search(text))


def _columns(line: str) -> list[str] | None:
    """The columns of a table's first line, all of two letters and digits."""
    cells = [cell.strip() for cell in line.rstrip("\t").split("\t")]
    short = all(re.fullmatch("[A-Z][A-Z0-9]", cell) for cell in cells)
    return cells if short and len(cells) > 2 and ("TI" in cells or "AB" in cells) else None


def _stream(opened: Opened) -> Found:
    titles = _columns(opened.head.split("\n", 1)[0])
    return _of_fields(opened) if titles is None else _of_table(opened, titles)


def _of_fields(opened: Opened) -> Found:
    closed = False
    for block in tagged.blocks(opened, _GRAMMAR):
        if isinstance(block, Skipped):
            yield block
            continue
        made = block.bad or block.conflict("UT", "PM") or _record(block.lines_by_tag(), Source(opened.name, block.line))
        yield made if isinstance(made, Record) else Skipped(opened.name, block.line, made)
        closed = closed or block.ended
        if closed and not block.ended and isinstance(made, Record):
            yield Skipped(opened.name, block.line, "not closed by ER: read, but it may not be whole")


def _of_table(opened: Opened, titles: list[str]) -> Found:
    for number, line in _below_the_first(opened.lines()):
        if isinstance(line, Unreadable):
            yield Skipped(opened.name, number, str(line))
            continue
        cells = line.split("\t")
        if len(cells) < len(titles) or any(cell.strip() for cell in cells[len(titles) :]):
            reason = f"{len(cells)} cells where the first line names {len(titles)}"
            yield Skipped(opened.name, number, reason)
            continue
        values = {title: [cell.strip()] for title, cell in zip(titles, cells, strict=False)}
        made = _record(values, Source(opened.name, number))
        yield made if isinstance(made, Record) else Skipped(opened.name, number, made)


def _below_the_first(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, 1) if number > 1 and line.strip())


def _record(values: Mapping[str, list[str]], source: Source) -> Record | str:
    def first(*tags: str) -> str:
        return next((text for tag in tags if (text := " ".join(values.get(tag, ())).strip())), "")

    title, abstract = first("TI"), first("AB")
    if not title and not abstract:
        return "neither a title nor an abstract"
    # A name stands in a line of its own; older exports, and tables, have all of them in one.
    listed = values.get("AF") if first("AF") else values.get("AU", [])
    authors, more = names.from_inverted(name for line in listed or () for name in line.split(";") if name.strip())
    groups = tuple(Author(name) for line in values.get("CA", ()) for part in line.split(";") if (name := part.strip()))
    document = first("DT").casefold()
    told = next((kind for name, kind in _DOCUMENTS if name in document), None)
    return Record(
        source,
        title=title,
        abstract=abstract,
        authors=authors + groups,
        more_authors=more,
        year=identifiers.year(first("PY")) or identifiers.year(first("EY", "EA")),
        venue=first("SO", "JI", "J9") or None,
        doi=identifiers.doi(first("DI")),
        arxiv=identifiers.arxiv_within(f"{first('SO')} {first('DI')} {first('AR')}"),
        kind=told or _KINDS.get(first("PT"), "misc"),
        pmid=identifiers.pmid(first("PM")),
        language=language.told(first("LA")),
    )


READER = Reader(
    "web-of-science",
    "an export of the Web of Science (`PT`, `TI`, `AB` … as fields or as columns)",
    _recognises,
    streamed(_stream),
    _stream,
)
