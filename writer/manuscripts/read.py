"""From paths to a manuscript: which reader takes a file, told by its suffix, else by its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from writer.errors import UserError
from writer.manuscript import Manuscript
from writer.manuscripts import docx, markdown, plain, rendered, tex
from writer.manuscripts.prose import REFERENCE_LIST, Prose
from writer.manuscripts.source import decode, read_bytes


class Format(NamedTuple):
    """A kind of text: its suffixes, what tells it where the suffix does not, and who reads it."""

    suffixes: tuple[str, ...]
    looks: re.Pattern[str]
    read: Callable[[str, Path, Prose], None]
    """Takes the name of a file that `Prose.files` already holds, the main file's path, and what to add to."""


FORMATS = (
    Format((".tex", ".ltx", ".latex"), tex.LOOKS, tex.read),
    Format((".md", ".markdown", ".mkd", ".qmd", ".rmd", ".mdown"), markdown.LOOKS, markdown.read),
    Format((".txt", ".text"), plain.LOOKS, plain.read),
)
"""In the order in which a text of another suffix is tried; the last takes everything."""


def read_manuscript(paths: Sequence[str | Path]) -> Manuscript:
    """Read the files of a manuscript, in this order, with what their LaTeX inputs bring in; each file once.

    What cannot be read on the way (an input outside the tree, a cycle, an unclosed environment) is told in `skipped`.
    Raises UserError, with file and line where there is one, for a named file that is missing, a directory, too large,
    not UTF-8 text, or a document that pandoc is needed for and cannot convert.
    """
    prose = Prose()
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    if not listed:
        raise UserError("no manuscript was named", hint="name a .md, .tex, .txt, .docx or .odt file")
    for path in map(Path, listed):
        _read(path, prose)
    return prose.manuscript()


def read_text(text: str, name: str, prose: Prose, path: Path) -> None:
    """Read a text that is already there, as the format that its name or its content tells."""
    prose.files[name] = text
    prose.heading = ""
    _format(path.suffix.lower(), text).read(name, path, prose)


def _read(path: Path, prose: Prose) -> None:
    raw = read_bytes(path)
    resolved = path.resolve()
    if resolved in prose.seen:
        return
    prose.seen.add(resolved)
    if (own := rendered.read_back(raw, path)) is not None:
        prose.files[str(path)] = own
        prose.heading = ""
        markdown.read(str(path), path, prose)
        # Its list of references was printed by a citation style, and will be again.
        prose.omitted = [one for one in prose.omitted if (one.what, one.file) != (REFERENCE_LIST, str(path))]
        return
    if docx.recognises(raw, path):
        text, suffix = docx.convert(raw, path)
        prose.files[str(path)] = text
        prose.heading = ""
        _format(suffix, text).read(str(path), path, prose)
        return
    read_text(decode(raw, str(path)), str(path), prose, path)


def _format(suffix: str, text: str) -> Format:
    named = next((one for one in FORMATS if suffix in one.suffixes), None)
    if named is not None and named is not FORMATS[-1]:
        return named
    # `.txt` and unknown suffixes say nothing: people keep LaTeX and Markdown in them too.
    return next((one for one in FORMATS if one.looks.search(text)), FORMATS[-1])
