"""`writer search THEME --corpus PATH…`: the entries of a corpus, ranked for a theme."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from writer.cli.calls import add_calls, base_url, calls_of, tell_calls, token_counter
from writer.cli.options import add_cache, add_corpus, cache_folder, read_corpus, say
from writer.cli.vectors import add_asking, add_embeddings, embedder_of

if TYPE_CHECKING:
    from writer.cli.calls import Calls
    from writer.draft import Hit
    from writer.drafting.finding import Asked
    from writer.entry import Corpus, Entry
    from writer.errors import NothingFound
    from writer.models import ChatModel
    from writer.retrieval import Retrieval
    from writer.retrieval.index import Filters

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
    add_embeddings(parser.add_argument_group("vectors"))
    model = parser.add_argument_group("with a model")
    model.add_argument("--model", metavar="ID", help="ask this model for queries or an order")
    model.add_argument("--base-url", metavar="URL", help="its server, and that of api:MODEL (default: OPENAI_BASE_URL)")
    model.add_argument("--prompts", type=Path, metavar="DIR", help="folder of templates that replace the shipped ones")
    add_asking(model)
    add_cache(parser)
    add_calls(parser)


def run(args: argparse.Namespace) -> int:
    """Search and print; 1 where the corpus holds nothing on the theme."""
    from writer.api import meaning_of
    from writer.drafting.finding import find
    from writer.errors import SettingsError
    from writer.retrieval import open_index, term_weights
    from writer.settings import Settings

    if args.k < 1:
        raise SettingsError(f"-k is {args.k}", hint="ask for at least one entry")
    if (args.expand or args.rerank) and not args.model and args.replay is None:
        raise SettingsError("--expand and --rerank need --model", hint="it is a model that is asked for them")
    settings = Settings(expand=args.expand, rerank=args.rerank)
    corpus = read_corpus(args.corpus)
    filters = _filters(args, corpus)
    index = open_index(corpus, cache_folder(args))
    with calls_of(args, _model(args)) as calls, embedder_of(args) as embedder:
        meaning = meaning_of(corpus, embedder, cache_folder(args), say) if embedder is not None else None
        asked = _asked(args, calls)
        result = find(args.theme, corpus, index, args.k, settings, filters=filters, meaning=meaning, asked=asked)
    for note in result.notes:
        say(note)
    if calls is not None:
        tell_calls(calls)
    found, weights = result.retrieval, term_weights(args.theme, index)
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


def _model(args: argparse.Namespace) -> Callable[[], ChatModel] | None:
    """How to make the model, where one is to be asked."""
    if not args.model or not (args.expand or args.rerank):
        return None
    from writer.models import ChatModel

    return lambda: ChatModel(args.model, base_url=base_url(args), api_key=os.environ.get("OPENAI_API_KEY") or None)


def _asked(args: argparse.Namespace, calls: Calls | None) -> Asked | None:
    if calls is None:
        return None
    from writer.drafting.finding import Asked
    from writer.drafting.prompts import load_prompts

    counter = token_counter(calls.model.id)
    return Asked(calls.model, load_prompts(args.prompts), lambda text: counter(text).tokens)


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
