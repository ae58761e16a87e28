"""What a draft is written as: format names, their renderers and file suffixes.

A renderer is a pure function of a draft and its corpus; nothing here reads or writes, except `files.py`, which
writes whole files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from writer.draft import Draft
from writer.entry import Corpus
from writer.errors import UserError
from writer.rendering.bibliography import to_bibtex
from writer.rendering.draft_json import from_json, to_json
from writer.rendering.files import write_all, write_whole
from writer.rendering.latex import to_latex
from writer.rendering.markdown import to_markdown

__all__ = [
    "FORMATS",
    "Format",
    "format_named",
    "from_json",
    "to_bibtex",
    "to_json",
    "to_latex",
    "to_markdown",
    "write_all",
    "write_whole",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a draft; `render(draft, corpus, bibliography)` takes the name of the `.bib` beside it, or None."""

    suffix: str
    render: Callable[[Draft, Corpus, str | None], str]
    cites_bibliography: bool
    """Whether the output refers to a `.bib` file, which `to_bibtex` makes."""


FORMATS = {
    "md": Format(".md", lambda draft, corpus, bib: to_markdown(draft, corpus, bibliography=bib), True),
    "tex": Format(".tex", lambda draft, corpus, bib: to_latex(draft, corpus, bibliography=bib or "references"), True),
    "json": Format(".json", lambda draft, corpus, _: to_json(draft, corpus), False),
}


def format_named(name: str) -> Format:
    """The format of this name; `UserError` lists the known ones where there is none."""
    if name not in FORMATS:
        raise UserError(f"there is no output format {name!r}", hint=f"choose one of: {', '.join(FORMATS)}")
    return FORMATS[name]
