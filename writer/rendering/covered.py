"""What a text makes of its corpus, in words for the evidence page: sentences, a table, and lists under headings.

Plain text only; it is escaped where it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from writer.draft import Draft
from writer.entry import Corpus
from writer.rendering.claims import fold
from writer.report import Coverage


@dataclass(frozen=True, slots=True)
class Covered:
    """The account; each part may be empty."""

    facts: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()


def covered(draft: Draft, corpus: Corpus, coverage: Coverage | None = None) -> Covered:
    """The account of a draft; `coverage` adds what only a look at the entries tells."""
    cited = {entry.key for key in draft.cited() if (entry := corpus.get(key)) is not None}
    unknown = [key for key in draft.cited() if key not in corpus]
    retrieved = list(dict.fromkeys(hit.key for hit in draft.retrieved))
    facts = [f"{len(cited)} of the {draft.corpus_entries} entries of the corpus are cited."]
    if retrieved:
        used = sum((entry.key if (entry := corpus.get(key)) else key) in cited for key in retrieved)
        facts.append(f"{len(retrieved)} entries were retrieved for the theme, and {used} of them are cited.")
    if unknown:
        facts.append(f"Cited, but in no file of the corpus: {', '.join(map(fold, unknown))}.")
    lists: list[tuple[str, tuple[str, ...]]] = []
    if coverage is not None:
        lists = [
            ("Cited once, and only among several others", tuple(named(key, corpus) for key in coverage.in_passing)),
            (
                "Cited side by side, and likely one work",
                tuple(f"{' and '.join(map(fold, alike.keys))}: {alike.because}" for alike in coverage.alike),
            ),
        ]
    return Covered(tuple(facts), lists=tuple((heading, items) for heading, items in lists if items))


def named(key: str, corpus: Corpus) -> str:
    """The key, and the title behind it where there is one."""
    entry = corpus.get(key)
    return f"{fold(key)}: {fold(entry.title)}" if entry is not None and fold(entry.title) else fold(key)
