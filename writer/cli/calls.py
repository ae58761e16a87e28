"""Options for what becomes of model calls: kept, recorded, replayed, limited, or only told. No command of its own.

A command that asks a model adds these options and asks through `calls_of`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from writer.cli.options import cache_folder, say

if TYPE_CHECKING:
    from writer.models import Model
    from writer.models.budget import Count
    from writer.models.call_log import CallLog
    from writer.models.calls import LoggedModel
    from writer.models.meter import Rehearsal

_NOTHING_WRITTEN = """{"paragraphs": [{"sentences": [
    {"text": "Nothing was asked.", "role": "framing", "citations": [], "evidence": []}]}]}"""
"""What a dry run takes for a written group: an answer that is declined would be asked for again, in pieces."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The model to ask, and how its calls are seen: through a log, or in a rehearsal that asks nothing."""

    model: Model
    logged: LoggedModel | None = None
    replayed: bool = False
    rehearsal: Rehearsal | None = None


def add_calls(parser: argparse.ArgumentParser) -> None:
    """The options; `parser` also needs `--model`, `--base-url` and those of `add_cache`."""
    calls = parser.add_argument_group("calls of the model")
    calls.add_argument(
        "--log",
        type=Path,
        metavar="FILE",
        help="keep answers here and ask nothing twice (default: in the cache folder)",
    )
    calls.add_argument("--no-log", action="store_true", help="keep no answers, and ask for all anew")
    calls.add_argument("--record", type=Path, metavar="FILE", help="write all calls of this run to a file")
    calls.add_argument("--replay", type=Path, metavar="FILE", help="answer from such a file alone, offline")
    calls.add_argument(
        "--max-tokens", type=int, metavar="N", help="stop before all prompts and answers together take more"
    )
    calls.add_argument("--max-cost", type=float, metavar="USD", help="stop before they cost more, at list price")
    calls.add_argument("--max-seconds", type=float, metavar="S", help="begin no call later than this after the first")
    calls.add_argument("--dry-run", action="store_true", help="tell calls, tokens and cost, and ask nothing")


@contextmanager
def calls_of(args: argparse.Namespace, ask: Callable[[], Model] | None) -> Iterator[Calls | None]:
    """The model of `ask`, with what the options make of its calls; None where no model is asked for.

    On the way out, also after an error, the recording is written and what the log has to say is told.
    """
    _check(args, ask)
    if args.replay is not None:
        from writer.models.call_log import CallLog
        from writer.models.replay import ReplayModel

        with CallLog.in_memory() as log:
            yield from _recorded(args, ReplayModel(args.replay, args.model), log, replayed=True)
    elif ask is None:
        yield None
    elif args.dry_run:
        with open_log(args, make=False) as log:
            yield _rehearsal(args, log)
    else:
        with open_log(args, make=True) as log:
            yield from _recorded(args, _metered(args, ask()), log)


def token_counter(model: str) -> Callable[[str], Count]:
    """Counts for a model, with the rank files of tiktoken's own variable."""
    from writer.models.budget import count

    folders = rank_files()
    return lambda text: count(text, model, cache_dirs=folders)


def rank_files() -> tuple[Path, ...]:
    """The folder that TIKTOKEN_CACHE_DIR names, where it does."""
    return tuple(Path(folder) for folder in (os.environ.get("TIKTOKEN_CACHE_DIR"),) if folder)


def tell_calls(calls: Calls) -> None:
    """What was asked for in this run and what was found, to standard error."""
    if calls.logged is None:
        return
    spent, saved = calls.logged.spent, calls.logged.saved
    if calls.replayed:
        say(f"model: no calls; {spent.calls} answers were replayed")
        return
    cost = "cost not known" if spent.cost_usd is None else f"${spent.cost_usd:.4f}"
    tokens = f"{spent.prompt_tokens:,} + {spent.completion_tokens:,} tokens"
    about = "about " if spent.estimated else ""
    asked = f"{spent.calls} calls, {about}{tokens}, {cost}" if spent.calls else "no calls"
    say(f"model: {asked}" + (f"; {saved.calls} answers were in the call log" if saved.calls else ""))


def _check(args: argparse.Namespace, ask: Callable[[], Model] | None) -> None:
    from writer.errors import SettingsError, UserError

    given = {
        "--log": args.log, "--record": args.record, "--max-tokens": args.max_tokens, "--max-cost": args.max_cost,
        "--max-seconds": args.max_seconds,
        "--dry-run": args.dry_run or None,
    }  # fmt: skip
    named = next((name for name, value in given.items() if value is not None), None)
    if named and ask is None and args.replay is None:
        raise SettingsError(f"{named} needs --model", hint="without a model nothing is asked")
    if args.log is not None and args.no_log:
        raise SettingsError("--log and --no-log contradict each other", hint="give one of them")
    if args.replay is not None and args.dry_run:
        raise SettingsError("--replay and --dry-run contradict each other", hint="a replay asks nothing anyway")
    if args.record is not None and not args.record.absolute().parent.is_dir():
        raise UserError(f"{args.record.parent} is no folder", hint="make it first, or name another file with --record")


@contextmanager
def open_log(args: argparse.Namespace, *, make: bool) -> Iterator[CallLog]:
    """The log that the options name; in memory where none is to be kept, or none is there and none to be made."""
    from writer.models.call_log import CallLog

    folder = cache_folder(args)
    path = args.log or (folder / "calls.sqlite" if folder is not None else None)
    usable = path is not None and not args.no_log and (make or path.is_file())
    with CallLog.open(path) if path is not None and usable else CallLog.in_memory() as log:
        told = len(log.notes)
        for note in log.notes:
            say(note)
        try:
            yield log
        finally:
            for note in log.notes[told:]:
                say(note)


def _recorded(args: argparse.Namespace, model: Model, log: CallLog, *, replayed: bool = False) -> Iterator[Calls]:
    from writer.models.calls import LoggedModel

    key = os.environ.get("OPENAI_API_KEY")
    logged = LoggedModel(model, log, secrets=[key] if key else [])
    try:
        yield Calls(logged, logged=logged, replayed=replayed)
    finally:
        if args.record is not None:
            from writer.models.replay import record_text
            from writer.rendering import write_all

            write_all({args.record: record_text(logged.calls)})
            say(f"recorded {len(logged.calls)} calls in {args.record}")


def _metered(args: argparse.Namespace, model: Model) -> Model:
    from writer.models.meter import Limits, MeteredModel
    from writer.models.prices import price_at

    return MeteredModel(
        model,
        price=price_at(base_url(args)),
        limits=Limits(args.max_tokens, args.max_cost, args.max_seconds),
        counter=token_counter(model.id),
    )


def _rehearsal(args: argparse.Namespace, log: CallLog) -> Calls:
    from writer.models.meter import Rehearsal
    from writer.models.prices import price_at

    rehearsal = Rehearsal(
        args.model,
        log,
        answers={"write": _NOTHING_WRITTEN},
        price=price_at(base_url(args)),
        counter=token_counter(args.model),
    )
    return Calls(rehearsal, rehearsal=rehearsal)


def base_url(args: argparse.Namespace) -> str | None:
    """The option, else the environment's address, else none: OpenAI's."""
    return args.base_url or os.environ.get("OPENAI_BASE_URL") or None
