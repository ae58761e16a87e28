"""Files as they lie about: packed, in archives, behind patterns, cut short, larger than memory."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from writer.corpus import load, objects, opening, reading
from writer.corpus.opening import Opened, Unreadable
from writer.corpus.reading import entries
from writer.entry import Entry, Skipped
from writer.errors import CorpusError


def lines(*titles: str) -> str:
    return "".join(json.dumps({"title": title, "abstract": f"About {title}."}) + "\n" for title in titles)


def many(count: int) -> str:
    return lines(*(f"Paper number {number} on amber" for number in range(count)))


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def titles(found: Iterator[Entry | Skipped]) -> list[str]:
    return [entry.title for entry in found if isinstance(entry, Entry)]


# Packed files -------------------------------------------------------------------------------------------------------


def test_a_gzip_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(gzip.compress(lines("One", "Two").encode()))
    corpus = load([path])
    assert [(entry.title, str(entry.source)) for entry in corpus] == [("One", f"{path}:1"), ("Two", f"{path}:2")]


def test_a_gzip_file_of_several_streams_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress(lines("One").encode()) + gzip.compress(lines("Two").encode()))
    assert [(entry.title, entry.source.line) for entry in load([path])] == [("One", 1), ("Two", 2)]


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_of_a_gzip_file_that_is_cut_short_what_came_before_is_kept_and_told(tmp_path: Path, cut: float) -> None:
    packed = gzip.compress(many(3000).encode())
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(packed[: int(len(packed) * cut)])
    corpus = load([path])
    assert 500 < len(corpus) < 3000
    told = corpus.skipped[-1]
    assert "cut short" in told.reason
    assert f"the entries before it are kept: {corpus.read[0][1]}" in told.reason


def test_a_small_format_in_a_gzip_file_that_is_cut_short_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    text = "".join(f"@misc{{k{n}, title = {{Title {n} of {n * 7919}}}}}\n" for n in range(2000))
    packed = gzip.compress(text.encode())
    path = tmp_path / "papers.bib.gz"
    path.write_bytes(packed[: len(packed) // 2])
    corpus = load([path])
    assert len(corpus) > 100
    assert any("cut short" in skip.reason for skip in corpus.skipped)


def test_a_gzip_file_broken_from_its_start_is_an_error_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00 this is no gzip file")
    with pytest.raises(CorpusError, match=r"papers\.jsonl\.gz: cannot be read further"):
        load([path])


def test_a_stream_that_unpacks_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_BOMB_BYTES", 1 << 20)
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress((lines("One") + " " * (1 << 23) + "\n" + lines("Two")).encode(), 9))
    corpus = load([path])
    assert [entry.title for entry in corpus] == ["One"]
    assert "zip bomb" in corpus.skipped[-1].reason


def test_a_zst_file_is_read_over_all_its_frames(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard", reason="zstandard is not installed")
    path = tmp_path / "papers.jsonl.zst"
    path.write_bytes(zstandard.compress(many(2000).encode()) + zstandard.compress(lines("The last").encode()))
    found = titles(entries([path]))
    assert (len(found), found[-1]) == (2001, "The last")


def test_a_zst_file_that_is_cut_short_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard", reason="zstandard is not installed")
    # One frame of several blocks, so that the first can be read without the last.
    text = "".join(json.dumps({"title": f"T {n}", "abstract": str(pow(7, n + 500))}) + "\n" for n in range(600))
    packed = zstandard.compress(text.encode())
    path = tmp_path / "papers.zst"
    path.write_bytes(packed[:-100])
    found = list(entries([path]))
    assert 10 < len(found) < 601
    assert isinstance(found[-1], Skipped)
    assert "cut short" in found[-1].reason


def test_without_the_package_a_zst_file_is_an_error_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = tmp_path / "papers.jsonl.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd and more")
    with pytest.raises(CorpusError, match="Zstandard") as caught:
        load([path])
    assert "pip install zstandard" in caught.value.hint


# Archives -----------------------------------------------------------------------------------------------------------


def test_the_members_of_a_zip_archive_are_files_in_sorted_order(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.zip",
        {
            "sub/b.jsonl": lines("Two").encode(),
            "a.bib": b"@misc{one, title = {One}}\n",
            "sub/c.jsonl.gz": gzip.compress(lines("Three").encode()),
            "figure.pdf": b"%PDF-1.5\0",
            "__MACOSX/._a.bib": b"\0\0",
            ".hidden.bib": b"@misc{hidden, title = {Hidden}}\n",
        },
    )
    corpus = load([path])
    assert [entry.title for entry in corpus] == ["One", "Two", "Three"]
    assert corpus.read == ((f"{path}/a.bib", 1), (f"{path}/sub/b.jsonl", 1), (f"{path}/sub/c.jsonl.gz", 1))
    assert corpus.skipped == ()


def test_a_broken_member_costs_itself_alone(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.jsonl": many(200).encode(), "b.jsonl": lines("Good").encode()})
    raw = bytearray(path.read_bytes())
    raw[200:220] = b"\xff" * 20
    path.write_bytes(raw)
    corpus = load([path])
    assert "Good" in [entry.title for entry in corpus]
    told = [skip.reason for skip in corpus.skipped if skip.file == f"{path}/a.jsonl"]
    assert any("cannot be read further" in reason for reason in told), told


def test_a_zip_archive_that_is_cut_short_is_an_error_when_named_and_skipped_in_a_directory(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.jsonl": many(200).encode()})
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(CorpusError, match=r"a\.zip: is a broken zip archive"):
        load([path])
    (tmp_path / "b.jsonl").write_text(lines("Good"))
    corpus = load([tmp_path])
    assert [entry.title for entry in corpus] == ["Good"]
    assert [skip.file for skip in corpus.skipped] == [str(path)]


def test_an_archive_in_an_archive_is_reported_and_not_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.jsonl", lines("Inner"))
    path = zipped(tmp_path / "a.zip", {"inner.zip": inner.getvalue(), "b.jsonl": lines("Outer").encode()})
    corpus = load([path])
    assert [entry.title for entry in corpus] == ["Outer"]
    assert "archive within an archive" in corpus.skipped[0].reason


def test_a_member_whose_name_points_elsewhere_is_read_and_written_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "folder"
    folder.mkdir(parents=True)
    path = zipped(folder / "a.zip", {"../../evil.jsonl": lines("One").encode()})
    assert [entry.title for entry in load([path])] == ["One"]
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == ["a.zip"]


# Patterns -----------------------------------------------------------------------------------------------------------


def test_a_pattern_is_read_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "c.txt"):
        (tmp_path / name).write_text(lines(f"From {name}"))
    assert [entry.title for entry in load([f"{tmp_path}/*.jsonl"])] == ["From a.jsonl", "From b.jsonl"]


def test_a_pattern_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no file matches this pattern"):
        load([tmp_path / "*.jsonl"])


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "papers [2020].jsonl"
    path.write_text(lines("One"))
    assert [entry.title for entry in load([path])] == ["One"]


# Streams ------------------------------------------------------------------------------------------------------------


def test_records_are_handed_on_before_the_file_has_been_read(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(many(40_000))
    heard: list[tuple[int, int]] = []
    found = entries([path], progress=lambda done, total: heard.append((done, total)))
    for _ in range(1500):
        next(found)
    assert 0 < heard[0][0] < heard[0][1] / 2
    assert heard[0][1] == path.stat().st_size


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_progress_grows_to_the_size_on_disk(tmp_path: Path, pack: type[bytes]) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(pack(many(5000).encode()))
    heard: list[tuple[int, int]] = []
    load([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], progress=lambda done, total: heard.append((done, total)))
    size = sum((tmp_path / name).stat().st_size for name in ("a.jsonl", "b.jsonl"))
    assert len(heard) > 5
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1] == (size, size)
    assert {total for _, total in heard} == {size}


def test_a_line_far_too_long_is_reported_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LONGEST_LINE", 1000)
    monkeypatch.setattr(opening, "_CHUNK", 300)
    monkeypatch.setattr(opening, "HEAD", 100)
    found = list(Opened.of_text("one\n" + "x" * 5000 + "\ntwo\n" + "y" * 3000, "f").lines())
    assert [type(line) for line in found] == [str, Unreadable, str, Unreadable]
    assert (found[0], found[2]) == ("one", "two")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_and_characters_cut_between_two_pieces_are_whole(monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    monkeypatch.setattr(opening, "_CHUNK", 3)
    monkeypatch.setattr(opening, "HEAD", 3)
    text = "\ufeff" + ends.join(["é€𝄞", "", "x" * 7, "end"])
    assert list(Opened.of_text(text, "f").lines()) == ["é€𝄞", "", "x" * 7, "end"]


def test_a_byte_that_is_no_text_costs_its_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(lines("One").encode() + b'{"title": "caf\xe9"}\n' + lines("Three").encode())
    corpus = load([path])
    assert [entry.title for entry in corpus] == ["One", "Three"]
    assert [(skip.line, skip.reason) for skip in corpus.skipped] == [(2, "byte 0xe9 is not UTF-8")]


def test_a_table_in_another_encoding_is_an_error_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    path.write_bytes(b"title,abstract\nOne,About it.\nCaf\xe9,About it.\n")
    with pytest.raises(CorpusError, match=r":3: byte 0xe9 is not UTF-8") as caught:
        load([path])
    assert "iconv" in caught.value.hint


PAGE = {"meta": {"count": 3}, "results": [{"title": f"Title {n}", "abstract": "x" * n} for n in range(1, 60)]}


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("value", [PAGE, PAGE["results"]], ids=["page", "array"])
def test_a_json_file_gives_the_same_however_it_is_cut_into_pieces(
    monkeypatch: pytest.MonkeyPatch, indent: int | None, value: object
) -> None:
    text = json.dumps(value, indent=indent)
    whole = list(objects.values(Opened.of_text(text, "f")))
    monkeypatch.setattr(opening, "_CHUNK", 37)
    monkeypatch.setattr(opening, "HEAD", 64)
    monkeypatch.setattr(objects, "_LOOKAHEAD", 50)
    for largest in (100, 1 << 20):
        monkeypatch.setattr(objects, "_LARGEST", largest)
        assert list(objects.values(Opened.of_text(text, "f"))) == whole
    assert len(whole) == 59


def test_lines_that_are_pages_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text((json.dumps({"results": [{"title": "One"}, {"title": "Two"}], "meta": {}}) + "\n") * 2)
    assert titles(entries([path])) == ["One", "Two", "One", "Two"]


def test_a_record_without_texts_is_not_opened_for_its_references(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(lines("One") + json.dumps({"year": 2020, "references": [{"title": "Cited"}]}) + "\n")
    corpus = load([path])
    assert [entry.title for entry in corpus] == ["One"]
    assert [skip.line for skip in corpus.skipped] == [2]


def test_a_named_file_without_a_usable_record_is_an_error_in_the_stream_too(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text('{"year": 1}\n' * 3)
    with pytest.raises(CorpusError, match=r"no record is usable \(3 broken"):
        list(reading.entries(path))


def test_a_tar_archive_is_named_as_one(tmp_path: Path) -> None:
    import tarfile

    path = tmp_path / "a.dump"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("x.jsonl")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"{}{}"))
    with pytest.raises(CorpusError, match="is a tar archive"):
        load([path])
