"""Which quotes count as said by an entry, and which are too short to be evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import draft_of, small_corpus

from writer.checking import check, verified
from writer.draft import Evidence, Sentence
from writer.entry import Corpus

LI = small_corpus()["li2024mirror"]


def shelf(title: str, abstract: str) -> Corpus:
    return Corpus({"a": replace(LI, key="a", title=title, abstract=abstract)}, "")


def found(quote: str, title: str, abstract: str) -> str | None:
    told = verified(Evidence("a", quote), shelf(title, abstract))
    return None if told is None else f"{told.field}: {told.quote}"


@pytest.mark.parametrize("quote", ["Bridges", "swing in", "swing", "in wind", "…", ""])
def test_an_empty_abstract_does_not_make_a_short_quote_of_the_title_evidence(quote: str) -> None:
    assert found(quote, "Bridges that swing in wind", "") is None


def test_a_short_abstract_does_not_make_a_short_quote_of_the_title_evidence() -> None:
    assert found("swing in", "Bridges that swing in wind", "Withdrawn paper.") is None


def test_an_entry_without_an_abstract_says_its_title() -> None:
    assert found("bridges that swing", "Bridges that swing in wind", "") == "title: Bridges that swing"


@pytest.mark.parametrize("abstract", ["", "We study bridges in winter."])
def test_a_title_of_two_words_is_quoted_only_as_a_whole(abstract: str) -> None:
    assert found("Swinging bridges", "Swinging bridges", abstract) == "title: Swinging bridges"
    assert found("Swinging", "Swinging bridges", abstract) is None
    assert found("Swinging bridges", "Swinging bridges in wind", abstract) is None


def test_a_whole_title_that_the_abstract_repeats_is_a_quote_of_the_title() -> None:
    told = found("swinging bridges", "Swinging bridges", "We study swinging bridges in winter.")
    assert told == "title: Swinging bridges"


@pytest.mark.parametrize("abstract", ["", "We study bridges in winter."])
def test_one_word_is_no_evidence_even_where_it_is_the_whole_title(abstract: str) -> None:
    assert found("Bridges", "Bridges", abstract) is None


def test_offsets_do_not_make_a_short_quote_longer() -> None:
    corpus = shelf("Bridges", "")
    assert verified(Evidence("a", "Bridges", 0, 7, "title"), corpus) is None
    corpus = shelf("Bridges", "Bridges swing in wind.")
    assert verified(Evidence("a", "swing in", 8, 16), corpus) is None
    whole = Evidence("a", "swing in wind", 8, 21)
    assert verified(whole, corpus) is whole


def test_a_claim_on_one_word_of_a_title_is_not_quoted() -> None:
    sentence = Sentence("Bridges are hard to build.", "claim", ("a",), (Evidence("a", "Bridges"),))
    report = check(draft_of(sentence), shelf("Bridges", ""))
    assert report.verdicts[0].verdict == "unverified"
    [problem] = [problem for problem in report.problems if problem.kind == "quote-not-found"]
    assert problem.detail == "the quote “Bridges” is too short to be evidence"
