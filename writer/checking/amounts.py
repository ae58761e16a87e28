"""When two numbers written differently say the same: units, fractions, multiples, and rounding that is told.

`half` and `50%`, `twofold` and `2x`, `about 40%` for 39.6 %, `over 90%` for 90.3 %, `1/400` and `400 times`. A sign
that only one of the two writes says nothing: a fall by 10 % is −10 %. No arithmetic across sentences: a sum, a
difference or a ratio that an entry never states is not the same as its parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Protocol

Hedge = Literal["", "about", "over", "under"]


class Amount(Protocol):
    """What a number is for comparing, as `writer.text.numbers.Number` has it."""

    @property
    def value(self) -> str:
        """Plain digits, a fraction (`2/3`) or a multiple (`2x`)."""

    @property
    def unit(self) -> str:
        """`%`, `point`, `times`, a measure, or empty."""

    @property
    def spelled(self) -> bool:
        """Whether it is written in words."""


_HEDGE = re.compile(
    r"(?:\b(?P<about>about|around|approximately|approx\.?|roughly|circa|ca\.|some|close to|barely|hardly|not quite"
    r"|in the order of|more or less|(?:just|slightly|a little|little) (?:over|under|above|below|(?:more|less) than))"
    r"|(?P<near>[~≈∼≃])"
    r"|\b(?P<over>over|above|more than|greater than|higher than|larger than|longer than|at least|exceed(?:s|ed|ing)?"
    r"|surpass(?:es|ed|ing)?|up(?:ward|wards) of)|(?P<gt>[>≥])"
    r"|\b(?P<under>nearly|almost|under|below|less than|fewer than|lower than|at most|up to|as much as|as many as"
    r"|within)|(?P<lt>[<≤]))\s?(?:a|an|the)?\s?\$?$",
    re.IGNORECASE,
)
_LONGEST_HEDGE = 28

_CLOSE = 0.15
"""How far a rounding that is told may be from what is stated, as a share of it: `over 100` for 187 tells little."""
_FRACTION = 1.0
"""Percentage points between a fraction in words and a percentage: `two thirds` for 66 % or 67 %."""
_RATES = frozenset(("%", "‰"))
_GROWTH = frozenset(("%", "‰", "point", "times"))


def hedge(text: str, start: int) -> Hedge:
    """The word before a number that says it is rounded, and to which side."""
    match = _HEDGE.search(text[max(0, start - _LONGEST_HEDGE) : start])
    if match is None:
        return ""
    if match["about"] or match["near"]:
        return "about"
    return "over" if match["over"] or match["gt"] else "under"


def same(claimed: Amount, stated: Amount, told: Hedge = "", strict: bool = False) -> bool:
    """Whether a claim's number is the one that its evidence states.

    `told` is the claim's own hedge. `strict` asks for the unit as well and lets no rounding pass that is not told: a
    draft has its evidence beside it and can copy.
    """
    if (claimed.value[:1] == "-") != (stated.value[:1] == "-") and {claimed.unit, stated.unit} <= _GROWTH:
        claimed, stated = _unsigned(claimed), _unsigned(stated)
    if claimed.value == stated.value:
        return _units_agree(claimed, stated, strict)
    if claimed.value[-1:] == "x" or stated.value[-1:] == "x":
        return _same_multiple(claimed, stated)
    if "/" in claimed.value or "/" in stated.value:
        return _same_fraction(claimed, stated, told)
    return _same_share(claimed, stated) or _rounded(claimed, stated, told, strict)


@dataclass(frozen=True, slots=True)
class _Unsigned:
    value: str
    unit: str
    spelled: bool


def _unsigned(number: Amount) -> Amount:
    return _Unsigned(number.value.lstrip("-"), number.unit, number.spelled)


def _units_agree(claimed: Amount, stated: Amount, strict: bool) -> bool:
    one, other = claimed.unit, stated.unit
    if one == other:
        return True
    if strict:
        # A measure may be named once for several numbers; a percentage may not.
        return (not one or not other) and not ({one, other} & _GROWTH)
    if "times" in (one, other):  # `three times` is read as a bare three
        return not one or not other
    return not one or not other or {one, other} == {"%", "point"}


def _same_multiple(claimed: Amount, stated: Amount) -> bool:
    multiple, other = (claimed, stated) if claimed.value.endswith("x") else (stated, claimed)
    if other.value.endswith("x"):
        return multiple.value == other.value
    if multiple.value[:-1] == other.value:
        return other.unit == "times" or (other.spelled and not other.unit)
    return other.unit == "%" and multiple.value == "2x" and other.value in ("100", "200")


def _same_fraction(claimed: Amount, stated: Amount, told: Hedge) -> bool:
    one, other = amount(claimed), amount(stated)
    if "/" in claimed.value and "/" in stated.value:
        return abs(one - other) < 1e-9
    share, number = (one, stated) if "/" in claimed.value else (other, claimed)
    if number.unit == "times":  # a 400th of the cost is 400 times less
        return share < 1 and abs(share * amount(number) - 1) < 1e-9
    if number.unit in _RATES:
        return abs(100 * share - amount(number)) <= _FRACTION * (5 if told else 1)
    return not number.unit and "." in number.value and abs(share - amount(number)) <= 0.01


def _same_share(claimed: Amount, stated: Amount) -> bool:
    """`0.95` and `95%`."""
    if {claimed.unit, stated.unit} != {"", "%"}:
        return False
    share, percent = (stated, claimed) if claimed.unit == "%" else (claimed, stated)
    return len(share.value) >= 4 and share.value.startswith("0.") and abs(100 * amount(share) - amount(percent)) < 1e-6


def _rounded(claimed: Amount, stated: Amount, told: Hedge, strict: bool) -> bool:
    """Fewer digits than stated, and the next such number on the side that the hedge tells."""
    kept = significant(claimed.value)
    if kept >= significant(stated.value) or not _units_agree(claimed, stated, strict):
        return False
    mine, theirs = amount(claimed), amount(stated)
    step = _last_place(claimed.value)
    off = theirs - mine
    if told == "over":
        return 0 < off < step and off <= _CLOSE * abs(theirs)
    if told == "under":
        return 0 < -off < step and -off <= _CLOSE * abs(theirs)
    if told == "about":
        return abs(off) <= step / 2 and abs(off) <= _CLOSE * abs(theirs)
    return not strict and kept >= 2 and abs(off) <= step / 2 * (1 + 1e-9)


def amount(number: Amount) -> float:
    """A number as a float; a fraction as its quotient, a multiple without its sign."""
    value = number.value.rstrip("x")
    over, _, under = value.partition("/")
    try:
        return float(over) / float(under) if under else float(over)
    except (OverflowError, ZeroDivisionError):  # pragma: no cover - fractions are written in words
        return float("inf")


def significant(value: str) -> int:
    """How many digits of a plain number count: 40 has one, 39.6 three.

    >>> significant("40"), significant("39.6"), significant("0.0050")
    (1, 3, 2)
    """
    digits = value.lstrip("-")
    digits = digits.replace(".", "") if "." in digits else digits.rstrip("0")
    return len(digits.lstrip("0"))


def _last_place(value: str) -> float:
    digits = value.lstrip("-")
    if "." in digits:
        return 10.0 ** -len(digits.partition(".")[2])
    return 10.0 ** min(300, len(digits) - len(digits.rstrip("0")))
