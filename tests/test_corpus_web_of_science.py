"""Exports of the Web of Science and of Scopus, in all the shapes that their export dialogs offer."""

from __future__ import annotations

from pathlib import Path

import pytest

from writer.corpus import load, scopus, web_of_science
from writer.corpus.readers import reader_of
from writer.corpus.record import Record
from writer.entry import Author

HEAD = "FN Clarivate Analytics Web of Science\nVR 1.0\n"
FULL = ("PT", "AU", "AF", "CA", "TI", "SO", "AB", "DT", "PY", "DI", "PM", "UT")


def field(*lines: str) -> Record:
    text = HEAD + "\n".join(["PT J", "TI Kelp", *lines, "ER", "", "EF", ""])
    assert reader_of(text, "savedrecs.csv") is web_of_science.READER
    (record,), skipped = web_of_science.READER.read(text, "savedrecs.txt")
    assert skipped == []
    return record


def row(**cells: str) -> Record:
    text = "\t".join(FULL) + "\n" + "\t".join(({"TI": "Kelp"} | cells).get(name, "") for name in FULL) + "\n"
    assert reader_of(text, "savedrecs.txt") is web_of_science.READER
    (record,), skipped = web_of_science.READER.read(text, "savedrecs.txt")
    assert skipped == []
    return record


@pytest.mark.parametrize(
    ("tag", "text", "attribute", "value"),
    [
        ("AB", 'We "swim".', "abstract", 'We "swim".'),
        ("SO", "J KELP", "venue", "J KELP"),
        ("PY", "2020", "year", 2020),
        ("DI", "10.1000/x", "doi", "10.1000/x"),
        ("PM", "123", "pmid", "123"),
        ("UT", "WOS:000123", "key", None),
        ("DT", "Proceedings Paper", "kind", "inproceedings"),
        ("AF", "Roe, Jane A.", "authors", (Author("Roe", "Jane A."),)),
        ("AU", "Roe, JA", "authors", (Author("Roe", "JA"),)),
        ("CA", "Kelp Study Group", "authors", (Author("Kelp Study Group"),)),
    ],
)
def test_a_tag_means_the_same_as_field_and_as_column(tag: str, text: str, attribute: str, value: object) -> None:
    assert getattr(field(f"{tag} {text}"), attribute) == value
    assert getattr(row(**{tag: text}), attribute) == value


def test_full_names_stand_before_short_ones_and_each_in_a_line_of_its_own() -> None:
    expected = (Author("Roe", "Jane"), Author("van Berg", "Hans"))
    assert field("AU Roe, J", "   van Berg, H", "AF Roe, Jane", "   van Berg, Hans").authors == expected
    assert field("AU Roe, J; van Berg, H", "AF Roe, Jane; van Berg, Hans").authors == expected
    assert row(AU="Roe, J; van Berg, H", AF="Roe, Jane; van Berg, Hans").authors == expected


def test_records_without_an_end_are_read_and_told() -> None:
    text = HEAD + "PT J\nTI One\nER\n\nPT J\nTI Two\n\nPT J\nTI Three\nER\n\nEF\n"
    records, skipped = web_of_science.READER.read(text, "x")
    assert [record.title for record in records] == ["One", "Two", "Three"]
    assert [skip.line for skip in skipped] == [7]


def test_whole_names_of_columns_are_read_as_any_table(tmp_path: Path) -> None:
    path = tmp_path / "savedrecs.txt"
    path.write_text(
        "Publication Type\tAuthors\tArticle Title\tSource Title\tAbstract\tPublication Year\tDOI\tPubmed Id\n"
        "J\tRoe, J; Berg, H\tKelp\tJ KELP\tWe swim.\t2020\t10.1000/x\t123\n",
        encoding="utf-8-sig",
    )
    (entry,) = load([path])
    assert [str(author) for author in entry.authors] == ["Roe, J", "Berg, H"]
    assert (entry.title, entry.venue, entry.year, entry.pmid) == ("Kelp", "J KELP", 2020, "123")


def of_scopus(**cells: str) -> Record:
    told = {"Title": "Kelp", "Year": "2020", "Source title": "J. Kelp", "EID": "2-s2.0-1"} | cells
    text = ",".join(f'"{name}"' for name in told) + "\n" + ",".join(f'"{cell}"' for cell in told.values()) + "\n"
    assert reader_of(text, "scopus.txt") is scopus.READER
    (record,), skipped = scopus.READER.read(text, "scopus.csv")
    assert skipped == []
    return record


@pytest.mark.parametrize(
    "cells",
    [
        {"Authors": "Li, M.; van Okafor, A.-B."},
        {"Authors": "Li M.; van Okafor A.-B."},
        {"Authors": "Li M., van Okafor A.-B."},
        {"Authors": "Li M.; Okafor A.", "Author full names": "Li, M. (57190000001); van Okafor, A.-B. (57190000002)"},
    ],
)
def test_authors_of_scopus_come_in_all_shapes_it_had_over_the_years(cells: dict[str, str]) -> None:
    assert of_scopus(**cells).authors == (Author("Li", "M."), Author("van Okafor", "A.-B."))


def test_a_table_of_full_names_alone_is_scopus_too_and_the_numbers_of_persons_go() -> None:
    text = 'Title,Source title,Author full names\nKelp,J. Kelp,"Li, Mei (57190000001)"\n'
    assert reader_of(text, "export.csv") is scopus.READER
    (record,), _ = scopus.READER.read(text, "export.csv")
    assert record.authors == (Author("Li", "Mei"),)


@pytest.mark.parametrize("name", ["[Anonymous]", "[Anon]", "[anonymous], [anonymous]"])
def test_who_is_not_named_is_no_author(name: str) -> None:
    assert field(f"AU {name}").authors == row(AU=name).authors == ()
    assert row(AF=f"Roe, Jane; {name}").authors == (Author("Roe", "Jane"),)


@pytest.mark.parametrize(
    ("cells", "attribute", "value"),
    [
        ({"Abstract": "[No abstract available]"}, "abstract", ""),
        ({"Authors": "[No author name available]"}, "authors", ()),
        ({"Abstract": "We swim."}, "abstract", "We swim."),
        ({"DOI": "10.1000/x"}, "doi", "10.1000/x"),
        ({"PubMed ID": "123"}, "pmid", "123"),
        ({"Link": "https://www.scopus.com/x"}, "url", "https://www.scopus.com/x"),
        ({"Document Type": "Conference paper"}, "kind", "inproceedings"),
        ({"Language of Original Document": "German"}, "language", "de"),
        ({}, "venue", "J. Kelp"),
        ({}, "key", None),
    ],
)
def test_a_column_of_scopus_is_read_as_what_it_means(cells: dict[str, str], attribute: str, value: object) -> None:
    assert getattr(of_scopus(**cells), attribute) == value
