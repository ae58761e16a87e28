"""Options that several commands share, and what the environment adds to them."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from writer.entry import Corpus


def add_corpus(parser: argparse.ArgumentParser, *, positional: bool = False) -> None:
    """The files or folders a corpus is read from."""
    text = "file, folder, pattern or library of entries (.bib, .ris, .jsonl, .csv, Zotero …); repeat for more"
    if positional:
        parser.add_argument("corpus", nargs="+", metavar="PATH", help=text)
    else:
        parser.add_argument("--corpus", nargs="+", action="extend", required=True, metavar="PATH", help=text)


def add_cache(parser: argparse.ArgumentParser) -> None:
    """Where indexes are kept."""
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="keep indexes here (default: the user's cache folder)"
    )
    parser.add_argument("--no-cache", action="store_true", help="keep nothing, build the index in memory")


def cache_folder(args: argparse.Namespace) -> Path | None:
    """The folder for indexes: the option, WRITER_CACHE_DIR, or the system's place for caches; None with --no-cache."""
    if args.no_cache:
        return None
    if args.cache is not None:
        return Path(args.cache)
    if os.environ.get("WRITER_CACHE_DIR"):
        return Path(os.environ["WRITER_CACHE_DIR"])
    import platformdirs

    return Path(platformdirs.user_cache_dir("writer", appauthor=False))


def read_corpus(paths: list[str]) -> Corpus:
    """The corpus, with one line for each thing that was skipped and a summary on standard error."""
    from writer.corpus import load

    corpus = load(paths, progress=_bar())
    for skipped in corpus.skipped:
        say(f"skipped {skipped}")
    merged = sum(len(merge.dropped) for merge in corpus.merged)
    files = "1 file" if len(corpus.read) == 1 else f"{len(corpus.read)} files"
    entries = "1 entry" if len(corpus) == 1 else f"{len(corpus)} entries"
    duplicates = "1 duplicate" if merged == 1 else f"{merged} duplicates"
    say(f"{entries} from {files}" + (f", {duplicates} merged" if merged else ""))
    return corpus


_BAR_FROM = 20_000_000
"""Bytes: what is read in less than a second needs no bar."""
_BAR_WIDTH = 30


def _bar() -> Callable[[int, int], None] | None:
    """A line on a terminal that says how far reading is; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return None
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 100
        if total < _BAR_FROM or percent == shown:
            return
        shown = percent
        filled = "#" * (_BAR_WIDTH * percent // 100)
        end = "\n" if percent >= 100 else ""
        told = f"\rreading [{filled:<{_BAR_WIDTH}}] {percent:3} %, {done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
        print(told, end=end, file=sys.stderr, flush=True)

    return show


def say(text: str) -> None:
    """A line of progress, to standard error."""
    print(text, file=sys.stderr, flush=True)
