r"""Works of Crossref: the messages of its interface and the files of its public data, as JSON.

Abstracts come in JATS. Its paragraphs and headings become lines here, for `clean` only takes tags away; the signs
within a paragraph stay for it.
"""

from __future__ import annotations

import html
import re

from writer.corpus import columns, identifiers, jsonl, language
from writer.corpus.record import Record
from writer.entry import Source

_ANSWER = re.compile(r'"message-type"\s*:\s*"work')
_WORK = (
    re.compile(r'"DOI"\s*:\s*"10\.'),
    re.compile(r'"title"\s*:\s*\['),
    re.compile(r'"(?:reference-count|is-referenced-by-count|references-count|indexed|deposited|member|prefix)"\s*:'),
)
_KINDS = {
    "journal-article": "article", "proceedings-article": "inproceedings", "book-chapter": "incollection",
    "book": "book", "monograph": "book", "edited-book": "book", "reference-book": "book", "dissertation": "phdthesis",
    "report": "techreport", "proceedings": "proceedings",
}  # fmt: skip
_DATES = ("issued", "published", "published-print", "published-online", "created")

_ABSTRACT_TITLE = re.compile(
    r"<(?:jats:)?title[^>]*>\s*(?:abstract|summary)\s*[:.]?\s*</(?:jats:)?title>", re.IGNORECASE
)
_HEADING = re.compile(r"<(?:jats:)?title[^>]*>\s*(.*?)\s*[:.]?\s*</(?:jats:)?title>", re.DOTALL)
_BLOCK = re.compile(
    r"</?(?:jats:)?(?:p|sec|list|list-item|disp-formula|abstract|label)(?:\s[^<>]*)?/?>|<(?:jats:)?break\s*/>"
)
_TWICE = re.compile(r"<(?:jats:)?(tex-math)\b.*?</(?:jats:)?\1>", re.DOTALL)
_FORMULA = re.compile(
    r"</?(?:mml:[\w-]+|(?:jats:)?(?:inline-formula|alternatives|inline-graphic|ext-link|xref|named-content|styled-content"
    r"|sc|monospace|roman|underline))(?:\s[^<>]*)?/?>"
)


def from_jats(text: str) -> str:
    """The text of a JATS abstract, blocks on lines of their own, its heading `Abstract` left out.

    >>> from_jats("<jats:title>Abstract</jats:title><jats:sec><jats:title>Aim</jats:title><jats:p>To see.</jats:p>")
    'Aim: To see.'
    """
    if "&lt;" in text:
        # Some publishers deposit their markup escaped.
        text = html.unescape(text)
    if "<" not in text:
        return text
    if "<mml:" in text:
        # A formula told twice is told once.
        text = _TWICE.sub(" ", text)
    text = _HEADING.sub(r"\n\1: ", _ABSTRACT_TITLE.sub(" ", text))
    lines = _FORMULA.sub("", _BLOCK.sub("\n", text)).split("\n")
    found = "\n".join(line for line in map(str.strip, lines) if line)
    return re.sub(r":\n", ": ", found)


def _record(values: dict[str, object], source: Source) -> Record | str:
    message = values.get("message")
    if isinstance(message, dict) and "items" not in message and "DOI" in message:
        values = message
    title = columns.text(values.get("title"))
    subtitle = columns.text(values.get("subtitle"))
    abstract = from_jats(columns.text(values.get("abstract")))
    if not title and not abstract:
        return "neither a title nor an abstract"
    authors, more = columns.authors_of(values.get("author") or values.get("editor"))
    doi = identifiers.doi(columns.text(values.get("DOI")))
    return Record(
        source,
        title=f"{title}: {subtitle}" if title and subtitle and subtitle not in title else title,
        abstract=abstract,
        authors=authors,
        more_authors=more,
        year=next(filter(None, (_year(values.get(name)) for name in _DATES)), None),
        venue=columns.text(values.get("container-title")) or None,
        doi=doi,
        arxiv=identifiers.arxiv_within(doi or ""),
        url=columns.text(values.get("URL")) or None,
        kind=_KINDS.get(columns.text(values.get("type")), "misc"),
        language=language.told(columns.text(values.get("language"))),
    )


def _year(value: object) -> int | None:
    """The year of `{"date-parts": [[2020, 3, 1]]}`; the parts may be null."""
    return identifiers.year(columns.date_text(value)) if isinstance(value, dict) else None


READER = jsonl.reader(
    "crossref",
    "works of Crossref as JSON",
    lambda text: _ANSWER.search(text) is not None or all(mark.search(text) for mark in _WORK),
    _record,
)
