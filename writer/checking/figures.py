"""Do numbers, and names that carry digits, agree with the evidence shown for the sentence.

A number of the claim must stand in a verified quote of a cited entry, with the same unit, about something that the
claim speaks of too. Where claim and quote run word for word around a number, the number in that place of the quote
must be the same one: so a number of the same abstract that belongs to something else is found as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from writer.checking.case import Case
from writer.draft import Kind, Problem, Sentence
from writer.entry import Entry
from writer.text import STOP_WORDS, ascii_fold, find_quote, stem, words
from writer.text.numbers import digit_names, numbers

_NEAR = 3
"""How many words on each side say where a number stands."""
_WORD_FOR_WORD = 5
"""Agreement (3, 2, 1 for the first, second, third word on each side) from which two places are the same place."""
_AROUND = 8
"""How many words on each side say what a number is about."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, or a name with digits, in its surroundings (stems of the words before and after, nearest first)."""

    text: str
    value: str
    unit: str
    start: int
    end: int
    name: bool
    spelled: bool
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def about(self) -> frozenset[str]:
        """The telling words around it."""
        return frozenset((*self.before, *self.after)) - _say_little()


_LOOSE_DIGITS = re.compile(r"\w*\d[\w.,]*\w|\d")


@lru_cache(maxsize=1)
def _say_little() -> frozenset[str]:
    return frozenset(stem(word) for word in STOP_WORDS)


def figures(text: str) -> list[Figure]:
    """Every number and digit-carrying name of a text, so that no digit is left out."""
    tokens = [(stem(word), start, end) for word, start, end in words(text)]
    found: list[tuple[str, str, str, int, int, bool, bool]] = [
        (n.text, n.value, n.unit, n.start, n.end, False, n.spelled) for n in numbers(text)
    ]
    found += [(name, _folded_name(name), "", start, end, True, False) for name, start, end in digit_names(text)]
    for match in _LOOSE_DIGITS.finditer(text):
        if not any(start < match.end() and match.start() < end for *_, start, end, _, _ in found):
            found.append((match[0], _folded_name(match[0]), "", match.start(), match.end(), True, False))
    return [
        Figure(
            *figure,
            before=tuple(word for word, _, end in reversed(tokens) if end <= figure[3])[:_AROUND],
            after=tuple(word for word, start, _ in tokens if start >= figure[4])[:_AROUND],
        )
        for figure in sorted(found, key=lambda figure: figure[3])
    ]


def _folded_name(name: str) -> str:
    """A name for comparing: `GPT-4-based` and `GPT4` are the same name."""
    without_tail = re.sub(r"(?<=\d)(?:-[a-z]{3,})+$", "", name)
    return re.sub(r"[^a-z0-9.]", "", ascii_fold(without_tail).lower())


def check_figures(case: Case) -> list[Problem]:
    """`number-mismatch` and `name-mismatch` for one claim, against the quotes shown for it.

    What a number is about is compared by words, so only for a claim in the language of the quotes (`in_english`).
    """
    sentence, place, entries, in_english = case.sentence, case.place, list(case.entries), case.in_english
    claimed = figures(sentence.text)
    if not entries or not claimed:
        return []
    said = [said for claim in case.claims for said in case.said(claim)]
    shown = [figure for text in dict.fromkeys(each.text for each in said) for figure in figures(text)]
    titles = [span for entry in entries if entry.title and (span := find_quote(sentence.text, entry.title))]
    problems = []
    left = list(shown)
    for figure in claimed:
        if any(start <= figure.start and figure.end <= end for start, end in titles):
            continue
        detail = _mismatch(figure, shown, left, sentence, entries, in_english)
        if detail is not None:
            kind: Kind = "name-mismatch" if figure.name else "number-mismatch"
            suggestion = _stated_elsewhere(figure, entries)
            problems.append(
                Problem(
                    kind,
                    place,
                    detail,
                    suggestion=suggestion,
                    span=(figure.start, figure.end),
                    key=entries[0].key,
                )
            )
    return problems


def _mismatch(
    figure: Figure,
    shown: list[Figure],
    left: list[Figure],
    sentence: Sentence,
    entries: list[Entry],
    in_english: bool,
) -> str | None:
    """What is wrong with a figure, or None. Takes the quote's figure that backs it out of `left`."""
    same_place = max(shown, key=lambda other: _agreement(figure, other), default=None)
    same_value = [other for other in left if _equal(figure, other)]
    backing = max(same_value, key=lambda other: _agreement(figure, other), default=None)
    if same_place is not None and not _equal(figure, same_place):
        here = _agreement(figure, same_place)
        there = _agreement(figure, backing) if backing is not None else -1
        if here >= _WORD_FOR_WORD and here > there and same_place.name == figure.name:
            return f"the claim says {figure.text!r} where the evidence says {same_place.text!r}"
    if _part_of_a_name(figure, sentence.text, entries) or _counts_the_citations(figure, sentence, entries):
        return None
    if backing is None:
        if figure.name and any(_names(entry, figure) for entry in entries):
            return None
        again = any(_equal(figure, other) for other in shown)
        if again and figure.spelled:
            return None
        what = "is stated once in the evidence and twice in the claim" if again else "is not in the quotes shown"
        return f"{figure.text!r} {what}"
    left.remove(backing)
    if in_english and not figure.name and _agreement(figure, backing) == 0 and not (figure.about & backing.about):
        return f"{figure.text!r} stands in the evidence, but about something else ({_around(backing)})"
    return None


def _equal(one: Figure, other: Figure) -> bool:
    return one.value == other.value and one.unit == other.unit and one.name == other.name


def _agreement(one: Figure, other: Figure) -> int:
    """How far two places agree word for word: 3, 2, 1 for the nearest, second, third word on each side."""
    total = 0
    for mine, theirs in ((one.before, other.before), (one.after, other.after)):
        for distance, (a, b) in enumerate(zip(mine[:_NEAR], theirs[:_NEAR], strict=False)):
            if a != b:
                break
            total += _NEAR - distance
    return total


def _part_of_a_name(figure: Figure, text: str, entries: list[Entry]) -> bool:
    """`Orca 2`: a capitalised word before a bare number, and the entry's title writes both together."""
    if figure.unit or figure.spelled:
        return False
    match = re.search(r"([^\W\d_][\w³²]*)[ -]$", text[: figure.start])
    if match is None or not any(char.isupper() for char in match[1]):
        return False
    name = re.compile(rf"(?<!\w){re.escape(ascii_fold(match[1]))}[ -]{re.escape(figure.text)}(?![\w%]|[.,]\d)")
    # Where there is a title it names the system; an abstract may name its predecessors as well.
    return any(name.search(ascii_fold(entry.title or entry.abstract)) for entry in entries)


def _counts_the_citations(figure: Figure, sentence: Sentence, entries: list[Entry]) -> bool:
    """`Two benchmarks …` with two citations, `those two studies`; or the year of a cited entry in brackets."""
    following = words(sentence.text[figure.end :])[:1]
    if figure.spelled and figure.value.isdigit() and following:
        cited, noun = len(sentence.citations), following[0][0]
        opens = figure.start == 0 and int(figure.value) == cited and noun in _WORKS
        if opens or (noun in _LITERATURE and int(figure.value) <= cited):
            return True
    bracketed = sentence.text[figure.start - 1 : figure.start] == "(" and sentence.text[figure.end :][:1] == ")"
    return bracketed and any(str(entry.year) == figure.text for entry in entries)


_LITERATURE = frozenset("works studies papers articles surveys".split())
_WORKS = frozenset(
    "works studies papers benchmarks datasets methods approaches models surveys systems frameworks tools entries "
    "resources analyses".split()
)


def _names(entry: Entry, figure: Figure) -> bool:
    return any(_folded_name(name) == figure.value for name, _, _ in digit_names(entry.text)) or any(
        other.value == figure.value for other in figures(entry.text) if other.name
    )


def _stated_elsewhere(figure: Figure, entries: list[Entry]) -> str | None:
    for entry in entries:
        for other in figures(entry.text):
            if other.value == figure.value and other.name == figure.name:
                unit = "" if other.unit == figure.unit else " with another unit"
                return f"{entry.key} states it{unit} elsewhere: “…{_around(other)}…”"
    return None


def _around(figure: Figure) -> str:
    return " ".join((*reversed(figure.before[:3]), figure.text, *figure.after[:3]))
