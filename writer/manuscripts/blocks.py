"""The blocks of a Markdown text: paragraphs, headings, tables, notes, rules; and what is blanked out before.

Code, comments and front matter hold no prose and no citations. They are filled with a character that no text holds,
at the same length and without their line ends where a paragraph goes on around them, so that every offset stays.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

from writer.manuscripts.ignoring import ignore_in_markdown
from writer.manuscripts.prose import NOTHING, Prose

_FRONT = re.compile(
    r"---[ \t]*\n(?=#|[\w\"'-]+[ \t]*:)(?:(?!(?:---|\.\.\.)[ \t]*$)[^\n]*\n)*+(?:---|\.\.\.)[ \t]*(?:\n|\Z)",
    re.MULTILINE,
)
_SPECIAL = re.compile(
    r"\\(?:[^\w\s]|_)|^ {0,3}(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)|(?P<ticks>`+)|(?P<comment><!--)", re.MULTILINE
)

_QUOTE = re.compile(r" {0,3}(?:> ?)+")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+)")
_UNDERLINE = re.compile(r" {0,3}(?P<sign>=+|-+)[ \t]*")
_ATX = re.compile(r" {0,3}(?P<signs>#{1,6})[ \t]+(?P<title>[^\n]*)")
_DIV = re.compile(r" {0,3}:{3,}[^\n]*")
_NOTE = re.compile(r" {0,3}\[\^(?P<label>[^\]\s]{1,100})\]:[ \t]*")
# The address has a sign that addresses have, so that `[Lattices]: they reduce …` is text; so is what cites.
_LINK = re.compile(
    r" {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*(?:<[^<>\n]*>|(?!-?@)(?=\S*(?:[/#?]|\w[.:]\w))[^\s\[\]<>]+)"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?(?:[ \t]*\{[^{}\n]*\})?[ \t]*"
)
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\(?(?:\d{1,9}|[a-z]|[ivxlc]{1,6}|#)[.)]|\(@[\w-]*\))[ \t]+(?=\S)")
_DEFINITION = re.compile(r" {0,2}(?:[:~]|Table:)[ \t]+(?=\S)")
_DELIMITER = re.compile(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:[|+][ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+")
_DASHES = re.compile(r"[ \t]*+-{2,}+(?:[ \t]++-{2,}+)++[ \t]*+")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_GRID = re.compile(r"[ \t]*\+[-=+:]{2,}\+[ \t]*")


class Block(NamedTuple):
    """A piece of the text: `paragraph`, `heading`, `table`, `note` or `rule`."""

    kind: str
    start: int
    end: int
    level: int = 0
    label: str = ""


class Blocks:
    """The blocks of one Markdown file. `text` is the file with what is no text blanked out."""

    def __init__(self, prose: Prose, name: str) -> None:
        self._prose, self._name = prose, name
        raw = prose.files[name]
        front = _FRONT.match(raw)
        self.front = front.span() if front else None
        self.codes: dict[int, tuple[int, int, int]] = {}
        """Inline code by its offset: where its content begins and ends, and where the text goes on."""
        self._last_comment = raw.rfind("-->")
        self._edits: list[tuple[int, int, str]] = [(*self.front, "\n")] if self.front else []
        self._find_special(raw, self.front[1] if self.front else 0)
        self.text = self._blanked(raw)
        self.found: list[Block] = []
        self._edits = []
        self._split()
        self.text = self._blanked(self.text)

    def _blanked(self, raw: str) -> str:
        out, position = [], 0
        for start, end, fill in sorted(self._edits):
            if end <= position:
                continue
            start = max(start, position)
            out += [raw[position:start], fill * (end - start)]
            position = end
        return "".join([*out, raw[position:]])

    # What is no text ----------------------------------------------------------------------------------------------

    def _find_special(self, raw: str, position: int) -> None:
        """Fences, inline code and comments, whichever begins first."""
        runs: dict[int, list[int]] = defaultdict(list)
        for run in re.finditer("`+", raw):
            runs[len(run[0])].append(run.start())
        blanks = [found.start() for found in re.finditer(r"\n[ \t]*(?=\n)", raw)]
        fences = [(f.start(1), f[1]) for f in re.finditer(r"^ {0,3}(`{3,}|~{3,})[ \t]*$", raw, re.MULTILINE)]
        places = [place for place, _ in fences]
        unclosed: dict[str, int] = {}
        while found := _SPECIAL.search(raw, position):
            position = found.end()
            if found["fence"] and self._fence(found, fences, places, unclosed):
                position = self._edits[-1][1]
            elif found["ticks"] or (found["fence"] or "~")[0] == "`":
                position = self._ticks(raw, found, runs, blanks)
            elif found["comment"]:
                position = self._comment(raw, found.start())

    def _fence(
        self, found: re.Match[str], fences: list[tuple[int, str]], places: list[int], unclosed: dict[str, int]
    ) -> bool:
        """A block of code up to the next fence as long; one that nothing closes is text, as for pandoc."""
        sign, length = found["fence"][0], len(found["fence"])
        if (sign == "`" and "`" in found["info"]) or length >= unclosed.get(sign, 1 << 30):
            return False
        for at in range(bisect_right(places, found.start("fence")), len(fences)):
            place, fence = fences[at]
            if fence[0] == sign and len(fence) >= length:
                self._edits.append((found.start(), place + len(fence), "\n"))
                self._prose.omit("code", self._name, found.start("fence"))
                return True
        unclosed[sign] = length
        return False

    def _ticks(self, raw: str, found: re.Match[str], runs: dict[int, list[int]], blanks: list[int]) -> int:
        group = "ticks" if found["ticks"] else "fence"
        start, end = found.span(group)
        closers = runs[end - start]
        at = bisect_right(closers, start)
        if at == len(closers):
            return end
        close = closers[at]
        if bisect_right(blanks, start) != bisect_right(blanks, close):
            return end
        self.codes[start] = (end, close, close + end - start)
        return close + end - start

    def _comment(self, raw: str, start: int) -> int:
        close = raw.find("-->", start + 4) if start < self._last_comment else -1
        if close < 0:
            return start + 4
        end = close + 3
        ignore_in_markdown(self._name, self._prose, start, end)
        self._edits.append((start, end, NOTHING))
        return end

    # Lines --------------------------------------------------------------------------------------------------------

    def _split(self) -> None:
        text = self.text
        self._kind, self._start, self._end, self._label = "", -1, -1, ""
        self._in_list = self._in_note = False
        self._code_end = -1
        """Where the last line of indented code ends."""
        position = 0
        while position < len(text):
            newline = text.find("\n", position)
            stop = len(text) if newline < 0 else newline
            self._line(position, stop)
            position = stop + 1
        self._close()

    def _close(self) -> None:
        if self._kind:
            self.found.append(Block(self._kind, self._start, self._end, label=self._label))
        self._kind, self._label = "", ""

    def _open(self, kind: str, start: int, end: int, label: str = "") -> None:
        self._close()
        self._kind, self._start, self._end, self._label = kind, start, end, label

    def _blank(self, start: int, end: int) -> None:
        if end > start:
            self._edits.append((start, end, NOTHING))

    def _line(self, start: int, end: int) -> None:
        text = self.text
        if quoted := _QUOTE.match(text, start, end):
            self._blank(start, quoted.end())
            start = quoted.end()
        line = text[start:end].strip()
        if not line:
            self._close()
        if not line.strip(NOTHING):
            return
        if self._kind == "table" or (self._kind and self._underlined(start, end)):
            self._end = end
            return
        if self._apart(start, end):
            return
        self._text_line(start, end)

    def _underlined(self, start: int, end: int) -> bool:
        """Whether a line turns the one before it into a heading or into the head of a table."""
        text = self.text
        found = _UNDERLINE.fullmatch(text, start, end)
        if found and self._kind == "paragraph" and "\n" not in text[self._start : self._end]:
            self.found.append(Block("heading", self._start, self._end, 1 if found["sign"][0] == "=" else 2))
            self._kind = ""
            self._start = self._end = start
            return True
        last = text.rfind("\n", self._start, self._end) + 1 or self._start
        piped = "|" in text[last : self._end] and _DELIMITER.fullmatch(text, start, end) and "|" in text[start:end]
        if piped or _DASHES.fullmatch(text, start, end):
            if piped and last > self._start:
                self._end = last - 1
                self._open("table", last, end)
            self._kind = "table"
            return True
        return False

    def _apart(self, start: int, end: int) -> bool:
        """Lines that are something else than text."""
        text = self.text
        if _GRID.fullmatch(text, start, end) or _DASHES.fullmatch(text, start, end):
            self._open("table", start, end)
            return True
        if _RULE.fullmatch(text, start, end):
            self._close()
            self.found.append(Block("rule", start, end))
            return True
        if _DIV.fullmatch(text, start, end) or (not self._kind and _LINK.fullmatch(text, start, end)):
            self._close()
            return True
        if found := _ATX.fullmatch(text, start, end):
            self._close()
            title = found["title"].rstrip()
            if attributes := title.endswith("}") and title.rfind("{") + 1:
                title = title[: attributes - 1].rstrip()
            begin = found.start("title")
            self.found.append(Block("heading", begin, begin + len(title.rstrip("#")), len(found["signs"])))
            self._in_list = self._in_note = False
            return True
        if found := _NOTE.match(text, start, end):
            self._open("note", found.end(), end, found["label"])
            self._in_note = True
            return True
        return False

    def _text_line(self, start: int, end: int) -> None:
        text = self.text
        indented = _INDENTED.match(text, start, end) is not None
        if (
            (not self._kind or self._in_list)
            and (item := _ITEM.match(text, start, end))
            and (self._in_list or not indented)
        ):
            self._blank(start, item.end())
            self._open("paragraph", item.end(), end)
            self._in_list = True
        elif not self._kind and (definition := _DEFINITION.match(text, start, end)):
            self._open("paragraph", definition.end(), end)
            self._in_list = True
        elif self._kind:
            self._end = end
        elif not indented or self._in_list or self._in_note:
            self._in_list = self._in_list and text[start].isspace()
            self._in_note = self._in_note and indented
            self._open("paragraph", start, end)
        else:
            if self._code_end < 0 or text[self._code_end : start].strip(f" \t\n{NOTHING}"):
                self._prose.omit("code", self._name, start)
            self._code_end = end
