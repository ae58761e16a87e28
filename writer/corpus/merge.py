"""The same work read more than once, told by identifiers, title, or abstract.

In this order: the same content, DOI, PMID, arXiv id, title, abstract where a title is missing, nearly the same
abstract. A false merge puts one paper's findings under another's name, a missed one only lists a paper twice. So
every likeness must be uncontradicted: by years, authors, other identifiers (`writer.corpus.likeness`), and within a
group by every member against every other (`writer.corpus.union`). Nothing depends on the order of reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from writer.corpus import decisions as deciding
from writer.corpus import likeness
from writer.corpus.candidates import shared
from writer.corpus.canonical import content
from writer.corpus.decisions import Decisions
from writer.corpus.fields import combined, merged
from writer.corpus.marks import Marks
from writer.corpus.union import Group, Union
from writer.entry import Entry

__all__ = ["Group", "combined", "groups", "merged", "works"]


def groups(entries: Sequence[Entry], decisions: Decisions | None = None) -> list[Group]:
    """All entries in groups of the same work, most of one member, ordered by their first."""
    several = works(entries, decisions)
    within = {place for work in several for place in work.members}
    alone = [Group((place,), "") for place in range(len(entries)) if place not in within]
    return sorted([*several, *alone], key=lambda group: group.members[0])


def works(entries: Sequence[Entry], decisions: Decisions | None = None) -> list[Group]:
    """The groups of more than one member alone, ordered by their first."""
    decided = decisions or Decisions()
    standing = deciding.places(decided, entries)
    union = Union(entries, deciding.pairs_of(decided.apart, standing))
    for pair in deciding.pairs_of(decided.together, standing):
        union.join({"": pair}, _always, lambda mark: "decided to be one work")
    found, by = shared(entries), union.by
    union.join(by(found.content, lambda mark: content(mark.entry)), _always, _what)
    union.join(
        by(found.doi, lambda mark: mark.doi), likeness.same_by_id, lambda mark: f"the same DOI {mark.doi}", _title
    )
    union.join(
        by(found.pmid, lambda mark: mark.pmid), likeness.same_by_id, lambda mark: f"the same PMID {mark.pmid}", _title
    )
    union.join(
        by(found.arxiv, lambda mark: mark.arxiv),
        likeness.same_by_id,
        lambda mark: f"the same arXiv id {mark.arxiv}",
        _title,
    )
    union.join(by(found.title, lambda mark: mark.title), likeness.same_by_title, lambda mark: "the same title", _people)
    untitled = [places for places in found.abstract if not all(entries[place].title for place in places)]
    union.join(
        by(untitled, lambda mark: mark.abstract), likeness.same_by_abstract, lambda mark: "the same abstract", _title
    )
    union.join_alike([*found.abstract, *found.clauses])
    return union.groups()


def _always(one: Marks, other: Marks) -> bool:
    return True


def _what(mark: Marks) -> str:
    """What two records with the same content share, in words."""
    return "the same " + " and ".join(name for name in ("title", "abstract") if getattr(mark.entry, name))


def _title(mark: Marks) -> Iterable[str]:
    return (mark.title,)


def _people(mark: Marks) -> Iterable[str]:
    """What joins two of many records under one title: an author in common, the same abstract, the same DOI."""
    return (*mark.families, mark.abstract, mark.doi)
