"""What a survey covers, counted: for each section, for entries that several sections found, and for the corpus.

Counts only; how they look is for the renderers.
"""

from __future__ import annotations

from dataclasses import dataclass

from writer.entry import Corpus
from writer.rendering.claims import verdict_counts
from writer.survey import Section, Survey


@dataclass(frozen=True, slots=True)
class SectionCoverage:
    """How many entries a section cites, how many claims it makes, and how many have each verdict that occurs."""

    heading: str
    cited: int
    claims: int
    verdicts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Shared:
    """An entry, with the sections that found it and those that tell it, by position from 0."""

    key: str
    found: tuple[int, ...]
    told: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole account. Entries stand in the order in which they are first cited or found."""

    sections: tuple[SectionCoverage, ...]
    shared: tuple[Shared, ...]
    told_twice: tuple[Shared, ...]
    """Entries that more than one section cites; none, unless a model cites what it was not shown."""
    unused: tuple[str, ...]
    """Keys of the corpus that no section cites."""

    def verdicts(self) -> tuple[str, ...]:
        """The verdicts that occur, in the order in which they first do."""
        return tuple(dict.fromkeys(verdict for section in self.sections for verdict in section.verdicts))


def coverage(survey: Survey, corpus: Corpus) -> Coverage:
    """What the sections cite of what was found, and of the corpus."""
    told: dict[str, list[int]] = {}
    found: dict[str, list[int]] = {}
    rows = []
    for at, section in enumerate(survey.sections):
        cited = _cited(section, corpus)
        for key in cited:
            told.setdefault(key, []).append(at)
        for key in section.found:
            found.setdefault(key, []).append(at)
        counts = verdict_counts(section.draft) if section.draft is not None else {}
        rows.append(SectionCoverage(section.heading, len(cited), sum(counts.values()), counts))
    keys = [*told, *(key for key in found if key not in told)]
    every = [Shared(key, tuple(found.get(key, ())), tuple(told.get(key, ()))) for key in keys]
    return Coverage(
        sections=tuple(rows),
        shared=tuple(entry for entry in every if len(entry.found) > 1),
        told_twice=tuple(entry for entry in every if len(entry.told) > 1),
        unused=tuple(key for key in corpus.entries if key not in told),
    )


def _cited(section: Section, corpus: Corpus) -> tuple[str, ...]:
    """The cited keys, each entry once under its own key; keys without an entry as they are."""
    keys = section.draft.cited() if section.draft is not None else ()
    entries = {key: corpus.get(key) for key in keys}
    return tuple(dict.fromkeys(entry.key if entry is not None else key for key, entry in entries.items()))
