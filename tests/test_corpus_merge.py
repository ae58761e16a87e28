"""The same work once; two works never as one."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.corpus import digest
from writer.corpus.canonical import content
from writer.corpus.merge import groups, merged
from writer.entry import Author, Entry, Source

AMBER = "Amber basins hold the cedar that the delta brought to the harbor in a single long season of rain."
KELP = "Kelp forests shelter juvenile orchids, whose nectar feeds lagoons; nobody measured meadows before this."
ROE, MOE = (Author("Roe", "Jane"),), (Author("Moe", "Max"),)


def entry(title: str = "", abstract: str = "", key: str = "", line: int = 1, **more: object) -> Entry:
    source = Source("papers", line)
    return Entry(key, title, abstract, source, sources=(source,), **more)  # type: ignore[arg-type]


def together(*entries: Entry) -> list[tuple[int, ...]]:
    return [group.members for group in groups(entries)]


SAME = {
    "case, spaces and signs in titles": (entry("Cedars:  of the Delta?"), entry("CEDARS of the delta")),
    "accents in titles": (entry("Über Cedars"), entry("Uber cedars")),
    "hyphens in titles": (entry("Pre-Training Cedars"), entry("Pretraining Cedars")),
    "DOI in any case": (entry("Cedars of Delta", doi="10.1/A"), entry("Cedars of the Delta: A Tale", doi="10.1/a")),
    "arXiv id": (entry("Cedars, first try", arxiv="2001.01234"), entry("Cedars", arxiv="2001.01234")),
    "DOI where one has no title": (entry("Cedars", doi="10.1/a"), entry("", AMBER, doi="10.1/a")),
    "abstract where one has no title": (entry("Cedars", AMBER), entry("", AMBER.upper())),
    "abstract where none has a title": (entry("", AMBER), entry("", AMBER)),
    "years two apart": (entry("Cedars of Delta", year=2018), entry("Cedars of Delta", year=2020)),
    "one author in common": (
        entry("Cedars of Delta", authors=(*ROE, *MOE)),
        entry("Cedars of Delta", authors=MOE, more_authors=True),
    ),
    "a preprint's DOI beside the publisher's": (
        entry("Cedars of Delta", doi="10.48550/arXiv.2001.01234"),
        entry("Cedars of Delta", doi="10.1/a"),
    ),
    "a general title with the same author": (
        entry("Introduction", authors=ROE, year=2020),
        entry("Introduction", authors=ROE, year=2020, venue="J"),
    ),
    "the same content": (entry("Introduction"), entry("Introduction")),
}
DIFFERENT = {
    "nothing in common": (entry("Cedars"), entry("Kelps")),
    "years three apart": (entry("Cedars of Delta", year=2017), entry("Cedars of Delta", year=2020)),
    "no author in common": (entry("Cedars of Delta", authors=ROE), entry("Cedars of Delta", authors=MOE)),
    "two DOIs of publishers": (entry("Cedars of Delta", doi="10.1/a"), entry("Cedars of Delta", doi="10.1/b")),
    "two arXiv ids": (entry("Cedars of Delta", arxiv="2001.01234"), entry("Cedars of Delta", arxiv="2001.01235")),
    "abstracts that say other things": (entry("Cedars of Delta", AMBER), entry("Cedars of Delta", KELP)),
    "a general title": (entry("Introduction", AMBER), entry("Introduction", AMBER + " And more.")),
    "titles that differ in a sign with a meaning": (entry("Cedars in C"), entry("Cedars in C++")),
    "titles that differ in a number": (entry("Cedars, Part I"), entry("Cedars, Part II")),
    "a DOI copied by mistake": (entry("Cedars of Delta", doi="10.1/a"), entry("Kelp and Nectar", doi="10.1/a")),
    "titles in one script alone": (entry("雪国"), entry("雪")),
    "titles of signs alone": (entry("???", AMBER), entry("!!!", KELP)),
    "placeholders for abstracts": (entry("", "To appear."), entry("", "To appear.", year=2020)),
    "the same abstract under two titles": (entry("Cedars", AMBER), entry("Kelps", AMBER)),
}


@pytest.mark.parametrize("name", SAME)
def test_is_one_work(name: str) -> None:
    assert together(*SAME[name]) == [(0, 1)]
    assert together(*reversed(SAME[name])) == [(0, 1)]


@pytest.mark.parametrize("name", DIFFERENT)
def test_are_two_works(name: str) -> None:
    assert together(*DIFFERENT[name]) == [(0,), (1,)]
    assert together(*reversed(DIFFERENT[name])) == [(0,), (1,)]


def test_what_could_belong_to_either_of_two_works_stays_apart() -> None:
    trio = (entry("Cedars of Delta", year=2010), entry("Cedars of Delta"), entry("Cedars of Delta", year=2020))
    for order in permutations(trio):
        assert together(*order) == [(0,), (1,), (2,)]


def test_an_abstract_that_stands_under_two_titles_does_not_join_them() -> None:
    for order in permutations((entry("Cedars", AMBER), entry("", AMBER), entry("Kelps", AMBER))):
        assert together(*order) == [(0,), (1,), (2,)]


def test_a_contradiction_is_seen_through_a_third_record() -> None:
    found = (
        entry("Cedars of Delta", doi="10.1/a", year=2010),
        entry("Cedars of Delta", doi="10.1/a"),
        entry("Cedars of Delta", year=2020),
    )
    assert together(*found) == [(0, 1), (2,)]


def test_the_reasons_name_what_was_the_same() -> None:
    found = (
        entry("Cedars of Delta", doi="10.1/a"),
        entry("Cedars of the Delta", doi="10.1/A"),
        entry("Cedars of delta", AMBER),
    )
    (group,) = groups(found)
    assert group.because == "the same DOI 10.1/a and the same title"


def test_the_richer_record_wins_field_by_field() -> None:
    poor = entry("Cedars", AMBER, line=1, year=2019, raw_abstract=AMBER, raw_title="{Cedars}")
    rich = entry(
        "Cedars", "Short.", "roe20", line=2, authors=ROE, doi="10.1/a", venue="J", kind="article",
        fields=(("title", "{C}edars"),), raw_title="{C}edars", raw_abstract="Short.",
    )  # fmt: skip
    other = entry("Cedars", "", "roe2020", line=3, authors=(*ROE, *MOE), url="https://example.org")
    for order in permutations((poor, rich, other)):
        one = merged(order)
        assert (one.key, one.aliases) == ("roe20", ("roe2020",))
        assert (one.abstract, one.raw_abstract, one.raw_title) == (AMBER, AMBER, "{C}edars")
        assert (one.year, one.venue, one.doi, one.kind, one.url) == (
            2019,
            "J",
            "10.1/a",
            "article",
            "https://example.org",
        )
        assert one.authors == (*ROE, *MOE)
        assert one.fields == (("title", "{C}edars"),)
        assert one.source.line == 2
        assert {source.line for source in one.sources} == {1, 2, 3}
        assert one.sources[0] == one.source


some = st.builds(
    lambda title, abstract, authors, year, doi, arxiv, key: entry(
        title, abstract, key, authors=authors, year=year, doi=doi, arxiv=arxiv
    ),
    st.sampled_from(["", "Cedars of Delta", "CEDARS: of delta", "Kelps and Nectar", "Introduction"]),
    st.sampled_from(["", AMBER, KELP, AMBER + " " + KELP]),
    st.sampled_from([(), ROE, MOE, ROE + MOE]),
    st.sampled_from([None, 2015, 2017, 2020]),
    st.sampled_from([None, "10.1/a", "10.1/b"]),
    st.sampled_from([None, None, "2001.01234"]),
    st.sampled_from(["", "k1", "k2"]),
)  # fmt: skip


@given(st.lists(some, max_size=9), st.randoms())
def test_merging_does_not_depend_on_the_order_of_reading(found: list[Entry], chance: random.Random) -> None:
    def outcome(entries: list[Entry]) -> tuple[list[list[int]], str]:
        works = groups(entries)
        members = sorted(sorted(id(entries[place]) for place in work.members) for work in works)
        ones = [replace(merged([entries[place] for place in work.members]), key="") for work in works]
        return members, digest(sorted(ones, key=content))

    # Each its own object, so that equal ones can be told apart.
    numbered = [replace(one) for one in found]
    shuffled = list(numbered)
    chance.shuffle(shuffled)
    assert outcome(shuffled) == outcome(numbered)
    assert sorted(place for work in groups(numbered) for place in work.members) == list(range(len(found)))
