"""CPU seconds, memory and disk of the lexical index beside bare tantivy and bm25s, over made-up abstracts.

    python benchmarks/retrieval_speed.py                      # 1,000 and 100,000 entries
    python benchmarks/retrieval_speed.py --sizes 1000000 --engines open_index growing tantivy

The abstracts have about 170 words of a Zipf vocabulary with English endings, a third of them function words, and are
the same on every machine (seeded). Each engine builds, opens and answers in fresh processes; a figure is user plus
system time of the process as the kernel counts it, so another load matters less than on a clock, but still some
percent: read ratios.
`tantivy` is the library alone: its own English tokenizer, one field, one thread, no counting of hits. `open_index` is
the cached index of a corpus that lies in memory (its memory is told above that of the corpus); `growing` takes the
entries as a stream and commits every 100,000. bm25s takes part where it is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))

ENGINES = ("open_index", "growing", "tantivy", "bm25s")
QUERIES, TOP = 200, 100
Search = Callable[[str], int]


# Texts ------------------------------------------------------------------------------------------------------------


def vocabulary(size: int = 300_000) -> tuple[list[str], list[float]]:
    """Words, the commonest first (a hundred function words), and their cumulated weights."""
    from writer.text import STOP_WORDS

    choose = random.Random(1)
    letters, ends = "etaoinshrdlucmfwypvbgk", ["", "", "s", "ing", "ed", "ation", "ly", "er", "ment", "ity"]
    made: dict[str, None] = {}
    while len(made) < size:
        made["".join(choose.choices(letters, k=choose.randint(3, 8))) + choose.choice(ends)] = None
    common = sorted(STOP_WORDS)
    choose.shuffle(common)
    words = [*common[:100], *made]
    return words, list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))


def write_texts(path: Path, count: int) -> None:
    words, weights = vocabulary()
    choose = random.Random(2)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(count):
            said = choose.choices(words, cum_weights=weights, k=choose.randint(130, 210))
            file.write(" ".join(said[:10]).capitalize() + "\t" + " ".join(said[10:]).capitalize() + ".\n")


def texts(path: Path) -> Iterator[tuple[str, str, str]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            title, _, abstract = line.rstrip("\n").partition("\t")
            yield f"key{number:08}", title, abstract


def queries() -> list[str]:
    words, weights = vocabulary()
    choose = random.Random(3)
    return [" ".join(choose.choices(words[100:], cum_weights=weights[100:], k=10)) for _ in range(QUERIES)]


# Engines: how each builds, and how it is opened -------------------------------------------------------------------


def entries(path: Path) -> Iterator[Any]:
    from writer.entry import Author, Entry, Source

    source, authors = Source("bench", 1), (Author("Li", "Mei"), Author("Okafor", "Ada"))
    for key, title, abstract in texts(path):
        yield Entry(key, title, abstract, source, authors=authors, year=2020, venue="Journal of Examples")


def build_open_index(path: Path, folder: Path) -> tuple[float, float]:
    from writer.entry import Corpus
    from writer.retrieval import open_index

    corpus = Corpus({entry.key: entry for entry in entries(path)}, "sha256:bench")
    before, held = time.process_time(), megabytes()
    open_index(corpus, folder)
    return time.process_time() - before, megabytes() - held


def open_open_index(folder: Path, count: int) -> Search:
    from writer.entry import Corpus
    from writer.retrieval import open_index
    from writer.text import stems

    index = open_index(Corpus(dict.fromkeys(range(count)), "sha256:bench"), folder)  # type: ignore[arg-type]
    return lambda query: len(index.search(dict.fromkeys(stems(query), 1.0), TOP))


def build_growing(path: Path, folder: Path) -> tuple[float, float]:
    from writer.retrieval.growing import GrowingIndex

    before = time.process_time()
    with GrowingIndex.open(folder) as index:
        rest = entries(path)
        while some := list(itertools.islice(rest, 1000)):
            index.add(some)
            if int(some[-1].key[3:]) % 100_000 == 99_999:
                index.commit()
        index.commit()
    return time.process_time() - before, megabytes()


def open_growing(folder: Path, count: int) -> Search:
    from writer.retrieval.growing import GrowingIndex
    from writer.text import stems

    index = GrowingIndex.open(folder).snapshot()
    assert len(index) == count
    return lambda query: len(index.search(dict.fromkeys(stems(query), 1.0), TOP))


def build_tantivy(path: Path, folder: Path) -> tuple[float, float]:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name="en_stem", index_option="freq")
    folder.mkdir()
    before = time.process_time()
    writer = tantivy.Index(builder.build(), path=str(folder)).writer(50_000_000, 1)
    for key, title, abstract in texts(path):
        writer.add_document(tantivy.Document(key=key, text=f"{title}\n{abstract}"))
    writer.commit()
    writer.wait_merging_threads()
    return time.process_time() - before, megabytes()


def open_tantivy(folder: Path, count: int) -> Search:
    import tantivy

    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()
    assert searcher.num_docs == count
    rule = tantivy.Filter
    cut = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(rule.lowercase())
    analyzer = cut.filter(rule.stemmer("english")).build()

    def search(query: str) -> int:
        terms = [tantivy.Query.term_query(index.schema, "text", term, "freq") for term in analyzer.analyze(query)]
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        hits = searcher.search(asked, TOP, count=False).hits
        return len([(searcher.doc(address)["key"][0], score) for score, address in hits])

    return search


def build_bm25s(path: Path, folder: Path) -> tuple[float, float]:
    import bm25s
    import Stemmer

    said = [f"{title}\n{abstract}" for _, title, abstract in texts(path)]
    before, held = time.process_time(), megabytes()
    tokens = bm25s.tokenize(said, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False)
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    index.save(str(folder))
    return time.process_time() - before, megabytes() - held


def open_bm25s(folder: Path, count: int) -> Search:
    import bm25s
    import Stemmer

    index, stemmer = bm25s.BM25.load(str(folder), mmap=True), Stemmer.Stemmer("english")

    def search(query: str) -> int:
        tokens = bm25s.tokenize([query], stopwords="en", stemmer=stemmer, show_progress=False)
        return int(index.retrieve(tokens, k=min(TOP, count), show_progress=False)[0].shape[1])

    return search


# One step in a process of its own ---------------------------------------------------------------------------------


def megabytes() -> float:
    """The most memory this process ever held; the kernel's own account of it counts from the start of the program."""
    status = Path("/proc/self/status")
    if status.is_file():  # `ru_maxrss` is handed on from the parent process
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)


def step(what: str, engine: str, path: Path, folder: Path, count: int) -> dict[str, float]:
    if what == "build":
        seconds, memory = globals()[f"build_{engine}"](path, folder)
        return {"seconds": seconds, "memory": memory}
    asked = queries() if what == "query" else []
    # Of a cold start all counts, the interpreter too.
    search = globals()[f"open_{engine}"](folder, count)
    if what == "cold":
        search("retrieval of abstracts with an index of words")
        return {"seconds": time.process_time(), "memory": megabytes()}
    held = [search(query) for query in asked[:20]]
    before = time.process_time()
    held = [search(query) for query in asked]
    return {"seconds": (time.process_time() - before) / len(held), "memory": megabytes(), "hits": sum(held)}


def in_a_fresh_process(*arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(HERE), "--step", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured(engine: str, path: Path, folder: Path, count: int) -> dict[str, float]:
    build = in_a_fresh_process("build", engine, str(path), str(folder), str(count))
    given = [engine, str(path), str(folder), str(count)]
    cold = sorted((in_a_fresh_process("cold", *given) for _ in range(5)), key=lambda found: found["seconds"])[2]
    query = sorted((in_a_fresh_process("query", *given) for _ in range(3)), key=lambda found: found["seconds"])[1]
    return {
        "entries / CPU s": count / build["seconds"],
        "build MB": build["memory"],
        "cold CPU s": cold["seconds"],
        "cold MB": cold["memory"],
        "query CPU ms": query["seconds"] * 1000,
        "disk MB": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6,
    }


def told(count: int, found: dict[str, dict[str, float]]) -> None:
    columns = list(next(iter(found.values())))
    print(f"\n{count:,} entries\n{'':12}" + "".join(f"{column:>17}" for column in columns))
    for engine, row in found.items():
        print(f"{engine:12}" + "".join(f"{row[column]:17,.4g}" for column in columns))
    for base in ("tantivy", "bm25s"):
        for engine in ("open_index", "growing"):
            if base in found and engine in found:
                ratios = (found[engine][column] / found[base][column] for column in columns)
                print(f"{engine[:6]}/{base[:5]}" + "".join(f"{ratio:16.2f}×" for ratio in ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--step", nargs=5, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        what, engine, path, folder, count = args.step
        print(json.dumps(step(what, engine, Path(path), Path(folder), int(count))))
        return
    if "bm25s" in args.engines and importlib.util.find_spec("bm25s") is None:
        print("bm25s is not installed and left out; to compare with it: pip install bm25s")
        args.engines.remove("bm25s")
    for count in args.sizes:
        with tempfile.TemporaryDirectory(dir=args.folder) as working:
            path = Path(working) / "texts.tsv"
            write_texts(path, count)
            told(count, {name: measured(name, path, Path(working) / name, count) for name in args.engines})


if __name__ == "__main__":
    main()
