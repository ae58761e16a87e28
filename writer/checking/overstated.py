"""Does the claim say it more strongly than its evidence: always, all, proves, eliminates, vastly superior.

Strong words fall into families. A claim may use one where the cited entries use it anywhere, or where a sentence near
to the claim holds another word that backs it (`outperforms` backs `state of the art`, `abolished` `eliminates`).
A hedge that the claim merely leaves out is an alarm only where the same verb stands behind `may`, `might`, `could` or
`sometimes` in a sentence that holds most of the claim, and nowhere without: summaries leave hedges out all the time.
"""

from __future__ import annotations

import re
from functools import lru_cache

from writer.checking.case import Case
from writer.checking.claims import Claim
from writer.checking.evidence import Near
from writer.checking.facts import Said, Token, tokens
from writer.checking.mentioned import said_itself
from writer.checking.negation import LONGEST
from writer.checking.vocabulary import numbers_of, vocabulary
from writer.draft import Problem
from writer.text import stem

COVERED = 0.15
"""How much of the claim the nearest sentence must hold for its weaker words to count. Lower finds more, errs more."""
HEDGED = 0.5
"""The same for a hedge to be missed."""
_ABREAST = 0.6
"""A sentence that covers this share of what the nearest one covers may back a strong word by another of its family."""

# family: (what a claim says, what else of the evidence backs it)
_FAMILIES: dict[str, tuple[str, str]] = {
    "always": (
        r"always|invariably|without exception|under all circumstances|in every case|inevitably|at all times",
        r"every|all|each|any|consistently|universal\w*|never|100|uniformly|throughout|constant\w*|necessar\w+",
    ),
    "all": (
        r"all|every|entire|entirely|universal|universally|everyone|everything|everywhere",
        r"any|each|whole|full\w*|complet\w+|total\w*|both|across|always|no|none|never|various|wide|broad\w*|general\w*"
        r"|diverse|arbitrary|throughout|overall|full|only|sole\w*|same|uniform\w*|100|entire\w*|simultaneous\w*",
    ),
    "complete": (
        r"complete|completely|fully|totally|perfect|perfectly|flawless|flawlessly|absolute|absolutely|wholly",
        r"all|entire\w*|full\w*|total\w*|whole|every|any|none|no|100|abolish\w*|absen\w+|abrogat\w+|perfect\w*",
    ),
    "proof": (
        r"prove|proves|proved|proven|proving|definitively|conclusively|undoubtedly|unquestionably|certainly|irrefutably"
        r"|beyond doubt",
        r"proof|proofs|theorem\w*|provabl\w+|theoretical\w*|theory|guarante\w+|formal\w*|lemma|bound\w*|derive\w*|certain"
        r"|conclusive\w*|definit\w+|analytic\w*",
    ),
    "guarantee": (
        r"guarantee|guarantees|guaranteed|guaranteeing|suffices|suffice",
        r"guarante\w+|provabl\w+|prove\w*|ensur\w+|assur\w+|certif\w+|bound\w*|theor\w+|safe\w*|sufficien\w+|enough"
        r"|need only|only need\w*|converge\w*|simply|just|suffic\w+",
    ),
    "eliminate": (
        r"eliminate|eliminates|eliminated|eliminating|eradicate|eradicates|eradicated|eradicating",
        r"eliminat\w+|eradicat\w+|remov\w+|abolish\w*|abrogat\w+|without|no|none|obviat\w+|avoid\w*|free|not|clear\w*"
        r"|prevent\w*|discard\w*|delet\w+|prun\w+|filter\w*|get rid|bypass\w*|circumvent\w*|drop\w*|null\w*|absen\w+",
    ),
    "cause": (
        r"directly cause|directly causes|directly caused|solely responsible|the sole cause",
        r"caus\w+|due to|result\w* (?:in|from)|lead\w* to|induc\w+|trigger\w*|driv\w+|responsible",
    ),
    "far": (
        r"vastly|far superior|by far|hugely|immensely|tremendously|overwhelmingly|drastically|radically|unparalleled"
        r"|unmatched|unrivalled|unrivaled|unprecedented|revolutionary|groundbreaking",
        r"vast\w*|far|huge\w*|massiv\w*|drastic\w*|dramatic\w*|orders? of magnitude|substantial\w*|remarkabl\w+"
        r"|strong\w*"
        r"|overwhelm\w*|tremendous\w*|immense\w*|greatly|much|extreme\w*|unprecedented|radical\w*|immens\w*|severe\w*"
        r"|significantly|large margin|exponential\w*|unparalleled|considerabl\w+|largely",
    ),
    "never": (
        r"never|under no circumstances|in no case",
        r"no|not|none|without|neither|nor|n['’]t|cannot|fail\w*|lack\w*|absen\w+|any|unable|rarely|un\w+",
    ),
    "record": (
        r"state[- ]of[- ]the[- ]art|sota|record[- ]breaking|outperform all|outperforms all|best[- ]known"
        r"|world['’]s (?:first|best)",
        r"state[- ]of[- ]the[- ]art|sota|best|outperform\w*|surpass\w*|superior\w*|exceed\w*|record|leading|top|art"
        r"|advanc\w+|competitive|better|improv\w+|highest|lowest|new",
    ),
}
_STRONG = {family: re.compile(rf"\b(?:{claim})\b", re.IGNORECASE) for family, (claim, _) in _FAMILIES.items()}
_BACKING = {
    family: re.compile(rf"\b(?:{claim}|{more})\b", re.IGNORECASE) for family, (claim, more) in _FAMILIES.items()
}
_ANY_STRONG = re.compile("|".join(rf"\b(?:{claim})\b" for claim, _ in _FAMILIES.values()), re.IGNORECASE)
_OPENING = frozenset(
    match[0] for claim, _ in _FAMILIES.values() for phrase in claim.split("|") if (match := re.match(r"\w+", phrase))
)
"""How the strong words begin: most claims have none of these."""
# Where a strong word is weak: `not all`, `almost completely`, `above all`, `after all`, `at all`, `if not all`.
_WEAKENED = re.compile(
    r"(?:\b(?:not|nearly|almost|virtually|practically|above|after|at|nor|first of|cannot|hardly|without|if|whether"
    r"|more|less|quite|seem\w*|claim\w*|or)|n['’]t)\s+$",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:may|might|could|can|suggest\w*|possibl\w+|potential\w*|likely|appear\w*|seem\w*|some|many|most|often|usually"
    r"|partial\w*|associat\w+|correlat\w+|comparable|help\w*|tend\w*|approximate\w*|indicat\w+|reduc\w+)\b",
    re.IGNORECASE,
)


_UNSURE = re.compile(
    r"\b(?:may|might|could|sometimes|occasionally)(?: (?:well|also|even|not|still|then|be|have|been|\w+ly))*"
    r" (?P<verb>[a-z]{3,})",
    re.IGNORECASE,
)
_ANY_HEDGE = re.compile(
    r"\b(?:may|might|could|can|would|should|sometimes|occasionally|often|seem\w*|appear\w*|suggest\w*|possibl\w+"
    r"|potential\w*|perhaps|likely|probabl\w+|tend\w*|some|in part|part\w*|indicat\w+|hypothes\w+|believ\w+"
    r"|think\w*|hop\w+|risk\w*|if|whether|under|when|certain|propos\w+|argu\w+|claim\w*|expect\w*"
    r"|up to|about|not|no|n['’]t)\b",
    re.IGNORECASE,
)
"""What keeps a claim from being stated flatly."""


@lru_cache(maxsize=1 << 14)
def _backs(family: str, text: str) -> bool:
    """Whether a text holds a word of a family, or says `100%`, which backs the words for the whole."""
    if _BACKING[family].search(text):
        return True
    whole = family in ("always", "all", "complete") and "100" in text
    return whole and any(number.value == "100" and number.unit == "%" for number in numbers_of(text))


def check_overstated(case: Case) -> list[Problem]:
    """`overstated` for each strong word of a claim for which the cited entries hold no word as strong.

    Rule `hedge-lost` for a verb that they only hold behind a hedge.
    """
    if not case.in_english or not case.cited or len(case.sentence.text) > LONGEST:
        return []
    problems = [problem for claim in case.claims for problem in _hedge_lost(case, claim)]
    if not _OPENING.isdisjoint([word.lower for word in vocabulary(case.sentence.text)]):
        problems += [problem for claim in case.claims for problem in _of_claim(case, claim)]
    return said_itself(case, problems)


def _hedge_lost(case: Case, claim: Claim) -> list[Problem]:
    """A verb that the evidence states of the same thing with a hedge, and nowhere without one."""
    if _ANY_HEDGE.search(claim.text) or not any(_UNSURE.search(each.text) for each in case.said(claim)):
        return []
    words = tokens(claim.text)
    for near in case.nearest(claim):
        if near.score < HEDGED:
            break
        for match in _UNSURE.finditer(near.said.text):
            verb = stem(match["verb"])
            word = next((word for word in words if word.telling and word.stem == verb), None)
            if word is not None and not any(_flatly(verb, each.text) for each in case.said(claim)):
                return [_unhedged(case, claim, word, near.said, match[0])]
    return []


def _flatly(verb: str, text: str) -> bool:
    """Whether a text says a verb without a hedge before it."""
    hedged = {match.start("verb") for match in _UNSURE.finditer(text)}
    return any(word.stem == verb and word.start not in hedged for word in tokens(text))


def _unhedged(case: Case, claim: Claim, word: Token, said: Said, hedge: str) -> Problem:
    return Problem(
        "overstated",
        case.place,
        f"{word.text!r} is stated flatly, and in the evidence with a hedge ({hedge!r}): “{said.text}”",
        key=said.key,
        suggestion=f"{said.key} says only {hedge!r}",
        span=claim.span(word.start, word.end),
        rule="hedge-lost",
    )


def _of_claim(case: Case, claim: Claim) -> list[Problem]:
    if not _ANY_STRONG.search(claim.text):
        return []
    strong = [
        (family, match)
        for family, pattern in _STRONG.items()
        for match in pattern.finditer(claim.text)
        if not _WEAKENED.search(claim.text[: match.start()][-16:])
    ]
    if not strong:
        return []
    near = case.nearest(claim)
    if not near or near[0].score < COVERED:
        return []
    abreast = [each.said.text for each in near if each.score >= _ABREAST * near[0].score]
    return [
        _problem(case, claim, *match.span(), near)
        for family, match in strong
        if not any(_backs(family, text) for text in abreast)
        and not any(_STRONG[family].search(each.text) for each in case.said(claim))
    ]


def _problem(case: Case, claim: Claim, start: int, end: int, near: list[Near]) -> Problem:
    """The sentence told is the nearest one that hedges, else the nearest."""
    abreast = [each for each in near if each.score >= _ABREAST * near[0].score]
    said = next((each.said for each in abreast if _HEDGE.search(each.said.text)), near[0].said)
    hedge = _HEDGE.search(said.text)
    only = f"{said.key} says only {hedge[0]!r}" if hedge else f"{said.key} says nothing as strong"
    return Problem(
        "overstated",
        case.place,
        f"{claim.text[start:end]!r} is stronger than the evidence: “{said.text}”",
        key=said.key,
        suggestion=only,
        span=claim.span(start, end),
    )
