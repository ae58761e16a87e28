"""Which of two things a text says to be ahead: `A outperforms B`, `B loses to A`, `A is better than B`.

A comparison turned round is found where the claim's winner is the evidence's loser and the other way round. Where the
claim names only one side (`it loses to B`), its sentence must hold most of the claim. Words that point somewhere by
themselves are in `direction`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from writer.checking.case import Case
from writer.checking.claims import Claim
from writer.checking.facts import Said
from writer.checking.negation import negated_places
from writer.checking.vocabulary import Word, vocabulary
from writer.text import stem

_AHEAD = frozenset(
    map(stem, "outperform surpass exceed beat beaten outdo outdone outrank outscore eclipse defeat dominate".split())
)
_BEHIND = frozenset(map(stem, "underperform trail".split()))
# Two or three words: the first by its stem, the others as they are.
_PHRASES: dict[tuple[str, ...], bool] = {
    (stem(first), *rest.split()): ahead
    for ahead, phrases in (
        (
            True,
            "win over|won over|win against|won against|ahead of|superior to|prevail over|improve over|improve upon"
            "|preferable to",
        ),
        (
            False,
            "lose to|lost to|lose against|lost against|fall short of|fell short of|fall behind|fell behind|lag behind"
            "|inferior to|is behind|are behind",
        ),
    )
    for first, rest in (phrase.split(" ", 1) for phrase in phrases.split("|"))
}
_OPENING = frozenset(phrase[0] for phrase in _PHRASES)
_COMPARED = frozenset(("quality", "amount", "degree", "speed", "strength", "cost", "ease", "robustness"))
_CIRCUMSTANCE = frozenset("on in at by for with across under when while and but".split())
_PRONOUNS = frozenset("it they this these that which who both he she".split())
_FAR = 20
_SIDE = 6
"""Telling words on each side that may name what is compared."""
_NEIGHBOUR = 4
"""Words before `than` among which the one that compares stands."""
_HOLDS = 0.3
"""How much of a claim that names one side only the evidence's sentence must hold."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`ahead` is said to be ahead of `behind`, each by its telling stems; `at` is the word that says so.

    `whole`: both are named. Where the subject is a pronoun, only what it is compared with is.
    """

    at: int
    ahead: frozenset[str]
    behind: frozenset[str]
    whole: bool = True


@lru_cache(maxsize=1 << 14)
def comparisons(text: str) -> tuple[Comparison, ...]:
    """What a text compares, in order; what it denies takes no part."""
    words = vocabulary(text)
    denied = negated_places(text)
    found = []
    for at in range(len(words)):
        told = _compares(words, at)
        if told is None or at in denied:
            continue
        ahead, begins = told
        before = words[max(0, at - _FAR) : at]
        left = frozenset([other.stem for other in before if other.telling][-_SIDE:])
        right = frozenset([other.stem for other in _object(words[begins : begins + _FAR]) if other.telling][:_SIDE])
        left, right = left - right, right - left
        pronoun = any(word.lower in _PRONOUNS for word in before[-2:])
        if right and (left or pronoun):
            left = frozenset() if pronoun else left
            found.append(Comparison(at, *((left, right) if ahead else (right, left)), whole=not pronoun))
    return tuple(found)


def _compares(words: tuple[Word, ...], at: int) -> tuple[bool, int] | None:
    """Whether what stands before a word is ahead of what stands behind it, and where that begins; None for most."""
    word = words[at]
    if word.stem in _AHEAD or word.stem in _BEHIND:
        passive = [after.lower for after in words[at + 1 : at + 2]] == ["by"]
        return (word.stem in _AHEAD) != passive, at + 1 + passive
    if word.lower == "than":
        signs = (
            pole[0]
            for each in reversed(words[max(0, at - _NEIGHBOUR) : at])
            for pole in each.poles
            if pole[1:] in _COMPARED
        )
        sign = next(signs, "")
        return (sign == "+", at + 1) if sign else None
    if word.stem in _OPENING or word.lower in _OPENING:
        for phrase, ahead in _PHRASES.items():
            if phrase[0] in (word.stem, word.lower):
                rest = tuple([after.lower for after in words[at + 1 : at + len(phrase)]])
                if rest == phrase[1:]:
                    return ahead, at + len(phrase)
    return None


def _object(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words up to the first that tells where or how (`on held-out papers`)."""
    end = next((at for at, word in enumerate(words) if at and word.lower in _CIRCUMSTANCE), len(words))
    return words[:end]


def turned_round(case: Case, claim: Claim) -> list[tuple[int, Said, int]]:
    """The comparisons of a claim that the evidence makes the other way round and nowhere in its own.

    Each as the place of the claim's word, the evidence's sentence and the place of its word.
    """
    found = []
    for mine in comparisons(claim.text):
        against: tuple[int, Said, int] | None = None
        straight = False
        for said in case.said(claim):
            for theirs in comparisons(said.text):
                same = len(mine.ahead & theirs.ahead) + len(mine.behind & theirs.behind)
                crossed = bool(mine.ahead & theirs.behind), bool(mine.behind & theirs.ahead)
                straight |= same > 0
                sure = all(crossed) if mine.whole else any(crossed) and _holds(case, claim, said)
                if sure and not same:
                    against = against or (mine.at, said, theirs.at)
        if against is not None and not straight:
            found.append(against)
    return found


def _holds(case: Case, claim: Claim, said: Said) -> bool:
    return any(near.said == said and near.score >= _HOLDS for near in case.nearest(claim))
