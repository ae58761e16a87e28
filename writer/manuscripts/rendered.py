"""Documents that this project rendered (docx, odt, typst, html), read back through pandoc to the Markdown they were.

A citation style prints numbers or names, and the keys are gone from the text; but each printed citation is a link to
`#ref-KEY`, and the footnote of a claim names its keys with their quotes. From both the citations are restored. What
somebody wrote into the document since stays as it is; a citation typed by hand has no link and no key.
"""

from __future__ import annotations

import re
from pathlib import Path

from writer.errors import UserError
from writer.manuscripts.pandoc import converted

KINDS = {".docx": "docx", ".docm": "docx", ".odt": "odt", ".typst": "typst", ".typ": "typst", ".html": "html",
         ".htm": "html", ".plain-html": "html"}  # fmt: skip
"""What pandoc calls them, by suffix."""
_TO = (
    "markdown-raw_html-native_divs-native_spans-fenced_divs-bracketed_spans-link_attributes-header_attributes-smart"
    "-raw_attribute-citations-tex_math_dollars+footnotes"
)
_LINK = re.compile(r"\]\(#ref-((?:[^()\s]|\([^()\s]*\))+)\)")
_CLUSTER = re.compile(
    r"(?:\\\[|\()(?:[^\[\]()\\“”]*\[[^\[\]]*\]\(#ref-(?:[^()\s]|\([^()\s]*\))+\))+[^\[\]()\\“”]*(?:\\\]|\))"
)
_EMPTIED = re.compile(r"(?:\\\[(?:, |; |–)*\\\]|\((?:, |; )*\))(?P<end>[.!?:;,]*)\[\^(?P<note>\d+)\]")
_NOTE = re.compile(r"^\[\^(?P<number>\d+)\]: [\w-]+\. .*", re.MULTILINE)
_READING = re.compile(
    r"(^\[\^\d+\]: [\w-]+\. |; )[^“”;\n]*?\[[^\[\]\n]*\]\(#ref-((?:[^()\s]|\([^()\s]*\))+)\)(?:\\\]|\))?"
)
_KEYS = re.compile(r"(?:; |\. )@([^\s,]+), ")


def read_back(raw: bytes, path: Path) -> str | None:
    """Our own Markdown of a document, or None where it is not one that this project rendered.

    Raises UserError where pandoc is missing, fails, or takes too long.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None or (kind in ("html", "typst") and b"ref-" not in raw):
        return None
    try:
        text = converted(raw, path, kind, _TO)
    except UserError:
        if kind in ("docx", "odt"):
            return None  # the reader of foreign documents says what is wrong with it
        raise
    return restored(text) if _NOTE.search(text) and _LINK.search(text) else None


def restored(text: str) -> str:
    """The Markdown with links to references turned to citations again, in footnotes and in the text."""
    text = _NOTE.sub(lambda match: _READING.sub(r"\1@\2", match[0]), text)
    notes = {match["number"]: _KEYS.findall(match[0]) for match in _NOTE.finditer(text)}
    text = _EMPTIED.sub(lambda match: _emptied(match, notes), text)
    return _CLUSTER.sub(lambda match: _cite(_LINK.findall(match[0])), text)


def _emptied(match: re.Match[str], notes: dict[str, list[str]]) -> str:
    """A citation of which pandoc's reader kept only the brackets: its footnote knows the keys."""
    keys = notes.get(match["note"])
    return f"{_cite(keys)}{match['end']}[^{match['note']}]" if keys else match[0]


def _cite(keys: list[str]) -> str:
    return f"[{'; '.join(f'@{key}' for key in dict.fromkeys(keys))}]"
