"""What a BibTeX entry takes over from those that it points at: `crossref` to its volume, `xdata` to shared fields.

The rules are biblatex's (manual, appendix B), which gives the title of a volume to its parts as `booktitle`, and not
as their title. What says which work it is (title, authors, abstract, DOI, address) is never taken from a volume.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Fields = list[tuple[str, str]]
Parent = tuple[str, Fields]
"""The type of an entry and its fields."""
Parents = Mapping[str, Parent]

POINTERS = frozenset({"crossref", "xdata"})
_PARTS = frozenset({"inproceedings", "conference", "incollection", "inbook", "suppbook", "inreference"})
_OF_THE_PART = frozenset(
    """title subtitle titleaddon shorttitle sorttitle indextitle indexsorttitle author abstract annotation annote note
    doi url urldate eprint eprinttype archiveprefix primaryclass pages pagetotal keywords file key label ids crossref
    xref xdata options relatedtype related entryset entrysubtype execute presort sortkey shorthand date-added
    date-modified timestamp owner""".split()
)
_RENAMED = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_OF_A_JOURNAL = {"title": "journaltitle", "subtitle": "journalsubtitle"}
_SAME = ({"year", "date"}, {"journal", "journaltitle"})
_DEEPEST = 5
"""Entries on the way from one to what it points at; a ring ends here too."""


def keys_of(value: str | None) -> list[str]:
    """The keys that a pointer names: one, or several between commas."""
    return [key for part in (value or "").split(",") if (key := part.strip())]


def resolved(kind: str, fields: Fields, parents: Parents, deep: int = 0) -> Fields:
    """The fields with those taken over behind them, in place of the pointers; a pointer to nowhere stays."""
    found = list(fields)
    for name, value in fields:
        pointer = name.casefold()
        if pointer not in POINTERS or deep >= _DEEPEST:
            continue
        known = [parents[key] for key in keys_of(value) if key in parents]
        if known:
            found.remove((name, value))
        for parent_kind, own in known:
            given = resolved(parent_kind, own, parents, deep + 1)
            _take(found, given if pointer == "xdata" else _of_a_volume(kind, given))
    return found


def _of_a_volume(kind: str, fields: Sequence[tuple[str, str]]) -> Fields:
    renamed = _RENAMED if kind in _PARTS else _OF_A_JOURNAL if kind in ("article", "suppperiodical") else {}
    own = {name.casefold() for name, _ in fields}
    found = []
    for name, value in fields:
        new = renamed.get(name.casefold())
        if new is not None and new not in own:
            found.append((new, value))
        elif name.casefold() not in _OF_THE_PART:
            found.append((name, value))
    return found


def _take(fields: Fields, given: Sequence[tuple[str, str]]) -> None:
    """Add what the fields do not say yet, under the same name or one that means the same."""
    told = {name.casefold() for name, value in fields if value.strip()}
    for name, value in given:
        alike = next((names for names in _SAME if name.casefold() in names), {name.casefold()})
        if not alike & told:
            fields.append((name, value))
