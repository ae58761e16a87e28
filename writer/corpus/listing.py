"""Listings of abstracts: a person's name, then one line `Abstract: …` for each paper, without titles.

The name says under whom the listing was found. It is kept as `Source.under` and never becomes an author: nobody
says that the page's owner wrote each paper.
"""

from __future__ import annotations

import re

from writer.corpus.record import Reader, Reading, Record
from writer.entry import Skipped, Source

_MARK = re.compile(r"abstract\s*(?::|—|–|--)", re.IGNORECASE)
_LONGEST_NAME = 8
"""Words; more are a sentence."""


def _recognises(text: str, filename: str) -> bool:
    lines = [line.strip() for line in text.split("\n")]
    written = [line for line in lines if line]
    marked = sum(_MARK.match(line) is not None for line in written)
    if marked == 1 and len(written) == 2:
        # A title over one abstract has the same shape, but saved pages set a blank line between them.
        first = lines.index(written[0])
        return _MARK.match(written[1]) is not None and lines[first + 1] == written[1]
    return 2 * marked > len(written)


def _read(text: str, file: str) -> Reading:
    under = ""
    found: list[tuple[int, list[str]]] = []
    skipped: list[Skipped] = []
    previous = ""
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if _MARK.match(stripped):
            found.append((number, [stripped]))
        elif stripped and not found and not under and _is_name(stripped):
            under = stripped
        elif stripped and found and previous and previous[-1] not in ".!?":
            # The same sentence goes on: the abstract was wrapped.
            found[-1][1].append(stripped)
        elif stripped:
            skipped.append(Skipped(file, number, "neither a name in the first line nor a line `Abstract: …`"))
        previous = stripped
    records = []
    for number, lines in found:
        if _MARK.sub("", lines[0], count=1).strip() or len(lines) > 1:
            records.append(Record(Source(file, number, under), abstract=" ".join(lines)))
        else:
            skipped.append(Skipped(file, number, "the abstract is empty"))
    return records, sorted(skipped, key=lambda skip: skip.line)


def _is_name(line: str) -> bool:
    return (
        len(line.split()) <= _LONGEST_NAME
        and not any(char.isdigit() for char in line)
        and not line.endswith(("!", "?", ":"))
    )


READER = Reader("listing", "a listing: a name, then a line `Abstract: …` for each paper", _recognises, _read)
