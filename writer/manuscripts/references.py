"""Numbered references: the list at the end of a text, and the `[1]` and `[2, 5-7]` that cite it.

Only a text that has such a list has such citations: without one, `[0, 1]` is an interval as often as not.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from writer.manuscript import Cited, Reference

TITLES = frozenset(("references", "bibliography", "literature", "works cited", "literature cited", "reference list"))
"""What the heading of a list says, in lower case and without its number."""

WIDEST = 100
"""Numbers that a range may stand for; of a wider one the two ends are taken."""

GROUP = re.compile(r"\[(?P<body>\d{1,4}(?:[ \n]?[,;–-][ \n]?\d{1,4})*)\]")
"""Numbers in brackets; whether they cite is for `numbers` to say."""

_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[IVXLC]+\.)[ \t]+")
_PART = re.compile(r"(?P<first>\d+)(?:[ \n]?[–-][ \n]?(?P<last>\d+))?")
_ITEM = re.compile(
    r"^[ \t]*(?:[-*][ \t]+)?(?:\\?\[(?P<square>\d{1,4})\\?\]:?|(?P<dotted>\d{1,4})[.)])[ \t]+(?=\S)", re.MULTILINE
)
BLOCK = re.compile(r"^[^\S\n]*+\S[^\n]*+(?:\n[^\S\n]*+\S[^\n]*+)*+", re.MULTILINE)
"""Lines without an empty one between them."""

_SQUARE = re.compile(r"\s*\[\d{1,4}\][ \t]+\S")
# An item without a number begins with `Family, Given` or `Family AB` or an organisation, and has a year; what marks it
# as one stands in no sentence of prose together with that.
_SIGNED = re.compile(
    r"\s*[^\W\d_][\w'’-]*(?: [\w'’-]+){0,3}(?:,|\.| [A-Z]{1,3}[,.])[^\n]{0,400}?\b(?:1[5-9]|20)\d\d[a-z]?\b", re.DOTALL
)
_MARKED = re.compile(
    r"\bdoi\b|https?://|\barxiv\b|[“\"][^”\"]{10,}[”\"]|\bpp?\. ?\d|\d+ ?\(\d+\)|\d+[:,] ?\d+[–-]\d+", re.IGNORECASE
)
_FEWEST = 3
"""Items that make a list without numbers and without a heading: two sentences may happen to look like items."""


def is_title(line: str) -> bool:
    """Whether a line is the heading of a reference list: `7. References`."""
    return _bare(line) in TITLES


def may_be_prose(line: str) -> bool:
    """Whether the heading of a list is as often that of a section: what cites by keys under "Literature" is prose."""
    return _bare(line) == "literature"


def _bare(line: str) -> str:
    return _NUMBERED.sub("", line.strip().strip("*_:# \t")).lower()


def items(text: str, file: str, start: int, end: int) -> list[Reference]:
    """The numbered items of a list, each with what follows it up to the next or to an empty line.

    Numbers must rise, so that a line of an item that begins with "12." is no item of its own.
    """
    found: list[Reference] = []
    heads = []
    highest = 0
    for head in _ITEM.finditer(text, start, end):
        number = int(head["square"] or head["dotted"])
        if number > highest:
            heads.append((head, number))
            highest = number
    for place, (head, number) in enumerate(heads):
        stop = heads[place + 1][0].start() if place + 1 < len(heads) else end
        blank = text.find("\n\n", head.end(), stop)
        stop = stop if blank < 0 else blank
        found.append(Reference(f"[{number}]", " ".join(text[head.end() : stop].split()), file, head.start(), stop))
    return found


def list_at_end(text: str) -> int | None:
    """Where a list without a heading begins at the end of a text.

    Its blocks all begin with `[1]`, `[2]` …; or there are several that each begin with an author, hold a year, and
    give what only references do: an address, a title in quotation marks, pages.
    """
    blocks = list(BLOCK.finditer(text))
    numbered = _last(blocks, lambda block: _SQUARE.match(text, block.start()) is not None)
    if numbered < len(blocks):
        return blocks[numbered].start()
    signed = _last(blocks, lambda block: bool(_SIGNED.match(block[0]) and _MARKED.search(block[0])))
    return blocks[signed].start() if len(blocks) - signed >= _FEWEST else None


def _last(blocks: list[re.Match[str]], fits: Callable[[re.Match[str]], bool]) -> int:
    """The first of the last blocks that all fit; the number of blocks where the last does not."""
    at = len(blocks)
    while at and fits(blocks[at - 1]):
        at -= 1
    return at


def highest(references: list[Reference]) -> int:
    """The highest number of a list; 0 for an empty one."""
    return max((int(item.label[1:-1]) for item in references), default=0)


def numbers(found: re.Match[str], highest: int) -> list[Cited] | None:
    """The citations of a bracket of numbers, ranges written out; None where it cites nothing.

    A number that the list does not reach may cite an item that is not there; but zero never does, nor do numbers
    ten times as high as the list.
    """
    if not highest:
        return None
    cited = []
    for part in _PART.finditer(found["body"]):
        first = int(part["first"])
        last = int(part["last"] or first)
        if first == 0 or last < first or first > 10 * highest:
            return None
        start = found.start("body") + part.start()
        span = (start, start + len(part[0]))
        wide = (first, last) if last - first >= WIDEST else range(first, last + 1)
        cited += [Cited(f"[{number}]", *span) for number in wide]
    return cited
