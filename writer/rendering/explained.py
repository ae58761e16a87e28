"""A kind of problem explained, as plain text: meaning, what is looked at, how sure it is, how to silence it."""

from __future__ import annotations

import textwrap

from writer.rendering.excerpt import WIDTH
from writer.report import Explanation


def to_explanation(told: Explanation) -> str:
    """The explanation as plain text with a newline at the end."""
    kind = told.kind
    paragraphs = [
        f"{kind} ({told.severity})",
        _filled(told.meaning),
        _filled(f"What is looked at: {told.looks_at}"),
        _filled(f"Example: {told.example}"),
        "How sure it is:\n" + "\n".join(_filled(line, "  ", "    ") for line in told.sure),
        _filled(f"What to do: {told.advice}"),
        f"To silence it, behind the line or on a line of its own before it:\n"
        f"  % writer: ignore {kind}            in LaTeX\n"
        f"  <!-- writer: ignore {kind} -->     in Markdown\n"
        f"everywhere with --ignore {kind}; all that is there today with --write-baseline FILE.",
    ]
    return "\n\n".join(paragraphs) + "\n"


def _filled(text: str, first: str = "", later: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)
