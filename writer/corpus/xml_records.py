"""The records of an XML file, cut out of its text one by one and parsed each for itself.

So a dump of any size needs the memory of one record, a broken record costs itself alone, and each has its line. The
parser sees no more than a record: no DOCTYPE ever reaches it, so no entity of a file is expanded, nested or fetched.
HTML's names of characters (`&uuml;`), which DBLP's DTD declares, are known here. Not for XML whose records hold
records of the same name.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from writer.corpus.opening import Opened, undecoded

_LARGEST_RECORD = 1 << 24
_LONGEST_TAG = 200
"""Characters that a pattern for tags may look at."""
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(r"&([A-Za-z_][\w.-]{0,31});")
_TAG_END = r"(?=[\s/>])"

Found = tuple[int, "Element | str"]
"""The line of a record, and the element, or why there is none."""


def is_xml(head: str, root: str) -> bool:
    """Whether a text is XML whose outermost element has this name (a pattern)."""
    start = re.sub(r"^(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>)*", "", head[:4000], flags=re.DOTALL)
    return re.match(rf"<(?:[\w-]+:)?(?:{root}){_TAG_END}", start) is not None


def records(opened: Opened, names: Sequence[str], others: str = "") -> Iterator[Found]:
    """Each element of one of these names that no other such element holds, in order.

    `others` lists the tags that may stand between them, where they are known: another one there is what is left of a
    broken record, and is told once.
    """
    listed = "|".join(map(re.escape, names))
    between = "|".join(map(re.escape, others.split()))
    unknown = rf"|<(?=[A-Za-z_])(?!(?:[\w-]+:)?(?:{between}){_TAG_END})" if others else ""
    opening = re.compile(
        rf"<({listed}){_TAG_END}|</({listed})\s*>|<(?=[^<>!?]{{1,150}}<|[\s\d<>\udc80-\udcff]){unknown}"
    )
    ends = {name: re.compile(rf"</{re.escape(name)}\s*>|<(?:{listed}){_TAG_END}") for name in names}
    tags = {name: re.compile(rf"<{re.escape(name)}(?:\s[^<>]*)?/>") for name in names}
    window = _Window(opened.chunks())
    told = False
    while (start := window.seek(opening)) is not None:
        name, line = start[1], window.line
        if name is None:
            if not told:
                yield line, f"a record without its opening <{start[2]}>" if start[2] else "a tag that is none"
            told = True
            window.move(start.end())
            continue
        told = False
        if (empty := tags[name].match(window.text, window.at)) is not None:
            yield line, f"<{name}> is empty"
            window.move(empty.end())
            continue
        end = window.find(ends[name], len(name) + 1)
        if end is None:
            reach = "the file ends within it" if window.ended else f"not within {_LARGEST_RECORD:,} characters"
            yield line, f"<{name}> is not closed: {reach}"
            window.move(window.at + len(name) + 1)
        elif end[0].startswith("</"):
            yield line, _parsed(window.text[window.at : end.end()], line)
            window.move(end.end())
        else:
            yield line, f"<{name}> is not closed before the next record"
            window.move(end.start())


def text(element: Element | None) -> str:
    """All text within an element, that of `<i>` and `<sup>` too."""
    return "".join(element.itertext()).strip() if element is not None else ""


def local(name: str) -> str:
    """A name without its prefix: `arxiv:doi` is `doi`."""
    return name.rpartition(":")[2]


class _Window:
    """A stretch of the text that moves on: `at` is where its next record begins, in line `line`."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self.text = ""
        self.at = 0
        self.line = 1
        self.ended = False

    def seek(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Move to the next match, however far it is."""
        while True:
            match = pattern.search(self.text, self.at)
            # Whether it is one is told by what follows, which the next piece may hold.
            if match is not None and (self.ended or match.start() < len(self.text) - _LONGEST_TAG):
                self.move(match.start())
                return match
            if self.ended:
                return None
            self.move(max(self.at, match.start() if match else len(self.text) - _LONGEST_TAG))
            self._more()

    def find(self, pattern: re.Pattern[str], offset: int) -> re.Match[str] | None:
        """The first match so many characters from here on, as far as a record may reach."""
        while True:
            match = pattern.search(self.text, self.at + offset)
            if match is not None or self.ended or len(self.text) - self.at > _LARGEST_RECORD:
                return match
            offset = max(offset, len(self.text) - self.at - _LONGEST_TAG)
            self._more()

    def move(self, place: int) -> None:
        """Go to a place of the text, counting its lines."""
        self.line += self.text.count("\n", self.at, place)
        self.at = place

    def _more(self) -> None:
        chunk = next(filter(None, self._chunks), "")
        self.ended = not chunk
        self.text, self.at = self.text[self.at :] + chunk, 0


def _parsed(record: str, line: int) -> Element | str:
    bad = undecoded(record)
    if bad:
        return bad
    builder = TreeBuilder()
    # Without a separator the parser leaves prefixes alone, which are declared far above the record.
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(_ENTITY.sub(_character, record), True)
        return builder.close()
    except expat.ExpatError as error:
        return f"not well-formed XML: {expat.ErrorString(error.code)} in line {line + error.lineno - 1}"


def _character(match: re.Match[str]) -> str:
    name = match[1]
    known = html.entities.html5.get(name + ";")
    # What nobody declares stays visible as it was written.
    return match[0] if name in _OWN else known if known is not None else f"&amp;{name};"
