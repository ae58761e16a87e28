"""What `import writer` offers is what it says it offers, and costs next to nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import writer


def test_all_is_sorted_and_matches_what_is_exported() -> None:
    assert writer.__all__ == sorted(writer.__all__)
    assert set(writer.__all__) == set(writer._PUBLIC)
    for name in writer.__all__:
        assert getattr(writer, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        writer.nonsense  # noqa: B018


def test_help_imports_nothing_heavy() -> None:
    heavy = "openai pydantic jinja2 tantivy Stemmer bibtexparser tiktoken tenacity httpx2 rapidfuzz".split()
    code = (
        "import sys, contextlib, io\n"
        "from writer.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main(['--help'])\n"
        f"print(*[name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
