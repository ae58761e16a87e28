"""CPU seconds of the command line in fresh processes: help, a draft from a cold start, a draft with the index cached.

    python benchmarks/cold_start.py examples/corpus.bib --theme "LLM judges and their biases"

Each figure is the median of several runs of user plus system time, children included, as the kernel counts it.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


def cpu_seconds(arguments: list[str]) -> float:
    """CPU seconds of one fresh process of the command line."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "writer", *arguments], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def median(run: Callable[[], float], times: int) -> float:
    return statistics.median(run() for _ in range(times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--theme", default="LLM judges and their biases")
    parser.add_argument("--times", type=int, default=7)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        draft = ["draft", args.theme, "--corpus", *args.corpus, "--cache", str(cache)]

        def cold() -> float:
            shutil.rmtree(cache, ignore_errors=True)
            return cpu_seconds(draft)

        rows = {
            "writer --help": median(lambda: cpu_seconds(["--help"]), args.times),
            "writer draft, cold": median(cold, args.times),
            "writer draft, index cached": median(lambda: cpu_seconds(draft), args.times),
        }
    for name, seconds in rows.items():
        print(f"{name:28} {seconds:6.3f} CPU s")


if __name__ == "__main__":
    main()
