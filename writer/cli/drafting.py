"""What the commands that draft share: options for length and model, the settings they make, and where results go.

No command of its own.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from writer.cli.calls import add_calls, base_url
from writer.cli.options import add_cache, say
from writer.cli.position import add_model_position, add_position, position_of
from writer.cli.vectors import add_asking, add_embeddings

if TYPE_CHECKING:
    from writer.draft import Draft, Problem
    from writer.models import ChatModel
    from writer.rendering import Card, Look
    from writer.settings import Settings


_FORMATS = ("md", "tex", "html", "json", "docx", "odt", "typst", "plain-html")


def add_output(parser: argparse.ArgumentParser) -> None:
    """Where a draft goes, in which format and style, and what is written beside it."""
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here, with the .bib beside it")
    parser.add_argument("--format", metavar="FORMAT", help=f"{', '.join(_FORMATS)}; default: told by --out, else md")
    parser.add_argument("--standalone", action="store_true", help="with tex: a whole document that compiles")
    parser.add_argument(
        "--cite", choices=("natbib", "biblatex", "plain"), default="natbib", help="with tex: default %(default)s"
    )
    parser.add_argument(
        "--textual", action="store_true", help=r"with tex: authors at the head of a sentence become \\citet"
    )
    parser.add_argument(
        "--csl", default="author-year", metavar="STYLE", help="of docx, odt, typst: author-year, numeric or a .csl file"
    )
    parser.add_argument("--card", type=Path, metavar="FILE", help="write the draft card here as JSON")
    parser.add_argument("--append-card", action="store_true", help="let the draft card follow as an appendix")


def add_drafting(parser: argparse.ArgumentParser) -> None:
    """Where the result goes, its length and position, the caches, and all about the model."""
    add_output(parser)
    parser.add_argument("--words", type=int, default=400, metavar="N", help="target length (default %(default)s)")
    parser.add_argument("-k", type=int, default=40, metavar="N", help="entries to retrieve (default %(default)s)")
    parser.add_argument(
        "--groups", type=int, default=5, metavar="N", help="at most so many groups (default %(default)s)"
    )
    parser.add_argument(
        "--strict", action="store_true", help="drop sentences that still fail, and exit with 1 where there are problems"
    )
    add_position(parser)
    add_embeddings(parser)
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
    add_asking(model)
    add_model_position(model)
    add_calls(parser)


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings that the options make. Raises SettingsError for those that contradict each other."""
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
        expand=args.expand,
        rerank=args.rerank,
        **position_of(args),
    )


def model_of(args: argparse.Namespace) -> Callable[[], ChatModel] | None:
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


@dataclass(frozen=True, slots=True)
class Output:
    """Where a result goes: to `out`, or to standard output; its format and look; what is written beside it."""

    out: Path | None
    format: str
    look: Look
    beside: Path | None = None
    """The `.bib` of a format that cites from one."""
    card: Path | None = None

    def write(self, result: str | bytes, bibtex: Callable[[], str], card: Callable[[], Card]) -> None:
        """Write the result, and beside it the bibliography and the draft card where these are due."""
        from writer.rendering import card_json, write_all

        files: dict[Path, str | bytes] = {}
        if self.out is not None:
            files[self.out] = result
        elif isinstance(result, str):
            sys.stdout.write(result)
        if self.beside is not None:
            files[self.beside] = bibtex()
        if self.card is not None:
            files[self.card] = card_json(card())
        if files:
            write_all(files)
            say("wrote " + " and ".join(str(path) for path in files))


def output_of(args: argparse.Namespace) -> Output:
    """Where the result goes, before anything is drafted. Raises SettingsError where --out does not tell a format."""
    from writer.errors import SettingsError
    from writer.rendering import FORMATS, Look, format_named, style_named
    from writer.rendering.document import DOCUMENTS, pandoc, style_file

    told = args.out.suffix.lstrip(".").lower() if args.out is not None else "md"
    if args.format is None and told not in FORMATS:
        raise SettingsError(f"--out {args.out} does not tell the format", hint=f"give --format: {', '.join(FORMATS)}")
    name = args.format or told
    cites = format_named(name).cites_bibliography
    if name in DOCUMENTS:
        # Before a model is asked for anything.
        pandoc()
        style_file(args.csl)
        if args.out is None:
            raise SettingsError(f"{name} is no text for a terminal", hint="name a file with --out")
    beside = args.out.with_suffix(".bib") if args.out is not None and cites else None
    look = Look(
        bibliography=beside.name if beside is not None else None,
        standalone=args.standalone,
        latex=style_named(args.cite, textual=args.textual),
        csl=args.csl,
        card=args.append_card,
    )
    return Output(args.out, name, look, beside, args.card)


def verdicts_told(draft: Draft) -> str:
    """How many claims a draft makes, with which verdicts, and how many entries it cites."""
    verdicts: dict[str, int] = {}
    for _, sentence in draft.sentences():
        if sentence.role == "claim":
            verdicts[sentence.verdict] = verdicts.get(sentence.verdict, 0) + 1
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    claims, cited = sum(verdicts.values()), len(draft.cited())
    counted = f"{claims} {'claim' if claims == 1 else 'claims'}: {told}"
    return f"{counted}; {cited} {'entry' if cited == 1 else 'entries'} cited"


def tell_problem(problem: Problem, within: str = "") -> None:
    """A problem on one line, with its place, to standard error."""
    from writer.rendering.claims import place_words

    suggestion = f" ({problem.suggestion})" if problem.suggestion else ""
    say(f"{within}{place_words(problem.place)}: {problem.kind}: {problem.detail}{suggestion}")
