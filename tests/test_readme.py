"""The README says what is so: its excerpt is real output, its commands and files exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from writer.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def demo() -> list[str]:
    """The arguments of the command that `make demo` runs."""
    found = re.search(r'writer draft "([^"]+)" --corpus (\S+)', MAKEFILE)
    assert found is not None
    return ["draft", found[1], "--corpus", str(ROOT / found[2]), "--no-cache"]


def test_the_excerpt_is_what_the_demo_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(demo()) == 0
    printed = capsys.readouterr().out
    excerpt = README.split("```markdown\n")[1].split("```")[0]
    for line in filter(None, excerpt.splitlines()):
        assert line in printed


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    for target in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), f"make {target}"


def test_every_command_stands_in_the_readme_and_no_other() -> None:
    assert set(re.findall(r"`writer (\w+)", README)) == set(COMMANDS)


def test_linked_places_exist() -> None:
    for place in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / place).exists(), place
