"""Comments that silence problems: `% writer: ignore number-mismatch` in LaTeX, `<!-- writer: ignore -->` in Markdown.

On a line of its own such a comment speaks of the next line of text, else of its own line; `ignore-file` of the file.
Kinds stand in a list with commas; an explanation may follow behind ` -- `, a colon or in brackets. A comment never
silences more than it lists: all kinds only where nothing at all follows, and what is no list is told as unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import get_args

from writer.draft import Kind
from writer.manuscript import Ignore
from writer.manuscripts.prose import Prose

_WORDS = r"writer:[ \t]*+ignore(?P<whole>-file)?(?![\w-])(?:[ \t]*+:)?"
_IN_LATEX = re.compile(rf"%++[ \t]*+{_WORDS}(?P<rest>[^\n]*)")
_IN_MARKDOWN = re.compile(rf"<!--[ \t]*+{_WORDS}(?P<rest>.*)-->", re.DOTALL)
# What can hold a sign of comment that is none, or a comment that is none of ours.
_LATEX = re.compile(
    r"\\(?:begin\s*\{(?P<environment>[^{}\n]*+)\}"
    r"|(?:verb|lstinline)(?![A-Za-z])\*?(?P<fence>[^\sA-Za-z*])[^\n]{0,1000}?(?P=fence)|.)|(?P<comment>%[^\n]*)",
    re.DOTALL,
)
_KIND = re.compile(r"\s*(?P<kind>\w+(?:-\w+)*+)\s*(?=(?P<comma>,)|(?P<reason>--|[–—:(\[{])|(?P<end>\Z)|(?P<words>))")
_REASON = re.compile(r"\s*(?:--|[–—:(\[{])")
# From the end of the comment to the next line of text: several comments on end speak of the same line.
_BELOW_LATEX = re.compile(r"[^\n]*\n(?:[ \t]*+(?:%[^\n]*)?\n){0,40}+")
_BELOW_MARKDOWN = re.compile(r"[ \t]*+\n(?:[ \t]*+(?:<!--[ \t]*writer:[^\n]*)?\n){0,40}+")


def ignore_in_latex(file: str, prose: Prose, raw_end: Callable[[str, int], int | None]) -> None:
    """Take the comments of a LaTeX file. `raw_end` tells where an environment ends that is no LaTeX; else None."""
    text, position = prose.files[file], 0
    if "writer:" not in text:
        return
    while found := _LATEX.search(text, position):
        position = found.end()
        if found["environment"] is not None:
            position = raw_end(found["environment"].strip(), position) or position
        elif found["comment"] and (ours := _IN_LATEX.search(text, *found.span())):
            _ignore(ours, file, prose)


def ignore_in_markdown(file: str, prose: Prose, start: int, end: int) -> None:
    """Take a comment of a Markdown file, if it is one of these."""
    if found := _IN_MARKDOWN.fullmatch(prose.files[file], start, end):
        _ignore(found, file, prose)


def _ignore(found: re.Match[str], file: str, prose: Prose) -> None:
    text, rest = found.string, found["rest"].strip()
    kinds, unread = _kinds(rest)
    if unread:
        so_far = f"silences only {', '.join(kinds)}" if kinds else "silences nothing"
        prose.skip(file, found.start(), f"the comment {so_far}: {unread[:60]!r} is no list of kinds with commas")
    if rest and not kinds:
        return
    at = line = prose.line(file, found.start())
    before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    below = (_BELOW_LATEX if text[found.start()] == "%" else _BELOW_MARKDOWN).match(text, found.end())
    if below and not found["whole"] and not before.strip():
        line = prose.line(file, found.end() - 1) + below[0].count("\n")
    prose.ignores.append(Ignore(file, line, kinds, bool(found["whole"]), at))


def _kinds(rest: str) -> tuple[tuple[str, ...], str]:
    """The kinds that stand at the head of a comment, and what of it is neither a kind nor plainly an explanation.

    A word before other words is a kind only where it is one to the letter, and first: "error" begins explanations too.
    """
    kinds: list[str] = []
    position = 0
    while found := _KIND.match(rest, position):
        if found["words"] is not None and (kinds or found["kind"] not in get_args(Kind)):
            break
        kinds.append(found["kind"])
        position = found.end()
        if found["comma"] is None:
            break
        position += 1
    unread = rest[position:].strip().rstrip(",")
    return tuple(kinds), "" if kinds and _REASON.match(unread) else unread
