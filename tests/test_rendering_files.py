from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from writer.errors import UserError
from writer.rendering import write_all, write_whole


def test_the_text_is_written_as_utf8_with_its_own_line_ends(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.md", "naïve\n")
    assert (tmp_path / "a.md").read_bytes() == b"na\xc3\xafve\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_a_failing_replacement_keeps_the_old_file_and_no_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("old")

    def fail(self: Path, target: Path) -> Path:
        raise PermissionError(13, "not allowed")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(UserError, match=r"cannot write .*a\.md: not allowed"):
        write_whole(tmp_path / "a.md", "new")
    assert (tmp_path / "a.md").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_a_disk_that_fills_up_keeps_every_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("old")
    calls: list[int] = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"b\.bib: No space left"):
        write_all({tmp_path / "a.md": "new", tmp_path / "b.bib": "new"})
    assert (tmp_path / "a.md").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_an_interrupt_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.md", "new")
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_cannot_be_encoded_stops_before_any_file_is_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"b\.md: character 1 is half of a surrogate pair"):
        write_all({tmp_path / "a.md": "fine", tmp_path / "b.md": "x\ud800"})
    assert list(tmp_path.iterdir()) == []


def test_several_files_are_written_together(tmp_path: Path) -> None:
    write_all({tmp_path / "a.tex": "one", tmp_path / "a.bib": "two"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.tex": "one", "a.bib": "two"}


def test_a_missing_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file") as caught:
        write_whole(tmp_path / "none" / "a.md", "text")
    assert caught.value.hint == "make the folder first"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="it is a folder"):
        write_whole(tmp_path, "text")


@pytest.mark.skipif(os.name != "posix", reason="rights and links as on POSIX systems")
def test_rights_and_links_stay_as_they_were(tmp_path: Path) -> None:
    real, link = tmp_path / "real.md", tmp_path / "link.md"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_whole(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="rights as on POSIX systems")
def test_a_new_file_has_the_rights_that_the_umask_gives(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    write_whole(tmp_path / "a.md", "text")
    assert (tmp_path / "a.md").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no device to write to")
def test_a_device_is_written_to_and_not_replaced() -> None:
    before = Path("/dev/null").stat()
    write_whole(Path("/dev/null"), "text")
    after = Path("/dev/null").stat()
    assert stat.S_ISCHR(after.st_mode)
    assert (before.st_ino, before.st_dev) == (after.st_ino, after.st_dev)
