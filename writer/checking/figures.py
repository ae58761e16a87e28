"""Do the numbers of a claim agree with the evidence.

A number must stand in what speaks for the claim, with the same unit, about something that the claim speaks of too: in
a draft, in the quotes shown; in a manuscript, anywhere in the cited entries. Where claim and evidence run word for
word around a number, the number in that place must be the same one: so a number of the same abstract that belongs to
something else is found as well. Names that carry digits are in `names`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from writer.checking.amounts import same
from writer.checking.case import Case
from writer.checking.crossed import crossed_numbers
from writer.checking.facts import Said, telling_stems
from writer.checking.mentioned import addresses, named_as_titles, within
from writer.checking.stated import Figure, dates, figures, say_little
from writer.draft import Problem, Sentence
from writer.entry import Entry
from writer.text import ascii_fold, find_quote, stem, words

_NEAR = 3
"""How many words on each side say where a number stands."""
_WORD_FOR_WORD = 5
"""Agreement (3, 2, 1 for the first, second, third word on each side) from which two places are the same place."""
_MANY = 3
"""Numbers of a claim that the entry never states, from which it says little that one of them is not there."""


_LEFT_BY_CITATIONS = re.compile(
    r"\[\s?\d+(?:\s?[,;–-]\s?\d+)*\s?[\])]|,\s?\d{1,3}(?:\s?[,–-]\s?\d{1,3})*(?:,,|\)|\])|\(\s?\d+(?:\s?[,;–]\s?\d+)+\s?[\])]"
    r"|–\d+\]|(?:\b[Ff]ig(?:ure|s)?\.?|\b[Tt]ables?|\bSect?(?:ion)?\.?)\s?\d+"
)
_INTERVAL = re.compile(r"9[059](?:\.\d)?\s?%\s?(?:CI\b|CrI\b|confidence|credible)", re.IGNORECASE)
"""How wide an interval is tells how it was made, not what was found."""
_MARK = re.compile(r"\((\d{1,2})\)")
"""Bracket numbers and what is left where a converter took half of them; pointers to figures and tables."""
_BARE = frozenset(("", "%", "‰", "point", "times"))
_OUT_OF = re.compile(r" (?:out )?of (?:the |all |these )?")
_BEYOND = frozenset(stem(word) for word in ("another", "other", "additional", "further", "more"))
_REFERS_BACK = re.compile(r"(?:This|That|These|Those|It|They|Such|Both|Here|The (?:former|latter|same|resulting))\b")


def check_figures(case: Case) -> list[Problem]:
    """`number-mismatch` for one sentence, against the quotes shown for it, or else all that the cited entries say.

    What a number is about is compared by words, so only for a claim in the language of the entries (`in_english`).
    """
    claimed = [figure for figure in figures(case.sentence.text) if not _no_statement(figure, case)]
    if not claimed or not case.entries:
        return []
    said = {(each.key, each.field, each.start): each for claim in case.claims for each in case.said(claim)}.values()
    shown = [(figure, each) for each in said for figure in figures(each.text)]
    left = list(shown)
    problems = []
    for figure in claimed:
        against = _against_quotes(figure, shown, left, case) if case.quoted else _against_entries(figure, shown, case)
        if against is not None:
            problems.append(against)
    told = {problem.span for problem in problems}
    problems += [problem for problem in crossed_numbers(case) if problem.span not in told]
    absent = [problem for problem in problems if problem.rule == "number-absent"]
    if not case.quoted and len(absent) >= _MANY and 2 * len(absent) > len(claimed):
        # What an abstract states hardly any number of was read in the full text.
        return [replace(each, rule="number-unstated") if each in absent else each for each in problems]
    return problems


def _problem(case: Case, figure: Figure, rule: str, detail: str, at: Said | None, suggestion: str | None) -> Problem:
    return Problem(
        "number-mismatch",
        case.place,
        detail,
        key=at.key if at is not None else case.entries[0].key,
        suggestion=suggestion,
        span=(figure.start, figure.end),
        rule=rule,
    )


def _against_quotes(
    figure: Figure, shown: list[tuple[Figure, Said]], left: list[tuple[Figure, Said]], case: Case
) -> Problem | None:
    """What is wrong with a draft's figure, or None. Takes the quote's figure that backs it out of `left`."""
    there = max(shown, key=lambda other: _agreement(figure, other[0]), default=None)
    backings = [other for other in left if same(figure, other[0], figure.hedge, strict=True)]
    backing = max(backings, key=lambda other: _agreement(figure, other[0]), default=None)
    if there is not None and not same(figure, there[0], figure.hedge, strict=True):
        here = _agreement(figure, there[0])
        if here >= _WORD_FOR_WORD and here > (_agreement(figure, backing[0]) if backing is not None else -1):
            return _misplaced(figure, *there, case)
    if _names_a_work(figure, case):
        return None
    if backing is None:
        again = any(same(figure, other, figure.hedge, strict=True) for other, _ in shown)
        if again and figure.spelled:
            return None
        what = "is stated once in the evidence and twice in the claim" if again else "is not in the quotes shown"
        elsewhere = _stated_elsewhere(figure, case.entries)
        return _problem(case, figure, "number-absent", f"{figure.text!r} {what}", None, elsewhere)
    left.remove(backing)
    other, at = backing
    if case.in_english and _agreement(figure, other) == 0 and not (figure.about & other.about):
        return _elsewhere(figure, other, at, case)
    return None


def _against_entries(figure: Figure, shown: list[tuple[Figure, Said]], case: Case) -> Problem | None:
    """What is wrong with a manuscript's figure, or None."""
    text = case.sentence.text
    if _part_of_a_name(figure, text, case.entries) or _counts_the_citations(figure, case):
        return None
    backings = [other for other in shown if _states(*other, figure)]
    backing = max(backings, key=lambda other: _agreement(figure, other[0]), default=None)
    if case.in_english:
        agreed = _agreement(figure, backing[0]) if backing is not None else -1
        there = _same_place(figure, shown, max(agreed + 1, _WORD_FOR_WORD - 1))
        if there is not None:
            return _misplaced(figure, *there, case)
    if backing is None:
        kind = _WORD_BEHIND.match(text, figure.end)
        alike = [other for other in shown if kind and other[1].text.startswith(kind[0], other[0].end)]
        if alike and not figure.unit:
            return _misplaced(figure, *alike[0], case)
        if within(figure.start, figure.end, addresses(text)):
            return None
        if _designates(figure, text) or _ORDERS.match(text, figure.end):
            return None
        return _absent(figure, shown, case)
    if (
        case.in_english
        and not (figure.year or _designates(figure, text))
        and not any(_about_the_same(figure, *other, case) for other in backings)
    ):
        return _elsewhere(figure, *backing, case)
    return None


def _states(stated: Figure, at: Said, claimed: Figure) -> bool:
    """Whether an entry's number says what the claim's does: `eight languages` are one and `another 7`, 4/5 `4 of 5`."""
    if same(claimed, stated, claimed.hedge):
        return True
    if "/" in claimed.value:
        pair = _OUT_OF.match(at.text, stated.end)
        return pair is not None and any(
            other.start == pair.end() and f"{stated.value}/{other.value}" == claimed.value for other in figures(at.text)
        )
    beyond = not _BEYOND.isdisjoint((*stated.before[:1], *stated.after[:1])) and not (stated.unit or claimed.unit)
    return beyond and stated.value.isdigit() and claimed.value == str(int(stated.value) + 1)


def _absent(figure: Figure, shown: list[tuple[Figure, Said]], case: Case) -> Problem:
    """A number that the entries never state: worse where they state another one of the same thing."""
    claimed = {other.value for other in figures(case.sentence.text)}
    rivals = [
        (shared, other, said)
        for other, said in shown
        if (shared := _rivalry(figure, other, said, claimed)) > 0
        if other.sort == figure.sort and not _mark(other, said.text)
    ]
    shared, other, said = max(rivals, key=lambda rival: rival[0], default=(0, None, None))
    detail = f"{figure.text!r} is nowhere in {', '.join(entry.key for entry in case.entries)}"
    if not shared or other is None or said is None or not case.in_english:
        return _problem(case, figure, "number-unstated", detail, None, None)
    detail += f", which states {other.text!r} (“…{_around(other, said)}…”)"
    rule = "year-absent" if figure.year else "number-absent"
    return _problem(case, figure, rule, detail, said, f"{said.key} has {other.text!r} there")


def _rivalry(figure: Figure, other: Figure, said: Said, claimed: set[str]) -> int:
    """How many words speak for a number of an entry being the one that the claim should have; 0 where too few."""
    shared = len(figure.about & other.about) if not figure.about.isdisjoint(said.stems) else 0
    if not shared or not _of_a_kind(figure, other):
        return 0
    if other.value in claimed:  # it backs another number of the claim; or it is this one, of days for hours
        return shared if other.value == figure.value and other.unit and figure.unit else 0
    return shared


def _of_a_kind(one: Figure, other: Figure) -> bool:
    """Whether two numbers measure the same sort of thing: a share, a measure, or a count of the same things."""
    if one.unit or other.unit or one.year:
        measures = one.unit not in _BARE and other.unit not in _BARE  # `days` for `hours`
        return (one.unit == other.unit or measures) and one.year == other.year
    if ("." in one.value) != ("." in other.value) or one.money != other.money:
        return False
    few = len(one.value) == len(other.value) == 1  # parts, grades, settings: claims call them by other words
    beside = {*one.after[:_NEAR], *one.before[:_NEAR]} - say_little()
    return few or one.money or not beside.isdisjoint(other.about)


def _same_place(figure: Figure, shown: list[tuple[Figure, Said]], least: int) -> tuple[Figure, Said] | None:
    """The figure of the entry that stands where this one stands in the claim, and is another."""
    best = None
    near = frozenset((*figure.before[:_NEAR], *figure.after[:_NEAR]))
    for other in shown:
        if other[0].unit != figure.unit or near.isdisjoint(other[1].stems):
            continue
        agreed = _agreement(figure, other[0], telling=True)
        if agreed >= least and other[0].year == figure.year:
            if same(figure, other[0], figure.hedge):
                return None
            best, least = other, agreed + 1
    return best


def _about_the_same(figure: Figure, other: Figure, at: Said, case: Case) -> bool:
    if _agreement(figure, other) or figure.about & other.about:
        return True
    said = at.stems
    if _REFERS_BACK.match(at.text):
        said = said.union(*_sentence_before(at, case))
    return len(telling_stems(case.sentence.text) & said) >= 2


def _sentence_before(at: Said, case: Case) -> list[frozenset[str]]:
    """The stems of the sentence before one of an abstract; none for the first."""
    told = (each for facts in case.cited if facts.entry.key == at.key for each in facts.said if each.field == at.field)
    return [each.stems for each in told if each.end <= at.start][-1:]


def _agreement(one: Figure, other: Figure, telling: bool = False) -> int:
    """How far two places agree word for word: 3, 2, 1 for the nearest, second, third word on each side.

    `telling`: nothing where only function words agree, or what belongs to the number: its measure, its date.
    """
    total = 0
    tells = not telling
    for mine, theirs in ((one.before, other.before), (one.after, other.after)):
        for distance, (a, b) in enumerate(zip(mine[:_NEAR], theirs[:_NEAR], strict=False)):
            if a != b:
                break
            total += _NEAR - distance
            tells = tells or not (a in say_little() or a == one.unit or (one.sort == "day" and dates(a)))
    return total if tells else 0


def _misplaced(figure: Figure, other: Figure, at: Said, case: Case) -> Problem:
    detail = f"the claim says {figure.text!r} where the evidence says {other.text!r} (“…{_around(other, at)}…”)"
    return _problem(case, figure, "number-misplaced", detail, at, f"{at.key} has {other.text!r} there")


def _elsewhere(figure: Figure, other: Figure, at: Said, case: Case) -> Problem:
    detail = f"{figure.text!r} stands in the evidence, but about something else (“…{_around(other, at)}…”)"
    return _problem(case, figure, "number-elsewhere", detail, at, None)


def _names_a_work(figure: Figure, case: Case) -> bool:
    """Whether a number is part of a system's name, counts what is cited, or stands in an address."""
    if within(figure.start, figure.end, addresses(case.sentence.text)):
        return True
    return _part_of_a_name(figure, case.sentence.text, case.entries) or _counts_the_citations(figure, case)


def _part_of_a_name(figure: Figure, text: str, entries: Sequence[Entry]) -> bool:
    """`Orca 2`: a capitalised word before a bare number, and the entry's title writes both together."""
    if figure.unit or figure.spelled:
        return False
    match = re.search(r"([^\W\d_][\w³²]*)[ -]$", text[max(0, figure.start - 60) : figure.start])
    if match is None or not any(char.isupper() for char in match[1]):
        return False
    name = re.compile(rf"(?<!\w){re.escape(ascii_fold(match[1]))}[ -]{re.escape(figure.text)}(?![\w%]|[.,]\d)")
    # Where there is a title it names the system; an abstract may name its predecessors as well.
    return any(name.search(ascii_fold(entry.title or entry.abstract)) for entry in entries)


def _counts_the_citations(figure: Figure, case: Case) -> bool:
    """`Two benchmarks …` with two citations, `those two studies`; or the year of a cited entry in brackets."""
    sentence: Sentence = case.sentence
    following = words(sentence.text[figure.end : figure.end + 40])[:1]
    if figure.spelled and figure.value.isdigit() and following:
        cited, noun = len(sentence.citations), following[0][0]
        count = int(figure.value) if len(figure.value) < 4 else 1000
        opens = figure.start == 0 and count == cited and noun in _WORKS
        if opens or (noun in _LITERATURE and count <= cited):
            return True
    bracketed = sentence.text[figure.start - 1 : figure.start] == "(" and sentence.text[figure.end :][:1] == ")"
    return bracketed and any(str(entry.year) == figure.text for entry in case.entries)


def _designates(figure: Figure, text: str) -> bool:
    """`MEK 1/2`, `phosphatidylinositide 3-kinase`: a single digit that is part of a name, which `names` looks at."""
    if figure.unit or not (len(figure.text) == 1 and figure.text.isdigit()):
        return False
    return _NAME_BEFORE.search(text, 0, figure.start) is not None or _WORD_BEHIND.match(text, figure.end) is not None


_NAME_BEFORE = re.compile(r"(?:\b\w*[A-Z]\w*[A-Z0-9]\w*(?: ?\d[/ ]| |-)|(?<![\w.])[A-Z] |\)[A-Z] )$")
_WORD_BEHIND = re.compile(r"-[a-z]{4,}(?<!fold)\b|\s\([\w-]*[A-Z][\w-]*\d\)")
"""`3-kinase`, `protein 1 (SAMHD1)`."""
_ORDERS = re.compile(r"\sorders?\sof\smagnitude")
"""`Two orders of magnitude` tells a ratio so roughly that few entries state it in these words."""
_LITERATURE = frozenset("works studies papers articles surveys".split())
_WORKS = frozenset(
    "works studies papers benchmarks datasets methods approaches models surveys systems frameworks tools entries "
    "resources analyses".split()
)


def _no_statement(figure: Figure, case: Case) -> bool:
    """Whether a figure stands in the title of a cited entry, or is left of a citation: it states nothing."""
    text = case.sentence.text
    for entry in case.entries:
        if entry.title and figures(entry.title):
            span = _titled(text, entry.title)
            if span is not None and span[0] <= figure.start and figure.end <= span[1]:
                return True
    if _INTERVAL.match(text, figure.start) or within(figure.start, figure.end, named_as_titles(text)):
        return True
    if case.quoted:
        return False
    if _MARK.fullmatch(text, max(0, figure.start - 1), figure.end + 1):
        # `(1) … (2)`: the marks of a list count up from one; a lone mark is left of a citation.
        marks = [match[1] for match in _MARK.finditer(text)]
        return len(marks) == 1 or marks == [str(number) for number in range(1, len(marks) + 1)]
    return _mark(figure, text)


def _mark(figure: Figure, text: str) -> bool:
    """Whether a number of an entry is what is left of a citation, or points to a figure or a table."""
    if not figure.unit and figure.text[0] == ".":
        return True
    return within(figure.start, figure.end, _left_by_citations(text))


@lru_cache(maxsize=1 << 12)
def _left_by_citations(text: str) -> tuple[tuple[int, int], ...]:
    return tuple([match.span() for match in _LEFT_BY_CITATIONS.finditer(text)])


_titled = lru_cache(maxsize=1 << 8)(find_quote)


def _stated_elsewhere(figure: Figure, entries: Sequence[Entry]) -> str | None:
    for entry in entries:
        for text in (entry.title, entry.abstract):
            for other in figures(text):
                if other.value == figure.value:
                    unit = "" if other.unit == figure.unit else " with another unit"
                    return f"{entry.key} states it{unit} elsewhere: “…{_words_around(other, text)}…”"
    return None


def _around(figure: Figure, at: Said) -> str:
    return _words_around(figure, at.text)


def _words_around(figure: Figure, text: str) -> str:
    before = text[: figure.start].split()[-4:]
    after = text[figure.end :].split()[:4]
    joint = "" if text[figure.end : figure.end + 1].strip() else " "
    return f"{' '.join(before)} {figure.text}{joint}{' '.join(after)}".strip()
