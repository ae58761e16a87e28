"""Nearly the same abstract, preprints, decisions and explanations; and that nothing compares all with all."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.corpus import load
from writer.corpus.candidates import buckets, shared
from writer.corpus.decisions import Decisions, record_digest
from writer.corpus.explain import explain
from writer.corpus.merge import combined, groups, merged, works
from writer.entry import Author, Corpus, Entry, Source

LONG = (
    "Amber basins hold the cedar that the delta brought to the harbor, and little of it is ever seen again. We follow "
    "forty basins over a long season of rain, from the first floods until the last reeds, and weigh what each of them "
    "gives back. Most of the wood returns within a month, while the rest sinks into the clay. A plain balance of "
    "water and clay predicts which basin keeps its cedar, and we show how a harbor may be planned by it."
)
REVISED = LONG.replace("a plain balance", "a simple balance").replace(
    "little of it is ever seen", "little is ever seen"
)
CHANGED = LONG.replace("Most of the wood", "Much of the wood")
OTHER = (
    "Kelp forests shelter juvenile orchids whose nectar feeds lagoons, which nobody had measured in the meadows. With "
    "divers, cameras and a raft, every lagoon of the island was visited by day and by night for one entire winter, "
    "and counts of petals were taken by hand. Orchids near kelp bear more nectar; those in open water bear none at all."
)
ROE, MOE, POE = Author("Roe", "Jane"), Author("Moe", "Max"), Author("Poe", "Pia")


def entry(title: str = "", abstract: str = "", key: str = "", line: int = 1, **more: object) -> Entry:
    source = Source("papers", line)
    return Entry(key, title, abstract, source, sources=(source,), **more)  # type: ignore[arg-type]


def together(*entries: Entry, decisions: Decisions | None = None) -> list[tuple[int, ...]]:
    return [group.members for group in groups(entries, decisions)]


def of(title: str, abstract: str = LONG, authors: tuple[Author, ...] = (ROE, MOE), **more: object) -> Entry:
    return entry(title, abstract, authors=authors, **more)


SAME = {
    "PMID": (entry("Cedars of Delta", pmid="123"), entry("Cedars of the Delta: A Tale", pmid="123")),
    "a title that changed on the way to print": (
        of("Where Cedars Go in Deltas", arxiv="2001.00001", year=2020, venue="arXiv"),
        of("The Fate of Cedars in Deltas", REVISED, doi="10.1/a", year=2021, venue="Journal"),
    ),
    "a subtitle that was dropped": (of("Cedars of Delta: Forty Basins"), of("Cedars of Delta")),
    "a subtitle with a number that was dropped": (of("Cedars of Delta: 40 Basins"), of("Cedars of Delta")),
    "other words in a title without authors": (
        of("Where Cedars of Deltas Go", authors=()),
        of("Where Cedars of Deltas Rest", CHANGED),
    ),
    "an abstract in other cases and without its accents": (
        of("Cedars of Delta, a Study", LONG.replace("little", "líttle")),
        of("Cedars of Delta", LONG.upper()),
    ),
    "a piece of the abstract": (
        of("Cedars of Deltas, a Study", LONG[: LONG.index(" A plain")]),
        of("Cedars of Deltas"),
    ),
    "no title, and a word of the abstract changed": (of(""), of("Cedars of Delta", CHANGED)),
    "a title with RETRACTED before it": (
        of("RETRACTED: Cedars of Delta", doi="10.1/a"),
        of("Cedars of Delta", doi="10.1/a"),
    ),
    "one DOI under titles that a registrar cut": (
        entry("Cedars of Delta", OTHER, doi="10.1/a", authors=(ROE,)),
        entry("Cedars", LONG, doi="10.1/a", authors=(ROE,)),
    ),
}
DIFFERENT = {
    "parts in Roman numerals": (of("Cedars of Delta, Part I"), of("Cedars of Delta, Part II")),
    "parts in words": (of("Cedars of Delta. Part One"), of("Cedars of Delta. Part Two")),
    "a second part without the word": (of("Cedars of Delta"), of("Cedars of Delta II")),
    "parts under one DOI": (of("Cedars, Part 1", doi="10.1/a"), of("Cedars, Part 2", doi="10.1/a")),
    "an erratum": (of("Cedars of Delta"), of("Erratum: Cedars of Delta")),
    "an erratum under the same DOI": (
        of("Cedars of Delta", doi="10.1/a"),
        of("Erratum to Cedars of Delta", doi="10.1/a"),
    ),
    "a reply behind the title": (of("Cedars of Delta"), of("Cedars of Delta (Reply)")),
    "a comment with the abstract of what it is about": (of("Cedars of Delta"), of("Comment on “Cedars of Delta”")),
    "years of reports in titles": (of("Cedar Report 2019", year=2019), of("Cedar Report 2020", year=2020)),
    "years of reports in abstracts": (
        of("Cedar Report", "This covers 2019. " + LONG, year=2019),
        of("Cedar Report", "This covers 2020. " + LONG, year=2020),
    ),
    "numbers of reports in abstracts": (
        of("Cedar Report", LONG + " There were 134 members.", year=2019, venue="J"),
        of("Cedar Report", LONG + " There were 151 members.", year=2020, venue="J"),
    ),
    "editions": (of("The Second Cedar Workshop"), of("The Third Cedar Workshop")),
    "editions that share another number": (of("The Second Two-Day Meeting"), of("The Third Two-Day Meeting")),
    "a version for a journal three years later": (of("Cedars of Delta", year=2017), of("Cedars of Delta", year=2020)),
    "the same sentences about another subject": (
        of("Notes on Barley", "We describe barley. " + LONG),
        of("Notes on Yeast", "We describe yeast. " + LONG),
    ),
    "the same abstract by others": (of("Cedars of Delta, Again"), of("Cedars of Delta", authors=(POE,))),
    "the same abstract under two titles and no authors": (of("Cedars", authors=()), of("Amber", authors=())),
    "two PMIDs": (of("Cedars of Delta", pmid="1"), of("Cedars of Delta", pmid="2")),
    "two DOIs and nearly the same abstract": (of("Cedars", doi="10.1/a"), of("Cedars Again", CHANGED, doi="10.1/b")),
    "boilerplate": (
        of("Cedars of Delta", OTHER[:110] + LONG[-180:]),
        of("Kelp and Nectar", "Nobody counts the snow here, by and large." + LONG[-180:]),
    ),
    "a general title of one author in two years": (of("Editorial", "", year=2019), of("Editorial", "", year=2020)),
    "a series under one title": (of("Cedar Letters"), of("Cedar Letters", OTHER)),
    "a DOI copied to a paper of the same field by others": (
        of("Models of Cedars", doi="10.1/a"),
        of("Models of Orchids", OTHER, authors=(POE,), doi="10.1/a"),
    ),
    "abstracts too short to speak for a merge": (of("Cedars", LONG[:100]), of("Amber Cedars", LONG[:100] + " Yes.")),
}


@pytest.mark.parametrize("name", SAME)
def test_is_one_work(name: str) -> None:
    assert together(*SAME[name]) == [(0, 1)]
    assert together(*reversed(SAME[name])) == [(0, 1)]


@pytest.mark.parametrize("name", DIFFERENT)
def test_are_two_works(name: str) -> None:
    assert together(*DIFFERENT[name]) == [(0,), (1,)]
    assert together(*reversed(DIFFERENT[name])) == [(0,), (1,)]


def test_a_third_record_without_an_abstract_undoes_no_merge() -> None:
    found = (
        of("Where Water Goes", arxiv="2001.00001", year=2020),
        of("The Fate of Cedars in Deltas", doi="10.1/a", year=2021),
        of("The Fate of Cedars in Deltas", "", (ROE,), doi="10.1/a", year=2021),
    )
    for order in permutations(found):
        assert together(*order) == [(0, 1, 2)]


def test_a_third_record_without_an_abstract_can_still_contradict_by_its_year() -> None:
    preprint = of("Where Water Goes", arxiv="2001.00001", year=2020)
    published = of("The Fate of Cedars in Deltas", doi="10.1/a", year=2021)
    late = of("The Fate of Cedars in Deltas", "", doi="10.1/a", year=2023)
    assert together(preprint, published, late) == [(0,), (1, 2)]


def test_abstracts_of_a_script_without_spaces_are_compared_by_their_characters() -> None:
    text = "".join(chr(0x4E00 + 37 * number % 4000) for number in range(320))
    cut = "，".join(text[at : at + 20] for at in range(0, 320, 20)) + "。"
    changed = cut.replace(cut[5], "雪")
    assert together(of("雪国の本", cut), of("雪国の本集", changed)) == [(0, 1)]
    assert together(of("雪国の本", cut), of("雪国の本集", cut[::-1])) == [(0,), (1,)]


def test_what_could_be_either_of_two_papers_by_its_abstract_stays_apart() -> None:
    trio = (of("Cedars of Delta, Part I"), of(""), of("Cedars of Delta, Part II"))
    for order in permutations(trio):
        assert together(*order) == [(0,), (1,), (2,)]


def test_the_match_names_both_records_and_how_alike_they_are() -> None:
    (work,) = works([of("Kelp", OTHER), of("Cedars of Delta, a Study"), of("Cedars of Delta", CHANGED)])
    assert work.members == (1, 2)
    assert work.because == "nearly the same abstract"
    ((one, other, why),) = work.matches
    assert (one, other) == (1, 2)
    assert 0.9 <= float(why.removeprefix("abstracts alike by ")) < 1


# The published work is cited ----------------------------------------------------------------------------------------

PREPRINT = entry(
    "Where Cedars Go", LONG, "roe20", 1, authors=(ROE, MOE), year=2020, venue="arXiv preprint", arxiv="2001.00001",
    url="https://arxiv.org/abs/2001.00001", fields=(("journal", "arXiv preprint"),), pmid=None, language="en",
)  # fmt: skip
PUBLISHED = entry(
    "The Fate of Cedars", "", "", 2, authors=(ROE,), year=2021, venue="Journal", doi="10.1/a", kind="article"
)


def test_a_published_record_s_word_counts_before_a_preprint_s() -> None:
    for order in permutations((PREPRINT, PUBLISHED)):
        one = merged(order)
        assert (one.title, one.year, one.venue, one.doi) == ("The Fate of Cedars", 2021, "Journal", "10.1/a")
        assert (one.kind, one.source.line) == ("article", 2)
        assert (one.arxiv, one.abstract, one.authors) == ("2001.00001", LONG, (ROE, MOE))


def test_the_key_of_a_preprint_stays_when_the_published_record_has_none_and_else_becomes_an_alias() -> None:
    assert merged((PREPRINT, PUBLISHED)).key == "roe20"
    both = merged((PREPRINT, replace(PUBLISHED, key="roe21")))
    assert (both.key, both.aliases) == ("roe21", ("roe20",))


def test_a_preprint_s_own_fields_do_not_print_it_in_place_of_the_published_work() -> None:
    assert merged((PREPRINT, PUBLISHED)).fields == ()
    own = (("journal", "Journal"),)
    assert merged((PREPRINT, replace(PUBLISHED, fields=own))).fields == own
    assert (
        merged((PREPRINT, replace(PREPRINT, line=3) if False else entry("Where Cedars Go"))).fields == PREPRINT.fields
    )


def test_the_venue_of_a_published_record_that_says_arxiv_gives_way_to_one_that_names_a_journal() -> None:
    listed = replace(PUBLISHED, venue="CoRR", url="https://example.org", abstract=OTHER)
    assert merged((listed, replace(PUBLISHED, doi=None, year=None))).venue == "Journal"


def test_each_field_remembers_where_it_was_read() -> None:
    _, fields = combined((PREPRINT, PUBLISHED))
    told = {name: place.line for name, place in fields}
    assert told == {
        "title": 2, "abstract": 1, "authors": 1, "year": 2, "venue": 2, "doi": 2, "arxiv": 1, "url": 1, "kind": 2,
        "language": 1,
    }  # fmt: skip


def test_marks_of_an_abstract_come_with_the_abstract() -> None:
    cut = entry("Cedars", LONG[:200], "roe20", truncated=True, language="de", doi="10.1/a")
    one = merged((cut, entry("Cedars", LONG, line=2, language="en")))
    assert (one.abstract, one.truncated, one.language) == (LONG, False, "en")


# Explanations -------------------------------------------------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    rows = [
        {"title": "Cedars of Delta", "abstract": LONG, "author": "Jane Roe", "year": 2020, "doi": "10.1234/a"},
        {"title": "Cedars of Delta: Forty Basins", "abstract": CHANGED, "author": "Jane Roe", "year": 2021},
        {"title": "Cedars of Delta", "year": 2010},
        {"title": "Cedars of Delta, Part II", "abstract": LONG, "author": "Jane Roe"},
        {"title": "Kelp and Nectar", "abstract": OTHER},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return load([path])


def test_an_explanation_tells_what_joined_and_what_kept_apart(corpus: Corpus) -> None:
    (merge,) = corpus.merged
    told = explain(corpus, merge.kept)
    assert told.merge == merge
    assert {place.line for _, place in told.records} == {1, 2}
    assert {(one.source.line, one.shared) for one in told.apart} == {
        (3, "the same title"),
        (4, "abstracts alike by 1.00"),
    }
    assert {one.source.line: one.against for one in told.apart} == {
        3: "years more than 2 apart: 2020 and 2010",
        4: "other numbers in the titles",
    }
    text = told.as_text()
    assert "abstracts alike by 0.9" in text
    assert "doi from" in text
    assert "kept apart from" in text


def test_a_work_read_once_is_explained_by_its_one_record(corpus: Corpus) -> None:
    (key,) = (one.key for one in corpus if one.title.startswith("Kelp"))
    told = explain(corpus, key)
    assert (told.merge, told.apart, len(told.records)) == (None, (), 1)
    assert told.as_text().startswith(f"{key}: read once\n")
    with pytest.raises(KeyError):
        explain(corpus, "nobody")


# Size ---------------------------------------------------------------------------------------------------------------


def test_many_papers_under_one_title_are_not_compared_each_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    from writer.corpus import likeness, marks

    def counted(one: marks.Marks, other: marks.Marks) -> str:
        nonlocal asked
        asked += 1
        return marks.contradiction(one, other)

    monkeypatch.setattr(likeness, "contradiction", counted)
    many = [entry("Cedars of Delta", line=n, authors=(Author(f"Roe{n}"),), url=str(n)) for n in range(3000)]
    many += [replace(many[7], url="x"), replace(many[9], abstract="Short.")]
    found = works(many)
    assert sorted(work.members for work in found) == [(7, 3000), (9, 3001)]
    assert asked < 3 * len(many)


def test_many_records_of_one_work_are_one_work() -> None:
    many = [entry("Cedars of Delta", line=n, url=str(n), doi="10.1/a") for n in range(400)]
    assert together(*many) == [tuple(range(400))]
    assert together(*(replace(one, doi=None) for one in many)) == [tuple(range(400))]


def test_a_decision_holds_among_very_many_equal_records() -> None:
    many = [entry("Cedars of Delta", key=f"k{n}", url=str(n)) for n in range(80)]
    first, *others = groups(many, Decisions(apart=(("k0", "k1"),)))
    assert not {0, 1} <= set(first.members)
    assert all(not {0, 1} <= set(group.members) for group in others)


def test_buckets_hold_what_occurs_more_than_once_and_nothing_else() -> None:
    chance = random.Random(1)
    values = [chance.randrange(-500, 500) for _ in range(2000)]
    found = {values[bucket[0]]: bucket for bucket in buckets(values)}
    for value in set(values) - {0}:
        standing = [place for place, other in enumerate(values) if other == value]
        assert found.get(value, standing[:1]) == standing
    assert 0 not in found


def test_equal_abstracts_are_candidates_in_any_case_and_with_other_signs() -> None:
    for other in (LONG.upper(), LONG.replace(" ", "  "), LONG.replace("little", "líttle"), CHANGED):
        told = shared([entry("A", LONG), entry("B", other), entry("C", OTHER)])
        assert [0, 1] in [*told.abstract, *told.clauses]
        assert all(2 not in places for places in (*told.abstract, *told.clauses))


some = st.builds(
    lambda title, abstract, authors, year, doi, pmid, key, venue: entry(
        title, abstract, key, authors=authors, year=year, doi=doi, pmid=pmid, venue=venue
    ),
    st.sampled_from(["", "Cedars of Delta", "CEDARS: of delta", "Cedars, Part II", "Erratum: Cedars", "Editorial"]),
    st.sampled_from(["", LONG, CHANGED, REVISED, OTHER, LONG[:250]]),
    st.sampled_from([(), (ROE,), (MOE,), (ROE, MOE)]),
    st.sampled_from([None, 2015, 2017, 2020]),
    st.sampled_from([None, None, "10.1/a", "10.1/b", "10.48550/c"]),
    st.sampled_from([None, None, "1"]),
    st.sampled_from(["", "k1", "k2", "k3"]),
    st.sampled_from([None, "arXiv", "Journal"]),
)  # fmt: skip
DECIDED = Decisions(apart=(("k1", "k2"),), together=(("k1", "k3"),))


@given(st.lists(some, max_size=8), st.randoms(), st.sampled_from([None, DECIDED]))
def test_merging_does_not_depend_on_the_order_of_reading(
    found: list[Entry], chance: random.Random, decided: Decisions | None
) -> None:
    def outcome(entries: list[Entry]) -> list[tuple[list[int], str, str, object]]:
        told = []
        for work in groups(entries, decided):
            one = merged([entries[place] for place in work.members])
            told.append((sorted(id(entries[p]) for p in work.members), work.because, record_digest(one), one.aliases))
        return sorted(told, key=lambda work: work[0])

    numbered = [replace(one) for one in found]
    shuffled = list(numbered)
    chance.shuffle(shuffled)
    assert outcome(shuffled) == outcome(numbered)


@given(st.lists(some, max_size=10))
def test_no_work_holds_two_records_that_were_decided_apart(found: list[Entry]) -> None:
    for work in works(found, DECIDED):
        assert not {"k1", "k2"} <= {found[place].key for place in work.members}
