"""Shared fixtures: where the real source documents lie, and the corpus they make."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The five real source documents beside the project; they are not part of it."""
    folder = ROOT.parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the real source documents are not here ({folder.name}/ beside the project)")
    return folder
