"""Pandoc, for what it is needed to read: no shell, no file of the user's as an argument, and an end to its time."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from pathlib import Path

from writer.errors import UserError
from writer.manuscripts.source import LARGEST, decode

TIMEOUT = 60.0
"""Seconds. Pandoc takes one or two for a long paper; what takes a minute is no manuscript."""


def converted(raw: bytes, path: Path, source: str, target: str) -> str:
    """The bytes of a document, converted to text.

    Raises UserError where pandoc is missing, refuses the document, or takes longer than a minute.
    """
    return text_of(run(raw, path, source, target), path)


def run(raw: bytes, path: Path, source: str, target: str) -> subprocess.CompletedProcess[bytes]:
    """Run pandoc on the bytes; the exit code is the caller's to look at. Raises UserError as above."""
    command = [_pandoc(path), "--from", source, "--to", target, "--wrap", "none"]
    try:
        return subprocess.run(command, input=raw, capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise UserError(
            f"{path}: pandoc did not finish within {TIMEOUT:.0f} seconds", hint="save the document as Markdown or text"
        ) from None
    except OSError as error:
        raise UserError(f"{path}: pandoc cannot be run: {error.strerror}", hint="reinstall pandoc") from error


def text_of(done: subprocess.CompletedProcess[bytes], path: Path) -> str:
    """What pandoc wrote. Raises UserError where it failed, or wrote more than a manuscript holds."""
    if done.returncode != 0:
        told = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise UserError(f"{path}: pandoc cannot read it: {told}", hint="is it what its suffix says?")
    if len(done.stdout) > LARGEST:
        raise UserError(f"{path}: holds more text than a manuscript can have", hint="save the text itself as Markdown")
    return decode(done.stdout, str(path))


def _pandoc(path: Path) -> str:
    # The one of the extra `documents` first: it is newer than most systems' own.
    try:
        return str(importlib.import_module("pypandoc").get_pandoc_path())
    except (ImportError, OSError):
        found = shutil.which("pandoc")
    if found is None:
        raise UserError(
            f"{path}: pandoc is needed to read this document, and is not on this machine",
            hint="install pandoc, or: pip install 'writer[documents]'; or save it as Markdown, LaTeX or text",
        )
    return found
