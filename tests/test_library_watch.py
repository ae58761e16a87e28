"""Following a `.bib` that another program rewrites, with time in the test's own hands."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from libraries import BIB, entry, library, write

from writer.cli import main
from writer.corpus import load, watch
from writer.corpus.library import Change, Library
from writer.corpus.library_bib import to_bib
from writer.errors import CorpusError
from writer.rendering.exports import EXPORTS


class Stop(Exception):
    """The test has seen enough."""


class Time:
    """Waiting that takes no time: at each wait the next action is done, after the last it stops."""

    def __init__(self, *actions: Callable[[], object] | None) -> None:
        self.actions = list(actions)
        self.waited: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)
        if not self.actions:
            raise Stop
        action = self.actions.pop(0)
        if action is not None:
            action()


def followed(made: Library, path: Path, time: Time) -> list[Change | CorpusError]:
    found: list[Change | CorpusError] = []
    with contextlib.suppress(Stop):
        found.extend(watch.changes(made, path, time))
    return found


def text(*keys: str) -> str:
    return "".join(entry(key, f"The {key} title") for key in keys)


def change_of(found: Change | CorpusError) -> Change:
    assert isinstance(found, Change)
    return found


def keys(change: Change, kind: str) -> list[str]:
    return [place.key for place in getattr(change, kind)]


def test_entries_that_leave_come_and_change_in_the_file_do_so_in_the_library(tmp_path: Path) -> None:
    bib = write(tmp_path / "zotero.bib", text("one", "two", "three"))
    made = library(tmp_path / "lib")
    rewritten = text("one") + entry("two", "The two title", "Another abstract.") + text("four")
    found = followed(made, bib, Time(None, lambda: write(bib, rewritten), None, None))
    first, second = map(change_of, found)
    assert keys(first, "added") == ["one", "two", "three"]
    told = {kind: keys(second, kind) for kind in ("added", "changed", "removed", "already")}
    assert told == {"added": ["four"], "changed": ["two"], "removed": ["three"], "already": ["one"]}
    assert made.corpus().digest == load(bib).digest
    assert to_bib(made, EXPORTS["bib"].write) == bib.read_bytes()


def test_entries_of_other_files_are_untouched(tmp_path: Path) -> None:
    bib = write(tmp_path / "zotero.bib", text("one", "two"))
    made = library(tmp_path / "lib", write(tmp_path / "own.bib", BIB + text("two")))
    made.follow(bib)
    write(bib, text("one"))
    assert keys(made.follow(bib), "removed") == ["two"]
    assert sorted(made.corpus().entries) == ["doe2019", "one", "roe2021", "smith2020", "two"]


def test_a_file_is_not_taken_before_it_lies_still(tmp_path: Path) -> None:
    bib = write(tmp_path / "zotero.bib", text("one", "two"))
    made = library(tmp_path / "lib", bib)
    half, whole = text("one", "two")[:30], text("one", "two", "three")
    time = Time(None, lambda: write(bib, half), lambda: write(bib, whole[:90]), lambda: write(bib, whole), None, None)
    _, second = map(change_of, followed(made, bib, time))
    assert keys(second, "added") == ["three"]
    assert not second.removed
    assert [version.number for version in made.versions()] == [1, 2]


@pytest.mark.parametrize("cut", [5, 12, 30, 60, 110])
def test_a_file_that_stays_half_written_is_refused_and_changes_nothing(tmp_path: Path, cut: int) -> None:
    bib = write(tmp_path / "zotero.bib", text("one", "two"))
    made = library(tmp_path / "lib", bib)
    write(bib, (text("one", "two") + entry("three", "Cut " * 20))[: len(text("one", "two")) + cut])
    found = followed(made, bib, Time(None, None))
    assert isinstance(found[0], CorpusError)
    assert "ends within an entry" in found[0].message
    assert len(made.versions()) == 1


@pytest.mark.parametrize("content", [b"", None, b"@misc{only, year = 2020}\n", b"\xff\xfe\x00"])
def test_an_empty_missing_or_useless_file_empties_nothing(tmp_path: Path, content: bytes | None) -> None:
    bib = write(tmp_path / "zotero.bib", text("one"))
    made = library(tmp_path / "lib", bib)
    if content is None:
        bib.unlink()
    else:
        write(bib, content)
    with pytest.raises(CorpusError):
        watch.once(made, bib, Time(None))
    assert all(isinstance(found, CorpusError) for found in followed(made, bib, Time(None, None, None)))
    assert list(made.corpus().entries) == ["one"]


def test_a_broken_entry_in_the_middle_is_told_and_the_others_are_taken(tmp_path: Path) -> None:
    bib = write(tmp_path / "zotero.bib", text("one") + "@misc{bad, title = {x\n\n" + text("two"))
    change = library(tmp_path / "lib").follow(bib)
    assert keys(change, "added") == ["one", "two"]
    assert len(change.skipped) == 1


def test_touching_the_file_or_writing_the_same_again_does_nothing(tmp_path: Path) -> None:
    bib = write(tmp_path / "zotero.bib", text("one"))
    made = library(tmp_path / "lib")
    time = Time(None, lambda: os.utime(bib, ns=(1, 1)), None, lambda: os.utime(bib, ns=(2, 2)), None, None)
    assert len(followed(made, bib, time)) == 1
    assert len(made.versions()) == 1


def test_what_was_removed_by_hand_stays_out_when_the_file_is_rewritten(tmp_path: Path) -> None:
    bib = write(tmp_path / "zotero.bib", text("one", "two"))
    made = library(tmp_path / "lib", bib)
    made.remove(["two"])
    write(bib, text("one") + entry("two", "The two title", "Edited since.") + text("three"))
    change = made.follow(bib)
    assert (keys(change, "added"), keys(change, "withheld")) == (["three"], ["two"])
    write(bib, "% moved\n" + bib.read_text("utf-8"))
    assert keys(made.follow(bib), "withheld") == ["two"]
    assert list(made.corpus().entries) == ["one", "three"]


def test_a_change_of_comments_alone_is_kept_for_the_export(tmp_path: Path) -> None:
    bib = write(tmp_path / "zotero.bib", text("one"))
    made = library(tmp_path / "lib", bib)
    digest = made.corpus().digest
    write(bib, "% words above\n" + text("one"))
    change = made.follow(bib)
    assert change.made
    assert change.version.digest == digest
    assert to_bib(made, EXPORTS["bib"].write) == bib.read_bytes()


def test_one_look_waits_for_the_file_to_settle(tmp_path: Path) -> None:
    bib = write(tmp_path / "zotero.bib", text("one"))
    made = library(tmp_path / "lib")
    with pytest.raises(CorpusError, match="is being written"):
        watch.once(made, bib, Time(lambda: write(bib, text("one", "two"))), 7.0)
    time = Time(None)
    assert watch.once(made, bib, time, 7.0).version.number == 1
    assert time.waited == [7.0]


def test_the_command_looks_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bib = write(tmp_path / "zotero.bib", text("one"))
    arguments = ["corpus", "watch", str(tmp_path / "lib"), str(bib), "--once", "--settle", "0.01"]
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith(f"added one {bib}:1\nversion 1, 1 entry, sha256:")
    write(bib, text("one", "two")[:90])
    assert main(arguments) == 2
    assert "ends within an entry" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_command_ends_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    bib = write(tmp_path / "zotero.bib", text("one"))
    arguments = [sys.executable, "-m", "writer", "corpus", "watch", str(tmp_path / "lib"), str(bib), "--settle", "0.01"]
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(arguments, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"added one {bib}:1\n"
        assert process.stdout.readline().startswith("version 1")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert told.endswith("stopped; the library is whole\n")
    assert json.dumps(list(load(tmp_path / "lib").entries)) == '["one"]'
