"""How well a judge tells supported claims from others, on a sample of labelled claims.

    python benchmarks/judge.py SUPPORT.jsonl --model ID --base-url URL --log FILE [--rows 150] [--polls 5] [--jobs 8]

The sample is drawn by a seed: three rows in five hold an error, as many of each type as there are; the others are
supported claims of the same origins (planted errors are read against unchanged claims, human labels against claims
that people called supported). A claim counts as found supported where its verdict is `supported`, as in the binary
reading of LLM-AggreFact; balanced accuracy is the mean of the share of errors not found supported and of supported
claims found so. Keys that do not exist are settled by the rules and cost no call.

Through the relay (`writer relay --dir DIR`, then `--base-url http://127.0.0.1:8808/v1 --model relay`) nothing answers
until somebody writes the replies: `--jobs` then says how many prompts wait side by side, and `--timeout` how long they
do. Answers are kept in `--log` (and in the relay's folder), so that a run which ended goes on where it was; with
`--polls 1` only the first vote of each claim is asked for, and a later run with more goes on from there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from writer.checking import check_manuscript
from writer.checking.kinds import severity
from writer.corpus import digest
from writer.draft import Sentence
from writer.drafting.prompts import load_prompts
from writer.entry import Corpus, Entry, Source
from writer.judging import JudgeSettings, judge, plan_judging
from writer.manuscript import Cited, Manuscript, Passage
from writer.models import ChatModel, Model
from writer.models.call_log import CallLog
from writer.models.calls import LoggedModel
from writer.report import ClaimVerdict, Report

ERRORS = 0.6
"""The share of rows with an error: there are many types of them, and one of supported claims."""
FILE = "claims.txt"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """A row with its verdict, and whether a rule of at least a warning spoke against it."""

    row: Row
    verdict: ClaimVerdict
    alarmed: bool

    @property
    def stratum(self) -> tuple[str, str]:
        return stratum(self.row)

    @property
    def said_supported(self) -> bool:
        return self.verdict.verdict == "supported"


def stratum(row: Row) -> tuple[str, str]:
    """Origin, and type of error (`supported` where there is none)."""
    return str(row["origin"]), str(row["error_type"]) if row["label"] == "not_supported" else "supported"


def sample(rows: Sequence[Row], size: int, seed: int) -> list[Row]:
    """`size` rows: the same for the same seed, in an order that depends on nothing else."""
    strata: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: hashlib.sha256(f"{seed}:{row['id']}".encode()).digest()):
        strata[stratum(row)].append(row)
    wrong = {name: found for name, found in strata.items() if name[1] != "supported"}
    right = {name: found for name, found in strata.items() if name[1] == "supported"}
    errors = _evenly(wrong, round(size * ERRORS))
    return errors + _evenly(right, size - len(errors))


def _evenly(strata: Mapping[tuple[str, str], list[Row]], size: int) -> list[Row]:
    """One row of each stratum in turn until there are enough."""
    turns = max((len(found) for found in strata.values()), default=0)
    return [found[turn] for turn in range(turns) for _, found in sorted(strata.items()) if turn < len(found)][:size]


def manuscript_of(rows: Sequence[Row]) -> tuple[Manuscript, Corpus]:
    """The claims as a manuscript, one a line, each with entries of its own: a row may see its own piece of a text."""
    entries: dict[str, Entry] = {}
    passages: list[Passage] = []
    text = ""
    for number, row in enumerate(rows):
        keys = [f"row{number}n{at}" for at in range(len(row["cited"]))]
        for key, cited in zip(keys, row["cited"], strict=True):
            if cited["text"]:
                entries[key] = Entry(key, cited["title"] or "", cited["text"], Source("bench", number + 1))
        claim = " ".join(row["claim"].split())
        start, end = len(text), len(text) + len(claim)
        sentence = Sentence(claim, "claim", tuple(keys))
        at = tuple(Cited(key, end, end) for key in keys)
        passages.append(Passage(sentence, FILE, tuple(range(start, end + 1)), at, paragraph=number))
        text += claim + "\n\n"
    return Manuscript(tuple(passages), {FILE: text}), Corpus(entries, digest(entries.values()))


def results_of(rows: Sequence[Row], report: Report) -> list[Result]:
    """Each row with its verdict."""
    alarmed = {
        problem.place.sentence
        for problem in report.problems
        if problem.kind != "judged" and severity(problem) != "note"
    }
    verdicts = {verdict.place.sentence: verdict for verdict in report.verdicts}
    return [Result(row, verdicts[number], number in alarmed) for number, row in enumerate(rows)]


def balanced(wrong: Sequence[bool], right: Sequence[bool]) -> float | None:
    """Balanced accuracy of what was called right (True), over rows that are wrong and rows that are right."""
    if not wrong or not right:
        return None
    return (sum(not said for said in wrong) / len(wrong) + sum(right) / len(right)) / 2


def table(results: Sequence[Result]) -> list[str]:
    """Balanced accuracy by type and in all, of the judge and of the rules alone, and the verdicts given."""
    lines = [f"{'origin':8} {'type':28} {'rows':>4} {'not supported':>13} {'balanced':>8} {'rules':>6}  verdicts"]
    strata: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        strata[result.stratum].append(result)
    for (origin, kind), group in sorted(strata.items()):
        right = [] if kind == "supported" else strata.get((origin, "supported"), [])
        lines.append(_line(origin, kind, group, right))
    for origin in (*sorted({result.stratum[0] for result in results}), "all"):
        mine = [result for result in results if origin in ("all", result.stratum[0])]
        wrong = [result for result in mine if result.stratum[1] != "supported"]
        lines.append(_line(origin, "every error", wrong, [result for result in mine if result not in wrong]))
    return lines


def _line(origin: str, kind: str, group: Sequence[Result], right: Sequence[Result]) -> str:
    refused = sum(not result.said_supported for result in group) / max(1, len(group))
    by_judge = balanced([r.said_supported for r in group], [r.said_supported for r in right])
    by_rules = balanced([not r.alarmed for r in group], [not r.alarmed for r in right])
    told = ", ".join(f"{name} {n}" for name, n in Counter(r.verdict.verdict for r in group).most_common())
    shares = " ".join(
        f"{share:{width}.1%}" if share is not None else " " * width for share, width in ((by_judge, 8), (by_rules, 6))
    )
    return f"{origin:8} {kind:28} {len(group):4} {refused:13.1%} {shares}  {told}"


def account(results: Sequence[Result], report: Report) -> list[str]:
    """Votes a claim, how often the judges disagree, what P(True) says, and tokens."""
    votes = [result.verdict.votes for result in results if result.verdict.votes]
    cast = Counter(len(each) for each in votes)
    said = Counter(vote.said for each in votes for vote in each)
    total = sum(len(each) for each in votes)
    told = report.judging
    lines = [
        f"votes: {total} on {len(votes)} rows ({total / max(1, len(votes)):.2f} each); rows by their number of votes: "
        + ", ".join(f"{number}: {many}" for number, many in sorted(cast.items())),
        "said: " + ", ".join(f"{word} {many}" for word, many in said.most_common()),
    ]
    weighed = [vote.probability for each in votes for vote in each if vote.probability is not None]
    if weighed:
        lines.append(f"P(supported) told with {len(weighed)} votes, mean {sum(weighed) / len(weighed):.2f}")
    if told is not None:
        usage = told.usage
        about = "about " if usage.estimated else ""
        lines.append(
            f"calls: {usage.calls}, {about}{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens"
            + (f", ${usage.cost_usd:.4f}" if usage.cost_usd is not None else "")
        )
        lines += [f"left: {told.left} {note}" for note in (*told.notes, told.stopped) if note]
    return lines


def run(rows: Sequence[Row], model: Model, settings: JudgeSettings, jobs: int) -> tuple[list[Result], Report]:
    """Check by rules, then judge. The plan goes to standard error first."""
    manuscript, corpus = manuscript_of(rows)
    prompts = load_prompts()
    checked = check_manuscript(manuscript, corpus)
    plan = plan_judging(checked, manuscript, corpus, [model], prompts, settings)
    print(plan.told(), file=sys.stderr)
    report = judge(
        checked,
        manuscript,
        corpus,
        [model],
        prompts,
        settings,
        jobs=jobs,
        progress=lambda line: print(line, file=sys.stderr),
    )
    return results_of(rows, report), report


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("support", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--base-url")
    parser.add_argument("--rows", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--polls", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds that one answer may take")
    parser.add_argument("--log", type=Path, help="keep answers here, so that a run that ended goes on where it was")
    parser.add_argument("--json", type=Path, help="write id, verdict, score and votes of each row here")
    args = parser.parse_args(arguments)
    data = [json.loads(line) for line in args.support.read_text("utf-8").splitlines()]
    rows = sample(data, args.rows, args.seed)
    with (
        CallLog.open(args.log) if args.log else CallLog.in_memory() as log,
        ChatModel(
            args.model,
            base_url=args.base_url or os.environ.get("OPENAI_BASE_URL"),
            api_key=os.environ.get("OPENAI_API_KEY"),
            timeout=args.timeout,
        ) as chat,
    ):
        results, report = run(rows, LoggedModel(chat, log), JudgeSettings(polls=args.polls), args.jobs)
    print("\n".join([*table(results), "", *account(results, report)]))
    if args.json:
        args.json.write_text("".join(json.dumps(_told(result)) + "\n" for result in results), "utf-8")


def _told(result: Result) -> dict[str, Any]:
    verdict = result.verdict
    votes = [{"said": vote.said, "probability": vote.probability, "reason": vote.reason} for vote in verdict.votes]
    return {
        "id": result.row["id"],
        "type": "/".join(result.stratum),
        "verdict": verdict.verdict,
        "score": verdict.score,
        "alarmed": result.alarmed,
        "votes": votes,
    }


if __name__ == "__main__":
    main()
