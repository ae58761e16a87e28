"""Claims that state in other words what their evidence denies: `both … are` for `neither … is`, `needs X` for `no X`.

The words that are denied stand in both; who denies them, or says so, is told by a few words of English that stand
before them. Denials word for word are in `negation`.
"""

from __future__ import annotations

from collections.abc import Iterator

from writer.checking.case import Case
from writer.checking.claims import Claim
from writer.checking.facts import Said, tokens
from writer.checking.negation import Denial, denials, problem
from writer.checking.vocabulary import Word, vocabulary
from writer.draft import Problem
from writer.text import stem

_NEEDING = frozenset(map(stem, "need require demand necessitate presuppose".split()))
_LEANING = frozenset(map(stem, "rely depend rest".split()))
_ON = frozenset(("on", "upon"))
_NEITHER = frozenset(("neither", "nor"))
_WITHIN = 10
"""Words behind `both` that tell what is said of the two."""
_NEEDED = 2
"""Telling words behind `needs` that tell what is needed."""
_SHARED = 2
"""Words of what is said of both that a `neither` must deny."""
_MORE_SHARED = 3
"""The same for any other denial, which must also stand before a word that points the same way."""
_LONG = 6
"""Letters from which two words are one word where the one begins with the other (`standardised`, `standardized`)."""


def check_denied(case: Case, claim: Claim) -> list[Problem]:
    """`direction` (rule `negated`) for a claim that denies nothing itself."""
    if denials(claim.text):
        return []
    words = vocabulary(claim.text)
    for at, word in enumerate(words):
        if word.lower == "both":
            found = _both(case, claim, words[at + 1 : at + 1 + _WITHIN])
        elif _needs(words, at):
            found = _needed(case, claim, words[at + 1 :])
        else:
            continue
        if found is not None:
            start, end = _span(claim, at)
            return [problem(case, claim, start, end, found, denies=False)]
    return []


def _span(claim: Claim, at: int) -> tuple[int, int]:
    token = tokens(claim.text)[at]
    return token.start, token.end


def _needs(words: tuple[Word, ...], at: int) -> bool:
    """Whether a word says that what follows is needed; `a need`, `is required` and `needs no` do not."""
    before = words[at - 1].lower if at else ""
    after = words[at + 1].lower if at + 1 < len(words) else ""
    if words[at].stem in _LEANING:
        return after in _ON
    return (
        words[at].stem in _NEEDING
        and before not in ("a", "the", "is", "are", "was", "were", "be", "to", "as", "of")
        and after != "to"
    )


def _both(case: Case, claim: Claim, told: tuple[Word, ...]) -> Said | None:
    """The sentence that denies of two things what the claim says of both."""
    wanted = [word for word in told if word.telling]
    for said, denial in _denials(case, claim):
        words = vocabulary(said.text)
        shared = sum(any(_one_word(word.stem, each.stem) for each in words) for word in wanted)
        if any(word.lower in _NEITHER for word in words):
            if shared >= _SHARED:
                return said
        elif shared >= _MORE_SHARED:
            ends = frozenset(pole for at in denial.scope for pole in words[at].poles if "=" not in pole)
            if any(not ends.isdisjoint(word.poles) for word in wanted):
                return said
    return None


def _needed(case: Case, claim: Claim, told: tuple[Word, ...]) -> Said | None:
    """The sentence that says to do without what the claim says to be needed."""
    wanted = [word.stem for word in told if word.telling][:_NEEDED]
    if len(wanted) < _NEEDED:
        return None
    for said, denial in _denials(case, claim):
        words = vocabulary(said.text)
        if {words[at].stem for at in denial.scope}.issuperset(wanted):
            return said
    return None


def _denials(case: Case, claim: Claim) -> Iterator[tuple[Said, Denial]]:
    for near in case.nearest(claim):
        for denial in denials(near.said.text):
            yield near.said, denial


def _one_word(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _LONG and long.startswith(short))
