"""`writer corpus …`: what is in a corpus, and a library of one's own on disk.

`show` is here, the actions on a library and `export` in files of their own, imported when they are called.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from writer.entry import Corpus, Entry

_LIBRARY = "writer.cli.corpus_library"
_ACTIONS = {
    "show": ("print what was read, merged and skipped", __name__),
    "add": ("keep files in a library, which is made where there is none", _LIBRARY),
    "remove": ("take entries out of a library", _LIBRARY),
    "list": ("list the entries or the versions of a library", _LIBRARY),
    "merge": ("what a library took for one work, and why; decide otherwise", _LIBRARY),
    "watch": ("keep a library in step with a .bib file that another program rewrites", _LIBRARY),
    "fetch": ("ask an online source for papers, and keep what it answers", "writer.cli.corpus_fetch"),
    "export": ("write a corpus in a format that other programs read", "writer.cli.corpus_export"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer corpus`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, (summary, module) in _ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if module != __name__:
            import_module(module).add_options(name, action)
            continue
        action.add_argument("corpus", nargs="+", metavar="PATH", help="file, folder or library; with --in: keys")
        action.add_argument("--in", dest="library", metavar="LIB", help="show these entries of a library")
        action.add_argument("--format", choices=("text", "json"), default="text", help="default %(default)s")


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    module = _ACTIONS[args.action][1]
    if module != __name__:
        return int(import_module(module).run(args))
    if args.library is not None:
        return _show_entries(args)
    from writer.corpus import load

    corpus = load(args.corpus)
    sys.stdout.write(_as_json(corpus) if args.format == "json" else _as_text(corpus))
    return 0


def _show_entries(args: argparse.Namespace) -> int:
    """Some entries of a library, each whole."""
    from writer.corpus.library import Library

    with Library.open(args.library) as library:
        entries = [library.entry(key) for key in args.corpus]
    if args.format == "json":
        shown = {"schema": 1, "entries": [_entry(entry) for entry in entries]}
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    else:
        sys.stdout.write("\n".join(_whole(entry) for entry in entries))
    return 0


def _whole(entry: Entry) -> str:
    lines = [f"{entry.key}: {_label(entry)}"]
    told = {
        "authors": "; ".join(map(str, entry.authors)) + ("; and others" if entry.more_authors else ""),
        "venue": entry.venue,
        "kind": entry.kind,
        "doi": entry.doi,
        "arxiv": entry.arxiv,
        "pmid": entry.pmid,
        "url": entry.url,
        "language": entry.language,
        "also cited as": ", ".join(entry.aliases),
        "read in": ", ".join(str(source) for source in entry.sources),
        "abstract": entry.abstract + (" (cut)" if entry.truncated else ""),
    }
    return "\n".join([*lines, *(f"  {name}: {value}" for name, value in told.items() if value)]) + "\n"


def _as_text(corpus: Corpus) -> str:
    lines = [f"{count:6} {'entry  ' if count == 1 else 'entries'}  {file}" for file, count in corpus.read]
    lines.append(f"{len(corpus):6} distinct  {corpus.digest}")
    if corpus.merged:
        lines += ["", f"merged {len(corpus.merged)} (each is one work, read in several places)"]
        for merge in corpus.merged:
            lines.append(f"  {merge.kept}: {merge.because}")
            lines += [f"    {place}" for place in (merge.source, *merge.dropped)]
    if corpus.skipped:
        lines += ["", f"skipped {len(corpus.skipped)}"]
        lines += [f"  {skipped}" for skipped in corpus.skipped]
    lines += ["", "entries"]
    lines += [f"  {entry.key}: {_label(entry)}  [{entry.source}]" for entry in corpus]
    return "\n".join(lines) + "\n"


def _label(entry: Entry) -> str:
    who = f"{entry.authors[0].family}{' et al' if len(entry.authors) > 1 else ''}. " if entry.authors else ""
    title = entry.title or f"(no title) {entry.abstract[:60].rstrip()}…"
    return who + title + (f" ({entry.year})" if entry.year else "")


def _as_json(corpus: Corpus) -> str:
    value = {
        "schema": 1,
        "digest": corpus.digest,
        "entries": [_entry(entry) for entry in corpus],
        "merged": [
            {
                "kept": merge.kept,
                "source": str(merge.source),
                "dropped": [str(place) for place in merge.dropped],
                "because": merge.because,
            }
            for merge in corpus.merged
        ],
        "skipped": [asdict(skipped) for skipped in corpus.skipped],
    }
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "kind": entry.kind,
        "title": entry.title,
        "abstract": entry.abstract,
        "authors": [str(author) for author in entry.authors],
        "more_authors": entry.more_authors,
        "year": entry.year,
        "venue": entry.venue,
        "doi": entry.doi,
        "arxiv": entry.arxiv,
        "url": entry.url,
        "raw_title": entry.raw_title,
        "raw_abstract": entry.raw_abstract,
        "fields": dict(entry.fields),
        "source": str(entry.source),
        "under": entry.source.under or None,
        "aliases": list(entry.aliases),
        "sources": [str(source) for source in entry.sources or (entry.source,)],
    }
