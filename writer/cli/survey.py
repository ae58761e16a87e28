"""`writer survey OUTLINE.yaml --corpus PATH…`: many sections, nothing told twice."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from writer.cli.calls import calls_of, rank_files, tell_calls
from writer.cli.drafting import add_drafting, model_of, output_of, settings_of, tell_problem, verdicts_told
from writer.cli.options import add_corpus, cache_folder, read_corpus, say
from writer.cli.vectors import embedder_of

if TYPE_CHECKING:
    from writer.survey import Survey


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer survey`."""
    parser.add_argument(
        "outline",
        type=Path,
        metavar="OUTLINE",
        help="YAML: a title, and sections with heading, theme and, where they differ from the options below, words, k, "
        "groups, group_by, language, must_cite, exclude, prompts",
    )
    add_corpus(parser)
    parser.add_argument(
        "--out-dir", type=Path, metavar="DIR", help="keep each finished section here, and use those kept before"
    )
    parser.add_argument("--fresh", action="store_true", help="draft all sections anew, whatever --out-dir holds")
    add_drafting(parser)


def run(args: argparse.Namespace) -> int:
    """Draft, check and write; 1 with --strict where there are problems. With --dry-run only tell what it would take."""
    from writer.api import draft_survey
    from writer.checking.kinds import counted
    from writer.drafting.outline import read_outline
    from writer.errors import SettingsError
    from writer.rendering.survey import SURVEY_FORMATS, survey_bibtex
    from writer.rendering.survey_card import survey_card

    if args.fresh and args.out_dir is None:
        raise SettingsError("--fresh needs --out-dir", hint="without it no section is kept or used again")
    settings, output, outline = settings_of(args), output_of(args), read_outline(args.outline)
    with calls_of(args, model_of(args)) as calls, embedder_of(args) as embedder:
        rehearsal = calls.rehearsal if calls is not None else None
        corpus = read_corpus(args.corpus)
        survey = draft_survey(
            outline,
            corpus,
            model=calls.model if calls is not None else None,
            settings=settings,
            prompts=args.prompts,
            cache=cache_folder(args),
            rank_files=rank_files(),
            embedder=embedder,
            # A rehearsal writes nothing that is worth keeping, and tells the most that can be asked.
            keep=args.out_dir if rehearsal is None else None,
            fresh=args.fresh,
            jobs=args.jobs,
            progress=say if rehearsal is None else lambda _: None,
        )
    if rehearsal is not None:
        sys.stdout.write(rehearsal.summary())
        return 0
    text = SURVEY_FORMATS[output.format](survey, corpus, output.look)
    output.write(text, lambda: survey_bibtex(survey, corpus), lambda: survey_card(survey, output.look.changes))
    _summarise(survey)
    if calls is not None:
        tell_calls(calls)
    return 1 if args.strict and counted(problem for _, problem in survey.problems()) else 0


def _summarise(survey: Survey) -> None:
    """One line for each section, on what repair did, and one for each problem, to standard error."""
    for section in survey.sections:
        told = verdicts_told(section.draft) if section.draft is not None and not section.note else section.note
        say(f"“{section.heading}”: {told}")
    whole = survey.whole()
    say(f"all {len(survey.sections)} sections: {verdicts_told(whole)}")
    for line in (whole.repairs.told(), *whole.repairs.notes):
        if line:
            say(line)
    for section, problem in survey.problems():
        tell_problem(problem, f"“{section.heading}”, ")
