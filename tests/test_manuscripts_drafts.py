"""A rendered draft is read back as the draft it was: the same claims, citations and quotes."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_rendering_sample import CORPUS, DRAFT

import writer
from writer.draft import Draft, Sentence
from writer.entry import Corpus
from writer.manuscript import Manuscript
from writer.manuscripts import read_manuscript
from writer.rendering.latex import to_latex
from writer.rendering.markdown import to_markdown

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
THEME = "whether citations support generated text"


def rendered(draft: Draft, corpus: Corpus, kind: str, folder: Path) -> Manuscript:
    path = folder / f"draft.{kind}"
    if kind == "md":
        path.write_text(to_markdown(draft, corpus, bibliography="draft.bib"), "utf-8")
    else:
        path.write_text(to_latex(draft, corpus, bibliography="draft.bib", standalone=kind == "ltx"), "utf-8")
    (folder / "draft.bib").write_text("", "utf-8")
    return read_manuscript([path])


def folded(sentence: Sentence) -> tuple[object, ...]:
    # The full stop stands behind the quotation marks where a citation follows them.
    text = " ".join(sentence.text.split()).replace(".”", "”.")
    return text, sentence.role, sentence.citations, tuple((e.key, e.quote, e.field) for e in sentence.evidence)


@pytest.mark.parametrize("kind", ["md", "tex", "ltx"])
def test_the_example_draft_comes_back_from_each_format(kind: str, tmp_path: Path) -> None:
    corpus = writer.load([EXAMPLES / "corpus.bib"])
    draft = writer.draft_section(THEME, corpus)
    back = rendered(draft, corpus, kind, tmp_path)
    assert [folded(p.sentence) for p in back.passages] == [folded(s) for _, s in draft.sentences()]
    assert len(back.passages) >= 10
    assert all(p.sentence.evidence for p in back.passages)
    assert back.skipped == ()
    assert {p.heading for p in back.passages} == {group.heading for group in draft.groups}


@pytest.mark.parametrize("kind", ["md", "tex", "ltx"])
def test_marks_uncited_claims_and_invented_keys_come_back(kind: str, tmp_path: Path) -> None:
    back = rendered(DRAFT, CORPUS, kind, tmp_path)
    assert [folded(p.sentence) for p in back.passages] == [folded(s) for _, s in DRAFT.sentences()]


@pytest.mark.parametrize("kind", ["md", "ltx"])
def test_the_bibliography_of_a_rendered_draft_is_found(kind: str, tmp_path: Path) -> None:
    assert rendered(DRAFT, CORPUS, kind, tmp_path).bibliographies == (str(tmp_path / "draft.bib"),)


def test_evidence_is_taken_from_the_file_and_its_place_left_to_the_checker(tmp_path: Path) -> None:
    back = rendered(DRAFT, CORPUS, "md", tmp_path)
    assert {(e.start, e.end) for p in back.passages for e in p.sentence.evidence} == {(-1, -1)}
    assert {p.sentence.verdict for p in back.passages} == {"unverified"}


def test_a_heading_like_one_of_the_appendix_is_read_where_no_appendix_is(tmp_path: Path) -> None:
    path = tmp_path / "own.md"
    path.write_text("# Problems\n\nX fails [@a].\n\n## What was checked\n\nY holds [@b].\n", "utf-8")
    assert [p.sentence.citations for p in read_manuscript([path]).passages] == [("a",), ("b",)]


def test_text_behind_the_appendix_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "draft.md"
    path.write_text(to_markdown(DRAFT, CORPUS) + "\n## My own section\n\nX fails [@a].\n", "utf-8")
    assert read_manuscript([path]).passages[-1].sentence.text == "X fails."


def test_a_footnote_that_only_resembles_evidence_is_prose(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("X fails [@a].[^1]\n\n[^1]: quoted. Somebody said so in 2020.\n", "utf-8")
    first, second, third = read_manuscript([path]).passages
    assert first.sentence.evidence == ()
    assert (second.sentence.text, third.sentence.text) == ("quoted.", "Somebody said so in 2020.")
