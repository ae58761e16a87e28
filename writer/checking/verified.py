"""Whether an entry really says a quote."""

from __future__ import annotations

from dataclasses import replace

from writer.draft import Evidence
from writer.entry import Corpus, Entry
from writer.text import find_quote, words

MIN_WORDS = 3
"""A shorter quote is found in too many places to be evidence of anything."""


def verified(evidence: Evidence, corpus: Corpus) -> Evidence | None:
    """The evidence at the place where the entry says it, quote as the entry writes it; None if it does not."""
    entry = corpus.get(evidence.key)
    if entry is None or len(words(evidence.quote)) < min(MIN_WORDS, len(words(_field(entry, evidence)))):
        return None
    told = _field(entry, evidence)
    if 0 <= evidence.start < evidence.end and told[evidence.start : evidence.end] == evidence.quote:
        return evidence
    for field, text in (("abstract", entry.abstract), ("title", entry.title)):
        span = find_quote(text, evidence.quote)
        if span is not None:
            start, end = span
            return replace(
                evidence,
                quote=text[start:end],
                start=start,
                end=end,
                field="title" if field == "title" else "abstract",
            )
    return None


def _field(entry: Entry, evidence: Evidence) -> str:
    return entry.title if evidence.field == "title" else entry.abstract
