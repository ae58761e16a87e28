"""CSL-JSON as Zotero, Better BibTeX and Mendeley write it, and that what is exported reads back the same."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from exported import entries, is_text, read_back, told
from hypothesis import assume, given
from hypothesis import strategies as st

from writer.corpus.csl_json import READER
from writer.corpus.readers import reader_of
from writer.corpus.record import Record
from writer.entry import Author, Entry, Source
from writer.rendering.csl import csl_item, to_csl_json


def one(**fields: object) -> Record:
    item = {"id": "http://zotero.org/users/1/items/ABC", "type": "article-journal", "title": "Kelp", **fields}
    (record,), skipped = READER.read(json.dumps([item]), "lib.json")
    assert skipped == []
    return record


@pytest.mark.parametrize(
    ("fields", "attribute", "value"),
    [
        ({"abstract": "We swim."}, "abstract", "We swim."),
        ({"issued": {"date-parts": [["2020", 3, 1]]}}, "year", 2020),
        ({"issued": {"raw": "3/2020"}}, "year", 2020),
        ({"issued": {"literal": "spring 2020"}}, "year", 2020),
        ({"issued": {"date-parts": [[]]}}, "year", None),
        ({"container-title": "J. Kelp", "publisher": "P"}, "venue", "J. Kelp"),
        ({"type": "thesis", "publisher": "Delta University"}, "venue", "Delta University"),
        ({"type": "paper-conference", "event-title": "KelpConf"}, "venue", "KelpConf"),
        ({"DOI": "https://doi.org/10.1000/x"}, "doi", "10.1000/x"),
        ({"URL": "https://doi.org/10.1000/x"}, "doi", "10.1000/x"),
        ({"PMID": "123"}, "pmid", "123"),
        ({"note": "tex.x: y\nPMID: 123"}, "pmid", "123"),
        ({"note": "arXiv:2001.01234 [cs]"}, "arxiv", "2001.01234"),
        ({"number": "arXiv:2001.01234", "type": "article"}, "arxiv", "2001.01234"),
        ({"archive": "arXiv", "archive_location": "2001.01234"}, "arxiv", "2001.01234"),
        ({"archive": "JSTOR", "archive_location": "2001.01234"}, "arxiv", None),
        ({"custom": {"arXiv": "2001.01234"}}, "arxiv", "2001.01234"),
        ({"language": "de-DE"}, "language", "de"),
        ({}, "key", None),
        ({"citation-key": "roe20"}, "key", "roe20"),
        ({"id": "roe20"}, "key", "roe20"),
        ({"note": "Citation Key: roe20"}, "key", "roe20"),
        ({"id": "ITEM-1"}, "key", None),
        ({"id": "1234/ABCD"}, "key", None),
        ({"id": 7}, "key", None),
        ({"type": "paper-conference"}, "kind", "inproceedings"),
        ({"type": "thesis", "genre": "Master's thesis"}, "kind", "mastersthesis"),
        ({"type": "motion_picture"}, "kind", "misc"),
    ],
)
def test_a_field_is_read_as_what_it_means(fields: dict[str, object], attribute: str, value: object) -> None:
    assert getattr(one(**fields), attribute) == value


def test_names_keep_particles_and_suffixes_and_others_are_more_authors() -> None:
    record = one(
        author=[
            {"family": "Berg", "given": "Hans", "non-dropping-particle": "van", "suffix": "Jr."},
            {"literal": "Kelp Society"}, {"given": "Cher"}, {"literal": "others"}, "Roe", {},
        ]
    )  # fmt: skip
    assert record.authors == (Author("van Berg", "Hans, Jr."), Author("Kelp Society"), Author("Cher"))
    assert record.more_authors


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"type": "article-journal", "title": "T"}, "csl-json"),
        ({"type": "book", "title": "T", "author": [{"family": "Roe"}]}, "csl-json"),
        ({"type": "webpage", "title": "T", "issued": {"date-parts": [[2020]]}}, "csl-json"),
        ({"type": "book", "title": "T", "authors": ["Jane Roe"], "year": 2020}, "json"),
        ({"title": "T", "author": [{"family": "Roe"}]}, "json"),
        ({"type": "journal-article", "title": "T"}, "json"),
    ],
)
def test_it_is_told_from_other_json(item: dict[str, object], name: str) -> None:
    for text in (json.dumps([item]), json.dumps([item], indent=2), json.dumps(item) + "\n" + json.dumps(item)):
        reader = reader_of(text, "x.json")
        assert reader is not None
        assert reader.name == name


KINDS = ("article", "inproceedings", "conference", "book", "phdthesis", "mastersthesis", "techreport", "misc", "manual",
         "dataset")  # fmt: skip


@given(st.lists(entries(KINDS), min_size=1, max_size=3), st.sampled_from([(), ("old1",), ("old1", "a{b")]))
def test_what_is_exported_reads_back_the_same(found: list[Entry], aliases: tuple[str, ...]) -> None:
    assume(all(is_text(entry) for entry in found))
    found = [replace(entry, aliases=aliases, truncated=True) for entry in found]
    back = read_back(READER, to_csl_json((f"key{n}", entry) for n, entry in enumerate(found)))
    assert [(entry.key, entry.aliases) for entry in back] == [(f"key{n}", aliases) for n in range(len(found))]
    assert [told(entry) for entry in back] == [told(entry) for entry in found]


def test_a_venue_that_the_users_own_publisher_displaces_is_kept_beside() -> None:
    entry = Entry("k", "Kelp", "", Source("x", 1), kind="book", venue="Series of Kelp", fields=(("publisher", "P"),))
    assert csl_item("k", entry)["publisher"] == "P"
    assert read_back(READER, to_csl_json([("k", entry)]))[0].venue == "Series of Kelp"


def test_an_address_made_for_styles_is_not_read_as_the_entrys_own() -> None:
    entry = Entry("k", "Kelp", "", Source("x", 1), arxiv="2001.01234")
    assert csl_item("k", entry)["URL"] == "https://arxiv.org/abs/2001.01234"
    back = read_back(READER, to_csl_json([("k", entry)]))[0]
    assert (back.arxiv, back.url) == ("2001.01234", None)


def test_a_publisher_of_the_users_is_no_venue_of_an_entry_without_one() -> None:
    entry = Entry("k", "Kelp", "", Source("x", 1), kind="book", fields=(("publisher", "P"),))
    assert read_back(READER, to_csl_json([("k", entry)]))[0].venue is None
