"""The options of `--judge`: what is told before anything is asked, limits, juries, and what contradicts itself."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from servers import Asked, Reply, ScriptedServer, completion
from small import draft_of, quote, small_corpus

from writer.checking import check
from writer.cli.judge import add_judge, judged
from writer.cli.options import add_cache
from writer.draft import Sentence
from writer.errors import SettingsError
from writer.report import Report

CORPUS = small_corpus()
SELF = "We find that judges prefer their own answers in 63.5% of the pairs, against 48% for human raters."
CLAIM = Sentence("Judges prefer their own answers.", "claim", ("li2024mirror",), (quote("li2024mirror", SELF),))
SOURCE = draft_of(CLAIM, CLAIM)
REPORT = check(SOURCE, CORPUS)


def reply(verdict: str) -> Reply:
    reasons = [{"point": "scope", "why": "it says so", "finding": "agrees"}]
    return completion(json.dumps({"quotes": [{"key": "P1", "quote": SELF}], "reasons": reasons, "verdict": verdict}))


def run(folder: Path, *options: str) -> Report | None:
    parser = argparse.ArgumentParser()
    add_cache(parser)
    add_judge(parser)
    args = parser.parse_args([*options, "--cache", str(folder), "--jobs", "1"])
    told = judged(args, [(REPORT, SOURCE)], CORPUS)
    return told[0] if told is not None else None


def test_without_judge_the_report_is_handed_on(tmp_path: Path) -> None:
    assert run(tmp_path) is REPORT
    assert list(tmp_path.iterdir()) == []


def test_the_plan_is_told_before_the_first_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ScriptedServer(reply("supported")) as server:  # both claims are one request, and the log answers the second
        report = run(tmp_path, "--judge", "--model", "m", "--base-url", server.url)
    assert report is not None
    assert [claim.verdict for claim in report.verdicts] == ["supported", "supported"]
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("judge: 2 claims left open, m: 2 to 10 calls, about ")
    assert told[-2:] == [
        "judge: 2 claims judged",
        "model: 1 calls, 7 + 3 tokens, cost not known; 1 answers were in the call log",
    ]
    with ScriptedServer() as server:
        assert run(tmp_path, "--judge", "--model", "m", "--base-url", server.url) == report
    assert server.requests == []


def test_a_dry_run_prints_the_plan_and_asks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ScriptedServer() as server:
        assert run(tmp_path, "--judge", "--model", "m", "--base-url", server.url, "--polls", "3", "--dry-run") is None
    assert server.requests == []
    assert "2 to 6 calls" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_several_sources_are_told_in_one_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = draft_of(Sentence("Judges favour themselves.", "claim", CLAIM.citations, CLAIM.evidence))
    parser = argparse.ArgumentParser()
    add_cache(parser)
    add_judge(parser)
    with ScriptedServer(reply("supported"), reply("supported")) as server:
        options = ["--judge", "--model", "m", "--base-url", server.url, "--no-log", "--jobs", "1"]
        told = judged(parser.parse_args(options), [(REPORT, SOURCE), (check(other, CORPUS), other)], CORPUS)
    assert told is not None
    assert [report.totals() for report in told] == [{"claims": 2, "supported": 2}, {"claims": 1, "supported": 1}]
    lines = capsys.readouterr().err.splitlines()
    assert "3 claims left open, m: 3 to 15 calls" in lines[0]
    assert lines[-2] == "judge: 3 claims judged"


def test_a_limit_that_is_reached_is_told_and_what_was_judged_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ScriptedServer() as server:
        report = run(tmp_path, "--judge", "--model", "m", "--base-url", server.url, "--max-tokens", "100")
    assert report is not None
    assert report.verdicts == REPORT.verdicts
    assert report.judging is not None
    assert "limit of 100 tokens" in report.judging.stopped
    assert "judge: 0 claims judged, 2 left\n  stopped: the next call" in capsys.readouterr().err
    assert server.requests == []


class _ByModel(ScriptedServer):
    """Answers with a verdict for each model."""

    def __init__(self, **verdicts: str) -> None:
        self._verdicts = verdicts
        super().__init__()

    def _next(self, asked: Asked) -> Reply:
        with self._lock:
            self.requests.append(asked)
        return reply(self._verdicts[asked.body["model"]])


def test_every_model_of_a_jury_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with _ByModel(a="supported", b="partly", c="supported") as server:
        report = run(tmp_path, "--judge", "--jury", "a, b,c", "--base-url", server.url, "--no-log")
    assert report is not None
    assert [asked.body["model"] for asked in server.requests] == ["a", "b", "c"]
    assert report.verdicts[0].split.endswith("(a: supported; b: partly; c: supported)")
    assert "a, b, c: 6 calls" in capsys.readouterr().err


def test_a_jury_shares_a_limit(tmp_path: Path) -> None:
    with _ByModel() as server:
        report = run(tmp_path, "--judge", "--jury", "a,b", "--base-url", server.url, "--max-tokens", "5000")
    assert server.requests == []
    assert report is not None
    assert report.judging is not None
    assert "limit of 2,500 tokens" in report.judging.stopped


def test_calls_are_recorded_and_replayed_offline(tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    with ScriptedServer(reply("supported")) as server:
        options = ("--judge", "--model", "m", "--base-url", server.url, "--record", str(record))
        report = run(tmp_path, *options)
    assert run(tmp_path, "--judge", "--replay", str(record)) == report


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--judge"], "needs a model"),
        (["--model", "m"], "--model needs --judge"),
        (["--jury", "a,b"], "--jury needs --judge"),
        (["--dry-run"], "--dry-run needs --judge"),
        (["--max-cost", "1"], "--max-cost needs --judge"),
        (["--judge", "--model", "m", "--jury", "a,b"], "contradict"),
        (["--judge", "--jury", "a,b", "--record", "x.json"], "contradict"),
        (["--judge", "--jury", "a,a"], "twice"),
        (["--judge", "--jury", "a,,b"], "twice, or none"),
        (["--judge", "--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--polls", "0"], "polls is 0"),
    ],
)
def test_options_that_contradict_each_other_are_refused(tmp_path: Path, options: list[str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        run(tmp_path, *options)
