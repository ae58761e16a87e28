"""The call log: nothing is asked twice, nothing confirmed is lost, nothing damaged is trusted, no secret gets in."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import ScriptedServer, completion, error

from writer.draft import Usage
from writer.errors import AnswerError, ContextOverflow, NotRecorded, RateLimited, UserError, WriterError
from writer.models import ChatModel, Completion, FunctionModel, Message, Model, Request
from writer.models.call_log import CallLog
from writer.models.calls import LoggedModel, key_of, request_value
from writer.models.replay import ReplayModel, read_record, record_text

ASKED = Request("write", (Message("system", "Be brief."), Message("user", "Hello")), max_tokens=50, seed=3)
CANARY = "sk-canary-6f1e0c9b7a"


def ask(number: int, prompt: str = "write") -> Request:
    return replace(ASKED, prompt=prompt, messages=(Message("user", f"Question {number}"),))


def echo(request: Request) -> str:
    return f"answer to {request.messages[-1].content}"


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


# The key ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"messages": (Message("system", "Be brief."), Message("user", "Hello!"))},
        {"messages": (Message("user", "Be brief."), Message("user", "Hello"))},
        {"max_tokens": 51},
        {"temperature": 0.1},
        {"seed": None},
        {"schema": {"type": "object"}},
        {"schema_name": "other"},
    ],
)
def test_whatever_is_sent_is_part_of_the_key(change: dict[str, Any]) -> None:
    assert key_of(request_value("m", replace(ASKED, **change))) != key_of(request_value("m", ASKED))


def test_the_model_is_part_of_the_key_and_the_prompts_name_is_not() -> None:
    assert key_of(request_value("n", ASKED)) != key_of(request_value("m", ASKED))
    assert key_of(request_value("m", replace(ASKED, prompt="other"))) == key_of(request_value("m", ASKED))


def test_the_key_is_the_same_on_every_machine() -> None:
    asked = replace(ASKED, schema={"b": [1, 2.5], "a": {"y": "é", "x": None}})
    same = replace(ASKED, schema={"a": {"x": None, "y": "é"}, "b": [1, 2.5]})
    assert key_of(request_value("m", asked)) == key_of(request_value("m", same))
    assert key_of(request_value("m", replace(ASKED, temperature=0))) == key_of(request_value("m", ASKED))
    assert key_of(request_value("m", ASKED)) == "5270ee76e5dfb8070a3a57d65eefe5c9481deff73c91d5cba1a32fe16f9f4842"


# Asked once -------------------------------------------------------------------------------------------------------


def test_a_second_run_asks_nothing_and_gets_the_same(tmp_path: Path) -> None:
    first = FunctionModel(echo)
    with CallLog.open(tmp_path / "calls.sqlite") as log:
        one = LoggedModel(first, log)
        told = [one.complete(ask(number)) for number in range(3)]
    second = FunctionModel(echo)
    with CallLog.open(tmp_path / "calls.sqlite") as log:
        two = LoggedModel(second, log)
        assert [two.complete(ask(number)) for number in range(3)] == told
        assert log.notes == []
    assert (len(first.requests), len(second.requests)) == (3, 0)


def test_answers_that_were_found_are_reported_apart_and_count_as_no_calls(tmp_path: Path) -> None:
    with CallLog.open(tmp_path / "calls.sqlite") as log:
        LoggedModel(FunctionModel(echo), log).complete(ask(1))
        model = LoggedModel(FunctionModel(echo), log)
        found, asked = model.complete(ask(1)), model.complete(ask(2))
    assert model.spent == asked.usage
    assert model.spent.calls == 1
    assert model.saved == found.usage


def test_two_threads_with_the_same_request_ask_once() -> None:
    begun = threading.Barrier(8)
    model = FunctionModel(echo)
    logged = LoggedModel(model, CallLog.in_memory())

    def run(_: int) -> Completion:
        begun.wait(10)
        return logged.complete(ASKED)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(run, range(8)))
    assert len(answers) == 1
    assert len(model.requests) == 1


def test_threads_with_different_requests_do_not_wait_for_each_other() -> None:
    together = threading.Barrier(4)

    def meet(request: Request) -> str:
        together.wait(10)  # breaks unless all four are asked at the same time
        return echo(request)

    logged = LoggedModel(FunctionModel(meet), CallLog.in_memory())
    with ThreadPoolExecutor(4) as pool:
        assert len({answer.text for answer in pool.map(lambda number: logged.complete(ask(number)), range(4))}) == 4


def test_a_failure_of_the_server_is_not_kept_and_what_came_before_is(tmp_path: Path) -> None:
    limited = error(429, "slow down", headers={"retry-after": "3600"})
    with (
        ScriptedServer(completion("one"), limited, completion("two")) as server,
        ChatModel("m", base_url=server.url) as model,
    ):
        with CallLog.open(tmp_path / "calls.sqlite") as log:
            logged = LoggedModel(model, log)
            logged.complete(ask(1))
            with pytest.raises(RateLimited):
                logged.complete(ask(2))
        with CallLog.open(tmp_path / "calls.sqlite") as log:
            logged = LoggedModel(model, log)
            assert [logged.complete(ask(number)).text for number in (1, 2)] == ["one", "two"]
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    "fault",
    [
        AnswerError("the model declined", hint="rephrase", answer="no\nnever"),
        ContextOverflow("too long", hint="less", prompt_tokens=9, context=8),
    ],
)
def test_an_answer_that_is_an_error_is_asked_for_again_and_replayed_as_it_was(
    fault: AnswerError | ContextOverflow, tmp_path: Path
) -> None:
    if isinstance(fault, AnswerError):
        fault.usage = Usage(1, 7, 3)

    def fail(request: Request) -> str:
        raise fault

    log = CallLog.in_memory()
    logged = LoggedModel(FunctionModel(fail, id="m"), log)
    with pytest.raises(type(fault)):
        logged.complete(ASKED)
    (tmp_path / "calls.json").write_text(record_text(logged.calls), "utf-8")
    with pytest.raises(type(fault)) as caught:
        ReplayModel(tmp_path / "calls.json").complete(ASKED)
    for name in ("message", "hint", "answer", "usage", "prompt_tokens", "context"):
        assert getattr(caught.value, name, None) == getattr(fault, name, None)
    assert LoggedModel(FunctionModel(echo, id="m"), log).complete(ASKED).text == "answer to Hello"
    assert LoggedModel(FunctionModel(fail, id="m"), log).complete(ASKED).text == "answer to Hello"


def test_a_stream_that_broke_off_is_asked_for_again() -> None:
    log = CallLog.in_memory()
    cut = Completion("half an ans", "dropped", Usage(1, 5, 2), "m")
    assert LoggedModel(FunctionModel(lambda _: cut, id="m"), log).complete(ASKED) == cut
    assert LoggedModel(FunctionModel(echo, id="m"), log).complete(ASKED).text == "answer to Hello"


# Killed at any point ----------------------------------------------------------------------------------------------

RUN = """
import os, signal, sys
from writer.models import FunctionModel, Message, Request
from writer.models.call_log import CallLog
from writer.models.calls import LoggedModel
from pathlib import Path

folder, end = Path(sys.argv[1]), sys.argv[2]

def answer(request):
    number = request.messages[-1].content
    with open(folder / "asked", "a") as asked:
        asked.write(number + "\\n")
    if end == f"before {number}":
        os.kill(os.getpid(), signal.SIGKILL)
    return "answer to " + number

log = CallLog.open(folder / "calls.sqlite")
assert log.notes == [], log.notes
model = LoggedModel(FunctionModel(answer), log)
for number in range(4):
    text = model.complete(Request("write", (Message("user", str(number)),), max_tokens=5)).text
    print(text, flush=True)
    if end == f"after {number}":
        os.kill(os.getpid(), signal.SIGKILL)
"""


def run(folder: Path, end: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", RUN, str(folder), end], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("end", [f"{when} {number}" for number in range(4) for when in ("before", "after")])
def test_a_killed_run_resumes_and_asks_nothing_twice_that_was_answered(end: str, tmp_path: Path) -> None:
    killed = run(tmp_path, end)
    assert killed.returncode == -signal.SIGKILL
    resumed = run(tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout.splitlines() == [f"answer to {number}" for number in range(4)]
    asked = (tmp_path / "asked").read_text().split()
    when, number = end.split()
    # Only the call that was under way, and so was never answered, is made again.
    assert sorted(asked) == sorted([*"0123", *([number] if when == "before" else [])])


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    code = RUN.replace("range(4)", "range(int(sys.argv[3]), int(sys.argv[3]) + 40)")
    command = [sys.executable, "-c", code, str(tmp_path), ""]
    processes = [
        subprocess.Popen([*command, str(start)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for start in (0, 20, 40)
    ]
    for process in processes:
        _, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
    with CallLog.open(tmp_path / "calls.sqlite") as log:
        assert len(log) == 80
        assert log.notes == []


def test_of_two_processes_that_ask_the_same_both_get_the_first_answer(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"

    def overtaken(request: Request) -> str:
        with CallLog.open(path) as other:
            LoggedModel(FunctionModel(lambda _: "first", id="m"), other).complete(request)
        return "second"

    with CallLog.open(path) as log:
        assert LoggedModel(FunctionModel(overtaken, id="m"), log).complete(ASKED).text == "first"


# Damage -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with thirty answers, closed, so that all of it is in one file."""
    path = tmp_path_factory.mktemp("sound") / "calls.sqlite"
    with CallLog.open(path) as log:
        model = LoggedModel(FunctionModel(echo, id="m"), log)
        for number in range(30):
            model.complete(ask(number))
    assert [part.name for part in path.parent.iterdir()] == [path.name]
    return path


def other_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()


def other_answer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE calls SET answer = replace(answer, 'Question 7', 'Question 8')")
    connection.close()


def other_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "garbled": lambda path: path.write_bytes(path.read_bytes()[:-9000] + b"\xff" * 6000 + path.read_bytes()[-3000:]),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "truncated in its header": lambda path: path.write_bytes(path.read_bytes()[:50]),
    "text": lambda path: path.write_text("this is my thesis"),
    "another database": other_database,
    "another version": other_version,
    "a changed answer": other_answer,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_log_is_reported_set_aside_and_never_trusted(damage: str, sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    shutil.copy(sound, path)
    DAMAGE[damage](path)
    before = path.read_bytes()
    with CallLog.open(path) as log:
        assert len(log.notes) == 1
        assert f"{path} cannot be used" in log.notes[0]
        assert f"{path}.damaged-1" in log.notes[0]
        assert len(log) == 0
        assert LoggedModel(FunctionModel(lambda _: "new", id="m"), log).complete(ask(7)).text == "new"
    assert (tmp_path / "calls.sqlite.damaged-1").read_bytes() == before
    with CallLog.open(path) as log:
        assert log.notes == []
        assert len(log) == 1


def test_a_second_damaged_log_does_not_overwrite_the_first(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    for text in ("one", "two"):
        path.write_text(text)
        CallLog.open(path).close()
    assert (tmp_path / "calls.sqlite.damaged-1").read_text() == "one"
    assert (tmp_path / "calls.sqlite.damaged-2").read_text() == "two"


def test_processes_that_find_the_same_damage_set_it_aside_once_and_share_the_new_log(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    path.write_bytes(b"no log at all " * 1000)
    code = (
        "import sys\nfrom pathlib import Path\nfrom writer.models import FunctionModel, Message, Request\n"
        "from writer.models.call_log import CallLog\nfrom writer.models.calls import LoggedModel\n"
        "log = CallLog.open(Path(sys.argv[1]))\nprint(len(log.notes))\n"
        "model = LoggedModel(FunctionModel(lambda _: 'ok'), log)\n"
        "model.complete(Request('write', (Message('user', sys.argv[2]),), 5))\nassert len(log.notes) < 2, log.notes"
    )
    command = [sys.executable, "-c", code, str(path)]
    processes = [subprocess.Popen([*command, str(number)], stdout=subprocess.PIPE, text=True) for number in range(4)]
    told = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert sorted(told) == ["0", "0", "0", "1"]
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1
    with CallLog.open(path) as log:
        assert len(log) == 4


@given(st.integers(0, 2**32))
def test_no_damage_at_all_ever_gives_a_wrong_answer(sound: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(sound.read_bytes())
    for _ in range(chance.choice([1, 1, 3, 40])):
        at = chance.randrange(len(content))
        content[at : at + chance.choice([1, 1, 16])] = chance.randbytes(1)
    folder = sound.parent / "trial"
    folder.mkdir()
    try:
        (folder / "calls.sqlite").write_bytes(content)
        with CallLog.open(folder / "calls.sqlite") as log:
            for number in range(30):
                found = log.find(key_of(request_value("m", ask(number))))
                assert found is None or found.complete().text == f"answer to Question {number}"
            LoggedModel(FunctionModel(echo, id="m"), log).complete(ask(99))
    finally:
        shutil.rmtree(folder)


def test_damage_that_comes_while_the_log_is_open_is_noted_and_asked_for_again(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    shutil.copy(sound, path)
    with CallLog.open(path) as log:
        other_answer(path)
        assert LoggedModel(FunctionModel(lambda _: "new", id="m"), log).complete(ask(7)).text == "new"
        assert any("an answer in it is damaged" in note for note in log.notes)


def test_an_answer_that_cannot_be_kept_is_still_given(tmp_path: Path) -> None:
    log = CallLog.open(tmp_path / "calls.sqlite")
    log._connection.execute("PRAGMA query_only = ON")  # stands for a full disk
    assert LoggedModel(FunctionModel(echo), log).complete(ASKED).text == "answer to Hello"
    assert "could not be kept" in log.notes[0]
    log.close()


@pytest.mark.parametrize("place", ["a folder", "below a file"])
def test_a_place_where_no_log_can_be_is_the_users_to_mend(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    path = tmp_path if place == "a folder" else tmp_path / "file" / "calls.sqlite"
    with pytest.raises(UserError) as caught:
        CallLog.open(path)
    assert str(path) in caught.value.message
    assert "--no-log" in caught.value.hint


# Secrets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["", f"me:{CANARY}@"])
def test_no_key_and_no_password_reach_the_log_or_the_recording(user: str, tmp_path: Path) -> None:
    repeats = completion(f"you sent {CANARY}", reasoning=f"Bearer {CANARY}")
    with ScriptedServer(completion("one"), repeats) as server:
        url = server.url.replace("http://", f"http://{user}")
        with ChatModel("m", base_url=url, api_key=CANARY) as model, CallLog.open(tmp_path / "calls.sqlite") as log:
            logged = LoggedModel(model, log, secrets=[CANARY])
            answers = [logged.complete(ask(number)) for number in (1, 2)]
            assert CANARY.encode() not in files(tmp_path)  # in the log that lies beside, too
        sent = " ".join(server.requests[0].headers.values())
        assert CANARY in sent or "Basic " in sent
    (tmp_path / "calls.json").write_text(record_text(logged.calls), "utf-8")
    assert CANARY.encode() not in files(tmp_path)
    assert [answer.text for answer in answers] == ["one", "you sent …"]


def test_a_request_that_holds_a_key_is_answered_and_not_kept(tmp_path: Path) -> None:
    with CallLog.open(tmp_path / "calls.sqlite") as log:
        logged = LoggedModel(FunctionModel(lambda _: "ok"), log, secrets=[CANARY])
        assert logged.complete(replace(ASKED, messages=(Message("user", CANARY),))).text == "ok"
        assert len(log) == 0
    assert CANARY.encode() not in files(tmp_path)
    assert CANARY not in record_text(logged.calls)


# Recording and replay ---------------------------------------------------------------------------------------------


def recorded(path: Path, requests: list[Request], model: Model | None = None) -> LoggedModel:
    logged = LoggedModel(model or FunctionModel(echo, id="m"), CallLog.in_memory())
    for request in requests:
        logged.complete(request)
    path.write_text(record_text(logged.calls), "utf-8")
    return logged


def test_a_recording_answers_offline_as_the_model_did(tmp_path: Path) -> None:
    odd = Completion("two\nlines\r\n\nand\u2028more \ud83d", "length", Usage(1, 5, 9, 0.25), "m-2026", "hm\n")
    path = tmp_path / "calls.json"
    recorded(path, [ASKED], FunctionModel(lambda _: odd, id="m"))
    assert ReplayModel(path).complete(ASKED) == odd
    assert ReplayModel(path).id == "m"


def test_the_same_calls_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    requests = [ask(2), ask(0, "plan"), ask(1), ask(3)]
    recorded(tmp_path / "one.json", requests)
    recorded(tmp_path / "two.json", requests[::-1])
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    prompts = [call["prompt"] for call in json.loads((tmp_path / "one.json").read_text("utf-8"))["calls"]]
    assert prompts == ["plan", "write", "write", "write"]


def test_a_recording_holds_what_was_found_in_the_log_as_well(tmp_path: Path) -> None:
    log = CallLog.in_memory()
    LoggedModel(FunctionModel(echo, id="m"), log).complete(ask(1))
    second = LoggedModel(FunctionModel(echo, id="m"), log)
    second.complete(ask(1))
    second.complete(ask(2))
    recorded(tmp_path / "one.json", [ask(1), ask(2)])
    assert record_text(second.calls) == (tmp_path / "one.json").read_text("utf-8")


def test_a_recording_is_readable_line_by_line(tmp_path: Path) -> None:
    recorded(tmp_path / "calls.json", [replace(ASKED, messages=(Message("user", "naïve\nsecond"),))])
    lines = [line.strip() for line in (tmp_path / "calls.json").read_text("utf-8").splitlines()]
    assert '"naïve",' in lines
    assert '"second"' in lines


def test_a_miss_names_the_prompt_and_shows_what_changed(tmp_path: Path) -> None:
    far = replace(ASKED, prompt="plan", messages=(Message("user", "Something else altogether"),))
    near = replace(ASKED, messages=(Message("system", "Be brief."), Message("user", "Theme: judges\nPapers\nP1")))
    recorded(tmp_path / "calls.json", [far, near])
    changed = replace(near, messages=(near.messages[0], Message("user", "Theme: graders\nPapers\nP1")), max_tokens=9)
    with pytest.raises(NotRecorded) as caught:
        ReplayModel(tmp_path / "calls.json").complete(changed)
    told = caught.value.message
    assert caught.value.exit_code == 3
    assert "the prompt 'write'" in told
    for line in ("-user: Theme: judges", "+user: Theme: graders", "-max_tokens: 50", "+max_tokens: 9"):
        assert f"  {line}" in told.splitlines()
    assert "Papers" not in told
    assert "Something else" not in told
    assert not caught.value.retryable


def test_a_long_difference_is_cut(tmp_path: Path) -> None:
    recorded(tmp_path / "calls.json", [ASKED])
    many = replace(ASKED, messages=(Message("user", "\n".join(f"line {number} {'x' * 500}" for number in range(99))),))
    with pytest.raises(NotRecorded) as caught:
        ReplayModel(tmp_path / "calls.json").complete(many)
    assert len(caught.value.message) < 6000
    assert "more lines)" in caught.value.message


def test_the_model_is_asked_for_where_a_recording_holds_several(tmp_path: Path) -> None:
    one = recorded(tmp_path / "one.json", [ASKED], FunctionModel(echo, id="m"))
    other = recorded(tmp_path / "two.json", [ASKED], FunctionModel(echo, id="n"))
    path = tmp_path / "both.json"
    path.write_text(record_text((*one.calls, *other.calls)), "utf-8")
    with pytest.raises(UserError, match="the models m, n"):
        ReplayModel(path)
    assert ReplayModel(path, "n").complete(ASKED).text == "answer to Hello"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "does not read as one"),
        ("[]", "does not read as one"),
        ('{"schema": 1}', "does not read as one"),
        ('{"schema": 2, "calls": []}', "version 2"),
        ('{"schema": 1, "calls": [{"key": "k"}]}', "does not read as one"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_recording_is_refused(content: str | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(WriterError, match=says) as caught:
        ReplayModel(path)
    assert caught.value.exit_code == 2
    assert str(path) in caught.value.message


def test_a_request_changed_by_hand_is_told_and_a_changed_answer_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    recorded(path, [ASKED])
    text = path.read_text("utf-8")
    path.write_text(text.replace("answer to Hello", "my own words"), "utf-8")
    assert ReplayModel(path).complete(ASKED).text == "my own words"
    path.write_text(text.replace("Be brief.", "Be long."), "utf-8")
    with pytest.raises(UserError, match="was changed in it"):
        read_record(path)
