"""`writer check FILE… --corpus PATH…`: the linter for citations, over manuscripts and over drafts of our own."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from writer.cli.judge import add_judge, judged
from writer.cli.options import add_cache, read_corpus, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from writer.draft import Draft, Place, Sentence
    from writer.entry import Corpus
    from writer.manuscript import Manuscript
    from writer.report import Finding, Inspection, Report

FORMATS = ("text", "json", "sarif", "github")
LEVELS = ("error", "warning", "note")
_EPILOG = """exit codes: 0 nothing that --fail-on names; 1 problems that it names; 2 wrong use or unreadable input;
3 the judge or its server failed; 4 a budget stopped it"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer check`."""
    parser.epilog = _EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", nargs="*", metavar="FILE", help="a manuscript (.md, .tex, .txt …) or a Draft JSON")
    parser.add_argument(
        "--corpus",
        nargs="+",
        action="extend",
        metavar="PATH",
        help="file or folder of entries; repeat for more (default: for each manuscript the bibliographies it names)",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="default %(default)s")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here instead of to standard output")
    parser.add_argument("--show-evidence", action="store_true", help="with text: every claim with its evidence")
    chosen = parser.add_argument_group("what counts")
    chosen.add_argument(
        "--fail-on",
        default="error",
        metavar="KIND|LEVEL,…",
        help="exit with 1 for these kinds, or from error, warning or note on, or never (default %(default)s)",
    )
    chosen.add_argument(
        "--ignore",
        metavar="KIND|LEVEL,…",
        help="do not tell these kinds, or anything no louder than a level (note; warning: and notes)",
    )
    chosen.add_argument("--baseline", type=Path, metavar="FILE", help="do not tell the problems that this file knows")
    chosen.add_argument(
        "--write-baseline",
        type=Path,
        metavar="FILE",
        help="write what is found there, as known, and end with 0; tells it too with --out or another --format",
    )
    parser.add_argument("--explain", metavar="KIND", help="what a kind of problem means and how sure it is; no FILE")
    add_cache(parser)
    add_judge(parser)


def run(args: argparse.Namespace) -> int:
    """Check and tell; 1 where there are problems that --fail-on names, 2 where something cannot be read."""
    from writer.checking.kinds import named
    from writer.errors import BudgetExceeded, SettingsError

    if args.explain:
        return _explain(args.explain)
    if not args.files:
        raise SettingsError("no manuscript is named", hint="writer check FILE… --corpus PATH…")
    fail_on = named(args.fail_on, also=(*LEVELS, "never"))
    ignored = named(args.ignore, also=LEVELS) if args.ignore else ()
    shelves = _shelves(args, _read(args.files, apart=not args.corpus))
    reports: list[Report] = []
    for shelf in shelves:
        checked = [(_report(each, shelf.corpus), each.draft or each.manuscript) for each in shelf.inputs]
        told = judged(args, checked, shelf.corpus)
        if told is None:  # a dry run
            return 0
        reports += told
    corpus = _whole(shelves)
    inspection = _inspected(shelves, reports, corpus, ignored)
    stopped = any(report.judging is not None and report.judging.stopped for report in reports)
    if args.write_baseline is not None and not stopped:
        return _write_baseline(args, inspection, corpus)
    if args.baseline is not None:
        inspection = _without_known(args.baseline, inspection, corpus)
    _tell(args, inspection, corpus)
    if stopped:
        if args.write_baseline is not None:
            say(f"{args.write_baseline} was not written: not everything was judged")
        return BudgetExceeded.exit_code
    return 1 if any(_fails(finding, fail_on) for finding in inspection.findings) else 0


def _explain(names: str) -> int:
    from writer.checking.kinds import explanation, named
    from writer.rendering.explained import to_explanation

    sys.stdout.write("\n".join(to_explanation(explanation(kind)) for kind in named(names)))
    return 0


# What is checked --------------------------------------------------------------------------------------------------


class _Input(NamedTuple):
    """A manuscript; or a draft, as a manuscript that tells where its sentences stand, with the passage of each."""

    manuscript: Manuscript
    numbers: Mapping[Place, int] | None = None
    draft: Draft | None = None


class _Shelf(NamedTuple):
    """What is checked against one corpus."""

    inputs: Sequence[_Input]
    corpus: Corpus


def _read(files: Sequence[str], *, apart: bool) -> list[_Input]:
    """The manuscripts among the files as one, and each Draft JSON by itself.

    `apart`: those with bibliographies of their own are one each; a file that names none goes with the one before it.
    """
    from writer.cli.render import draft_text
    from writer.manuscripts import read_manuscript

    drafts = [
        file
        for file in files
        if (suffix := Path(file).suffix.lower()) == ".json"
        or (suffix in (".html", ".htm") and draft_text(Path(file)) is not None)
    ]
    others = [file for file in files if file not in drafts]
    inputs = [_Input(read_manuscript(group)) for group in (_groups(others) if apart else [others]) if group]
    return inputs + [_draft(file) for file in dict.fromkeys(drafts)]


def _groups(files: Sequence[str]) -> list[list[str]]:
    """The files by the bibliographies they name; one that names none goes with the file before it, or the first."""
    from writer.manuscripts import read_manuscript

    groups: dict[tuple[str, ...], list[str]] = {}
    waiting: list[str] = []
    current = waiting
    for file in files:
        named = tuple(sorted(read_manuscript([file]).bibliographies)) if len(files) > 1 else ()
        if named:
            current = groups.setdefault(named, [])
        current.append(file)
    found = list(groups.values())
    return [waiting + found[0], *found[1:]] if found else [waiting]


def _draft(file: str) -> _Input:
    from writer.checking.drafts import laid_out
    from writer.cli.render import kept_draft
    from writer.manuscripts.source import decode, read_bytes

    draft = kept_draft(Path(file))
    return _Input(*laid_out(draft, decode(read_bytes(Path(file)), file), file), draft)


def _shelves(args: argparse.Namespace, inputs: Sequence[_Input]) -> list[_Shelf]:
    """What is checked against the corpus that was named; else each manuscript with the bibliographies it names."""
    from writer.errors import SettingsError

    if args.corpus:
        return [_shelf(inputs, read_corpus(args.corpus))]
    groups: dict[tuple[str, ...], list[_Input]] = {}
    for each in inputs:
        groups.setdefault(each.manuscript.bibliographies, []).append(each)
    nameless = groups.pop((), [])
    if len(groups) == 1:  # a draft beside a manuscript
        next(iter(groups.values())).extend(nameless)
    elif nameless:
        file = next(iter(nameless[0].manuscript.files), args.files[0])
        raise SettingsError(
            f"no corpus to check {file} against{_missing(nameless[0].manuscript)}",
            hint="name one with --corpus PATH…, or a bibliography in the manuscript (\\bibliography{…}, bibliography:)",
        )
    if len(groups) > 1 and args.judge:
        raise SettingsError(
            "--judge checks against one corpus, and these manuscripts name several",
            hint="judge them one at a time, so that each keeps to its limits; or name one with --corpus PATH…",
        )
    shelves = []
    for named, group in groups.items():
        of = f"{', '.join(group[0].manuscript.files)}: " if len(groups) > 1 else ""
        say(f"{of}checking against " + ", ".join(named))
        shelves.append(_shelf(group, read_corpus(list(named))))
    return shelves


def _missing(manuscript: Manuscript) -> str:
    reasons = [skipped.reason for skipped in manuscript.skipped if "bibliography" in skipped.reason]
    return f": {'; '.join(reasons)}" if reasons else ""


def _shelf(inputs: Sequence[_Input], corpus: Corpus) -> _Shelf:
    return _Shelf([each._replace(manuscript=_resolved(each.manuscript, corpus)) for each in inputs], corpus)


def _whole(shelves: Sequence[_Shelf]) -> Corpus:
    """All that was checked against, as one corpus, to be counted; nothing is checked against the whole."""
    from writer.corpus import load

    if len(shelves) == 1:
        return shelves[0].corpus
    return load(list(dict.fromkeys(file for shelf in shelves for file, _ in shelf.corpus.read)))


def _inspected(
    shelves: Sequence[_Shelf], reports: Sequence[Report], corpus: Corpus, ignored: Sequence[str]
) -> Inspection:
    """Everything found in everything that was read: in the manuscripts, then in each draft."""
    from writer.checking.coverage import coverage
    from writer.checking.inspection import inspect, joined

    inputs = [each for shelf in shelves for each in shelf.inputs]
    corpora = [shelf.corpus for shelf in shelves for _ in shelf.inputs]
    told = joined(
        inspect(each.manuscript, report, own, ignored=ignored, numbers=each.numbers)
        for each, report, own in zip(inputs, reports, corpora, strict=True)
    )
    retrieved = [hit.key for each in inputs if each.draft is not None for hit in each.draft.retrieved]
    return replace(told, coverage=coverage(_citing([each.manuscript for each in inputs]), corpus, retrieved))


def _resolved(manuscript: Manuscript, corpus: Corpus) -> Manuscript:
    """The manuscript with the keys that its reference list leads to, each of which is told."""
    from writer.checking.referenced import resolve

    resolved = resolve(manuscript, corpus)
    for match in resolved.matches:
        if match.key is not None:
            reference = match.reference
            line = manuscript.position(reference.file, reference.start).line
            say(f"{reference.file}:{line}: {reference.label} is {match.key} ({match.because})")
    return resolved.manuscript


def _report(given: _Input, corpus: Corpus) -> Report:
    """What the rules find."""
    from writer.checking import check, check_manuscript

    return check(given.draft, corpus) if given.draft is not None else check_manuscript(given.manuscript, corpus)


def _citing(manuscripts: Sequence[Manuscript]) -> Iterator[Sentence]:
    """All sentences, and what is cited outside of any (`\\nocite`, captions) as one more."""
    from writer.draft import Sentence

    for manuscript in manuscripts:
        yield from (passage.sentence for passage in manuscript.passages)
        for loose in manuscript.loose:
            yield Sentence("", "framing", (loose.cited.key,))


# What is told -----------------------------------------------------------------------------------------------------


def _fails(finding: Finding, fail_on: Sequence[str]) -> bool:
    """Whether a finding is of a kind that was named, or as loud as a level that was."""
    levels = [LEVELS.index(name) for name in fail_on if name in LEVELS]
    loud = bool(levels) and LEVELS.index(finding.severity) <= max(levels)
    return loud or finding.problem.kind in fail_on


def _write_baseline(args: argparse.Namespace, inspection: Inspection, corpus: Corpus) -> int:
    from writer.checking.baseline import to_baseline
    from writer.rendering import write_whole

    write_whole(args.write_baseline, to_baseline(inspection.findings))
    say(f"wrote {args.write_baseline}: problems known from now on: {len(inspection.findings)}")
    if args.out is not None or args.format != "text":
        _tell(args, inspection, corpus)
    return 0


def _without_known(path: Path, inspection: Inspection, corpus: Corpus) -> Inspection:
    from writer.checking.baseline import from_baseline, split
    from writer.errors import UserError

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read {path}: {error}", hint=f"make it with --write-baseline {path}") from error
    files = {*inspection.files, *(file for file, _ in corpus.read)}
    parted = split(inspection.findings, from_baseline(text, str(path)), files)
    stale = tuple(f"{gone.kind} in {gone.file}: {gone.about}" for gone in parted.stale)
    return replace(inspection, findings=parted.new, known=parted.known, stale=stale)


def _tell(args: argparse.Namespace, inspection: Inspection, corpus: Corpus) -> None:
    from writer.checking.kinds import KINDS, explanation
    from writer.rendering import REPORT_FORMATS, to_text, write_whole

    explanations = {kind: explanation(kind) for kind in KINDS}
    if args.format == "text":
        color = args.out is None and _in_color()
        text = to_text(inspection, corpus, explanations, color=color, evidence=args.show_evidence)
    else:
        text = REPORT_FORMATS[args.format](inspection, corpus, explanations)
        for stale in inspection.stale:
            say(f"in the baseline, and gone: {stale}")
    if args.out is None:
        sys.stdout.write(text)
    else:
        write_whole(args.out, text)
        say(f"wrote {args.out}: {len(inspection.findings)} problems")


def _in_color() -> bool:
    """On a terminal that shows colours, unless NO_COLOR says otherwise (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
