"""Where problems stand: in drafts written as JSON, outside of sentences, and in several files at once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspected import at, inspection_of, manuscript_of
from small import draft_of, quote, small_corpus

from writer.checking.drafts import laid_out
from writer.checking.inspection import inspect, joined
from writer.draft import Place, Problem, Sentence
from writer.manuscript import Cited, Loose, Manuscript
from writer.rendering import to_json
from writer.report import Report

CORPUS = small_corpus()
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.booleans(), st.sampled_from([None, 2]))
def test_every_character_of_a_draft_is_found_in_its_json(
    texts: list[str], ascii_only: bool, indent: int | None
) -> None:
    draft = draft_of(*(Sentence(text, "claim", ("li2024mirror",)) for text in texts))
    told = json.dumps(json.loads(to_json(draft, CORPUS)), ensure_ascii=ascii_only, indent=indent)
    manuscript, numbers = laid_out(draft, told, "draft.json")
    assert [numbers[place] for place, _ in draft.sentences()] == list(range(len(texts)))
    for passage, text in zip(manuscript.passages, texts, strict=True):
        pieces = [told[start:end] for start, end in zip(passage.origin, passage.origin[1:], strict=False)]
        assert [json.loads(f'"{piece}"', strict=False) for piece in pieces] == list(text)


def test_a_quote_that_says_the_same_as_its_sentence_is_not_taken_for_it() -> None:
    words = "Position bias of the panel stays below 4%."
    draft = draft_of(Sentence(words, "claim", ("okafor2023panel",), (quote("okafor2023panel", words),)))
    told = to_json(draft, CORPUS)
    manuscript, _ = laid_out(draft, told, "draft.json")
    line = manuscript.position("draft.json", manuscript.passages[0].origin[0]).line
    assert told.splitlines()[line - 1].strip() == f'"text": "{words}",'


def test_a_sentence_that_the_file_does_not_hold_points_to_its_beginning() -> None:
    manuscript, numbers = laid_out(draft_of(Sentence("Gone.")), "{}", "draft.json")
    report = Report((), (Problem("overstated", Place(0, 0, 0), "x"),))
    [found] = inspect(manuscript, report, CORPUS, numbers=numbers).findings
    assert (found.region.line, found.region.column) == (1, 1)


def test_a_key_cited_outside_of_sentences_is_pointed_at() -> None:
    text = "\\nocite{nobody2020}\n"
    loose = Loose(Cited("nobody2020", 8, 18), "paper.tex", "\\nocite")
    manuscript = Manuscript((), {"paper.tex": text}, loose=(loose,))
    report = Report((), (Problem("unknown-key", Place(0, -1, -1), "no entry", key="nobody2020"),))
    [found] = inspect(manuscript, report, CORPUS).findings
    assert (found.region.line, found.region.column, found.region.end_column) == (1, 9, 19)


@pytest.mark.parametrize("span", [(-5, 3), (0, 999), (900, 999), (3, 3), (5, 2)])
def test_a_span_outside_of_its_sentence_stays_inside_the_file(span: tuple[int, int]) -> None:
    [found] = inspection_of("Short.\nNext.", at(0, span=span)).findings
    assert found.region.line == found.region.end_line == 1
    assert 1 <= found.region.column < found.region.end_column <= 7


def test_a_sentence_over_two_lines_ends_on_the_second() -> None:
    manuscript = manuscript_of("One two.")
    passage = manuscript.passages[0]
    broken = Manuscript((passage,), {"paper.md": "One\ntwo."})
    [found] = inspect(broken, Report((), (at(0),)), CORPUS).findings
    assert (found.region.line, found.region.end_line, found.region.end_column) == (1, 2, 5)


def test_several_files_are_told_as_one_and_their_silence_is_added_up() -> None:
    one = inspection_of("One [@li2024mirror].", at(0), name="a.md", ignored=("number-mismatch",))
    other = inspection_of("Two [@li2024mirror].", at(0), name="b.md")
    both = joined([one, other])
    assert [claim.region.file for claim in both.claims] == ["a.md", "b.md"]
    assert [finding.region.file for finding in both.findings] == ["b.md"]
    assert both.silenced == 1
    assert both.line("a.md", 1) == "One [@li2024mirror]."
    assert both.line("a.md", 2) is None
    assert both.line("c.md", 1) is None
