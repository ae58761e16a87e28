"""Drafts related work from a corpus of abstracts, and checks that every claim cites an entry that says so.

    import writer

    corpus = writer.load(["examples/corpus.bib"])
    draft = writer.draft_section("LLM judges and their biases", corpus)
    print(writer.to_markdown(draft, corpus))

Names are imported when they are first used, so that `import writer` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from writer.api import draft_section, draft_survey
    from writer.checking import check, check_manuscript
    from writer.corpus import load
    from writer.corpus.library import load_library
    from writer.draft import Draft, Evidence, Hit, Problem, Sentence, Usage
    from writer.drafting.outline import read_outline
    from writer.entry import Author, Corpus, Entry
    from writer.errors import WriterError
    from writer.manuscript import Manuscript
    from writer.manuscripts import read_manuscript
    from writer.models import ChatModel, FunctionModel
    from writer.rendering import from_json, to_bibtex, to_html, to_json, to_latex, to_markdown
    from writer.report import Report
    from writer.settings import Settings

__version__ = "0.1.0"

_PUBLIC = {
    "Author": "writer.entry",
    "ChatModel": "writer.models",
    "Corpus": "writer.entry",
    "Draft": "writer.draft",
    "Entry": "writer.entry",
    "Evidence": "writer.draft",
    "FunctionModel": "writer.models",
    "Hit": "writer.draft",
    "Manuscript": "writer.manuscript",
    "Problem": "writer.draft",
    "Report": "writer.report",
    "Sentence": "writer.draft",
    "Settings": "writer.settings",
    "Usage": "writer.draft",
    "WriterError": "writer.errors",
    "check": "writer.checking",
    "check_manuscript": "writer.checking",
    "draft_section": "writer.api",
    "draft_survey": "writer.api",
    "from_json": "writer.rendering",
    "load": "writer.corpus",
    "load_library": "writer.corpus.library",
    "read_manuscript": "writer.manuscripts",
    "read_outline": "writer.drafting.outline",
    "to_bibtex": "writer.rendering",
    "to_html": "writer.rendering",
    "to_json": "writer.rendering",
    "to_latex": "writer.rendering",
    "to_markdown": "writer.rendering",
}
__all__ = [
    "Author",
    "ChatModel",
    "Corpus",
    "Draft",
    "Entry",
    "Evidence",
    "FunctionModel",
    "Hit",
    "Manuscript",
    "Problem",
    "Report",
    "Sentence",
    "Settings",
    "Usage",
    "WriterError",
    "check",
    "check_manuscript",
    "draft_section",
    "draft_survey",
    "from_json",
    "load",
    "load_library",
    "read_manuscript",
    "read_outline",
    "to_bibtex",
    "to_html",
    "to_json",
    "to_latex",
    "to_markdown",
]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
