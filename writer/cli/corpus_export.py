"""`writer corpus export LIB|PATH… --format bib|ris|csl|jsonl`: a corpus as other programs read it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from writer.cli.options import read_corpus


def add_options(action: str, parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("corpus", nargs="+", metavar="LIB|PATH", help="a library (LIB, LIB@3), files or folders")
    parser.add_argument("--format", required=True, choices=("bib", "ris", "csl", "jsonl"), help="what to write")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here instead of standard output")
    parser.add_argument("--keys", nargs="+", metavar="KEY", help="only these entries")


def run(args: argparse.Namespace) -> int:
    """Write the export."""
    from writer.rendering.files import write_whole

    text = _text(args)
    if args.out is not None:
        write_whole(args.out, text)
    else:
        sys.stdout.write(text)
    return 0


def _text(args: argparse.Namespace) -> str:
    from writer.corpus.library_paths import named
    from writer.errors import UserError
    from writer.rendering.exports import export_named

    export = export_named(args.format)
    library = named(args.corpus[0]) if len(args.corpus) == 1 else None
    try:
        if library is not None and args.format == "bib":
            from writer.corpus.library import Library
            from writer.corpus.library_bib import to_bib

            with Library.open(library.folder) as opened:
                version = opened.version(library.version)
                if not version.entries:
                    raise UserError(f"{args.corpus[0]} is empty", hint=f"writer corpus add {library.folder} PATH")
                return to_bib(opened, export.write, version=version.number, keys=args.keys).decode("utf-8")
        corpus = read_corpus(args.corpus)
        entries = list(corpus) if args.keys is None else [corpus[key] for key in args.keys]
    except KeyError as error:
        raise UserError(f"the corpus has no entry {error.args[0]!r}", hint="writer corpus list LIB") from error
    return export.write((entry.key, entry) for entry in dict.fromkeys(entries))
