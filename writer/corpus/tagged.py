"""Files of tagged lines, cut into records: RIS, MEDLINE and the field format of the Web of Science.

Each line begins with a short tag, one tag opens a record, and what does not fit costs its own record alone. Only the
cutting is here; what the tags mean is told by the readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from writer.corpus.opening import Opened, Unreadable
from writer.entry import Skipped


class Field(NamedTuple):
    """A tag and its text as it stood in lines."""

    tag: str
    lines: list[str]

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(line for line in self.lines if line)


@dataclass(slots=True)
class Block:
    """The lines of one record."""

    line: int
    fields: list[Field] = field(default_factory=list)
    bad: str = ""
    """Why it cannot be trusted, or nothing."""
    ended: bool = False
    """Whether the tag that closes a record stood at its end."""

    def conflict(self, *tags: str) -> str:
        """The first of these tags that has two different texts, as the reason why the record is broken."""
        for tag in tags:
            if len({found.text.casefold() for found in self.fields if found.tag == tag and found.text}) > 1:
                return f"{tag} is given twice with different values (two records run into one?)"
        return ""

    def lines_by_tag(self) -> dict[str, list[str]]:
        """The lines under each tag, those of a repeated one together."""
        found: dict[str, list[str]] = {}
        for one in self.fields:
            found.setdefault(one.tag, []).extend(line for line in one.lines if line)
        return found


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a format writes its lines; `tag` has the groups tag and text."""

    tag: re.Pattern[str]
    starts: str
    """The tag that opens a record."""
    ends: str = ""
    """The tag that closes it; without one a blank line does."""
    continues: re.Pattern[str] = re.compile("")
    """The beginning of a line that goes on with the field above."""
    damaged: re.Pattern[str] = re.compile("(?!)")
    """A line that was meant to be a field."""
    between: re.Pattern[str] = re.compile("(?!)")
    """Lines that may stand outside of records."""


def blocks(opened: Opened, grammar: Grammar) -> Iterator[Block | Skipped]:
    """The records of a file in their order, and the lines that look like parts of a record but belong to none."""
    block: Block | None = None
    stray = 0
    for number, line in enumerate(opened.lines(), 1):
        match = None if isinstance(line, Unreadable) else grammar.tag.match(line)
        tag = match[1].rstrip() if match else ""
        opens = bool(tag) and tag == grammar.starts
        blank = not line.strip()
        if stray and (opens or blank):
            yield Skipped(opened.name, stray, f"fields outside of a record (is its {grammar.starts} lost?)")
            stray = 0
        if opens:
            if block is not None:
                yield block
            block = Block(number)
        if block is not None and (tag == grammar.ends if grammar.ends else blank):
            block.ended = True
            yield block
            block = None
        elif block is not None:
            _take(block, line, number, match, grammar)
        elif not blank and not grammar.between.match(line) and (tag or isinstance(line, Unreadable)):
            stray = stray or number
    if stray:
        yield Skipped(opened.name, stray, f"fields outside of a record (is its {grammar.starts} lost?)")
    if block is not None:
        yield block


def _take(block: Block, line: str, number: int, match: re.Match[str] | None, grammar: Grammar) -> None:
    """Add a line to a record."""
    if isinstance(line, Unreadable):
        block.bad = block.bad or f"{line} in line {number}"
    elif match is not None:
        block.fields.append(Field(match[1].rstrip(), [(match[2] or "").strip()]))
    elif not line.strip():
        pass
    elif grammar.damaged.match(line) or not grammar.continues.match(line):
        block.bad = block.bad or f"line {number} is no field: `{line.strip()[:40]}`"
    else:
        block.fields[-1].lines.append(line.strip())
