"""What a whole manuscript cites: two keys of one work, records that make no reference, and reference lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from small import ENTRIES, draft_of

from writer.checking import check
from writer.checking.check import check_manuscript
from writer.checking.kinds import severity
from writer.checking.referenced import resolve
from writer.draft import Place, Problem, Sentence
from writer.entry import Author, Corpus, Entry, Source
from writer.manuscript import Cited, Manuscript, Passage, Reference

WHOLE = Entry(
    "rey2020trust",
    "How Readers Come to Trust Sources",
    "Readers trust a source that gives its own limits.",
    Source("own.bib", 7),
    (Author("Rey", "Ana"), Author("van der Berg", "Hal")),
    year=2020,
    venue="Journal of Reading",
    doi="10.1000/trust.1",
    arxiv="1910.01234",
    kind="article",
)


def corpus_of(*entries: Entry) -> Corpus:
    return Corpus({entry.key: entry for entry in entries}, "test")


def manuscript(*sentences: Sentence, references: tuple[tuple[str, str], ...] = ()) -> Manuscript:
    passages = tuple(
        Passage(
            sentence,
            "a.txt",
            tuple(range(len(sentence.text) + 1)),
            tuple(Cited(key, 0, 0) for key in sentence.citations),
            paragraph=number,
        )
        for number, sentence in enumerate(sentences)
    )
    listed = tuple(Reference(label, text, "a.txt", 0, 0) for label, text in references)
    return Manuscript(passages, {"a.txt": ""}, listed)


def citing(*keys: str, cited_at: tuple[int, ...] = ()) -> Sentence:
    return Sentence("Readers trust a source.", "claim", keys, cited_at=cited_at or (22,) * len(keys))


def of_kind(kind: str, corpus: Corpus, *sentences: Sentence, **more: Any) -> list[Problem]:
    report = check_manuscript(manuscript(*sentences, **more), corpus)
    return [problem for problem in report.problems if problem.kind == kind]


def test_two_keys_of_a_merged_entry_are_told_once_where_the_second_is_first_cited() -> None:
    corpus = corpus_of(replace(WHOLE, aliases=("rey20",)))
    [problem] = of_kind("duplicate-key", corpus, citing("rey2020trust"), citing("rey20"), citing("rey20"))
    assert (problem.key, problem.place.sentence) == ("rey20", 1)
    assert problem.detail.startswith("'rey2020trust' (own.bib:7) and 'rey20' are two keys of one work")
    assert problem.suggestion == "cite 'rey20' throughout"  # twice, the other once
    assert of_kind("duplicate-key", corpus, citing("rey20"), citing("rey20")) == []


def test_of_two_keys_cited_as_often_the_one_that_the_corpus_has_first_is_recommended() -> None:
    places = (WHOLE.source, Source("own.bib", 2))
    corpus = corpus_of(replace(WHOLE, aliases=("rey20",), sources=places))
    [problem] = of_kind("duplicate-key", corpus, citing("rey2020trust"), citing("rey20"))
    assert "'rey2020trust' (own.bib:7) and 'rey20' (own.bib:2)" in problem.detail
    assert problem.suggestion == "cite 'rey20' throughout"
    later = replace(WHOLE, key="twin", source=Source("own.bib", 90))
    [problem] = of_kind("duplicate-key", corpus_of(WHOLE, later), citing("twin"), citing("rey2020trust"))
    assert problem.suggestion == "cite 'rey2020trust' throughout if it is one work"


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"doi": "10.1000/TRUST.1", "title": "Other"}, "DOI"),
        ({"doi": "10.48550/arXiv.1910.01234", "arxiv": None, "title": "Other"}, "arXiv id"),
        ({"doi": None, "arxiv": None, "title": "How readers come to {trust} sources."}, "title"),
    ],
)
def test_two_entries_of_one_work_are_told_once(other: dict[str, Any], what: str) -> None:
    corpus = corpus_of(WHOLE, replace(WHOLE, key="twin", **other))
    [problem] = of_kind("duplicate-key", corpus, citing("rey2020trust", "twin"), citing("twin"))
    assert f"the same {what}" in problem.detail
    assert of_kind("duplicate-key", corpus, citing("twin")) == []


def test_a_short_title_may_be_that_of_two_works() -> None:
    one = replace(WHOLE, title="Related work", doi=None, arxiv=None)
    assert of_kind("duplicate-key", corpus_of(one, replace(one, key="b")), citing("rey2020trust", "b")) == []


def test_a_key_twice_in_one_citation_is_a_note_and_twice_in_a_sentence_is_fine() -> None:
    corpus = corpus_of(WHOLE)
    [problem] = of_kind("duplicate-key", corpus, citing("rey2020trust", "rey2020trust"))
    assert (problem.rule, severity(problem)) == ("repeated-key", "note")
    assert of_kind("duplicate-key", corpus, citing("rey2020trust", "rey2020trust", cited_at=(7, 22))) == []


def test_a_draft_is_told_of_two_keys_and_not_of_its_records() -> None:
    twin = replace(ENTRIES[0], key="twin", doi=None)
    corpus = corpus_of(*ENTRIES, twin)
    kinds = [problem.kind for problem in check(draft_of(citing("li2024mirror", "twin")), corpus).problems]
    assert kinds.count("duplicate-key") == 1
    assert "incomplete-entry" not in kinds


def records(**changes: Any) -> list[str]:
    found = of_kind("incomplete-entry", corpus_of(replace(WHOLE, **changes)), citing("rey2020trust"))
    assert all(problem.place == Place(0) and problem.key == "rey2020trust" for problem in found)
    assert all(problem.suggestion == "complete it in own.bib:7" for problem in found)
    return [problem.detail.removeprefix("the entry 'rey2020trust' ") for problem in found]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"authors": ()}, ["has no author"]),
        ({"authors": (), "more_authors": True}, ["names its authors as “and others” only"]),
        ({"title": "", "year": None}, ["has no title and no year"]),
        ({"venue": None, "arxiv": None}, ["has no journal"]),
        ({"venue": None}, []),  # a preprint
        ({"venue": None, "arxiv": None, "kind": "inproceedings"}, ["has no book title"]),
        ({"kind": "book", "fields": (("title", "x"),)}, ["has no publisher"]),
        ({"kind": "book", "fields": (("Publisher", "x"),)}, []),
        ({"kind": "book"}, []),  # no BibTeX record: nobody asked for a publisher
        ({"doi": None, "arxiv": None}, ["has no DOI or address"]),
        ({"doi": None, "arxiv": None, "url": "https://example.org"}, []),
        ({"year": 2017}, ["is of 2017, but its arXiv id is of 2019"]),
        ({"year": 2018}, []),
        ({"year": 2024}, []),  # published long after
        ({"year": 2024, "venue": "arXiv preprint"}, ["is of 2024, but its arXiv id is of 2019"]),
        ({"year": 202, "arxiv": None}, ["has 202 for its year"]),
        ({"title": "HOW READERS COME TO TRUST"}, ["has a title in capitals"]),
        ({"title": "BERT"}, []),
    ],
)
def test_what_a_record_lacks_is_told(changes: dict[str, Any], told: list[str]) -> None:
    assert records(**changes) == told


def test_an_entry_without_an_abstract_is_a_warning_and_other_gaps_are_notes() -> None:
    corpus = corpus_of(replace(WHOLE, abstract="", year=None))
    found = of_kind("incomplete-entry", corpus, citing("rey2020trust"), citing("rey2020trust"))
    assert [(problem.rule, severity(problem)) for problem in found] == [("", "note"), ("no-abstract", "warning")]


def test_entries_that_nobody_cites_are_not_looked_at() -> None:
    assert (
        of_kind("incomplete-entry", corpus_of(WHOLE, Entry("bare", "", "", Source("b", 1))), citing("rey2020trust"))
        == []
    )


FULL = "A. Rey and H. van der Berg. How readers come to trust sources. Journal of Reading, 2020."


@pytest.mark.parametrize(
    ("text", "because"),
    [
        (FULL, "the same title"),
        ("Rey, A.: “How Readers Come to\n Trust Sources”, J. Reading 4 (2021).", "the same title"),
        ("Some note. doi:10.1000/TRUST.1.", "the same DOI"),
        ("Rey, A. arXiv:1910.01234v2 [cs.CL], 2019.", "the same arXiv id"),
    ],
)
def test_a_reference_is_the_entry_whose_identifier_or_title_it_gives(text: str, because: str) -> None:
    [match] = resolve(manuscript(citing("[1]"), references=(("[1]", text),)), corpus_of(WHOLE)).matches
    assert (match.key, match.because) == ("rey2020trust", because)


@pytest.mark.parametrize(
    "text",
    [
        "A. Rey. How readers come to trust sources of news. 2016.",  # a longer title
        "A. Rey. Whether and how readers come to trust sources. 2016.",
        "B. Other. How readers come to trust sources. 2020.",  # another author
        "A. Rey. How readers come to trust sources. 2011.",  # another year
        "A. Rey. How readers come to doubt sources. 2020.",  # one other word
        "How readers come to trust sources.",  # nobody signed it
        "doi:10.1000/trust.12",
        "",
    ],
)
def test_a_reference_that_only_looks_like_an_entry_is_none(text: str) -> None:
    resolved = resolve(manuscript(citing("[1]"), references=(("[1]", text),)), corpus_of(WHOLE))
    assert resolved.matches[0].key is None
    assert resolved.manuscript.passages[0].sentence.citations == ("[1]",)


def test_an_entry_without_authors_is_told_by_its_title_where_it_stands_by_itself() -> None:
    corpus = corpus_of(replace(WHOLE, authors=()))
    for title, key in (
        ("How readers come to trust sources", "rey2020trust"),
        ("On how readers come to trust sources", None),
    ):
        [match] = resolve(manuscript(citing("[1]"), references=(("[1]", f"A. Rey. {title}. 2020."),)), corpus).matches
        assert match.key == key


def test_a_short_title_needs_its_author_and_year() -> None:
    corpus = corpus_of(replace(WHOLE, title="Trust"))
    for text, key in (("A. Rey. Trust. 2020.", "rey2020trust"), ("A. Rey. Trust. 2016.", None), ("Trust. 2020.", None)):
        [match] = resolve(manuscript(citing("[1]"), references=(("[1]", text),)), corpus).matches
        assert match.key == key


def test_two_entries_of_one_title_are_told_and_neither_is_taken() -> None:
    corpus = corpus_of(WHOLE, replace(WHOLE, key="twin", doi=None, arxiv=None))
    [match] = resolve(manuscript(citing("[1]"), references=(("[1]", FULL),)), corpus).matches
    assert match.key is None
    assert match.because == "several entries have its title ('rey2020trust', 'twin')"


def test_matched_labels_become_keys_and_others_stay_with_their_text_told() -> None:
    references = (("[1]", FULL), ("[2]", "N. Nobody. An unheard work. 1999."))
    text = manuscript(citing("[1]", "[2]"), references=references)
    resolved = resolve(text, corpus_of(WHOLE)).manuscript
    assert resolved.passages[0].sentence.citations == ("rey2020trust", "[2]")
    assert [cited.key for cited in resolved.passages[0].cited] == ["rey2020trust", "[2]"]
    assert text.passages[0].sentence.citations == ("[1]", "[2]")
    [problem] = of_kind("unknown-key", corpus_of(WHOLE), citing("[1]", "[2]"), references=references)
    assert problem.key == "[2]"
    assert "An unheard work" in problem.detail


def test_labels_match_with_and_without_their_brackets_and_the_first_of_two_counts() -> None:
    references = (("1", FULL), ("1", "N. Nobody. An unheard work. 1999."))
    resolved = resolve(manuscript(citing("[1]"), references=references), corpus_of(WHOLE)).manuscript
    assert resolved.passages[0].sentence.citations == ("rey2020trust",)


def test_a_work_that_the_list_has_twice_is_told() -> None:
    [problem] = of_kind(
        "duplicate-key", corpus_of(WHOLE), citing("[1]"), references=(("[1]", FULL), ("[4]", "doi:10.1000/trust.1"))
    )
    assert "as [1] and as [4]" in problem.detail


def test_a_manuscript_without_a_list_comes_back_as_it_is() -> None:
    text = manuscript(citing("a2020"))
    assert resolve(text, corpus_of(WHOLE)).manuscript is text


def test_problems_of_the_whole_stand_behind_those_of_sentences() -> None:
    corpus = corpus_of(replace(WHOLE, year=None))
    report = check_manuscript(manuscript(citing("rey2020trust"), citing("nobody2020")), corpus)
    places = [problem.place.sentence for problem in report.problems]
    assert places[-1] == -1
    assert -1 not in places[: places.index(-1)]
    assert 1 in places
