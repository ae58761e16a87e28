from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from evidence_sample import CORPUS, DRAFT, claim, corpus_of
from payloads import ALL

from writer.cli import main
from writer.draft import Group
from writer.entry import Author, Entry, Source
from writer.errors import UserError
from writer.rendering import FORMATS, STYLES, Look, card_of
from writer.rendering import document as documents
from writer.rendering.document import DOCUMENTS, pandoc, style_file, to_document

EXAMPLES = Path(__file__).parent.parent / "examples"
FOREIGN = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
  <info><title>t</title><id>t</id><updated>2026-01-01T00:00:00+00:00</updated></info>
  <citation><layout prefix="&lt;&lt;" suffix="&gt;&gt;" delimiter=" / "><text variable="title"/></layout></citation>
  <bibliography><layout><text variable="title" prefix="~ "/></layout></bibliography>
</style>
"""


def _version() -> tuple[int, ...]:
    try:
        said = subprocess.run([pandoc(), "--version"], capture_output=True, text=True, check=False).stdout
    except UserError:
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", said.splitlines()[0])[:2])


needs_pandoc = pytest.mark.skipif(
    _version() < (3, 1), reason="needs pandoc 3.1: the extra `documents` is not installed"
)


@pytest.fixture
def other_pandoc(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Pandoc is looked for anew, within this test alone."""
    pandoc.cache_clear()
    yield monkeypatch
    pandoc.cache_clear()


class Text(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.elements = "", []  # type: str, list[tuple[str, dict[str, str | None]]]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements[-1:] != [("style", {})]:
            self.text += data


def words(page: bytes) -> str:
    return " ".join(Text(page.decode()).text.split())


def references(style: str) -> str:
    told = words(to_document(DRAFT, CORPUS, "plain-html", style=style))
    return told.partition(" References ")[2].partition(" What was checked")[0]


@needs_pandoc
@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize("style", STYLES)
def test_the_same_draft_gives_the_same_bytes(form: str, style: str) -> None:
    made = [to_document(DRAFT, CORPUS, form, style=style, card=card_of(DRAFT)) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].startswith(b"PK") == (form in ("docx", "odt"))


@needs_pandoc
def test_author_year_reads_right_for_entries_without_author_year_or_title() -> None:
    told = words(to_document(DRAFT, CORPUS, "plain-html"))
    for citation in (
        "(Abara and Lind, 2021)", "(Chen et al., 2023)", "(Okonjo)", "(“What drifts ashore,” 2019)",
        "(“Agents forget where they …”; The Harbour Group, 2022)",
    ):  # fmt: skip
        assert citation in told
    listed = references("author-year")
    assert "Okonjo, U. Currents in long conversations." in listed
    assert "What drifts ashore: an unsigned report (2019)." in listed
    assert "Agents forget where they began. Writing … [untitled abstract]." in listed


@needs_pandoc
def test_numeric_counts_in_the_order_of_citation() -> None:
    told = words(to_document(DRAFT, CORPUS, "plain-html", style="numeric"))
    assert "a day [1]." in told
    assert "every loss [4, 5]." in told
    assert re.findall(r"\[(\d)\]", references("numeric")) == [str(number) for number in range(1, 9)]
    assert "[8] What drifts ashore: an unsigned report. 2019." in references("numeric")


@needs_pandoc
@pytest.mark.parametrize("style", STYLES)
def test_nothing_stands_for_what_an_entry_lacks(style: str) -> None:
    told = words(to_document(DRAFT, CORPUS, "plain-html", style=style))
    for empty in ("n.d.", "()", "[]", "(,", ", )", ". .", " .", "None", "null"):
        assert empty not in told


@needs_pandoc
def test_an_unknown_key_is_told_and_never_cited() -> None:
    told = words(to_document(DRAFT, CORPUS, "plain-html"))
    assert "[fabricated: no entry ghost2020]" in told
    assert "ghost2020?" not in told


@needs_pandoc
def test_any_other_style_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.csl").write_text(FOREIGN, "utf-8")
    told = words(to_document(DRAFT, CORPUS, "plain-html", style=str(tmp_path / "mine.csl")))
    assert "<<Tides: a benchmark of slow questions>>" in told
    assert "~ Silence as an answer" in told


@needs_pandoc
def test_a_style_that_is_none_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "bad.csl").write_text("<style", "utf-8")
    with pytest.raises(UserError, match="pandoc failed"):
        to_document(DRAFT, CORPUS, "plain-html", style=str(tmp_path / "bad.csl"))
    with pytest.raises(UserError, match="no citation style 'chicago'"):
        style_file("chicago")
    with pytest.raises(UserError, match="no document format 'pdf'"):
        to_document(DRAFT, CORPUS, "pdf")


@needs_pandoc
@pytest.mark.parametrize("form", ["docx", "odt"])
def test_containers_hold_the_text_the_card_and_no_link_to_anything_but_the_web(form: str) -> None:
    made = FORMATS[form].render(DRAFT, CORPUS, Look(card=True))
    assert isinstance(made, bytes)
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert opened.testzip() is None
        parts = {name: opened.read(name).decode("utf-8", "replace") for name in opened.namelist()}
    whole = " ".join(re.sub("<[^>]+>", " ", "".join(parts.values())).split())
    for told in ("Abara and Lind collect 840 questions", "Draft card", "What was checked"):
        assert told in whole
    targets = re.findall(r'(?:Target|xlink:href)="([a-z]+:[^"]*)"', "".join(parts.values()))
    assert all(target.startswith(("https://", "http://")) for target in targets)


@needs_pandoc
def test_the_language_of_the_draft_is_that_of_the_document() -> None:
    german = replace(DRAFT, settings=(("language", "German"),))
    page = Text(to_document(german, CORPUS, "plain-html").decode())
    assert dict(page.elements)["html"]["lang"] == "de"
    assert "(Abara und Lind, 2021)" in " ".join(page.text.split())


# What is not trusted --------------------------------------------------------------------------------------------


def _harmful() -> tuple[Any, Any]:
    entries, groups = [], []
    for number, raw in enumerate(ALL):
        key = f"k{number}"
        entries.append(
            Entry(key, raw, raw, Source(raw, 1), (Author(raw, raw),), year=2020, venue=raw, doi=raw, arxiv=raw, url=raw)
        )
        groups.append(Group(raw, ((claim(raw, "unverified", key, raw),),)))
    problems = tuple(replace(DRAFT.problems[0], detail=raw, suggestion=raw, key=raw) for raw in ALL)
    return replace(DRAFT, theme=" ".join(ALL), groups=tuple(groups), problems=problems), corpus_of(*entries)


@needs_pandoc
def test_payloads_stay_text_in_html() -> None:
    page = Text(to_document(*_harmful(), "plain-html").decode())
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "img", "object", "embed", "svg", "form", "input", "link", "base", "video"}
    names = {name for _, attrs in page.elements for name in attrs}
    assert not [name for name in names if name.startswith("on")]
    hrefs = [str(attrs["href"]) for _, attrs in page.elements if "href" in attrs]
    assert all(href.startswith(("#", "http://", "https://")) for href in hrefs)
    shown = " ".join(page.text.split())
    for raw in ("<script>window.harmed=1</script>", r"\input{/etc/passwd}", '#read("/etc/passwd")', "root:"):
        assert (raw in shown) == (raw != "root:")


@needs_pandoc
def test_payloads_stay_text_in_typst() -> None:
    text = to_document(*_harmful(), "typst").decode()
    assert r"\#read(" in text
    # What is escaped, and what stands within #raw, an address or backticks, is text.
    code = re.sub(r"(?s)#(raw|link)\(\"(?:\\.|[^\"\\])*\"\)|\\.|`[^`]*`", "", text.partition("#horizontalrule")[2])
    assert not re.search(r"#(read|import|eval|include|image|plugin)\b", code)
    assert "root:" not in text


@needs_pandoc
@pytest.mark.parametrize("form", ["docx", "odt"])
def test_payloads_link_to_nothing_in_containers(form: str) -> None:
    with zipfile.ZipFile(io.BytesIO(to_document(*_harmful(), form))) as opened:
        parts = "".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())
        assert not [name for name in opened.namelist() if "media" in name.lower() or name.endswith((".png", ".js"))]
    targets = re.findall(r'(?:Target|xlink:href)="([A-Za-z]+:[^"]*)"', parts)
    assert all(target.startswith(("https://", "http://")) for target in targets)


# Without pandoc, and with an old one ----------------------------------------------------------------------------


def test_missing_pandoc_is_told_before_anything_is_read_or_asked(
    other_pandoc: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other_pandoc.setitem(sys.modules, "pypandoc", None)
    other_pandoc.setattr(shutil, "which", lambda name: None)
    out = tmp_path / "x.docx"
    # Neither the corpus nor the server exists.
    command = ["draft", "t", "--corpus", str(tmp_path / "none.bib"), "--model", "m", "--base-url", "http://127.0.0.1:9"]
    assert main([*command, "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert "pandoc is not on this machine" in told
    assert "writer[documents]" in told
    assert not out.exists()


def test_the_system_s_pandoc_is_used_where_the_extra_is_not_installed(other_pandoc: pytest.MonkeyPatch) -> None:
    other_pandoc.setitem(sys.modules, "pypandoc", None)
    other_pandoc.setattr(shutil, "which", lambda name: f"/somewhere/{name}")
    assert pandoc() == "/somewhere/pandoc"
    with pytest.raises(UserError, match="pandoc cannot be run"):
        to_document(DRAFT, CORPUS, "docx")


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="no pandoc on the path")
def test_a_pandoc_too_old_for_a_format_is_told_with_what_to_do(other_pandoc: pytest.MonkeyPatch) -> None:
    other_pandoc.setitem(sys.modules, "pypandoc", None)
    if _version() >= (3, 1):
        pytest.skip("the pandoc on the path is new enough")
    with pytest.raises(UserError, match="typst") as caught:
        to_document(DRAFT, CORPUS, "typst")
    assert "pandoc 3.1 or newer is needed" in caught.value.hint


@pytest.mark.skipif(not hasattr(Path, "chmod") or sys.platform == "win32", reason="a script as a program")
def test_a_pandoc_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "pandoc"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setattr(documents, "pandoc", lambda: str(slow))
    monkeypatch.setattr(documents, "_SECONDS", 0.2)
    with pytest.raises(UserError, match="took longer than"):
        to_document(DRAFT, CORPUS, "docx")


# The commands ---------------------------------------------------------------------------------------------------


@needs_pandoc
@pytest.mark.parametrize("form", DOCUMENTS)
def test_the_commands_write_documents(form: str, tmp_path: Path) -> None:
    given = ["--corpus", str(EXAMPLES / "corpus.bib"), "--no-cache", "--csl", "numeric", "--append-card"]
    for name, command in (
        ("d", ["draft", "language models as judges"]),
        ("s", ["survey", str(EXAMPLES / "outline.yaml")]),
    ):
        out = tmp_path / f"{name}.{form}"
        assert main([*command, *given, "--out", str(out)]) == 0
        assert out.stat().st_size > 5000
    assert not list(tmp_path.glob("*.bib"))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--format", "pdf"], "there is no output format 'pdf'"),
        (["--out", "x.pdf"], "does not tell the format"),
        (["--out", "x.tex", "--cite", "plain", "--textual"], "plain has no command that names authors"),
        pytest.param(["--format", "docx"], "no text for a terminal", marks=needs_pandoc),
        pytest.param(["--out", "x.odt", "--csl", "chicago"], "no citation style 'chicago'", marks=needs_pandoc),
    ],
)
def test_wrong_use_is_told_before_anything_is_drafted(
    more: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draft", "t", "--corpus", "none.bib", *more]) == 2
    assert says in capsys.readouterr().err
