"""The formats that a corpus is read from, in the order in which they are tried."""

from __future__ import annotations

from writer.corpus import (
    arxiv,
    bibtex,
    crossref,
    csl_json,
    dblp,
    endnote_xml,
    exported,
    jsonl,
    listing,
    nbib,
    openalex,
    page,
    parquet,
    pubmed_xml,
    ris,
    scopus,
    semantic_scholar,
    table,
    web_of_science,
    zotero,
    zotero_rdf,
)
from writer.corpus.record import Reader

READERS: tuple[Reader, ...] = (
    bibtex.READER,
    zotero.READER,
    parquet.READER,
    arxiv.ATOM,
    dblp.READER,
    pubmed_xml.READER,
    endnote_xml.READER,
    zotero_rdf.READER,
    ris.READER,
    nbib.READER,
    web_of_science.READER,
    arxiv.SNAPSHOT,
    openalex.READER,
    semantic_scholar.READER,
    crossref.READER,
    exported.READER,
    csl_json.READER,
    jsonl.READER,
    scopus.READER,
    table.READER,
    listing.READER,
    page.READER,
)
"""The first that recognises a text reads it: formats with a grammar come before plain prose, catalogues with names of
their own before JSON of any kind."""


def reader_of(text: str, filename: str) -> Reader | None:
    """The reader for a text, or None when none recognises it."""
    return reader_for(text, text, filename)


def reader_for(text: str, head: str, filename: str) -> Reader | None:
    """The reader for a text, where those that stream look at its head alone."""
    tried = ((reader, head if reader.stream else text) for reader in READERS)
    return next((reader for reader, shown in tried if reader.recognises(shown, filename)), None)


def expected() -> str:
    """What a file may hold, as the end of an error message."""
    return (
        "BibTeX, RIS, PubMed, CSL-JSON, a table with a column `title` or `abstract`, a saved web page, or another of"
        f" the {len(READERS)} formats in docs/reference/formats.md"
    )
