"""Numbers as scientific prose writes them, and names that carry digits.

`4,800`, `4.8k` and `4.8 thousand` are one number; `GPT-4` and `GSM8K` are names and not numbers. Only what is
written is read: nothing is computed, and `half` is not `50%`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_SCALES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "millions": 6, "b": 9, "bn": 9, "billion": 9,
    "billions": 9, "t": 12, "tn": 12, "trillion": 12, "hundred": 2,
}  # fmt: skip
_UNITS = {
    "%": "%", "percent": "%", "per cent": "%", "‰": "‰", "percentage point": "point", "percentage points": "point",
    "percentage-point": "point", "points": "point", "point": "point", "pp": "point", "x": "times", "×": "times",
    "fold": "times", "times": "times",
}  # fmt: skip
_SPELLED = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "million": 10**6,
    "billion": 10**9, "dozen": 12,
}  # fmt: skip
_FRACTIONS = {
    "half": "1/2", "halves": "1/2", "third": "1/3", "thirds": "1/3", "quarter": "1/4", "quarters": "1/4",
    "twice": "2x", "double": "2x", "doubles": "2x", "doubled": "2x", "triple": "3x", "triples": "3x",
    "tripled": "3x",
}  # fmt: skip

_DIGITS = re.compile(
    r"""
    (?<![\w.,\-–−/^_])(?P<sign>[-−](?=\d))?     # a hyphen behind a word joins a name; one on its own is a minus
    (?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    (?:(?P<scale>[kKmMbBtT])(?![\w])|(?P<glued_x>[x×])(?!\w)|(?!\w))
    (?:[ -](?P<scale_word>hundred|thousand|millions?|billions?|trillion)\b)?
    (?:\s?(?P<sign_unit>[%‰])|[ -](?P<unit>per\ cent|percent(?:age[ -]points?)?|points?|pp|fold|times)\b)?
    """,
    re.VERBOSE,
)
_RANGE = re.compile(r"(?<=[\d%xkKMBT])\s?[-–−/]\s?(?=\.?\d)")
_NAME = re.compile(r"(?<!\w)[A-Za-z](?:[\w.+-]*[\w+])?")
_WORDS = re.compile(
    r"(?<![\w-])(?:" + "|".join([*_SPELLED, *_FRACTIONS]) + r")(?:-(?:" + "|".join(_SPELLED) + r"))?(?=\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number: `text == whole[start:end]`, `value` its canonical form, `unit` `%`, `point`, `times` or empty."""

    text: str
    value: str
    unit: str
    start: int
    end: int
    spelled: bool = False


def numbers(text: str) -> list[Number]:
    """Every number of a text, in digits or spelled, in order.

    >>> [(n.value, n.unit) for n in numbers("4.8k pairs, 3.7%-7.3% better; GPT-4 wins 66 of 80, twelve-fold")]
    [('4800', ''), ('3.7', '%'), ('7.3', '%'), ('66', ''), ('80', ''), ('12', '')]
    """
    found = _in_digits(text)
    taken = [(number.start, number.end) for number in found]
    for match in _WORDS.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            found.append(_spelled(match))
    return sorted(found, key=lambda number: number.start)


def _in_digits(text: str) -> list[Number]:
    # A range is two numbers: blank its dash out, at the same length, so that offsets stay.
    spaced = _RANGE.sub(lambda match: " " * len(match[0]), text)
    found: list[Number] = []
    names = [(start, end) for _, start, end in digit_names(text)]
    for match in _DIGITS.finditer(spaced):
        if any(start < match.end("digits") and match.start("digits") < end for start, end in names):
            continue
        found.append(_digits(match, text))
    return _share_units(found, text)


def _digits(match: re.Match[str], text: str) -> Number:
    value = Decimal(match["digits"].replace(",", ""))
    exponent = _SCALES.get((match["scale"] or "").lower(), 0) + _SCALES.get((match["scale_word"] or "").lower(), 0)
    value = value.scaleb(exponent)
    unit = _UNITS.get((match["sign_unit"] or match["glued_x"] or match["unit"] or "").lower().replace("-", " "), "")
    sign = "-" if match["sign"] else ""
    start = match.start("sign") if match["sign"] else match.start("digits")
    return Number(text[start : match.end()], sign + _plain(value), unit, start, match.end())


def _plain(value: Decimal) -> str:
    """Canonical digits: no exponent, no trailing zeros behind the point."""
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _share_units(found: list[Number], text: str) -> list[Number]:
    """In `9-41%` both ends of the range are percentages."""
    shared = list(found)
    for at in range(len(shared) - 2, -1, -1):
        this, after = shared[at], shared[at + 1]
        if not this.unit and after.unit and re.fullmatch(r"\s?[-–−]\s?", text[this.end : after.start]):
            shared[at] = Number(this.text, this.value, after.unit, this.start, this.end)
    return shared


def _spelled(match: re.Match[str]) -> Number:
    parts = match[0].lower().split("-")
    value = _FRACTIONS.get(parts[0]) or str(sum(_SPELLED[part] for part in parts))
    return Number(match[0], value, "", match.start(), match.end(), spelled=True)


def digit_names(text: str) -> list[tuple[str, int, int]]:
    """Names that carry digits, with offsets: models, versions, benchmarks.

    >>> [name for name, _, _ in digit_names("LLaMA2-13b and GPT-4 on GSM8K, 13 runs")]
    ['LLaMA2-13b', 'GPT-4', 'GSM8K']
    """
    return [
        (match[0], match.start(), match.end())
        for match in _NAME.finditer(text)
        if any(char.isdigit() for char in match[0])
    ]
