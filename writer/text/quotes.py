"""Finding a quote in a text: verbatim, after folding of spaces, quotation marks, dashes and letter case.

Nothing else is forgiven. A quote with one changed word or digit is not found.
"""

from __future__ import annotations

import re
import unicodedata

from writer.text.clean import clean

_FOLD = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "\u00a0": " ", "\u202f": " ",
        "\u2009": " ", "\u200b": "", "\u00ad": "",
    }
)  # fmt: skip
_RAISED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.\.\.|…)\s*\]|\(\s*(?:\.\.\.|…)\s*\)|\.\.\.|…)\s*")


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text and the offset of each of its characters; runs of spaces become one."""
    out: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(text):
        # An exponent is no digit beside the others: `10⁵` does not say `105`.
        plain = char if char in _RAISED else unicodedata.normalize("NFKC", char.translate(_FOLD)).casefold()
        for folded in plain:
            if folded.isspace():
                if out and out[-1] == " ":
                    continue
                folded = " "
            out.append(folded)
            origin.append(place)
    return "".join(out), origin


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    """The span of `text` that says `quote`, or None. Words are never cut in half.

    >>> find_quote("It reaches 90% on “MMLU”.", '90%  on "mmlu"')
    (11, 23)
    >>> find_quote("It reaches 90% on MMLU.", "0% on MMLU") is None
    True
    """
    hay, origin = _folded(text)
    needle = _folded(clean(quote))[0].strip()
    # Marks around a quote belong to the one who quotes.
    needle = needle.strip("\"' ") if needle.strip("\"' ") else ""
    if not needle:
        return None
    at = hay.find(needle)
    while at >= 0:
        end = at + len(needle)
        cut_before = at > 0 and hay[at - 1].isalnum() and needle[0].isalnum()
        cut_after = end < len(hay) and hay[end].isalnum() and needle[-1].isalnum()
        # `3.5` does not say `5`, and `3` is not said by `3.5`.
        inside_number = (needle[0].isdigit() and re.search(r"\d[.,]$", hay[:at]) is not None) or (
            needle[-1].isdigit() and re.match(r"[.,]\d", hay[end:]) is not None
        )
        if not (cut_before or cut_after or inside_number):
            return origin[at], origin[end - 1] + 1
        at = hay.find(needle, at + 1)
    return None


def pieces(quote: str) -> list[str]:
    """The parts of a quote between its ellipses; each must be verbatim for itself.

    >>> pieces("We train … and test [...] models.")
    ['We train', 'and test', 'models.']
    """
    return [piece for piece in _ELLIPSIS.split(quote.strip()) if piece.strip(" .,;\"'")]
