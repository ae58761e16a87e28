"""`writer search THEME --corpus PATH…`: the entries of a corpus, ranked for a theme."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any, cast

from writer.cli.options import add_cache, add_corpus, cache_folder, read_corpus, say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from writer.draft import Hit
    from writer.entry import Corpus, Entry
    from writer.errors import NothingFound
    from writer.retrieval import Retrieval
    from writer.retrieval.embed import Embedder
    from writer.retrieval.index import Filters
    from writer.retrieval.vectors import VectorStore

_INDENT = " " * 14
_MATCHES_SHOWN = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer search`."""
    parser.add_argument("theme", metavar="THEME", help="what to look for")
    add_corpus(parser)
    parser.add_argument("-k", type=int, default=20, metavar="N", help="at most so many entries (default %(default)s)")
    parser.add_argument("--explain", action="store_true", help="show the parts of each score and the words that match")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default %(default)s")
    chosen = parser.add_argument_group("filters", "only entries that are all of this")
    chosen.add_argument("--year", metavar="FROM-TO", help="2020-2024, 2020-, 2022; --year=-2010 for up to 2010")
    chosen.add_argument("--venue", metavar="WORDS", help="with these words in the venue")
    chosen.add_argument("--author", metavar="WORDS", help="with these words among the authors' names")
    chosen.add_argument("--key", action="append", metavar="KEY", help="with this citation key; repeat for more")
    dense = parser.add_argument_group("vectors")
    dense.add_argument(
        "--embeddings",
        default="none",
        metavar="WHICH",
        help="rank by meaning too: minilm (on this machine) or api:MODEL (default %(default)s)",
    )
    dense.add_argument("--base-url", metavar="URL", help="server for api:MODEL (default: OPENAI_BASE_URL, else OpenAI)")
    add_cache(parser)


def run(args: argparse.Namespace) -> int:
    """Search and print; 1 where the corpus holds nothing on the theme."""
    from writer.errors import SettingsError
    from writer.retrieval import open_index, retrieve, term_weights

    if args.k < 1:
        raise SettingsError(f"-k is {args.k}", hint="ask for at least one entry")
    corpus = read_corpus(args.corpus)
    filters = _filters(args, corpus)
    index = open_index(corpus, cache_folder(args))
    vectors, query_vector = _vectors(args, corpus)
    found = retrieve(args.theme, corpus, index, args.k, filters=filters, vectors=vectors, query_vector=query_vector)
    weights = term_weights(args.theme, index)
    if args.explain:
        _say_closeness(found)
    if args.format == "json":
        sys.stdout.write(_as_json(args.theme, corpus, found, weights, explain=args.explain))
    elif found.nothing:
        raise _nothing(args.theme, corpus, found, filters)
    else:
        for hit in found.hits:
            sys.stdout.write(_as_text(hit, corpus[hit.key], weights, explain=args.explain))
    return 1 if found.nothing else 0


# What is asked ----------------------------------------------------------------------------------------------------


def _filters(args: argparse.Namespace, corpus: Corpus) -> Filters | None:
    """The filters that were asked for; None for none."""
    from writer.errors import SettingsError
    from writer.retrieval.index import Filters

    keys = None
    if args.key:
        entries = {key: corpus.get(key) for key in args.key}
        unknown = [key for key, entry in entries.items() if entry is None]
        if unknown:
            raise SettingsError(f"no entry has the key {unknown[0]!r}", hint="`writer corpus show` lists the keys")
        keys = frozenset(entry.key for entry in entries.values() if entry is not None)
    asked = Filters(_years(args.year), args.venue, args.author, keys)
    return None if asked == Filters() else asked


def _years(text: str | None) -> tuple[int | None, int | None] | None:
    from writer.errors import SettingsError

    if text is None:
        return None
    match = re.fullmatch(r"\s*(\d{1,4})?\s*([-–])?\s*(\d{1,4})?\s*", text)
    if match is None or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise SettingsError(f"--year is {text!r}", hint="say it like 2020-2024, 2020-, 2022 or --year=-2010")
    first = int(match[1]) if match[1] else None
    last = int(match[3]) if match[3] else None if match[2] else first
    if first is not None and last is not None and first > last:
        raise SettingsError(f"--year is {text!r}: it ends before it begins", hint=f"did you mean {last}-{first}?")
    return first, last


def _vectors(args: argparse.Namespace, corpus: Corpus) -> tuple[VectorStore | None, NDArray[Any] | None]:
    """The vectors of the corpus and that of the theme; None and None where none are asked for."""
    from writer.errors import SettingsError

    name, _, model = args.embeddings.partition(":")
    if args.embeddings == "none":
        return None, None
    if args.embeddings != "minilm" and not (name == "api" and model):
        raise SettingsError(f"--embeddings is {args.embeddings!r}", hint="choose none, minilm or api:MODEL")
    from writer.models.embeddings import ApiEmbedder
    from writer.retrieval.minilm import open_minilm
    from writer.retrieval.vectors import open_vectors

    cache = cache_folder(args)
    if name == "api":
        base_url = args.base_url or os.environ.get("OPENAI_BASE_URL") or None
        api_key = os.environ.get("OPENAI_API_KEY") or None
        embedder = cast("Embedder", ApiEmbedder(model, base_url=base_url, api_key=api_key))
    else:
        embedder = open_minilm(cache)
    store = open_vectors(corpus, embedder, cache, lambda done, of: say(f"{done} of {of} entries embedded"))
    theme = embedder.embed([args.theme])[0]
    for note in getattr(embedder, "notes", ()):
        say(note)
    return store, theme


def _nothing(theme: str, corpus: Corpus, found: Retrieval, filters: Filters | None) -> NothingFound:
    """The error that says why nothing was found, and what the filters had to do with it."""
    from writer.drafting.pipeline import nothing_found
    from writer.retrieval.retrieve import passes

    error = nothing_found(theme, corpus, found)
    if filters is not None:
        passing = sum(passes(entry, filters) for entry in corpus)
        error.add_note(f"{passing} of {len(corpus)} entries pass the filters")
    return error


# What is told -----------------------------------------------------------------------------------------------------


def _say_closeness(found: Retrieval) -> None:
    from writer.retrieval import FLOOR

    unknown = f"; no entry has {', '.join(found.unknown_terms[:6])}" if found.unknown_terms else ""
    say(f"closeness {found.closeness:.2f}, where less than {FLOOR:.2f} is nothing{unknown}")


def _as_text(hit: Hit, entry: Entry, weights: dict[str, float], *, explain: bool) -> str:
    lines = [f"{hit.rank:3} {hit.score:8.3f}  {entry.key}  {entry.title or '(no title)'}"]
    if explain:
        parts = (("words", hit.lexical), ("vectors", hit.dense))
        lines.append(_INDENT + "score: " + ", ".join(f"{name} {_number(value)}" for name, value in parts))
        lines.append(_INDENT + "matches: " + (", ".join(_matches(entry, weights)[:_MATCHES_SHOWN]) or "no word"))
    return "\n".join([*lines, _INDENT + _nearest(entry, weights)]) + "\n"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _matches(entry: Entry, weights: dict[str, float]) -> list[str]:
    """The words of an entry that the theme has too, as the entry spells them, the most telling first."""
    from writer.text import stem, words

    found: dict[str, tuple[str, float]] = {}
    for word, _, _ in words(entry.text):
        weight = weights.get(stem(word))
        if weight is not None:
            found.setdefault(word.casefold(), (word, weight))
    return [word for word, _ in sorted(found.values(), key=lambda match: -match[1])]


def _nearest(entry: Entry, weights: dict[str, float]) -> str:
    """The sentence of the abstract that carries most of the theme."""
    from writer.retrieval import share
    from writer.text import sentences, stems

    spans = sentences(entry.abstract)
    return max((span.text for span in spans), key=lambda text: share(weights, set(stems(text))), default="")


def _as_json(theme: str, corpus: Corpus, found: Retrieval, weights: dict[str, float], *, explain: bool) -> str:
    hits = []
    for hit in () if found.nothing else found.hits:
        entry = corpus[hit.key]
        told: dict[str, object] = {
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
        if explain:
            told["matches"] = _matches(entry, weights)
        hits.append(told)
    value = {
        "schema": 1,
        "theme": theme,
        "corpus": {"digest": corpus.digest, "entries": len(corpus), "sources": list(corpus.sources)},
        "hits": hits,
        "nothing": found.nothing,
    }
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
