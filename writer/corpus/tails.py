"""What publishers and databases print around an abstract, and the signs that one was cut.

Only the ends are looked at, and only for what is printed on thousands of papers alike: a sentence of the authors is
never taken for one of these.
"""

from __future__ import annotations

import re

# The word above or before an abstract, as pages and listings print it. A hyphen must not follow directly:
# `Abstract-level reasoning` is the beginning of a sentence, and so is `Summary statistics`.
_PREFIX = re.compile(
    r"\s*(?:(?:abstract|summary)(?:\s*[:—–]|\s*-{2,}|\s+-(?=\s)|[ \t]*\n)|abstract\.(?=\s)"
    r"|(?:zusammenfassung|résumé|resumen|resumo)\s*[:—–])\s*",
    re.IGNORECASE,
)
# A heading in capitals needs no sign behind it.
_SHOUTED = re.compile(r"\s*ABSTRACT\s+(?=[A-Z])")
_FIRST = ("a", "A", "s", "S", "z", "Z", "r", "R")
# What databases write where there is no abstract.
_NO_ABSTRACT = frozenset({"n/a", "na", "none", "null", "nan", "no abstract", "no abstract available", "-", "–", "—"})

_SIGN = r"(?:©|&copy;|&[#]169;|\\copyright(?:\{\})?|\{?\\textcopyright\}?(?:\{\})?|\([cC]\)|Copyright\b)"
_YEAR = r"(?:19|20)\d\d"
# A tail goes on for a few short sentences; a year or a house must stand near the sign, for `(c)` also counts a list.
_COPYRIGHT = re.compile(
    rf"""(?:(?:^|(?<=[.!?…)\]"”>\s]))\s*)
    (?:(?:Crown\s+)?{_SIGN}\s*(?:\([cC]\)|©)?\s*(?:Copyright\s*)?(?:{_YEAR}|(?:The\s+)?(?:Author|IEEE|ACM|Elsevier|Springer))
      |(?:Published\s+by|Copyright\s+of)\s+(?:Elsevier|Springer|Wiley|John\s+Wiley|Oxford\s+University\s+Press|SAGE|AIP)
      |{_YEAR}\s+(?:Elsevier|The\s+Authors?|Wiley|Springer|IEEE)\b[^.]{{0,60}}\.?\s*(?:Published\s+by|All\s+rights)
      |This\s+article\s+is\s+protected\s+by\s+copyright
      |All\s+rights\s+(?:are\s+)?reserved
      |This\s+is\s+an\s+open[\s-]access\s+article\s+(?:under|distributed)
      |Published\s+under\s+(?:license|licence|an?\s+exclusive)
    ).{{0,500}}\s*\Z""",
    re.VERBOSE | re.DOTALL,
)
_REACH = 620
"""Characters at the end in which a tail may begin."""

_CUT = re.compile(
    r"(?:…|\.\.\.|&hellip;|\\l?dots(?:\{\})?|[\[(<]\s*(?:\.\.\.|…|truncated|abstract\s+truncated[^\])>]{0,40}|more|cut"
    r"|read\s+more|continues?)\s*[\])>]|\bread\s+more|\bsee\s+more)[\s\"”]*\Z",
    re.IGNORECASE,
)
_CUT_TELLING = ("…", "...", "dots", "]", ")", ">", "more", "hellip;")
# A sentence does not end in such a word, nor in a comma or an open bracket.
_OPEN_WORDS = frozenset(
    """a an the and or of in on at to for from by with as that which than into our their its this these is are was were
    be been can will has have we between such using via about under over when where while whose""".split()
)
_ENDS = ".!?…。．！？»\"”’')]}>|*:;0123456789"
# Widths at which columns of databases cut.
_WIDTHS = frozenset({250, 255, 256, 300, 500, 512, 999, 1000, 1023, 1024, 1500, 1999, 2000, 2047, 2048, 2500, 3000})
_WIDTHS_FROM = 200


def trimmed(raw: str) -> str:
    """The abstract alone, out of what a file prints: without `Abstract:`, copyright lines, or `No abstract`.

    It is one piece of `raw`, so that offsets in it need nothing but the place where it begins.

    >>> trimmed("Abstract: We test. © 2020 Elsevier Ltd. All rights reserved.")
    'We test.'
    """
    text = _without_tail(raw)
    if text[:24].lstrip()[:1] in _FIRST and (prefix := _PREFIX.match(text) or _SHOUTED.match(text)):
        text = text[prefix.end() :]
    if len(text) < 30 and text.strip().rstrip(".").casefold() in _NO_ABSTRACT:
        return ""
    return text


def _without_tail(text: str) -> str:
    end = text[-_REACH:]
    # All tails hold one of these; most abstracts hold none, and are done with.
    if not (
        "©" in end
        or "ight" in end
        or "ublished" in end
        or "access article" in end
        or ("(" in end and ("(c)" in end or "(C)" in end))
        or ("&" in end and ("&copy;" in end or "&#169;" in end))
    ):
        return text
    tail = _COPYRIGHT.search(end)
    if tail is None:
        return text
    left = text[: len(text) - len(end) + tail.start()]
    # An abstract that is nothing but its copyright line is none; a sentence that goes on is no tail.
    return left.rstrip() if not left.strip() or left.rstrip()[-1] in _ENDS else text


def is_truncated(text: str) -> bool:
    """Whether a clean abstract was cut by whoever stored it: its end says so, or is none.

    Not told: an abstract cut behind a full stop. A missing full stop alone is no sign, since many leave it out.

    >>> is_truncated("We study judges and find that the…"), is_truncated("We study judges and find biases")
    (True, False)
    """
    end = text[-80:]
    if not end or len(text) < 20:
        return False
    if end[-1] in ".!?" and not end.endswith(("...", "…")):
        return False
    if any(word in end for word in _CUT_TELLING) and _CUT.search(end):
        return True
    if end[-1] in ",([-–":
        return end[-1] != "-" or end[-2:-1].isalpha()
    if end[-1] in _ENDS:
        return False
    last = end.rpartition(" ")[2]
    return last in _OPEN_WORDS or (len(text) >= _WIDTHS_FROM and len(text) in _WIDTHS)
