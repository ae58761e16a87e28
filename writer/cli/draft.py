"""`writer draft THEME --corpus PATH…`: a section with every claim's evidence."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from writer.cli.calls import add_calls, base_url, calls_of, rank_files, tell_calls
from writer.cli.options import add_cache, add_corpus, cache_folder, read_corpus, say
from writer.cli.position import add_model_position, add_position, position_of

if TYPE_CHECKING:
    from writer.draft import Draft
    from writer.entry import Corpus
    from writer.models import ChatModel
    from writer.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer draft`."""
    parser.add_argument("theme", metavar="THEME", help="what the section is about, in a few words or a sentence")
    add_corpus(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here, with the .bib beside it")
    parser.add_argument("--format", choices=("md", "tex", "json"), help="default: told by --out, else md")
    parser.add_argument("--standalone", action="store_true", help="with tex: a whole document that compiles")
    parser.add_argument("--words", type=int, default=400, metavar="N", help="target length (default %(default)s)")
    parser.add_argument("-k", type=int, default=40, metavar="N", help="entries to retrieve (default %(default)s)")
    parser.add_argument(
        "--groups", type=int, default=5, metavar="N", help="at most so many groups (default %(default)s)"
    )
    parser.add_argument(
        "--strict", action="store_true", help="drop sentences that still fail, and exit with 1 where there are problems"
    )
    add_position(parser)
    add_cache(parser)
    model = parser.add_argument_group("with a model")
    model.add_argument(
        "--model", metavar="ID", help="ask this model; without it sentences are taken from the abstracts"
    )
    model.add_argument(
        "--base-url", metavar="URL", help="any OpenAI-compatible server (default: OPENAI_BASE_URL, else OpenAI)"
    )
    model.add_argument("--prompts", type=Path, metavar="DIR", help="folder of templates that replace the shipped ones")
    model.add_argument("--jobs", type=int, default=4, metavar="N", help="calls side by side (default %(default)s)")
    model.add_argument(
        "--max-answer", type=int, default=4096, metavar="N", help="tokens of one answer (default %(default)s)"
    )
    model.add_argument(
        "--context", type=int, default=32768, metavar="N", help="the model's context (default %(default)s)"
    )
    model.add_argument("--temperature", type=float, default=0.0, metavar="T", help="default %(default)s")
    model.add_argument(
        "--seed", type=int, default=0, metavar="N", help="sent where the server takes one (default %(default)s)"
    )
    model.add_argument("--stream", action="store_true", help="receive answers as streams")
    model.add_argument(
        "--timeout", type=float, default=600.0, metavar="S", help="seconds for one answer (default %(default)s)"
    )
    add_model_position(model)
    add_calls(parser)


def run(args: argparse.Namespace) -> int:
    """Draft, check and write; 1 with --strict where there are problems. With --dry-run only tell what it would take."""
    from writer.api import draft_section

    settings = _settings(args)
    with calls_of(args, _model(args)) as calls:
        corpus = read_corpus(args.corpus)
        draft = draft_section(
            args.theme,
            corpus,
            model=calls.model if calls is not None else None,
            settings=settings,
            prompts=args.prompts,
            cache=cache_folder(args),
            rank_files=rank_files(),
            jobs=args.jobs,
            progress=say if calls is not None and calls.rehearsal is None else lambda _: None,
        )
    if calls is not None and calls.rehearsal is not None:
        sys.stdout.write(calls.rehearsal.summary())
        return 0
    _write(args, draft, corpus)
    _summarise(draft)
    if calls is not None:
        tell_calls(calls)
    return 1 if args.strict and draft.problems else 0


def _settings(args: argparse.Namespace) -> Settings:
    from writer.errors import SettingsError
    from writer.settings import Settings

    if args.jobs < 1:
        raise SettingsError(f"--jobs is {args.jobs}", hint="at least one call runs at a time")
    if args.prompts is not None and not args.model and args.replay is None:
        raise SettingsError("--prompts needs --model", hint="without a model no prompt is used")
    return Settings(
        words=args.words,
        k=args.k,
        max_groups=args.groups,
        temperature=args.temperature,
        seed=args.seed,
        max_tokens=args.max_answer,
        context=args.context,
        strict=args.strict,
        **position_of(args),
    )


def _model(args: argparse.Namespace) -> Callable[[], ChatModel] | None:
    """How to make the model, since a replay or a dry run needs no key for one."""
    if not args.model:
        return None
    from writer.models import ChatModel

    return lambda: ChatModel(
        args.model,
        base_url=base_url(args),
        api_key=os.environ.get("OPENAI_API_KEY") or None,
        timeout=args.timeout,
        stream=args.stream,
    )


def _write(args: argparse.Namespace, draft: Draft, corpus: Corpus) -> None:
    from writer.errors import SettingsError
    from writer.rendering import FORMATS, format_named, to_bibtex, to_latex, write_all

    told = args.out.suffix.lstrip(".").lower() if args.out is not None else "md"
    if args.format is None and told not in FORMATS:
        raise SettingsError(f"--out {args.out} does not tell the format", hint=f"give --format: {', '.join(FORMATS)}")
    name = args.format or told
    form = format_named(name)
    beside = args.out.with_suffix(".bib") if args.out is not None and form.cites_bibliography else None
    bibliography = beside.name if beside is not None else None
    if name == "tex" and args.standalone:
        text = to_latex(draft, corpus, bibliography=bibliography or "references", standalone=True)
    else:
        text = form.render(draft, corpus, bibliography)
    if args.out is None:
        sys.stdout.write(text)
        return
    files = {args.out: text}
    if beside is not None:
        files[beside] = to_bibtex(draft, corpus)
    write_all(files)
    say("wrote " + " and ".join(str(path) for path in files))


def _summarise(draft: Draft) -> None:
    """One line on what was checked, what repair did, one for each problem, to standard error."""
    from writer.rendering.claims import place_words

    verdicts: dict[str, int] = {}
    for _, sentence in draft.sentences():
        if sentence.role == "claim":
            verdicts[sentence.verdict] = verdicts.get(sentence.verdict, 0) + 1
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    say(f"{sum(verdicts.values())} claims: {told}; {len(draft.cited())} entries cited")
    for line in (draft.repairs.told(), *draft.repairs.notes):
        if line:
            say(line)
    for problem in draft.problems:
        where = place_words(problem.place)
        say(f"{where}: {problem.kind}: {problem.detail}" + (f" ({problem.suggestion})" if problem.suggestion else ""))
