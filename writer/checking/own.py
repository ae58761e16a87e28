"""Does a clause state the author's own work: `we evaluate`, `our system`, `this paper`, `Table 2 shows`.

What such a clause says nobody else has written, so it is compared with no cited entry and needs no citation. Only the
grammatical subject is looked at. `We note that X` states X, and `our earlier work` is a work like any other: neither is
told as the author's own.
"""

from __future__ import annotations

import re

from writer.checking.clauses import read

_HINT = re.compile(
    r"\b(?:we|ours?|this|present|tab(?:le)?s?|fig(?:ure)?s?|sec(?:tion)?s?|chapters?|append\w+|algorithms?|listings?"
    r"|eqs?)\b|§",
    re.IGNORECASE,
)
_PAPER = r"(?:paper|article|survey|review|manuscript|thesis|dissertation|chapter|section|appendix|report)"
_POINTER = (
    r"(?:Tables?|Tabs?\.|Figures?|Figs?\.|Sections?|Secs?\.|Chapters?|Appendix|Appendices|Algorithms?|Listings?|Eqs?\."
    r"|§)"
)
_OPENING = (
    r"[\s,;:]*(?:(?:and|but|yet|while|whereas|whilst|although|though|so|then|also|finally|here|thus|hence),?\s+)*"
)
_SUBJECT = re.compile(
    rf"{_OPENING}(?:"
    r"(?:we|ours)\b(?!\s+(?:\w+ly\s+)?(?:(?:had|have)\s+)?(?:\w+ly\s+)?(?:notes?|recall|know|remember|remark|stress"
    r"|emphasi[sz]e|mention|see|saw|seen|refer|believe|earlier|once)\b)"
    r"|our\b(?!\s+(?:(?:own|most)\s+)?(?:previous|prior|earlier|preceding|recent|past|companion|former)\b)"
    rf"|(?:this|the\s+present)\s+{_PAPER}\b)",
    re.IGNORECASE,
)
_BEFORE_NOW = re.compile(
    r"\b(?:previously|earlier|recently|once|in (?:our )?(?:previous|prior|earlier|past) (?:work|paper|study))\b",
    re.IGNORECASE,
)
# A reference that TeX would fill in leaves no number: then only a verb of showing, or a bracket, tells a table.
_FIRST_NUMBER = r"\s*(?:\d[\w.]*|[A-Z]\b(?!\.)|[IVX]+\b)"
_SHOWS = r"\s+(?=(?:also\s+)?(?:shows?|lists?|reports?|gives?|presents?|compares?|summari[sz]es?|plots?|depicts?)\b)"
_NOT_THEIRS = r"(?!\s*(?:of|in|by|from)\b)"
_POINTS = re.compile(rf"{_OPENING}{_POINTER}(?:{_FIRST_NUMBER}{_NOT_THEIRS}|{_SHOWS})")
_POINTED_AT = re.compile(rf"{_POINTER}(?:{_FIRST_NUMBER}{_NOT_THEIRS}|{_SHOWS}|\s*\))")
_IN_OURS = re.compile(
    r"\b[Ii]n (?:all )?(?:of )?our (?:own )?(?:experiments?|settings?|stud(?:y|ies)|evaluations?|tests?|analys[ei]s"
    r"|case|data|sample|replications?|reproduction|setup|hands)\b"
)
_COMMA = re.compile(r",\s*")
_LEAD = 160
"""Characters that may stand before the subject: `Following Smith, we`, `In a second run over all pairs, we`."""
POINTER = re.compile(rf"\b{_POINTER}{_FIRST_NUMBER}(?:\s*(?:,|and|to|[-–])\s*\d[\w.]*)*")
"""Where a text points at a table, figure or section, its own or another's: `Fig. 2`, `Tables 2 and 3`."""


def own_work(text: str) -> bool:
    """Whether a clause or sentence tells what its author did, found or shows.

    >>> own_work("Unlike RARR, we do not edit."), own_work("We note that RARR edits."), own_work("RARR edits.")
    (True, False, False)
    """
    if not _HINT.search(text):
        return False
    if _IN_OURS.search(text) or _POINTS.match(text):
        return True
    subject = _subject(text)
    return subject is not None and not _BEFORE_NOW.search(text, max(0, subject - _LEAD), subject + 40)


def points_at_own(text: str) -> bool:
    """Whether a sentence points at a table, figure or section of its own text, as results of one's own do."""
    return _POINTED_AT.search(text) is not None


def _subject(text: str) -> int | None:
    """Where the author stands as the subject: at the beginning, or behind a lead without a verb and its comma."""
    if _SUBJECT.match(text):
        return 0
    verb: int | None = None
    for comma in _COMMA.finditer(text, 0, _LEAD):
        if _SUBJECT.match(text, comma.end()):
            verb = verb if verb is not None else _first_verb(text)
            return comma.end() if verb >= comma.start() else None
    return None


def _first_verb(text: str) -> int:
    words = read(text[: 2 * _LEAD])
    return words.start[words.verbs[0]] if words.verbs else len(text)
