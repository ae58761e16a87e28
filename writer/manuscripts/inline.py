"""Markdown inside a block: citations, notes, links, code, formulas, emphasis.

Citations are pandoc's: `[see @a, p. 3; also @b]`, `[-@a]`, `@a says`, `@a [p. 3]`, `@{odd key}`. An `@` behind a
letter or a digit is an address, one behind a backslash or inside code is itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from writer.manuscript import Cited
from writer.manuscripts import marks
from writer.manuscripts.blocks import Blocks
from writer.manuscripts.citing import COMMANDS, citing
from writer.manuscripts.prose import NOTHING, Paragraph, Prose
from writer.manuscripts.references import GROUP, numbers

_KEY = re.compile(
    rf"(?<![\w\\])-?@(?:\{{(?P<braced>(?:[^{{}}\n{NOTHING}]|\{{[^{{}}\n{NOTHING}]*+\}})++)\}}"
    r"|(?P<plain>\w++(?:[:.#$%&\-+?<>~/]\w++)*+))"
)
_TOKEN = re.compile(
    rf"""\\(?P<escaped>[\W_])
    | (?P<command>\\[A-Za-z]+)
    | (?P<tick>`+)
    | (?P<note>\[\^(?P<label>[^\]\s]{{1,100}})\])
    | (?P<inline_note>\^(?=\[))
    | (?P<mark>\*\*(?=\[))
    | (?P<image>!(?=\[))
    | (?P<open>\[)
    | (?P<close>\])
    | (?P<key>-?@(?=[\w{{]))
    | (?P<display>\$\$)
    | (?P<math>\$(?=\S)(?P<body>[^$\n]{{1,500}}?(?:\n[^$\n]+?)?)(?<=\S)\$(?!\d))
    | <(?P<address>https?://[^\s<>]+|[\w.+-]+@[\w.-]+)>
    | (?P<tag></?(?P<element>[A-Za-z][A-Za-z0-9-]*+)(?:\s[^<>=]{{1,40}}=[^<>]{{0,300}})?\s?/?>)
    | (?P<entity>&(?:\#\d{{1,7}}|\#x[0-9a-fA-F]{{1,6}}|[A-Za-z]{{2,31}});)
    | (?P<link>https?://[^\s<>\[\]{{}}"]+)
    | (?P<emphasis>(?<=\S)(?<!\w)\*{{1,3}}|\*{{1,3}}(?=\S)(?!\w)|(?<!\w)\*{{1,3}}(?=\S)|(?<=\S)\*{{1,3}}(?!\w)
        |(?<!\w)_{{1,3}}(?=\S)|(?<=\S)_{{1,3}}(?!\w)|~~)
    | (?P<script>[\^~](?P<raised>[^\s^~\[\]]{{1,20}})[\^~])
    | (?P<dash>(?<![-\w])---?(?=\s)|(?<=\w)---?(?=\w))
    | (?P<nothing>{NOTHING}+)""",
    re.VERBOSE,
)
_BREAKING = frozenset("br p div li ul ol td th tr hr blockquote".split())
_TICKS = re.compile("`+")
_LONGEST_FORMULA = 5_000
_TARGET = re.compile(r"\((?:[^()\n]|\([^()\n]*+\))*+\)|\[[^\[\]\n]*+\]|\{[^{}\n]*+\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_LOCATOR = re.compile(r"[ \t]?\[")
_SHAPES = re.compile(r"\\[\W_]|(?P<tick>`+)|(?P<open>\[)|(?P<close>\])")


def keys(text: str, start: int, end: int) -> list[Cited]:
    """The pandoc citations of a piece of text, wherever in it they stand."""
    return [_cited(found) for found in _KEY.finditer(text, start, end)]


def _cited(found: re.Match[str]) -> Cited:
    group = "plain" if found["plain"] is not None else "braced"
    return Cited(found[group], found.start(group), found.end(group))


class Inline:
    """Reads the inline markup of one file into paragraphs; `footnote` is told of every mark of a note."""

    def __init__(
        self,
        prose: Prose,
        name: str,
        blocks: Blocks,
        last: int,
        footnote: Callable[[str, Paragraph, int], None],
    ) -> None:
        self._prose, self._name = prose, name
        self._text, self._codes = blocks.text, blocks.codes
        self._last = last
        """The highest number of the reference list; 0 where brackets of numbers do not cite."""
        self._footnote = footnote
        self._closing: dict[int, int] = {}
        self._jumps: dict[int, int] = {}
        """Closing brackets of links, and where the text goes on behind their address."""
        self._frames: list[tuple[int, Paragraph]] = []
        """Notes in place: their closing brackets, and the paragraphs they stand in."""

    def read(self, paragraph: Paragraph, start: int, end: int) -> None:
        """Read a piece of the file into a paragraph."""
        text, position = self._text, start
        self._closing, self._jumps = self._match(start, end), {}
        self._here = paragraph
        while found := _TOKEN.search(text, position, end):
            self._here.literal(position, found.start())
            position = max(found.end(), self._token(found, end))
        self._here.literal(position, end)
        while self._frames:
            self._close_note()

    def _match(self, start: int, end: int) -> dict[int, int]:
        """Which bracket closes which, code apart."""
        opened: list[int] = []
        closing: dict[int, int] = {}
        position = start
        while found := _SHAPES.search(self._text, position, end):
            position = found.end()
            if found["open"]:
                opened.append(found.start())
            elif found["close"] and opened:
                closing[opened.pop()] = found.start()
            elif found["tick"] and found.start() in self._codes:
                position = self._codes[found.start()][2]
        return closing

    def _token(self, found: re.Match[str], end: int) -> int:
        """Read one token; the offset to go on from."""
        start, stop = found.span()
        kind = next(name for name in _KINDS if found[name] is not None)
        if kind == "tick":
            return self._code(start, stop)
        if kind == "note":
            self._footnote(found["label"], self._here, start)
        elif kind in ("open", "image", "inline_note", "mark"):
            return self._bracket(found, kind)
        elif kind == "close":
            return self._close(start, stop)
        elif kind == "key":
            return self._key(start, stop)
        elif kind == "command":
            return self._command(found)
        elif kind == "display":
            close = self._text.find("$$", stop, min(end, stop + _LONGEST_FORMULA))
            if close < 0:
                return stop
            self._formula(start, stop, close)
            return close + 2
        else:
            self._typeset(found, kind)
        return stop

    def _formula(self, start: int, opened: int, close: int) -> None:
        """Keep what is cited between two dollars that may be no formula's, and tell the formula."""
        self._prose.omit("a formula", self._name, start)
        self._prose.cite_loosely(self._name, self.cited(opened, close), "formula")

    def _typeset(self, found: re.Match[str], kind: str) -> None:
        start, stop = found.span()
        if kind == "escaped":
            self._here.literal(stop - 1, stop)
        elif kind == "math":
            self._formula(start, *found.span("body"))
            self._here.copy(*found.span("body"))
        elif kind in ("address", "link"):
            self._here.literal(*found.span(kind))
        elif kind == "entity":
            self._here.copy(start, stop)
        elif kind == "script":
            self._here.copy_as(f"{'^' if found[0][0] == '^' else '_'}{{{found['raised']}}}", start)
        elif kind == "dash":
            self._here.put("–" if stop - start == 2 else "—", start)
        elif kind == "tag" and found["element"].lower() in _BREAKING:
            self._here.put(" ", start)

    def _code(self, start: int, stop: int) -> int:
        code = self._codes.get(start)
        if code is None:
            self._here.literal(start, stop)
            return stop
        self._here.literal(code[0], code[1])
        return code[2]

    def _key(self, start: int, stop: int) -> int:
        """A citation that is a word of its sentence, with the place in brackets that may follow it."""
        text = self._text
        found = _KEY.match(text, start) or _KEY.match(text, stop - 1)
        if found is None:
            self._here.literal(start, stop)
            return stop
        cited, end = [_cited(found)], found.end()
        locator = _LOCATOR.match(text, end)
        close = self._closing.get(locator.end() - 1) if locator else None
        if (
            locator
            and close is not None
            and not text.startswith(("(", "["), close + 1)
            and not text.startswith(("^", "@", "-@"), locator.end())
        ):
            cited += keys(text, end, close)
            end = close + 1
        self._here.cite(cited, start, word=True)
        return end

    def _command(self, found: re.Match[str]) -> int:
        r"""LaTeX in Markdown: a citation is one, the rest is left to the cleaning of the text."""
        name = found["command"][1:]
        if name.lower() in COMMANDS and (cite := citing(self._text, name, found.end())) is not None:
            if cite.name == "nocite":
                self._prose.cite_loosely(self._name, [one for one in cite.cited if one.key != "*"], "\\nocite")
            else:
                self._here.cite(cite.cited, found.start(), word=cite.word)
            return cite.end
        self._here.copy(*found.span())
        return found.end()

    # Brackets -----------------------------------------------------------------------------------------------------

    def _bracket(self, found: re.Match[str], kind: str) -> int:
        """A citation, a link, an image, a note in place, one of our marks, or just a bracket."""
        text = self._text
        opened = found.end() if kind != "open" else found.start()
        close = self._closing.get(opened)
        if kind == "mark":
            if close is not None and text.startswith("**", close + 1) and marks.MARK.fullmatch(text, opened, close + 1):
                self._here.note(found.start())
                return close + 3
            return opened
        if close is None:
            self._here.literal(opened, opened + 1)
            return opened + 1
        if kind == "inline_note":
            self._frames.append((close, self._here))
            self._here = Paragraph(self._prose, self._name)
            return opened + 1
        target = _TARGET.match(text, close + 1)
        linked = target is not None and (target[0][0] != "[" or not (keys(text, *target.span()) or target[0][1] == "^"))
        if kind == "open" and (end := self._group(opened, close, linked)):
            return end
        if kind == "image" and linked:
            self._prose.omit("a figure", self._name, found.start())
        if kind == "image" or linked:
            end = target.end() if target else close + 1
            attributes = _TARGET.match(text, end) if text.startswith("{", end) else None
            self._jumps[close] = attributes.end() if attributes else end
        else:
            self._here.literal(opened, opened + 1)
        return opened + 1

    def _close(self, start: int, stop: int) -> int:
        if self._frames and self._frames[-1][0] == start:
            self._close_note()
            return stop
        if start in self._jumps:
            return self._jumps.pop(start)
        self._here.literal(start, stop)
        return stop

    def _close_note(self) -> None:
        _, outer = self._frames.pop()
        note, self._here = self._here, outer
        if note.only_cites():
            outer.cite(note.cited, note.cited[0].start)
        else:
            outer.children.append(note)

    def _group(self, opened: int, close: int, linked: bool) -> int | None:
        """A bracket that cites: the offset behind it, or None."""
        numbered = GROUP.match(self._text, opened) if self._last else None
        cited = None
        if numbered and numbered.end() == close + 1 and not self._text.startswith("(", close + 1):
            cited = numbers(numbered, self._last)
        elif not linked:
            cited = self._keys_outside_code(opened + 1, close)
        if not cited:
            return None
        self._here.cite(cited, opened)
        return close + 1

    def cited(self, start: int, end: int) -> list[Cited]:
        r"""Everything that a piece cites by key, as pandoc does or as LaTeX does, wherever in it that stands."""
        cited = self._keys_outside_code(start, end)
        position = start
        while found := _COMMAND.search(self._text, position, end):
            position = found.end()
            if found[1].lower() in COMMANDS and (cite := citing(self._text, found[1], found.end())) is not None:
                cited += [one for one in cite.cited if one.key != "*"]
                position = cite.end
        return cited

    def _keys_outside_code(self, start: int, end: int) -> list[Cited]:
        cited: list[Cited] = []
        position = start
        if self._text.find("@", start, end) < 0:
            return cited
        while found := _TICKS.search(self._text, position, end):
            cited += keys(self._text, position, found.start())
            code = self._codes.get(found.start())
            position = code[2] if code else found.end()
        return cited + keys(self._text, position, end)


_KINDS = (
    "escaped", "command", "tick", "note", "inline_note", "mark", "image", "open", "close", "key", "display", "math",
    "address", "tag", "entity", "link", "emphasis", "script", "dash", "nothing",
)  # fmt: skip
