"""Figures of dense retrieval on one thread: embedding with MiniLM, opening a store, searching it.

    OMP_NUM_THREADS=1 python benchmarks/embeddings.py examples/corpus.bib --rows 100000 400000

CPU seconds as the kernel counts them. Texts are those of the corpus, as often as needed; stores of many rows hold
made-up vectors in clusters, so that no model has to run for hours. Beyond the exact limit the approximate index is
measured against comparing every row.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

import writer
from writer.entry import Corpus, Entry, Source
from writer.retrieval import minilm, vectors
from writer.retrieval.embed import embedded_text
from writer.retrieval.minilm import MiniLM, open_minilm
from writer.retrieval.vectors import open_vectors

QUERY = "LLM judges and their biases"


class Clustered:
    """Made-up vectors: one of some thousand directions and a little of its own, drawn by the number in the text."""

    id = "clustered"

    def __init__(self, rows: int, dimensions: int = 384) -> None:
        self.dimensions = dimensions
        self._centres = np.random.default_rng(7).standard_normal((max(2, rows // 100), dimensions), dtype=np.float32)

    def embed(self, texts: Sequence[str]) -> Any:
        numbers = [int(text) for text in texts]
        noise = np.random.default_rng(numbers[0]).standard_normal((len(texts), self.dimensions), dtype=np.float32)
        rows = self._centres[np.asarray(numbers) % len(self._centres)] + 0.8 * noise
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def cpu(run: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """The least CPU seconds of some runs, and what the last gave."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        result = run()
        best = min(best, time.process_time() - start)
    return best, result


def say(name: str, value: float, unit: str) -> None:
    print(f"{name:44} {value:10.3f} {unit}", flush=True)


def embedding(texts: list[str], cache: Path) -> None:
    seconds, _ = cpu(lambda: open_minilm(cache, threads=1))
    say("MiniLM, graph written and loaded", seconds, "CPU s")
    seconds, small = cpu(lambda: open_minilm(cache, threads=1), 3)
    say("MiniLM, graph loaded", seconds, "CPU s")
    folder = minilm._installed()
    weights = minilm.read_safetensors((folder / "model.safetensors").read_bytes())
    tokenizer = (folder / "tokenizer.json").read_text("utf-8")
    whole = MiniLM(minilm.build_graph(weights, int8=False, tokenizer=tokenizer))
    rows = {}
    for name, model in (("float32", whole), ("int8", small)):
        seconds, rows[name] = cpu(lambda model=model: model.embed(texts), 2)
        say(f"{name}: {len(texts)} texts", len(texts) / seconds, "texts per CPU s")
        seconds, _ = cpu(lambda model=model: [model.embed([QUERY]) for _ in range(50)], 3)
        say(f"{name}: one query", seconds / 50 * 1000, "CPU ms")
    cosines = np.sum(rows["float32"] * rows["int8"], axis=1)
    say("int8 to float32: mean cosine", float(cosines.mean()), "")
    say("int8 to float32: least cosine", float(cosines.min()), "")


def searching(count: int, cache: Path) -> None:
    entries = {f"k{number:08}": Entry(f"k{number:08}", "", str(number), Source("x", 1)) for number in range(count)}
    corpus, embedder = Corpus(entries, f"sha256:{count:032}"), Clustered(count)
    print(f"\n{count} rows")
    seconds, store = cpu(lambda: open_vectors(corpus, embedder, cache))
    say("made, with the making up of vectors", seconds, "CPU s")
    seconds, store = cpu(lambda: open_vectors(corpus, embedder, cache), 2)
    say("opened and checked", seconds, "CPU s")
    for path in sorted((cache / "vectors").glob(f"*-{count:032}.*")):
        say(f"on disk, {path.suffix}", path.stat().st_size / 1e6, "MB")
    queries = [embedder.embed([str(number * 7919)])[0] for number in range(40)]
    seconds, found = cpu(lambda: [store.search(query, 100) for query in queries])
    say("search, top 100", seconds / len(queries) * 1000, "CPU ms")
    if store.near is not None:
        store.near = None
        seconds, exact = cpu(lambda: [store.search(query, 100) for query in queries])
        say("search, top 100, every row compared", seconds / len(queries) * 1000, "CPU ms")
        shares = [len(set(a[:10]) & set(b[:10])) / 10 for a, b in zip(found, exact, strict=True)]
        say("recall@10 of the approximate index", float(np.mean(shares)), "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000])
    args = parser.parse_args()
    texts = list(islice(cycle(embedded_text(entry) for entry in writer.load(args.corpus)), args.texts))
    with tempfile.TemporaryDirectory() as folder:
        embedding(texts, Path(folder))
        for count in args.rows:
            searching(count, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nexact up to {vectors.EXACT_ROWS} rows; peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
