r"""Remains of LaTeX and HTML to plain Unicode, with a map back to where each character stood.

What people paste from papers and pages carries `90\%`, `T\"ULU`, `V^{star}`, `$\alpha$`, ``quotes''``,
`&amp;`, `<i>`, `researchhttps://…`. Each is a small rewriting rule, tried at every position from left to right;
no rule ever guesses at words. What no rule knows stays as it is.

    >>> clean("over 90\\% on ``MMLU'' researchhttps://x.org/a")
    'over 90% on “MMLU” research https://x.org/a'
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ",
}  # fmt: skip
_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "times": "×", "pm": "±", "approx": "≈", "sim": "~", "leq": "≤", "le": "≤",
    "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "to": "→", "rightarrow": "→", "leftarrow": "←",
    "infty": "∞", "cdot": "·", "ldots": "…", "dots": "…", "cdots": "…", "star": "*", "ast": "*",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textbackslash": "\\",
    "textasciitilde": "~", "textasciicircum": "^", "ell": "ℓ", "circ": "°", "degree": "°", "S": "§",
    "log": "log", "exp": "exp", "min": "min", "max": "max",
}  # fmt: skip
# Commands whose argument is the text and whose own name says only how it looks.
_STYLES = (
    "textit|textbf|textsc|texttt|textrm|textsf|textsl|textup|emph|underline|mathrm|mathbf|mathit|mathcal"
    "|mathbb|mathsf|mathtt|text|mbox|operatorname|textsuperscript|textsubscript|ensuremath|bm|boldsymbol"
)
_SUPER = dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True))
_SUB = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))

_TOKEN = re.compile(
    r"""
    # The characters that a rule can begin with: most of a text is passed over at once. Of the two that are common in
    # prose, `h` begins nothing but an address and a space nothing but a run of spaces.
    (?=[\\h^_$&<`'{}~\s])(?=[^h\ ]|https?://|\ \s)(?:
      (?P<link>https?://[^\s{}<>"]+)(?:\{+[^{}]*\}+)?
    | (?P<href>\\href\s*\{(?P<href_url>[^{}]*)\}\s*\{(?P<href_text>[^{}]*)\})
    | (?P<urlcmd>\\url\s*\{(?P<url>[^{}]*)\})
    | (?P<accent>\\(?:(?P<acc_sign>[`'^~"=.])|(?P<acc_word>[uvHckr])(?=\s|\{))\s*
        (?:\{\s*\\?(?P<acc_braced>[A-Za-z])\s*\}|\\?(?P<acc_bare>[A-Za-z])))
    | (?P<style>\\(?:STYLES)\s*(?=\{))
    | (?P<letter>\\(?P<letter_name>LETTERS)(?:\{\}|(?![A-Za-z])[ ]?))
    | (?P<symbol>\\(?P<symbol_name>[A-Za-z]+)(?![A-Za-z]))
    | (?P<escaped>\\(?P<escaped_char>[%&$\#_{}\ ,;!/-]))
    | (?P<script>(?P<script_kind>[\^_])(?:\{(?P<script_braced>[^{}]{1,20})\}
        |(?P<script_bare>(?:(?<=\^)|(?<=\b[A-Za-z]_))[0-9](?![0-9.]))))
    | (?P<math>\$(?=\S)(?P<math_body>[^$]{1,200})(?<=\S)\$(?![0-9]))
    | (?P<entity>&(?:\#[0-9]{1,7}|\#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,31});)
    | (?P<tag></?(?:i|b|em|strong|sub|sup|p|br|span|jats:[a-z-]+|tt|code|u|a)(?:\s[^<>]{0,200})?/?>)
    | (?P<open>``)
    | (?P<close>'')
    | (?P<brace>[{}])
    | (?P<tie>(?<=\S)~(?=\S))
    | (?P<space>\s{2,}|[^\S ])
    )""".replace("STYLES", _STYLES).replace("LETTERS", "|".join(sorted(_LETTERS, key=len, reverse=True))),
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Clean text, and for each of its characters the offset in the raw text it came from."""

    text: str
    origin: tuple[int, ...]
    raw_length: int

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the raw text that the clean span `[start, end)` was made from."""
        places = (*self.origin, self.raw_length)
        return places[start], max(places[start], places[end])


@lru_cache(maxsize=4096)
def clean(raw: str) -> str:
    """The raw text as a reader should see it; see the module's docstring for an example."""
    if not _has_marks(raw):
        if not _has_spaces(raw):
            # Plain prose, by far the most common case, needs none of the rules.
            return unicodedata.normalize("NFC", raw).strip()
        text = " ".join(raw.split())
    else:
        text = _SEVERAL.sub(" ", _rewritten(raw)).strip(" ")
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = _ACCENTED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
        if not unicodedata.is_normalized("NFC", text):
            # Whatever else is to be joined is joined as where the map is made: only letters with their accents.
            return clean_with_origin(raw).text
    return text


def _has_marks(text: str) -> bool:
    """Whether a rule other than that of spaces may apply."""
    # One sign after the other is found several times as fast as any of them by a regular expression.
    for sign in _MARKS:
        if sign in text:
            return True
    if ("`" in text and "``" in text) or ("'" in text and "''" in text):
        return True
    return "://" in text and _GLUED.search(text) is not None


def _has_spaces(text: str) -> bool:
    """Whether there is more than single spaces."""
    if "\n" in text or "\t" in text or "\r" in text or "\xa0" in text or "  " in text:
        return True
    if text.isascii():
        odd = "\x0b" in text or "\x0c" in text or any(sign in text for sign in "\x1c\x1d\x1e\x1f")
    else:
        odd = _ODD_SPACE.search(text) is not None
    return odd and _SPACES.search(text) is not None


_MARKS = ("\\", "{", "}", "$", "&", "<", ">", "~", "^", "_")
_GLUED = re.compile(r"\Shttps?://")
_SPACES = re.compile(r"[\t\n\r\xa0]|\s\s")
_ODD_SPACE = re.compile("[\x0b\x0c\x1c-\x1f\x85\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_ACCENTED = re.compile("[^\u0300-\u036f][\u0300-\u036f]+")
_SEVERAL = re.compile(" {2,}")


def _rewritten(raw: str) -> str:
    """What `_rewrite` makes, without the places."""

    def replaced(match: re.Match[str]) -> str:
        rule = _rule(match)
        if rule == "link":
            return (" " if _glued(match) else "") + match["link"]
        inner = _inner(match, rule)
        return _rewritten(inner[0]) if inner is not None else _replacement(match, rule)

    return _TOKEN.sub(replaced, raw)


def clean_with_origin(raw: str) -> Cleaned:
    """The clean text with the raw offset of each of its characters."""
    out: list[str] = []
    origin: list[int] = []
    _rewrite(raw, 0, out, origin)
    text, origin = _compose("".join(out), origin)
    text, origin = _squeeze(text, origin)
    return Cleaned(text, tuple(origin), len(raw))


def _rewrite(raw: str, base: int, out: list[str], origin: list[int]) -> None:
    """Append the rewriting of `raw`, which starts at offset `base` of the whole."""
    position = 0
    for match in _TOKEN.finditer(raw):
        start, end = match.span()
        _emit(raw[position:start], base + position, out, origin, verbatim=True)
        rule = _rule(match)
        inner = _inner(match, rule)
        if rule == "link":
            # An address is never rewritten: its `~`, `_` and `%` are its own.
            _emit(" " if _glued(match) else "", base + start, out, origin, verbatim=False)
            _emit(match["link"], base + start, out, origin, verbatim=True)
        elif inner is not None:
            _rewrite(inner[0], base + inner[1], out, origin)
        else:
            _emit(_replacement(match, rule), base + start, out, origin, verbatim=False)
        position = end
    _emit(raw[position:], base + position, out, origin, verbatim=True)


_RULES = (
    "link", "href", "urlcmd", "accent", "style", "letter", "symbol", "escaped", "script", "math", "entity", "tag",
    "open", "close", "brace", "tie", "space",
)  # fmt: skip


def _rule(match: re.Match[str]) -> str:
    # lastgroup names the last group that matched, which may be a part: find the rule by its own name.
    group = match.lastgroup or ""
    return group if group in _RULES else next(name for name in _RULES if match.group(name) is not None)


def _inner(match: re.Match[str], rule: str) -> tuple[str, int] | None:
    """For rules whose content is text again: that content and its offset."""
    if rule == "math":
        return match["math_body"], match.start("math_body")
    if rule == "href":
        return match["href_text"], match.start("href_text")
    if rule == "script" and match["script_braced"] is not None:
        body, kind = match["script_braced"], match["script_kind"]
        table = _SUPER if kind == "^" else _SUB
        if len(body) > 2 and body not in _SYMBOLS and not all(char in table for char in body):
            return body, match.start("script_braced")
    return None


def _replacement(match: re.Match[str], rule: str) -> str:
    if rule in ("style", "tag", "brace"):
        return ""
    if rule == "urlcmd":
        # An escaped sign of the address stands for itself; the text in braces behind a bare address is the
        # remains of a link's name and is dropped with the braces.
        return (" " if _glued(match) else "") + match["url"].replace("\\", "")
    if rule == "accent":
        letter = match["acc_braced"] or match["acc_bare"]
        return letter + _ACCENTS[match["acc_sign"] or match["acc_word"]]
    if rule == "letter":
        return _LETTERS[match["letter_name"]]
    if rule == "symbol":
        return _SYMBOLS.get(match["symbol_name"], match[0])
    if rule == "escaped":
        char = match["escaped_char"]
        return {",": " ", ";": " ", "!": "", "/": "", "-": ""}.get(char, char)
    if rule == "script":
        body, table = (
            match["script_braced"] or match["script_bare"],
            _SUPER if match["script_kind"] == "^" else _SUB,
        )
        if all(char in table for char in body):
            return "".join(table[char] for char in body)
        return _SYMBOLS.get(body, match["script_kind"] + body)
    if rule == "entity":
        return html.unescape(match[0])
    return {"open": "“", "close": "”", "tie": " ", "space": " "}[rule]


def _glued(match: re.Match[str]) -> bool:
    """Whether an address stands against the word before it, as in `researchhttps://…`."""
    before = match.string[match.start() - 1 : match.start()]
    return before.isalnum() or (before != "" and before in ".,;:!?)")


def _emit(piece: str, offset: int, out: list[str], origin: list[int], *, verbatim: bool) -> None:
    out.append(piece)
    origin.extend(range(offset, offset + len(piece)) if verbatim else [offset] * len(piece))


def _compose(text: str, origin: list[int]) -> tuple[str, list[int]]:
    """Join letters with the accents that follow them (NFC), keeping the map."""
    if unicodedata.is_normalized("NFC", text):
        return text, origin
    out: list[str] = []
    kept: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        piece = unicodedata.normalize("NFC", text[start:end])
        out.append(piece)
        kept.extend([origin[start]] * len(piece))
        start = end
    return "".join(out), kept


def _squeeze(text: str, origin: list[int]) -> tuple[str, list[int]]:
    """Runs of spaces to one, none at the ends or before a full stop or comma."""
    out: list[str] = []
    kept: list[int] = []
    for char, place in zip(text, origin, strict=True):
        if char == " " and (not out or out[-1] == " "):
            continue
        out.append(char)
        kept.append(place)
    while out and out[-1] == " ":
        out.pop()
        kept.pop()
    return "".join(out), kept
