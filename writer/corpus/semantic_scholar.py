"""Papers of Semantic Scholar: the dumps of its datasets (papers, abstracts) and the answers of its interface.

The datasets keep titles and abstracts in two files; `corpusid` says which belong together, and `load` joins them.
"""

from __future__ import annotations

import re

from writer.corpus import columns, identifiers, jsonl
from writer.corpus.record import Record
from writer.entry import Source

_PAPER = re.compile(r'"corpusid"\s*:\s*\d|"paperId"\s*:\s*"[0-9a-f]{40}"')
_KINDS = {"journalarticle": "article", "review": "article", "conference": "inproceedings", "book": "book",
          "booksection": "incollection"}  # fmt: skip


def _record(values: dict[str, object], source: Source) -> Record | str:
    title, abstract = columns.text(values.get("title")), columns.text(values.get("abstract"))
    if not title and not abstract:
        # Papers that the interface was asked for and does not know come as null or without texts.
        return "neither a title nor an abstract"
    authors, more = columns.authors_of(values.get("authors"))
    ids = _ids(values)
    kinds = values.get("publicationtypes") or values.get("publicationTypes")
    kind = columns.text(kinds[0]).casefold() if isinstance(kinds, list) and kinds else ""
    corpus_id = columns.text(values.get("corpusid")) or ids.get("corpusid", "")
    return Record(
        source,
        title=title,
        abstract=abstract,
        authors=authors,
        more_authors=more,
        year=identifiers.year(columns.text(values.get("year")))
        or identifiers.year(columns.text(values.get("publicationdate") or values.get("publicationDate"))),
        venue=columns.text(values.get("venue")) or columns.text(values.get("journal")) or None,
        doi=identifiers.doi(ids.get("doi", "")),
        arxiv=identifiers.arxiv(ids.get("arxiv", "")),
        url=columns.text(values.get("url")) or None,
        kind=_KINDS.get(kind, "misc"),
        pmid=identifiers.pmid(ids.get("pubmed", "")),
        part_of=f"s2:{corpus_id}" if corpus_id and "corpusid" in values else "",
    )


def _ids(values: dict[str, object]) -> dict[str, str]:
    """The ids of other catalogues, names in small letters; the abstracts' file keeps them a level deeper."""
    access = values.get("openaccessinfo")
    deeper = access.get("externalids") if isinstance(access, dict) else None
    found = values.get("externalids") or values.get("externalIds") or deeper
    return {name.casefold(): columns.text(value) for name, value in found.items()} if isinstance(found, dict) else {}


READER = jsonl.reader(
    "semantic-scholar",
    "papers of Semantic Scholar as JSON",
    lambda text: _PAPER.search(text) is not None,
    _record,
)
