"""Markdown as pandoc reads it: what is prose, what it cites, and its footnotes. Inline markup is `inline`'s.

Two passes: `blocks` tells paragraphs, headings, tables and notes apart (code, comments and front matter are blanked
out beforehand, at the same length, so that offsets stay); this file then decides what becomes of each.
"""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from writer.manuscripts import marks
from writer.manuscripts.blocks import Block, Blocks
from writer.manuscripts.inline import Inline, keys
from writer.manuscripts.prose import REFERENCE_LIST, Paragraph, Prose
from writer.manuscripts.references import highest, is_title, items, may_be_prose
from writer.manuscripts.source import inside

LOOKS = re.compile(r"^#{1,6} |(?<!\\)\[[^\[\]\n]{0,80}@[\w{]|^```|^\[\^", re.MULTILINE)

_CHECKED = "What was checked"
_APPENDIX = re.compile(rf"{_CHECKED}|Coverage|Problems|Entries cited|Left out(?: of .*)?|Draft card")
"""The headings of what our own renderings say about a draft; no prose of its author."""
_ACCOUNT = re.compile(r"\s*Drafted [^\n]*? over [\d,]+ entr(?:y|ies)[^\n]*? \(corpus [\w:-]*\)\. ")
"""The line that begins it, and by which it is told from a section of an author's under the same heading."""
_CARD = ("Draft card", "Drafter")
"""The first two headings of the draft card."""
_ROW = re.compile(r"[ \t]*\|[^\n]*\|[ \t]*(?:\n[ \t]*\|[^\n]*\|[ \t]*)*\n?")
_BIBLIOGRAPHY = re.compile(r"^bibliography:[ \t]*(?P<value>[^\n]*(?:\n[ \t]*-[ \t][^\n]*)*)", re.MULTILINE)
_MOST = 100
_NOCITE = re.compile(r"^nocite:[^\n]*(?:\n[ \t]+[^\n]*)*", re.MULTILINE)
_BIB = re.compile(r"[^\s\[\],\"'|>](?:[^\n\[\],\"']*[^\s\[\],\"'])?")


def read(name: str, path: Path, prose: Prose) -> None:
    """Add a Markdown text to a manuscript."""
    blocks = Blocks(prose, name)
    if blocks.front:
        _front_matter(blocks.front, name, path, prose)
    _File(name, prose, blocks).read()


def _front_matter(span: tuple[int, int], name: str, path: Path, prose: Prose) -> None:
    text = prose.files[name]
    if found := _BIBLIOGRAPHY.search(text, *span):
        listed = _BIB.finditer(re.sub(r"\n[ \t]*-[ \t]", ",", found["value"]))
        for one in islice(listed, _MOST):
            _bibliography(one[0], path, name, found.start(), prose)
    for found in _NOCITE.finditer(text, *span):
        prose.cite_loosely(name, keys(text, *found.span()), "nocite")


def _bibliography(value: str, path: Path, name: str, offset: int, prose: Prose) -> None:
    file = path.parent / value
    if not inside(file, path.parent):
        prose.skip(name, offset, f"the bibliography {value} lies outside the folder of the manuscript")
        return
    try:
        there = file.is_file()
    except (OSError, ValueError):
        there = False
    if there:
        prose.bibliographies.append(str(file))
    else:
        prose.skip(name, offset, f"the bibliography {value} is not there")


class _File:
    """The blocks of one file while they become sentences."""

    def __init__(self, name: str, prose: Prose, blocks: Blocks) -> None:
        self._name, self._prose, self._blocks = name, prose, blocks
        self._text = blocks.text
        self._left_out = 0
        """The level of the heading whose section is no prose; 0 where the text is read."""
        self._appendix = False
        self._before = ""
        """The heading in force before what is left out."""
        self._last = self._reference_list()
        self._notes = {block.label: block for block in blocks.found if block.kind == "note"}
        self._inline = Inline(prose, name, blocks, self._last, self._footnote)
        self._used: set[str] = set()

    def read(self) -> None:
        found = self._blocks.found
        for place, block in enumerate(found):
            if block.kind == "heading":
                self._heading(block, found[place + 1] if place + 1 < len(found) else None)
            elif not self._left_out:
                self._block(block)
            elif block.kind == "note":
                # Documents have all their notes at the end, whatever heading that is.
                heading, self._prose.heading = self._prose.heading, self._before
                self._block(block)
                self._prose.heading = heading
            else:
                self._left_out_block(block)

    def _left_out_block(self, block: Block) -> None:
        """What stands among references or in the appendix: neither cites by key, so what does is somebody's prose."""
        cited = self._inline.cited(block.start, block.end) if block.kind == "paragraph" else []
        raw = self._prose.files[self._name]
        if cited and raw[raw.rfind("\n", 0, block.start) + 1 : block.start].strip(" \t>"):
            # An item of a list tells of a work, and of which by its key.
            self._prose.omit(REFERENCE_LIST, self._name, block.start)
            self._prose.cite_loosely(self._name, cited, "references")
        elif cited or not self._appendix:
            self._block(block)

    def _block(self, block: Block) -> None:
        if block.kind == "table":
            self._prose.omit("a table", self._name, block.start)
            self._prose.cite_loosely(self._name, self._inline.cited(block.start, block.end), "table")
        elif block.kind == "paragraph" or (block.kind == "note" and self._is_prose(block)):
            if _ROW.fullmatch(self._text, block.start, block.end):
                self._prose.omit("a table", self._name, block.start)  # rows without a head are read as text
            paragraph = Paragraph(self._prose, self._name)
            self._inline.read(paragraph, block.start, block.end)
            paragraph.finish()

    def _heading(self, block: Block, following: Block | None) -> None:
        words = Paragraph(self._prose, self._name)
        self._inline.read(words, block.start, block.end)
        title = words.words()
        if self._left_out and block.level > self._left_out:
            self._prose.cite_loosely(self._name, words.cited, "heading")
            return
        self._appendix = self._is_appendix(title, following)
        if not self._left_out:
            self._before = self._prose.heading
        if self._appendix:
            self._left_out = block.level
        else:
            self._left_out = block.level if is_title(title) and not may_be_prose(title) else 0
            self._prose.heading = title
            self._prose.cite_loosely(self._name, words.cited, "heading")

    def _is_appendix(self, title: str, following: Block | None) -> bool:
        """Whether a heading is one of our appendix: told by the line or the heading that follows the first."""
        if self._appendix and _APPENDIX.fullmatch(title):
            return True
        if following is None:
            return False
        if title == _CHECKED:
            return _ACCOUNT.match(self._text, following.start, following.end) is not None
        return (title, self._text[following.start : following.end].strip()) == _CARD

    # Notes --------------------------------------------------------------------------------------------------------

    def _is_prose(self, block: Block) -> bool:
        """Whether a note is text of its own, and neither evidence nor a bare citation that its mark has taken."""
        if marks.footnote_note(self._text[block.start : block.end], block.start) is not None:
            return False
        return block.label not in self._used or not self._trial(block).only_cites()

    def _footnote(self, label: str, paragraph: Paragraph, at: int) -> None:
        """What the mark of a note brings to the sentence that it stands in."""
        block = self._notes.get(label)
        if block is None:
            return
        note = marks.footnote_note(self._text[block.start : block.end], block.start)
        if note is not None:
            paragraph.note(at, note.evidence, note.told)
        elif label not in self._used:
            self._used.add(label)
            inner = self._trial(block)
            if inner.only_cites():
                paragraph.cite(inner.cited, at)

    def _trial(self, block: Block) -> Paragraph:
        inner = Paragraph(self._prose, self._name)
        if block.end - block.start <= 500 and "@" in self._text[block.start : block.end]:
            # Without notes of its own: two notes may name each other.
            Inline(self._prose, self._name, self._blocks, self._last, lambda label, paragraph, at: None).read(
                inner, block.start, block.end
            )
        return inner

    # Reference lists ----------------------------------------------------------------------------------------------

    def _reference_list(self) -> int:
        """Take the numbered list under the last heading that announces one; its highest number."""
        found = self._blocks.found
        for place in range(len(found) - 1, -1, -1):
            block = found[place]
            if block.kind == "heading" and is_title(self._text[block.start : block.end]):
                following = (later.start for later in found[place + 1 :] if later.kind == "heading")
                listed = items(self._prose.files[self._name], self._name, block.end, next(following, len(self._text)))
                self._prose.references += listed
                return highest(listed)
        return 0
