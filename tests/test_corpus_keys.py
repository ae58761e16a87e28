"""Citation keys: the user's own, else made the same in any order and on any machine."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.corpus.keys import assign, make
from writer.corpus.record import Record, to_entry
from writer.entry import Author, Entry, Source

HERE = Source("papers", 1)


def entry(title: str = "", abstract: str = "", **more: object) -> Entry:
    return Entry(key="", title=title, abstract=abstract, source=HERE, **more)  # type: ignore[arg-type]


ROE = (Author("Roe", "Jane"),)


@pytest.mark.parametrize(
    ("made_of", "key"),
    [
        (entry("Reasons to Reject? Aligning Cedars"), "reasonsRejectAligning"),
        (entry("The Reasons to Reject", authors=ROE, year=2020), "roe2020reasons"),
        (entry("Reasons to Reject Cedars", authors=ROE), "reasonsRejectCedars"),
        (entry("Cedars", authors=(Author("van der Bêrg", "H."),), year=1999), "vanderberg1999cedars"),
        (entry("Cedars", authors=(Author("O’Amber", "H."),), year=1999), "oamber1999cedars"),
        (entry("Cedars", authors=(Author("Wałø", "H."),), year=1999), "walo1999cedars"),
        (entry("Cedars", authors=(Author("The Cedar Collaboration"),), year=1999), "cedar1999cedars"),
        (entry("Cedars of Amber", authors=(Author("王", "小"),), year=1999), "cedarsAmber"),
        (entry("GPT-4 and the Ümlaut"), "gptUmlaut"),
        (entry("3D Cedars"), "3dCedars"),
        (entry("What Is It?"), "whatIsIt"),
        (entry("", "In this paper, we introduce a large cedar basin for amber."), "cedarBasinAmber"),
        (entry("", "We propose CEDAR, an amber for the delta."), "cedarAmberDelta"),
        (entry("", "We show it."), "weShowIt"),
    ],
)
def test_made_keys(made_of: Entry, key: str) -> None:
    assert make(made_of) == key


def test_a_title_that_ascii_cannot_write_gets_a_key_of_its_content() -> None:
    key = make(entry("雪国"))
    assert re.fullmatch(r"entry[0-9a-f]{6}", key)
    assert key == make(entry("雪国")) != make(entry("雪国へ"))


def test_the_users_key_is_kept_as_it_is() -> None:
    own = to_entry(Record(HERE, title="T", key="DBLP:conf/x/Roe-20_a"))
    assert assign([own]) == ("DBLP:conf/x/Roe-20_a",)


def test_a_key_that_bibtex_cannot_carry_stays_an_alias() -> None:
    own = to_entry(Record(HERE, title="Amber of Cedars", key="roe 20, a"))
    assert (own.key, own.aliases) == ("", ("roe 20, a",))
    assert assign([own]) == ("amberCedars",)


def test_works_that_would_share_a_key_grow_by_words_of_their_own() -> None:
    one, other = entry("Large Cedar Models for Amber"), entry("Large Cedar Models for Delta")
    assert assign([one, other]) == ("largeCedarModelsAmber", "largeCedarModelsDelta")
    roe = {"authors": ROE, "year": 2020}
    assert assign([entry("Cedar Amber", **roe), entry("Cedar Delta", **roe)]) == (
        "roe2020cedarAmber",
        "roe2020cedarDelta",
    )


def test_a_made_key_makes_way_for_a_users_key_in_any_case() -> None:
    own = replace(entry("Something Else"), key="CedarAmber", aliases=("cedarDelta",))
    keys = assign([entry("Cedar Amber", "Glade."), own, entry("Cedar Delta", "Kelp.")])
    assert keys == ("cedarAmberGlade", "CedarAmber", "cedarDeltaKelp")


def test_the_same_words_in_all_places_end_in_a_hash_of_the_content() -> None:
    keys = assign([entry("Cedar", year=1999), entry("Cedar", year=2020)])
    assert len(set(keys)) == 2
    assert all(re.fullmatch(r"cedar[0-9a-f]{6}", key) for key in keys)


words = st.sampled_from("amber basin cedar of the delta GPT-4 Über 雪 in this paper we propose".split())
texts = st.lists(words, min_size=1, max_size=5).map(" ".join)
entries = st.builds(
    lambda title, abstract, authors, year: entry(title, abstract, authors=authors, year=year),
    st.one_of(st.just(""), texts), texts, st.sampled_from([(), ROE, (Author("Moe", "M."),)]),
    st.sampled_from([None, 2020, 2021]),
)  # fmt: skip


@given(st.lists(entries, max_size=14, unique_by=lambda e: (e.title, e.abstract, e.authors, e.year)), st.randoms())
def test_keys_are_safe_distinct_and_the_same_in_any_order(found: list[Entry], chance: random.Random) -> None:
    keys = dict(zip(found, assign(found), strict=True))
    assert len({key.casefold() for key in keys.values()}) == len(found)
    assert all(re.fullmatch(r"[a-z0-9][A-Za-z0-9]*", key) for key in keys.values())
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert dict(zip(shuffled, assign(shuffled), strict=True)) == keys
