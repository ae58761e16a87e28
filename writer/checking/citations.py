"""Does the citation exist: unknown keys, keys the drafter never saw, findings without a citation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from writer.checking.case import Case
from writer.checking.catalogue import ADDRESS, ARXIV, DOI, Catalogue, author_place, bare_arxiv, catalogue, years_of
from writer.checking.clauses import read
from writer.checking.facts import Known
from writer.checking.mentions import mentions
from writer.checking.own import POINTER, own_work, points_at_own
from writer.draft import Place, Problem, Sentence
from writer.entry import Entry
from writer.manuscript import Loose
from writer.text.numbers import Number, numbers
from writer.text.words import ascii_fold

_ALIKE = 70
"""Least likeness (0 to 100, normalised Indel similarity) of a key that is suggested. Nothing is ever substituted."""
_SUGGESTED = 3
"""Most entries named in a suggestion."""
_MOST_KEYS = 48
"""For so many unknown keys suggestions are looked for; each costs a comparison with every key of the corpus, and a
manuscript with more of them was given the wrong corpus."""
_LONGEST_KEY = 200
"""A longer key is no slip of the pen; comparing it costs its length times that of every other."""

# A verb of success or failure is a finding unless it is only asked after: "whether panels can improve …".
_FINDING = re.compile(
    r"(?<!\bcan )(?<!\bto )(?<!\bcould )(?<!\bmay )(?<!\bmight )(?<!\bwould )(?<!\bhow )"
    r"\b(?:outperform|surpass|exceed|achiev|improv|increas|decreas|reduc|demonstrat)(?:e|es|ed|s)?\b"
    r"|\b(?:prove[sdn]?|fail(?:s|ed)?)\b|\b(?:show|find|found|reveal|suggest|indicat|confirm|observ)\w*\s+that\b"
    r"|\b(?:better|worse)\s+than\b|\bstate[- ]of[- ]the[- ]art\b",
    re.IGNORECASE,
)
_LOOKED_AT = 20_000
"""Characters of a sentence in which a finding is looked for; a longer one is no sentence but a text in one line."""
_KEY_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_SHORT_YEAR = re.compile(r"(?<=[A-Za-z_:-])(\d\d)(?!\d)")
_KEY_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def check_citations(case: Case) -> list[Problem]:
    """`unknown-key`, `not-shown` and `uncited-claim` for one sentence."""
    sentence, place, group, known = case.sentence, case.place, case.group, case.known
    problems = []
    exists = False
    for key in dict.fromkeys(sentence.citations):
        if known.entry(key) is None:
            problems.append(_unknown(key, place, known))
            continue
        exists = True
        if group.shown and key not in group.shown:
            detail = f"the entry {key!r} exists, but was not among those shown when this was written"
            problems.append(Problem("not-shown", place, detail, key=key))
    # In a manuscript the unknown key is the one thing to mend; a draft is held to citing what exists.
    if not exists and (case.quoted or not sentence.citations) and not _own_finding(case):
        problems.extend(_uncited(sentence, place))
    return problems


def _own_finding(case: Case) -> bool:
    """Whether a sentence of a manuscript tells its author's own work, which nobody else can be cited for."""
    if case.quoted:
        return False
    text = case.sentence.text[:_LOOKED_AT]
    return own_work(text) or points_at_own(text)


def check_loose(loose: Iterable[Loose], known: Known) -> list[Problem]:
    """`unknown-key` for what is cited in no sentence (`\\nocite`, a heading, a caption), each key once."""
    first: dict[str, str] = {}
    for each in loose:
        first.setdefault(each.cited.key, each.where)
    missing = [key for key in first if known.entry(key) is None]
    return [_unknown(key, Place(0), known, f" (cited in: {first[key]})") for key in missing]


def _unknown(key: str, place: Place, known: Known, where: str = "") -> Problem:
    detail = f"the corpus has no entry {key!r}{where}"
    return Problem("unknown-key", place, detail, key=key, suggestion=_nearby(known).suggestion(key))


class _Nearby:
    """What may have been meant by keys that the corpus does not hold, each looked for once."""

    def __init__(self, known: Known) -> None:
        self._shelf = catalogue(known)
        self._keys = {key: key.lower() for key in known.corpus.entries}
        self._suggestions: dict[str, str | None] = {}

    def suggestion(self, key: str) -> str | None:
        """The entries that a key may mean, in words; None where nothing comes near."""
        if key not in self._suggestions:
            if len(self._suggestions) >= _MOST_KEYS:
                return f"none looked for: more than {_MOST_KEYS} keys are unknown; is this the right corpus?"
            self._suggestions[key] = self._look(key)
        return self._suggestions[key]

    def _look(self, key: str) -> str | None:
        same = _by_identifier(key, self._shelf)
        if same:
            return "that is the DOI or arXiv id of " + _listed(entry.key for entry in same)
        meant = _by_author(key, self._shelf) or _by_title(key, self._shelf)
        near = [real for real in self._alike(key) if real not in {entry.key for entry in meant}]
        told = ["nearest keys: " + ", ".join(near)] if near else []
        if meant:
            told.insert(0, "by author, year and title: " + _listed(entry.key for entry in meant))
        return "; ".join(told) or None

    def _alike(self, key: str) -> list[str]:
        from rapidfuzz import fuzz, process

        if len(key) > _LONGEST_KEY:
            return []
        found = process.extract(key.lower(), self._keys, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_SUGGESTED)
        return [str(real) for _, _, real in found]


_found_near: WeakKeyDictionary[Known, _Nearby] = WeakKeyDictionary()


def _nearby(known: Known) -> _Nearby:
    found = _found_near.get(known)
    if found is None:
        found = _found_near[known] = _Nearby(known)
    return found


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(list(keys)[:_SUGGESTED])


def _by_identifier(key: str, shelf: Catalogue) -> list[Entry]:
    """The entries whose DOI or arXiv id was written as the key, with or without a prefix."""
    bare = re.sub(
        r"^(?:https?://(?:dx\.)?doi\.org/|doi:|https?://arxiv\.org/(?:abs|pdf)/)", "", key, flags=re.IGNORECASE
    )
    return shelf.doi(bare) if bare.startswith("10.") else shelf.arxiv(bare_arxiv(bare))


def _by_author(key: str, shelf: Catalogue) -> list[Entry]:
    """The entries by an author whom the key names, of its year or with a word of it in the title, the best first."""
    words, year = _key_parts(key)
    ranked: dict[str, tuple[int, Entry]] = {}
    for place, word in enumerate(words[:_LONGEST_KEY]):
        rest = set(words) - {word}
        for entry in shelf.signed([word]):
            same_year = year is not None and year in years_of(entry)
            score = 2 * same_year + sum(entry.key in shelf.with_title_word(other) for other in rest if len(other) > 3)
            if score:
                score = 2 * score + (place == 0) + (author_place(entry, word) == 0)
                ranked[entry.key] = max(ranked.get(entry.key, (0, entry)), (score, entry), key=lambda pair: pair[0])
    best = sorted(ranked.values(), key=lambda pair: -pair[0])
    return [entry for _, entry in best[:_SUGGESTED]]


def _by_title(key: str, shelf: Catalogue) -> list[Entry]:
    """The entries that have every telling word of the key, two at least, in the title."""
    words = {word for word in _key_parts(key)[0] if len(word) > 3}
    if len(words) < 2:
        return []
    first, *rest = (shelf.with_title_word(word) for word in sorted(words))
    return [entry for key, entry in first.items() if all(key in found for found in rest)]


def _key_parts(key: str) -> tuple[list[str], int | None]:
    """The words of a key in small letters, and its year: `Smith-etal:20reasons` gives smith, etal, reasons and 2020."""
    year = _KEY_YEAR.search(key)
    short = None if year else _SHORT_YEAR.search(key)
    words = [word.lower() for word in _KEY_WORD.findall(ascii_fold(key[:_LONGEST_KEY]))]
    if year:
        return words, int(year[1])
    # Keys of two digits are of this century up to 2049.
    return words, (int(short[1]) + (2000 if int(short[1]) < 50 else 1900) if short else None)


def _uncited(sentence: Sentence, place: Place) -> list[Problem]:
    if sentence.role == "claim":
        detail = "a claim without a citation of the corpus"
        return [Problem("uncited-claim", place, detail, suggestion="cite the entry that says so, or drop the claim")]
    text = sentence.text[:_LOOKED_AT]
    finding = _FINDING.search(text)
    figures = [number for number in numbers(text) if not number.spelled] if finding is None else []
    named = _references(text) if figures else []
    told = [one for one in figures if not any(a <= one.start < b for a, b in named)]
    figure = next((one for one in told if _measures(one, text)), None)
    if finding is None and figure is None:
        return []
    span = finding.span() if finding is not None else (figure.start, figure.end) if figure is not None else (0, 0)
    detail = f"a connecting sentence states a finding ({sentence.text[slice(*span)]!r}) without a citation"
    return [Problem("uncited-claim", place, detail, span=span)]


def _measures(number: Number, text: str) -> bool:
    """Whether a number may be a result: a bare count is one only where something is stated (`Best of 5 runs`)."""
    return bool(number.unit) or not number.value.isdecimal() or bool(read(text).verbs)


def _references(text: str) -> list[tuple[int, int]]:
    """Where a text names works or their parts: an identifier, `Fig. 2`, and the year behind a name state nothing."""
    found = [match.span() for pattern in (DOI, ARXIV, ADDRESS, POINTER) for match in pattern.finditer(text)]
    return found + [(mention.start, mention.end) for mention in mentions(text)]
