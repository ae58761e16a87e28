from __future__ import annotations

import logging
from dataclasses import replace

import bibtexparser
import pytest
from bibtexparser.library import Library
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text
from test_rendering_sample import CORPUS, DRAFT, LISTED, NASTY, QUOTES, SCALING, TEXTS, corpus_of, draft_of

from writer.draft import Sentence
from writer.entry import Author, Entry
from writer.errors import UserError
from writer.rendering import to_bibtex
from writer.rendering.bibliography import balanced


def read(text: str) -> Library:
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    return library


def bibtex_of(*entries: Entry) -> str:
    keys = tuple(entry.key for entry in entries)
    return to_bibtex(draft_of(Sentence("A.", citations=keys)), corpus_of(*entries))


def fields_of(entry: Entry) -> dict[str, str]:
    (found,) = read(bibtex_of(entry)).entries
    assert found.key == entry.key
    return {name: str(field.value) for name, field in found.fields_dict.items()}


def test_entries_stand_in_the_order_of_their_first_citation_and_others_are_not_there() -> None:
    library = read(to_bibtex(DRAFT, CORPUS))
    assert [(entry.entry_type, entry.key) for entry in library.entries] == [
        ("article", "okafor2021scaling"),
        ("misc", "leclercQuotes"),
        ("misc", "agentsForgetPlans"),
    ]


def test_the_users_own_fields_are_given_back_as_written_without_the_abstract() -> None:
    text = bibtex_of(SCALING)
    assert text == (
        "@article{okafor2021scaling,\n"
        "  title = {Scaling {LLM}s: 50\\% less \\& more},\n"
        '  author = {Okafor, Ada and M{\\"u}ller, J{\\"o}rg},\n'
        "  journal = {Journal of Made-Up Results},\n"
        "  year = {2021},\n"
        "  month = jan,\n"
        "  doi = {10.1000/made_up.12},\n"
        "}\n"
    )


def test_fields_are_made_from_an_entry_that_was_no_bibtex() -> None:
    assert fields_of(QUOTES) == {
        "author": 'Leclerc, Zo\\"{e} and {The Reading Group} and others',
        "title": "{Quotes [and] *stars*: what {@}readers see}",
        "year": "2023",
        "eprint": "2301.00001",
        "archiveprefix": "arXiv",
        "url": "https://arxiv.org/abs/2301.00001",
    }


def test_an_entry_without_a_title_gets_no_title_and_no_author_but_the_place_it_was_read() -> None:
    assert fields_of(LISTED) == {
        "key": "agentsForgetPlans",
        "note": "No title; abstract read in listing.txt:40",
    }


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("NIMBUS: clouds seen from below", "NIMBUS"),
        ("Five words are short enough", "Five words are short enough"),
        ("A very long title, without any colon", r"A very long title\ldots{}"),
        ("", "leclercQuotes"),
    ],
)
def test_without_authors_an_entry_is_cited_by_its_short_title(title: str, short: str) -> None:
    assert fields_of(replace(QUOTES, title=title, authors=()))["key"] == short


@pytest.mark.parametrize(
    ("kind", "field"), [("article", "journal"), ("inproceedings", "booktitle"), ("misc", "howpublished")]
)
def test_the_venue_goes_where_the_kind_has_it(kind: str, field: str) -> None:
    assert fields_of(replace(QUOTES, kind=kind, venue="R&D 2023"))[field] == r"R\&D 2023"


def test_names_with_commas_and_ands_stay_one_name() -> None:
    authors = (Author("Byte, Inc."), Author("Sound and Vision", "Lab"), Author("Ø", "Å."))
    made = fields_of(replace(QUOTES, authors=authors, more_authors=False))
    assert made["author"] == r"{Byte, Inc.} and {Sound and Vision}, Lab and \O{}, \r{A}."


def test_odd_identifiers_go_into_the_note_escaped() -> None:
    made = fields_of(replace(LISTED, doi="10.1/a b_{c}", url="see my page"))
    assert "doi" not in made
    assert "url" not in made
    assert made["note"] == (
        r"No title; abstract read in listing.txt:40; doi:10.1/a b\_\textbraceleft{}c\textbraceright{}; see my page"
    )


def test_an_address_is_made_of_signs_that_a_field_can_carry() -> None:
    assert (
        fields_of(replace(LISTED, url="https://x.org/a{b}c\\d?e=f%20g"))["url"] == "https://x.org/a%7Bb%7Dc%5Cd?e=f%20g"
    )


def test_an_alias_is_written_under_the_key_it_was_cited_by() -> None:
    text = to_bibtex(draft_of(Sentence("A.", citations=("okafor21",))), CORPUS)
    assert text.startswith("@article{okafor21,\n  title = ")


def test_a_cited_key_without_an_entry_is_told_in_a_comment_that_is_no_entry() -> None:
    text = to_bibtex(draft_of(Sentence("A.", citations=("@misc{evil, x={y}}", "leclercQuotes"))), CORPUS)
    assert "% cited, but not in the corpus: (at)misc{evil, x={y}}" in text
    assert [entry.key for entry in read(text).entries] == ["leclercQuotes"]


def test_a_draft_that_cites_nothing_makes_an_empty_bibliography() -> None:
    assert to_bibtex(draft_of(Sentence("A.")), CORPUS) == ""


@pytest.mark.parametrize("key", ["", "a b", "a,b", "a{b", "a}b", "a%b", "a#b", "a\\b", "a~b", 'a"b', "a=b", "a\tb"])
def test_a_key_that_bibtex_cannot_take_is_refused_by_name(key: str) -> None:
    with pytest.raises(UserError) as caught:
        bibtex_of(replace(QUOTES, key=key))
    assert repr(key) in caught.value.message


@pytest.mark.parametrize("key", ["a_b", "a:b/c", "a+b", "DBLP:conf/x/Y20", "müller2020", "a.b-c", "a&b", "a'b"])
def test_other_keys_stay_as_they_are(key: str) -> None:
    (entry,) = read(bibtex_of(replace(QUOTES, key=key))).entries
    assert entry.key == key


@settings(deadline=None)
@given(st.text(alphabet='{}\\a @,="%', max_size=12))
def test_any_value_is_balanced_for_every_reader_and_stays_as_it_is_where_it_was(value: str) -> None:
    result = balanced(value)
    depth = 0
    for char in result:
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth >= 0
    assert depth == 0
    if value.count("{") == value.count("}") == 0 and not value.endswith("\\"):
        assert result == value


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_any_record_reads_back(title: str, family: str, venue: str, address: str) -> None:
    made = replace(QUOTES, title=title, authors=(Author(family, venue),), venue=venue, url=address, doi=address)
    own = replace(SCALING, fields=(("title", title), ("note", family), ("year", venue)))
    library = read(bibtex_of(made, own))
    assert [entry.key for entry in library.entries] == [made.key, own.key]


@pytest.mark.parametrize("raw", NASTY)
def test_a_nasty_title_reads_back_as_text(raw: str) -> None:
    title = fields_of(replace(QUOTES, title=raw))["title"]
    assert "\\input" not in title
    assert "\\end" not in title
    shown = LatexNodes2Text().latex_to_text(title.replace(r"\symbol{34}", "''"))
    for word in ("passwd", "document", "unbalanced", "script"):
        assert (word in shown) == (word in raw)
