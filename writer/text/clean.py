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

from writer.text import signs

# Commands whose argument is the text and whose own name says only how it looks.
_STYLES = (
    "textit|textbf|textsc|texttt|textrm|textsf|textsl|textup|emph|underline|mathrm|mathbf|mathit|mathcal"
    "|mathbb|mathsf|mathtt|text|mbox|operatorname|ensuremath|bm|boldsymbol"
)
# What braces hold, with two more pairs of them inside.
_BRACED = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,80}\}){0,80}\})"

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
    | (?P<raised>(?:<|&(?:amp;)?lt;)(?:jats:)?(?P<up_tag>(?i:su[bp]))(?:\s[^<>]{0,80})?(?:>|&(?:amp;)?gt;)
        (?P<up_tagged>(?:(?!(?:<|&(?:amp;)?lt;)/?(?:jats:)?(?i:su[bp])).){0,120})
        (?:<|&(?:amp;)?lt;)/(?:jats:)?(?i:(?P=up_tag))\s?(?:>|&(?:amp;)?gt;)
      | \\text(?P<up_word>super|sub)script\s*\{(?P<up_braced>BRACED{0,120})\}
      | \$(?P<up_sign>[\^_])(?P<up_digit>[0-9])\$(?![0-9])
      | (?P<up_alone>(?:<|&(?:amp;)?lt;)(?:jats:)?(?i:su[bp])(?:>|&(?:amp;)?gt;)(?=[-+−–]?[0-9])))
    | (?P<fraction>\\(?:[dtcs]|nice|x)?frac\s*(?:\{(?P<over>BRACED{0,200})\}|(?P<over_bare>[0-9]))
        \s*(?:\{(?P<under>BRACED{0,200})\}|(?P<under_bare>[0-9])))
    | (?P<root>\\sqrt\s*(?:\[(?P<degree>[^][{}]{1,9})\]\s*)?\{(?P<radicand>BRACED{0,200})\})
    | (?P<style>\\(?:STYLES)\s*(?=\{))
    | (?P<letter>\\(?P<letter_name>LETTERS)(?:\{\}|(?![A-Za-z])[ ]?))
    | (?P<call>\\(?P<call_name>(?!(?:KNOWN)(?![A-Za-z]))[A-Za-z]+)\*?(?:\[[^][{}]{0,80}\])?
        (?P<arguments>(?:\s?\{BRACED{0,400}\}){1,6}))
    | (?P<symbol>\\(?P<symbol_name>[A-Za-z]+)(?![A-Za-z]))
    | (?P<escaped>\\(?P<escaped_char>[%&$\#_{}\ ,;!/-]))
    | (?P<script>(?P<script_kind>[\^_])(?:\{(?P<script_braced>BRACED{1,120})\}
        |(?P<script_bare>(?:(?<=\^)|(?<=\b[A-Za-z]_))[0-9](?![0-9.]))))
    | (?P<math>\$(?=\S)(?P<math_body>[^$]{1,200})(?<=\S)\$(?![0-9]))
    | (?P<entity>&(?:\#[0-9]{1,7}|\#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,31});)
    | (?P<tag></?(?:i|b|em|strong|sub|sup|p|br|span|jats:[a-z-]+|tt|code|u|a)(?:\s[^<>]{0,200})?/?>)
    | (?P<open>``)
    | (?P<close>'')
    | (?P<brace>[{}])
    | (?P<tie>(?<=\S)~(?=\S))
    | (?P<space>\s{2,}|[^\S ])
    )""".replace("STYLES", _STYLES)
    .replace("LETTERS", "|".join(sorted(signs.LETTERS, key=len, reverse=True)))
    .replace("KNOWN", "|".join(signs.SYMBOLS))
    .replace("BRACED", _BRACED),
    re.VERBOSE | re.DOTALL,
)


_Part = tuple[str, int | None, dict[str, str] | None]
"""A text, its offset in the match's string (None for what is added as it is), and how its characters turn."""


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
        parts = _parts(match, rule)
        if parts is None:
            return _replacement(match, rule)
        return "".join(text if place is None else _turned(_rewritten(text), table) for text, place, table in parts)

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
        parts = _parts(match, rule)
        if rule == "link":
            # An address is never rewritten: its `~`, `_` and `%` are its own.
            _emit(" " if _glued(match) else "", base + start, out, origin, verbatim=False)
            _emit(match["link"], base + start, out, origin, verbatim=True)
        elif parts is not None:
            _put(parts, base, start, out, origin)
        else:
            _emit(_replacement(match, rule), base + start, out, origin, verbatim=False)
        position = end
    _emit(raw[position:], base + position, out, origin, verbatim=True)


_RULES = (
    "link", "href", "urlcmd", "accent", "raised", "fraction", "root", "style", "letter", "call", "symbol", "escaped",
    "script", "math", "entity", "tag", "open", "close", "brace", "tie", "space",
)  # fmt: skip


def _rule(match: re.Match[str]) -> str:
    # lastgroup names the last group that matched, which may be a part: find the rule by its own name.
    group = match.lastgroup or ""
    return group if group in _RULES else next(name for name in _RULES if match.group(name) is not None)


def _parts(match: re.Match[str], rule: str) -> list[_Part] | None:
    """For rules whose content is text again: that content, and what stands around it."""
    if rule == "math":
        return [_part(match, "math_body")]
    if rule == "href":
        return [_part(match, "href_text")]
    if rule == "raised":
        return _raised(match)
    if rule == "script" and match["script_braced"] is not None:
        body = match["script_braced"]
        if len(body) < 3 and body.isalnum():
            return None  # `x_{ij}` is `x_ij`; the numbers have their signs
        kind = match["script_kind"]
        if body in signs.SYMBOLS:
            return [(signs.around(kind, signs.SYMBOLS[body]), None, None)]
        return _set(kind, _part(match, "script_braced"), _before(match))
    if rule == "fraction":
        return _fraction(match)
    if rule == "root":
        degree = "".join(signs.SUPER.get(sign, sign) for sign in match["degree"] or "")
        return [(degree + "√", None, None), *_grouped(_part(match, "radicand"))]
    return _called(match) if rule == "call" else None


def _part(match: re.Match[str], *groups: str) -> _Part:
    """The first of the groups that there is."""
    group = next(group for group in groups if match[group] is not None)
    return match[group], match.start(group), None


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 1) : match.start()]


def _raised(match: re.Match[str]) -> list[_Part]:
    if match["up_alone"] is not None:
        # Its end is lost, but two numbers must not become one.
        return [("^" if "p" in match["up_alone"].lower().rpartition("su")[2][:1] else "_", None, None)]
    told = match["up_tag"] or match["up_word"] or match["up_sign"]
    kind = "^" if told.lower() in ("sup", "super", "^") else "_"
    return _set(kind, _part(match, "up_tagged", "up_braced", "up_digit"), _before(match))


def _set(kind: str, part: _Part, before: str) -> list[_Part]:
    """A part set high or low: in signs of Unicode if there are, else in brackets behind `^` or `_`."""
    raw, place, _ = part
    text = _rewritten(raw)
    if not text.strip():
        return [(text, None, None)]
    if signs.stays(kind, text.strip(), before):
        return [part]
    table = signs.raising(kind, text)
    return [(raw, place, table)] if table is not None else [(kind + "(", None, None), part, (")", None, None)]


def _fraction(match: re.Match[str]) -> list[_Part]:
    over, under = _part(match, "over", "over_bare"), _part(match, "under", "under_bare")
    # `1\frac{1}{2}` is one and a half, not eleven halves.
    apart = " " if _before(match).isalnum() else ""
    return [(apart, None, None), *_grouped(over), ("/", None, None), *_grouped(under)]


def _grouped(part: _Part) -> list[_Part]:
    """A part of a formula, in brackets if it is more than one word or number."""
    if signs.is_simple(_rewritten(part[0]).strip()):
        return [part]
    return [("(", None, None), part, (")", None, None)]


def _called(match: re.Match[str]) -> list[_Part]:
    """A command that no other rule knows, with its arguments side by side; of quantities only these."""
    name, start = match["call_name"], match.start("arguments")
    quantity = name in signs.QUANTITIES
    parts: list[_Part] = [] if quantity else [(match.string[match.start() : start], None, None)]
    for at, found in enumerate(_ARGUMENT.finditer(match["arguments"])):
        between = signs.BETWEEN.get(name, " ") if len(parts) == 1 else " "
        parts += [(between, None, None)] if parts else []
        inner, place = found[0][1:-1], start + found.start() + 1
        unit = signs.unit(inner) if signs.holds_unit(name, at) and "\\" in inner else None
        parts.append((inner, place, None) if unit is None else (unit, None, None))
    return [*parts, ("°", None, None)] if name == "ang" else parts


_ARGUMENT = re.compile(r"\{" + _BRACED + r"*\}", re.DOTALL)


def _turned(text: str, table: dict[str, str] | None) -> str:
    return text if table is None else "".join(table[char] for char in text)


def _put(parts: list[_Part], base: int, start: int, out: list[str], origin: list[int]) -> None:
    """Append the parts of a match that starts at `start`; what is added stands where the part before it ends."""
    at = start
    for text, place, table in parts:
        if place is None:
            _emit(text, base + at, out, origin, verbatim=False)
            continue
        made: list[str] = []
        places: list[int] = []
        _rewrite(text, base + place, made, places)
        if table is not None and places:
            places[0] = base + at  # `10` of `10<sup>5</sup>` ends where the mark begins
        for char, where in zip("".join(made), places, strict=True):
            _emit(char if table is None else table[char], where, out, origin, verbatim=False)
        at = place + max(0, len(text) - 1)


def _replacement(match: re.Match[str], rule: str) -> str:
    if rule in ("style", "tag", "brace"):
        return ""
    if rule == "urlcmd":
        # An escaped sign of the address stands for itself; the text in braces behind a bare address is the
        # remains of a link's name and is dropped with the braces.
        return (" " if _glued(match) else "") + match["url"].replace("\\", "")
    if rule == "accent":
        letter = match["acc_braced"] or match["acc_bare"]
        return letter + signs.ACCENTS[match["acc_sign"] or match["acc_word"]]
    if rule == "letter":
        return signs.LETTERS[match["letter_name"]]
    if rule == "symbol":
        shown = signs.SYMBOLS.get(match["symbol_name"], match[0])
        # The braces behind it go: what they hold must not become part of the word.
        return shown + " " if shown[-1:].isalnum() and shown.isascii() and _opens(match) else shown
    if rule == "escaped":
        char = match["escaped_char"]
        return {",": " ", ";": " ", "!": "", "/": "", "-": ""}.get(char, char)
    if rule == "script":
        body, kind = match["script_braced"] or match["script_bare"], match["script_kind"]
        table = signs.SUPER if kind == "^" else signs.SUB
        if body.isalpha() and body != "n":
            return kind + signs.SYMBOLS.get(body, body)
        return "".join(table[char] for char in body) if all(char in table for char in body) else kind + body
    if rule == "entity":
        return html.unescape(match[0])
    return {"open": "“", "close": "”", "tie": " ", "space": " "}[rule]


def _opens(match: re.Match[str]) -> bool:
    """Whether braces that hold something follow."""
    return match.string.startswith("{", match.end()) and not match.string.startswith("{}", match.end())


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
