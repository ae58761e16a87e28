"""Saved pages and listings, on pages made up here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.corpus import listing, page
from writer.corpus.readers import reader_of

WORDS = "amber basin cedar delta ember fjord glade harbor inlet juniper kelp lagoon meadow nectar orchid".split()
words = st.sampled_from(WORDS)
SENTENCE = "Amber basins hold the cedar that the delta brought to the harbor in a single season."
ABSTRACT = " ".join([SENTENCE] * 4)


@st.composite
def titles(draw: st.DrawFn) -> str:
    chosen = draw(st.lists(words, min_size=2, max_size=14))
    return " ".join(chosen).capitalize() + draw(st.sampled_from(["", "?", "!", ": a Survey", " (v2)"]))


@st.composite
def abstracts(draw: st.DrawFn) -> str:
    sentences = draw(st.lists(st.lists(words, min_size=9, max_size=20), min_size=4, max_size=9))
    text = " ".join(" ".join(sentence).capitalize() + "." for sentence in sentences)
    return text + draw(st.sampled_from(["", " Code: https://example.org/a_b~c", " What follows?!."]))


navigation = st.sampled_from(
    [
        "new", "Subscribe", "Mar 17", "March 3, 2025", "2025-03-17", "3 days ago", "Sign up", "· 5 authors", "1.2k",
        "https://example.org/papers", "Upvote", "12", "View PDF", "Comments: 9 pages, 3 figures",
    ]
)  # fmt: skip
heads = st.lists(st.one_of(navigation, st.sampled_from(["A day's worth of reading", "byQX and friends"])), max_size=6)


@given(heads, st.lists(st.tuples(titles(), st.lists(navigation, max_size=2), abstracts()), min_size=1, max_size=8))
def test_every_pair_is_read_and_nothing_else(head: list[str], papers: list[tuple[str, list[str], str]]) -> None:
    lines = list(head)
    for title, between, abstract in papers:
        lines += [title, *between, abstract]
    text = "\n\n".join(lines) + "\n"
    reader = reader_of(text, "page.txt")
    assert reader is page.READER
    records, skipped = reader.read(text, "page.txt")
    assert [(r.title, r.abstract) for r in records] == [(title, abstract) for title, _, abstract in papers]
    assert skipped == []
    for record in records:
        assert text.split("\n")[record.source.line - 1] == record.title


@given(st.lists(st.tuples(titles(), abstracts()), min_size=2, max_size=6), st.data())
def test_an_abstract_that_lost_its_title_is_reported_and_not_glued_to_another(
    papers: list[tuple[str, str]], data: st.DataObject
) -> None:
    lost = data.draw(st.integers(1, len(papers) - 1))
    lines: list[str] = []
    for number, (title, abstract) in enumerate(papers):
        lines += [abstract] if number == lost else [title, abstract]
    text = "\n\n".join(lines)
    records, skipped = page.READER.read(text, "page.txt")
    assert [(r.title, r.abstract) for r in records] == [p for n, p in enumerate(papers) if n != lost]
    assert [skip.line for skip in skipped] == [1 + 2 * (2 * lost)]
    assert text.split("\n")[skipped[0].line - 1] == papers[lost][1]


def test_a_title_without_an_abstract_between_papers_is_reported() -> None:
    text = f"First amber title\n\n{ABSTRACT}\n\nA lost cedar title\n\nSecond amber title\n\n{ABSTRACT}\n"
    records, skipped = page.READER.read(text, "page.txt")
    assert [record.title for record in records] == ["First amber title", "Second amber title"]
    assert [(skip.line, "no abstract follows" in skip.reason) for skip in skipped] == [(5, True)]


def test_an_abstract_wrapped_by_hand_is_one_abstract() -> None:
    wrapped = re.sub(r"(.{60,75}) ", r"\1\n", ABSTRACT)
    assert wrapped.count("\n") >= 3
    records, _ = page.READER.read(f"Mar 3\n\nA title of cedar\n\n{wrapped}\n", "page.txt")
    assert [(r.title, r.abstract, r.source.line) for r in records] == [("A title of cedar", ABSTRACT, 3)]


def test_a_title_may_stand_right_above_its_abstract() -> None:
    records, _ = page.READER.read(f"new\nMar 3\nA title of cedar\n{ABSTRACT}\n", "page.txt")
    assert [(r.title, r.source.line) for r in records] == [("A title of cedar", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "new\n\nSubscribe\n\nMar 17\n",
        f"{ABSTRACT}\n\n{ABSTRACT}\n\n{ABSTRACT}\n",
        f"# A heading\n\n{ABSTRACT}\n\n## Another\n\n{ABSTRACT}\n",
        f"# Amber\n\n{ABSTRACT}\n\n```\nmake cedar\n```\n\n{ABSTRACT}\n",
        "\n".join(f"amber{n},https://example.org/{n}/cedar-delta,title; authors; year (all of it)." for n in range(9)),
        "\n".join([ABSTRACT, *(f"Line {n} of some long list" for n in range(40)), ABSTRACT]),
        f"Amber\n=====\n\nmake cedar\n\n{ABSTRACT}\n",
        f"\\section{{Amber}}\n\n{ABSTRACT}\n",
        f"A heading\n\n{ABSTRACT}\n\n{ABSTRACT}\n\n{ABSTRACT}\n\n{ABSTRACT}\n",
        "import os\n\n\ndef main():\n    return 1\n",
    ],
)
def test_prose_and_programs_are_no_page(text: str) -> None:
    assert reader_of(text, "notes.txt") is None


def test_a_table_without_the_needed_columns_is_no_page() -> None:
    text = f"key,note\na,A title of cedar\n\n{ABSTRACT}\n"
    assert reader_of(text, "notes.txt") is page.READER
    assert reader_of(text, "notes.csv") is None


@given(st.lists(abstracts(), min_size=2, max_size=6), st.sampled_from(["Rosa", "Rosa Amberly", "R. van der Cedar"]))
def test_a_listing_keeps_the_name_as_the_place(found: list[str], name: str) -> None:
    text = "\n".join([name, *(f"Abstract:{abstract}" for abstract in found)])
    assert reader_of(text, "rosa.txt") is listing.READER
    records, skipped = listing.READER.read(text, "rosa.txt")
    assert skipped == []
    assert [(r.source.line, r.source.under) for r in records] == [(n, name) for n in range(2, len(found) + 2)]
    assert all(record.title == "" and record.authors == () for record in records)


def test_a_listing_of_one_paper_is_told_from_a_page_by_the_blank_line() -> None:
    assert reader_of(f"Rosa Amberly\nAbstract: {ABSTRACT}\n", "a.txt") is listing.READER
    assert reader_of(f"Rosa Amberly\n\nAbstract: {ABSTRACT}\n", "a.txt") is page.READER


def test_a_listing_without_a_name_and_with_strange_lines_is_read_and_they_are_reported() -> None:
    text = "Abstract: One ember.\nAbstract:\n\nAbstract: Two fjords\nand a glade.\n\nAbstract: Three kelps.\nSome line"
    records, skipped = listing.READER.read(text, "a.txt")
    assert [(r.source.line, r.source.under) for r in records] == [(1, ""), (4, ""), (7, "")]
    assert records[1].abstract.endswith("Two fjords and a glade.")
    assert [skip.line for skip in skipped] == [2, 8]


def test_the_first_line_of_a_listing_is_reported_when_it_is_no_name() -> None:
    text = "Which papers did we read in 2024?\nAbstract: One ember.\nAbstract: Two fjords.\n"
    records, skipped = listing.READER.read(text, Path("a.txt").name)
    assert [record.source.under for record in records] == ["", ""]
    assert [skip.line for skip in skipped] == [1]
