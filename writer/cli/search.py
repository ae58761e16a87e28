"""`writer search THEME --corpus PATH…`: the entries of a corpus, ranked for a theme."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from writer.cli.options import add_cache, add_corpus, cache_folder, read_corpus

if TYPE_CHECKING:
    from writer.entry import Corpus, Entry
    from writer.retrieval import Retrieval


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer search`."""
    parser.add_argument("theme", metavar="THEME", help="what to look for")
    add_corpus(parser)
    parser.add_argument("-k", type=int, default=20, metavar="N", help="at most so many entries (default %(default)s)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default %(default)s")
    add_cache(parser)


def run(args: argparse.Namespace) -> int:
    """Search and print; 1 where the corpus holds nothing on the theme."""
    from writer.drafting.pipeline import nothing_found
    from writer.errors import SettingsError
    from writer.retrieval import open_index, retrieve, term_weights

    if args.k < 1:
        raise SettingsError(f"-k is {args.k}", hint="ask for at least one entry")
    corpus = read_corpus(args.corpus)
    index = open_index(corpus, cache_folder(args))
    found = retrieve(args.theme, corpus, index, args.k)
    weights = term_weights(args.theme, index)
    if args.format == "json":
        sys.stdout.write(_as_json(args.theme, corpus, found, weights))
    elif found.nothing:
        raise nothing_found(args.theme, corpus, found)
    else:
        for hit in found.hits:
            entry = corpus[hit.key]
            print(f"{hit.rank:3} {hit.score:8.3f}  {entry.key}  {entry.title or '(no title)'}")
            print(f"              {_nearest(entry, weights)}")
    return 1 if found.nothing else 0


def _nearest(entry: Entry, weights: dict[str, float]) -> str:
    """The sentence of the abstract that carries most of the theme."""
    from writer.retrieval import share
    from writer.text import sentences, stems

    spans = sentences(entry.abstract)
    return max((span.text for span in spans), key=lambda text: share(weights, set(stems(text))), default="")


def _as_json(theme: str, corpus: Corpus, found: Retrieval, weights: dict[str, float]) -> str:
    hits = []
    for hit in () if found.nothing else found.hits:
        entry = corpus[hit.key]
        hits.append(
            {
                "key": hit.key,
                "rank": hit.rank,
                "score": hit.score,
                "parts": {"lexical": hit.lexical, "dense": hit.dense},
                "title": entry.title,
                "abstract": entry.abstract,
                "authors": [str(author) for author in entry.authors],
                "year": entry.year,
                "sentence": _nearest(entry, weights),
            }
        )
    value = {
        "schema": 1,
        "theme": theme,
        "corpus": {"digest": corpus.digest, "entries": len(corpus), "sources": list(corpus.sources)},
        "hits": hits,
        "nothing": found.nothing,
    }
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
