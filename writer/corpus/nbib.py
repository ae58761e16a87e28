"""PubMed's `.nbib`: the MEDLINE format, one blank line between records.

Titles end in a full stop that PubMed sets, and stand in brackets where they were translated; both are taken away.
"""

from __future__ import annotations

import re

from writer.corpus import identifiers, language, names, tagged
from writer.corpus.opening import Opened
from writer.corpus.record import Found, Reader, Record, streamed
from writer.entry import Author, Skipped, Source

_GRAMMAR = tagged.Grammar(
    tag=re.compile(r"([A-Z][A-Z0-9][A-Z0-9 ]{2})-(?: (.*))?$"),
    starts="PMID",
    continues=re.compile(r"\s{2,}"),
)
_START = re.compile(r"^PMID- *\d", re.MULTILINE)
_FIELD = re.compile(r"^(?:OWN |STAT|DCOM|LR  |IS  |DP  |TI  |AB  |FAU |AU  |JT  |TA  |LID |BTI )- ", re.MULTILINE)
_DOI = re.compile(r"(\S+)\s*\[doi\]")
_TRANSLATED = re.compile(r"\[(.*)\]\.?")


def title_of(text: str) -> str:
    """A title as PubMed prints it, without the signs that are PubMed's own.

    >>> title_of("[Kelp in the delta]."), title_of("Kelp in the delta."), title_of("Why kelp?")
    ('Kelp in the delta', 'Kelp in the delta', 'Why kelp?')
    """
    translated = _TRANSLATED.fullmatch(text)
    if translated and "[" not in translated[1] and "]" not in translated[1]:
        text = translated[1]
    return text[:-1] if text.endswith(".") and not text.endswith("..") else text


def _stream(opened: Opened) -> Found:
    for block in tagged.blocks(opened, _GRAMMAR):
        if isinstance(block, Skipped):
            yield block
            continue
        made = block.bad or block.conflict("TI", "PMID") or _record(block, Source(opened.name, block.line))
        yield made if isinstance(made, Record) else Skipped(opened.name, block.line, made)


def _record(block: tagged.Block, source: Source) -> Record | str:
    found = {tag: lines for tag, lines in block.lines_by_tag().items() if lines}

    def first(*tags: str) -> str:
        return next((" ".join(found[tag]) for tag in tags if tag in found), "")

    title, abstract = title_of(first("TI", "BTI", "TT")), first("AB", "OAB")
    if not title and not abstract:
        return "neither a title nor an abstract"
    authors, more = _authors(block)
    ids = " ".join([*found.get("LID", ()), *found.get("AID", ())])
    doi = _DOI.search(ids)
    types = " ".join(found.get("PT", ())).casefold()
    return Record(
        source,
        title=title,
        abstract=abstract,
        authors=authors,
        more_authors=more,
        year=identifiers.year(first("DP")) or identifiers.year(first("DEP", "DA")[:4]),
        venue=first("JT", "TA", "BTI" if "TI" in found else "JT") or None,
        doi=identifiers.doi(doi[1]) if doi else None,
        kind="misc" if "preprint" in types or not first("JT", "TA") else "article",
        pmid=identifiers.pmid(first("PMID")),
        language=language.told(first("LA")),
    )


def _authors(block: tagged.Block) -> names.Authors:
    """Persons by their full names where these are told, and organisations, in the order of the record."""
    persons = "FAU" if any(field.tag == "FAU" for field in block.fields) else "AU"
    authors: list[Author] = []
    more = False
    for field in block.fields:
        if field.tag == "CN" and field.text:
            authors.append(Author(field.text))
        elif field.tag == persons:
            listed, others = names.from_inverted([field.text])
            authors.extend(listed)
            more = more or others
    return tuple(authors), more


READER = Reader(
    "nbib",
    "records of PubMed (`.nbib`), each from `PMID-` to a blank line",
    lambda text, _: _START.search(text) is not None and _FIELD.search(text) is not None,
    streamed(_stream),
    _stream,
)
