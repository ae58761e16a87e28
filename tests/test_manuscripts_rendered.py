"""Documents that were rendered from a draft are read back to the same claims, citations and quotes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small import draft_of, quote, small_corpus
from test_documents import needs_pandoc

from writer.checking import checked
from writer.draft import Draft, Sentence
from writer.manuscripts import read_manuscript
from writer.manuscripts.rendered import read_back, restored
from writer.rendering import FORMATS, Look

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


def claims(draft: Draft) -> list[tuple[str, tuple[str, ...], list[tuple[str, str]]]]:
    return [
        (s.text, s.citations, [(piece.key, piece.quote) for piece in s.evidence])
        for _, s in draft.sentences()
        if s.role == "claim"
    ]


@needs_pandoc
@pytest.mark.parametrize("style", ["author-year", "numeric"])
@pytest.mark.parametrize("form", ["docx", "odt", "typst", "plain-html"])
def test_the_same_claims_come_back_from_a_document(form: str, style: str, tmp_path: Path) -> None:
    path = tmp_path / f"draft.{form}"
    document = FORMATS[form].render(DRAFT, CORPUS, Look(csl=style))
    path.write_bytes(document if isinstance(document, bytes) else document.encode())
    passages = read_manuscript([path]).passages
    found = replace(draft_of(), groups=(replace(DRAFT.groups[0], paragraphs=(tuple(p.sentence for p in passages),)),))
    assert claims(found) == claims(DRAFT)


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
