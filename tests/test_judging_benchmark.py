"""The benchmark of judges at small scale: its sample, its sums, and a whole run with a judge that answers by rule."""

from __future__ import annotations

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from servers import Asked, Reply, ScriptedServer, completion

from writer.judging import JudgeSettings
from writer.models import FunctionModel, Request

ROOT = Path(__file__).resolve().parent.parent
TYPES = ("negated", "overstated", "invented_key")


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = spec_from_file_location("benchmark_judge", ROOT / "benchmarks" / "judge.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def row(number: int, kind: str) -> dict[str, Any]:
    text = f"We study bridge {number} in winter. The bridge does swing in a strong wind."
    claim = f"Bridge {number} {'swings' if kind == 'none' else 'never swings'} in a strong wind."
    cited = {"key": "k", "title": "Bridges", "text": "" if kind == "invented_key" else text}
    return {
        "id": f"r{number}",
        "origin": "planted" if number % 2 else "human",
        "label": "supported" if kind == "none" else "not_supported",
        "error_type": kind,
        "claim": claim,
        "cited": [cited],
    }


ROWS = [row(number, (*TYPES, "none", "none", "none")[number // 2 % 6]) for number in range(120)]


def answer(request: Request) -> str:
    return judged_text(request.messages[1].content)


def judged_text(prompt: str) -> str:
    wrong = "never" in re.findall(r"^Claim: (.*)$", prompt, re.MULTILINE)[0]
    quote = "The bridge does swing in a strong wind."
    reasons = [{"point": "direction", "why": "It swings.", "finding": "differs" if wrong else "agrees"}]
    verdict = "contradicted" if wrong else "supported"
    return json.dumps({"quotes": [{"key": "P1", "quote": quote}], "reasons": reasons, "verdict": verdict})


def test_the_sample_holds_every_type_and_both_labels_and_is_the_same_for_a_seed(bench: ModuleType) -> None:
    drawn = bench.sample(ROWS, 20, 1)
    assert len(drawn) == 20 == len({one["id"] for one in drawn})
    assert sum(one["label"] == "not_supported" for one in drawn) == 12
    assert {bench.stratum(one) for one in drawn} == {bench.stratum(one) for one in ROWS}
    assert bench.sample(ROWS[::-1], 20, 1) == drawn
    assert bench.sample(ROWS, 20, 2) != drawn


def test_a_sample_of_more_rows_holds_that_of_fewer(bench: ModuleType) -> None:
    small, large = ({one["id"] for one in bench.sample(ROWS, size, 0)} for size in (20, 40))
    assert small < large


def test_balanced_accuracy_is_the_mean_over_both_sides(bench: ModuleType) -> None:
    assert bench.balanced([False, False, True, False], [True, False]) == pytest.approx(0.625)
    assert bench.balanced([], [True]) is None
    assert bench.balanced([True], []) is None


def test_a_whole_run_reads_errors_against_supported_claims(bench: ModuleType) -> None:
    rows = bench.sample(ROWS, 30, 0)
    model = FunctionModel(answer)
    results, report = bench.run(rows, model, JudgeSettings(polls=3), 2)
    told = {(r.row["error_type"], r.verdict.verdict) for r in results}
    assert told == {
        ("none", "supported"),
        ("negated", "contradicted"),
        ("overstated", "contradicted"),
        ("invented_key", "fabricated"),
    }
    table = bench.table(results)
    assert len(table) == 1 + 8 + 3
    assert re.search(r"^all +every error +18 +100\.0% +100\.0% ", table[-1])
    account = bench.account(results, report)
    assert f"calls: {len(model.requests)}, about" in "\n".join(account)


def test_the_command_asks_a_server_and_goes_on_from_its_log(
    bench: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Judge(ScriptedServer):
        def _next(self, asked: Asked) -> Reply:
            with self._lock:
                self.requests.append(asked)
            return completion(judged_text(asked.body["messages"][1]["content"]))

    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(one) + "\n" for one in ROWS), "utf-8")
    command = [str(tmp_path / "rows.jsonl"), "--model", "m", "--rows", "12", "--log", str(tmp_path / "calls.sqlite")]
    with Judge() as server:
        bench.main([*command, "--base-url", server.url, "--polls", "1"])
        once = len(server.requests)
        bench.main([*command, "--base-url", server.url, "--polls", "5", "--json", str(tmp_path / "out.jsonl")])
    first_votes = {json.dumps(asked.body["messages"]) for asked in server.requests[:once]}
    assert not first_votes & {json.dumps(asked.body["messages"]) for asked in server.requests[once:]}
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert len(told) == 12
    assert all(one["votes"] for one in told if not one["type"].endswith("invented_key"))
    assert "balanced" in capsys.readouterr().out
