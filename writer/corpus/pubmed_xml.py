"""PubMed's XML: articles and chapters of books, with structured abstracts.

The parts of a structured abstract keep their labels (`METHODS: …`), as PubMed prints them.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from writer.corpus import identifiers, language, xml_records
from writer.corpus.nbib import title_of
from writer.corpus.opening import Opened
from writer.corpus.record import Found, Reader, Record, streamed
from writer.corpus.xml_markup import marked_text
from writer.entry import Author, Skipped, Source

_RECORDS = ("PubmedArticle", "PubmedBookArticle")
# What PubMed writes where a part has no label.
_NO_LABEL = frozenset({"", "UNLABELLED", "UNASSIGNED"})


def _stream(opened: Opened) -> Found:
    for line, found in xml_records.records(opened, _RECORDS):
        made = found if isinstance(found, str) else _record(found, Source(opened.name, line))
        yield made if isinstance(made, Record) else Skipped(opened.name, line, made)


def _record(element: Element, source: Source) -> Record | str:
    citation = element.find("MedlineCitation")
    if citation is None:
        citation = element.find("BookDocument")
    article = citation.find("Article") if citation is not None else None
    if article is None:
        article = citation
    if citation is None or article is None:
        return f"<{element.tag}> holds no article"

    def first(*paths: str) -> str:
        found = (marked_text(article.find(path)) for path in paths)
        return next(filter(None, found), "")

    title = title_of(first("ArticleTitle", "VernacularTitle", "Book/BookTitle"))
    abstract = _abstract(article) or _abstract(citation, "OtherAbstract")
    if not title and not abstract:
        return f"<{element.tag}> has neither a title nor an abstract"
    authors, more = _authors(article)
    return Record(
        source,
        title=title,
        abstract=abstract,
        authors=authors,
        more_authors=more,
        year=_year(article),
        venue=first("Journal/Title", "Journal/ISOAbbreviation", "Book/BookTitle") or None,
        doi=_doi(element, article),
        kind=_kind(article),
        pmid=identifiers.pmid(xml_records.text(citation.find("PMID"))),
        language=language.told(first("Language")),
    )


def _abstract(element: Element, name: str = "Abstract") -> str:
    """The parts of the first abstract, each behind its label, in lines."""
    parts = []
    found = element.find(name)
    for part in found.findall("AbstractText") if found is not None else ():
        text, label = marked_text(part), part.get("Label", "").strip().rstrip(":")
        if text:
            parts.append(text if label.upper() in _NO_LABEL else f"{label}: {text}")
    return "\n".join(parts)


def _authors(article: Element) -> tuple[tuple[Author, ...], bool]:
    lists = article.findall("AuthorList")
    listed = next((found for found in lists if found.get("Type") != "editors"), None)
    if listed is None:
        return (), False
    authors = []
    for author in listed.findall("Author"):
        body = xml_records.text(author.find("CollectiveName"))
        family = xml_records.text(author.find("LastName")) or body
        parts = (xml_records.text(author.find(name)) for name in ("ForeName", "Initials"))
        given = "" if family == body else next(filter(None, parts), "")
        suffix = xml_records.text(author.find("Suffix"))
        if family:
            authors.append(Author(family, f"{given}, {suffix}" if given and suffix else given))
    return tuple(authors), listed.get("CompleteYN") == "N"


def _year(article: Element) -> int | None:
    places = ("Journal/JournalIssue/PubDate", "Book/PubDate", "ArticleDate", "ContributionDate")
    found = (identifiers.year(" ".join(article.find(place).itertext())) for place in places  # type: ignore[union-attr]
             if article.find(place) is not None)  # fmt: skip
    return next(filter(None, found), None)


def _doi(element: Element, article: Element) -> str | None:
    """The record's own DOI; those of the works that it cites stand deeper."""
    told = [found for found in article.findall("ELocationID") if found.get("EIdType") == "doi"]
    for data in ("PubmedData", "PubmedBookData", "BookDocument"):
        told += [found for found in element.findall(f"{data}/ArticleIdList/ArticleId") if found.get("IdType") == "doi"]
    return next((doi for found in told if (doi := identifiers.doi(xml_records.text(found)))), None)


def _kind(article: Element) -> str:
    types = {xml_records.text(found).casefold() for found in article.iter("PublicationType")}
    if article.find("Book") is not None:
        return "incollection" if article.find("ArticleTitle") is not None else "book"
    return "misc" if "preprint" in types else "article"


READER = Reader(
    "pubmed-xml",
    "PubMed's XML (`<PubmedArticleSet>`)",
    lambda text, _: xml_records.is_xml(text, "PubmedArticleSet|PubmedArticle|PubmedBookArticle|PubmedBookArticleSet"),
    streamed(_stream),
    _stream,
)
