"""A word of a claim that the entries never say, where they say another of the same sort (`breast` for `prostate`).

The sorts are those of `siblings`. Where texts often speak of one thing beside another, only the same place tells: the
same telling word before or behind both. Names are in `names`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from writer.checking.case import Case
from writer.checking.facts import Said, tokens
from writer.checking.siblings import Siblings, siblings
from writer.checking.vocabulary import Word, vocabulary
from writer.draft import Problem

Words = Sequence[Word]


def swapped_words(case: Case) -> list[Problem]:
    """`word-swapped` where a word stands in another's place, `word-of-its-sort` where the entries only say another."""
    text = case.sentence.text
    around = vocabulary(text)
    suspects = [
        (at, sorts)
        for at, word in enumerate(around)
        if (sorts := siblings(word.lower)) and not any(word.stem in facts.stems for facts in case.cited)
    ]
    if not suspects:
        return []
    stems = frozenset().union(*(facts.stems for facts in case.cited))
    problems = []
    for at, sorts in suspects:
        found = None if any(sort.same & stems for sort in sorts) else _in_its_place(case, around, at, sorts)
        if found is not None:
            beside, said, other = found
            token = tokens(text)[at]
            detail = f"the claim says {token.text!r} where the entry says {other.text!r}: “{shortened(said.text)}”"
            rule = "word-swapped" if beside else "word-of-its-sort"
            told = f"{said.key} says {other.text!r}"
            problems.append(mismatch(case, token.start, token.end, rule, detail, said.key, told))
    return problems


def _in_its_place(case: Case, around: Words, at: int, sorts: Sequence[Siblings]) -> tuple[str, Said, Word] | None:
    """The word of the entries that should stand there: the neighbour that both share, its sentence, and the word.

    A word that the claim has too may be the one, where the claim has it beside something else.
    """
    own = {word.stem for word in around}
    for sort in sorts:
        found = [(_beside(around, at, theirs, place), said, theirs, place) for said, theirs, place in _said(case, sort)]
        fitting = [
            (beside, said, theirs[place])
            for beside, said, theirs, place in found
            if theirs[place].stem not in own or (beside and not _pair(beside, theirs[place].stem, around))
        ]
        best = max(fitting, key=lambda place: bool(place[0]), default=None)
        if best is not None and (best[0] or not sort.loose):
            return best
    return None


def _said(case: Case, sort: Siblings) -> Iterator[tuple[Said, Words, int]]:
    """Where the entries say another thing of a sort."""
    for facts in case.cited:
        for said in facts.said:
            if sort.stems.isdisjoint(said.stems):
                continue
            words = vocabulary(said.text)
            for place, word in enumerate(words):
                if word.lower in sort.others:
                    yield said, words, place


def _beside(mine: Words, at: int, theirs: Words, place: int) -> str:
    """The stem of the telling word before or behind two places that is the same; empty where there is none."""
    for step in (-1, 1):
        a, b = at + step, place + step
        if 0 <= a < len(mine) and 0 <= b < len(theirs) and mine[a].telling and mine[a].stem == theirs[b].stem:
            return mine[a].stem
    return ""


def _pair(one: str, other: str, around: Words) -> bool:
    """Whether a text has two stems side by side, in either order."""
    return any({word.stem, after.stem} == {one, other} for word, after in pairwise(around))


def mismatch(case: Case, start: int, end: int, rule: str, detail: str, key: str, suggestion: str | None) -> Problem:
    """A `name-mismatch` at a place of the sentence."""
    return Problem("name-mismatch", case.place, detail, key=key, suggestion=suggestion, span=(start, end), rule=rule)


def shortened(text: str, longest: int = 120) -> str:
    """A sentence for a message: no longer than this, cut at a word."""
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"
