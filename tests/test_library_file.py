"""The file of a library under crashes, other writers, damage and foreign hands."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from libraries import BIB, entry, library, write

from writer.corpus import load
from writer.corpus.library import Library
from writer.corpus.library_paths import FILE
from writer.errors import CorpusError

WRITERS = """
    import os, sys
    from pathlib import Path
    from writer.corpus import load
    from writer.corpus.library import Library

    def tell(line):  # whole or not at all
        os.write(1, f"{line}\\n".encode())

    def write(folder, start):
        with Library.open(folder / "lib", make=True) as library:
            for number in range(start, start + 1000):
                bib = folder / f"{number}.bib"
                works = (f"@misc{{k{number}x{n}, title = {{Work {number} of {n} kinds}}}}\\n" for n in range(20))
                bib.write_text("".join(works))
                version = library.add(bib).version
                tell(f"{version.number} {version.digest}")

    warm = Path(sys.argv[1], "warm.bib")
    warm.write_text("@misc{warm, title = {Nothing}}")
    load(warm)
    for line in sys.stdin:  # one writer a line, from one process that has imported all
        child = os.fork()
        if not child:
            tell(f"writer {os.getpid()}")
            write(Path(sys.argv[1]), int(line))
        os.waitpid(child, 0)
        tell(f"killed {child}")
"""
KILLS = 24


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_killed_writer_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    confirmed: dict[int, str] = {}
    arguments = [sys.executable, "-c", textwrap.dedent(WRITERS), str(tmp_path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for kill in range(KILLS):
            process.stdin.write(f"{1000 * kill}\n")
            process.stdin.flush()
            writer = int(process.stdout.readline().removeprefix("writer "))
            # Killed at another moment of its work each time, the first in its first change.
            timer = threading.Timer(0.008 * kill, os.kill, (writer, signal.SIGKILL))
            timer.start()
            for line in iter(process.stdout.readline, f"killed {writer}\n"):
                number, digest = line.split()
                confirmed[int(number)] = digest
            timer.join()
        process.stdin.close()
    assert len(confirmed) > KILLS // 2
    with Library.open(tmp_path / "lib") as survivor:
        versions = survivor.versions()
        held = {version.number: version.digest for version in versions}
        # What was killed between its commit and its print is there too; nothing else is.
        assert held.items() >= confirmed.items()
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        for version in (versions[0], versions[len(versions) // 2], versions[-1]):
            assert survivor.corpus(version.number).digest == version.digest
            assert len(survivor.corpus(version.number)) == version.entries == 20 * version.number
    assert sqlite3.connect(tmp_path / "lib" / FILE).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_two_writers_wait_for_each_other_and_lose_nothing(tmp_path: Path) -> None:
    errors: list[BaseException] = []

    def writing(name: str) -> None:
        try:
            with Library.open(tmp_path / "lib", make=True) as made:
                for number in range(5):
                    title = f"Work {name} of number {number}"
                    made.add(write(tmp_path / f"{name}{number}.bib", entry(f"{name}{number}", title)))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=writing, args=(name,)) for name in ("amber", "kelp", "cedar")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with Library.open(tmp_path / "lib") as made:
        assert len(made.corpus()) == 15
        assert [version.entries for version in made.versions()] == list(range(1, 16))


def test_a_second_writer_is_told_when_the_first_does_not_end(tmp_path: Path) -> None:
    bib = write(tmp_path / "a.bib", BIB)
    with library(tmp_path / "lib") as first, Library.open(tmp_path / "lib", busy=0.05) as second:
        with first.store.writing(), pytest.raises(CorpusError, match="another process is writing"):
            second.add(bib)
        assert second.add(bib).version.number == 1


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    with library(tmp_path / "lib", write(tmp_path / "a.bib", BIB)) as first, first.store.writing():
        assert len(load(tmp_path / "lib")) == 3


def test_a_change_that_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library(tmp_path / "lib", write(tmp_path / "a.bib", BIB)) as made:
        with monkeypatch.context() as patched:
            patched.setattr("writer.corpus.library._list_of", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                made.add(write(tmp_path / "b.bib", entry("b", "Kelp Forests")))
        assert [version.number for version in made.versions()] == [1]
        assert made.add(tmp_path / "b.bib").version.number == 2


def test_a_library_of_another_format_is_refused_with_a_way_on(tmp_path: Path) -> None:
    library(tmp_path / "lib", write(tmp_path / "a.bib", BIB)).store.__exit__()
    connection = sqlite3.connect(tmp_path / "lib" / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(CorpusError, match="format 99") as caught:
        load(tmp_path / "lib")
    assert "jsonl" in caught.value.hint


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    connection = sqlite3.connect(tmp_path / "lib" / FILE)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = (tmp_path / "lib" / FILE).read_bytes()
    with pytest.raises(CorpusError, match="something else"):
        Library.open(tmp_path / "lib", make=True)
    assert (tmp_path / "lib" / FILE).read_bytes() == before


@pytest.mark.parametrize("damage", ["rubbish", "truncated", "record"])
def test_a_damaged_library_is_told_and_never_read_as_less(tmp_path: Path, damage: str) -> None:
    with library(tmp_path / "lib", write(tmp_path / "a.bib", BIB)):
        pass
    file = tmp_path / "lib" / FILE
    if damage == "record":
        connection = sqlite3.connect(file)
        connection.execute("UPDATE record SET body = replace(body, 'judges', 'juries')")
        connection.commit()
        connection.close()
    else:
        data = file.read_bytes()
        file.write_bytes(b"not a database " * 400 if damage == "rubbish" else data[: len(data) // 2 // 4096 * 4096])
    with pytest.raises(CorpusError, match="damaged"):
        load(tmp_path / "lib")


def test_a_library_begun_and_never_added_to_says_so(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / FILE).touch()  # as a kill in the moment of making leaves it
    with pytest.raises(CorpusError, match="nothing was ever added"):
        load(tmp_path / "lib")
    with library(tmp_path / "lib", write(tmp_path / "a.bib", BIB)) as made:
        assert len(made.corpus()) == 3


def test_another_release_that_merges_differently_is_told_for_a_version_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with library(tmp_path / "lib", write(tmp_path / "a.bib", BIB)):
        pass
    monkeypatch.setattr(sys.modules["writer.corpus.load"], "digest", lambda entries: "sha256:other")
    assert load(tmp_path / "lib").digest == "sha256:other"
    with pytest.raises(CorpusError, match="does not give the corpus that it was"):
        load(f"{tmp_path}/lib@1")
