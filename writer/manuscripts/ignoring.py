"""Comments that silence problems: `% writer: ignore number-mismatch` in LaTeX, `<!-- writer: ignore -->` in Markdown.

On a line of its own such a comment speaks of the next line of text, else of its own line; `ignore-file` of the file.
"""

from __future__ import annotations

import re

from writer.manuscript import Ignore
from writer.manuscripts.prose import Prose

_WORDS = r"writer:[ \t]*+ignore(?P<whole>-file)?(?![\w-])[ \t:]*+(?P<kinds>[\w\-, \t]*)"
IN_LATEX = re.compile(rf"(?<![\\%])%++[ \t]*+{_WORDS}")
IN_MARKDOWN = re.compile(rf"<!--[ \t]*+{_WORDS}-->")
# From the end of the comment to the next line of text: several comments on end speak of the same line.
_BELOW_LATEX = re.compile(r"[^\n]*\n(?:[ \t]*+(?:%[^\n]*)?\n){0,40}+")
_BELOW_MARKDOWN = re.compile(r"[ \t]*+\n(?:[ \t]*+(?:<!--[ \t]*writer:[^\n]*)?\n){0,40}+")


def ignore(found: re.Match[str], file: str, prose: Prose) -> Ignore:
    """What a match of one of the two patterns silences, and where."""
    text = found.string
    kinds = tuple(kind.strip("-") for kind in re.split(r"[,\s]+", found["kinds"]) if kind.strip("-"))
    line = at = prose.line(file, found.start())
    before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    below = (_BELOW_LATEX if text[found.start()] == "%" else _BELOW_MARKDOWN).match(text, found.end())
    if below and not found["whole"] and not before.strip():
        line += below[0].count("\n")
    return Ignore(file, line, kinds, bool(found["whole"]), at)
