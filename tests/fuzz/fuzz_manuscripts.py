"""An atheris target for the readers of manuscripts. Run by hand; pytest does not collect it.

    python3.11 -m venv .fuzz && .fuzz/bin/pip install atheris && .fuzz/bin/pip install -e .
    .fuzz/bin/python tests/fuzz/fuzz_manuscripts.py -max_total_time=600 -max_len=1024 -timeout=10 CORPUS_DIR

The first byte chooses the format. What must hold of any input: nothing but UserError is raised, nothing takes long
(`-timeout`), every offset lies in the file, and each citation has its place.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["writer.manuscripts", "writer.text"]):
    from writer.errors import UserError
    from writer.manuscript import Manuscript
    from writer.manuscripts.prose import Prose
    from writer.manuscripts.read import read_text
    from writer.manuscripts.source import decode

SUFFIXES = (".md", ".tex", ".txt", ".unknown")


def holds(manuscript: Manuscript) -> None:
    """What is promised of every manuscript."""
    for passage in manuscript.passages:
        sentence, text = passage.sentence, manuscript.files[passage.file]
        assert len(passage.origin) == len(sentence.text) + 1
        assert all(0 <= offset <= len(text) for offset in passage.origin)
        assert len(sentence.citations) == len(sentence.cited_at) == len(passage.cited)
        assert all(0 <= at <= len(sentence.text) for at in sentence.cited_at)
        assert any(char.isalnum() for char in sentence.text)
        assert not any("\ufdd0" <= char <= "\ufdef" for char in sentence.text)
        for cited in passage.cited:
            assert 0 <= cited.start < cited.end <= len(text)
            written = text[cited.start : cited.end]
            # A range of numbers is written out, and a comment between keys is none of theirs.
            assert written == cited.key or cited.key.startswith("[") or "%" in written or "<!--" in written


def one_input(data: bytes) -> None:
    """Read one manuscript."""
    if not data:
        return
    suffix = SUFFIXES[data[0] % len(SUFFIXES)]
    try:
        text = decode(data[1:], "fuzz")
    except UserError:
        return
    prose = Prose()
    # The folder does not exist: whatever the text takes in is not there.
    read_text(text, "fuzz", prose, Path("/nonexistent/fuzz" + suffix))
    holds(prose.manuscript())


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
