"""When two entries that share something are the same work.

A false merge puts one paper's findings under another's name, a missed one only lists a paper twice: each rule asks
for more than what it was called for, and any contradiction settles against the merge.
"""

from __future__ import annotations

from writer.corpus.marks import Marks, apart, contradiction, other_piece

_ALIKE = 0.25
"""Least share of common words in two abstracts under one title, where no author speaks for the merge. Among 236
abstracts on language models no two reached 0.24, while the first half of each shares 0.49 and more with the whole."""
_WITHIN, _FEWEST_WITHIN = 0.9, 12
"""The same where one abstract is a piece of the other: its share of words that stand in the longer, and how many."""
_LIKE_TITLE = 3
"""Two titles under one identifier share at least one of so many words of the shorter one."""
_GENERIC = frozenset(
    """abstract acknowledgement acknowledgements acknowledgment acknowledgments announcement announcements annualreport
    appendix authorindex background bookreview bookreviews callforpapers commentary conclusion conclusions contents
    contributors correction corrections correspondence corrigendum discussion editorial editorialboard editorsnote
    editorsintroduction erratum foreword frontmatter fromtheeditor guesteditorial guesteditorsintroduction inmemoriam
    inthisissue index introduction introductiontothespecialissue keynote keynotes letter lettertotheeditor
    letterstotheeditor letters miscellaneous news notes obituary organizingcommittee outlook overview panel preface
    prefacetothespecialissue presidentsaddress proceedings programcommittee publishersnote references relatedwork
    reply response retracted retraction reviews reviewers specialissue summary tableofcontents technicalreport
    thanktoreviewers titlepage tutorial tutorials untitled welcome welcomemessage workshop workshops""".split()
)
"""Titles that name no work, folded and without spaces."""

LONG_ENOUGH = 30
"""Words of an abstract that can speak for a merge by likeness; what is shorter is soon like another."""
NEAR, _NEARER, _NEAREST = 0.8, 0.9, 0.95
"""Shares of common shingles (three words) of two abstracts: with authors in common, without, and under titles that
have nothing in common. One changed word in a hundred changes three shingles of a hundred: 0.94."""
_PIECE = 0.97
"""Share of a piece's shingles that the whole abstract holds."""
_SAME_PEOPLE = 0.5
"""Share of the shorter list of authors that the longer one holds."""


def same_by_id(one: Marks, other: Marks) -> bool:
    """Whether the titles allow it: an identifier copied by mistake, or a book's given to each of its chapters,
    stands under wholly different ones."""
    if other_piece(one, other):
        return False
    if one.title == other.title or (one.abstract and one.abstract == other.abstract):
        return True
    shared = len(one.title_words & other.title_words)
    if _LIKE_TITLE * shared < min(len(one.title_words), len(other.title_words)):
        return False
    # Two papers of one field have words in common; other people who say other things are another paper.
    strangers = one.families and other.families and not one.families & other.families
    return not (strangers and one.told and other.told and not _say_the_same(one, other))


def same_by_title(one: Marks, other: Marks) -> bool:
    """Whether nothing speaks against one work under one title, and for a title that many bear, something for it."""
    if contradiction(one, other):
        return False
    if one.title != other.title:
        # Another title is here because an identifier has joined it to this one.
        return True
    known = bool(one.families & other.families)
    if is_generic(one):
        if one.abstract and one.abstract == other.abstract:
            return True
        same_year = one.year is None or other.year is None or one.year == other.year
        return known and same_year and not (one.told and other.told and not _say_the_same(one, other))
    if not one.told or not other.told or _say_the_same(one, other):
        return True
    # A series goes by one title, and whoever wrote one piece may have written the next.
    return _same_people(one, other) and min(len(one.told), len(other.told)) < LONG_ENOUGH


def same_by_abstract(one: Marks, other: Marks) -> bool:
    """Whether two records of one abstract, of which one or both have no title, may be one work."""
    return not (one.title and other.title and one.title != other.title) and not contradiction(one, other)


def is_generic(mark: Marks) -> bool:
    """Whether the title names no work."""
    return mark.title in _GENERIC or len(mark.title) < 4


def likeness(one: Marks, other: Marks) -> float:
    """The share of shingles that two abstracts have in common, from 0 to 1 (Jaccard)."""
    if not one.shingles or not other.shingles:
        return 0.0
    shared = len(one.shingles & other.shingles)
    return shared / (len(one.shingles) + len(other.shingles) - shared)


def opposed(one: Marks, other: Marks) -> str:
    """What says that two records with much the same abstract are two works, in words."""
    if found := contradiction(one, other):
        return found
    if apart(one.stated, other.stated):
        return "the abstracts state other numbers"
    if not one.title or not other.title:
        return ""
    if one.part != other.part or (one.title_numbers - other.title_numbers and other.title_numbers - one.title_numbers):
        return "other numbers in the titles"
    if min(len(one.told), len(other.told)) < LONG_ENOUGH:
        # What says too little speaks neither for a merge nor against one that others of its group speak for.
        return ""
    # A subtitle that one record leaves out may hold a number; then the abstracts must be the same.
    if one.title_numbers != other.title_numbers and likeness(one, other) < _NEAREST:
        return "a number in one title"
    if apart(_subject(one, other), _subject(other, one)):
        return "each abstract names the subject of its own title"
    if not one.title_words & other.title_words and likeness(one, other) < _NEAREST:
        return "titles without a word in common"
    return ""


def alike(one: Marks, other: Marks) -> float:
    """The likeness of two abstracts where it is enough for one work, else 0."""
    fewest = min(len(one.told), len(other.told))
    if fewest < LONG_ENOUGH or opposed(one, other):
        return 0.0
    found = likeness(one, other)
    people = _same_people(one, other)
    titles = _share(one.title_words, other.title_words) if one.title and other.title else 1.0
    if people and (found >= _NEAREST or (found >= NEAR and _LIKE_TITLE * titles >= 1)):
        return found
    if not one.title or not other.title or titles >= 0.5:
        if found >= _NEARER and not (one.families and other.families):
            return found
        if people and _share(one.shingles, other.shingles) >= _PIECE:
            return found
    return 0.0


def _say_the_same(one: Marks, other: Marks) -> bool:
    shared = len(one.told_words & other.told_words)
    fewest = min(len(one.told_words), len(other.told_words))
    if fewest >= _FEWEST_WITHIN and shared >= _WITHIN * fewest:
        return True
    return shared >= _ALIKE * len(one.told_words | other.told_words)


def _subject(one: Marks, other: Marks) -> frozenset[str]:
    """Words of one's title that its abstract repeats and the other record does not know."""
    return (one.title_words & one.told_words) - other.title_words - other.told_words


def _same_people(one: Marks, other: Marks) -> bool:
    return bool(one.families) and _share(one.families, other.families) >= _SAME_PEOPLE


def _share(one: frozenset[object], other: frozenset[object]) -> float:
    """The share of the smaller set that the larger one holds."""
    fewest = min(len(one), len(other))
    return len(one & other) / fewest if fewest else 0.0
