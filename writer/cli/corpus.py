"""`writer corpus show PATH…`: what was read, merged and skipped, and where."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from writer.cli.options import add_corpus

if TYPE_CHECKING:
    from writer.entry import Corpus, Entry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer corpus`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="print what was read, merged and skipped")
    add_corpus(show, positional=True)
    show.add_argument("--format", choices=("text", "json"), default="text", help="default %(default)s")


def run(args: argparse.Namespace) -> int:
    """Read the corpus and print what became of it."""
    from writer.corpus import load

    corpus = load(args.corpus)
    sys.stdout.write(_as_json(corpus) if args.format == "json" else _as_text(corpus))
    return 0


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
    who = f"{entry.authors[0].family}{' et al.' if len(entry.authors) > 1 else ''}. " if entry.authors else ""
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
