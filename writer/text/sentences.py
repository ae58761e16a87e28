"""Where sentences of scientific English begin and end.

Rules, not a model: a full stop, question or exclamation mark ends a sentence when what follows looks like a
beginning and what precedes is not an abbreviation, an initial or an open bracket. Offsets are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ABBREVIATIONS = frozenset(
    """e.g i.e et al vs v.s cf etc fig figs eq eqs sec secs no nos dr mr mrs ms prof st approx w.r.t resp u.s u.k
    u.n ca viz ed eds vol pp ch inc ltd co jr sr ph.d m.sc b.sc a.k.a dept est""".split()
)
# Abbreviations after which a sentence may well begin: they end one when a capital follows.
_MAY_END = frozenset("etc al u.s u.k u.n inc ltd co jr sr".split())
# Possessive, and only from where a run begins: a line of ten thousand dots is looked at once. The look back stands
# behind the first mark, so that the search jumps from mark to mark.
_END = re.compile(r"[.!?…](?<![.!?…][.!?…])[.!?…]*+[)\]”’\"']*+(?=\s|$)")
_LAST_WORD = re.compile(r"[\w.]*$")
_SPACE = re.compile(r"\s*")
_LONGEST_WORD = 60
"""Characters. What is longer is no abbreviation and no name."""
_BEGIN = re.compile(r"[“‘\"'(\[]*[A-Z0-9À-ÖØ-ÞΑ-Ω\W]")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: `text == whole[start:end]`."""

    text: str
    start: int
    end: int


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order, without the spaces between them.

    >>> [span.text for span in sentences("We test e.g. GPT-3.5. It fails (see Fig. 2). Why?")]
    ['We test e.g. GPT-3.5.', 'It fails (see Fig. 2).', 'Why?']
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if end < start or not _ends_here(text, start, match):
            continue
        _append(text, start, end, spans)
        start = end
    _append(text, start, len(text), spans)
    return spans


def _ends_here(text: str, start: int, match: re.Match[str]) -> bool:
    # Only what stands next is looked at, and never the whole rest: a long text would be read once for each full stop.
    rest = _next_word(text, match.end())
    if rest and not ("A" <= rest[0] <= "Z" or _BEGIN.match(rest)):
        # `iPhone` and friends may open a sentence in lower case, but a lower-case word seldom does.
        return bool(re.match(r"[a-z]+[A-Z]", rest))
    if match[0].startswith("."):
        # A word holds no space, so the pattern need not look before the last one.
        last = text[max(start, match.start() - _LONGEST_WORD) : match.start()].rpartition(" ")[2]
        before = _LAST_WORD.search(last)
        word = (before[0] if before else "").strip(".").lower()
        if word in _ABBREVIATIONS and not (word in _MAY_END and rest[:1].isupper()):
            return False
        # A single capital is an initial ("A. Smith"), unless it is the pronoun or ends the text.
        if rest and len(word) == 1 and word.isalpha() and word != "i" and text[match.start() - 1].isupper():
            return False
    return not _inside_brackets(text, start, match)


def _next_word(text: str, start: int) -> str:
    """What follows the white space at `start`, as far as the longest word."""
    if text[start : start + 1] != " " or text[start + 1 : start + 2].isspace():  # mostly one space, and no more
        found = _SPACE.match(text, start)
        start = found.end() if found else start
    else:
        start += 1
    return text[start : start + _LONGEST_WORD]


def _inside_brackets(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a bracket opened in this sentence is still open and closes soon."""
    opened = text.count("(", start, match.end())
    if not opened or opened <= text.count(")", start, match.end()):
        return False
    close = text.find(")", match.end())
    return 0 <= close - match.end() <= 200


def _append(text: str, start: int, end: int, spans: list[Span]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append(Span(text[start:end], start, end))
