"""The reference list of a plain text: which entry of the corpus each of its items is.

An item is an entry where it gives the entry's DOI or arXiv id, or its whole title; never because it looks like one.
What is not matched keeps its label, and every match is listed, so that a reader can see what was taken for what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from writer.checking.catalogue import ARXIV, DOI, Catalogue, author_place, loosened, wrote, years_of
from writer.draft import Place, Problem
from writer.entry import Corpus, Entry
from writer.manuscript import Cited, Manuscript, Passage, Reference
from writer.text import find_quote, fold

_TITLE_WORDS = 4
"""A shorter title is found within others; author and year must agree with it."""
_YEARS_APART = 1
"""Between the year of a preprint and of its publication, where the title alone tells."""
_YEAR = re.compile(r"(?<![\d.:/-])(?:1[5-9]|20)\d\d(?=[a-z]?(?![\w/-]))")
_SHOWN = 160
"""Characters of a reference that a problem tells."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A reference and the entry it is: the entry's key and what tells so; None and why where it is none."""

    reference: Reference
    key: str | None
    because: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A manuscript whose labels are citation keys where that is sure, and every item of its reference list."""

    manuscript: Manuscript
    matches: tuple[Matched, ...] = ()


def resolve(manuscript: Manuscript, corpus: Corpus) -> Resolved:
    """Put the key of its entry in the place of each label that the reference list explains.

    Passages, places and offsets stay as they are. A manuscript without a reference list comes back unchanged.
    """
    if not manuscript.references:
        return Resolved(manuscript)
    shelf = Catalogue(corpus)
    matches = tuple(_matched(reference, shelf) for reference in manuscript.references)
    keys: dict[str, str | None] = {}
    for match in matches:
        # A label that stands twice in the list means its first item.
        keys.setdefault(_bare(match.reference.label), match.key)
    passages = tuple(_resolved(passage, keys) for passage in manuscript.passages)
    loose = tuple(replace(each, cited=_renamed(each.cited, keys)) for each in manuscript.loose)
    return Resolved(replace(manuscript, passages=passages, loose=loose), matches)


def explained(problems: Iterable[Problem], matches: Sequence[Matched]) -> list[Problem]:
    """The problems, with the text of the reference told where a label is an unknown key, and works listed twice."""
    items: dict[str, Matched] = {}
    for match in matches:
        items.setdefault(_bare(match.reference.label), match)
    found = []
    for problem in problems:
        item = items.get(_bare(problem.key or "")) if problem.kind == "unknown-key" else None
        if item is not None:
            detail = f"the corpus has no entry for {problem.key!r}, “{_shown(item.reference)}”: {item.because}"
            problem = replace(problem, detail=detail, suggestion=None)
        found.append(problem)
    return found + list(_listed_twice(matches))


def _listed_twice(matches: Sequence[Matched]) -> Iterable[Problem]:
    first: dict[str, str] = {}
    for match in matches:
        if match.key is not None and first.setdefault(match.key, match.reference.label) != match.reference.label:
            detail = f"the list has {match.key!r} twice, as {first[match.key]} and as {match.reference.label}"
            yield Problem("duplicate-key", Place(0), detail, key=match.key)


def _resolved(passage: Passage, keys: dict[str, str | None]) -> Passage:
    citations = tuple(keys.get(_bare(key)) or key for key in passage.sentence.citations)
    if citations == passage.sentence.citations:
        return passage
    cited = tuple(_renamed(each, keys) for each in passage.cited)
    return replace(passage, sentence=replace(passage.sentence, citations=citations), cited=cited)


def _renamed(cited: Cited, keys: dict[str, str | None]) -> Cited:
    return Cited(keys.get(_bare(cited.key)) or cited.key, cited.start, cited.end)


def _bare(label: str) -> str:
    return label.strip().strip("[]").strip()


def _matched(reference: Reference, shelf: Catalogue) -> Matched:
    text = " ".join(reference.text.split())
    for what, found in _identified(text, shelf):
        if len(found) == 1:
            return Matched(reference, found[0].key, f"the same {what}")
    found = _titled(text, shelf)
    if len(found) > 1:
        keys = ", ".join(repr(entry.key) for entry in found[:5])
        return Matched(reference, None, f"several entries have its title ({keys})")
    if found:
        return Matched(reference, found[0].key, "the same title")
    return Matched(reference, None, "no DOI, arXiv id or title of the corpus stands in it")


def _identified(text: str, shelf: Catalogue) -> Iterable[tuple[str, list[Entry]]]:
    for match in DOI.finditer(text):
        yield "DOI", shelf.doi(loosened(match[0]))
    for match in ARXIV.finditer(text):
        yield "arXiv id", shelf.arxiv(match["named"] or match["bare"])


def _titled(text: str, shelf: Catalogue) -> list[Entry]:
    """The entries whose whole title the reference gives and nothing in it contradicts, of the longest such title."""
    padded = f" {fold(text)} "
    found: list[Entry] = []
    longest = ""
    for title, entry in shelf.titles:
        if found and title != longest:
            break
        if f" {title} " in padded and _agrees(entry, title, text, padded):
            longest = title
            found.append(entry)
    return found


def _agrees(entry: Entry, title: str, text: str, padded: str) -> bool:
    """Whether a title that stands in a reference is the reference's own.

    With the first author's name and the year it is. Without one of them it must be long, stand between full stops,
    commas or quotation marks, and be contradicted by neither.
    """
    years = {int(year) for year in _YEAR.findall(text)}
    known = years_of(entry)
    signed = bool(entry.authors) and _names(entry, padded)
    dated = not years.isdisjoint(known)
    if signed and dated:
        return len(title.split()) >= _TITLE_WORDS or _apart(entry, text)
    if (entry.authors and not signed) or len(title.split()) < _TITLE_WORDS or not _apart(entry, text):
        return False
    return not (years and known) or any(abs(a - b) <= _YEARS_APART for a in years for b in known)


def _names(entry: Entry, padded: str) -> bool:
    """Whether the first author's family name stands in a folded reference."""
    words = padded.split()
    longest = len(entry.authors[0].family.split()) + 2
    runs = (" ".join(words[at : at + size]) for size in range(1, longest + 1) for at in range(len(words)))
    return any(wrote(entry, run) and author_place(entry, run) == 0 for run in runs)


def _apart(entry: Entry, text: str) -> bool:
    """Whether the title stands by itself: a longer title that begins or ends with it is another work's."""
    span = find_quote(text, entry.title)
    if span is None:
        return False
    before, after = text[: span[0]].rstrip(), text[span[1] :].lstrip()
    begins = not before or before[-1] in ".,:;\"“”‘’'`()]"
    return begins and (not after or after[0] in ".,;?!\"“”‘’'([" or entry.title.rstrip()[-1] in ".?!")


def _shown(reference: Reference) -> str:
    text = " ".join(reference.text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
