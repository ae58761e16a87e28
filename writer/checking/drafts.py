"""A Draft JSON as a manuscript: where in its file each sentence of the draft stands.

The draft itself is read by `writer.rendering`, and checked as a draft; this only says where to point.
"""

from __future__ import annotations

import json
import re

from writer.draft import Draft, Place
from writer.manuscript import Manuscript, Passage

_TEXT = re.compile(r'"text"\s*:\s*"((?:[^"\\]|\\.)*)"')
# One character of the text as JSON writes it: a surrogate pair, an escape, or itself.
_WRITTEN = re.compile(r"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u\w{4}|\\.|.", re.DOTALL)


def laid_out(draft: Draft, text: str, name: str) -> tuple[Manuscript, dict[Place, int]]:
    """The sentences of a draft as passages of its JSON `text`, and the passage of each place.

    A sentence that the text does not hold in its turn points to the beginning of the file.
    """
    written = _TEXT.finditer(text)
    passages: list[Passage] = []
    numbers: dict[Place, int] = {}
    paragraphs: dict[tuple[int, int], int] = {}
    for place, sentence in draft.sentences():
        match = next((match for match in written if json.loads(f'"{match[1]}"', strict=False) == sentence.text), None)
        origin = _origin(match) if match is not None else (0,) * (len(sentence.text) + 1)
        paragraph = paragraphs.setdefault((place.group, place.paragraph), len(paragraphs))
        numbers[place] = len(passages)
        passages.append(Passage(sentence, name, origin, heading=draft.groups[place.group].heading, paragraph=paragraph))
    return Manuscript(tuple(passages), {name: text}), numbers


def _origin(match: re.Match[str]) -> tuple[int, ...]:
    starts = [match.start(1) + piece.start() for piece in _WRITTEN.finditer(match[1])]
    return (*starts, match.end(1))
