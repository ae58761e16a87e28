"""Whether an entry really says a quote."""

from __future__ import annotations

from dataclasses import replace

from writer.draft import Evidence
from writer.entry import Corpus
from writer.text import find_quote, words

MIN_WORDS = 3
"""A shorter quote is found in too many places to be evidence of anything, unless it is all that its field says."""
_FEWEST_WORDS = 2
"""One word states nothing, even where it is a whole title."""


def verified(evidence: Evidence, corpus: Corpus) -> Evidence | None:
    """The evidence at the place where the entry says it, quote as the entry writes it; None if it does not."""
    entry = corpus.get(evidence.key)
    if entry is None:
        return None
    told = entry.title if evidence.field == "title" else entry.abstract
    at_its_place = 0 <= evidence.start < evidence.end and told[evidence.start : evidence.end] == evidence.quote
    if at_its_place and _enough(evidence.quote, told):
        return evidence
    for field, text in (("abstract", entry.abstract), ("title", entry.title)):
        span = find_quote(text, evidence.quote)
        if span is not None and _enough(text[span[0] : span[1]], text):
            start, end = span
            return replace(
                evidence,
                quote=text[start:end],
                start=start,
                end=end,
                field="title" if field == "title" else "abstract",
            )
    return None


def _enough(quote: str, text: str) -> bool:
    """Whether a quote has words enough for the field it was found in; of a shorter field it must be the whole."""
    return len(words(quote)) >= max(_FEWEST_WORDS, min(MIN_WORDS, len(words(text))))
