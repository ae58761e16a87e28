r"""LaTeX's citation commands: `\citep[see][p.~3]{a, b}`, biblatex's `\cites(pre)[p]{a}{b}`, and their kin.

Shared by LaTeX and by Markdown, where pandoc passes them through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from writer.manuscript import Cited
from writer.manuscripts.prose import NOTHING

# A command whose keys stand in the sentence as a word: "\citet{a} show".
_WORDS = frozenset(
    """citet citealt citeauthor citeyear textcite textcites citetitle citenum citeposs possessivecite newcite
    citea citeaname citefullauthor citedate citenp shortciteauthor""".split()
)
_BEHIND = frozenset(
    """cite citep citealp citeyearpar parencite autocite footcite footcitetext fullcite footfullcite smartcite
    supercite onlinecite shortcite citen citeurl citeref cites parencites autocites footcites footcitetexts smartcites
    supercites fullcites nocite shortcitep""".split()
)
COMMANDS = _WORDS | _BEHIND
_SEVERAL = frozenset(name for name in COMMANDS if name.endswith("s"))

# What stands between the command and its keys: a star, notes in brackets, and for several keys in parentheses.
_GAP = r"(?:[ \t]*+\n?[ \t]*+)"
_NOTES = re.compile(rf"\*?(?:{_GAP}\[(?:[^\[\]{{}}]|\{{[^{{}}]*+\}}|\[[^\[\]]*+\])*+\])*+")
_ROUND = re.compile(rf"\*?(?:{_GAP}\((?:[^(){{}}]|\{{[^{{}}]*+\}})*+\)){{0,2}}+")
_OPEN = re.compile(rf"{_GAP}\{{")
# A list that is not closed ends nowhere, and not behind another command or in a later paragraph.
_KEYS = re.compile(r"(?:[^{}\n\\]|\\[^A-Za-z]|\n(?![ \t]*+\n)|\{[^{}]*+\})*+\}")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_KEY = re.compile(r"[^,\s](?:[^,]*[^,\s])?")
_COMMAND = re.compile(r"\\([A-Za-z]+)")


class Citing(NamedTuple):
    """One citation command: its keys, whether they are a word of the sentence, and where it ends."""

    name: str
    cited: list[Cited]
    word: bool
    end: int


def citing(text: str, name: str, start: int) -> Citing | None:
    """The citation command `name` whose arguments begin at `start`; None where no keys follow."""
    lower = name.lower()
    cited: list[Cited] = []
    end, at = -1, start
    if lower in _SEVERAL and (found := _ROUND.match(text, at)):
        at = found.end()
    while found := _NOTES.match(text, at):
        opened = _OPEN.match(text, found.end())
        keys = _KEYS.match(text, opened.end()) if opened else None
        if opened is None or keys is None:
            break
        if "\\" in found[0]:
            cited += _within(text, found.start(), found.end())
        cited += keys_in(text, opened.end(), keys.end() - 1)
        end = at = keys.end()
        if lower not in _SEVERAL:
            break
    return Citing(lower, cited, lower in _WORDS, end) if end >= 0 else None


def keys_in(text: str, start: int, end: int) -> list[Cited]:
    """The keys of a list with commas, comments apart; braces and quotes are part of a key."""
    piece = text[start:end].replace(NOTHING, " ")
    if "%" in piece:
        piece = _COMMENT.sub(lambda match: " " * len(match[0]), piece)
    return [Cited(found[0], start + found.start(), start + found.end()) for found in _KEY.finditer(piece)]


def _within(text: str, start: int, end: int) -> Iterator[Cited]:
    """Citations inside the notes of a citation: `\\citep[see also \\citealp{b}]{a}`."""
    for found in _COMMAND.finditer(text, start, end):
        if found[1].lower() in COMMANDS and (inner := citing(text, found[1], found.end())) is not None:
            yield from inner.cited
