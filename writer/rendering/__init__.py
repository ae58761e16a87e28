"""What a draft and what the checker found are written as: format names, their renderers and file suffixes.

A renderer is a pure function of a draft (or an inspection) and its corpus; nothing here reads or writes, except
`files.py`, which writes whole files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from writer.draft import Draft, Kind
from writer.entry import Corpus
from writer.errors import UserError
from writer.rendering.annotations import to_annotations
from writer.rendering.bibliography import to_bibtex
from writer.rendering.card import Card, Changes, card_json, card_latex, card_markdown, card_of
from writer.rendering.document import DOCUMENTS, STYLES, to_document
from writer.rendering.draft_json import from_json, to_json
from writer.rendering.files import write_all, write_whole
from writer.rendering.html import to_html
from writer.rendering.latex import CITING, Style, style_named, to_latex
from writer.rendering.look import Look
from writer.rendering.markdown import to_markdown
from writer.rendering.report_json import to_report_json
from writer.rendering.report_text import to_text
from writer.rendering.sarif import to_sarif
from writer.report import Explanation, Inspection

__all__ = [
    "CITING",
    "FORMATS",
    "REPORT_FORMATS",
    "STYLES",
    "Card",
    "Changes",
    "Format",
    "Look",
    "Style",
    "card_json",
    "card_of",
    "format_named",
    "from_json",
    "style_named",
    "to_annotations",
    "to_bibtex",
    "to_document",
    "to_html",
    "to_json",
    "to_latex",
    "to_markdown",
    "to_report_json",
    "to_sarif",
    "to_text",
    "write_all",
    "write_whole",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a draft: its suffix and its renderer. Documents are bytes, all else is text."""

    suffix: str
    render: Callable[[Draft, Corpus, Look], str | bytes]
    cites_bibliography: bool = False
    """Whether the output refers to a `.bib` file, which `to_bibtex` makes."""


def _markdown(draft: Draft, corpus: Corpus, look: Look) -> str:
    text = to_markdown(draft, corpus, bibliography=look.bibliography)
    return f"{text}\n{card_markdown(card_of(draft, look.changes))}" if look.card else text


def _latex(draft: Draft, corpus: Corpus, look: Look) -> str:
    appendix = card_latex(card_of(draft, look.changes)) if look.card else ()
    name = look.bibliography or "references"
    return to_latex(draft, corpus, bibliography=name, standalone=look.standalone, style=look.latex, appendix=appendix)


def _page(draft: Draft, corpus: Corpus, look: Look) -> str:
    return to_html(draft, corpus, changes=look.changes, coverage=look.coverage)


def _document(form: str) -> Format:
    def render(draft: Draft, corpus: Corpus, look: Look) -> bytes:
        card = card_of(draft, look.changes) if look.card else None
        return to_document(draft, corpus, form, style=look.csl, card=card)

    return Format(f".{form}", render)


FORMATS = {
    "md": Format(".md", _markdown, True),
    "tex": Format(".tex", _latex, True),
    "html": Format(".html", _page),
    "json": Format(".json", lambda draft, corpus, _: to_json(draft, corpus)),
    **{form: _document(form) for form in DOCUMENTS},
}

ReportFormat = Callable[[Inspection, Corpus, Mapping[Kind, Explanation]], str]
REPORT_FORMATS: dict[str, ReportFormat] = {
    "text": to_text,
    "json": lambda inspection, corpus, _: to_report_json(inspection, corpus),
    "sarif": to_sarif,
    "github": lambda inspection, _, __: to_annotations(inspection),
}
"""Ways to tell an inspection; each takes the kinds of problems in words as well. Text has options of its own."""


def format_named(name: str) -> Format:
    """The format of this name; `UserError` lists the known ones where there is none."""
    if name not in FORMATS:
        raise UserError(f"there is no output format {name!r}", hint=f"choose one of: {', '.join(FORMATS)}")
    return FORMATS[name]
