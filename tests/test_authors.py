"""Authors and years named in the prose, against the entries that are cited there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import ENTRIES

from writer.checking.authors import check_authors
from writer.checking.case import Case
from writer.checking.facts import Known
from writer.checking.mentions import mentions
from writer.draft import Group, Place, Problem, Sentence
from writer.entry import Author, Corpus, Entry, Source


def entry(key: str, year: int | None, *families: str, **more: object) -> Entry:
    authors = tuple(Author(*reversed(family.split("|"))) if "|" in family else Author(family) for family in families)
    made = Entry(key, f"Title of {key}", f"We study {key}.", Source("own.bib", 1), authors, year=year)
    return replace(made, **more)  # type: ignore[arg-type]


OWN = (
    entry("smith2021", 2021, "Ann|Smith", "Bo|Lee"),
    entry("jones2019", 2019, "Cy|Jones", "Di|Müller", "Eve|van der Berg"),
    entry("jones2018", 2018, "Cy|Jones"),
    entry("garcia2017", 2017, "Flo|García López"),
    entry("who2020", 2020, "World Health Organization"),
    entry("openai2023", 2023, "OpenAI"),
    entry("late2020", 2020, "Gus|Oakes", arxiv="1912.01234"),
    entry("open2015", 2015, "Hal|Quist", more_authors=True),
    entry("unsigned2014", 2014),
)
CORPUS = Corpus({entry.key: entry for entry in (*ENTRIES, *OWN)}, "test")


def found(text: str, *keys: str, others: tuple[str, ...] = (), quoted: bool = False) -> list[Problem]:
    """The problems of a text in which `@` marks the place of all citations; without it they stand nowhere."""
    at = text.find("@")
    places = (at,) * len(keys) if at >= 0 else ()
    sentence = Sentence(text.replace("@", ""), "claim" if keys else "framing", keys, cited_at=places)
    beside = Sentence("Another.", "claim", others)
    return check_authors(Case(sentence, Place(0), Group("", ((sentence, beside),)), Known(CORPUS), quoted=quoted))


def kinds(text: str, *keys: str, others: tuple[str, ...] = (), quoted: bool = False) -> list[str]:
    return [problem.kind for problem in found(text, *keys, others=others, quoted=quoted)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Smith and Lee (2021) @ show it.", "jones2019"),
        ("In 2018, Jones et al. @ argue.", "jones2019"),
        ("Jones (2018) @ argues.", "jones2019"),
        ("Jones’s (2018) @ result.", "jones2019"),
        ("It holds (Jones, 2018) @.", "jones2019"),
        ("It holds (see Jones et al., 2018; @).", "jones2019"),
        ("Jones, Müller, and Oakes (2019) @ argue.", "jones2019"),
        ("Smith et al.'s @ method.", "jones2019"),
        ("Garcia et al. (2016) in @.", "garcia2017"),
        ("OpenAI (2022) @ reports.", "openai2023"),
        ("Smith and Lee @ show it.", "jones2019"),  # no year, yet both are authors of the corpus
        ("Smith (2013) @ shows it.", "unsigned2014"),  # the year alone tells
    ],
)
def test_a_name_or_year_that_the_cited_entry_does_not_have_is_found(text: str, key: str) -> None:
    [problem] = found(text, key)
    assert (problem.kind, problem.key) == ("author-year", key)
    assert problem.span is not None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Smith and Lee (2021) @ show it.", "smith2021"),
        ("Lee (2021) @ shows it.", "smith2021"),
        ("In 2019, Jones et al. @ argue.", "jones2019"),
        ("Jones, Mueller & van der Berg (2019a) @ argue.", "jones2019"),
        ("C. Jones, Muller and Van Der Berg (2019) @ argue.", "jones2019"),
        ('Jones and M\\"uller (2019) @ argue.', "jones2019"),
        ("Berg and colleagues’ @ result.", "jones2019"),
        ("Garcia-Lopez (2017) @ and others.", "garcia2017"),
        ("García’s (2017) @ result.", "garcia2017"),
        ("The World Health Organization (2020) @ recommends it.", "who2020"),
        ("As the WHO (2020) @ recommends.", "who2020"),
        ("OpenAI (2023) @ reports.", "openai2023"),
        ("Oakes (2019) @ posted it.", "late2020"),  # the year of the preprint
        ("Quist and Unlisted (2015) @ say so.", "open2015"),  # the record ends in `and others`
        ("Nobody et al. (2014) @ say so.", "unsigned2014"),  # the record has no authors
        ("Smith (2021) and the older @ differ.", "smith2021"),
    ],
)
def test_what_agrees_with_the_entry_is_left_in_peace(text: str, key: str) -> None:
    assert [problem for problem in found(text, key) if problem.rule != "first-author"] == []


@pytest.mark.parametrize(
    "text",
    [
        "Since 2018 @ nothing changed.",
        "The 2012 cohort @ was larger.",
        "In March (2020) @ it rose.",
        "COVID-19 (2020) @ spread.",
        "See Table (2020) @.",
        "SemEval (2016) @ has it.",
        "The Affordable Care Act (2010) @ passed.",
        "With BERT @ it works.",
        "Adam @ is an optimiser.",
        "The war (1939–1945) @ ended.",
        "Results (Figure 2) @ differ.",
        "It was held in Beijing, 2008 @.",
    ],
)
def test_dates_places_and_things_are_no_citations(text: str) -> None:
    assert found(text, "jones2019") == []


def test_a_thing_that_the_cited_abstract_names_is_no_author() -> None:
    named = replace(OWN[1], abstract="We present Cora, a data set.")
    corpus = Corpus({**CORPUS.entries, "jones2019": named}, "test")
    sentence = Sentence("Cora (2008) is used.", "claim", ("jones2019",), cited_at=(11,))
    assert check_authors(Case(sentence, Place(0), Group("", ()), Known(corpus), quoted=False)) == []


def test_the_entry_by_these_authors_is_suggested_and_the_cited_one_described() -> None:
    [problem] = found("Smith and Lee (2021) @ show it.", "jones2019")
    assert problem.suggestion == "the entry 'smith2021' is by Smith and Lee (2021)"
    assert "by Jones, Müller and van der Berg (2019)" in problem.detail
    [problem] = found("Jones (2018) @ shows it.", "jones2019")
    assert problem.suggestion == "the entry 'jones2018' is by Jones (2018)"
    assert problem.detail.endswith("which is of 2019")


def test_one_of_several_citations_may_carry_the_names() -> None:
    assert found("Smith and Lee (2021) @ show it.", "jones2019", "smith2021") == []


def test_a_later_author_with_et_al_is_a_note() -> None:
    [problem] = found("Lee et al. (2021) @ show it.", "smith2021")
    assert (problem.kind, problem.rule) == ("author-year", "first-author")
    assert found("Smith, Lee, et al. (2021) @ show it.", "smith2021") == []


def test_names_without_a_citation_are_stray_and_the_one_entry_that_fits_is_named() -> None:
    [problem] = found("Smith and Lee (2021) show it.")
    assert problem.kind == "stray-reference"
    assert "is the entry 'smith2021', which is not cited here" in problem.detail
    assert problem.suggestion == "cite 'smith2021'"
    assert problem.span == (0, 20)


def test_names_that_fit_several_entries_name_them_all() -> None:
    [problem] = found("Jones et al. show it.")
    assert problem.suggestion == "one of 'jones2019', 'jones2018'"


def test_names_that_nobody_in_the_corpus_has_are_told_as_such() -> None:
    [problem] = found("Unheard et al. (2021) show it.")
    assert problem.detail.endswith("it is not in the corpus")


def test_a_work_cited_elsewhere_in_the_paragraph_may_be_named_again_in_a_manuscript_but_not_in_a_draft() -> None:
    text = "Smith et al. also show it."
    assert kinds(text, others=("smith2021",)) == []
    assert kinds(text, "jones2019", others=("smith2021",)) == []
    assert kinds(text, "jones2019", others=("smith2021",), quoted=True) == ["stray-reference"]


def test_a_cited_author_with_a_wrong_year_is_found_wherever_the_citation_stands() -> None:
    assert kinds("Smith (2016) shows that judges agree @.", "smith2021") == ["author-year"]
    assert kinds("Smith (2016) shows that judges agree.", "smith2021", quoted=True) == ["author-year"]


def test_where_a_cited_entry_has_no_authors_nobody_can_tell() -> None:
    assert found("Unheard et al. show that judges agree @.", "unsigned2014") == []


def test_an_unknown_key_is_told_elsewhere() -> None:
    assert found("Unheard et al. (2020) @ show it.", "nobody2020") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("In Wuhan, Kim and Lee (2020) did.", [("Kim", "Lee")]),
        ("(see Smith, 2020; Lee and Park, 2019)", [("Smith",), ("Lee", "Park")]),
        ("Recently, Smith (2020) did.", [("Smith",)]),
        ("De Ridder, Berg and al-Khalili (2012) did.", [("De Ridder", "Berg", "al-Khalili")]),
        ("O’Brien and d’Aspremont (2012) did.", [("O’Brien", "d’Aspremont")]),
        ("Our 2012 study (in press) did.", []),
        ("et al.", []),
        ("(2020)", []),
    ],
)
def test_where_a_name_begins_and_ends(text: str, names: list[tuple[str, ...]]) -> None:
    assert [mention.names for mention in mentions(text)] == names


@pytest.mark.parametrize("piece", ["et al. ", "Aa, ", "2020 ", "A. ", "van ", "Smith and ", "Aa-", "(2020)", "\\'e "])
def test_odd_texts_are_read_to_their_end(piece: str) -> None:
    text = piece * 3_000 + "(2020)"
    for mention in mentions(text):
        assert 0 <= mention.start < mention.end <= len(text)


def in_clauses(text: str, *keys: str) -> list[Problem]:
    """The problems of a text in which each `@` is the place of one citation."""
    pieces = text.split("@")
    places = tuple(sum(map(len, pieces[: number + 1])) for number in range(len(keys)))
    sentence = Sentence("".join(pieces), "claim", keys, cited_at=places)
    return check_authors(Case(sentence, Place(0), Group("", ((sentence,),)), Known(CORPUS), quoted=False))


def test_a_name_belongs_to_the_citation_of_its_own_clause() -> None:
    text = "Panels reduce the cost of all judges@, and Smith et al. show that large panels agree@."
    [problem] = in_clauses(text, "smith2021", "jones2018")
    assert (problem.kind, problem.key) == ("author-year", "jones2018")
    assert problem.suggestion == "the entry 'smith2021' is by Smith and Lee (2021)"
    assert in_clauses(text, "jones2018", "smith2021") == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Smith et al. show A@ and B@ of all panels.", ("smith2021", "jones2018")),  # two citations of one clause
        ("Panels reduce all costs@, and judges differ from Smith et al. in that panels agree@.", None),  # no reporter
        ("Panels reduce all costs@, and Smith et al. show that panels agree@.", ("smith2021", "unsigned2014")),
        ("Panels reduce all costs@, and Smith et al. show that panels agree@.", ("smith2021", "open2015")),
    ],
)
def test_a_name_that_may_belong_elsewhere_is_left_in_peace(text: str, keys: tuple[str, str] | None) -> None:
    assert in_clauses(text, *(keys or ("smith2021", "jones2018"))) == []
