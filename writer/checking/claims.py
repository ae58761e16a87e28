"""A sentence's atomic claims: one for each finding and the entries cited for it.

Splitting never loses or invents a word: a claim is made of pieces of its sentence, and every word of the sentence is
in at least one claim.
"""

from __future__ import annotations

from dataclasses import dataclass

from writer.draft import Sentence


@dataclass(frozen=True, slots=True)
class Claim:
    """A part of a sentence that is true or false by itself.

    `text` is the pieces `sentence.text[start:end]` of `spans`, joined by single spaces.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    citations: tuple[str, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the sentence."""
        return self._place(start), self._place(max(start, end - 1)) + 1

    def _place(self, offset: int) -> int:
        for first, last in self.spans:
            if offset < last - first:
                return first + offset
            offset -= last - first + 1
        return self.spans[-1][1]


def claims(sentence: Sentence) -> tuple[Claim, ...]:
    """The claims of a sentence, in order; a sentence that cites nothing is one claim."""
    return (Claim(sentence.text, ((0, len(sentence.text)),), tuple(dict.fromkeys(sentence.citations))),)
