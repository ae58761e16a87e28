r"""Word and OpenDocument files, through pandoc: to Markdown, in which citation fields of Zotero and others survive.

So do citations that were typed (`[@a; @b, p. 3]` in a document made from Markdown without citeproc), which pandoc
escapes as ordinary text. Offsets, lines and columns then count in what pandoc wrote, not in the document. Where there
is no citation of either kind, the text is taken as plain text, so that `[1]` and a list at the end are read.
"""

from __future__ import annotations

import re
from pathlib import Path

from writer.manuscripts.pandoc import converted, run, text_of

_KINDS = {".docx": "docx", ".docm": "docx", ".odt": "odt"}
_ZIP = b"PK\x03\x04"
_CITES = re.compile(r"(?<![\w\\])@[\w{]")
# Behind the bracket a few words may stand (`[see also @a]`); of an address (`[a@b.org]`) the sign follows a letter.
_TYPED = re.compile(r"\\\[(?=(?:[^\[\]\n@]{0,80}[^\w\[\]\n@])??@[\w{])(?P<body>[^\[\]\n]+)\\\]")
_BARE = re.compile(r"\\@(?P<key>\w+(?:(?:\\?[:.#$%&\-+?<>~/_])\w+)*)")
_ESCAPE = re.compile(r"\\([^\w\s]|_)")


def recognises(raw: bytes, path: Path) -> bool:
    """Whether a file is such a document, by its suffix or by its first bytes."""
    return path.suffix.lower() in _KINDS or raw.startswith(_ZIP)


def convert(raw: bytes, path: Path) -> tuple[str, str]:
    """The document as text, and the suffix of the format that it then has (`.md` or `.txt`).

    Raises UserError where pandoc is missing, refuses the document, or takes longer than a minute.
    """
    kind = _KINDS.get(path.suffix.lower()) or ("odt" if b"opendocument.text" in raw[:200] else "docx")
    text = typed(_markdown(raw, path, kind))
    if _CITES.search(text):
        return text, ".md"
    return converted(raw, path, kind, "plain"), ".txt"


def _markdown(raw: bytes, path: Path, kind: str) -> str:
    if kind == "docx":
        done = run(raw, path, "docx+citations", "markdown")
        # Pandoc knows citation fields since 2.18; an older one says that it does not.
        if done.returncode == 0 or b"citations" not in done.stderr:
            return text_of(done, path)
    return converted(raw, path, kind, "markdown")


def typed(text: str) -> str:
    r"""Pandoc's Markdown with the citations that were typed into the document turned to citations again.

    A sign alone (`\@a says`) is one too, but only in a text that has citations in brackets: elsewhere it is the name
    that somebody goes by.

        >>> typed(r"So \[see @a; \@b\_2\], and \@c. But \[a@b.org\].")
        'So [see @a; @b_2], and @c. But \\[a@b.org\\].'
        >>> typed(r"Ask \@somebody.")
        'Ask \\@somebody.'
    """
    told, count = _TYPED.subn(lambda match: f"[{_plain(match['body'])}]", text)
    return _BARE.sub(lambda match: f"@{_plain(match['key'])}", told) if count else text


def _plain(piece: str) -> str:
    return _ESCAPE.sub(r"\1", piece)
