"""What becomes of the calls of `writer draft`: kept, resumed, recorded, replayed, limited, and told in advance."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from servers import Loopback

from writer.cli import main

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = str(ROOT / "examples" / "corpus.bib")
THEME = "LLM judges and their biases"
CANARY = "sk-canary-6f1e0c9b7a"


class Drafting(Loopback):
    """A server that plans three groups and writes for each what its papers say. It may hang at its call number `hang`.

    `asked` are the bodies that came, `prompt_tokens` what it counted, of 4 bytes each.
    """

    def __init__(self, hang: int = -1) -> None:
        self.asked: list[Any] = []
        self.prompt_tokens = 0
        self.hanging = threading.Event()
        self._hang = hang
        super().__init__()

    def _answer(self, body: Any) -> str:
        prompt = body["messages"][-1]["content"]
        papers = re.findall(r"^\[(P\d+)\].*\n+(.*)", prompt, re.MULTILINE)
        keys = [key for key, _ in papers]
        if body["response_format"]["json_schema"]["name"] == "plan":
            groups = [
                {"heading": f"Group {at + 1}", "angle": "What they find.", "keys": keys[at:9:3]} for at in range(3)
            ]
            left_out = [{"key": key, "reason": "too far from the theme"} for key in keys[9:]]
            return json.dumps({"groups": groups, "left_out": left_out})
        sentences = [
            {"text": said, "role": "claim", "citations": [key], "evidence": [{"key": key, "quote": said}]}
            for key, abstract in papers
            for said in [re.split(r"(?<=[.?!]) ", abstract)[0]]
        ]
        return json.dumps({"paragraphs": [{"sentences": sentences}]})

    def _handler(script) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with script._lock:
                    number = len(script.asked)
                    script.asked.append(body)
                    tokens = len("".join(message["content"] for message in body["messages"]).encode()) // 4
                    script.prompt_tokens += tokens
                if number == script._hang:
                    script.hanging.set()
                    script._closing.wait(30)
                    return
                reply = {
                    "model": "scripted",
                    "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": script._answer(body)}}],
                    "usage": {"prompt_tokens": tokens, "completion_tokens": 300},
                }
                text = json.dumps(reply).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WRITER_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def server() -> Iterator[Drafting]:
    with Drafting() as drafting:
        yield drafting


def arguments(url: str, *options: str) -> list[str]:
    asking = ["--model", "m", "--base-url", url]
    return ["draft", THEME, "--corpus", EXAMPLES, "-k", "9", "--groups", "3", *asking, *options]


def digests(asked: list[Any]) -> list[str]:
    return [json.dumps(body, sort_keys=True) for body in asked]


# Kept and resumed -------------------------------------------------------------------------------------------------


def test_the_same_draft_again_asks_nothing_and_has_the_same_bytes(
    server: Drafting, tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(server.url, "--out", str(tmp_path / "one.json"))) == 0
    calls = len(server.asked)
    assert calls >= 4
    assert f"model: {calls} calls" in capsys.readouterr().err
    assert main(arguments(server.url, "--out", str(tmp_path / "two.json"))) == 0
    assert len(server.asked) == calls
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert f"model: no calls; {calls} answers were in the call log" in capsys.readouterr().err
    assert (cache / "calls.sqlite").is_file()


@pytest.mark.parametrize("options", [["--no-log"], ["--no-cache"]])
def test_without_a_log_all_is_asked_for_anew(options: list[str], server: Drafting, cache: Path) -> None:
    for _ in range(2):
        assert main(arguments(server.url, *options)) == 0
    assert len(set(digests(server.asked))) == len(server.asked) / 2
    assert not list(cache.glob("calls*"))


@pytest.mark.parametrize("at", range(4))
def test_a_draft_killed_at_any_call_resumes_and_asks_nothing_twice(at: int, tmp_path: Path) -> None:
    log = tmp_path / "calls.sqlite"
    with Drafting() as undisturbed:
        options = ["--no-cache", "--jobs", "1"]
        assert main(arguments(undisturbed.url, *options, "--out", str(tmp_path / "whole.json"))) == 0
    with Drafting(hang=at) as server:
        command = arguments(server.url, *options, "--log", str(log), "--out", str(tmp_path / "draft.json"))
        process = subprocess.Popen(
            [sys.executable, "-m", "writer", *command], stderr=subprocess.DEVNULL, env={**os.environ, "NO_PROXY": "*"}
        )
        assert server.hanging.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert not (tmp_path / "draft.json").exists()
        assert main(command) == 0
        asked = digests(server.asked)
    assert len(asked) == len(undisturbed.asked) + 1  # the call that was under way is the only one made again
    assert len(set(asked)) == len(undisturbed.asked)
    assert (tmp_path / "draft.json").read_bytes() == (tmp_path / "whole.json").read_bytes()


def test_a_damaged_log_is_reported_and_the_draft_is_written(
    server: Drafting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "calls.sqlite"
    log.write_bytes(b"\x00\xff" * 5000)
    assert main(arguments(server.url, "--log", str(log))) == 0
    assert "calls.sqlite.damaged-1" in capsys.readouterr().err
    assert (tmp_path / "calls.sqlite.damaged-1").read_bytes() == b"\x00\xff" * 5000


def test_no_key_is_kept(server: Drafting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    options = ["--record", str(tmp_path / "calls.json"), "--out", str(tmp_path / "draft.json")]
    assert main(arguments(server.url.replace("//", f"//me:{CANARY}@"), *options)) == 0
    assert main(arguments(server.url, "--no-log")) == 0
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes(), path


# Recorded and replayed --------------------------------------------------------------------------------------------


def test_a_replay_has_the_same_bytes_without_server_key_or_model(
    server: Drafting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = str(tmp_path / "calls.json")
    assert main(arguments(server.url, "--record", record, "--out", str(tmp_path / "one.json"))) == 0
    calls = len(server.asked)
    replay = ["draft", THEME, "--corpus", EXAMPLES, "-k", "9", "--groups", "3", "--replay", record]
    assert main([*replay, "--out", str(tmp_path / "two.json")]) == 0
    assert len(server.asked) == calls
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert main([*replay, "--record", str(tmp_path / "again.json")]) == 0
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "calls.json").read_bytes()
    told = capsys.readouterr().err
    assert f"recorded {calls} calls" in told
    assert f"model: no calls; {calls} answers were replayed" in told


def test_a_recording_holds_the_answers_that_the_log_gave(server: Drafting, tmp_path: Path) -> None:
    assert main(arguments(server.url, "--record", str(tmp_path / "one.json"))) == 0
    assert main(arguments(server.url, "--record", str(tmp_path / "two.json"))) == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_a_replay_that_misses_names_the_prompt_and_the_change(
    server: Drafting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = str(tmp_path / "calls.json")
    assert main(arguments(server.url, "--record", record)) == 0
    capsys.readouterr()
    other = ["draft", THEME + " today", "--corpus", EXAMPLES, "-k", "9", "--groups", "3", "--replay", record]
    assert main([*other, "--out", str(tmp_path / "draft.md")]) == 3
    told = capsys.readouterr().err
    assert "the prompt 'plan'" in told
    assert f"-user: Theme: {THEME}\n" in told
    assert f"+user: Theme: {THEME} today\n" in told
    assert not (tmp_path / "draft.md").exists()


# Limits -----------------------------------------------------------------------------------------------------------


def test_a_limit_on_tokens_stops_before_it_is_passed_and_the_run_resumes(
    server: Drafting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = arguments(server.url, "--max-answer", "1000", "--jobs", "1", "--record", str(tmp_path / "calls.json"))
    assert main([*command, "--max-tokens", "6000", "--out", str(tmp_path / "draft.json")]) == 4
    told = capsys.readouterr().err
    made = len(server.asked)
    assert 0 < made < 4
    assert server.prompt_tokens + 300 * made <= 6000
    assert "the limit of 6,000 tokens" in told
    assert not (tmp_path / "draft.json").exists()
    assert len(json.loads((tmp_path / "calls.json").read_text("utf-8"))["calls"]) == made
    assert main([*command, "--out", str(tmp_path / "draft.json")]) == 0
    assert len(set(digests(server.asked))) == len(server.asked)


def test_a_limit_on_cost_needs_a_price(server: Drafting, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(server.url, "--max-cost", "1")) == 2
    assert "no price is known for the model 'm'" in capsys.readouterr().err
    assert server.asked == []


def test_a_limit_on_cost_stops_before_anything_is_sent_that_might_pass_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    command = ["draft", THEME, "--corpus", EXAMPLES, "--model", "gpt-5-mini", "--max-cost", "0.0001"]
    assert main(command) == 4  # and no test leaves this machine
    assert "the limit of $0.0001" in capsys.readouterr().err


# Dry runs ---------------------------------------------------------------------------------------------------------


def test_a_dry_run_asks_nothing_and_tells_about_what_the_run_takes(
    server: Drafting, tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(server.url, "--dry-run", "--out", str(tmp_path / "draft.md"))) == 0
    told = capsys.readouterr().out
    assert server.asked == []
    assert not (tmp_path / "draft.md").exists()
    assert not list(cache.glob("calls*"))
    assert re.match(r"calls    [2-4] \(1 plan, [1-3] write\)\n", told)
    assert "no price is known" in told
    assert "This is an estimate" in told
    tokens = int(re.findall(r"about ([\d,]+) of prompts", told)[0].replace(",", ""))
    assert main(arguments(server.url)) == 0
    assert 0.7 * server.prompt_tokens < tokens < 2 * server.prompt_tokens


def test_a_dry_run_needs_no_key_and_tells_the_cost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["draft", THEME, "--corpus", EXAMPLES, "--model", "gpt-5-mini", "--dry-run"]) == 0
    cost = re.search(r"at most \$(\d+\.\d+) at list price", capsys.readouterr().out)
    assert cost is not None
    assert 0 < float(cost[1]) < 1


def test_a_dry_run_of_what_the_log_holds_costs_nothing(server: Drafting, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(server.url)) == 0
    calls = len(server.asked)
    capsys.readouterr()
    assert main(arguments(server.url, "--dry-run")) == 0
    told = capsys.readouterr().out
    assert f"calls    0; {calls} more are answered by the log" in told
    assert len(server.asked) == calls


# Wrong use --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--record", "calls.json"], "--record needs --model"),
        (["--log", "calls.sqlite"], "--log needs --model"),
        (["--max-tokens", "9"], "--max-tokens needs --model"),
        (["--dry-run"], "--dry-run needs --model"),
        (["--model", "m", "--log", "calls.sqlite", "--no-log"], "contradict"),
        (["--replay", "calls.json", "--dry-run"], "contradict"),
        (["--replay", "no-such.json"], "no-such.json cannot be read"),
        (["--model", "m", "--record", "no/such/calls.json"], "no/such is no folder"),
        (["--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--max-tokens", "0"], "the limit on tokens is 0"),
    ],
)
def test_wrong_use_says_what_and_what_next(
    options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["draft", THEME, "--corpus", EXAMPLES, *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert len(told.err.strip().splitlines()) >= 2
