"""Plain text: paragraphs between empty lines, short lines on their own as headings, `[1]` with a list at the end.

Author and year in the prose ("Smith et al., 2020") stay prose: whom they mean is the checker's question.
"""

from __future__ import annotations

import re
from pathlib import Path

from writer.manuscripts.prose import REFERENCE_LIST, Paragraph, Prose
from writer.manuscripts.references import BLOCK, GROUP, highest, is_title, items, list_at_end, numbers

LOOKS = re.compile("")

_UNDERLINED = re.compile(r"(?P<title>[^\n]+)\n[ \t]*(?:=+|-+|~+)[ \t]*")
_LONGEST_HEADING = 80


def read(name: str, path: Path, prose: Prose) -> None:
    """Add a plain text to a manuscript."""
    text = prose.files[name]
    start = _list(text)
    if start is not None:
        prose.references += items(text, name, start, len(text))
        prose.omit(REFERENCE_LIST, name, start)
    end = len(text) if start is None else start
    last = highest([item for item in prose.references if item.file == name])
    for block in BLOCK.finditer(text, 0, end):
        title = _title(block[0])
        if title is not None:
            prose.heading = title
        else:
            _paragraph(block, last, Paragraph(prose, name))


def _paragraph(block: re.Match[str], last: int, paragraph: Paragraph) -> None:
    position = block.start()
    for found in GROUP.finditer(block.string, position, block.end()):
        cited = numbers(found, last)
        if cited is not None:
            paragraph.literal(position, found.start())
            paragraph.cite(cited, found.start())
            position = found.end()
    paragraph.literal(position, block.end())
    paragraph.finish()


def _list(text: str) -> int | None:
    """Where the reference list begins: behind its heading, the last in the text, or with its first item.

    A heading stands by itself, or has numbered items under it; what follows it is no prose, numbered or not.
    """
    start = None
    for line in re.finditer(r"^[^\n]{1,40}$", text, re.MULTILINE):
        if is_title(line[0]) and (
            _alone(text, *line.span()) or items(text[line.end() : line.end() + 2000], "", 0, 2000)
        ):
            start = line.end()
    return start if start is not None else list_at_end(text)


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a line stands by itself: in a paragraph, a word such as "literature" may fill one."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (start == 0 or before == "\n\n") and after in ("", "\n", "\n\n")


def _title(block: str) -> str | None:
    """The words of a block that is a heading: underlined, or one short line that ends like no sentence."""
    if underlined := _UNDERLINED.fullmatch(block):
        return underlined["title"].strip()
    line = block.strip()
    if (
        "\n" in line
        or len(line) > _LONGEST_HEADING
        or line.endswith((".", "!", "?", ":", ",", ";", "]", ")", "”", '"'))
    ):
        return None
    return line if line[:1].isupper() or line[:1].isdigit() else None
