"""Does the claim deny what its evidence states, or state what its evidence denies.

A negator (`not`, `no`, `without`, `fails to` …) denies the few words behind it, up to the next comma or `but`. The
alarm needs the denied words in the evidence, in a sentence that covers the claim well, and nowhere near them any word
that may deny them in another way: `rarely`, `limited`, `un-`, `rather than`. What only looks like a denial (`not only`,
`no doubt`, `without loss of generality`) and what is denied twice takes no part.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from writer.checking.amounts import amount
from writer.checking.case import Case
from writer.checking.claims import Claim
from writer.checking.evidence import Near
from writer.checking.facts import Said, Token, tokens
from writer.checking.mentioned import said_itself
from writer.checking.vocabulary import numbers_of, vocabulary
from writer.draft import Problem
from writer.text import stem
from writer.text.numbers import Number
from writer.text.opposites import poles

LONGEST = 20_000
"""Characters from which a text is no sentence and is left alone."""
COVERED = 0.15
"""How much of a denying claim the nearest sentence must hold. Lower finds more and errs more."""
COVERED_PLAIN = 0.5
"""The same for a plain claim against a sentence that denies: those deny other things far more often."""
COVERED_NULL = 0.35
"""How much of the claim a sentence must hold for its `no significant difference` to speak for a denial."""
_ROUNDED = 2.5
"""Percentage points by which a share and the rest of its whole may miss 100, told in words."""
_CLEARLY = 0.55
"""How much of a claim a sentence must hold to speak of the same thing, where only the kind of its verb tells."""
_MOST = 3
"""A claim that denies more things than that is left alone."""
_SCOPE = 4
"""Telling words behind a negator that it denies."""
_FURTHEST = 1_000
"""Characters behind a negator in which its boundary is looked for."""
_REACH = 8
"""Words around the denied ones in which a negator of the evidence may deny them too."""
_BESIDE = 2
"""The same for words that deny only what stands right beside them (`limited`, `un-`)."""
_ABREAST = 0.9
"""A sentence is asked too if it covers this share of what the nearest one covers."""

_NEGATOR = re.compile(
    r"\b(?:not|no|never|cannot|without|neither|nor|none|nothing|hardly|scarcely|unable|fail(?:s|ed|ing)?"
    r"|lack(?:s|ed|ing)?)\b|n['’]t\b",
    re.IGNORECASE,
)
_NEGATORS = frozenset(
    """not no never cannot without neither nor none nothing hardly scarcely unable fail fails failed failing lack lacks
    lacked lacking t""".split()
)
"""The words of `_NEGATOR` (`t` is what remains of `n't`): most sentences have none."""
# What looks like a negator and denies nothing that follows it, or denies it only in part.
_TRAP = re.compile(
    r"\b(?:not (?:only|just|merely|simply|solely|necessarily|always|all|every|least|limited|to mention|yet)"
    r"|no (?:doubt|matter|less|fewer|more than|later|other)|without (?:loss of|a? ?doubt)"
    r"|whether or not|or not|if not|why not|may or may not|cannot but|none other"
    r"|(?:not|never|cannot|no) (?:without|fail\w*|lack\w*|unable|hardly|no)|neither here)\b|\bno\. ?\d|\bNo\. ",
    re.IGNORECASE,
)
_LONGEST_TRAP = 30
_STOPS = frozenset("but however while whereas although though because since which whose yet nor and or".split())
_BOUNDARY = re.compile(r"[,;:.()—–“”\"]")

# Denied in passing: a phrase or a relative clause, seldom told by the evidence in the same words.
_IN_PASSING = re.compile(
    r"(?:\b(?:without|no|none|nothing|neither|nor|lack\w*)|\b(?:that|which|who|whose|where)\b(?: [\w'’]+){1,4}"
    r"|,\s*(?:but |and )?not)$",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:(?:show|report|argu|suggest|indicat|demonstrat|conclud|observ|not|reveal|stat|confirm|claim|establish|warn"
    r"|find|see|say|know|reckon|prov|contend|maintain|highlight)(?:e|es|s|ed|d|ing|n)?|found|saw|seen|said|fact|finding"
    r"|evidence)(?: also)? that$",
    re.IGNORECASE,
)
"""What follows is said, and not in passing."""
# What is asked after is not stated.
AIM = re.compile(
    r"^(?:the )?(?:effects?|effectiveness|efficacy|role|impact|evaluation)\b"
    r"|\b(?:whether|objective|hypothesi[sz]ed?|aim(?:s|ed)?)\b|\?",
    re.IGNORECASE,
)
_STUDIED = re.compile(
    r"\b(?:stud(?:y|ies|ied)|examin(?:e|es|ed)|investigat(?:e|es|ed)|explor(?:e|es|ed)|assess(?:es|ed)?"
    r"|test(?:s|ed)?|evaluat(?:e|es|ed)|analy[sz](?:e|es|ed)|discuss(?:es|ed)?|measur(?:e|es|ed)|quantif(?:y|ies|ied)"
    r"|ask(?:s|ed)?|address(?:es|ed)?) (?:the|how|whether|if|when|why|what|which)\b",
    re.IGNORECASE,
)
"""`studies the robustness of X` says nothing of how robust X is."""
_EMPHATIC = re.compile(r"(?<![\w’'])(?:do|does|did) (?:\w+ly |also |indeed )?(?!not\b|so\b|n['’]t)([a-z]{2,})\b")
"""`did reduce`: said so only where somebody might deny it."""
_FINDINGS = frozenset(
    stem(word)
    for word in """support significant significantly difference benefit effect evidence association associated
    correlated improve""".split()
)
"""What a null result denies."""
_PLAIN_DENIALS = frozenset(
    """not no never cannot without neither nor none nothing nobody hardly scarcely barely unable fail fails failed
    failing failure lack lacks lacked lacking rarely seldom absent absence unlikely impossible t""".split()
)
_DENYING = frozenset(
    """little few limited limits insufficient insufficiently difficult avoid avoids avoided avoiding prevent prevents
    prevented preventing instead rather minimal negligible unchanged unaffected independent independently regardless
    irrespective except excluded excluding reject rejected rejects refute refutes refuted contrary devoid ignores ignore
    ignored ignoring deficient abolished abolishes abrogated eliminates eliminated removed disproves denies denied
    stops stopped inhibits inhibited blocks blocked missing omits non obviates""".split()
)
"""Words that may deny what stands right beside them."""
_NOT_THERE = frozenset("absent impossible inaccessible infeasible intractable lacking missing unavailable".split())
"""Words that deny what stands before them."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A negator and the places of the words it denies, counted in the words of its text."""

    start: int
    end: int
    scope: tuple[int, ...]


@lru_cache(maxsize=1 << 14)
def denials(text: str) -> tuple[Denial, ...]:
    """What a text denies, in order."""
    if _NEGATORS.isdisjoint([word.lower for word in vocabulary(text)]):
        return ()
    found = []
    for match in _NEGATOR.finditer(text):
        if not _trapped(text, match.start()):
            scope = _scope(text, match.end())
            if scope and _denies(vocabulary(text)[scope[0]].lower) is None:
                found.append(Denial(*match.span(), scope))
    return tuple(found)


def _trapped(text: str, at: int) -> bool:
    around = _TRAP.finditer(text, max(0, at - _LONGEST_TRAP), at + 2 * _LONGEST_TRAP)
    return any(match.start() <= at < match.end() for match in around)


def _scope(text: str, after: int) -> tuple[int, ...]:
    """The places of the words behind a negator, to the next boundary or to `_SCOPE` telling ones."""
    boundary = _BOUNDARY.search(text, after, after + _FURTHEST)
    end = boundary.start() if boundary else len(text)
    places: list[int] = []
    telling = 0
    words = tokens(text)
    for at in range(bisect_left(words, after, key=lambda word: word.start), len(words)):
        word = words[at]
        if word.start >= end or telling == _SCOPE or (telling and word.lower in _STOPS):
            break
        places.append(at)
        telling += word.telling
    return tuple(places) if telling else ()


@lru_cache(maxsize=1 << 14)
def negated_places(text: str) -> frozenset[int]:
    """The places of all denied words of a text, counted in its words."""
    return frozenset(at for denial in denials(text) for at in denial.scope)


def check_negation(case: Case) -> list[Problem]:
    """`direction` (rule `negated`) where claim and evidence differ in a denial."""
    if not case.in_english or not case.cited or len(case.sentence.text) > LONGEST:
        return []
    found = [
        each
        for claim in case.claims
        for each in (*_denied_in_the_claim(case, claim), *_denied_in_the_evidence(case, claim))
    ]
    return said_itself(case, found)


def _denied_in_the_claim(case: Case, claim: Claim) -> list[Problem]:
    own = denials(claim.text)
    if not own or len(own) > _MOST:
        return []
    near = case.nearest(claim)
    if not near or near[0].score < COVERED:
        return []
    if any(_null_result(each) for each in near):
        return []
    words = vocabulary(claim.text)
    also = frozenset(pole for each in near for pole in _denied_ends(each.said.text))
    problems = []
    for denial in own:
        scope = frozenset(words[at].stem for at in denial.scope if words[at].telling)
        stated = _stated(claim.text, denial, scope, near)
        holding = [each for each in near if len(scope & each.said.stems) > len(scope) / 2]
        if also & frozenset(pole for at in denial.scope for pole in words[at].poles):
            continue
        if stated is not None and _rest_of_a_whole(claim.text, stated.said.text):
            continue
        if stated is None or any(_may_deny(each.said, scope) for each in (stated, *holding)):
            continue
        end = tokens(claim.text)[denial.scope[-1]].end
        problems.append(problem(case, claim, denial.start, end, stated.said, denies=True))
    return problems


def _stated(text: str, denial: Denial, scope: frozenset[str], near: list[Near]) -> Near | None:
    """The sentence that states what is denied; None where none clearly does.

    A main verb (`is not`) is held against whatever comes nearest. What is denied in passing (`without`, `that do not`)
    must be stated in the same words, by a sentence that holds most of the claim.
    """
    abreast = [each for each in near if each.score >= _ABREAST * near[0].score]
    if _in_passing(text, denial):
        return next((each for each in abreast if each.score >= COVERED_PLAIN and scope <= each.said.stems), None)
    stated = next((each for each in abreast if scope & each.said.stems and not AIM.search(each.said.text)), None)
    if stated is None and not any(_any_denial(each.said.text) or AIM.search(each.said.text) for each in abreast):
        return abreast[0]
    return stated


def _rest_of_a_whole(text: str, stated: str) -> bool:
    """Whether a share in one text and a share in the other make up a whole: `a quarter do not` for `74.5% do`."""
    mine, theirs = (
        [amount(number) * (1 if number.unit == "%" else 100) for number in numbers_of(each) if _is_share(number)]
        for each in (text, stated)
    )
    return any(abs(one + other - 100) <= _ROUNDED for one in mine for other in theirs)


def _is_share(number: Number) -> bool:
    return number.unit == "%" or "/" in number.value


def _in_passing(text: str, denial: Denial) -> bool:
    first = max(0, denial.start - 30)
    match = _IN_PASSING.search(text, first, denial.end)
    if match is None:
        return False
    opens = match.start() + len("that")
    return not (match[0][:4].lower() == "that" and _REPORTED.search(text[max(0, match.start() - 24) : opens]))


@lru_cache(maxsize=1 << 14)
def _denied_ends(text: str) -> frozenset[str]:
    """The ends of axes that a text denies: `cannot outperform` denies an improvement too."""
    words = vocabulary(text)
    return frozenset(pole for at in negated_places(text) for pole in words[at].poles)


def asked_after(text: str) -> frozenset[int]:
    """The places of the words that a text only says to be studied, counted in its words."""
    return frozenset(at for match in _STUDIED.finditer(text) for at in _scope(text, match.end()))


def _null_result(near: Near) -> bool:
    """Whether a sentence near the claim reports that something was not found."""
    if near.score < COVERED_NULL:
        return False
    words = vocabulary(near.said.text)
    return any(words[at].stem in _FINDINGS for denial in denials(near.said.text) for at in denial.scope)


def _may_deny(said: Said, scope: frozenset[str]) -> bool:
    """Whether a sentence has a denying word near one of these, or one of these with a negating prefix."""
    denying = _denying(said.text)
    if not denying:
        return False
    words = vocabulary(said.text)
    if any(words[place].root in scope for place, _ in denying):
        return True
    places = [at for at, word in enumerate(words) if word.stem in scope]
    return any(abs(at - place) <= reach for at in places for place, reach in denying)


@lru_cache(maxsize=1 << 14)
def _denying(text: str) -> tuple[tuple[int, int], ...]:
    """The places of the words that may deny something, and how far each may reach."""
    return tuple(
        [(at, reach) for at, word in enumerate(vocabulary(text)) if (reach := _denies(word.lower)) is not None]
    )


@lru_cache(maxsize=1 << 14)
def without(text: str) -> frozenset[int]:
    """The places of what a text says not to be there (`segmentation is unavailable`)."""
    words = vocabulary(text)
    return frozenset(
        place for at, word in enumerate(words) if word.lower in _NOT_THERE for place in range(max(0, at - _BESIDE), at)
    )


def _any_denial(text: str) -> bool:
    return any(reach for _, reach in _denying(text))


@lru_cache(maxsize=1 << 14)
def _denies(word: str) -> int | None:
    if word in _PLAIN_DENIALS:
        return _REACH
    if word in _DENYING:
        return _BESIDE
    return 0 if any(pole.startswith("-=") for pole in poles(word)) else None


def _denied_in_the_evidence(case: Case, claim: Claim) -> list[Problem]:
    if _any_denial(claim.text) or not any(denials(each.text) for each in case.said(claim)):
        return []
    near = [each for each in case.nearest(claim) if not AIM.search(each.said.text)]
    stressed = _stressed(case, claim, near)
    if stressed or not near or near[0].score < COVERED_PLAIN:
        return stressed
    asked = asked_after(claim.text)
    places = {word.stem: word for at, word in enumerate(tokens(claim.text)) if word.telling and at not in asked}
    for each in near:
        if each.score < max(COVERED_PLAIN, _ABREAST * near[0].score):
            break
        for denial in denials(each.said.text):
            word = _also_claimed(each.said, denial, places)
            if word is None and each.score >= _CLEARLY:
                word = _also_meant(each.said, denial, claim.text, asked)
            if word is not None and not any(_states(other.said, word.stem) for other in near):
                return [problem(case, claim, word.start, word.end, each.said, denies=False)]
    return []


def _stressed(case: Case, claim: Claim, near: list[Near]) -> list[Problem]:
    """A claim that stresses that something is so (`did reduce`), of which a sentence denies the same words."""
    for match in _EMPHATIC.finditer(claim.text):
        said = frozenset(vocabulary(claim.text)[at].stem for at in _scope(claim.text, match.start(1)))
        for each in near:
            if each.score < COVERED:
                break
            for denial in denials(each.said.text):
                words = vocabulary(each.said.text)
                denied = [words[at].stem for at in denial.scope if words[at].telling]
                if not said.isdisjoint(denied):
                    return [problem(case, claim, match.start(), match.end(), each.said, denies=False)]
    return []


def _also_claimed(said: Said, denial: Denial, places: dict[str, Token]) -> Token | None:
    """The claim's word for what is denied first, where it has another of the denied words too."""
    words = vocabulary(said.text)
    denied = [words[at].stem for at in denial.scope if words[at].telling]
    if denied[0] not in places or (len(denied) > 1 and not any(stem in places for stem in denied[1:])):
        return None
    return places[denied[0]]


def _also_meant(said: Said, denial: Denial, text: str, asked: frozenset[int]) -> Token | None:
    """The claim's word at the same end as the first denied one that stands at an end: `helps` for `not improve`."""
    ends = next((word.poles for at in denial.scope[:2] if (word := vocabulary(said.text)[at]).poles), frozenset())
    plain = frozenset(pole for pole in ends if "=" not in pole)
    places = (at for at, word in enumerate(vocabulary(text)) if at not in asked and not plain.isdisjoint(word.poles))
    at = next(places, None)
    return tokens(text)[at] if at is not None else None


def _states(said: Said, stem: str) -> bool:
    """Whether a sentence says a word without denying it."""
    denied = negated_places(said.text)
    return any(word.stem == stem and at not in denied for at, word in enumerate(vocabulary(said.text)))


def problem(case: Case, claim: Claim, start: int, end: int, said: Said, denies: bool) -> Problem:
    """`direction` at a place of the claim, against a sentence; `denies` tells which of the two has the denial."""
    what = claim.text[start:end]
    how = "denies what the evidence states" if denies else "states what the evidence denies"
    return Problem(
        "direction",
        case.place,
        f"the claim {how} ({what!r}): “{said.text}”",
        key=said.key,
        suggestion=f"{said.key} says it {'without' if denies else 'with'} a denial",
        span=claim.span(start, end),
        rule="negated",
    )
