"""Numbered references: the list at the end of a text, and the `[1]` and `[2, 5-7]` that cite it.

Only a text that has such a list has such citations: without one, `[0, 1]` is an interval as often as not.
"""

from __future__ import annotations

import re

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


def is_title(line: str) -> bool:
    """Whether a line is the heading of a reference list: `7. References`."""
    return _NUMBERED.sub("", line.strip().strip("*_:# \t")).lower() in TITLES


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
    """Where a list without a heading begins at the end of a text: blocks that all begin with `[1]`, `[2]` …"""
    start = None
    for block in reversed(list(BLOCK.finditer(text))):
        if not _SQUARE.match(text, block.start()):
            break
        start = block.start()
    return start


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
