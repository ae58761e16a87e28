"""What `writer check --judge` adds: the options for a judge, and asking it. No command of its own."""

from __future__ import annotations

import argparse
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from writer.cli.calls import Calls, add_calls, base_url, calls_of, tell_calls, token_counter
from writer.cli.drafting import model_of
from writer.cli.options import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from writer.draft import Draft
    from writer.drafting.prompts import Prompts
    from writer.entry import Corpus
    from writer.judging import JudgeSettings, JudgingPlan
    from writer.manuscript import Manuscript
    from writer.models import Model
    from writer.report import Report

    Checked = tuple[Report, Draft | Manuscript]

_DEFAULT_POLLS = 5


def add_judge(parser: argparse.ArgumentParser) -> None:
    """The options; `parser` also needs those of `add_cache`, since answers are kept there."""
    judge = parser.add_argument_group("a judge, for the claims that rules leave open")
    judge.add_argument("--judge", action="store_true", help="ask a model; needs --model or --jury")
    judge.add_argument("--model", metavar="ID", help="the model that judges")
    judge.add_argument("--jury", metavar="ID,ID", help="several models that judge; each votes, each is told")
    judge.add_argument(
        "--base-url", metavar="URL", help="any OpenAI-compatible server (default: OPENAI_BASE_URL, else OpenAI)"
    )
    judge.add_argument(
        "--polls",
        type=int,
        default=_DEFAULT_POLLS,
        metavar="N",
        help="at most so many votes where the first does not bear the rules out (default %(default)s)",
    )
    judge.add_argument("--prompts", type=Path, metavar="DIR", help="folder of templates that replace the shipped ones")
    judge.add_argument("--jobs", type=int, default=4, metavar="N", help="claims side by side (default %(default)s)")
    judge.add_argument(
        "--max-answer", type=int, default=2048, metavar="N", help="tokens of one answer (default %(default)s)"
    )
    judge.add_argument("--seed", type=int, default=0, metavar="N", help="of the first vote (default %(default)s)")
    judge.add_argument("--stream", action="store_true", help="receive answers as streams")
    judge.add_argument(
        "--timeout", type=float, default=600.0, metavar="S", help="seconds for one answer (default %(default)s)"
    )
    add_calls(parser)


def judged(args: argparse.Namespace, checked: Sequence[Checked], corpus: Corpus) -> list[Report] | None:
    """The reports with a judge's verdicts, or as they were without `--judge`; None after a dry run, which prints.

    How many calls all of them may take, and what that may cost, is told before the first. Where a limit ended it,
    `report.judging.stopped` says which: the exit code is then that of BudgetExceeded.
    """
    names = _judges(args)
    reports = [report for report, _ in checked]
    if not names or not checked:
        return reports
    from writer.drafting.prompts import load_prompts
    from writer.judging import JudgeSettings, judge

    settings = JudgeSettings(polls=args.polls, max_tokens=args.max_answer, seed=args.seed)
    prompts = load_prompts(args.prompts)
    with ExitStack() as stack:
        entered = [stack.enter_context(_calls_of(args, name, len(names))) for name in names]
        calls = [one for one in entered if one is not None]
        models = [one.model for one in calls]
        plan = _plan(args, checked, corpus, models, prompts, settings)
        if args.dry_run:
            sys.stdout.write(plan.told() + "\n")
            return None
        say(plan.told())
        reports = [
            judge(report, source, corpus, models, prompts, settings, jobs=args.jobs, progress=say)
            for report, source in checked
        ]
        _tell(reports, calls)
    return reports


def _judges(args: argparse.Namespace) -> list[str | None]:
    """The models that judge; None for the one of a recording; none at all without `--judge`.

    Raises SettingsError for options that contradict each other.
    """
    from writer.errors import SettingsError

    if not args.judge:
        options = ("model", "jury", "log", "record", "replay", "max_tokens", "max_cost", "max_seconds", "dry_run")
        named = next((name for name in options if getattr(args, name) not in (None, False)), None)
        if named is not None:
            raise SettingsError(f"--{named.replace('_', '-')} needs --judge", hint="rules alone ask no model")
        return []
    if args.jobs < 1:
        raise SettingsError(f"--jobs is {args.jobs}", hint="at least one claim is judged at a time")
    if args.jury is None:
        if args.model is None and args.replay is None:
            raise SettingsError("--judge needs a model", hint="give --model ID, or --jury ID,ID for several")
        return [args.model]
    other = next((name for name in ("model", "record", "replay") if getattr(args, name) is not None), None)
    if other is not None:
        raise SettingsError(f"--jury and --{other} contradict each other", hint=f"--{other} is for one judge")
    names: list[str | None] = [name.strip() for name in args.jury.split(",")]
    if not all(names) or len(set(names)) < len(names):
        raise SettingsError(f"--jury {args.jury} names a model twice, or none", hint="name each once: --jury ID,ID")
    return names


def _calls_of(args: argparse.Namespace, name: str | None, judges: int) -> AbstractContextManager[Calls | None]:
    """The calls of one judge. Limits are shared out evenly, so that all of them together keep to what was given."""
    own = argparse.Namespace(**{**vars(args), "model": name})
    if judges > 1:
        own.max_tokens = max(1, args.max_tokens // judges) if args.max_tokens is not None else None
        own.max_cost = args.max_cost / judges if args.max_cost is not None else None
    return calls_of(own, model_of(own))


def _plan(
    args: argparse.Namespace,
    checked: Sequence[Checked],
    corpus: Corpus,
    models: Sequence[Model],
    prompts: Prompts,
    settings: JudgeSettings,
) -> JudgingPlan:
    from writer.judging.plan import joined, plan_judging
    from writer.models.prices import price_at

    price, counter = price_at(base_url(args)), token_counter(models[0].id)
    return joined(
        [
            plan_judging(report, source, corpus, models, prompts, settings, price=price, counter=counter)
            for report, source in checked
        ]
    )


def _tell(reports: Sequence[Report], calls: Sequence[Calls]) -> None:
    """What was judged, what was left and what it took, to standard error."""
    told = [report.judging for report in reports if report.judging is not None]
    left = sum(one.left for one in told)
    say(f"judge: {sum(one.judged for one in told)} claims judged" + (f", {left} left" if left else ""))
    notes = [note for one in told for note in (*one.notes, *([f"stopped: {one.stopped}"] if one.stopped else []))]
    for note in dict.fromkeys(notes):
        say(f"  {note}")
    for one in calls:
        if len(calls) > 1:
            say(f"  {one.model.id}:")
        tell_calls(one)
