r"""LaTeX manuscripts: the prose between the commands, its citations, captions, footnotes, inputs and `\bibitem`s.

One pass from left to right over what a reader would see; nothing is expanded and nothing is executed. Brackets and
environments are matched beforehand, so that one that is never closed is read as text and not as the rest of the file.
The walker of pylatexenc reads more of LaTeX, but took 0.38 s of CPU for 100 kB (this file: 0.1 s) and fails on a
thousand nested braces; its table of signs is what we use (`tex_words`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from writer.manuscript import Reference
from writer.manuscripts import marks, tex_words
from writer.manuscripts import tex_shapes as shapes
from writer.manuscripts.citing import COMMANDS, Citing, citing
from writer.manuscripts.ignoring import ignore_in_latex
from writer.manuscripts.inputs import INPUTS, Inputs
from writer.manuscripts.pairs import Pairs
from writer.manuscripts.prose import REFERENCE_LIST, Paragraph, Prose

LOOKS = re.compile(r"^[^%\n]*\\(?:documentclass|begin\{|section\*?\{|cite[a-z]*\*?[\[{]|paragraph\{)", re.MULTILINE)

_DEEPEST = 50
"""Environments without prose within each other; more are passed over as one."""
_LONGEST_FORMULA = 5_000
"""Characters. What opens a displayed formula and does not close it within these is no formula."""


def read(name: str, path: Path, prose: Prose) -> None:
    """Add a LaTeX file, and what it inputs from the tree of its folder, to a manuscript."""
    inputs = Inputs(path, prose, lambda inner, where, of: _File(inner, where, prose, of).read())
    _File(name, path, prose, inputs).read()


@dataclass(slots=True)
class _Frame:
    """An argument that is read apart from the text around it, until its closing brace."""

    end: int
    outer: Paragraph
    silent: list[tuple[str, str]]
    close: Callable[[Paragraph], None]


class _File:
    """One LaTeX file while it is read."""

    def __init__(self, name: str, path: Path, prose: Prose, inputs: Inputs) -> None:
        self._name, self._path, self._prose, self._inputs = name, path, prose, inputs
        self._text = prose.files[name]
        self._pairs = Pairs(self._text)
        self._closing = self._pairs.closing
        self._paragraph = Paragraph(prose, name)
        self._frames: list[_Frame] = []
        self._silent: list[tuple[str, str]] = []
        self._stop = len(self._text)
        self._formula_end = 0

    def read(self) -> None:
        text = self._text
        ignore_in_latex(self._name, self._prose, self._raw_end)
        begin = re.search(r"^[^%\n]*?\\begin\s*\{document\}", text, re.MULTILINE)
        position = begin.end() if begin else 0
        if begin:
            self._inputs.preamble(text, begin.end(), self._name)
            end = self._pairs.end("document", position, self._stop)
            self._stop = self._stop if end is None else end
        while found := shapes.TOKEN.search(text, position, self._stop):
            if not self._silent:
                self._paragraph.copy(position, found.start())
            position = max(found.end(), self._token(found))
        if not self._silent:
            self._paragraph.copy(position, self._stop)
        while self._frames:
            self._close()
        self._paragraph.finish()

    # Tokens -------------------------------------------------------------------------------------------------------

    def _token(self, found: re.Match[str]) -> int:
        """Read one token; the offset to go on from."""
        kind, start, end = found.lastgroup, found.start(), found.end()
        if kind == "name":
            return self._command(found["name"], start, end)
        if kind == "brace":
            if self._frames and start == self._frames[-1].end:
                self._close()
            return end
        if kind == "comment":
            return self._comment(start, end)
        if kind == "blank":
            self._break(start)
        elif kind == "math":
            return self._formula("$$", start, end) if found["math"] == "$$" else self._inline_formula(start, end)
        elif kind == "sign":
            return self._sign(found["sign"], start, end)
        elif not self._silent:
            self._typeset(found)
        return end

    def _typeset(self, found: re.Match[str]) -> None:
        """Signs that stand for others."""
        start = found.start()
        if found["script"]:
            self._paragraph.copy(start, found.end())
        elif found["dash"]:
            self._paragraph.put("–" if found["dash"] == "--" else "—", start)
        elif found["nosign"]:
            code = int(found["code"], 16)
            self._paragraph.put(" " if 0xD800 <= code < 0xE000 or 0xFDD0 <= code < 0xFDF0 else chr(code), start)
        elif found["plain"]:
            self._paragraph.literal(start, found.end())
        else:
            self._paragraph.put(" " if found["tie"] else "‘", start)

    def _sign(self, char: str, start: int, end: int) -> int:
        r"""A command of one sign: an accent, a space, an escaped sign, a formula's bracket."""
        if char == "[":
            return self._formula("\\]", start, end)
        if self._silent:
            return end
        if char == "(":
            self._prose.omit("a formula", self._name, start)
        if char in "`'^~\"=." and (accent := shapes.ACCENT.match(self._text, start)):
            self._paragraph.copy(start, accent.end())
            return accent.end()
        if char in "%&#$_{}":
            self._paragraph.literal(start + 1, end)
        elif char == "\\":
            self._paragraph.put(" ", start)
            option = shapes.OPTION.match(self._text, end)
            return option.end() if option else end
        elif char in " ,;:>~\n\t":
            self._paragraph.put(" ", start)
        return end

    def _formula(self, closing: str, start: int, end: int) -> int:
        """Pass over a displayed formula; one that its paragraph does not close is text."""
        limit = min(end + _LONGEST_FORMULA, self._stop)
        blank = self._text.find("\n\n", end, limit)
        close = self._text.find(closing, end, limit if blank < 0 else blank)
        if close < 0:
            return end
        self._omit("a formula", start)
        for command in shapes.COMMAND.finditer(self._text, end, close):
            if command["name"].lower() in COMMANDS and (found := citing(self._text, command["name"], command.end())):
                where = self._silent[-1][1] if self._silent else "formula"
                self._prose.cite_loosely(self._name, [one for one in found.cited if one.key != "*"], where)
        return close + len(closing)

    def _inline_formula(self, start: int, end: int) -> int:
        """A formula in its line is read as text, which keeps its signs and not its shape."""
        if start >= self._formula_end and (found := shapes.FORMULA.match(self._text, start, self._stop)):
            self._formula_end = found.end()
            self._omit("a formula", start)
        return end

    def _omit(self, what: str, start: int) -> None:
        """Tell what no sentence holds; what stands in a figure or a table goes with it."""
        if not self._silent:
            self._prose.omit(what, self._name, start)

    def _comment(self, start: int, end: int) -> int:
        line_end = self._text.find("\n", start, end)
        note = marks.comment_note(self._text, start, line_end if line_end >= 0 else end)
        if note is not None and not self._silent:
            self._paragraph.note(start, note.evidence, note.told)
        if line_end >= 0 and self._text.startswith("\n", end):
            self._break(start)
        return end

    # Commands -----------------------------------------------------------------------------------------------------

    def _command(self, name: str, start: int, end: int) -> int:
        lower = name.lower()
        if card := shapes.CARD.match(self._text, start):
            return self._closing.get(card.end(), end - 1) + 1
        if lower in COMMANDS:
            if found := citing(self._text, name, end):
                return self._cite(found, start)
            self._prose.skip(self._name, start, f"\\{name} is followed by no keys that can be read")
        if lower in tex_words.NOTES or lower in tex_words.HEADINGS:
            return self._apart(lower, end)
        if name in ("begin", "end") and (env := shapes.NAME.match(self._text, end)):
            label = env["name"].strip()
            return (self._begin if name == "begin" else self._end)(label, start, env.end())
        if lower in INPUTS:
            return self._input(lower, start, end)
        if lower in tex_words.DEFINITIONS:
            return self._definition(end)
        if lower in tex_words.DROPPED:
            if lower.startswith("include"):
                self._omit("a figure", start)
            return self._arguments(end, tex_words.DROPPED[lower])
        if name in ("iffalse", "else", "fi"):
            return self._pairs.live.get(end, end)
        return end if self._silent else self._word(name, start, end)

    def _word(self, name: str, start: int, end: int) -> int:
        """A command of running text: what it sets, or what its arguments say."""
        text, paragraph = self._text, self._paragraph
        if name in ("verb", "lstinline", "mintinline", "url", "path", "nolinkurl"):
            return self._verbatim(name, start, end)
        if name in ("frac", "tfrac", "dfrac", "nicefrac", "sfrac") and (found := shapes.FRACTION.match(text, end)):
            paragraph.copy(*found.span("top"))
            paragraph.put("/", found.end("top"))
            paragraph.copy(*found.span("bottom"))
            return found.end()
        if name in ("textsuperscript", "textsubscript") and (found := shapes.SIMPLE.match(text, end)):
            paragraph.copy_as(f"{'^' if name == 'textsuperscript' else '_'}{found[0]}", found.start())
            return found.end()
        if name in ("SI", "qty") and (close := self._closing.get(end)) is not None:
            paragraph.copy(end + 1, close)
            paragraph.put(" ", close)
            return close + 1
        if name == "item":
            return self._item(start, end)
        if name == "symbol" and (code := shapes.CODE.match(text, end)):
            paragraph.put(chr(int(code[1])), start)
            return code.end()
        if len(name) == 1 and (accent := shapes.ACCENT.match(text, start)):
            return self._accent(name, accent)
        if name == "textbf" and (close := self._closing.get(end)) and marks.MARK.fullmatch(text, end + 1, close):
            paragraph.note(start)
            return close + 1
        return self._other(name, start, end)

    def _item(self, start: int, end: int) -> int:
        self._break(start)
        option = shapes.OPTION.match(self._text, end)
        if option is None:
            return end
        self._paragraph.copy(self._text.index("[", end) + 1, option.end() - 1)
        self._paragraph.put(" ", option.end() - 1)
        return option.end()

    def _other(self, name: str, start: int, end: int) -> int:
        text = self._text
        shown = tex_words.sign(name)
        if shown is not None:
            self._paragraph.put(shown, start)
            if found := shapes.EMPTY.match(text, end):
                return found.end()
            # TeX ends a command at a space and drops it; people who want one write `\ldots{} `.
            return end + 1 if "A" <= shown < "ɐ" and len(shown) <= 2 and text.startswith(" ", end) else end
        if name.lower() in tex_words.REFERENCES:
            self._paragraph.cite([], start, word=True)
            return self._arguments(end, 1)
        option = shapes.OPTION.match(text, end)
        end = option.end() if option and text.startswith("{", option.end()) else end
        if not text.startswith("{", end) or text.startswith("{}", end):
            # A command of the author's own may be the name of a system: a gap where a word stood.
            self._paragraph.cite([], start, word=True)
        return end

    def _accent(self, name: str, accent: re.Match[str]) -> int:
        if name in tex_words.ACCENTS:
            letter = accent["braced"] or accent["bare"]
            self._paragraph.put(letter + tex_words.ACCENTS[name], accent.start())
        else:
            self._paragraph.copy(accent.start(), accent.end())
        return accent.end()

    def _verbatim(self, name: str, start: int, end: int) -> int:
        option = shapes.OPTION.match(self._text, end)
        end = option.end() if option else end
        if name == "mintinline" and self._text.startswith("{", end):
            end = self._closing.get(end, end - 1) + 1
        close = self._closing.get(end)
        if close is not None:
            self._paragraph.literal(end + 1, close)
            return close + 1
        if name in ("verb", "lstinline", "mintinline") and (found := shapes.VERB.match(self._text, end)):
            self._paragraph.literal(*found.span("text"))
            return found.end()
        return end

    def _cite(self, found: Citing, start: int) -> int:
        if found.name == "nocite" or self._silent:
            where = "\\nocite" if found.name == "nocite" else self._silent[-1][1]
            self._prose.cite_loosely(self._name, [one for one in found.cited if one.key != "*"], where)
        else:
            self._paragraph.cite(found.cited, start, word=found.word)
        return found.end

    def _arguments(self, end: int, count: int) -> int:
        """The offset behind so many arguments and the options before them."""
        if self._text.startswith("*", end):
            end += 1
        for _ in range(count):
            while option := shapes.OPTION.match(self._text, end):
                end = option.end()
            close = self._closing.get(end)
            if close is None:
                break
            end = close + 1
        return end

    def _definition(self, end: int) -> int:
        found = shapes.DEFINED.match(self._text, end, self._stop)
        end = found.end() if found else end
        for _ in range(2):
            close = self._closing.get(end)
            if close is None:
                break
            end = close + 1
        return end

    def _input(self, lower: str, start: int, end: int) -> int:
        """A file taken in: its paragraphs stand between those before and after the command."""
        end, named = self._inputs.named(self._text, lower, end)
        if named is not None and (self._frames or self._silent):
            self._prose.skip(self._name, start, f"{named} is taken in where no prose stands, so it is not read")
        elif named is not None:
            self._break(start)
            self._inputs.take(named, lower, self._name, start)
        return end

    # What stands apart --------------------------------------------------------------------------------------------

    def _apart(self, lower: str, end: int) -> int:
        """A heading, footnote or caption: read its argument for itself."""
        if self._text.startswith("*", end):
            end += 1
        while option := shapes.OPTION.match(self._text, end):
            end = option.end()
        if lower == "captionof":
            end = self._closing.get(end, end - 1) + 1
        close = self._closing.get(end)
        if close is None:
            return end
        if lower in tex_words.HEADINGS:
            if not self._frames:
                self._break(end)
            done: Callable[[Paragraph], None] = self._heading
        else:
            done = self._note
        self._frames.append(_Frame(close, self._paragraph, self._silent, done))
        self._paragraph, self._silent = Paragraph(self._prose, self._name), []
        return end + 1

    def _close(self) -> None:
        frame = self._frames.pop()
        inner, self._paragraph, self._silent = self._paragraph, frame.outer, frame.silent
        frame.close(inner)

    def _heading(self, inner: Paragraph) -> None:
        self._prose.heading = inner.words().rstrip(".")
        self._prose.cite_loosely(self._name, inner.cited, "heading")

    def _note(self, inner: Paragraph) -> None:
        """A note that says nothing but whom to see cites for the sentence that it stands in."""
        if self._silent or not inner.only_cites():
            self._paragraph.children.append(inner)
        else:
            self._paragraph.cite(inner.cited, inner.cited[0].start)

    def _break(self, at: int) -> None:
        if self._frames:
            self._paragraph.put(" ", at)
        elif not self._silent:
            self._paragraph.finish()
            self._paragraph = Paragraph(self._prose, self._name)

    # Environments -------------------------------------------------------------------------------------------------

    def _begin(self, env: str, start: int, end: int) -> int:
        plain = env.rstrip("*")
        what = tex_words.SILENT.get(plain)
        raw = tex_words.is_raw(env)
        if what or raw or plain == "thebibliography":
            close = self._pairs.end(env, end, self._stop)
            if close is None:
                self._prose.skip(self._name, start, f"\\begin{{{env}}} is never closed; what follows is read as text")
                return end
            if raw:
                if told := tex_words.RAW.get(plain):
                    self._omit(told, start)
                return close
            if plain == "thebibliography":
                self._omit(REFERENCE_LIST, start)
                self._break(start)
                self._bibliography(end, close)
                return close
            self._omit(f"{'an' if what == 'algorithm' else 'a'} {what}", start)
            if len(self._silent) < _DEEPEST:
                self._silent.append((env, what or ""))
            return end
        if plain in tex_words.LISTS:
            self._omit("a list", start)
        if not self._silent:
            self._break(start)
        option = shapes.OPTION.match(self._text, end)
        return option.end() if option else end

    def _raw_end(self, env: str, start: int) -> int | None:
        """The end of an environment that begins before an offset and holds no LaTeX; None for any other."""
        return self._pairs.end(env, start, len(self._text)) if tex_words.is_raw(env) else None

    def _end(self, env: str, start: int, end: int) -> int:
        if env.rstrip("*") in tex_words.SILENT:
            last = next((at for at in reversed(range(len(self._silent))) if self._silent[at][0] == env), None)
            del self._silent[len(self._silent) if last is None else last :]
        elif not self._silent and not tex_words.is_raw(env):
            self._break(start)
        return end

    def _bibliography(self, start: int, end: int) -> None:
        items = list(shapes.BIBITEM.finditer(self._text, start, end))
        for item, stop in zip(items, [*(item.start() for item in items[1:]), end], strict=False):
            inner = Paragraph(self._prose, self._name)
            inner.copy(item.end(), stop)
            text = re.sub(r"\\newblock\b *", "", inner.words())
            self._prose.references.append(Reference(item["key"].strip(), text, self._name, item.start(), stop))
