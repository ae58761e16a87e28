"""The signs behind the names that LaTeX and HTML give them: letters, symbols, raised and lowered signs, units.

Tables and small questions about them. `writer.text.clean` knows where in a text they apply.
"""

from __future__ import annotations

import re

ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ",
}  # fmt: skip
SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "times": "×", "pm": "±", "approx": "≈", "sim": "~", "leq": "≤", "le": "≤",
    "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "to": "→", "rightarrow": "→", "leftarrow": "←",
    "infty": "∞", "cdot": "·", "ldots": "…", "dots": "…", "cdots": "…", "star": "*", "ast": "*",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textbackslash": "\\",
    "textasciitilde": "~", "textasciicircum": "^", "ell": "ℓ", "circ": "°", "degree": "°", "S": "§",
    "TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX", "prime": "′", "log": "log", "exp": "exp",
    "min": "min", "max": "max",
}  # fmt: skip
SUPER = dict(zip("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
SUB = dict(zip("0123456789+-−–=()nijx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₙᵢⱼₓ", strict=True))
# What is a raised sign by itself.
_HIGH = frozenset("°*†‡§¶′″®™©º∗⋆")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_LOOSE = re.compile(r"[-+−–0-9n]\s+[0-9n]")
_SIMPLE = re.compile(r"(?:[\w.,√°%′]|(?<=\w)\^(?=\w))+")

QUANTITIES = frozenset({"SI", "qty", "num", "si", "unit", "SIrange", "qtyrange", "numrange", "numproduct", "ang"})
"""Commands of siunitx, whose arguments are what they show."""
BETWEEN = {"SIrange": "–", "qtyrange": "–", "numrange": "–"}
_UNITS = {
    "yotta": "Y", "tera": "T", "giga": "G", "mega": "M", "kilo": "k", "hecto": "h", "deci": "d", "centi": "c",
    "milli": "m", "micro": "µ", "nano": "n", "pico": "p", "femto": "f", "gram": "g", "meter": "m", "metre": "m",
    "second": "s", "minute": "min", "hour": "h", "day": "d", "litre": "L", "liter": "L", "mole": "mol", "molar": "M",
    "kelvin": "K", "celsius": "°C", "degreeCelsius": "°C", "degree": "°", "ampere": "A", "volt": "V", "watt": "W",
    "joule": "J", "newton": "N", "pascal": "Pa", "bar": "bar", "hertz": "Hz", "ohm": "Ω", "tesla": "T",
    "electronvolt": "eV", "dalton": "Da", "byte": "B", "bit": "bit", "percent": "%", "kg": "kg", "mg": "mg",
    "per": "/", "squared": "²", "cubed": "³", "square": "", "cubic": "",
}  # fmt: skip
_PREFIXES = frozenset("yotta tera giga mega kilo hecto deci centi milli micro nano pico femto".split())
_POWERS = {"square": "²", "cubic": "³"}
_UNIT_PIECE = re.compile(r"\\([A-Za-z]+)\s*|[^\\{}]+")


def raising(kind: str, text: str) -> dict[str, str] | None:
    """The signs for each character of a text set high (`^`) or low (`_`), or None where one has none."""
    table = SUPER if kind == "^" else SUB
    inner = text.strip()
    if _LOOSE.search(inner) and not re.match(r"[-+−–]\s+[0-9n]+$", inner):
        return None  # `1 2` are two numbers
    return {**table, " ": ""} if all(char in table or char == " " for char in text) else None


def stays(kind: str, text: str, before: str) -> bool:
    """Whether a text reads the same set high or not: `90` + `°`, `19` + `th`."""
    return kind == "^" and (_HIGH.issuperset(text) or (text.lower() in _ORDINALS and before.isdigit()))


def around(kind: str, sign: str) -> str:
    """A sign that stands for a whole exponent or index, as `*` of `V^{star}`."""
    return sign if stays(kind, sign, "") else f"{kind}({sign})"


def is_simple(text: str) -> bool:
    """Whether a part of a formula needs no brackets around it."""
    return text == "" or _SIMPLE.fullmatch(text) is not None


def holds_unit(command: str, argument: int) -> bool:
    """Whether an argument of a command of siunitx, counted from 0, is a unit and not a number."""
    if command in ("si", "unit"):
        return True
    return argument == {"SI": 1, "qty": 1, "SIrange": 2, "qtyrange": 2}.get(command, -1)


def unit(text: str) -> str:
    r"""`\milli\gram` as `mg`; a name that is not known stays as a word, and what is no name as it is.

    >>> unit(r"\kilo\gram\per\square\metre"), unit(r"\micro m"), unit(r"\gram\furlong")
    ('kg/m²', 'µm', 'g furlong')
    """
    shown, power = "", ""
    for piece in _UNIT_PIECE.finditer(text):
        name = piece[1] or piece[0]
        if name in _POWERS:
            power = _POWERS[name]
            continue
        known = piece[1] is None or name in _UNITS
        apart = " " if shown and not known and shown[-1].isalnum() else ""
        shown += apart + (_UNITS[name] if piece[1] and known else name)
        if power and name not in _PREFIXES:
            shown, power = shown + power, ""
    return shown + power
