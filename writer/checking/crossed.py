"""Two names or numbers of a claim that stand in each other's place: whose 55 % it is, and whose 18 %.

A sentence is cut into pieces at commas, `and`, `while`, `compared with` …, so that a number stands with what it is
told of. Where two pieces of a claim share something with two pieces of the evidence both straight and crosswise, one
pair was swapped; unless the entry says anywhere what the claim puts together. No parser, and no word that the evidence
does not have: what is told of in other words is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from operator import attrgetter

from writer.checking.amounts import same
from writer.checking.case import Case
from writer.checking.facts import Said, tokens
from writer.checking.naming import CLASSES, sure_names
from writer.checking.negation import LONGEST
from writer.checking.stated import Figure, figures
from writer.draft import Problem
from writer.text import STOP_WORDS

_CUT = re.compile(
    r"[;:–—]|,\s|\b(?:and|but|while|whilst|whereas|versus|vs|compared (?:to|with)|than|against|yet|although|though"
    r"|instead of|rather than|as opposed to|outperform(?:s|ed|ing)?|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?"
    r"|beats?|by contrast|conversely)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r";|\b(?:while|whilst|whereas|but)\b"
    r"|\b(?:outperform(?:s|ed|ing)?|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|beats?)\s+(?P<behind>[\w-]+)",
    re.IGNORECASE,
)
"""Where longer pieces end; what is left behind in a comparison is no part of them."""
_RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)
_LISTED = 3
"""How many telling words of a list's item go with it."""
_MOST = 24
"""Pieces from which a text is no sentence."""
_VERSION = re.compile(r"\b([A-Z][\w-]*) $")
_COUNTING = frozenset(("never", "none", "always"))
"""Words that stand where a number might."""
_MOST_NEAR = 60
"""Pieces of an entry that are held against two of a claim: a text of one line repeated stays quick."""
_ANYWHERE = frozenset("also use used using show shown find found model models method methods result results".split())
"""Words that stand beside everything, and place nothing."""


@dataclass(frozen=True, slots=True)
class Term:
    """A name, a number or a telling word: what it is compared by, and where it stands in its text."""

    key: str
    sort: str
    """`name`, `number` or `word`."""
    start: int
    end: int


Piece = tuple[Term, ...]


def crossed_numbers(case: Case) -> list[Problem]:
    """`number-mismatch` where two numbers of a sentence stand in each other's place, or what they are told of."""
    return _crossed(case, "number", 2)


def crossed_names(case: Case) -> list[Problem]:
    """`name-mismatch` where two names of a sentence stand in each other's place, held there by two more."""
    return _crossed(case, "name", 4)


def _crossed(case: Case, sort: str, least: int) -> list[Problem]:
    """The swaps of terms of this sort; a sentence with fewer than `least` of them has none."""
    text = case.sentence.text
    if not case.in_english or not case.cited or len(text) > LONGEST:
        return []
    if sum(term.sort == sort for term in _terms(text)) < least:
        return []
    found = [_swap(case, citations, pieces) for citations, pieces in _by_citation(case).items() if len(pieces) <= _MOST]
    return [_problem(case, swap) for swap in found if swap is not None and swap.sort == sort]


@dataclass(frozen=True, slots=True)
class Swap:
    """Two terms of a claim, the first of them told, and the sentence that has them the other way."""

    term: Term
    other: Term
    said: Said
    sort: str
    """`number` where two numbers take part: then it is told of them, whichever of the two pairs was moved."""


def _problem(case: Case, swap: Swap) -> Problem:
    text, at = case.sentence.text, swap.said
    one, other = (text[term.start : term.end] for term in (swap.term, swap.other))
    return Problem(
        "number-mismatch" if swap.sort == "number" else "name-mismatch",
        case.place,
        f"{one!r} and {other!r} stand the other way round in the evidence: “{at.text}”",
        key=at.key,
        suggestion=f"swap {one!r} and {other!r}",
        span=(swap.term.start, swap.term.end),
        rule=f"{swap.sort}-crossed",
    )


def _by_citation(case: Case) -> dict[tuple[str, ...], list[Piece]]:
    """The pieces of the sentence, those of clauses with the same citations together, each once."""
    found: dict[tuple[str, ...], list[Piece]] = {}
    for claim in case.claims:
        seen = found.setdefault(claim.citations, [])
        for piece in _pieces(claim.text):
            placed = tuple([Term(term.key, term.sort, *claim.span(term.start, term.end)) for term in piece])
            if placed not in seen:
                seen.append(placed)
    return found


def _swap(case: Case, citations: tuple[str, ...], mine: Sequence[Piece]) -> Swap | None:
    """The first two terms that are swapped, of what cites the same."""
    said = [each for claim in case.claims if claim.citations == citations for each in case.said(claim)]
    theirs = [
        (each, piece) for each in dict.fromkeys(said) for piece in (*_pieces(each.text), *_long_pieces(each.text))
    ]
    keys = [frozenset([term.key for term in piece]) for _, piece in theirs]
    stated = [figure for each in dict.fromkeys(said) for figure in figures(each.text)]
    own = {figure.start: figure for figure in figures(case.sentence.text)}
    read = [tuple([_as_stated(term, own, stated) for term in piece]) for piece in mine]
    swaps = (_between(one, other, theirs, keys) for one, other in combinations(read, 2))
    return next((swap for swap in swaps if swap is not None), None)


def _as_stated(term: Term, own: Mapping[int, Figure], stated: Sequence[Figure]) -> Term:
    """A claim's number called as the evidence calls it."""
    figure = own.get(term.start)
    other = next((each for each in stated if same(figure, each, figure.hedge)), None) if figure is not None else None
    return replace(term, key=_number(other)) if other is not None else term


def _number(figure: Figure) -> str:
    return f"#{figure.value}"


def _between(
    one: Piece,
    other: Piece,
    theirs: Sequence[tuple[Said, Piece]],
    keys: Sequence[frozenset[str]],
) -> Swap | None:
    a = frozenset(term.key for term in one)
    b = frozenset(term.key for term in other)
    a, b = a - b, b - a
    if not a or not b:
        return None
    near = [at for at, piece in enumerate(keys) if piece & a and piece & b][:_MOST_NEAR]
    best: tuple[int, Swap] | None = None
    for first, second in combinations(near, 2):
        if not _beside(theirs[first], theirs[second]):
            continue
        c, d = keys[first] - keys[second], keys[second] - keys[first]
        groups = (a & c, b & d, a & d, b & c)
        if not all(groups):
            continue
        weight = sum(map(len, groups))
        if best is not None and best[0] >= weight:
            continue
        swap = _told(groups, one, other, theirs[first][0], keys)
        if swap is not None:
            best = (weight, swap)
    return best[1] if best is not None else None


def _beside(one: tuple[Said, Piece], other: tuple[Said, Piece]) -> bool:
    """Whether two pieces are apart, in one sentence or in neighbouring ones."""
    (said, piece), (next_said, next_piece) = one, other
    if said.key != next_said.key or said.field != next_said.field:
        return False
    if said.start == next_said.start:
        return {term.start for term in piece}.isdisjoint([term.start for term in next_piece])
    return 0 <= next_said.start - said.end <= 2 or 0 <= said.start - next_said.end <= 2


def _told(
    groups: tuple[frozenset[str], ...],
    one: Piece,
    other: Piece,
    said: Said,
    keys: Sequence[frozenset[str]],
) -> Swap | None:
    """What is swapped and what holds it in place; None where the entry says somewhere what the claim does."""
    straight, crosswise = groups[:2], groups[2:]
    a, b = (straight[0], crosswise[0]), (straight[1], crosswise[1])
    if all(any(_together(piece, *mine, its) for piece in keys) for mine, its in ((a, b), (b, a))):
        return None
    terms = {term.key: term for term in (*one, *other)}
    pairs = [_pair(group, terms) for group in (straight, crosswise)]
    sorts = [pair[0].sort if pair is not None else "word" for pair in pairs]
    # Two words for two words may be no more than another order of telling.
    for sort in ("number", "name"):
        if sort in sorts and (sort == "number" or sorts == ["name", "name"]):
            swapped = pairs[sorts.index(sort)]
            return Swap(*swapped, said, sort) if swapped is not None else None
    return None


def _together(
    piece: frozenset[str], held: frozenset[str], term: frozenset[str], others: tuple[frozenset[str], frozenset[str]]
) -> bool:
    """Whether a piece of the entry says what the claim does of one of the two, and nothing of the other."""
    return not (piece.isdisjoint(held) or piece.isdisjoint(term)) and all(map(piece.isdisjoint, others))


def _pair(group: Sequence[frozenset[str]], terms: Mapping[str, Term]) -> tuple[Term, Term] | None:
    """Two numbers, one of each side, or else two names; None where there are neither."""
    for sort in ("number", "name"):
        first, second = (
            min((terms[key] for key in side if terms[key].sort == sort), default=None, key=_place) for side in group
        )
        if first is not None and second is not None:
            return first, second
    return None


_place = attrgetter("start")


@lru_cache(maxsize=1 << 13)
def _pieces(text: str) -> tuple[Piece, ...]:
    """The pieces of a text with a term in them, in order."""
    terms = _terms(text)
    inside = _covered(text, [(term.start, term.end) for term in terms if term.sort != "word"])
    cuts = [match.span() for match in _CUT.finditer(text) if not inside[match.start()]]
    pieces = _between_cuts(terms, cuts)
    listed = _RESPECTIVELY.search(text)
    return _respectively(pieces, listed.start()) if listed else pieces


def _between_cuts(terms: Sequence[Term], cuts: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    found: list[list[Term]] = [[]]
    left = iter([*cuts, (1 << 30, 1 << 30)])
    cut = next(left)
    for term in terms:
        while term.start >= cut[0]:
            cut = next(left)
            found.append([])
        found[-1].append(term)
    return tuple(tuple(piece) for piece in found if piece)


def _respectively(pieces: tuple[Piece, ...], at: int) -> tuple[Piece, ...]:
    """`58% and 40% for letters and postcards, respectively`: two lists of two, told item by item."""
    before = [piece for piece in pieces if piece[0].start < at]
    if len(before) < 3 or len(before[-2]) < 2:
        return ()
    first, middle, last = before[-3:]
    return (first[-1], *middle[1:][-_LISTED:]), (middle[0], *last)


@lru_cache(maxsize=1 << 13)
def _long_pieces(text: str) -> tuple[Piece, ...]:
    """Whole clauses, without what they say to be behind."""
    if _RESPECTIVELY.search(text):
        return ()
    matches = list(_CLAUSE.finditer(text))
    behind = [match.span("behind") for match in matches if match["behind"]]
    terms = [term for term in _terms(text) if not any(start <= term.start < end for start, end in behind)]
    cuts = [match.span() for match in matches if not match["behind"]]
    return tuple(piece for piece in _between_cuts(terms, cuts))


@lru_cache(maxsize=1 << 13)
def _terms(text: str) -> tuple[Term, ...]:
    return tuple(sorted(_found(text), key=_place))


def _numbers_a_version(figure: Figure, text: str) -> bool:
    """Whether a bare number stands behind a name: `Gemini 1.5`."""
    match = None if figure.unit or figure.spelled else _VERSION.search(text, 0, figure.start)
    return match is not None and match.start() > 0 and match[1].lower() not in STOP_WORDS


def _found(text: str) -> Iterator[Term]:
    taken: list[Term] = [
        Term(name.core, "name", name.start, name.end) for name in sure_names(text) if name.core not in CLASSES
    ]
    taken += [
        Term(_number(figure), "number", figure.start, figure.end)
        for figure in figures(text)
        if not (figure.year or _numbers_a_version(figure, text))
    ]
    yield from taken
    inside = _covered(text, [(term.start, term.end) for term in taken])
    for token in tokens(text):
        counts = token.lower in _COUNTING
        if (counts or (token.telling and token.lower not in _ANYWHERE)) and not inside[token.start]:
            yield Term(token.stem, "number" if counts else "word", token.start, token.end)


def _covered(text: str, spans: Iterable[tuple[int, int]]) -> bytearray:
    """Which characters of a text lie in one of these."""
    inside = bytearray(len(text))
    for start, end in spans:
        inside[start:end] = b"\1" * (end - start)
    return inside
