r"""What our own renderings write beside a claim, read back: verdict marks, and evidence in footnotes and comments.

    Markdown   **[uncited]**   [^3]: quoted. @key, abstract: “…”; title: “…”.
    LaTeX      \textbf{[uncited]}   % quoted: key, abstract: "…"

The words are those of `writer.rendering.claims`. What does not match to the letter was written by somebody else and is
read as any other text.
"""

from __future__ import annotations

import re
from typing import NamedTuple, get_args

from writer.draft import Evidence, FieldName, Verdict
from writer.manuscript import Cited
from writer.text import clean

_VERDICT = "|".join(get_args(Verdict))
MARK = re.compile(rf"\[(?:{_VERDICT}|fabricated: no entry(?: [^\n]+)?)\]")
"""The words of a mark, with its brackets."""

_WHERE = r"(?P<stray>not cited, )?(?:no quote|no such entry|(?:not found in the )?(?P<field>title|abstract))"
_COMMENT = re.compile(rf"% (?:{_VERDICT}): (?P<key>[^\n]+?), {_WHERE}(?:: \"(?P<quote>[^\n]*)\")?[ \t]*")
_NOTE = re.compile(rf"(?:{_VERDICT})\.(?= |$)")
_SHOWN_KEY = r"(?:@(?P<plain>[^\s,{]+)|@\{(?P<braced>[^{}]+)\}|(?P<fence>`+) ?(?P<code>[^\n]+?) ?(?P=fence)), "
_ITEM = re.compile(
    rf" (?:{_SHOWN_KEY})?{_WHERE}"
    r"(?:: “(?P<quote>[^\n]*?)”(?=\.?$|; (?:@|`|not |no |title|abstract)))?(?:;(?= )|\.?$)"
)
_ESCAPED = re.compile(r"\\([^\w\s]|_)")


class Note(NamedTuple):
    """The evidence shown for a claim, and every key that it is said to cite."""

    evidence: list[Evidence]
    told: list[Cited]


def comment_note(text: str, start: int, end: int) -> Note | None:
    """The evidence that a LaTeX comment at `start` shows, or None."""
    found = _COMMENT.fullmatch(text, start, end)
    if found is None:
        return None
    return _note([(found["key"], found.start("key"), found["stray"], found["field"], found["quote"])])


def footnote_note(line: str, base: int) -> Note | None:
    """The evidence that a Markdown footnote shows, or None; `line` is its text, which starts at `base`."""
    line = line.rstrip()
    head = _NOTE.match(line)
    if head is None:
        return None
    items = []
    key, place, at = "", -1, head.end()
    while at < len(line):
        found = _ITEM.match(line, at)
        if found is None:
            return None
        which = next((name for name in ("plain", "braced", "code") if found[name] is not None), None)
        if which is not None:
            key, place = found[which], base + found.start(which)
        if place < 0:
            return None
        quote = found["quote"]
        items.append((key, place, found["stray"], found["field"], quote and _ESCAPED.sub(r"\1", quote)))
        at = found.end()
    return _note(items)


def _note(items: list[tuple[str, int, str | None, str | None, str | None]]) -> Note:
    evidence, told = [], []
    for key, place, stray, field, quote in items:
        if not stray:
            told.append(Cited(key, place, place + len(key)))
        if quote:
            name: FieldName = "title" if field == "title" else "abstract"
            evidence.append(Evidence(key, clean(quote), field=name))
    return Note(evidence, told)
