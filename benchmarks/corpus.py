"""CPU seconds, records a second and memory of reading a corpus, over made-up records.

    python benchmarks/corpus.py                              # 100,000 records as JSON lines, 10,000 as BibTeX
    python benchmarks/corpus.py --records 1000000

Records have about 1,000 characters: a title, an abstract of some sentences of a Zipf vocabulary, authors, a venue, a
DOI. Of 100, some 25 hold signs beyond ASCII, 12 line breaks, 8 LaTeX, 5 a copyright line, and 3 repeat an earlier one
with a changed title. They are the same on every machine (seeded). Each figure comes from a fresh process: user plus
system time and the highest memory as the kernel counts them, those of the bare interpreter with the package included.

`read` streams records and keeps none; `entries` keeps them all, as `load` must; `load` also merges, makes keys and
the digest.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))

SENTENCES, PEOPLE, VENUES = 30_000, 60_000, 800
TEX = (r" over $\alpha = 0.9$ of the runs", r" with 90\% less noise", r" as in M\"uller's \emph{early} study")
BEYOND = (" — as expected —", " in Zürich", " (≈ 3 ×)", " of “noisy” labels")


# Records -----------------------------------------------------------------------------------------------------------


def sentences(choose: random.Random) -> list[str]:
    from writer.text import STOP_WORDS

    letters, ends = "etaoinshrdlucmfwypvbgk", ["", "", "s", "ing", "ed", "ation", "ly", "er", "ment", "ity"]
    made: dict[str, None] = {}
    while len(made) < 50_000:
        made["".join(choose.choices(letters, k=choose.randint(3, 8))) + choose.choice(ends)] = None
    common = "the of and to in is that for with we on are by this as from which our".split()
    words = [*common, *sorted(STOP_WORDS - set(common))[:80], *made]
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    return [
        " ".join(choose.choices(words, cum_weights=weights, k=choose.randint(14, 26))).capitalize()
        for _ in range(SENTENCES)
    ]


def records(count: int) -> Iterator[dict[str, object]]:
    choose = random.Random(7)
    pool = sentences(choose)
    words = [word.capitalize() for word in " ".join(pool[:4000]).split()]
    people = [f"{choose.choice(words)} {chr(choose.randint(65, 90))}. {choose.choice(words)}" for _ in range(PEOPLE)]
    venues = ["Journal of " + " ".join(choose.choices(words, k=3)) for _ in range(VENUES)]
    earlier: list[dict[str, object]] = []
    for number in range(count):
        if earlier and choose.random() < 0.03:
            known = choose.choice(earlier)
            yield {**known, "title": str(known["title"]).upper(), "venue": "arXiv"}
            continue
        said = choose.choices(pool, k=choose.randint(5, 7))
        record: dict[str, object] = {
            "title": " ".join(choose.choices(words, k=choose.randint(6, 12))),
            "abstract": abstract(said, choose),
            "authors": [choose.choice(people) for _ in range(choose.randint(1, 6))],
            "year": choose.randint(1990, 2025),
            "venue": choose.choice(venues),
            "doi": f"10.5555/{number:07}" if choose.random() < 0.8 else None,
            "url": f"https://example.org/papers/{number:07}",
        }
        if len(earlier) < 5000:
            earlier.append(record)
        yield record


def abstract(said: list[str], choose: random.Random) -> str:
    kind = choose.random()
    if kind < 0.08:
        said[1] += choose.choice(TEX)
    elif kind < 0.33:
        said[1] += choose.choice(BEYOND)
    elif kind < 0.38:
        return ". ".join(said) + ". © 2020 Elsevier Ltd. All rights reserved."
    elif kind < 0.50:
        return ".\n  ".join(said) + ".\n"
    return ". ".join(said) + "."


def write_jsonl(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for record in records(count):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def write_bib(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number, record in enumerate(records(count)):
            authors = " and ".join(record["authors"])  # type: ignore[arg-type]
            file.write(
                f"@article{{key{number},\n  title = {{{record['title']}}},\n  author = {{{authors}}},\n"
                f"  year = {{{record['year']}}},\n  journal = {{{record['venue']}}},\n"
                f"  abstract = {{{record['abstract']}}},\n}}\n\n"
            )


# Measuring ---------------------------------------------------------------------------------------------------------


def work(task: str, path: str) -> int:
    """One figure's work; how many records it met."""
    from writer.corpus import load
    from writer.corpus.reading import entries

    if task == "read":
        return sum(1 for _ in entries([path]))
    if task == "entries":
        return len(list(entries([path])))
    return sum(count for _, count in load([path]).read)


def measured(task: str, path: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(HERE), "--work", task, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    count, seconds, kilobytes = done.stdout.split()
    rate = int(count) / float(seconds)
    memory = int(kilobytes) / 1e6
    return f"{path.name:18} {task:8} {int(count):9,} {float(seconds):8.2f} CPU s {rate:9,.0f}/s {memory:6.2f} GB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--tasks", nargs="+", default=["read", "entries", "load"])
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work:
        count = work(*args.work)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(count, used.ru_utime + used.ru_stime, used.ru_maxrss)
        return
    with tempfile.TemporaryDirectory() as folder:
        lines, bib = Path(folder) / "papers.jsonl", Path(folder) / "library.bib"
        write_jsonl(lines, args.records)
        write_bib(bib, 10_000)
        size = lines.stat().st_size
        print(f"{args.records:,} records of {size / args.records:,.0f} bytes as JSON lines")
        for task in args.tasks:
            print(measured(task, lines), flush=True)
        packed = Path(folder) / "papers.jsonl.gz"
        with lines.open("rb") as file, gzip.open(packed, "wb", compresslevel=1) as out:
            out.writelines(file)
        print(measured("read", packed))
        print(measured("load", bib))


if __name__ == "__main__":
    main()
