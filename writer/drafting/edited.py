"""A draft that a person has edited, read back as a draft: what to check again, and to render again in any format.

The text is the person's; evidence is what the footnotes or comments of the edited file still carry, and nothing is
carried over from the original for a sentence that was changed. What a draft cannot hold (tables, figures, formulas,
code) is told and never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import PurePath

from writer.checking import checked
from writer.draft import Draft, Group, Sentence
from writer.entry import Corpus
from writer.manuscript import Manuscript, Passage, Position
from writer.rendering.card import Changes
from writer.text import fold

_ALIKE = 0.6
"""Least likeness (difflib's ratio over characters) from which a new sentence is an edited old one."""
_BARE = ("no sentence", "heading")
"""Loose citations that nothing else tells of: one in a table is told with the table."""
_TITLE = re.compile(r"^# +(?P<md>.+?)\s*$|\\(?:title|section)\{(?P<tex>[^{}]+)\}", re.MULTILINE)


def draft_of(manuscript: Manuscript, corpus: Corpus, original: Draft | None = None) -> Draft:
    """The manuscript as a draft, checked anew. Of the original it keeps theme, settings, usage and what was left out.

    Without an original the theme is the title of the first file, and the drafter is a person.
    """
    theme = original.theme if original is not None else _title(manuscript)
    groups = tuple(
        # What stands right below the title has no heading of its own.
        Group("" if original is None and fold(heading) == fold(theme) else heading, tuple(_paragraphs(list(passages))))
        for heading, passages in groupby(manuscript.passages, key=lambda passage: passage.heading)
    )
    base = original or Draft(
        theme=theme,
        groups=(),
        corpus_digest=corpus.digest,
        corpus_entries=len(corpus),
        corpus_sources=corpus.sources,
        settings=(),
        drafter="a person",
    )
    return checked(replace(base, groups=groups, problems=()), corpus)


def _paragraphs(passages: Sequence[Passage]) -> list[tuple[Sentence, ...]]:
    return [
        tuple(_bare(passage.sentence) for passage in paragraph)
        for _, paragraph in groupby(passages, key=lambda passage: passage.paragraph)
    ]


def _bare(sentence: Sentence) -> Sentence:
    """The sentence with each key once, as drafts hold them."""
    return replace(sentence, citations=tuple(dict.fromkeys(sentence.citations)), cited_at=())


def _title(manuscript: Manuscript) -> str:
    for name, text in manuscript.files.items():
        match = _TITLE.search(text)
        return (match["md"] or match["tex"]) if match else PurePath(name).stem
    return ""


def changes(original: Draft, edited: Draft) -> Changes:
    """What a person did between two drafts, sentence by sentence; a sentence that moved counts as kept."""
    before = [sentence for _, sentence in original.sentences()]
    after = [sentence for _, sentence in edited.sentences()]
    old, new = [_said(sentence) for sentence in before], [_said(sentence) for sentence in after]
    gone = [said for said in old if said not in new]
    come = [said for said in new if said not in old]
    pairs = 0
    for said in come:
        likely = max(gone, key=lambda other: SequenceMatcher(None, other[0], said[0]).ratio(), default=None)
        if likely is not None and SequenceMatcher(None, likely[0], said[0]).ratio() >= _ALIKE:
            gone.remove(likely)
            pairs += 1
    return Changes(kept=len(new) - len(come), edited=pairs, added=len(come) - pairs, removed=len(gone))


def _said(sentence: Sentence) -> tuple[str, tuple[str, ...]]:
    return fold(sentence.text), tuple(sorted(set(sentence.citations)))


def lost(manuscript: Manuscript) -> list[tuple[str, Position]]:
    """What a draft cannot hold, so that rendering it again would lose it: what it is, and where; once for each line."""
    found = [(one.what, manuscript.position(one.file, one.offset)) for one in manuscript.omitted]
    found += [
        ("a citation outside of sentences", manuscript.position(one.file, one.cited.start))
        for one in manuscript.loose
        if one.where in _BARE
    ]
    first = {(what, place.file, place.line): (what, place) for what, place in reversed(found)}
    ranks = {name: rank for rank, name in enumerate(manuscript.files)}
    return sorted(first.values(), key=lambda one: (ranks[one[1].file], one[1].line, one[1].column))
