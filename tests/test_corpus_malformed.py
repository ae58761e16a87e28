"""Malformed records of each format: none stops the reading, each is told where it stands, all neighbours are read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from reference_files import FORMATS, Paper, damaged_file, damaged_library, paper

from writer.corpus.readers import READERS
from writer.corpus.reading import entries
from writer.corpus.record import Reader, Record, to_entry
from writer.entry import Entry, Skipped


def reader_named(name: str) -> Reader:
    return next(reader for reader in READERS if reader.name == name)


def as_paper(entry: Entry, made: Paper) -> Paper:
    """What was read of a paper; the PubMed id where the format carries one."""
    people = tuple((author.family, author.given) for author in entry.authors)
    return Paper(
        made.number, entry.title, entry.abstract, people, entry.year or 0, entry.venue or "", entry.doi or "",
        entry.pmid or made.pmid,
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["x.bib", "x.txt", "x.csv", "x.json", "x"])
def test_each_format_is_told_by_its_content_whatever_its_name(form: str, name: str) -> None:
    made = FORMATS[form]
    text = made.head + made.record(paper(1, random.Random(1))) + made.foot
    assert next(reader for reader in READERS if reader.recognises(text, name)).name == made.reader


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("seed", range(3))
def test_each_malformed_record_is_reported_and_all_its_neighbours_are_read(form: str, seed: int) -> None:
    made = damaged_file(FORMATS[form], random.Random(seed), 12)
    records, skipped = reader_named(FORMATS[form].reader).read(made.text, "papers")
    by_line = {record.source.line: record for record in records}
    assert set(made.good) <= set(by_line)
    for line, expected in made.good.items():
        assert as_paper(to_entry(by_line[line]), expected) == expected
    for first, last in made.damaged:
        assert [skip for skip in skipped if skip.file == "papers" and first <= skip.line <= last], made.text
    # Nothing of a neighbour is reported.
    assert all(any(first <= skip.line <= last for first, last in made.damaged) for skip in skipped)


@pytest.mark.parametrize("form", FORMATS)
def test_no_damage_of_single_signs_stops_the_reading(form: str) -> None:
    chance = random.Random(form)
    reader = reader_named(FORMATS[form].reader)
    text = FORMATS[form].head + FORMATS[form].between.join(
        FORMATS[form].record(paper(number, chance)) for number in range(3)
    )
    # A table says nowhere in which encoding it is: one such byte, and the file is refused as a whole.
    odd = "" if form == "scopus" else "\udcfe"
    for _ in range(60):
        signs = list(text)
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(FORMATS[form].head), len(signs))
            signs[place : place + chance.choice([0, 1, 1, 5])] = chance.choice(["", *f'\n\t"<>&{{}}-,:;@{odd}\x01 aZ9'])
        records, skipped = reader.read("".join(signs), "papers")
        assert all(isinstance(record, Record) and to_entry(record).source.line >= 1 for record in records)
        assert records or skipped


@pytest.mark.parametrize("seed", range(3))
def test_a_malformed_item_of_a_zotero_library_is_reported_by_its_number(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "zotero.sqlite"
    good, damaged = damaged_library(path, random.Random(seed), 12)
    found = list(entries([path]))
    by_line = {entry.source.line: entry for entry in found if isinstance(entry, Entry)}
    assert by_line.keys() == good.keys()
    for line, expected in good.items():
        assert as_paper(by_line[line], expected) == expected
    assert [(skip.file, skip.line) for skip in found if isinstance(skip, Skipped)] == [(str(path), n) for n in damaged]


def test_a_zotero_library_with_broken_pages_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "zotero.sqlite"
    chance = random.Random(5)
    damaged_library(path, chance, 12)
    whole = path.read_bytes()
    for _ in range(25):
        pages = bytearray(whole)
        for _ in range(chance.choice([1, 20, 400])):
            pages[chance.randrange(100, len(pages))] = chance.randrange(256)
        path.write_bytes(pages)
        found = list(reader_named("zotero").read(pages.decode("utf-8", "surrogateescape"), str(path)))
        assert found[0] or found[1]
