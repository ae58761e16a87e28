"""Word and OpenDocument files, through pandoc: to Markdown, in which citation fields of Zotero and others survive.

Offsets, lines and columns then count in what pandoc wrote, not in the document. Where it finds no citation field, the
text is taken as plain text, so that `[1]` and a list at the end are read.
"""

from __future__ import annotations

import re
from pathlib import Path

from writer.manuscripts.pandoc import converted, run, text_of

_KINDS = {".docx": "docx", ".docm": "docx", ".odt": "odt"}
_ZIP = b"PK\x03\x04"
_CITES = re.compile(r"(?<![\w\\])@[\w{]")


def recognises(raw: bytes, path: Path) -> bool:
    """Whether a file is such a document, by its suffix or by its first bytes."""
    return path.suffix.lower() in _KINDS or raw.startswith(_ZIP)


def convert(raw: bytes, path: Path) -> tuple[str, str]:
    """The document as text, and the suffix of the format that it then has (`.md` or `.txt`).

    Raises UserError where pandoc is missing, refuses the document, or takes longer than a minute.
    """
    kind = _KINDS.get(path.suffix.lower()) or ("odt" if b"opendocument.text" in raw[:200] else "docx")
    if kind == "docx":
        done = run(raw, path, "docx+citations", "markdown")
        # Pandoc knows citation fields since 2.18; an older one says that it does not.
        if done.returncode == 0 and _CITES.search(text := text_of(done, path)):
            return text, ".md"
        if done.returncode != 0 and b"citations" not in done.stderr:
            return text_of(done, path), ".md"
    return converted(raw, path, kind, "plain"), ".txt"
