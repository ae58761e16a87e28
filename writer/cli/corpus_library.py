"""`writer corpus add|remove|list|merge|watch`: a library on disk."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from writer.cli.options import say

if TYPE_CHECKING:
    from writer.corpus.library import Change, Library, Place, Summary
    from writer.entry import Match, Merge

_MOST_TOLD = 20
"""Places told one by one; of more the number must do, for a first addition has thousands."""


def add_options(action: str, parser: argparse.ArgumentParser) -> None:
    """The options of one action."""
    parser.add_argument("library", metavar="LIB", help="the library's folder")
    if action == "add":
        parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, pattern or other library")
    elif action == "remove":
        parser.add_argument("keys", nargs="+", metavar="KEY", help="citation key of an entry")
    elif action == "list":
        parser.add_argument("--versions", action="store_true", help="list the versions, for --corpus LIB@N")
    elif action == "merge":
        parser.add_argument(
            "--explain", nargs="?", const="", metavar="KEY", help="tell what joined the records of each work, or of one"
        )
        decide = parser.add_mutually_exclusive_group()
        decide.add_argument(
            "--split", nargs=2, metavar=("KEY", "SOURCE"), help="keep the record of a place (file:line) apart"
        )
        decide.add_argument("--join", nargs=2, metavar=("KEY", "KEY2"), help="take two entries for one work")
    else:
        parser.add_argument("path", type=Path, metavar="PATH", help="the .bib file to follow")
        parser.add_argument("--once", action="store_true", help="look once and end")
        parser.add_argument(
            "--settle", type=float, default=1.0, metavar="S", help="seconds a file must lie still (default %(default)s)"
        )


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    from writer.corpus import library as libraries

    if args.action == "watch" and not 0 < args.settle < 3600:
        from writer.errors import SettingsError

        raise SettingsError(f"--settle is {args.settle}", hint="give seconds, above 0")
    if args.action == "add":
        told_change(libraries.add(args.library, args.paths), args.library)
        return 0
    with libraries.Library.open(args.library, make=args.action == "watch") as library:
        if args.action == "remove":
            told_change(library.remove(args.keys), args.library)
        elif args.action == "list":
            sys.stdout.write(_versions(library) if args.versions else _entries(library))
        elif args.action == "merge":
            _merge(library, args)
        else:
            _watch(library, args)
    return 0


def told_change(change: Change, library: str | Path = "LIB") -> None:
    """What became of it: one line for each place that says something, to standard output."""
    lines: list[str] = []
    for kind, words in (
        ("added", "added"), ("changed", "changed"), ("removed", "removed"), ("already", "already there"),
        ("missing", "no longer in its file, and kept"), ("withheld", "removed before, and left out"),
    ):  # fmt: skip
        lines += _placed(words, getattr(change, kind), one_by_one=kind != "already")
    for merge in change.merged[:_MOST_TOLD]:
        places = ", ".join(str(place) for place in (merge.source, *merge.dropped))
        lines.append(f"merged {merge.kept}: {merge.because} ({places})")
    if len(change.merged) > _MOST_TOLD:
        lines.append(f"merged {len(change.merged) - _MOST_TOLD} more: writer corpus merge {library} --explain")
    lines += [f"skipped {skipped}" for skipped in change.skipped]
    version = change.version
    entries = f"{version.entries} {'entry' if version.entries == 1 else 'entries'}"
    made = f"version {version.number}" if change.made else f"nothing to do: version {version.number}"
    lines.append(f"{made}, {entries}, {version.digest}" if version.number else "nothing to do: the library is empty")
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _placed(words: str, places: Sequence[Place], *, one_by_one: bool) -> list[str]:
    if not places:
        return []
    if not one_by_one or len(places) > _MOST_TOLD:
        return [f"{words}: {len(places)}"]
    return [f"{words} {place.key + ' ' if place.key else ''}{place.source}" for place in places]


def _versions(library: Library) -> str:
    return "".join(f"{v.number:4}  {v.entries:7}  {v.digest}  {v.what}\n" for v in library.versions())


def _entries(library: Library) -> str:
    listed = library.summaries()
    return "".join(f"{entry.key}: {_label(entry)}\n" for entry in listed) or f"{library.store.folder} is empty\n"


def _label(entry: Summary) -> str:
    who = f"{entry.authors[0]}{' et al' if len(entry.authors) > 1 else ''}. " if entry.authors else ""
    what = entry.title or f"(no title) {entry.opening.rstrip()}…"
    year = f" ({entry.year})" if entry.year else ""
    return who + what + year + (f" [{entry.places} records]" if entry.places > 1 else "")


def _merge(library: Library, args: argparse.Namespace) -> None:
    if args.split:
        told_change(library.split(*args.split), args.library)
        return
    if args.join:
        told_change(library.join(*args.join), args.library)
        return
    corpus = library.corpus()
    merges = corpus.merged
    if args.explain:
        entry = library.entry(args.explain)
        merges = tuple(merge for merge in merges if merge.kept == entry.key)
        if not merges:
            sys.stdout.write(f"{entry.key}: one record alone, {entry.source}\n")
            return
    sys.stdout.write("\n".join(_explained(merge, args.library, whole=args.explain is not None) for merge in merges))
    if not merges:
        sys.stdout.write("nothing was merged\n")


def _explained(merge: Merge, library: str, *, whole: bool) -> str:
    lines = [f"{merge.kept}: {merge.because}"]
    lines += [f"  {place}" for place in (merge.source, *merge.dropped)]
    if whole:
        lines += [f"  {_joined(match)}" for match in merge.matches]
        lines += [f"  {name} from {place}" for name, place in merge.fields]
        lines.append(f"  not one work? writer corpus merge {library} --split {merge.kept} {merge.dropped[-1]}")
    return "\n".join(lines) + "\n"


def _joined(match: Match) -> str:
    return f"{match.one} and {match.other}: {match.because}"


def _watch(library: Library, args: argparse.Namespace) -> None:
    from writer.corpus import watch
    from writer.errors import WriterError

    if args.once:
        told_change(watch.once(library, args.path, time.sleep, args.settle), args.library)
        return
    say(f"following {args.path}; Ctrl-C ends it")
    try:
        for change in watch.changes(library, args.path, time.sleep, args.settle):
            if isinstance(change, WriterError):
                say(f"not taken: {change.message}")
            else:
                told_change(change, args.library)
    except KeyboardInterrupt:
        say("stopped; the library is whole")
