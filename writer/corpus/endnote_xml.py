"""EndNote's XML, which Zotero and Mendeley write too: every text in elements that say how it looks."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from writer.corpus import identifiers, language, names, xml_records
from writer.corpus.opening import Opened
from writer.corpus.record import Found, Reader, Record, streamed
from writer.corpus.xml_markup import marked_text
from writer.entry import Skipped, Source

_KINDS = {
    "journal article": "article", "electronic article": "article", "magazine article": "article",
    "newspaper article": "article", "conference proceedings": "inproceedings", "conference paper": "inproceedings",
    "book": "book", "edited book": "book", "electronic book": "book", "book section": "incollection",
    "electronic book section": "incollection", "thesis": "phdthesis", "report": "techreport", "web page": "online",
    "unpublished work": "unpublished", "dataset": "dataset", "computer program": "software",
}  # fmt: skip
_PUBLISHED_BY = ("book", "phdthesis", "techreport")
_RECORD = re.compile(r"<records>|<(?:source-app|rec-number|ref-type)[\s>]")
# A label may be any word of the user's, which no two works can share as their key.
_LABEL = re.compile(r"[^\W\d_][\w:.-]*\d\d[\w:.-]*")


def _stream(opened: Opened) -> Found:
    for line, found in xml_records.records(opened, ("record",)):
        made = found if isinstance(found, str) else _record(found, Source(opened.name, line))
        yield made if isinstance(made, Record) else Skipped(opened.name, line, made)


def _record(element: Element, source: Source) -> Record | str:
    def every(path: str) -> list[str]:
        return [text for found in element.findall(path) if (text := marked_text(found))]

    def first(*paths: str) -> str:
        return next((text for path in paths for text in every(path)), "")

    title, abstract = first("titles/title"), first("abstract")
    if not title and not abstract:
        return "neither a title nor an abstract"
    kind = element.find("ref-type")
    told = _KINDS.get(kind.get("name", "").casefold(), "misc") if kind is not None else "misc"
    # Editors stand beside the authors, as secondary ones; of a proceedings volume they are all there is.
    authors, more = names.from_inverted(
        every("contributors/authors/author") or every("contributors/secondary-authors/author")
    )
    links = every("urls/related-urls/url") or every("urls/web-urls/url")
    accession, label = first("accession-num"), first("label")
    numbers = [first("electronic-resource-num"), *links]
    venues = ("titles/secondary-title", "periodical/full-title", "alt-periodical/full-title", "titles/alt-title")
    return Record(
        source,
        title=title,
        abstract=abstract,
        key=label if _LABEL.fullmatch(label) else None,
        authors=authors,
        more_authors=more,
        year=identifiers.year(first("dates/year")) or identifiers.year(first("dates/pub-dates/date")),
        venue=first(*(("publisher",) if told in _PUBLISHED_BY else ()), *venues) or None,
        doi=next((doi for number in numbers if (doi := identifiers.doi(number))), None),
        arxiv=identifiers.arxiv_within(" ".join([*numbers, accession, first("titles/secondary-title")])),
        url=next(iter(links), None),
        kind=told,
        pmid=_pmid(accession, first("remote-database-name"), links),
        language=language.told(first("language")),
    )


def _pmid(accession: str, database: str, links: list[str]) -> str | None:
    """EndNote keeps the numbers of all databases in one field: it is PubMed's where PubMed is named."""
    in_pubmed = database.casefold() in ("pubmed", "medline", "nlm") or any("pubmed" in link for link in links)
    return identifiers.pmid(accession) if in_pubmed else None


READER = Reader(
    "endnote-xml",
    "EndNote's XML (`<xml><records><record>`)",
    lambda text, _: xml_records.is_xml(text, "xml|records") and _RECORD.search(text) is not None,
    streamed(_stream),
    _stream,
)
