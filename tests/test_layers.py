"""Imports point down only, and heavy things stay in their rooms."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "writer"
FLOORS = [
    {"errors", "collector"},
    {"entry", "draft"},
    {"report", "survey", "manuscript", "text", "settings"},
    {"corpus", "manuscripts", "retrieval", "models", "checking", "rendering"},
    {"sources", "drafting"},
    {"judging"},
    {"api"},
    {"cli", "__init__"},
    {"__main__"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
ONLY_IN = {
    "openai": {"models/chat.py", "models/faults.py"},
    "jinja2": {"drafting/prompts.py", "rendering"},
    "tantivy": {"retrieval/fields.py"},
    "bibtexparser": {"corpus/bibtex.py"},
    "Stemmer": {"text/words.py"},
    "tenacity": {"models/retry.py"},
    "genai_prices": {"models/prices.py"},
    "yaml": {"drafting/outline.py"},
    "sqlite3": {"models/call_log.py", "corpus/library_store.py", "corpus/zotero.py"},
    "rispy": {"corpus/ris.py", "rendering/ris.py"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> list[str]:
    """Every module a file imports, wherever in it; those for type checkers alone do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names if node.module == "writer"]
    return found


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = room(path)
    for module in imports(path):
        parts = module.split(".")
        if parts[0] != "writer" or len(parts) < 2 or parts[1] == own or parts[1] not in FLOOR:
            continue
        assert FLOOR[parts[1]] < FLOOR[own], f"{own} imports {module}, which does not lie below it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_rooms(path: Path) -> None:
    where = path.relative_to(PACKAGE).as_posix()
    for module in imports(path):
        allowed = ONLY_IN.get(module.split(".")[0])
        assert allowed is None or any(where == place or where.startswith(place + "/") for place in allowed), (
            f"{where} imports {module}"
        )


def test_every_room_has_a_floor() -> None:
    assert {room(path) for path in FILES} <= set(FLOOR) | {"shipped_prompts"}


def test_files_stay_small() -> None:
    long = {str(p.relative_to(PACKAGE)): n for p in FILES if (n := len(p.read_text("utf-8").splitlines())) > 420}
    assert not long, f"files of more than about 400 lines: {long}"
