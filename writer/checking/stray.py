"""References that stand in the prose and that no citation carries: identifiers, addresses, bracket numbers, markup.

Authors and years written out are `writer.checking.authors`. What fits exactly one entry of the corpus is named;
nothing is ever cited for the writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from writer.checking.authors import beside
from writer.checking.case import Case
from writer.checking.catalogue import ADDRESS, ARXIV, DOI, Catalogue, catalogue, loosened
from writer.checking.facts import Known
from writer.draft import Problem
from writer.entry import Entry

_SUSPECT = re.compile(r"10\.\d|\d{4}\.\d{5}|arxiv|://|www\.|\[\d|@[A-Za-z]|\\cite", re.IGNORECASE)
_WRITTEN_OUT = re.compile(r"(?<![\w@.+])(?P<open>[\[{(;]\s?-?)?\\?@(?P<key>[A-Za-z][\w:.-]*\w)|\\[a-zA-Z]*cite\w*\*?\{")
_BRACKETED = re.compile(r"\[(?P<items>[1-9]\d{0,2}(?:\s?[,;–-]\s?[1-9]\d{0,2})*)\](?![\w(^])")
# Two numbers in brackets behind one of these are an interval, as are those behind a number, a sign or an operator.
_INTERVAL = re.compile(
    r"(?:\b(?:ci|cis|cri|hdi|iqr|sd|interval|intervals|range|ranges|ranging|between|within|scale|domain|median|mean|from"
    r"|in|over|to|uniform|confidence|scaled|normali[sz]ed|values?|indices|index|bounds?)"
    r"|[=∈≤≥<>×·+*/:%$^\\_~≈]|(?<![\w-])[-−]?\d[\d.,]*%?)\s*$",
    re.IGNORECASE,
)
_MATHS = re.compile(r"(?:[=∈≤≥<>×·+*/$^\\_]\s*|(?<![\w.])[A-Za-z])$")
"""Behind an operator, or against a single letter: `x[3]`, `∈ [2]`."""
_ADDRESS = 200
"""Characters of an address that may stand before the identifier in it."""
_FRAGMENT = re.compile(r"[=∈≤≥<>×·+*/^_$\\]")

Found = tuple[str, tuple[int, int], list[Entry], str]
"""What it is, where, the entries it fits, and the rule."""


def check_stray(case: Case) -> list[Problem]:
    """`stray-reference` for each DOI, arXiv id, address, bracket number or citation mark that no citation carries."""
    text = case.sentence.text
    if not _SUSPECT.search(text):
        return []
    carried: set[str] | None = None
    problems = []
    for what, (start, end), entries, rule in _found(text, case.known):
        if entries:
            if carried is None:
                carried = {entry.key for entry in beside(case)}
            if any(entry.key in carried for entry in entries):
                continue
        problems.append(_problem(case, what, (start, end), entries, rule))
    return problems


def _found(text: str, known: Known) -> Iterator[Found]:
    shelf = catalogue(known)
    done = 0
    # Where an identifier is a part of an address or of another identifier, the whole is told, once.
    for found in sorted((*_identifiers(text, shelf), *_addresses(text, shelf)), key=lambda found: found[1][0]):
        if found[1][0] >= done:
            done = found[1][1]
            yield found
    for match in _BRACKETED.finditer(text):
        if not _is_maths(text, match):
            yield "a bracket number", match.span(), [], ""
    for match in _WRITTEN_OUT.finditer(text):
        key = match["key"]
        entry = known.entry(key) if key else None
        # A bare `@name` is a handle as often as a key.
        if key is None or match["open"] or entry is not None or re.search(r"\d\d", key):
            yield "a citation written out", match.span(), [entry] if entry is not None else [], ""


def _identifiers(text: str, shelf: Catalogue) -> Iterator[Found]:
    """DOIs and arXiv ids; one in an address is told with the whole address as its place."""
    for match in DOI.finditer(text):
        bare = loosened(match[0])
        yield "a DOI", _whole(text, match.start(), match.start() + len(bare)), shelf.doi(bare), ""
    for match in ARXIV.finditer(text):
        found = shelf.arxiv(match["named"] or match["bare"])
        yield "an arXiv id", _whole(text, *match.span()), found, ""


def _addresses(text: str, shelf: Catalogue) -> Iterator[Found]:
    for match in ADDRESS.finditer(text):
        bare = loosened(match[0])
        # Code and data have an address and no entry.
        entries = shelf.address(bare)
        yield "an address", (match.start(), match.start() + len(bare)), entries, "" if entries else "address"


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    before = re.search(r"(?:https?://|www\.)[^\s\"<>()]*$", text[max(0, start - _ADDRESS) : start])
    if before is None:
        return start, end
    rest = re.match(r"[^\s\"<>]*", text[end:])
    return start - len(before[0]), end + len(loosened(rest[0]) if rest else "")


def _is_maths(text: str, match: re.Match[str]) -> bool:
    """Whether brackets hold an interval, an index or a term instead of the numbers of references."""
    before = text[max(0, match.start() - 40) : match.start()]
    if _MATHS.search(before) or _FRAGMENT.match(text[match.end() :].lstrip()[:1]):
        return True
    return len(re.findall(r"\d+", match["items"])) == 2 and _INTERVAL.search(before) is not None


def _problem(case: Case, what: str, span: tuple[int, int], entries: list[Entry], rule: str) -> Problem:
    written = case.sentence.text[slice(*span)]
    if len(entries) == 1:
        key = entries[0].key
        detail = f"{what} stands in the text: {written!r} is the entry {key!r}, which is not cited here"
        return Problem("stray-reference", case.place, detail, suggestion=f"cite {key!r}", span=span, rule=rule)
    detail = f"{what} stands in the text: {written!r}"
    if entries:
        keys = ", ".join(repr(entry.key) for entry in entries[:5])
        detail += ", which several entries have"
        return Problem("stray-reference", case.place, detail, suggestion=f"one of {keys}", span=span, rule=rule)
    if what in ("a DOI", "an arXiv id"):
        detail += " is not in the corpus"
    return Problem("stray-reference", case.place, detail, span=span, rule=rule)
