"""A user's own `.bib` through a library and back, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from libraries import BIB, LINE, entry, library, write

from writer.corpus import bib_text, load
from writer.corpus.library_bib import to_bib
from writer.rendering.exports import EXPORTS

WRITE = EXPORTS["bib"].write
BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", [b"", BOM])
def test_a_bib_comes_back_to_the_byte(tmp_path: Path, ending: str, start: bytes) -> None:
    data = start + BIB.replace("\n", ending).encode()
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", data))
    assert to_bib(made, WRITE) == data


@pytest.mark.parametrize(
    "text",
    [
        "% only a comment before\n" + entry("one", "Amber"),
        entry("one", "Amber").rstrip("\n"),
        entry("one", "Amber") + "\n\n\n% trailing words",
        "  " + entry("one", "Amber").rstrip("\n") + " " + entry("two", "Kelp Forests"),
        entry("one", "Amber") + entry("one", "Amber") + "@misc{broken, title = {x\n\n" + entry("two", "Kelp Forests"),
        entry("one", "Amber") + "@misc{nothing, year = 2020}\n@comment{jabref-meta: databaseType:bibtex;}\n",
        entry("one", "Über den Bernstein — 琥珀"),
    ],
    ids=["comment", "no-last-line-end", "tail", "two-in-a-line", "broken", "unusable", "unicode"],
)
def test_odd_files_come_back_to_the_byte(tmp_path: Path, text: str) -> None:
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", text))
    assert to_bib(made, WRITE) == text.encode()


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_removed_entry_takes_its_bytes_and_the_blank_line_behind_it(tmp_path: Path, ending: str) -> None:
    one, two, three = (entry(key, f"The {key} title") for key in ("one", "two", "three"))
    text = f"% head\n{one}\n\t{two}\n% about three\n{three}"
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", text.replace("\n", ending)))
    made.remove(["two"])
    assert to_bib(made, WRITE) == f"% head\n{one}\n% about three\n{three}".replace("\n", ending).encode()
    made.remove(["three"])
    assert to_bib(made, WRITE) == f"% head\n{one}\n% about three\n".replace("\n", ending).encode()
    assert to_bib(made, WRITE, version=1) == text.replace("\n", ending).encode()


def test_what_follows_on_the_same_line_stays_when_an_entry_goes(tmp_path: Path) -> None:
    one, two = entry("one", "Amber").rstrip("\n"), entry("two", "Kelp Forests")
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", f"{one} {two}"))
    made.remove(["one"])
    assert list(load(write(tmp_path / "out.bib", to_bib(made, WRITE))).entries) == ["two"]
    assert two.encode() in to_bib(made, WRITE)


@pytest.mark.parametrize("tail", ["", "\n", "\n\n"])
def test_entries_from_elsewhere_follow_at_the_end(tmp_path: Path, tail: str) -> None:
    text = entry("one", "Amber").rstrip("\n") + tail
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", text), write(tmp_path / "b.jsonl", LINE))
    data = to_bib(made, WRITE)
    assert data.startswith(text.encode())
    assert "\n\n@misc{beacons,\n" in data.decode()
    assert "\n\n\n" not in data.decode()
    assert load(write(tmp_path / "out.bib", data)).digest == made.corpus().digest


def test_an_entry_changed_by_another_source_is_written_anew_where_it_stood(tmp_path: Path) -> None:
    title = "Amber Beacons of the Winter Delta"
    text = f"% head\n@misc{{one, title = {{{title}}}, note = {{mine}}}}\n\n" + entry("two", "Kelp Forests")
    more = f'{{"title": "{title}", "abstract": "We light {{}} beacons & count.", "year": 2020, "doi": "10.5555/x_1"}}\n'
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", text))
    made.add(write(tmp_path / "b.jsonl", more))
    data = to_bib(made, WRITE)
    assert data.startswith(b"% head\n@misc{one,\n  title = {" + title.encode())
    assert b"note = {mine}" in data
    assert data.endswith(b"\n\n" + entry("two", "Kelp Forests").encode())
    again = load(write(tmp_path / "out.bib", data))
    assert again.digest == made.corpus().digest
    assert again["one"].year == 2020


def test_chosen_keys_alone_come_with_the_strings_they_need(tmp_path: Path) -> None:
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", BIB), write(tmp_path / "b.jsonl", LINE))
    data = to_bib(made, WRITE, keys=["smith2020"])
    corpus = load(write(tmp_path / "out.bib", data))
    assert list(corpus.entries) == ["smith2020"]
    assert corpus["smith2020"].venue == "Journal of Made-up Learning"


def test_an_edit_elsewhere_keeps_all_other_bytes_shared(tmp_path: Path) -> None:
    bib = write(tmp_path / "a.bib", "".join(entry(f"k{n}", f"Work number {n} of amber") for n in range(50)))
    made = library(tmp_path / "lib", bib)
    before = made.store._all("SELECT count(*) FROM piece")[0][0]
    write(bib, "% a new head\n" + bib.read_text("utf-8").replace("number 7 of", "number 7 out of"))
    made.follow(bib)
    assert made.store._all("SELECT count(*) FROM piece")[0][0] == before + 2
    assert to_bib(made, WRITE) == bib.read_bytes()


TEXTS = st.lists(
    st.sampled_from([
        "% words\n", "\n", "\r\n", "@string{a = {b}}\n", "@comment{x}\r\n", "@misc{bad, year = 2020}\n", "\t",
        "@misc{kN, title = {Work N}}\n", "@misc{kN,\r\n title = \"Work N of {T}ests}\",\r\n}\r\n",
        "@article(kN, title = {Work N}, author = {A and B})\n", "  @misc{kN, title={N}} words \n",
        "@misc{open, title = {\n",
    ]),
    max_size=12,
)  # fmt: skip


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.data())
def test_any_file_comes_back_and_any_removal_takes_that_entry_alone(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("round")
    text = "".join(part.replace("N", str(number)) for number, part in enumerate(parts)) + entry("last", "The last")
    made = library(folder / "lib", write(folder / "a.bib", text))
    assert to_bib(made, WRITE) == text.encode()
    gone = data.draw(st.sampled_from(sorted(made.corpus().entries)))
    kept = [key for key in made.corpus().entries if key != gone]
    made.remove([gone])
    rest = to_bib(made, WRITE)
    assert len(rest) < len(text.encode())
    if kept:
        assert list(load(write(folder / "rest.bib", rest)).entries) == kept
    made.store.__exit__()


@given(st.binary(max_size=200), st.lists(st.integers(1, 30)))
def test_pieces_joined_are_the_text(data: bytes, lines: list[int]) -> None:
    assert b"".join(bib_text.cut(data, lines)[0]) == data
