"""How good retrieval is: recall and nDCG per type of query over labelled data, beside bm25s and bare tantivy.

    python benchmarks/retrieval.py ../shared/bench
    python benchmarks/retrieval.py ../shared/bench --embeddings minilm --cache .cache --seeds ../shared/seeds

The folder holds `retrieve-corpus.jsonl` (key, title, abstract) and `retrieve-queries.jsonl` (query, type, `gold` of key
and grade, `exclude` of keys that are dropped from a ranking), and maybe `seed-themes.json` (per theme the grades of
entries, 2 for a central one), which is measured over the documents of `--seeds`. Nothing of it is copied anywhere.
Engines take part where they are installed. `writer feedback` is the ranking a draft is made from.

nDCG has linear gains (grade / log2(rank + 1)) and recall counts every grade above 0. Both are computed by ir-measures
where it is installed, else here; the two were compared over all queries and agree to the last digit shown.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from writer.corpus import load
from writer.entry import Corpus, Entry, Source
from writer.retrieval import open_index, retrieve
from writer.text import fold

DEPTH = 100
Ranker = Callable[[str, int], list[str]]
MEASURES = ("R@10", "R@50", "R@100", "nDCG@10")


# Measures ---------------------------------------------------------------------------------------------------------


def own_measures(gold: Mapping[str, int], ranked: Sequence[str]) -> tuple[float, ...]:
    """R@10, R@50, R@100 and nDCG@10 of one ranking."""
    right = {key for key, grade in gold.items() if grade > 0}
    recalls = [len(right.intersection(ranked[:depth])) / len(right) for depth in (10, 50, 100)]
    gains = [gold.get(key, 0) for key in ranked[:10]]
    best = sorted(gold.values(), reverse=True)[:10]
    return (*recalls, _discounted(gains) / _discounted(best))


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(at + 2) for at, gain in enumerate(gains))


def measures(gold: Sequence[Mapping[str, int]], rankings: Sequence[Sequence[str]]) -> list[tuple[float, ...]]:
    """The measures of each query, by ir-measures where it is installed."""
    if importlib.util.find_spec("ir_measures") is None:
        return [own_measures(one, ranked) for one, ranked in zip(gold, rankings, strict=True)]
    import ir_measures

    qrels = {str(at): dict(one) for at, one in enumerate(gold)}
    run = {
        str(at): {key: float(len(ranked) - place) for place, key in enumerate(ranked)}
        for at, ranked in enumerate(rankings)
    }
    asked = [ir_measures.parse_measure(name) for name in MEASURES]
    found: dict[tuple[str, str], float] = defaultdict(float)
    for value in ir_measures.iter_calc(asked, qrels, run):
        found[value.query_id, str(value.measure)] = value.value
    return [tuple(found[str(at), name] for name in MEASURES) for at in range(len(gold))]


# Engines ----------------------------------------------------------------------------------------------------------


def writer_rankers(corpus: Corpus, embeddings: str, cache: Path | None) -> dict[str, Ranker]:
    """Ours by words, by words as for a draft, and with vectors if they are asked for."""
    index = open_index(corpus, cache)

    def by_words(query: str, k: int) -> list[str]:
        return [hit.key for hit in retrieve(query, corpus, index, k).hits]

    def fed_back(query: str, k: int) -> list[str]:
        return [hit.key for hit in retrieve(query, corpus, index, k, feedback=True).hits]

    rankers = {"writer": by_words, "writer feedback": fed_back}
    if embeddings == "minilm":
        from writer.retrieval.minilm import open_minilm
        from writer.retrieval.vectors import open_vectors

        embedder = open_minilm(cache, threads=1)
        store = open_vectors(corpus, embedder, cache, lambda done, of: print(f"{done} of {of}", file=sys.stderr))

        def by_both(query: str, k: int) -> list[str]:
            vector = embedder.embed([query])[0]
            found = retrieve(query, corpus, index, k, vectors=store, query_vector=vector)
            return [hit.key for hit in found.hits]

        rankers["writer minilm"] = by_both
    return rankers


def tantivy_ranker(corpus: Corpus) -> Ranker:
    """tantivy alone: its own English tokenizer, title and abstract in one field."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer(num_threads=1)
    for entry in corpus:
        writer.add_document(tantivy.Document(key=[entry.key], text=[entry.text]))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def rank(query: str, k: int) -> list[str]:
        plain = "".join(char if char.isalnum() else " " for char in query).lower()
        asked = index.parse_query(plain, ["text"])
        return [str(searcher.doc(place)["key"][0]) for _, place in searcher.search(asked, k).hits]

    return rank


def bm25s_ranker(corpus: Corpus) -> Ranker:
    """bm25s with its English stop words and the Snowball stemmer."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    keys = [entry.key for entry in corpus]

    def cut(texts: list[str]) -> Any:
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    engine = bm25s.BM25()
    engine.index(cut([entry.text for entry in corpus]), show_progress=False)

    def rank(query: str, k: int) -> list[str]:
        found, _ = engine.retrieve(cut([query]), k=min(k, len(keys)), show_progress=False)
        return [keys[at] for at in found[0]]

    return rank


def rankers(corpus: Corpus, args: argparse.Namespace) -> dict[str, Ranker]:
    found = writer_rankers(corpus, args.embeddings, args.cache)
    found["tantivy"] = tantivy_ranker(corpus)
    if importlib.util.find_spec("bm25s"):
        found["bm25s"] = bm25s_ranker(corpus)
    return found


# Tables -----------------------------------------------------------------------------------------------------------


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def bench_corpus(folder: Path) -> Corpus:
    entries = {
        row["key"]: Entry(row["key"], row.get("title") or "", row.get("abstract") or "", Source("bench", at))
        for at, row in enumerate(read(folder / "retrieve-corpus.jsonl"), start=1)
    }
    from writer.corpus import digest

    return Corpus(entries, digest(list(entries.values())))


def print_queries(folder: Path, args: argparse.Namespace) -> None:
    """One line per engine and type of query."""
    queries = read(folder / "retrieve-queries.jsonl")
    types = list(dict.fromkeys(query["type"] for query in queries))
    gold = [query["gold"] for query in queries]
    print(f"{'engine':16} {'queries':26} {'n':>4} " + " ".join(f"{name:>8}" for name in MEASURES))
    for name, rank in rankers(bench_corpus(folder), args).items():
        found = measures(gold, [ranking(rank, query) for query in queries])
        for kind in ["all", *types]:
            rows = [row for row, query in zip(found, queries, strict=True) if kind in ("all", query["type"])]
            means = " ".join(f"{sum(column) / len(rows):8.3f}" for column in zip(*rows, strict=True))
            print(f"{name:16} {kind:26} {len(rows):4} {means}", flush=True)


def ranking(rank: Ranker, query: Mapping[str, Any]) -> list[str]:
    dropped = set(query.get("exclude") or ())
    return [key for key in rank(query["query"], DEPTH + len(dropped)) if key not in dropped][:DEPTH]


def print_themes(folder: Path, args: argparse.Namespace) -> None:
    """Per engine, the means over the themes: relevant entries among the first 14, central ones within the first 30."""
    corpus = load([args.seeds])
    by_name = {fold(entry.title or "untitled:" + entry.abstract[:60]): entry.key for entry in corpus}
    by_name |= {fold(entry.raw_title): entry.key for entry in corpus if entry.raw_title}
    themes = json.loads((folder / "seed-themes.json").read_text("utf-8")).values()
    print(f"\n{'engine':16} {'relevant in 14':>16} {'central in 30':>16}")
    for name, rank in rankers(corpus, args).items():
        rows = []
        for theme in themes:
            grades = {by_name[fold(title)]: grade for title, grade in theme["relevant"].items()}
            central = {key for key, grade in grades.items() if grade == 2}
            found = rank(theme["theme"], 30)
            rows.append((len(grades.keys() & set(found[:14])) / 14, len(central & set(found)) / len(central)))
        means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
        print(f"{name:16} {means[0]:16.3f} {means[1]:16.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", type=Path, help="folder of labelled data")
    parser.add_argument("--seeds", type=Path, help="documents that seed-themes.json is about")
    parser.add_argument("--embeddings", choices=("none", "minilm"), default="none")
    parser.add_argument("--cache", type=Path, help="keep indexes and vectors here")
    args = parser.parse_args()
    print_queries(args.bench, args)
    if args.seeds is not None:
        print_themes(args.bench, args)


if __name__ == "__main__":
    main()
