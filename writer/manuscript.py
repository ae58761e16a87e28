"""A manuscript that somebody wrote: its sentences, what they cite, and where each stands in which file.

Read from Markdown, LaTeX, plain text or a converted document (`writer.manuscripts`). A sentence's text carries no
markup and no citations; `origin` leads every character of it back to the file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from writer.draft import Sentence
from writer.entry import Skipped


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation key as written: its offsets in the file, without the markup around it."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence where it stands.

    `sentence.role` is `claim` where it cites (or where a draft of ours marked it as one) and `framing` where it does
    not; whether framing states a finding is the checker's question. `sentence.cited_at` runs parallel to
    `sentence.citations`, in which a key stands as often as it is cited.
    """

    sentence: Sentence
    file: str
    origin: tuple[int, ...]
    """For each character of the text its offset in the file, and one more for the end of the last."""
    cited: tuple[Cited, ...] = ()
    """Parallel to `sentence.citations`."""
    heading: str = ""
    paragraph: int = 0
    """Counted from 0 over the whole manuscript."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """A comment that silences kinds of problems: on its own line for the line after it, else for its line.

    `line` is the line that is silenced, counted from 1. No kinds means all of them. `whole` silences them in the whole
    file; `line` is then where the comment stands.
    """

    file: str
    line: int
    kinds: tuple[str, ...] = ()
    whole: bool = False
    at: int = field(default=0, compare=False)
    """The line of the comment itself; 0 where nobody tells."""


@dataclass(frozen=True, slots=True)
class Loose:
    """A citation that stands in no sentence; `where` says in what: `\\nocite`, a heading, a table, a formula …"""

    cited: Cited
    file: str
    where: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An item of a reference list: `[1] A. Author. Title. 2020.` in plain text, or a `\\bibitem`.

    `label` is what citations of it say: `[1]`, or the key of the `\\bibitem`.
    """

    label: str
    text: str
    file: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Omitted:
    """Something of a file that no sentence holds, or not as it stands there: `a table`, `a formula`, `code` …"""

    what: str
    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Manuscript:
    """All passages in reading order, with the files they were read from.

    `files` holds the text of each file by the name under which it is told, as offsets count in it (lines end in
    `\\n`). `skipped` tells what could not be read, with file and line.
    """

    passages: tuple[Passage, ...]
    files: Mapping[str, str]
    references: tuple[Reference, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    loose: tuple[Loose, ...] = ()
    bibliographies: tuple[str, ...] = ()
    """Paths of the `.bib` files that it names, found beside or below its first file."""
    omitted: tuple[Omitted, ...] = ()
    """In the order of the files. What a rendering of ours writes around its sentences is none of it."""
    _lines: dict[str, list[int]] = field(default_factory=dict, repr=False, compare=False)

    def position(self, file: str, offset: int) -> Position:
        """Line and column of an offset in one of the files."""
        starts = self._lines.get(file)
        if starts is None:
            text = self.files[file]
            starts = [0]
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
            self._lines[file] = starts
        line = bisect_right(starts, offset)
        return Position(file, line, offset - starts[line - 1] + 1)
