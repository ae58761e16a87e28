"""Words that a sentence mentions and does not say: those in quotation marks, titles of what it cites, addresses."""

from __future__ import annotations

import re
from functools import lru_cache

from writer.checking.case import Case
from writer.checking.mentions import mentions
from writer.draft import Problem
from writer.text import STOP_WORDS

Spans = tuple[tuple[int, int], ...]

_QUOTED = re.compile(r"“[^“”]*”?|\"[^\"]*\"|‘[^‘’]*’(?!\w)|«[^«»]*»|(?<![\w’'])'[^']*'(?!\w)")
_SIGNS = frozenset("“\"‘«'")
_ADDRESS = re.compile(
    r"\b10\.\d{4,9}/\S+|\barxiv:?\s?(?:[a-z-]+/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?|\bhttps?://\S+|\bPM(?:C|ID:?)\s?\d+",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")


def said_itself(case: Case, problems: list[Problem]) -> list[Problem]:
    """The problems whose words the sentence says itself; each span once."""
    if not problems:
        return problems
    text = case.sentence.text
    spans = quoted(text) + tuple(span for entry in case.entries for span in _title(text, entry.title))
    found: dict[tuple[int, int] | None, Problem] = {}
    for problem in problems:
        if problem.span is None or not within(problem.span[0], problem.span[0], spans):
            found.setdefault(problem.span, problem)
    return list(found.values())


def within(start: int, end: int, spans: Spans) -> bool:
    """Whether a place lies inside one of these."""
    return any(first <= start and end <= last for first, last in spans)


@lru_cache(maxsize=1 << 12)
def quoted(text: str) -> Spans:
    """What stands in quotation marks, the marks included."""
    if _SIGNS.isdisjoint(text):
        return ()
    return tuple(match.span() for match in _QUOTED.finditer(text))


@lru_cache(maxsize=1 << 12)
def named_as_titles(text: str) -> Spans:
    """What stands in quotation marks with most words in capitals, as titles do."""
    return tuple((start, end) for start, end in quoted(text) if _capitalised(text[start:end]))


def _capitalised(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if word.lower() not in STOP_WORDS]
    return len(words) > 1 and 2 * sum(word[0].isupper() for word in words) > len(words)


@lru_cache(maxsize=1 << 12)
def addresses(text: str) -> Spans:
    """DOIs, arXiv numbers, links, and authors with their years: what they count is not what is found."""
    found = [match.span() for match in _ADDRESS.finditer(text)]
    if _YEAR.search(text):
        found += [(mention.start, mention.end) for mention in mentions(text)]
    return tuple(found)


def _title(text: str, title: str) -> Spans:
    """Where a text names a work by its title, or by the part before the colon."""
    for name in (title, title.partition(": ")[0]):
        start = text.find(name) if " " in name else -1
        if start >= 0:
            return ((start, start + len(name)),)
    return ()
