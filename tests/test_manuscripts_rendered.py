"""Documents that were rendered from a draft are read back to the same claims, citations and quotes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from small import draft_of, quote, small_corpus
from test_documents import needs_pandoc

from writer.checking import checked
from writer.draft import Sentence
from writer.manuscripts import read_manuscript
from writer.manuscripts.rendered import read_back, restored
from writer.rendering import FORMATS, Look, to_markdown

CORPUS = small_corpus()
SELF = "judges prefer their own answers in 63.5% of the pairs"
COST = "the panel agrees with people in 81% of the cases, 7 points more than the large judge"
READERS = "We show that readers accept 29% fewer wrong answers when the system abstains."
DRAFT = checked(
    draft_of(
        Sentence(
            "Judges prefer their own answers in 63.5% of the pairs; panels do less.",
            "claim",
            ("li2024mirror", "okafor2023panel"),
            (quote("li2024mirror", SELF), quote("okafor2023panel", COST)),
        ),
        Sentence("A second line of work concerns readers (see below).", "framing"),
        Sentence(
            "Readers accept 29% fewer wrong answers when the system abstains.",
            "claim",
            ("abstentionHelpsReaders",),
            (quote("abstentionHelpsReaders", READERS),),
        ),
    ),
    CORPUS,
)


def said(sentences: Iterable[Sentence]) -> list[tuple[str, str, tuple[str, ...], list[tuple[str, str]]]]:
    return [(s.text, s.role, s.citations, [(piece.key, piece.quote) for piece in s.evidence]) for s in sentences]


@needs_pandoc
@pytest.mark.parametrize(("style", "card"), [("author-year", False), ("numeric", True)])
@pytest.mark.parametrize("form", ["docx", "odt", "typst", "plain-html"])
def test_the_same_sentences_and_no_others_come_back_from_a_document(
    form: str, style: str, card: bool, tmp_path: Path
) -> None:
    path = tmp_path / f"draft.{form}"
    document = FORMATS[form].render(DRAFT, CORPUS, Look(csl=style, card=card))
    path.write_bytes(document if isinstance(document, bytes) else document.encode())
    manuscript = read_manuscript([path])
    assert said(passage.sentence for passage in manuscript.passages) == said(s for _, s in DRAFT.sentences())
    assert manuscript.omitted == ()


def test_an_appendix_is_told_by_its_first_line_and_needs_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "draft.md"
    path.write_text(to_markdown(DRAFT, CORPUS).replace("* * *\n", ""), "utf-8")
    assert said(p.sentence for p in read_manuscript([path]).passages) == said(s for _, s in DRAFT.sentences())


def test_a_section_of_an_author_under_a_heading_of_the_appendix_is_prose(tmp_path: Path) -> None:
    path = tmp_path / "own.md"
    path.write_text("X [@a].\n\n---\n\n## What was checked\n\nY [@b].\n\n## Problems\n\nZ [@c].\n", "utf-8")
    assert [p.sentence.citations for p in read_manuscript([path]).passages] == [("a",), ("b",), ("c",)]


def test_what_somebody_adds_to_the_appendix_with_a_citation_is_prose(tmp_path: Path) -> None:
    path = tmp_path / "draft.md"
    text = to_markdown(DRAFT, CORPUS).replace("## Entries cited\n", "## Entries cited\n\nX helps [@new].\n")
    path.write_text(text, "utf-8")
    assert read_manuscript([path]).passages[-1].sentence.citations == ("new",)


def test_citations_are_restored_from_their_links() -> None:
    text = "It holds ([Li et al., 2024](#ref-li2024mirror); [Berg, 2023](#ref-berg2023)).[^1]\n"
    assert restored(text) == "It holds [@li2024mirror; @berg2023].[^1]\n"
    assert restored("It holds \\[[1](#ref-a), [2](#ref-b)\\].") == "It holds [@a; @b]."


def test_a_footnote_names_its_keys_again_and_keeps_its_quotes() -> None:
    note = "[^1]: quoted. Li et al. ([2024](#ref-li2024mirror)), abstract: “a; b”; \\[[2](#ref-b)\\], title: “c”"
    assert restored(note) == "[^1]: quoted. @li2024mirror, abstract: “a; b”; @b, title: “c”"


def test_a_citation_of_which_only_brackets_are_left_is_told_by_its_footnote() -> None:
    text = "It holds ().[^1] This (2020) stays.\n\n[^1]: quoted. Li ([2024](#ref-li2024)), abstract: “a”\n"
    assert restored(text).startswith("It holds [@li2024].[^1] This (2020) stays.")


def test_brackets_and_links_of_others_are_left_alone() -> None:
    text = "See [the page](#results) (and [another](https://example.org)); (n = 5)."
    assert restored(text) == text


def test_a_foreign_page_is_not_taken_for_ours(tmp_path: Path) -> None:
    assert read_back(b"<p>See <a href='#x'>x</a>.</p>", tmp_path / "a.html") is None
    assert read_back(b"# T", tmp_path / "a.md") is None
