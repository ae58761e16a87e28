"""RIS as databases and reference managers write it, and that what is exported reads back the same."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from exported import entries, is_text, read_back, told
from hypothesis import assume, given
from hypothesis import strategies as st

from writer.corpus import load
from writer.corpus.record import Record
from writer.corpus.ris import READER
from writer.entry import Author, Entry, Skipped, Source
from writer.rendering.ris import ris_fields, to_ris


def read(text: str) -> tuple[list[Record], list[Skipped]]:
    return READER.read(text, "lib.ris")


def one(*lines: str) -> Record:
    (record,), skipped = read("\n".join(["TY  - JOUR", *lines, "ER  - "]))
    assert skipped == []
    return record


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        (["TI  - Kelp"], "title", "Kelp"),
        (["T1  - Kelp"], "title", "Kelp"),
        (["TI  - Kelp", "  of the delta"], "title", "Kelp of the delta"),
        (["TI  - K", "AB  - We swim", "far.", "", "And back."], "abstract", "We swim far. And back."),
        (["TI  - K", "N2  - We swim."], "abstract", "We swim."),
        (["TI  - K", "AB  - We swim.", "N2  - Shorter."], "abstract", "We swim."),
        (["TI  - K", "AB  - We swim.", "AB  - And dive."], "abstract", "We swim. And dive."),
        (["TI  - K", "PY  - 2020/03/01/"], "year", 2020),
        (["TI  - K", "Y1  - 2020///"], "year", 2020),
        (["TI  - K", "PY  - in press", "DA  - 2021"], "year", 2021),
        (["TI  - K", "JO  - J. Kelp"], "venue", "J. Kelp"),
        (["TI  - K", "JO  - J. K.", "T2  - Journal of Kelp"], "venue", "Journal of Kelp"),
        (["TI  - K", "DO  - https://doi.org/10.1000/Ab.1"], "doi", "10.1000/Ab.1"),
        (["TI  - K", "UR  - http://dx.doi.org/10.1000/x"], "doi", "10.1000/x"),
        (["TI  - K", "UR  - https://x.org/a;b", "UR  - https://y.org"], "url", "https://x.org/a;b"),
        (["TI  - K", "UR  - https://arxiv.org/abs/2001.01234v2"], "arxiv", "2001.01234"),
        (["TI  - K", "AN  - 123", "DB  - PubMed"], "pmid", "123"),
        (["TI  - K", "AN  - 123", "DB  - Other"], "pmid", None),
        (["TI  - K", "LA  - ger"], "language", "de"),
        (["TI  - K", "ID  - roe20"], "key", "roe20"),
        (["TI  - K", "ID  - DBLP:conf/kelp/Roe20"], "key", "DBLP:conf/kelp/Roe20"),
        (["TI  - K", "ID  - 10.1000/x"], "key", None),
        (["TI  - K", "ID  - 4711"], "key", None),
        (["TI  - K", "LB  - roe20"], "key", "roe20"),
        (["TI  - K", "LB  - important"], "key", None),
        (["TI  - K", "ZZ  - x", "UK  - y", "QQ  - z"], "title", "K"),
    ],
)
def test_a_tag_is_read_as_what_it_means(lines: list[str], field: str, value: object) -> None:
    assert getattr(one(*lines), field) == value


def test_authors_stand_one_a_line_family_name_first() -> None:
    record = one("TI  - K", "AU  - Roe, Jane", "AU  - van Berg, Hans, Jr.", "AU  - Kelp Society,", "AU  - et al.")
    assert [(author.family, author.given) for author in record.authors] == [
        ("Roe", "Jane"), ("van Berg", "Hans, Jr."), ("Kelp Society", ""),
    ]  # fmt: skip
    assert record.more_authors


def test_editors_stand_in_where_there_are_no_authors() -> None:
    assert one("TI  - K", "A2  - Roe, Jane").authors == (Author("Roe", "Jane"),)
    assert one("TI  - K", "A1  - Berg, A.", "A2  - Roe, Jane").authors == (Author("Berg", "A."),)


@pytest.mark.parametrize(("tag", "kind"), [("CPAPER", "inproceedings"), ("CHAP", "incollection"), ("XYZ", "misc")])
def test_the_type_tells_the_kind(tag: str, kind: str) -> None:
    assert read(f"TY  - {tag}\nTI  - K\nER  - \n")[0][0].kind == kind


def test_the_venue_of_a_thesis_is_its_university() -> None:
    (record,), _ = read("TY  - THES\nTI  - K\nPB  - Delta University\nER  - \n")
    assert record.venue == "Delta University"


def test_a_byte_order_mark_and_other_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "export.txt"
    path.write_bytes(
        codecs.BOM_UTF8 + b"TY  - JOUR\r\nTI  - Kelp\r\nER  - \r\n\r\nTY  - JOUR\r\nTI  - Reef\r\nER  - \r\n"
    )
    assert [(entry.title, entry.source.line) for entry in load([path])] == [("Kelp", 1), ("Reef", 5)]


def test_a_dialect_with_one_blank_before_the_dash_is_read_and_prose_that_looks_like_it_is_not() -> None:
    (record,), skipped = read("TY - JOUR\nTI - Kelp\nAB - We use\nMS - mass spectra.\nER -\n")
    assert skipped == []
    assert (record.title, record.abstract) == ("Kelp", "We use MS - mass spectra.")


def test_records_without_an_end_are_read_and_told_where_others_have_one() -> None:
    text = "TY  - JOUR\nTI  - One\n\nTY  - JOUR\nTI  - Two\n"
    assert read(text)[1] == []
    records, skipped = read("TY  - JOUR\nTI  - Zero\nER  - \n" + text)
    assert [record.title for record in records] == ["Zero", "One", "Two"]
    assert [skip.line for skip in skipped] == [4, 7]


def test_an_abstract_in_which_the_file_breaks_off_is_marked_as_cut() -> None:
    (record,), _ = read("TY  - JOUR\nTI  - One\nAB  - We swim as far\n")
    assert record.truncated
    assert not one("TI  - One", "AB  - We swim as far").truncated


def test_numbers_and_prose_between_records_are_passed_over_and_lost_fields_are_told() -> None:
    text = "Provider: Kelp\n\n1.\nTY  - JOUR\nTI  - One\nER  - \n\n2.\nJOUR\nTI  - Two\nER  - \n"
    records, skipped = read(text)
    assert [record.title for record in records] == ["One"]
    assert [(skip.line, "TY" in skip.reason) for skip in skipped] == [(10, True)]


KINDS = ("article", "inproceedings", "book", "incollection", "phdthesis", "techreport", "online", "dataset",
         "software", "unpublished", "misc")  # fmt: skip


@given(st.lists(entries(KINDS), min_size=1, max_size=3))
def test_what_is_exported_reads_back_the_same(found: list[Entry]) -> None:
    assume(all(is_text(entry) for entry in found))
    back = read_back(READER, to_ris((f"key{n}", entry) for n, entry in enumerate(found)))
    assert [entry.key for entry in back] == [f"key{n}" for n in range(len(found))]
    assert [told(entry) for entry in back] == [told(entry) for entry in found]


def test_an_export_says_only_what_the_entry_says() -> None:
    assert (
        to_ris([("roe20", Entry("roe20", "Kelp", "", Source("x", 1)))])
        == "TY  - GEN\nID  - roe20\nTI  - Kelp\nER  - \n"
    )
    assert to_ris([]) == ""


def test_a_text_of_several_lines_stays_within_its_field() -> None:
    entry = Entry("k", "Kelp\nER  - \nTY  - JOUR", "", Source("x", 1), authors=(Author("Roe\nER  - ", "A"),))
    assert ris_fields("k", entry)["title"] == "Kelp ER - TY - JOUR"
    assert [record.title for record in read(to_ris([("k", entry)]))[0]] == ["Kelp ER - TY - JOUR"]
