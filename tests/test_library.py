"""A library on disk: what is added, changed, removed and decided, and that every version stays."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from libraries import BIB, LINE, entry, library, write

from writer.cli import main
from writer.corpus import load
from writer.corpus.library import Library, Place, load_library
from writer.entry import Source
from writer.errors import CorpusError


def keys(places: tuple[Place, ...]) -> list[str]:
    return [place.key for place in places]


def test_a_library_is_the_same_corpus_as_its_files(tmp_path: Path) -> None:
    files = [write(tmp_path / "a.bib", BIB), write(tmp_path / "b.jsonl", LINE)]
    library(tmp_path / "lib", *files)
    from_files, from_library = load(files), load(tmp_path / "lib")
    assert from_library == from_files
    assert list(from_library) == list(from_files)


def test_a_folder_without_the_file_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not a library"):
        Library.open(tmp_path)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_library_is_never_made_over_something_else(tmp_path: Path, what: str) -> None:
    bib = write(tmp_path / "papers.bib", BIB)
    with pytest.raises(CorpusError, match="not a library"):
        Library.open(bib if what == "file" else tmp_path, make=True)
    assert [path.name for path in tmp_path.iterdir()] == ["papers.bib"]


def test_adding_tells_what_was_added_and_where(tmp_path: Path) -> None:
    bib = write(tmp_path / "a.bib", BIB)
    change = library(tmp_path / "lib").add(bib)
    assert change.made
    assert change.version.number == 1
    assert change.version.digest == load(bib).digest
    assert change.added == (
        Place("smith2020", Source(str(bib), 4)),
        Place("roe2021", Source(str(bib), 12)),
        Place("doe2019", Source(str(bib), 15)),
    )


def test_adding_the_same_file_twice_adds_nothing(tmp_path: Path) -> None:
    bib = write(tmp_path / "a.bib", BIB)
    change = library(tmp_path / "lib", bib).add(bib)
    assert not change.made
    assert change.version.number == 1
    assert keys(change.already) == ["smith2020", "roe2021", "doe2019"]
    assert not change.added


def test_a_copy_of_a_file_elsewhere_adds_nothing(tmp_path: Path) -> None:
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", BIB))
    change = made.add(write(tmp_path / "copy.bib", BIB))
    assert not change.made
    assert len(change.already) == 3


def test_adding_an_edited_file_changes_what_changed_and_keeps_what_left(tmp_path: Path) -> None:
    bib = write(tmp_path / "a.bib", entry("one", "Amber Beacons") + entry("two", "Kelp Forests"))
    made = library(tmp_path / "lib", bib)
    write(bib, entry("one", "Amber Beacons", "Now with numbers.") + entry("three", "Cedar Deltas"))
    change = made.add(bib)
    assert (keys(change.changed), keys(change.added), keys(change.missing)) == (["one"], ["three"], ["two"])
    corpus = made.corpus()
    assert corpus["one"].abstract == "Now with numbers."
    assert sorted(corpus.entries) == ["one", "three", "two"]


def test_what_is_skipped_and_merged_is_told_with_its_places(tmp_path: Path) -> None:
    first = write(tmp_path / "a.bib", entry("one", "Amber Beacons of the Delta", "We light beacons. " * 5))
    second = write(
        tmp_path / "b.bib",
        entry("uno", "Amber beacons of the delta", "We light beacons. " * 5) + "@misc{bad, year = 2020}\n"
        + entry("one", "Kelp Forests in Winter"),
    )  # fmt: skip
    change = library(tmp_path / "lib", first).add(second)
    assert [(merge.kept, len(merge.dropped)) for merge in change.merged] == [("one", 1)]
    assert [(skip.line, skip.file) for skip in change.skipped] == [(2, str(second)), (3, str(second))]
    assert "already taken by a different work" in change.skipped[1].reason


def test_a_file_is_known_again_by_its_place_under_whatever_name_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", entry("one", "Amber Beacons of the Delta")))
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.bib", entry("one", "Amber Beacons of the Delta") + entry("uno", "Amber beacons of the Delta"))
    change = made.add("a.bib")
    assert change.added == (Place("uno", Source(str(tmp_path / "a.bib"), 2)),)
    assert [merge.kept for merge in change.merged] == ["one"]


def test_a_removed_entry_is_gone_with_all_its_records_and_its_key_is_told_unknown(tmp_path: Path) -> None:
    one = write(tmp_path / "a.bib", BIB)
    two = write(tmp_path / "b.jsonl", LINE)
    made = library(tmp_path / "lib", one, two)
    change = made.remove(["roe2021", "beacons"])
    assert keys(change.removed) == ["roe2021", "beacons"]
    assert list(made.corpus().entries) == ["smith2020", "doe2019"]
    with pytest.raises(CorpusError, match="holds no entry 'roe2021'"):
        made.remove(["roe2021"])
    assert made.versions()[-1].number == 2


def test_a_removed_entry_comes_back_when_its_file_is_added_again(tmp_path: Path) -> None:
    bib = write(tmp_path / "a.bib", BIB)
    made = library(tmp_path / "lib", bib)
    made.remove(["roe2021"])
    assert keys(made.add(bib).added) == ["roe2021"]
    assert made.versions()[0].digest == made.versions()[2].digest


def test_every_version_stays_readable_by_number_and_by_digest(tmp_path: Path) -> None:
    bib = write(tmp_path / "a.bib", BIB)
    made = library(tmp_path / "lib", bib)
    made.add(write(tmp_path / "b.jsonl", LINE))
    made.remove(["smith2020"])
    write(bib, entry("new", "Wholly New Things"))
    made.follow(bib)
    assert [version.number for version in made.versions()] == [1, 2, 3, 4]
    sizes = []
    for version in made.versions():
        corpus = load_library(tmp_path / "lib", version.number)
        assert corpus.digest == version.digest == load(f"{tmp_path}/lib@{version.digest[:20]}").digest
        sizes.append(len(corpus))
    assert sizes == [3, 4, 3, 2]


def test_a_version_that_never_was_is_told_with_those_that_are(tmp_path: Path) -> None:
    library(tmp_path / "lib", write(tmp_path / "a.bib", BIB))
    with pytest.raises(CorpusError, match="no version 7; it has versions 1 to 1"):
        load(f"{tmp_path}/lib@7")


def test_a_file_whose_name_looks_like_a_version_is_a_file(tmp_path: Path) -> None:
    library(tmp_path / "lib", write(tmp_path / "a.bib", BIB))
    other = write(tmp_path / "lib@1", LINE)
    assert list(load(other).entries) == ["beacons"]


def test_a_library_and_files_make_one_corpus(tmp_path: Path) -> None:
    library(tmp_path / "lib", write(tmp_path / "a.bib", BIB))
    extra = write(tmp_path / "b.jsonl", LINE)
    assert sorted(load([tmp_path / "lib", extra]).entries) == ["beacons", "doe2019", "roe2021", "smith2020"]


def test_a_library_can_be_added_to_another(tmp_path: Path) -> None:
    library(tmp_path / "lib", write(tmp_path / "a.bib", BIB)).store.__exit__()
    other = library(tmp_path / "other")
    other.add(tmp_path / "lib")
    assert other.corpus().digest == load(tmp_path / "lib").digest


def test_a_draft_from_a_version_is_the_same_bytes_after_the_library_went_on(tmp_path: Path) -> None:
    example = Path(__file__).resolve().parent.parent / "examples" / "corpus.bib"
    bib = write(tmp_path / "corpus.bib", example.read_bytes())
    made = library(tmp_path / "lib", bib)

    def drafted(corpus: str, name: str) -> bytes:
        out = tmp_path / f"{name}.json"
        assert main(["draft", "LLM judges", "--corpus", corpus, "--no-cache", "--out", str(out)]) == 0
        return out.read_bytes()

    first = drafted(f"{tmp_path}/lib", "first")
    digest = json.loads(first)["corpus"]["digest"]
    write(bib, "% a line above all others\n" + bib.read_text("utf-8"))
    made.follow(bib)
    made.remove(["zheng2023judging"])
    assert drafted(f"{tmp_path}/lib", "now") != first
    assert drafted(f"{tmp_path}/lib@1", "again") == first
    # The second version differs from it in lines alone: the digest names the first.
    assert [version.digest == digest for version in made.versions()] == [True, True, False]
    assert drafted(f"{tmp_path}/lib@{digest}", "by_digest") == first
    assert drafted(str(example), "from_file") == first


def test_the_same_changes_make_the_same_versions_elsewhere(tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        made = library(folder / "lib", write(folder / "a.bib", BIB), write(folder / "b.jsonl", LINE))
        made.remove(["roe2021"])
        told.append(made.versions())
    assert told[0] == told[1]


def test_list_and_entry_say_what_the_corpus_says(tmp_path: Path) -> None:
    one = write(tmp_path / "a.bib", BIB)
    other = write(tmp_path / "b.bib", BIB.replace("roe2021", "roe21"))
    made = library(tmp_path / "lib", one, other, write(tmp_path / "c.jsonl", LINE * 2))
    corpus = made.corpus()
    listed = made.summaries()
    assert [summary.key for summary in listed] == list(corpus.entries)
    assert {summary.key: summary.places for summary in listed} == {e.key: len(e.sources) for e in corpus}
    for key in (*corpus.entries, "roe21"):
        assert made.entry(key) == corpus[key]


def test_made_keys_are_found_too(tmp_path: Path) -> None:
    made = library(tmp_path / "lib", write(tmp_path / "a.jsonl", LINE.replace(', "key": "beacons"', "")))
    (summary,) = made.summaries()
    assert made.entry(summary.key) == made.corpus()[summary.key]


def twins(tmp_path: Path) -> Library:
    text = "We light beacons of amber along the delta, and count who comes. " * 4
    return library(
        tmp_path / "lib",
        write(tmp_path / "a.bib", entry("one", "Amber Beacons of the Delta", text)),
        write(tmp_path / "b.bib", entry("uno", "Amber beacons of the delta", text + "More.")),
    )


def test_a_split_keeps_a_record_apart_and_a_join_takes_it_back(tmp_path: Path) -> None:
    made = twins(tmp_path)
    whole = made.corpus()
    assert len(whole) == 1
    made.split("one", "b.bib:1")
    assert sorted(made.corpus().entries) == sorted(load(tmp_path / "lib").entries) == ["one", "uno"]
    made.join("one", "uno")
    assert made.corpus().digest == whole.digest
    assert load(f"{tmp_path}/lib@2").digest == made.versions()[1].digest != whole.digest


def test_a_join_can_be_split_again(tmp_path: Path) -> None:
    made = library(tmp_path / "lib", write(tmp_path / "a.bib", entry("one", "Amber") + entry("two", "Kelp Forests")))
    before = made.corpus().digest
    joined = made.join("one", "two")
    assert joined.version.entries == 1
    kept = made.summaries()[0].key
    made.split(kept, "a.bib:2")
    assert made.corpus().digest == before


@pytest.mark.parametrize(
    ("key", "place", "says"),
    [("one", "b.bib:9", "names no record"), ("nobody", "b.bib:1", "holds no entry"), ("kelp", "c.bib:1", "alone")],
)
def test_a_split_of_what_is_not_there_says_what_is(tmp_path: Path, key: str, place: str, says: str) -> None:
    made = twins(tmp_path)
    made.add(write(tmp_path / "c.bib", entry("kelp", "Kelp Forests in Winter")))
    with pytest.raises(CorpusError, match=says):
        made.split(key, place)
    assert len(made.versions()) == 2


def test_an_emptied_library_can_be_read_as_nothing_and_be_added_to(tmp_path: Path) -> None:
    bib = write(tmp_path / "a.bib", entry("one", "Amber"))
    made = library(tmp_path / "lib", bib)
    made.remove(["one"])
    assert len(made.corpus()) == 0
    with pytest.raises(CorpusError, match="lib is empty"):
        load(tmp_path / "lib")
    assert made.add(bib).version.entries == 1


def test_a_library_outlives_its_files_and_its_place(tmp_path: Path) -> None:
    bib = write(tmp_path / "a.bib", BIB)
    with library(tmp_path / "lib", bib) as made:
        digest = made.corpus().digest
    bib.unlink()
    shutil.move(tmp_path / "lib", tmp_path / "moved")
    assert load(tmp_path / "moved").digest == digest


def test_records_of_the_same_words_cannot_be_split_and_it_is_told(tmp_path: Path) -> None:
    files = [write(tmp_path / name, entry("one", "Amber Beacons")) for name in ("a.bib", "b.bib")]
    other = write(tmp_path / "c.bib", entry("two", "Kelp Forests"))
    made = library(tmp_path / "lib", *files, other)
    with pytest.raises(CorpusError, match="word for word"):
        made.split("one", "b.bib:1")
    assert len(made.versions()) == 1


@pytest.mark.parametrize("version", ["1", "7", "sha256:abcdef"])
def test_a_name_with_a_version_never_becomes_a_library(tmp_path: Path, version: str) -> None:
    bib = write(tmp_path / "a.bib", BIB)
    library(tmp_path / "lib", bib)
    with pytest.raises(CorpusError, match="cannot be changed") as caught:
        Library.open(f"{tmp_path}/lib@{version}", make=True)
    assert caught.value.hint == f"add to {tmp_path}/lib"
    with pytest.raises(CorpusError, match="names a version") as caught:
        Library.open(f"{tmp_path}/lib@{version}")
    assert "corpus add" not in str(caught.value.hint)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bib", "lib"]


def test_a_record_left_out_for_its_key_is_not_counted_as_added(tmp_path: Path) -> None:
    change = library(tmp_path / "lib").add(
        write(tmp_path / "a.bib", entry("one", "Amber Beacons") + entry("one", "Kelp Forests"))
    )
    assert (keys(change.added), len(change.skipped)) == (["one"], 1)
    assert change.version.what == "add a.bib: 1 added"
