"""Unknown keys: which entries are suggested, from what, and for how many of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import ENTRIES, small_corpus

from writer.checking.case import Case
from writer.checking.citations import check_citations, check_loose
from writer.checking.facts import Known
from writer.draft import Group, Place, Problem, Sentence
from writer.entry import Author, Corpus, Entry, Source
from writer.manuscript import Cited, Loose

NAMED = replace(
    ENTRIES[0],
    key="x17",
    title="Échos of Judges",
    authors=(Author("Müller-Braun", "Ana"),),
    year=2021,
    doi="10.1000/Echo.7",
    arxiv="2103.01234",
)
CORPUS = Corpus({entry.key: entry for entry in (*ENTRIES, NAMED)}, "test")


def unknown(*keys: str, corpus: Corpus = CORPUS) -> list[Problem]:
    case = Case(Sentence("Judges agree.", "claim", keys), Place(0), Group("", ()), Known(corpus), quoted=False)
    return [problem for problem in check_citations(case) if problem.kind == "unknown-key"]


def suggestion(key: str) -> str:
    [problem] = unknown(key)
    assert problem.key == key
    return problem.suggestion or ""


@pytest.mark.parametrize(
    "key",
    [
        "muller2021",  # author and year
        "Müller-Braun:2021",
        "braun21",  # a year of two digits
        "mueller2019judges",  # another year, and a word of the title
        "DBLP:conf/judges/Muller21",
        "echosJudges",  # words of the title alone
    ],
)
def test_an_author_with_a_year_or_a_title_word_in_the_key_finds_the_entry(key: str) -> None:
    assert suggestion(key).startswith("by author, year and title: x17")


@pytest.mark.parametrize("key", ["braun1999", "muller", "judges2021"])
def test_a_name_a_year_or_a_common_word_alone_finds_nothing(key: str) -> None:
    assert "x17" not in suggestion(key)


@pytest.mark.parametrize(
    "key",
    ["10.1000/echo.7", "doi:10.1000/ECHO.7", "https://doi.org/10.1000/echo.7", "2103.01234", "arXiv:2103.01234v2"],
)
def test_an_identifier_written_as_key_finds_the_entry_that_has_it(key: str) -> None:
    assert suggestion(key) == "that is the DOI or arXiv id of x17"


def test_a_slip_of_the_pen_finds_the_nearest_key() -> None:
    assert "stein2022retrieval" in suggestion("stein2022retreival")


def test_what_resembles_nothing_has_no_suggestion() -> None:
    assert suggestion("zzzz") == ""
    assert suggestion('{}\\"') == ""


def test_a_key_of_a_million_letters_is_told_and_compared_with_nothing() -> None:
    [problem] = unknown("a2020" * 200_000)
    assert problem.suggestion is None


def test_a_key_is_told_once_for_each_sentence() -> None:
    assert len(unknown("nobody2020", "nobody2020")) == 1


def test_suggestions_end_after_some_dozens_of_unknown_keys_and_say_so() -> None:
    many = {f"entry{n}": Entry(f"entry{n}", f"Title number {n}", "", Source("many.bib", n + 1)) for n in range(2_000)}
    found = unknown(*(f"unknown{n}x" for n in range(2_000)), corpus=Corpus(many, "test"))
    assert len(found) == 2_000
    silent = [problem for problem in found if (problem.suggestion or "").startswith("none looked for: more than 48")]
    assert len(silent) == 2_000 - 48


def test_an_empty_corpus_holds_no_key() -> None:
    [problem] = unknown("a2020", corpus=Corpus({}, "none"))
    assert problem.suggestion is None


def test_known_keys_are_no_problem() -> None:
    assert unknown(*small_corpus().entries) == []


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("A preprint (arXiv:2301.01234) looks at judges.", False),
        ("Code is at https://example.org/v2/judges.", False),
        ("Judges are the theme of Smith (2020).", False),
        ("Judges are the theme of Smith (2020) in 40 pairs.", True),
    ],
)
def test_the_digits_of_a_reference_are_no_finding(text: str, stated: bool) -> None:
    case = Case(Sentence(text, "framing"), Place(0), Group("", ()), Known(CORPUS), quoted=False)
    assert [problem.kind for problem in check_citations(case)] == ["uncited-claim"] * stated


def test_what_is_cited_in_no_sentence_must_exist_too_and_is_told_once() -> None:
    places = (("nobody", "heading"), ("li2024mirror", "\\nocite"), ("noone", "table"), ("nobody", "table"))
    loose = [Loose(Cited(key, at, at + 1), "a.tex", where) for at, (key, where) in enumerate(places)]
    found = check_loose(loose, Known(CORPUS))
    assert [(problem.kind, problem.key) for problem in found] == [("unknown-key", "nobody"), ("unknown-key", "noone")]
    assert "(cited in: heading)" in found[0].detail
    assert "(cited in: table)" in found[1].detail
    assert {problem.place.sentence for problem in found} == {-1}
    assert check_loose([], Known(CORPUS)) == []


def kinds_of(text: str, *keys: str, quoted: bool) -> list[str]:
    case = Case(Sentence(text, "claim", keys), Place(0), Group("", ()), Known(CORPUS), quoted=quoted)
    return [problem.kind for problem in check_citations(case)]


def test_an_unknown_key_of_a_manuscript_is_one_alarm() -> None:
    assert kinds_of("Judges improve.", "nobody2020", quoted=False) == ["unknown-key"]
    assert kinds_of("Judges improve.", "nobody2020", quoted=True) == ["unknown-key", "uncited-claim"]


def framing(text: str) -> list[Problem]:
    case = Case(Sentence(text, "framing"), Place(0), Group("", ()), Known(CORPUS), quoted=False)
    return check_citations(case)


def test_a_text_in_one_line_is_looked_at_only_in_its_beginning() -> None:
    assert [problem.span for problem in framing("a b " * 4_000 + "It improves.")] == [(16_003, 16_011)]
    assert framing("a b " * 6_000 + "It improves.") == []


def test_a_bare_count_without_a_verb_states_no_finding() -> None:
    assert framing("Best of 5 runs.") == []
    assert [problem.kind for problem in framing("Agreement of 81% of the raters.")] == ["uncited-claim"]
    assert [problem.kind for problem in framing("Panels have 5 judges.")] == ["uncited-claim"]
