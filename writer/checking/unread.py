"""What of a manuscript was not read as it was meant: files that are not there, comments that silence nothing, no keys.

None of it is about a sentence, so that each stands at a line of a file. A manuscript that cites by name alone is read,
but no claim of it can be held to what it cites: that is told once, instead of at each of its sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from writer.checking.kinds import KINDS, LEVELS, nearest
from writer.checking.mentions import mentions
from writer.draft import Place, Problem
from writer.manuscript import Ignore, Manuscript

_WHOLE = Place(0)
_BIBLIOGRAPHY = "the bibliography "
"""What readers of manuscripts begin with where a `.bib` file could not be taken; a corpus that was named stands in."""


class Unread(NamedTuple):
    """A problem and the line of the file at which it stands, counted from 1."""

    file: str
    line: int
    problem: Problem


def unread(manuscript: Manuscript) -> list[Unread]:
    """`unread` for each thing that a manuscript asks for and does not get."""
    found = [Unread(skipped.file, skipped.line, _skipped(skipped.reason)) for skipped in manuscript.skipped]
    found += [Unread(each.file, each.at or each.line, told) for each in manuscript.ignores for told in _silent(each)]
    if by_name_alone(manuscript):
        found.append(Unread(next(iter(manuscript.files), ""), 1, _without_keys()))
    return found


def cites(manuscript: Manuscript) -> bool:
    """Whether anything at all is cited by a key or a number."""
    return bool(manuscript.loose) or any(passage.sentence.citations for passage in manuscript.passages)


def by_name_alone(manuscript: Manuscript) -> bool:
    """Whether works are named by author and year, and none is cited by a key or a number."""
    return not cites(manuscript) and any(mentions(passage.sentence.text) for passage in manuscript.passages)


def _skipped(reason: str) -> Problem:
    rule = "unread-bibliography" if reason.startswith(_BIBLIOGRAPHY) else "unread"
    return Problem("unread", _WHOLE, reason, rule=rule)


def _silent(comment: Ignore) -> Iterator[Problem]:
    """A comment's words that are no kind: likely slips of the pen, or all of them where none is one."""
    wrong = [kind for kind in comment.kinds if kind not in KINDS and kind not in LEVELS]
    meant = {kind: nearest(kind, (*KINDS, *LEVELS)) for kind in wrong}
    alone = len(wrong) == len(comment.kinds)
    told = [kind for kind in wrong if meant[kind]] or wrong[: 1 if alone else 0]
    for kind in told:
        detail = f"the comment silences {kind!r}, and there is no such kind of problem"
        hint = f"did you mean {meant[kind]!r}?" if meant[kind] else "a comment without kinds silences all of them"
        yield Problem("unread", _WHOLE, detail, suggestion=hint, rule="unread-comment")


def _without_keys() -> Problem:
    return Problem(
        "unread",
        _WHOLE,
        "no citation key and no numbered reference is found: works are cited by name alone, so no claim can be held to"
        " the entry it cites",
        suggestion="check the file that has the keys (.md, .tex, a document with the citation fields of Zotero and the"
        " like), or write them in as [@key]; what the names lead to is told as stray-reference",
        rule="no-keys",
    )
