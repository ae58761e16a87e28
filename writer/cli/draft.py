"""`writer draft THEME --corpus PATH…`: a section with every claim's evidence."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from writer.cli.calls import calls_of, rank_files, tell_calls
from writer.cli.drafting import add_drafting, model_of, output_of, settings_of, tell_problem, verdicts_told
from writer.cli.options import add_corpus, cache_folder, read_corpus, say
from writer.cli.vectors import embedder_of

if TYPE_CHECKING:
    from writer.cli.drafting import Output
    from writer.draft import Draft
    from writer.entry import Corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer draft`."""
    parser.add_argument("theme", metavar="THEME", help="what the section is about, in a few words or a sentence")
    add_corpus(parser)
    add_drafting(parser)


def run(args: argparse.Namespace) -> int:
    """Draft, check and write; 1 with --strict where there are problems. With --dry-run only tell what it would take."""
    from writer.api import draft_section
    from writer.checking.kinds import counted

    settings, output = settings_of(args), output_of(args)
    with calls_of(args, model_of(args)) as calls, embedder_of(args) as embedder:
        corpus = read_corpus(args.corpus)
        draft = draft_section(
            args.theme,
            corpus,
            model=calls.model if calls is not None else None,
            settings=settings,
            prompts=args.prompts,
            cache=cache_folder(args),
            rank_files=rank_files(),
            embedder=embedder,
            jobs=args.jobs,
            progress=say if calls is not None and calls.rehearsal is None else lambda _: None,
        )
    if calls is not None and calls.rehearsal is not None:
        sys.stdout.write(calls.rehearsal.summary())
        return 0
    _write(output, draft, corpus)
    _summarise(draft)
    if calls is not None:
        tell_calls(calls)
    return 1 if args.strict and counted(draft.problems) else 0


def _write(output: Output, draft: Draft, corpus: Corpus) -> None:
    from writer.rendering import card_of, format_named, to_bibtex

    look = output.look
    if output.format == "html":
        from writer.checking.coverage import coverage

        retrieved = [hit.key for hit in draft.retrieved]
        told = coverage((sentence for _, sentence in draft.sentences()), corpus, retrieved)
        look = replace(look, coverage=told)
    output.write(
        format_named(output.format).render(draft, corpus, look),
        lambda: to_bibtex(draft, corpus),
        lambda: card_of(draft, look.changes),
    )


def _summarise(draft: Draft) -> None:
    """One line on what was checked, what repair did, one for each problem, to standard error."""
    say(verdicts_told(draft))
    for line in (draft.repairs.told(), *draft.repairs.notes):
        if line:
            say(line)
    for problem in draft.problems:
        tell_problem(problem)
