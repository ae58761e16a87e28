"""RIS files, their records cut out here and read by rispy one by one.

rispy alone would give nothing for a file with a byte order mark, would lose a record without `ER` with all that
follows, cannot say in which line a record stood, and drops a second value of a field. What a tag means is its
knowledge; `writer.rendering.ris` writes with it what is read here.
"""

from __future__ import annotations

import re
from typing import Any

from writer.corpus import identifiers, language, names, tagged
from writer.corpus.opening import Opened
from writer.corpus.record import Found, Reader, Record, streamed
from writer.entry import Skipped, Source

# Two blanks are the rule; with one, only tags that are common in RIS are taken for such.
_GRAMMAR = tagged.Grammar(
    tag=re.compile(
        r"((?:[A-Z][A-Z0-9](?=  -))|(?:TY|ER|TI|T[123]|A[UB1-4]|N[12]|PY|Y[12]|DO|UR|J[OFA]|VL|SP|EP|SN|KW|PB)(?= ?-))"
        r" {0,2}-(?: (.*))?$"
    ),
    starts="TY",
    ends="ER",
    damaged=re.compile(r"[A-Za-z][A-Za-z0-9]?  -(?: |$)"),
)
_START = re.compile(r"^TY {1,2}-[ \t]*[A-Za-z]", re.MULTILINE)
_KINDS = {
    "ABST": "article", "BLOG": "online", "BOOK": "book", "CHAP": "incollection", "COMP": "software",
    "CONF": "inproceedings", "CPAPER": "inproceedings", "DATA": "dataset", "EBOOK": "book", "ECHAP": "incollection",
    "EDBOOK": "book", "EJOUR": "article", "ELEC": "online", "INPR": "article", "JFULL": "article", "JOUR": "article",
    "MGZN": "article", "NEWS": "article", "RPRT": "techreport", "THES": "phdthesis", "UNPB": "unpublished",
}  # fmt: skip
_PUBLISHED_BY = ("book", "phdthesis", "techreport")
"""Kinds whose venue is their publisher."""
_VENUES = ("alternate_title3", "secondary_title", "journal_name", "BT", "custom3", "alternate_title2",
           "alternate_title1", "tertiary_title")  # fmt: skip
_KEY = re.compile(r"(?!\d+$|10\.\d|https?:)\S+")
# A label may be any word of the user's (`read`), which no two works can share as their key.
_LABEL = re.compile(r"[^\W\d_][\w:.-]*\d\d[\w:.-]*")
_NOTED_ARXIV = re.compile(r"arXiv:\s*\S+$", re.IGNORECASE)
_NOTED_PMID = re.compile(r"PMID:\s*\d+$", re.IGNORECASE)


def _stream(opened: Opened) -> Found:
    import rispy  # type: ignore[import-untyped,unused-ignore]

    # Without its delimiters, since an address may hold a semicolon.
    parser = rispy.RisParser(enforce_list_tags=False, delimiter_tags_mapping={})
    closed = False
    for block in tagged.blocks(opened, _GRAMMAR):
        if isinstance(block, Skipped):
            yield block
            continue
        made = block.bad or block.conflict("TI", "T1", "DO") or _record(_values(parser, block), block, opened.name)
        yield made if isinstance(made, Record) else Skipped(opened.name, block.line, made)
        closed = closed or block.ended
        if closed and not block.ended and isinstance(made, Record):
            yield Skipped(opened.name, block.line, "not closed by ER: read, but it may not be whole")


def _values(parser: Any, block: tagged.Block) -> dict[str, Any]:
    """The values of a record under rispy's names."""
    # `UK` is rispy's own sign for tags that it does not know.
    lines = [f"{field.tag}  - {field.text}" for field in block.fields if field.tag != "UK"]
    read: list[dict[str, Any]] = parser.parse("\n".join([*lines, "ER  - "]))
    values = read[0]
    return {**values, **values.get("unknown_tag", {})}


def _record(values: dict[str, Any], block: tagged.Block, file: str) -> Record | str:
    def every(*options: str) -> list[str]:
        """The texts of the first of these names that has one."""
        for name in options:
            value = values.get(name) or []
            found = [text for text in ([value] if isinstance(value, str) else value) if text]
            if found:
                return found
        return []

    def first(*options: str) -> str:
        return next(iter(every(*options)), "")

    title, abstract = (
        first("title", "primary_title", "CT"),
        " ".join(dict.fromkeys(every("abstract", "notes_abstract"))),
    )
    kind = _KINDS.get(first("type_of_reference").upper(), "misc")
    if kind == "book":
        title = title or first("BT", "secondary_title")
    if not title and not abstract:
        return "neither a title nor an abstract"
    authors, more = names.from_inverted(every("authors", "first_authors") or every("secondary_authors", "ED"))
    links, notes = every("urls"), every("notes")
    key, label = first("id"), first("label")
    return Record(
        Source(file, block.line),
        title=title,
        abstract=abstract,
        key=key if _KEY.fullmatch(key) else label if _LABEL.fullmatch(label) else None,
        authors=authors,
        more_authors=more,
        year=next(filter(None, map(identifiers.year, map(first, ("year", "publication_year", "date")))), None),
        venue=first(*(("publisher",) if kind in _PUBLISHED_BY else ()), *_VENUES) or None,
        doi=_doi([first("doi"), *links, *notes, first("type_of_work"), key]),
        arxiv=_arxiv(notes, [*links, first("doi"), first(*_VENUES), first("accession_number"), first("note")]),
        url=next(iter(links), None),
        kind=kind,
        pmid=_pmid(notes, first("accession_number"), first("name_of_database", "database_provider")),
        language=language.told(first("language")),
        # A file that breaks off within an abstract has cut it.
        truncated=not block.ended and block.fields[-1].tag in ("AB", "N2") and _is_open(block.fields[-1].text),
    )


def _is_open(text: str) -> bool:
    return text[-1:] not in (".", "!", "?")


def _doi(places: list[str]) -> str | None:
    return next((doi for place in places if (doi := identifiers.doi(place))), None)


def _arxiv(notes: list[str], places: list[str]) -> str | None:
    noted = (identifiers.arxiv(note) for note in notes if _NOTED_ARXIV.match(note))
    return next(filter(None, noted), None) or identifiers.arxiv_within(" ".join(places))


def _pmid(notes: list[str], accession: str, database: str) -> str | None:
    noted = next((note for note in notes if _NOTED_PMID.match(note)), "")
    in_pubmed = database.casefold() in ("pubmed", "medline", "nlm")
    return identifiers.pmid(noted) or (identifiers.pmid(accession) if in_pubmed else None)


READER = Reader(
    "ris",
    "RIS records from `TY  -` to `ER  -`",
    lambda text, _: _START.search(text) is not None,
    streamed(_stream),
    _stream,
)
