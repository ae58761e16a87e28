"""The index that grows: versions, snapshots beside a writer, one writer at a time, and kills at any moment."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from growing_work import JUDGES, check_whole, entry, numbers_of
from small import ENTRIES

from writer.entry import Author, Entry
from writer.errors import UserError
from writer.retrieval import soundness
from writer.retrieval.fields import digest_of
from writer.retrieval.growing import GrowingIndex
from writer.retrieval.index import Filters
from writer.text import stem

ROOT = Path(__file__).resolve().parent.parent


def keys(index: GrowingIndex, terms: dict[str, float] | None = None) -> set[str]:
    return {key for key, _ in index.snapshot().search(terms or JUDGES, 10_000)}


# Versions -----------------------------------------------------------------------------------------------------


def test_a_new_index_is_version_nought_and_empty(tmp_path: Path) -> None:
    index = GrowingIndex.open(tmp_path / "deep" / "index")
    assert (index.version, len(index.snapshot()), index.snapshot().digest) == (0, 0, digest_of([]))
    assert index.snapshot().search(JUDGES, 5) == []


def test_entries_come_change_and_go_one_version_at_each_commit(tmp_path: Path) -> None:
    with GrowingIndex.open(tmp_path / "index") as index:
        index.add(ENTRIES)
        assert index.commit() == 1
        assert "li2024mirror" in keys(index)
        index.replace([replace(ENTRIES[0], title="", abstract="Weather.")])
        index.delete(["okafor2023panel"])
        index.add([entry(7)])
        assert index.snapshot().version == 1
        assert index.commit() == 2
        assert keys(index) == {"k00007"}
        assert keys(index, {"weather": 1.0}) == {"li2024mirror"}
        assert len(index.snapshot()) == 5
    again = GrowingIndex.open(tmp_path / "index")
    assert (again.version, len(again.snapshot()), keys(again)) == (2, 5, {"k00007"})


def test_the_digest_is_of_the_contents_whatever_their_history(tmp_path: Path) -> None:
    with GrowingIndex.open(tmp_path / "one") as one, GrowingIndex.open(tmp_path / "two") as two:
        one.add(map(entry, range(5)))
        one.commit()
        one.replace([entry(3, "weather"), entry(9), entry(9, "rain")])
        one.delete(["k00000", "k00001"])
        one.commit()
        left = [entry(9, "rain"), entry(2), entry(3, "weather"), entry(4)]
        two.add(left)
        two.commit()
        assert one.snapshot().digest == two.snapshot().digest == digest_of(left) == digest_of(left[::-1])
        two.replace([replace(left[0], year=1999)])
        two.commit()
        assert one.snapshot().digest != two.snapshot().digest


def test_in_one_commit_the_last_word_on_a_key_counts(tmp_path: Path) -> None:
    with GrowingIndex.open(tmp_path / "index") as index:
        index.add([entry(1), entry(2)])
        index.commit()
        index.delete(["k00001"])
        index.add([entry(1, "weather")])
        index.replace([entry(2, "rain"), entry(2, "snow")])
        index.add([entry(3)])
        index.delete(["k00003"])
        index.commit()
        assert keys(index) == set()
        assert keys(index, {"weather": 1.0}) == {"k00001"}
        assert keys(index, {"snow": 1.0, "rain": 1.0}) == {"k00002"}
        assert index.snapshot().digest == digest_of([entry(1, "weather"), entry(2, "snow")])


def test_random_histories_hold_what_a_plain_dictionary_holds(tmp_path: Path) -> None:
    choose = random.Random(5)
    held: dict[str, Entry] = {}
    with GrowingIndex.open(tmp_path / "index") as index:
        for _ in range(30):
            for _ in range(choose.randrange(4)):
                some = [entry(number, choose.choice(["judges", "rain"])) for number in choose.sample(range(40), 6)]
                what = choose.choice(["add", "replace", "delete"])
                if what == "add":
                    index.add(new := [item for item in some if item.key not in held])
                    held |= {item.key: item for item in new}
                elif what == "replace":
                    index.replace(some)
                    held |= {item.key: item for item in some}
                else:
                    index.delete(gone := [item.key for item in some if item.key in held])
                    held = {key: item for key, item in held.items() if key not in gone}
            index.commit()
            now = index.snapshot()
            assert (now.digest, len(now)) == (digest_of(held.values()), len(held))
            assert keys(index) == {key for key, item in held.items() if "judges" in item.abstract}


def test_a_commit_without_changes_makes_no_version(tmp_path: Path) -> None:
    with GrowingIndex.open(tmp_path / "index") as index:
        assert index.commit() == 0
        index.add([entry(1)])
        assert [index.commit(), index.commit()] == [1, 1]


@pytest.mark.parametrize("end", ["rollback", "close", "nothing"])
def test_what_was_not_committed_is_not_there(tmp_path: Path, end: str) -> None:
    index = GrowingIndex.open(tmp_path / "index")
    index.add([entry(1)])
    index.commit()
    index.delete(["k00001"])
    index.add([entry(2)])
    if end != "nothing":
        getattr(index, end)()
    assert keys(GrowingIndex.open(tmp_path / "index")) == {"k00001"}
    index.close()
    with GrowingIndex.open(tmp_path / "index") as index:
        index.add([entry(3)])
        assert index.commit() == 2
        assert index.snapshot().digest == digest_of([entry(1), entry(3)])


def test_a_key_that_is_there_or_not_there_is_told_and_all_is_taken_back(tmp_path: Path) -> None:
    with GrowingIndex.open(tmp_path / "index") as index:
        index.add([entry(1)])
        index.commit()
        index.add([entry(5)])
        with pytest.raises(UserError, match="already holds an entry 'k00001'"):
            index.add([entry(2), entry(1)])
        with pytest.raises(UserError, match="already holds an entry 'k00002'"):
            index.add([entry(2), entry(2)])
        with pytest.raises(UserError, match="no entry 'k00009'"):
            index.delete(["k00001", "k00009"])
        assert index.commit() == 1
        assert keys(index) == {"k00001"}


def test_an_iterable_that_fails_midway_leaves_nothing_and_its_error_as_it_was(tmp_path: Path) -> None:
    def failing() -> Iterator[Entry]:
        yield from map(entry, range(1500))
        raise ValueError("line 1501 is not JSON")

    with GrowingIndex.open(tmp_path / "index") as index:
        with pytest.raises(ValueError, match="line 1501"):
            index.add(failing())
        index.add([entry(3)])
        index.commit()
        assert keys(index) == {"k00003"}


# Readers ------------------------------------------------------------------------------------------------------


def test_a_snapshot_sees_its_version_while_the_index_changes_and_merges(tmp_path: Path) -> None:
    with GrowingIndex.open(tmp_path / "index") as index:
        index.add(map(entry, range(20)))
        index.commit()
        old = index.snapshot()
        expected = old.search(JUDGES, 100)
        for number in range(20, 40):
            index.delete([f"k{number - 20:05}"])
            index.add([entry(number)])
            index.commit()
        index.close()
        assert (old.version, len(old), old.digest) == (1, 20, digest_of(map(entry, range(20))))
        assert old.search(JUDGES, 100) == expected
        assert old.document_frequency(stem("judges")) == 20
        assert keys(index) == {f"k{number:05}" for number in range(20, 40)}


def _write_versions(index: GrowingIndex, count: int) -> None:
    for _ in range(count):
        version = index.version
        if version:
            index.delete([f"k{number:05}" for number in range(10 * (version - 1), 10 * version)])
        index.add(entry(number) for number in range(10 * version, 10 * version + 10))
        index.commit()


def test_threads_that_read_see_whole_versions_only_and_never_an_older_one_again(tmp_path: Path) -> None:
    done = threading.Event()
    seen: list[list[int]] = [[], [], []]
    wrong: list[BaseException] = []
    index = GrowingIndex.open(tmp_path / "index")

    def read(number: int) -> None:
        own = index if number else GrowingIndex.open(tmp_path / "index")
        try:
            while not done.is_set():
                seen[number].append(check_whole(own))
                time.sleep(0.002)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    with index:
        _write_versions(index, 25)
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(versions == sorted(versions) and len(set(versions)) > 1 for versions in seen)


PRELUDE = f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests')]!r}\nfrom growing_work import *\n"


def run(code: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PRELUDE + code, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


def test_another_process_reads_whole_versions_while_this_one_writes(tmp_path: Path) -> None:
    GrowingIndex.open(tmp_path / "index")
    reading = run(
        """
folder = Path(sys.argv[1])
index, seen = GrowingIndex.open(folder), []
print("ready", flush=True)
while not seen or seen[-1] < 25:
    seen.append(check_whole(index))
    check_whole(GrowingIndex.open(folder))
assert seen == sorted(seen)
print(len(set(seen)))
""",
        str(tmp_path / "index"),
    )
    assert reading.stdout is not None
    assert reading.stdout.readline() == "ready\n"
    with GrowingIndex.open(tmp_path / "index") as index:
        _write_versions(index, 25)
    out, err = reading.communicate(timeout=60)
    assert (reading.returncode, err) == (0, "")
    assert int(out) > 1


# One writer ---------------------------------------------------------------------------------------------------


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    writing = run(
        """
index = GrowingIndex.open(Path(sys.argv[1]))
index.add([entry(1)])
print("ready", flush=True)
sys.stdin.readline()
index.commit()
index.close()
""",
        str(tmp_path / "index"),
    )
    assert writing.stdout is not None
    assert writing.stdin is not None
    assert writing.stdout.readline() == "ready\n"
    second = GrowingIndex.open(tmp_path / "index")
    with pytest.raises(UserError, match=f"is being written by process {writing.pid} on .*, since 20") as told:
        second.add([entry(2)])
    assert "wait" in told.value.hint
    assert second.version == 0
    threading.Timer(0.2, lambda: writing.communicate("go\n")).start()
    with GrowingIndex.open(tmp_path / "index", wait=30) as patient:
        patient.add([entry(2)])
        assert patient.commit() == 2
    assert keys(second) == {"k00001", "k00002"}
    assert writing.wait(10) == 0


def test_two_writers_in_one_process_keep_each_other_out_too(tmp_path: Path) -> None:
    with GrowingIndex.open(tmp_path / "index") as one:
        one.add([entry(1)])
        two = GrowingIndex.open(tmp_path / "index", wait=0.1)
        with pytest.raises(UserError, match="is being written by process"):
            two.add([entry(2)])
        one.commit()
    two.add([entry(2)])
    assert two.commit() == 2
    two.close()


def test_writers_that_wait_for_each_other_lose_nothing(tmp_path: Path) -> None:
    code = """
for number in range(4):
    with GrowingIndex.open(Path(sys.argv[1]), wait=60) as index:
        index.add([entry(int(sys.argv[2]) + number)])
        index.commit()
"""
    running = [run(code, str(tmp_path / "index"), str(100 * number)) for number in range(3)]
    told = [process.communicate(timeout=60)[1] for process in running]
    assert told == ["", "", ""]
    index = GrowingIndex.open(tmp_path / "index")
    assert (index.version, len(index.snapshot())) == (12, 12)
    assert not (tmp_path / "index" / "held.json").exists()


# Kills --------------------------------------------------------------------------------------------------------

WORK = """
folder, seed = Path(sys.argv[1]), int(sys.argv[2])
index = GrowingIndex.open(folder, wait=30)
print("ready", flush=True)
while True:
    version = index.version
    old = [entry(number, f"judges in v{version}") for number in numbers_of(version)]
    new = [entry(number, f"judges in v{version + 1}") for number in numbers_of(version + 1)]
    there, wanted = {item.key for item in old}, {item.key for item in new}
    index.delete(there - wanted)
    index.replace(item for item in new if item.key in there)
    index.add(item for item in new if item.key not in there)
    index.commit()
    print(version + 1, flush=True)
"""


def check_after_kill(folder: Path, told: int) -> int:
    index = GrowingIndex.open(folder)
    now = index.snapshot()
    assert now.version in (told, told + 1)  # killed between the commit and the telling of it
    expected = [entry(number, f"judges in v{now.version}") for number in numbers_of(now.version)]
    assert (len(now), now.digest) == (len(expected), digest_of(expected))
    assert {key for key, _ in now.search(JUDGES, 1000)} == {item.key for item in expected}
    if expected:
        assert {key for key, _ in now.search({f"v{now.version}": 1.0}, 1000)} == {item.key for item in expected}
    return now.version


def kill_some(folder: Path, kills: int, seed: int) -> int:
    """Kill a working process at `kills` moments, one after another over the same folder; the last version."""
    choose = random.Random(seed)
    last = 0
    for number in range(kills):
        working = run(WORK, str(folder), str(number))
        assert working.stdout is not None
        if working.stdout.readline() != "ready\n":
            pytest.fail(working.communicate()[1])
        time.sleep(choose.uniform(0, 0.25))
        working.send_signal(signal.SIGKILL)
        out, err = working.communicate()
        assert err == "", err[-1500:]
        told = [int(line) for line in out.splitlines(keepends=True) if line.endswith("\n")]
        last = check_after_kill(folder, told[-1] if told else last)
    return last


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
def test_a_process_killed_at_any_of_thirty_moments_leaves_the_last_committed_version(tmp_path: Path) -> None:
    assert kill_some(tmp_path / "index", 30, seed=11) > 10
    with GrowingIndex.open(tmp_path / "index") as index:
        before = len(index.snapshot())
        index.add([entry(99_999)])
        index.commit()
        assert len(index.snapshot()) == before + 1


def test_what_a_kill_just_before_the_commit_leaves_is_not_in_the_way_of_the_next_writer(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    with GrowingIndex.open(before) as index:
        index.add(map(entry, range(10)))
        index.commit()
    shutil.copytree(before, after)

    def delete_one(folder: Path) -> None:
        with GrowingIndex.open(folder) as index:
            index.delete(["k00001"])
            assert index.commit() == 2
            assert len(index.snapshot()) == 9

    delete_one(after)
    left = [path for path in after.glob("*.del") if not (before / path.name).exists()]
    assert left
    for path in [*left, after / ".managed.json"]:  # all that was written before the list of files is replaced
        shutil.copy(path, before)
    delete_one(before)


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
def test_a_process_killed_while_it_makes_the_index_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    for number in range(4):
        working = run("print('ready', flush=True); GrowingIndex.open(Path(sys.argv[1]))", str(tmp_path / str(number)))
        assert working.stdout is not None
        assert working.stdout.readline() == "ready\n"
        time.sleep(0.01 * number)
        working.kill()
        working.communicate()
        assert GrowingIndex.open(tmp_path / str(number)).version == 0


# Damage and other versions ------------------------------------------------------------------------------------


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    with GrowingIndex.open(tmp_path / "good") as index:
        for start in (0, 20, 40):
            index.add(map(entry, range(start, start + 20)))
            index.commit()
        index.delete(["k00001"])
        index.commit()
    return tmp_path / "good"


def test_an_index_of_another_version_is_refused(grown: Path) -> None:
    told = json.loads((grown / "writer.json").read_text("utf-8"))
    (grown / "writer.json").write_text(json.dumps({**told, "version": told["version"] + 1}), "utf-8")
    with pytest.raises(UserError, match="another version of this program"):
        GrowingIndex.open(grown)


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine", "utf-8")
    with pytest.raises(UserError, match="is not an index"):
        GrowingIndex.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("always", [0, soundness.READ_ALWAYS])
@pytest.mark.parametrize("kind", ["emptied", "halved", "changed", "gone"])
def test_damage_to_any_file_is_refused_or_does_not_matter(
    grown: Path, kind: str, always: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "READ_ALWAYS", always)
    expected = GrowingIndex.open(grown).snapshot().search(JUDGES, 100)
    harmless = set()
    for name in sorted(path.name for path in grown.iterdir() if path.stat().st_size):
        bad = grown.parent / "bad"
        shutil.copytree(grown, bad)
        data = bytearray((bad / name).read_bytes())
        if kind == "changed":
            data[len(data) // 3] ^= 0x55
        (bad / name).write_bytes(data[: {"emptied": 0, "halved": len(data) // 2}.get(kind, len(data))])
        if kind == "gone":
            (bad / name).unlink()
        try:
            index = GrowingIndex.open(bad)
        except UserError:
            pass
        else:
            assert index.snapshot().search(JUDGES, 100) == expected
            harmless.add(name)
        shutil.rmtree(bad)
    assert harmless <= {"checked.json", ".managed.json"}


def test_bits_that_turn_without_a_trace_are_seen_in_a_small_index(grown: Path) -> None:
    import os

    store = max(grown.glob("*.store"), key=lambda path: path.stat().st_size)
    stat = store.stat()
    data = bytearray(store.read_bytes())
    data[len(data) // 4] ^= 1
    store.write_bytes(data)
    os.utime(store, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(UserError, match="damaged"):
        GrowingIndex.open(grown)


def test_a_copy_whose_times_differ_is_read_once_and_then_noted(grown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundness, "READ_ALWAYS", 0)
    read: list[Path] = []
    sums_up = soundness._sums_up
    monkeypatch.setattr(soundness, "_sums_up", lambda path: read.append(path) or sums_up(path))
    GrowingIndex.open(grown)
    assert read == []
    copy = grown.parent / "copy"
    copy.mkdir()
    for path in grown.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    GrowingIndex.open(copy)
    assert len(read) > 5
    read.clear()
    GrowingIndex.open(copy)
    assert read == []


# Filters ------------------------------------------------------------------------------------------------------


def test_filters_choose_in_an_index_that_grows(tmp_path: Path) -> None:
    with GrowingIndex.open(tmp_path / "index") as index:
        index.add(map(entry, range(30)))
        index.add([replace(entry(50), authors=(Author("Müller", "Zoë"),), venue="Annals of Judging")])
        index.commit()
        search = index.snapshot().search
        all_of_them = dict(search(JUDGES, 100))
        some = search(JUDGES, 100, Filters(years=(2003, 2005)))
        assert {key for key, _ in some} == {"k00003", "k00004", "k00005"}
        assert all(all_of_them[key] == score for key, score in some)
        assert [key for key, _ in search(JUDGES, 9, Filters(author="muller"))] == ["k00050"]
        index.delete(["k00004"])
        index.commit()
        assert len(index.snapshot().search(JUDGES, 100, Filters(years=(2003, 2005)))) == 2
