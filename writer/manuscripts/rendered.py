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
_CITED = r"(?:\\\[|\()(?:[^\[\]()\\“”]*\[[^\[\]]*\]\(#ref-(?:[^()\s]|\([^()\s]*\))+\))+[^\[\]()\\“”]*(?:\\\]|\))"
_EMPTIED = r"\\\[(?:, |; |–)*\\\]|\((?:, |; )*\)"
# A citation, and the footnote of its claim: between them stand the full stop and the marks of a doubtful claim.
_CLUSTER = re.compile(
    rf"(?P<cited>{_CITED}|(?P<emptied>{_EMPTIED}))(?P<between>[.!?:;,]*(?: ?\*\*\\\[[^\n]*?\\\]\*\*)*)"
    r"(?:\[\^(?P<note>\d+)\])?"
)
_NOTE = re.compile(r"^\[\^(?P<number>\d+)\]: [\w-]+\. .*", re.MULTILINE)
_READING = re.compile(
    r"(^\[\^\d+\]: [\w-]+\. |; )[^“”;\n]*?\[[^\[\]\n]*\]\(#ref-((?:[^()\s]|\([^()\s]*\))+)\)(?:\\\]|\))?"
)
_TITLE = {
    "odt": re.compile(r"(?!#)(?P<title>(?:(?!\[\^|\(#)[^\n])+)(?<!\.)(?=\n\n)"),
    "typst": re.compile(r"\*\*(?P<title>[^\n]+)\*\*(?=\n\n)"),
}
_NO_TITLE = re.compile(r"(?!)(?P<title>)")
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
    return restored(_titled(text, kind)) if _NOTE.search(text) and _LINK.search(text) else None


def _titled(text: str, kind: str) -> str:
    """The text with its title as a heading: odt and typst have it as a first paragraph, which is no sentence."""
    found = _TITLE.get(kind, _NO_TITLE).match(text)
    return f"# {found['title']}{text[found.end() :]}" if found else text


def restored(text: str) -> str:
    """The Markdown with links to references turned to citations again, in footnotes and in the text."""
    text = _NOTE.sub(lambda match: _READING.sub(r"\1@\2", match[0]), text)
    notes = {match["number"]: _KEYS.findall(match[0]) for match in _NOTE.finditer(text)}
    return _CLUSTER.sub(lambda match: _restored(match, notes), text)


def _restored(match: re.Match[str], notes: dict[str, list[str]]) -> str:
    """A citation under its keys, in the order of its footnote: a style may have sorted them."""
    told = notes.get(match["note"] or "", [])
    keys = list(dict.fromkeys(_LINK.findall(match["cited"])))
    if match["emptied"] is not None or set(keys) == set(told):
        # Of some citations pandoc's reader keeps only the brackets: then the footnote alone knows the keys.
        keys = list(dict.fromkeys(told))
    if not keys:
        return match[0]
    note = f"[^{match['note']}]" if match["note"] else ""
    between = match["between"].replace("\\[", "[").replace("\\]", "]")
    return f"[{'; '.join(f'@{key}' for key in keys)}]{between}{note}"
