"""The pages say what is so: generated parts are fresh, commands parse, snippets run, links lead somewhere."""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from writer.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
SHOWN = [*PAGES, ROOT / "README.md"]
FENCED = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
PICTURE = re.compile(r'(?:src|srcset)="(?P<target>[^"]+)"|!\[[^\]]*\]\((?P<inline>[^)\s]+)\)')


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def make() -> Iterator[ModuleType]:
    """`docs/make.py` as a module; what it adds to the path is taken back."""
    path = list(sys.path)
    spec = importlib.util.spec_from_file_location("docs_make", DOCS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = path


def blocks(page: Path, *languages: str) -> list[str]:
    text = page.read_text("utf-8")
    return [match["body"] for match in FENCED.finditer(text) if match["language"] in languages]


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text("utf-8"))


# What is made -----------------------------------------------------------------------------------------------------


def test_no_generated_part_is_stale(make: ModuleType) -> None:
    assert make.stale(make.made()) == []


def test_no_screenshot_shows_another_page_than_is_made_today(make: ModuleType) -> None:
    assert make.screenshots.stale() == []


def test_every_generated_part_ends_and_no_other_marker_is_left() -> None:
    for page in SHOWN:
        markers = re.findall(r"^<!-- (made: [\w-]+|end)", page.read_text("utf-8"), re.MULTILINE)
        assert all(marker.startswith("made") for marker in markers[::2]), named(page)
        assert markers[1::2] == ["end"] * (len(markers) // 2), named(page)
        assert len(markers) % 2 == 0, named(page)


def test_a_part_that_has_changed_is_told(make: ModuleType) -> None:
    page = DOCS / "reference" / "settings.md"
    text = page.read_text("utf-8")
    assert make.stale({page: text}) == []
    assert make.stale({page: text.replace("400", "401")}) == [f"{named(page)} is stale: python docs/make.py"]


def test_a_picture_of_a_page_that_has_changed_is_told(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make.screenshots, "html", lambda page: "<p>another page</p>")
    told = make.screenshots.stale()
    assert len(told) == len(make.screenshots.SHOTS)
    assert "page-light.png shows another page than is made today: python docs/make.py --pictures" in told


def test_rates_that_changed_since_the_measurement_are_told(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make.measured, "_digest", lambda: "sha256:other")
    with pytest.raises(ValueError, match=r"measured\.json was measured with other rates"):
        make.measured.types("planted")


def test_a_part_that_nobody_makes_names_the_page(make: ModuleType) -> None:
    page = DOCS / "reference" / "settings.md"
    with pytest.raises(ValueError, match="no part 'nonsense'") as caught:
        make.blocks.renewed(_Changed(page, "<!-- made: nonsense -->\n<!-- end -->\n"))
    assert caught.value.__notes__ == ["in docs/reference/settings.md"]


class _Changed:
    """A page with another text."""

    def __init__(self, page: Path, text: str) -> None:
        self.name, self._page, self._text = page.name, page, text

    def read_text(self, _: str) -> str:
        return self._text

    def relative_to(self, root: Path) -> Path:
        return self._page.relative_to(root)


# The command line -------------------------------------------------------------------------------------------------


def parsers() -> Mapping[str, argparse.ArgumentParser]:
    """Every command and action with its parser."""
    from writer.cli import _parser

    found: dict[str, argparse.ArgumentParser] = {}
    for name in COMMANDS:
        choices = _actions(_parser([name]))
        found[name] = choices[name]
        found |= {f"{name} {action}": inner for action, inner in _actions(choices[name]).items()}
    return found


def _actions(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return action.choices
    return {}


PARSERS = parsers()
FOREIGN = {"--write-rates", "--check", "--pictures", "--measure"}
"""Options of this project's own scripts that a page names."""


def test_every_command_action_and_option_is_documented() -> None:
    text = (DOCS / "reference" / "command-line.md").read_text("utf-8")
    sections = {part.split("\n", 1)[0]: part for part in re.split(r"^##+ writer ", text, flags=re.MULTILINE)[1:]}
    assert set(sections) == set(PARSERS)
    for name, parser in PARSERS.items():
        for action in parser._actions:
            for option in action.option_strings:
                if option not in ("-h", "--help"):
                    assert re.search(rf"[`>]{re.escape(option)}[ `<]", sections[name]), f"writer {name} {option}"


def shown_commands() -> list[tuple[str, str]]:
    """Every `$ writer …` line of a page, without what a shell does with it."""
    found = []
    for page in SHOWN:
        for block in blocks(page, "console"):
            whole = block.replace("\\\n", " ")
            for line in whole.splitlines():
                if line.startswith("$ writer"):
                    found.append((named(page), re.split(r" [|>&] ", line.partition(" # ")[0][2:].rstrip())[0]))
    return found


def test_every_command_line_that_a_page_shows_parses(capsys: pytest.CaptureFixture[str]) -> None:
    from writer.cli import _parser

    commands = shown_commands()
    assert len(commands) > 60
    for page, command in commands:
        arguments = shlex.split(command)[1:]
        try:
            _parser(arguments).parse_args(arguments)
        except SystemExit:
            pytest.fail(f"{page}: {command}\n{capsys.readouterr().err}")


def test_every_command_and_option_that_the_prose_names_exists() -> None:
    every = {option for parser in PARSERS.values() for action in parser._actions for option in action.option_strings}
    for page in SHOWN:
        for code in re.findall(r"`([^`\n]+)`", prose(page)):
            words = code.split()
            if words[0] == "writer" and len(words) > 1:
                assert words[1] in COMMANDS, f"{named(page)}: {code}"
                known = {o for action in PARSERS[words[1]]._actions for o in action.option_strings}
                actions = _actions(PARSERS[words[1]])
                if actions and len(words) > 2 and words[2].islower():
                    assert words[2] in actions, f"{named(page)}: {code}"
                    known |= {o for action in actions[words[2]]._actions for o in action.option_strings}
                for option in re.findall(r"(?<!\S)--[a-z-]+", code):
                    assert option in known, f"{named(page)}: {code}"
            elif words[0].startswith("--"):
                assert words[0].rstrip("…,") in every | FOREIGN, f"{named(page)}: {code}"


# Python -----------------------------------------------------------------------------------------------------------


SNIPPETS = [page for page in SHOWN if blocks(page, "python") and page.parent.name != "reference"]
"""The pages that show how to use it; those of the reference show signatures."""


@pytest.mark.parametrize("page", SNIPPETS, ids=named)
def test_the_snippets_of_a_page_run(page: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {"__name__": "snippet"}
    for number, block in enumerate(blocks(page, "python"), 1):
        exec(compile(block, f"{named(page)}, snippet {number}", "exec"), names)
    assert capsys.readouterr().out


# Links ------------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts and the site name them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", SHOWN, ids=named)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    text = prose(page)
    for match in LINK.finditer(text):
        target, _, anchor = match["target"].partition("#")
        if target.startswith(("http://", "https://")):
            continue
        to = page.parent / target if target else page
        assert to.exists(), match[0]
        if page != ROOT / "README.md":
            assert DOCS in to.resolve().parents, f"{match[0]} leads out of the site"
        if anchor:
            assert anchor in anchors(to), match[0]
    for match in PICTURE.finditer(text):
        assert (page.parent / (match["target"] or match["inline"])).is_file(), match[0]


def test_every_page_is_in_the_navigation_and_every_picture_is_shown() -> None:
    listed = set(re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text("utf-8")))
    assert listed == {page.relative_to(DOCS).as_posix() for page in PAGES}
    text = "".join(page.read_text("utf-8") for page in SHOWN)
    for picture in (DOCS / "pictures").iterdir():
        if picture.suffix != ".json":
            assert picture.name in text, f"{picture.name} is shown nowhere"


# Formats ----------------------------------------------------------------------------------------------------------


def members(value: Any, path: str = "") -> set[str]:
    """The paths of all members: `groups[].paragraphs[][].text`."""
    if isinstance(value, dict):
        return set().union(*({f"{path}.{name}"} | members(inner, f"{path}.{name}") for name, inner in value.items()))
    if isinstance(value, list):
        return set().union(*(members(inner, f"{path}[]") for inner in value))
    return set()


def documented(section: str) -> str:
    text = (DOCS / "reference" / "formats.md").read_text("utf-8")
    return text.split(f"## {section}\n")[1].split("\n## ")[0]


FORMATS = {
    "Draft JSON": ["draft", "whether citations support generated text", "--corpus", "corpus.bib", "--format", "json"],
    "Report JSON": ["check", "manuscript.md", "--format", "json"],
    "Search JSON": ["search", "citations", "--corpus", "corpus.bib", "--format", "json", "--explain"],
    "Corpus JSON": ["corpus", "show", "corpus.bib", "--format", "json"],
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_member_of_a_format_is_documented(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path / "examples")
    monkeypatch.setenv("WRITER_CACHE_DIR", str(tmp_path / "cache"))
    assert main(FORMATS[name]) in (0, 1)
    value = json.loads(capsys.readouterr().out)
    code = set(re.findall(r"`([^`]+)`", documented(name)))
    words = {word for text in code for word in re.findall(r"\w+", text)}
    free = ("settings", "entries" if name == "Draft JSON" else "", "fields")
    for path in members(value):
        parts = [part.removesuffix("[]").replace("[]", "") for part in path.strip(".").split(".")]
        if any(part in free for part in parts[:-1]) or (name == "Report JSON" and parts[0] == "totals"):
            continue
        assert parts[-1] in words, f"{name}: {path}"


# The site ---------------------------------------------------------------------------------------------------------


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    for needed in ("mkdocs", "material"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed (the extra `docs`)")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "how-to" / "model.html").is_file()
    assert not (tmp_path / "site" / "make.py").exists()
