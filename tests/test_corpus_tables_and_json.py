"""JSON lines, JSON arrays and tables: the same fields, and a broken record costs itself alone."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.corpus import jsonl, page, table
from writer.corpus.columns import record
from writer.corpus.readers import reader_of
from writer.corpus.record import Record
from writer.entry import Source

HERE = Source("papers", 1)


def made(**values: object) -> Record:
    found = record(values, HERE)
    assert isinstance(found, Record)
    return found


@pytest.mark.parametrize("name", ["abstract", "Abstract", "text", "summary", "Abstract Note"])
def test_an_abstract_has_many_names(name: str) -> None:
    assert made(**{name: "Kelp."}).abstract == "Kelp."


@pytest.mark.parametrize("name", ["venue", "journal", "booktitle", "container-title"])
def test_a_venue_has_many_names(name: str) -> None:
    assert made(title="T", **{name: "J. Kelp"}).venue == "J. Kelp"


@pytest.mark.parametrize("name", ["key", "id", "citation_key", "citekey", "Citation Key"])
def test_a_key_has_many_names(name: str) -> None:
    assert made(title="T", **{name: "roe20"}).key == "roe20"


@pytest.mark.parametrize("name", ["arxiv", "arxiv_id", "eprint"])
def test_an_arxiv_id_has_many_names(name: str) -> None:
    assert made(title="T", **{name: "arXiv:2001.01234v2"}).arxiv == "2001.01234"


def test_the_first_name_that_holds_something_wins() -> None:
    assert made(text="Other.", abstract="", summary="Last.").abstract == "Other."
    assert made(title="T", id="7", key="roe20").key == "roe20"


def test_an_address_is_no_key() -> None:
    assert made(title="T", id="https://example.org/W1").key is None


@pytest.mark.parametrize(
    "authors",
    [
        ["Jane Roe", "Hans van Berg"],
        [{"name": "Jane Roe"}, {"name": "van Berg, Hans"}],
        [{"family": "Roe", "given": "Jane"}, {"family": "Berg", "given": "Hans", "non-dropping-particle": "van"}],
        [{"first": "Jane", "last": "Roe"}, {"first": "Hans", "last": "van Berg"}],
        "Jane Roe; Hans van Berg",
        "Jane Roe and Hans van Berg",
    ],
)
def test_authors_come_in_many_shapes(authors: object) -> None:
    assert [str(author) for author in made(title="T", authors=authors).authors] == ["Roe, Jane", "van Berg, Hans"]


@pytest.mark.parametrize("year", [2020, "2020", 2020.0, "2020-05-01", {"date-parts": [[2020, 5]]}])
def test_years_come_in_many_shapes(year: object) -> None:
    assert made(title="T", year=year).year == 2020


def test_half_a_character_is_replaced() -> None:
    assert made(title="T\ud800").title == "T\ufffd"


@pytest.mark.parametrize("values", [{}, {"title": "", "abstract": None}, {"name": "T"}, {"title": {"en": "T"}}])
def test_a_record_without_texts_is_none(values: dict[str, object]) -> None:
    assert isinstance(record(values, HERE), str)


BROKEN_LINES = ['{"title": "x"', "{'title': 'x'}", "[1, 2]", '"x"', "garbage", '{"year": 1}', "nul"]


@given(st.lists(st.one_of(st.none(), st.sampled_from([*BROKEN_LINES, ""])), min_size=1, max_size=12))
def test_broken_lines_are_reported_where_they_stand(kinds: list[str | None]) -> None:
    lines = [json.dumps({"title": f"T{n}", "abstract": "a\u2028b"}) if k is None else k for n, k in enumerate(kinds)]
    text = json.dumps({"title": "first"}) + "\n" + "\n".join(lines) + "\n"
    assert reader_of(text, "papers") is jsonl.READER
    records, skipped = jsonl.READER.read(text, "papers")
    good = [n for n, kind in enumerate(kinds, 2) if kind is None]
    assert [r.source.line for r in records] == [1, *good]
    assert [skip.line for skip in skipped] == [n for n, kind in enumerate(kinds, 2) if kind]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_gives_the_line_of_each_element(indent: int | None) -> None:
    text = json.dumps([{"title": f"T{n}", "authors": [{"name": "Jane Roe"}]} for n in range(3)], indent=indent)
    records, skipped = jsonl.READER.read(text, "papers")
    assert skipped == []
    expected = [n + 1 for n, line in enumerate(text.split("\n")) if line == "  {"] if indent else [1, 1, 1]
    assert [r.source.line for r in records] == expected


def test_a_broken_element_costs_itself_alone() -> None:
    broken = '{"title": "Two" "x",\n   "authors": [\n     {"title": "no"}]}'
    text = f'[\n  {{"title": "One"}},\n  {broken},\n  {{"title": "Three"}}\n]'
    records, skipped = jsonl.READER.read(text, "papers")
    assert [(r.title, r.source.line) for r in records] == [("One", 2), ("Three", 6)]
    assert [skip.line for skip in skipped] == [3]


def test_a_broken_element_of_an_array_in_one_line_costs_itself_alone() -> None:
    text = '[{"title": "One", "year": 1}, {"title": oops, "in": [{"x": 1}, {"x": 2}]}, {"title": "Three", "year": 3}]'
    records, skipped = jsonl.READER.read(text, "papers")
    assert [r.title for r in records] == ["One", "Three"]
    assert len(skipped) == 1


def test_an_array_that_cannot_be_gone_on_with_says_so() -> None:
    records, skipped = jsonl.READER.read('[{"title": "One"}, {"title": oops}, {"name": "Three"}]', "papers")
    assert [r.title for r in records] == ["One"]
    assert "the rest of the array was not read" in skipped[0].reason


def test_an_array_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    records, skipped = jsonl.READER.read('[\n{"title": "One"},\n{"title": "Two"},\n', "papers")
    assert [r.title for r in records] == ["One", "Two"]
    assert [skip.line for skip in skipped] == [4]


def test_an_object_that_holds_the_records_is_opened() -> None:
    text = json.dumps({"schema": 1, "entries": [{"title": "One"}, {"title": "Two"}]}, indent=1)
    assert [r.title for r in jsonl.READER.read(text, "papers")[0]] == ["One", "Two"]
    assert [r.title for r in jsonl.READER.read('{\n"title": "One"\n}', "papers")[0]] == ["One"]


def test_numbers_and_nesting_beyond_measure_are_broken_records() -> None:
    text = '{"title": "One"}\n{"year": ' + "1" * 5000 + "}\n" + "[" * 100_000 + "\n"
    records, skipped = jsonl.READER.read(text, "papers")
    assert [r.title for r in records] == ["One"]
    assert [skip.line for skip in skipped] == [2, 3]


cells = st.text(st.sampled_from('ab,;\t"\n é'), max_size=20)


@given(st.lists(st.tuples(cells, cells), max_size=8), st.sampled_from(",\t;"), st.booleans())
def test_any_well_formed_table_is_read_back(rows: list[tuple[str, str]], separator: str, quote: bool) -> None:
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    )
    starts = []
    writer.writerow(["Title", "ABSTRACT", "year"])
    for title, abstract in rows:
        starts.append(out.getvalue().count("\n") + 1)
        writer.writerow([title, abstract, "2020"])
    text = out.getvalue()
    assert reader_of(text, "papers.csv") is table.READER
    records, skipped = table.READER.read(text, "papers.csv")
    kept = [(t.strip(), a.strip(), n) for (t, a), n in zip(rows, starts, strict=True) if t.strip() or a.strip()]
    assert [(r.title, r.abstract, r.source.line) for r in records] == kept
    assert len(skipped) == len(rows) - len(kept)


BROKEN_ROWS = {
    "too few cells": "Amber,",
    "too many cells": "Amber,Cedar, delta and ember,2020",
    "unclosed quote": 'Amber,"Cedar and delta,2020',
    "stray quote": 'Amber,"Cedar "and" delta",2020',
    "stray quote over lines": 'Amber,"Cedar "and" delta\nwhich, as we know, goes on\nand on, with commas, here",2020',
    "no texts": ",,2020",
}


@given(st.lists(st.sampled_from([*BROKEN_ROWS, "plain", "quoted"]), min_size=1, max_size=10))
def test_broken_rows_are_reported_where_they_begin_and_their_neighbours_are_read(kinds: list[str]) -> None:
    rows = {"plain": "Fjord,Glade.,2021", "quoted": '"Fjord","Glade, kelp\nand ""nectar"".",2021'}
    text, good, bad = "title,abstract,year\n", [], []
    for kind in kinds:
        if kind in BROKEN_ROWS:
            # Of two broken rows in a row the second may be told as part of the first.
            bad.append(text.count("\n") + 1)
            text += BROKEN_ROWS[kind] + "\n"
        good.append(text.count("\n") + 1)
        text += rows.get(kind, rows["plain"]) + "\n"
    records, skipped = table.READER.read(text, "papers.csv")
    assert [r.source.line for r in records] == good
    assert {r.title for r in records} <= {"Fjord"}
    assert [skip.line for skip in skipped] == bad


def test_a_table_is_told_by_its_first_line_whatever_its_name() -> None:
    assert reader_of("id,title,abstract\n1,T,A\n", "papers.txt") is table.READER
    assert reader_of("title\nT\n", "papers.csv") is table.READER
    assert reader_of("title\nT\n", "papers.txt") is None


def test_a_page_whose_text_speaks_of_titles_is_no_table() -> None:
    abstract = "Amber basins hold the cedar, the title and the abstract that the delta brought. " * 4
    assert reader_of(f"On title, abstract and delta\n\n{abstract.strip()}\n", "a.txt") is page.READER
