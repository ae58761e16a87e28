"""From pieces of a file to sentences that know where they stand.

A reader of a format copies pieces of its file into a `Paragraph` and says where citations stand; this file cleans the
text, cuts it into sentences, gives each citation to its sentence, and keeps for every character the offset it came
from. It knows no format. `Prose` collects what all files of a manuscript yield.

Citations are no part of the text, so their places are held by marks that no text can contain (Unicode's
noncharacters) until the sentences are cut: one for a citation in brackets, which belongs to what stands before it, and
one for a citation that is a word of its sentence (`@a says`), which can open one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from writer.draft import Evidence, Sentence
from writer.entry import Skipped
from writer.manuscript import Cited, Ignore, Loose, Manuscript, Omitted, Passage, Reference
from writer.manuscripts.references import is_title
from writer.text import Span, clean_with_origin, sentences

LONGEST = 50_000
"""Characters of one paragraph. A longer one is read in pieces of this length, and told."""
REFERENCE_LIST = "a list of references"
"""What is left out under a heading that announces one."""
NOTHING = "\ufdd2"
"""Fills what a reader has blanked out of its file without ending the line."""

_BEHIND, _WORD = "\ufdd0", "\ufdd1"
# What `clean` would take for markup, as stand-ins while it runs: the text of a Markdown file is no LaTeX.
_SIGNS = "\\^_$&<`'{}~"
_PROTECT = {ord(sign): chr(0xFDD8 + number) for number, sign in enumerate(_SIGNS)}
_RESTORE = {0xFDD8 + number: sign for number, sign in enumerate(_SIGNS)}
# Neighbouring citations are one place: "[a], [b] and [c]" leaves no ", and" behind. Brackets around nothing but
# citations go with them, as does the sign of a superscript.
_PLACE = re.compile(
    r"(?P<space> ?)\^?(?P<open>[(\[] ?)?(?P<marks>B(?:[ ,;&]{0,3}(?:and )?B)*|W(?:[ ,;&]{0,3}(?:and )?[BW])*)"
    r"(?P<close> ?[)\]])?".replace("B", _BEHIND).replace("W", _WORD)
)
_SEE = re.compile(r"\b(?:see|also|cf|compare|e\.?g|i\.?e|and|for example|pp?|ch|sec|\d+)\b", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")


@dataclass(slots=True)
class _Mark:
    """What stands at one place of a paragraph."""

    cited: list[Cited] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    told: list[Cited] = field(default_factory=list)
    """Keys that the evidence names; citations too where the text does not show them."""
    claim: bool = False


@dataclass
class Prose:
    """All that is read of a manuscript, as it grows."""

    passages: list[Passage] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    ignores: list[Ignore] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    loose: list[Loose] = field(default_factory=list)
    bibliographies: list[str] = field(default_factory=list)
    omitted: list[Omitted] = field(default_factory=list)
    heading: str = ""
    paragraphs: int = 0
    seen: set[Path] = field(default_factory=set)
    """The files read, resolved: each is read once."""
    _lines: dict[str, list[int]] = field(default_factory=dict)

    def skip(self, file: str, offset: int, reason: str) -> None:
        """Tell what is not read, at an offset of a file."""
        self.skipped.append(Skipped(file, self.line(file, offset), reason))

    def line(self, file: str, offset: int) -> int:
        """The line of an offset, counted from 1."""
        starts = self._lines.get(file)
        if starts is None:
            starts = self._lines[file] = [found.end() for found in re.finditer("\n", self.files[file])]
        return bisect_right(starts, offset) + 1

    def cite_loosely(self, file: str, cited: Iterable[Cited], where: str) -> None:
        """Keep citations that stand in no sentence."""
        self.loose += [Loose(one, file, where) for one in cited]

    def omit(self, what: str, file: str, offset: int) -> None:
        """Tell what no sentence holds; a list of references is told once, where it begins."""
        last = self.omitted[-1] if self.omitted else None
        if what != REFERENCE_LIST or last is None or (last.what, last.file) != (what, file):
            self.omitted.append(Omitted(what, file, offset))

    def manuscript(self) -> Manuscript:
        """What was read, frozen."""
        ranks = {name: rank for rank, name in enumerate(self.files)}
        return Manuscript(
            passages=tuple(self.passages),
            files=self.files,
            references=tuple(self.references),
            ignores=tuple(self.ignores),
            skipped=tuple(self.skipped),
            loose=tuple(self.loose),
            bibliographies=tuple(dict.fromkeys(self.bibliographies)),
            # Some pieces are read twice, to see what they are.
            omitted=tuple(sorted(set(self.omitted), key=lambda one: (ranks[one.file], one.offset, one.what))),
        )


class Paragraph:
    """One paragraph of a file in the making. Offsets count in the file."""

    def __init__(self, prose: Prose, file: str) -> None:
        self._prose = prose
        self._file = file
        self._text = prose.files[file]
        self._out: list[str] = []
        self._origin: list[int] = []
        self._marks: dict[int, _Mark] = {}
        self._told = False
        self._spoke = False
        self.children: list[Paragraph] = []
        """Footnotes and captions that stand in it; their sentences follow its own."""

    def copy(self, start: int, end: int) -> None:
        """Text of the file in which LaTeX and HTML are markup."""
        self._copy(self._text[start:end], start)

    def copy_as(self, markup: str, at: int) -> None:
        """Markup that stands for what the file has at `at`."""
        self._out.append(markup)
        self._origin += [at] * len(markup)

    def literal(self, start: int, end: int) -> None:
        """Text of the file that means itself."""
        self._copy(self._text[start:end].translate(_PROTECT), start)

    def put(self, text: str, at: int) -> None:
        """Text that stands for what the file has at `at`, and means itself."""
        if len(self._origin) >= LONGEST:
            self._overflow(at)
        self._out.append(text.translate(_PROTECT))
        self._origin += [at] * len(text)

    def cite(self, cited: list[Cited], at: int, *, word: bool = False) -> None:
        """Citations at a place; `word` where they are words of the sentence. No keys leave a gap for a word."""
        self._mark(_WORD if word else _BEHIND, at).cited += cited

    def note(self, at: int, evidence: Iterable[Evidence] = (), told: Iterable[Cited] = ()) -> None:
        """Say that the sentence before is a claim, with the evidence that was shown for it."""
        mark = self._mark(_BEHIND, at)
        mark.claim = True
        mark.evidence += evidence
        mark.told += told

    @property
    def cited(self) -> list[Cited]:
        """All that is cited in it so far, in order."""
        return [one for mark in self._marks.values() for one in mark.cited]

    def words(self) -> str:
        """Its text without marks, as one line: for headings."""
        return _Cleaned(self).plain()

    def only_cites(self) -> bool:
        """Whether it says nothing but whom to see."""
        return bool(self.cited) and not _LETTER.search(_SEE.sub("", self.words()))

    def finish(self) -> None:
        """Hand its sentences to the manuscript, then those of its children."""
        waiting = [self]
        while waiting:  # notes may stand in notes, deeper than calls may
            paragraph = waiting.pop()
            paragraph._flush()
            self._prose.paragraphs += paragraph._spoke
            waiting += reversed(paragraph.children)
            paragraph.children = []

    def _mark(self, sign: str, at: int) -> _Mark:
        mark = self._marks[len(self._origin)] = _Mark()
        self._out.append(sign)
        self._origin.append(at)
        return mark

    def _copy(self, piece: str, start: int) -> None:
        at = 0
        while len(self._origin) + len(piece) - at > LONGEST:
            room = max(at, at + LONGEST - len(self._origin))
            cut = piece.rfind(" ", at, room) + 1 or room
            self._add(piece[at:cut], start + at)
            at = cut
            self._overflow(start + at)
        self._add(piece[at:], start + at)

    def _add(self, piece: str, start: int) -> None:
        self._out.append(piece)
        self._origin.extend(range(start, start + len(piece)))

    def _overflow(self, at: int) -> None:
        if not self._told:
            self._told = True
            self._prose.skip(self._file, at, f"a paragraph of over {LONGEST:,} characters is read in pieces")
        self._flush()

    def _flush(self) -> None:
        # What a list of references says is no claim; under such a heading only what cites is somebody's prose.
        if self._out and is_title(self._prose.heading) and all(one.key[:1] == "[" for one in self.cited):
            if any(map(_LETTER.search, self._out)):
                self._prose.omit(REFERENCE_LIST, self._file, self._origin[0])
        elif self._out:
            cleaned = _Cleaned(self)
            passages, lost = cleaned.passages(self._file, self._prose.heading, self._prose.paragraphs)
            self._spoke = self._spoke or bool(passages)
            self._prose.passages += passages
            self._prose.cite_loosely(self._file, lost, "no sentence")
        self._out, self._origin, self._marks = [], [], {}


class _Cleaned:
    """A paragraph after cleaning: its text without marks for citations behind it, and what stands where."""

    def __init__(self, paragraph: Paragraph) -> None:
        cleaned = clean_with_origin("".join(paragraph._out))
        self._text = cleaned.text.translate(_RESTORE)
        raw = paragraph._origin
        self._origin = [raw[place] for place in cleaned.origin]
        self._out: list[str] = []
        self._from: list[int] = []
        self._length = 0
        self._standing: list[tuple[int, bool, _Mark]] = []
        """(offset in the new text, whether it is a word of its sentence, the mark), in order."""
        self._remove_marks([mark for _, mark in sorted(paragraph._marks.items())])

    def plain(self) -> str:
        return " ".join("".join(self._out).replace(_WORD, " ").split())

    def passages(self, file: str, heading: str, paragraph: int) -> tuple[list[Passage], list[Cited]]:
        """The sentences, and the citations of a paragraph that has none."""
        text = "".join(self._out)
        # A note stands at the end of a claim whatever the next one begins with.
        ends = sorted({0, len(text), *(place for place, _, mark in self._standing if mark.claim)})
        spans = [
            Span(span.text, start + span.start, start + span.end)
            for start, end in pairwise(ends)
            for span in sentences(text[start:end])
            if _LETTER.search(span.text)
        ]
        if not spans:
            return [], [one for _, _, mark in self._standing for one in (*mark.cited, *mark.told)]
        shares: list[list[tuple[int, _Mark]]] = [[] for _ in spans]
        current = 0
        for place, word, mark in self._standing:
            # A word belongs to the sentence that it opens, any other to the one that it stands behind.
            while current + 1 < len(spans) and spans[current + 1].start < place + word:
                current += 1
            shares[current].append((place, mark))
        made = []
        for span, share in zip(spans, shares, strict=True):
            sentence, origin, cited = _sentence(span.text, span.start, self._from[span.start : span.end], share)
            made.append(Passage(sentence, file, origin, cited, heading, paragraph))
        return made, []

    def _remove_marks(self, marks: list[_Mark]) -> None:
        text, waiting, position = self._text, iter(marks), 0
        for found in _PLACE.finditer(text):
            self._keep(position, found.start())
            position = found.end()
            signs = found["marks"]
            here = [next(waiting) for sign in signs if sign in (_BEHIND, _WORD)]
            word = signs[0] == _WORD
            both = found["open"] and found["close"]
            after = text[position : position + 1] if both or not found["close"] else found["close"][0]
            if found["open"] and not both:
                self._keep(found.start(), found.end("open"))
            elif word or after not in " .,;:!?)]}”’%":
                self._keep(found.start(), found.end("space"))
            if _opens(text, found) and not here[-1].claim:
                # The last one is the subject of what follows, those before it belong to the full stop.
                self._stand(here[:-1], word=False)
                self._put(" ", found.end("marks") - 1)
                here, word = here[-1:], True
            self._stand(here, word=word)
            if word:
                self._put(_WORD, found.end("marks") - 1)
            if found["close"] and not both:
                self._keep(found.start("close"), position)
        self._keep(position, len(text))
        self._stand(list(waiting), word=False)

    def _stand(self, marks: list[_Mark], *, word: bool) -> None:
        self._standing += [(self._length, word, mark) for mark in marks]

    def _put(self, char: str, at: int) -> None:
        self._out.append(char)
        self._from.append(self._origin[at])
        self._length += 1

    def _keep(self, start: int, end: int) -> None:
        self._out.append(self._text[start:end])
        self._from += self._origin[start:end]
        self._length += end - start


def _opens(text: str, found: re.Match[str]) -> bool:
    """Whether a citation behind a full stop is the subject of what follows: `… fact. [3] shows that`."""
    before = text[max(0, found.start() - 1) : found.start()]
    after = text[found.end() : found.end() + 2]
    apart = " " in found["marks"][-2:-1] or (len(found["marks"]) == 1 and found["space"])
    return bool(apart) and before in (".", "!", "?") and after[:1] == " " and after[1:].islower()


def _sentence(
    text: str, base: int, origin: list[int], share: list[tuple[int, _Mark]]
) -> tuple[Sentence, tuple[int, ...], tuple[Cited, ...]]:
    """The sentence of a span that starts at `base`, without its marks for words."""
    places = [min(max(place - base, 0), len(text)) for place, _ in share]
    if _WORD in text:
        text, origin, places = _without_words(text, origin, places)
    cited = [(one, place) for (_, mark), place in zip(share, places, strict=True) for one in mark.cited]
    known = {one.key for one, _ in cited}
    for (_, mark), place in zip(share, places, strict=True):
        for one in mark.told:
            if one.key not in known:
                known.add(one.key)
                cited.append((one, place))
    sentence = Sentence(
        text,
        role="claim" if cited or any(mark.claim for _, mark in share) else "framing",
        citations=tuple(one.key for one, _ in cited),
        evidence=tuple(evidence for _, mark in share for evidence in mark.evidence),
        cited_at=tuple(place for _, place in cited),
    )
    return sentence, (*origin, origin[-1] + 1), tuple(one for one, _ in cited)


def _without_words(text: str, origin: list[int], places: list[int]) -> tuple[str, list[int], list[int]]:
    """The text without the marks, and without the space that each would leave double."""
    keep: list[int] = []
    for place, char in enumerate(text):
        if char == _WORD:
            continue
        if char == " " and (not keep or (text[keep[-1]] == " ")):
            continue
        if char in ".,;:!?)" and place and text[place - 1] == _WORD and keep and text[keep[-1]] == " ":
            keep.pop()
        keep.append(place)
    while text[keep[-1]] == " ":
        keep.pop()
    moved = [bisect_left(keep, place) for place in places]
    return "".join(text[place] for place in keep), [origin[place] for place in keep], moved
