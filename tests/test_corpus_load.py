"""From paths to a corpus: which files, which errors, which digest."""

from __future__ import annotations

import codecs
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from writer.corpus import digest, load
from writer.corpus import load as load_corpus
from writer.entry import Source
from writer.errors import CorpusError

BIB = "@misc{{{0}, title = {{The {0} title}}, abstract = {{About {0}.}}}}\n"
ABSTRACT = "Amber basins hold the cedar that the delta brought to the harbor in a single season. " * 4


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def lines(*titles: str) -> str:
    return "".join(json.dumps({"title": title, "abstract": f"About {title}."}) + "\n" for title in titles)


def test_a_directory_is_read_whole_and_sorted_without_hidden_files(tmp_path: Path) -> None:
    write(tmp_path / "b.bib", BIB.format("two"))
    write(tmp_path / "a" / "z.jsonl", lines("One Amber"))
    write(tmp_path / "c.csv", "title,abstract\nThree Kelp,About it.\n")
    write(tmp_path / ".hidden.bib", BIB.format("hidden"))
    write(tmp_path / ".git" / "x.bib", BIB.format("hidden2"))
    (tmp_path / "figure.pdf").write_bytes(b"%PDF-1.5\0\xff")
    corpus = load([tmp_path])
    assert [entry.title for entry in corpus] == ["One Amber", "The two title", "Three Kelp"]
    assert corpus.skipped == ()
    assert corpus.read == (
        (str(tmp_path / "a" / "z.jsonl"), 1),
        (str(tmp_path / "b.bib"), 1),
        (str(tmp_path / "c.csv"), 1),
    )


def test_a_file_in_a_directory_that_cannot_be_read_is_skipped_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path / "a.bib", BIB.format("one"))
    notes = write(tmp_path / "notes.txt", "Remember the milk.\n")
    empty = write(tmp_path / "empty.jsonl", "")
    useless = write(tmp_path / "z.bib", "@misc{only, year = 2020}\n")
    (tmp_path / "latin.bib").write_bytes(b"% one\n% tw\xf6\n")
    (tmp_path / "lost.bib").symlink_to(tmp_path / "nowhere.bib")
    corpus = load([tmp_path])
    assert list(corpus.entries) == ["one"]
    reasons = {(skip.file, skip.line): skip.reason for skip in corpus.skipped}
    assert "expected BibTeX" in reasons[str(notes), 1]
    assert "is empty" in reasons[str(empty), 1]
    assert "0xf6 is not UTF-8" in reasons[str(tmp_path / "latin.bib"), 2]
    assert "cannot be read" in reasons[str(tmp_path / "lost.bib"), 1]
    assert any(file == str(useless) for file, _ in reasons)
    assert {Path(skip.file).name for skip in corpus.skipped} == {
        "notes.txt", "empty.jsonl", "latin.bib", "lost.bib", "z.bib",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"", "is empty", "expected BibTeX"),
        (b"Remember the milk.\n", "holds nothing that can be read", "saved web page"),
        (
            b"@misc{a, year = 2020}\n",
            r"read as bibtex, but no record is usable .*line 1: @misc\{a\}",
            "expected BibTeX",
        ),
        (b'{"year": 1}\n{"year": 2}\n', "read as json, but no record is usable .2 broken", "expected JSON"),
        (b"@misc{a,\n title = {\xe9}}\n", r":2: byte 0xe9 is not UTF-8", "iconv"),
        (codecs.BOM_UTF8 + b"@misc{a,\n\n title = {\xe9}}\n", r":3: byte 0xe9 is not UTF-8", "iconv"),
        ("@misc{a, title = {x}}".encode("utf-16"), "UTF-16", "UTF-8"),
        (b"@misc{a,\n title = {\0}}\n", r":2: is not text", "expected"),
    ],
)
def test_a_named_file_that_cannot_be_used_is_an_error_that_says_what_was_expected(
    tmp_path: Path, content: bytes, message: str, hint: str
) -> None:
    path = tmp_path / "papers.bib"
    path.write_bytes(content)
    with pytest.raises(CorpusError, match=message) as caught:
        load([path])
    assert str(path) in caught.value.message
    assert hint in caught.value.hint


def test_a_missing_file_is_an_error_even_beside_a_good_one(tmp_path: Path) -> None:
    good = write(tmp_path / "a.bib", BIB.format("one"))
    with pytest.raises(CorpusError, match=r"gone\.bib: no such file"):
        load([good, tmp_path / "gone.bib"])


def test_a_file_that_may_not_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.bib", BIB.format("one"))

    def refuse(self: Path, *args: object, **options: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(CorpusError, match=r"a\.bib: cannot be read: Permission denied"):
        load([path])


def test_nothing_usable_at_all_is_an_error_that_lists_what_was_seen(tmp_path: Path) -> None:
    write(tmp_path / "notes.txt", "Remember the milk.\n")
    with pytest.raises(CorpusError, match=r"notes\.txt:1") as caught:
        load([tmp_path])
    assert "expected" in caught.value.hint
    with pytest.raises(CorpusError, match="no path was given"):
        load([])


def test_a_pipe_in_a_directory_does_not_stop_the_reading(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.bib")
    write(tmp_path / "a.bib", BIB.format("one"))
    assert list(load([tmp_path]).entries) == ["one"]


def test_a_file_named_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.bib", BIB.format("one"))
    (tmp_path / "link.bib").symlink_to(path)
    monkeypatch.chdir(tmp_path)
    corpus = load([path, "a.bib", tmp_path, tmp_path / "link.bib"])
    assert corpus.read == ((str(path), 1),)
    assert corpus.merged == ()


def test_a_path_alone_is_taken_for_a_list_of_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.bib", BIB.format("one"))
    assert list(load(str(path)).entries) == ["one"]


def test_byte_order_mark_and_line_ends_of_other_systems_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_bytes(codecs.BOM_UTF8 + (BIB.format("one") + "\n" + BIB.format("two")).replace("\n", "\r\n").encode())
    corpus = load([path])
    assert [(entry.key, entry.source.line) for entry in corpus] == [("one", 1), ("two", 3)]


def test_the_format_is_told_by_content_and_not_by_suffix(tmp_path: Path) -> None:
    for name in ("a.txt", "a.csv", "a.jsonl"):
        path = write(tmp_path / name, BIB.format("one"))
        assert list(load([path]).entries) == ["one"]
    page = write(tmp_path / "b.bib", f"new\n\nA Title of Cedar\n\n{ABSTRACT.strip()}\n")
    assert [entry.title for entry in load([page])] == ["A Title of Cedar"]


def test_a_key_taken_by_a_different_work_is_reported_and_the_first_keeps_it(tmp_path: Path) -> None:
    one = write(tmp_path / "1.bib", "\n" + BIB.format("same"))
    two = write(tmp_path / "2.bib", "% x\n@misc{same, title = {Another work}}\n" + BIB.format("good"))
    corpus = load([one, two])
    assert list(corpus.entries) == ["same", "good"]
    assert corpus["same"].title == "The same title"
    assert [str(skip) for skip in corpus.skipped] == [
        f"{two}:2: the key 'same' is already taken by a different work at {one}:2"
    ]


def test_a_key_given_twice_in_one_file_is_reported_with_both_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "1.bib", BIB.format("same") + "@misc{same, title = {Another work}}\n" + BIB.format("same"))
    corpus = load([path])
    assert [skip.line for skip in corpus.skipped] == [2]
    assert corpus.skipped[0].reason.endswith(f"{path}:1")
    assert [(merge.kept, merge.source.line, merge.dropped[0].line) for merge in corpus.merged] == [("same", 1, 3)]


def test_an_alias_is_not_given_to_another_work(tmp_path: Path) -> None:
    one = write(tmp_path / "1.bib", "@misc{k1, title = {Cedars of Amber}}\n@misc{k2, title = {Cedars of amber}}\n")
    two = write(tmp_path / "2.bib", "@misc{k2, title = {Kelps and nectar}}\n@misc{k3, title = {Lagoons}}\n")
    corpus = load([one, two])
    assert set(corpus.entries) == {"k1", "k3"}
    assert corpus["k2"] is corpus["k1"]
    assert [(skip.file, skip.line) for skip in corpus.skipped] == [(str(two), 1)]


def test_a_work_read_from_two_formats_is_one_entry_under_the_users_key(tmp_path: Path) -> None:
    listed = write(tmp_path / "a.jsonl", json.dumps({"title": "Cedars OF amber", "abstract": ABSTRACT}) + "\n")
    bib = write(tmp_path / "b.bib", "@article{roe20, title = {{Cedars} of Amber}, author = {Roe, Jane}, year = 2020}\n")
    corpus = load([listed, bib])
    assert list(corpus.entries) == ["roe20"]
    entry = corpus["roe20"]
    assert (entry.title, entry.abstract, entry.year) == ("Cedars of Amber", ABSTRACT.strip(), 2020)
    assert [str(source) for source in entry.sources] == [f"{bib}:1", f"{listed}:1"]
    (merge,) = corpus.merged
    assert (merge.kept, merge.source, merge.dropped) == ("roe20", entry.sources[0], entry.sources[1:])
    assert merge.because == "the same title"


def test_a_record_without_words_is_skipped(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"title": "{}", "abstract": "N/A"}\n' + lines("Cedars"))
    corpus = load([path])
    assert [entry.title for entry in corpus] == ["Cedars"]
    assert [skip.line for skip in corpus.skipped] == [1]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Abstract: We test.", "We test."),
        ("Abstract—We test.", "We test."),
        ("ABSTRACT. We test.", "We test."),
        ("Abstract\nWe test.", "We test."),
        ("abstract -- We test.", "We test."),
        ("Abstract-level cedars.", "Abstract-level cedars."),
        ("Abstract meaning is kept.", "Abstract meaning is kept."),
        ("No abstract available.", ""),
    ],
)
def test_the_printed_word_abstract_is_no_part_of_the_abstract(tmp_path: Path, raw: str, clean: str) -> None:
    path = write(tmp_path / "a.json", json.dumps({"title": "Cedars", "abstract": raw}))
    assert next(iter(load([path]))).abstract == clean


titles = st.lists(
    st.lists(st.sampled_from("amber basin cedar delta ember fjord the of".split()), min_size=3, max_size=6).map(
        " ".join
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda title: title.replace(" ", ""),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles, st.randoms(), st.integers(0, 8))
def test_keys_and_digest_do_not_depend_on_folders_files_or_order(
    tmp_path_factory: pytest.TempPathFactory, found: list[str], chance: object, cut: int
) -> None:
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    first = load([write(one / "all.jsonl", lines(*found))])
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    parts = [part for part in (shuffled[:cut], shuffled[cut:]) if part]
    second = load([write(other / f"{number}" / "x.json", lines(*part)) for number, part in enumerate(parts)])
    assert {entry.title: entry.key for entry in second} == {entry.title: entry.key for entry in first}
    assert second.digest == first.digest


def test_the_digest_covers_content_and_not_places(tmp_path: Path) -> None:
    (entry,) = load([write(tmp_path / "a.bib", BIB.format("one"))])
    known = digest([entry])
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", known)
    elsewhere = replace(entry, source=Source("other", 9), sources=(), raw_title="x", raw_abstract="y", fields=())
    assert digest([elsewhere]) == known
    for change in ({"title": "x"}, {"abstract": "x"}, {"year": 1}, {"key": "x"}, {"doi": "x"}, {"aliases": ("x",)}):
        assert digest([replace(entry, **change)]) != known  # type: ignore[arg-type]


def test_the_digest_of_a_corpus_is_that_of_its_entries_in_any_order(tmp_path: Path) -> None:
    corpus = load_corpus([write(tmp_path / "a.bib", BIB.format("one") + BIB.format("two"))])
    assert digest(corpus) == corpus.digest == digest(reversed(list(corpus)))
