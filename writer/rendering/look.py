"""What a format may be asked for beside the draft itself."""

from __future__ import annotations

from dataclasses import dataclass

from writer.rendering.card import Changes
from writer.rendering.latex import NATBIB, Style
from writer.report import Coverage


@dataclass(frozen=True, slots=True)
class Look:
    """Wishes for the written form; each format takes those that concern it."""

    bibliography: str | None = None
    """The name of the `.bib` that is written beside the draft."""
    standalone: bool = False
    """Of LaTeX: a whole document."""
    latex: Style = NATBIB
    csl: str = "author-year"
    """The citation style of documents: one of `STYLES`, or the path of a `.csl` file."""
    card: bool = False
    """Whether the draft card follows as an appendix, where a format does not hold it anyway."""
    changes: Changes | None = None
    """What a person changed since the draft was made, for the card; None where nothing is known of it."""
    coverage: Coverage | None = None
    """What the draft makes of its corpus, for the evidence page."""
