"""`writer corpus …` as a user meets it: what is printed, written and refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from libraries import BIB, LINE, entry, write

from writer.cli import main
from writer.corpus import load

Out = pytest.CaptureFixture[str]


@pytest.fixture
def lib(tmp_path: Path, capsys: Out) -> str:
    bib = write(tmp_path / "a.bib", BIB)
    assert main(["corpus", "add", str(tmp_path / "lib"), str(bib)]) == 0
    capsys.readouterr()
    return str(tmp_path / "lib")


def test_add_tells_what_was_added_merged_skipped_and_there(tmp_path: Path, lib: str, capsys: Out) -> None:
    text = BIB.replace("roe2021", "roe21") + entry("new", "Kelp Forests") + "@misc{bad, year = 2020}\n"
    two = write(tmp_path / "b.bib", text)
    assert main(["corpus", "add", lib, str(two)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [f"added roe21 {two}:12", f"added new {two}:16", "already there: 2"]
    assert lines[3].startswith("merged roe2021: the same ")
    assert lines[3].endswith(f"({tmp_path / 'a.bib'}:12, {two}:12)")
    assert lines[4] == f"skipped {two}:17: @misc{{bad}} has neither a title nor an abstract"
    assert lines[5].startswith("version 2, 4 entries, sha256:")
    assert main(["corpus", "add", lib, str(two)]) == 0
    assert "nothing to do: version 2" in capsys.readouterr().out


def test_a_long_list_of_additions_is_told_as_a_number(tmp_path: Path, capsys: Out) -> None:
    bib = write(tmp_path / "a.bib", "".join(entry(f"k{n}", f"Work number {n}") for n in range(30)))
    assert main(["corpus", "add", str(tmp_path / "lib"), str(bib)]) == 0
    assert capsys.readouterr().out.startswith("added: 30\nversion 1, 30 entries, ")


def test_remove_list_and_versions(lib: str, capsys: Out) -> None:
    assert main(["corpus", "remove", lib, "roe2021"]) == 0
    assert capsys.readouterr().out.startswith("removed roe2021 ")
    assert main(["corpus", "list", lib]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "smith2020: Smith et al. A Study of Judges (2020)",
        "doe2019: Retrieval for citing (2019)",
    ]
    assert main(["corpus", "list", lib, "--versions"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split()[:2] == ["1", "3"]
    assert first.endswith("add a.bib: 3 added")
    assert second.split()[:3] == ["2", "2", load(lib).digest]
    assert second.endswith("remove roe2021: 1 removed")


def test_show_prints_entries_of_a_library(tmp_path: Path, lib: str, capsys: Out) -> None:
    assert main(["corpus", "show", "doe2019", "smith2020", "--in", lib]) == 0
    told = capsys.readouterr().out
    assert told.startswith("doe2019: Retrieval for citing (2019)\n  kind: inproceedings\n")
    assert "  authors: Smith, Jane; Müller, J.\n  venue: Journal of Made-up Learning\n" in told
    assert f"  read in: {tmp_path / 'a.bib'}:4\n" in told
    assert main(["corpus", "show", "doe2019", "--in", lib, "--format", "json"]) == 0
    assert [e["key"] for e in json.loads(capsys.readouterr().out)["entries"]] == ["doe2019"]


def test_show_of_paths_is_what_it_was_and_takes_a_library_and_its_versions(lib: str, capsys: Out) -> None:
    main(["corpus", "remove", lib, "doe2019"])
    capsys.readouterr()
    for path, count in ((lib, 2), (f"{lib}@1", 3)):
        assert main(["corpus", "show", path, "--format", "json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert (shown["schema"], len(shown["entries"]), shown["digest"]) == (1, count, load(path).digest)


def test_merge_explains_splits_and_joins(tmp_path: Path, lib: str, capsys: Out) -> None:
    two = write(tmp_path / "b.bib", BIB.replace("roe2021", "roe21").replace("Panels of three", "A panel of three"))
    main(["corpus", "add", lib, str(two)])
    capsys.readouterr()
    assert main(["corpus", "merge", lib, "--explain", "roe21"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(("roe2021: ", "roe21: "))
    assert f"{two}:12" in told
    assert "the same title" in told
    assert f"writer corpus merge {lib} --split" in told
    assert main(["corpus", "merge", lib, "--split", "roe21", "b.bib:12"]) == 0
    assert "version 3, 4 entries" in capsys.readouterr().out
    assert main(["corpus", "merge", lib, "--join", "roe21", "roe2021"]) == 0
    assert "version 4, 3 entries" in capsys.readouterr().out
    assert main(["corpus", "merge", lib]) == 0
    assert capsys.readouterr().out.count(f"  {two}:") == 3


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_export_as_bib_gives_the_users_file_back(tmp_path: Path, ending: str, capsys: Out) -> None:
    data = b"\xef\xbb\xbf" + BIB.replace("\n", ending).encode()
    bib, out = write(tmp_path / "a.bib", data), tmp_path / "out.bib"
    main(["corpus", "add", str(tmp_path / "lib"), str(bib)])
    assert main(["corpus", "export", str(tmp_path / "lib"), "--format", "bib", "--out", str(out)]) == 0
    assert out.read_bytes() == data


def test_export_to_a_pipe_gives_the_same_bytes(lib: str) -> None:
    arguments = [sys.executable, "-m", "writer", "corpus", "export", f"{lib}@1", "--format", "bib"]
    root = Path(__file__).resolve().parent.parent
    assert subprocess.run(arguments, cwd=root, capture_output=True, check=True).stdout == BIB.encode()


@pytest.mark.parametrize("format_", ["bib", "ris", "csl", "jsonl"])
def test_export_of_chosen_keys_from_a_library_and_from_files(
    tmp_path: Path, lib: str, format_: str, capsys: Out
) -> None:
    for corpus in (lib, str(tmp_path / "a.bib")):
        assert main(["corpus", "export", corpus, "--format", format_, "--keys", "doe2019"]) == 0
        text = capsys.readouterr().out
        again = load(write(tmp_path / f"out.{format_}", text))
        assert list(again.entries) == ["doe2019"]
        assert again["doe2019"].abstract == "We retrieve papers for a sentence."


@pytest.mark.parametrize("format_", ["bib", "jsonl"])
@pytest.mark.parametrize("corpus", ["lib", "a.bib"])
def test_export_of_an_unknown_key_is_told(tmp_path: Path, lib: str, corpus: str, format_: str, capsys: Out) -> None:
    assert main(["corpus", "export", str(tmp_path / corpus), "--format", format_, "--keys", "nobody"]) == 2
    told = capsys.readouterr()
    assert "no entry 'nobody'" in told.err
    assert told.out == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "LIB", "no/such.bib"], "no/such.bib"),
        (["add", "FILE", "FILE"], "is a file, not a library"),
        (["remove", "LIB", "nobody"], "holds no entry 'nobody'"),
        (["list", "NOWHERE"], "is not a library"),
        (["show", "x", "--in", "LIB"], "holds no entry 'x'"),
        (["show", "LIB@9"], "has no version 9"),
        (["merge", "LIB", "--split", "doe2019", "a.bib:1"], "one record alone"),
        (["merge", "LIB", "--join", "doe2019", "doe2019"], "one entry already"),
        (["watch", "LIB", "FILE", "--settle", "-1"], "--settle is -1"),
        (["watch", "LIB", "NOWHERE", "--once", "--settle", "0.01"], "is missing"),
    ],
)
def test_wrong_use_says_what_and_changes_nothing(
    tmp_path: Path, lib: str, arguments: list[str], says: str, capsys: Out
) -> None:
    names = {"LIB": lib, "LIB@9": f"{lib}@9", "FILE": str(tmp_path / "a.bib"), "NOWHERE": str(tmp_path / "nowhere")}
    assert main(["corpus", *(names.get(argument, argument) for argument in arguments)]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""
    assert main(["corpus", "list", lib, "--versions"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_failed_first_add_leaves_nothing_behind(tmp_path: Path, capsys: Out) -> None:
    lib, line = str(tmp_path / "lib"), write(tmp_path / "b.jsonl", LINE)
    assert main(["corpus", "add", lib, str(tmp_path / "none.bib")]) == 2
    assert not (tmp_path / "lib").exists()
    assert main(["corpus", "add", lib, str(line)]) == 0
    assert capsys.readouterr().out.startswith("added beacons ")


@pytest.mark.parametrize("action", ["add", "remove", "list", "merge", "watch", "export", "show"])
def test_each_action_has_help(action: str, capsys: Out) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["corpus", action, "--help"])
    assert capsys.readouterr().out.startswith(f"usage: writer corpus {action}")


@pytest.mark.parametrize("format_", ["bib", "csl"])
def test_an_empty_library_is_told_as_empty(lib: str, format_: str, capsys: Out) -> None:
    main(["corpus", "remove", lib, "smith2020", "roe2021", "doe2019"])
    capsys.readouterr()
    assert main(["corpus", "list", lib]) == 0
    assert capsys.readouterr().out == f"{lib} is empty\n"
    assert main(["corpus", "export", lib, "--format", format_]) == 2
    assert f"{lib} is empty" in capsys.readouterr().err
