"""The text of a user's `.bib` file, kept to the byte, and single entries taken out of it or written anew.

A text is cut where its entries begin. So a piece holds an entry with all that follows it (comments, `@string`s, blank
lines, entries that could not be read), the first piece what stands before all entries, and an edit to one entry
changes one piece. No reader: what an entry says is read in `writer.corpus.bibtex`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from writer.corpus import bibtex

_LINE = re.compile(rb"\r\n|\r|\n")
_BREAK = r"(?:\r\n|\r|\n)"
_BOM = b"\xef\xbb\xbf"


def cut(data: bytes, lines: Iterable[int]) -> tuple[list[bytes], dict[int, int]]:
    """The pieces of a text whose entries begin in these lines (from 1), and the number of the piece for each line.

    Joined again the pieces are the text.
    """
    starts = [len(_BOM) if data.startswith(_BOM) else 0, *(match.end() for match in _LINE.finditer(data))]
    first_lines = sorted({line for line in lines if line <= len(starts)})
    places = [0, *(starts[line - 1] for line in first_lines), len(data)]
    pieces = [data[start:end] for start, end in pairwise(places)]
    return pieces, {line: number for number, line in enumerate(first_lines, 1)}


def edited(piece: bytes, changes: Mapping[str, str | None]) -> bytes:
    """A piece with some entries, told by their keys, written anew or, for None, taken out with the blank line behind.

    An entry that cannot be found stays: nothing is cut by guess.
    """
    text = piece.decode("utf-8")
    for key, raw in entries(_plain(text)):
        if key not in changes:
            continue
        block = re.escape(raw).replace("\\\n", _BREAK)
        anew = changes[key]
        if anew is None:
            pattern = rf"(?:(?:(?<=[\r\n])|\A)[ \t]*)?{block}(?:[ \t]*(?:{_BREAK}(?:[ \t]*{_BREAK})?|\Z))?"
            text = re.sub(pattern, "", text, count=1)
        else:
            ending = "\r\n" if "\r\n" in text else "\n"
            first, last = re.split(block, text, maxsplit=1)
            text = first + anew.rstrip("\n").replace("\n", ending) + last
    return text.encode("utf-8")


def appended(text: bytes, written: Sequence[str]) -> bytes:
    """A text with entries behind it, a blank line before each, in the text's own kind of line ends."""
    if not written:
        return text
    ending = "\r\n" if b"\r\n" in text else "\n"
    more = "\n".join(entry.rstrip("\n") + "\n" for entry in written).replace("\n", ending)
    if not text.removeprefix(_BOM).strip():
        return text + more.encode()
    last = _LINE.split(text)
    gap = 0 if len(last) > 1 and not last[-1].strip() and not last[-2].strip() else 1 if not last[-1].strip() else 2
    return text + (ending * gap + more).encode()


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def entries(text: str) -> Iterable[tuple[str, str]]:
    """The key and the text of each entry of a text with `\\n` alone."""
    for block in bibtex.split(text):
        block = getattr(block, "ignore_error_block", block)
        if hasattr(block, "entry_type"):
            yield block.key.strip(), block.raw


def ends_openly(text: str) -> bool:
    """Whether a text ends within a block, as a file does that is half written."""
    blocks = bibtex.split(_plain(text))
    if not blocks:
        return False
    last = blocks[-1]
    if hasattr(last, "error") and last.ignore_error_block is None:
        return _plain(text).rstrip().endswith((last.raw or "").rstrip())
    return hasattr(last, "comment") and last.raw.startswith("@") and "\n" not in last.raw
