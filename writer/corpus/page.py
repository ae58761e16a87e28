"""Saved web pages: lines of navigation and a date, then titles, each followed by its abstract.

    Subscribe                          <- navigation

    Mar 17                             <- a date

    A Title Without a Full Stop        <- a title: a short line right above an abstract

    An abstract of many words. …       <- an abstract: a long line of whole sentences

Told by shape alone: what is long is an abstract, the short line above it its title, and every other short line
belongs to the page. A long paragraph without a title is reported, never glued to the abstract before it. Not
for HTML, and not for listings that mark each abstract (`writer.corpus.listing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from writer.corpus.record import Reader, Reading, Record
from writer.entry import Skipped, Source

_FEWEST_WORDS = 25
"""Fewer make no abstract: the shortest of the real pages have about 150, cookie notes and teasers 5 to 20."""
_LONGEST_TITLE = 40
"""Words. More make an abstract even where the end is cut off."""
_LONG_LINE = 150
"""Characters. A line this long is a paragraph of its own; shorter ones may be a paragraph wrapped by hand."""
_WRAPPED = 50
"""Characters that each line but the last of a paragraph wrapped by hand has at least."""

_LONGEST_ADDRESS = 300
"""Characters at the end of a paragraph that tell whether a sentence or an address ends there."""

_SHORT = 3
"""Words; such lines are buttons and labels, of which a page may have any number."""
_HEAD = 20
"""Longer lines that a page's head and foot may have beside its papers."""
# Names that leave no doubt: what the readers of such files did not take is no page either.
_TABLES = (".csv", ".tsv", ".json", ".jsonl")

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"""(?:(?:published|submitted|updated|posted)\s+(?:on\s+)?)?(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?
    (?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|\d{{1,2}}\.?\s+{_MONTH}(?:,?\s+\d{{4}})?|{_MONTH}\s+\d{{4}}
    |\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|today|yesterday|\d+\s+(?:hours?|days?)\s+ago)""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNT = re.compile(r"[·•\s]*[\d.,]+\s*[km]?(?:\s+(?:upvotes?|comments?|likes?|authors?|views?|citations?))?", re.I)
_LABEL = re.compile(r"(?:authors?|subjects?|comments?|keywords?|submitted by|published in|affiliations?)\s*:", re.I)
_BUTTONS = frozenset(
    """new|subscribe|sign up|sign in|log in|login|share|upvote|follow|search|menu|home|next|previous|back|abstract
    |papers|paper|trending|daily papers|read more|view paper|view arxiv page|view pdf|pdf|get trending papers in
    your email inbox|submitted by|and the research community""".replace("\n    ", " ")
    .replace(" |", "|")
    .split("|")
)
_MARKUP = re.compile(r"#|<|\\(?:begin|end|section|subsection|chapter|item|documentclass|usepackage)\b|```|[-*>|]\s")
# Such a line anywhere, and the text was written in Markdown, reStructuredText, LaTeX or HTML: a README, no page.
_WRITTEN = re.compile(r"^(?:#{1,6} |```|={4,}$|\\(?:section|documentclass|begin)\b|<!DOCTYPE|<html)", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?:[.!…]|\.\.\.)[)\]\"”’']*$|https?://\S+$")

_Kind = Literal["abstract", "title", "page"]


class _Block(NamedTuple):
    line: int
    text: str
    kind: _Kind


def _recognises(text: str, filename: str) -> bool:
    if _WRITTEN.search(text) or filename.lower().endswith(_TABLES):
        return False
    blocks = list(_blocks(text))
    paragraphs = sum(block.kind == "abstract" for block in blocks)
    pairs = sum(abstract is not None and title is not None for abstract, title in _pair(blocks))
    lines = sum(block.kind == "title" and len(block.text.split()) > _SHORT for block in blocks)
    # Prose with a heading now and then has many paragraphs and few titles; a list has many lines and few paragraphs.
    return pairs > 0 and 2 * pairs >= paragraphs and lines <= 3 * pairs + _HEAD


def _read(text: str, file: str) -> Reading:
    records: list[Record] = []
    skipped: list[Skipped] = []
    for abstract, title in _pair(list(_blocks(text))):
        if abstract is not None and title is not None:
            records.append(Record(Source(file, title.line), title=title.text, abstract=abstract.text))
        elif abstract is not None:
            skipped.append(Skipped(file, abstract.line, "a paragraph without a title above it"))
        elif title is not None and records:
            # Above the first paper stands the page's head; between papers such a line may be one that was lost.
            skipped.append(Skipped(file, title.line, "looks like a title, but no abstract follows it"))
    return records, skipped


def _pair(blocks: list[_Block]) -> Iterator[tuple[_Block | None, _Block | None]]:
    """(abstract, title) for each abstract in order; a title without abstract stands as (None, title)."""
    title: _Block | None = None
    for block in blocks:
        if block.kind == "title":
            if title is not None:
                yield None, title
            title = block
        elif block.kind == "abstract":
            yield block, title
            title = None
    if title is not None:
        yield None, title


def _blocks(text: str) -> Iterator[_Block]:
    """Lines as blocks, a paragraph wrapped by hand joined to one."""
    run: list[tuple[int, str]] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        stripped = line.strip()
        if stripped and len(stripped) < _LONG_LINE:
            run.append((number, stripped))
            continue
        yield from _short_lines(run)
        run = []
        if stripped:
            yield _Block(number, stripped, _kind(stripped))


def _short_lines(run: list[tuple[int, str]]) -> Iterator[_Block]:
    joined = " ".join(line for _, line in run)
    wrapped = len(run) > 1 and all(len(line) >= _WRAPPED for _, line in run[:-1])
    if wrapped and _kind(joined) == "abstract" and _is_prose(joined):
        yield _Block(run[0][0], joined, "abstract")
        return
    for number, line in run:
        yield _Block(number, line, _kind(line))


def _is_prose(text: str) -> bool:
    """Whether most of the text is plain words: rows of a table that stand close together are not."""
    pieces = text.split()
    return 2 * sum(piece.strip(".,;:!?()\"'“”‘’").isalpha() for piece in pieces) > len(pieces)


def _kind(text: str) -> _Kind:
    count = len(text.split())
    whole = _SENTENCE_END.search(text[-_LONGEST_ADDRESS:]) is not None
    if _MARKUP.match(text):
        return "page"
    if count > _LONGEST_TITLE or (count >= _FEWEST_WORDS and whole):
        return "abstract"
    if _is_navigation(text):
        return "page"
    return "title"


def _is_navigation(text: str) -> bool:
    folded = " ".join(re.sub(r"[^\w\s]", "", text).casefold().split())
    return (
        folded in _BUTTONS
        or not any(char.isalpha() for char in text)
        or bool(_DATE.fullmatch(text) or _COUNT.fullmatch(text) or _LABEL.match(text))
        or re.fullmatch(r"https?://\S+", text) is not None
    )


READER = Reader(
    "page",
    "a saved web page as text, where each title stands above its abstract with a blank line between",
    _recognises,
    _read,
)
