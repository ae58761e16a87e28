"""Numbers as scientific prose writes them, and names that carry digits.

`4,800`, `4.8k` and `4.8 thousand` are one number; `GPT-4` and `GSM8K` are names and not numbers. Only what is
written is read: `half` is not turned into `50%` here; `writer.checking.amounts` says that they are the same. Ordinals
(`9th`, `the third`) and the word `one` alone are no numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
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
_MEASURES = {
    form: forms.split()[0]
    for forms in (
        "second seconds sec secs s", "minute minutes min mins", "hour hours hr hrs h", "day days",
        "week weeks wk wks", "month months", "year years yr yrs", "ms millisecond milliseconds", "ng", "µg μg ug mcg",
        "mg", "kg", "gram grams", "ml mL", "nm", "µm μm um", "mm", "cm", "km", "bit bits bps", "bp", "kb", "Mb Mbp",
        "kDa", "MB", "GB", "TB", "Hz", "kHz", "MHz", "GHz", "mV", "eV", "keV", "MeV", "GeV", "°C", "mmHg", "nM",
        "µM μM", "mM",
    )
    for form in forms.split()
}  # fmt: skip
_SPELLED = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SPELLED_SCALES = {
    "dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
          "tenth": 10, "tenths": 10}  # fmt: skip
_MULTIPLES = {
    "twice": "2x", "double": "2x", "doubled": "2x", "doubles": "2x", "doubling": "2x", "twofold": "2x",
    "thrice": "3x", "triple": "3x", "tripled": "3x", "triples": "3x", "threefold": "3x", "fourfold": "4x",
    "fivefold": "5x", "tenfold": "10x",
}  # fmt: skip

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−–", "0123456789-+--")
_EXPONENT = r"(?:\^\s?\{?(?P<power>[-−–]?\d{1,3})\}?|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))(?!\w)"
_ALONE = r"(?<![\w.,\-–−/^_])"
"""A hyphen behind a word joins a name; only one on its own is a minus."""
_DIGITS = re.compile(
    rf"""
    {_ALONE}(?P<sign>[-−](?=\.?\d))?
    (?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    (?:
        e(?P<e>[-−+]?\d{{1,3}})(?!\w)
      | \s?[×x·*]\s?10{_EXPONENT}
      | (?P<scale>[kKmMbBtT])(?!\w)
      | (?P<glued_x>[x×])(?!\w)
      | (?=(?:{"|".join(sorted(_MEASURES, key=len, reverse=True))})(?!\w))
      | (?!\w)
    )
    (?:[ -](?P<scale_word>hundred|thousand|millions?|billions?|trillion)\b)?
    (?:\s?(?P<sign_unit>[%‰])|[ -](?P<unit>per\ cent|percent(?:age[ -]points?)?|points?|pp|fold|times)\b)?
    """,
    re.VERBOSE,
)
_TEN_TO = re.compile(_ALONE + r"(?P<sign>[-−])?10" + _EXPONENT)
_MEASURE = re.compile(r"(?:[ -]|\s)?([A-Za-zµμ°]{1,12})(?!\w)")
_RANGE = re.compile(r"(?<=[\d%xkKMBT])\s?[-–−/]\s?(?=\.?\d)")
_SHARING = re.compile(r"\s?[-–−]\s?|\s(?:to|and|or|vs\.?|versus)\s|,\s(?:and\s|or\s)?")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_NAME = re.compile(r"(?<!\w)[A-Za-z](?=[\w.+-]*[\d⁰¹²³⁴⁵⁶⁷⁸⁹₀-₉])(?:[\w.+-]*[\w+])?")
_ONE_TO_NINE = "one|two|three|four|five|six|seven|eight|nine"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SCALE = rf"(?:{'|'.join(_SPELLED_SCALES)})(?!\w)"
_UNDER = rf"(?:(?:{_TENS})[- ](?:{_ONE_TO_NINE})|{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?!\w)"
_WORDS = re.compile(
    rf"(?<![\w-])(?:(?P<whole>(?:{_UNDER}|{_SCALE})(?:[- ]{_SCALE}(?:[- ](?:and\s)?{_UNDER}(?!-?{_SCALE}))?)*)"
    r"(?:[ -](?P<part>half|halves|thirds?|quarters?|fifths?|tenths?)(?![\w-]))?"
    r"|an?\s(?P<a_part>third|quarter|fifth|tenth)(?=\sof\b)|(?P<half>half)(?!\w|-|\s+li(?:fe|ves)\b)"
    rf"|(?P<multiple>(?:{'|'.join(_MULTIPLES)})(?<!double)(?<!triple)"
    r"|(?:double|triple)(?=\s(?:the|that|those|its|their|as)\b))(?![\w-]))",
    re.IGNORECASE,
)
_ONE_IN = re.compile(
    rf"(?<![\w.,-])(?:one|1) (?:in|out of) (?:every )?(?P<of>{_UNDER}(?! {_SCALE})|\d{{1,9}}(?!\w|[.,]\d|%))"
    r"|(?<![\w.,/-])1/(?P<under>\d{3,9})(?![\w/]|[.,]\d|%)"
    rf"|(?<![\w.,-])(?P<some>{_ONE_TO_NINE}) (?:in|out of) (?:every )?(?P<every>{_ONE_TO_NINE}|ten|hundred)"
    rf"(?![\w-]| {_SCALE})",
    re.IGNORECASE,
)
"""`one in five`, `1/400`, and in words `four out of five`, which are one number; `66 out of 80` counts two things."""
_LETTERS = re.compile(r"[^\W\d_]+")
_TELLING_WORDS = frozenset((*_SPELLED, *_SPELLED_SCALES, *_PARTS, *_MULTIPLES))
_APART = {code: " " for code in range(128) if not chr(code).isalpha()}
_DIGIT = re.compile(r"[\d⁰¹²³⁴⁵⁶⁷⁸⁹₀-₉]")
_TIMES = ("×", "x", "·", "*")
_BETWEEN_WORDS = re.compile(r"[- ](?:and\s)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number: `text == whole[start:end]`, `value` its canonical form, and its unit.

    `value` is plain decimal digits, a fraction (`2/3`) or a multiple (`2x`). `unit` is `%`, `‰`, `point`, `times`, a
    measure that follows (`day`, `mg`; it is no part of `text`), or empty.
    """

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
    >>> [(n.value, n.unit) for n in numbers("two thirds of 3.2 × 10^-5 mg, one in five, two hundred and six days")]
    [('2/3', ''), ('0.000032', 'mg'), ('1/5', ''), ('206', 'day')]
    """
    found: list[Number] = []
    ways: list[Callable[[str], list[Number]]] = []
    if _DIGIT.search(text):
        ways = [_one_in, _in_powers, _in_digits]  # in this order: `1 in 5` and `10^-5` are one number each
    if not _TELLING_WORDS.isdisjoint(_small_words(text)):
        ways = [*(ways or [_one_in]), _in_words]
    if not ways:
        return found
    taken = bytearray(len(text))
    for way in ways:
        for number in way(text):
            if 1 not in taken[number.start : number.end]:
                found.append(number)
        for number in found:
            taken[number.start : number.end] = b"\1" * (number.end - number.start)
    return _share_units(sorted(found, key=lambda number: number.start), text)


def _in_digits(text: str) -> list[Number]:
    # A range is two numbers: blank its dash out, at the same length, so that offsets stay.
    spaced = _RANGE.sub(lambda match: " " * len(match[0]), text)
    named = bytearray(len(text))
    for _, start, end in digit_names(text):
        named[start:end] = b"\1" * (end - start)
    return [
        _measured(_digits(match, text), text)
        for match in _DIGITS.finditer(spaced)
        if 1 not in named[match.start("digits") : match.end("digits")]
    ]


def _in_powers(text: str) -> list[Number]:
    found: list[Number] = []
    if "10" not in text:
        return found
    for match in _TEN_TO.finditer(text):
        if not text[max(0, match.start() - 2) : match.start()].rstrip().endswith(_TIMES):
            value = ("-" if match["sign"] else "") + _plain(Decimal(f"1e{_exponent(match)}"))
            found.append(_measured(Number(match[0], value, "", *match.span()), text))
    return found


def _digits(match: re.Match[str], text: str) -> Number:
    exponent = _SCALES.get((match["scale"] or "").lower(), 0) + _SCALES.get((match["scale_word"] or "").lower(), 0)
    if match["e"] or match["power"] or match["raised"]:
        exponent += _exponent(match)
    value = _plain(Decimal(f"{match['digits'].replace(',', '')}e{exponent}"))
    unit = _UNITS.get((match["sign_unit"] or match["glued_x"] or match["unit"] or "").lower().replace("-", " "), "")
    start = match.start("sign") if match["sign"] else match.start("digits")
    return Number(text[start : match.end()], ("-" if match["sign"] else "") + value, unit, start, match.end())


def _exponent(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return int((groups.get("e") or groups["power"] or groups["raised"]).translate(_RAISED))


def _plain(value: Decimal) -> str:
    """Canonical digits: no exponent, no zeros in front of or behind what counts."""
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _measured(number: Number, text: str) -> Number:
    """The number with the measure that follows it, as in `3-day`, `5 mg` and `5mg`."""
    if number.unit:
        return number
    match = _MEASURE.match(text, number.end)
    unit = _MEASURES.get(match[1], "") if match else ""
    if match and len(match[1]) == 1 and match.start(1) != number.end:
        unit = ""  # `2 h` may be hours, `2 s` and `3 h` stand for much else
    return replace(number, unit=unit) if unit else number


def _share_units(found: list[Number], text: str) -> list[Number]:
    """In `9-41%`, `from 9 to 41%` and `1, 2 or 3 months` all the numbers have the unit of the last."""
    shared = list(found)
    lent = False
    for at in range(len(shared) - 2, -1, -1):
        this, after = shared[at], shared[at + 1]
        join = _SHARING.fullmatch(text, this.end, after.start) if not this.unit and after.unit else None
        # A lone comma joins only what another word has joined already: not `in 7, 45% …`.
        if join is None or _YEAR.fullmatch(this.value) or "/" in this.value or (join[0] == ", " and not lent):
            lent = False
        elif join[0].strip() in "-–−" or (after.unit != "times" and after.unit != "point"):
            shared[at], lent = replace(this, unit=after.unit), True
    return shared


def _small_words(text: str) -> list[str]:
    return text.lower().translate(_APART).split() if text.isascii() else _LETTERS.findall(text.lower())


def _one_in(text: str) -> list[Number]:
    found: list[Number] = []
    if not ("1" in text or " in " in text or " out of " in text):
        return found
    for match in _ONE_IN.finditer(text):
        if match["some"]:
            some, every = _composed(match["some"].lower()), _composed(match["every"].lower())
            if some < every:
                found.append(Number(match[0], f"{some}/{every}", "", *match.span(), spelled=True))
            continue
        of = match["of"] or match["under"]
        many = str(_composed(of.lower())) if of[0].isalpha() else _plain(Decimal(of))
        if many not in ("0", "1"):
            found.append(Number(match[0], f"1/{many}", "", *match.span(), spelled=True))
    return found


def _in_words(text: str) -> list[Number]:
    found = []
    for match in _WORDS.finditer(text):
        value = _spelled(match, text)
        if value:
            found.append(_measured(Number(match[0], value, "", *match.span(), spelled=True), text))
    return found


def _spelled(match: re.Match[str], text: str) -> str:
    """The value of spelled words; empty where they are an ordinal (`twenty-third`), `one`, or part of a word."""
    if match["multiple"]:
        return _MULTIPLES[match["multiple"].lower()]
    if match["half"] or match["a_part"]:
        return f"1/{_PARTS[(match['half'] or match['a_part']).lower()]}"
    whole, part = _composed(match["whole"].lower()), (match["part"] or "").lower()
    if part:
        told = whole == 1 or part.endswith("s") or part == "halves"
        return f"{whole}/{_PARTS[part]}" if told else ""
    # `zero-shot` and `zero-th` are words, and so is what `one` counts.
    return "" if match["whole"].lower() == "one" or (whole == 0 and text[match.end() :][:1] == "-") else str(whole)


def _composed(spelled: str) -> int:
    """`two hundred and six thousand` as a number."""
    total = current = 0
    for word in _BETWEEN_WORDS.split(spelled):
        if word in _SPELLED:
            current += _SPELLED[word]
        elif _SPELLED_SCALES[word] <= 100:
            current = max(1, current) * _SPELLED_SCALES[word]
        else:
            total, current = total + max(1, current) * _SPELLED_SCALES[word], 0
    return total + current


def digit_names(text: str) -> list[tuple[str, int, int]]:
    """Names that carry digits, with offsets: models, versions, benchmarks.

    >>> [name for name, _, _ in digit_names("LLaMA2-13b and GPT-4 on GSM8K, 13 runs")]
    ['LLaMA2-13b', 'GPT-4', 'GSM8K']
    """
    if not _DIGIT.search(text):
        return []
    return [(match[0], *match.span()) for match in _NAME.finditer(text) if _DIGIT.search(match[0])]
