"""The XML dump of DBLP: titles, authors, years and venues of computer science, without abstracts.

Records of persons (`www`) are no papers and are passed over. A key is the one that DBLP's own BibTeX gives.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from writer.corpus import identifiers, names, xml_records
from writer.corpus.opening import Opened
from writer.corpus.record import Found, Reader, Record, streamed
from writer.entry import Author, Skipped, Source

_KINDS = ("article", "inproceedings", "proceedings", "book", "incollection", "phdthesis", "mastersthesis", "data")
# What stands between: persons and their pages.
_OTHERS = "dblp www person author editor title url note cite crossref year ee homonym i sub sup tt ref"
# `Wei Wang 0001` is how DBLP tells persons of one name apart.
_NUMBER = re.compile(r"\s+\d{4}$")
_PREPRINT = re.compile(r"abs/(\S+)")


def _stream(opened: Opened) -> Found:
    for line, found in xml_records.records(opened, _KINDS, _OTHERS):
        made = found if isinstance(found, str) else _record(found, Source(opened.name, line))
        yield Skipped(opened.name, line, made) if isinstance(made, str) else made


def _record(element: Element, source: Source) -> Record | str:
    def texts(name: str) -> list[str]:
        return [found for child in element.findall(name) if (found := xml_records.text(child))]

    def first(*options: str) -> str:
        return next((found for name in options for found in texts(name)), "")

    title = first("title")
    if not title:
        return f"<{element.tag}> has no title"
    authors: list[Author] = []
    for name in texts("author") or texts("editor"):
        authors.extend(names.from_list([_NUMBER.sub("", name)])[0])
    links = texts("ee")
    preprint = _PREPRINT.match(first("volume")) if first("journal") == "CoRR" else None
    key = element.get("key", "")
    return Record(
        source,
        # DBLP closes each title with a full stop of its own.
        title=title[:-1] if title.endswith(".") and not title.endswith("..") else title,
        key=f"DBLP:{key}" if key else None,
        authors=tuple(authors),
        year=identifiers.year(first("year")),
        venue=first("journal", "booktitle", "school", "publisher") or None,
        doi=next((doi for link in links if (doi := identifiers.doi(link))), None),
        arxiv=identifiers.arxiv(preprint[1]) if preprint else identifiers.arxiv_within(" ".join(links)),
        url=links[0] if links else None,
        kind="misc" if element.tag == "data" else element.tag,
    )


READER = Reader(
    "dblp",
    "the XML dump of DBLP (`<dblp>`)",
    lambda text, _: xml_records.is_xml(text, "dblp"),
    streamed(_stream),
    _stream,
)
