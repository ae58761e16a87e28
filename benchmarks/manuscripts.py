"""CPU seconds of `writer check` over long manuscripts, in fresh processes, and where they go.

    python benchmarks/manuscripts.py examples/corpus.bib [--times 5]

The manuscripts are made here, the same on every machine: 40 pages of 600 sentences and about 75 kB, half of which
cite, as Markdown and as LaTeX; then what nobody writes and a linter must survive. Claims are sentences of the cited
abstracts with a few words changed, so that every rule has something to read. The corpora are the one that is named
and a `.bib` of 300 entries made of its sentences.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PARTS = """
import json, sys, time
began = last = time.process_time()
took = {}
def lap(name):
    global last
    now = time.process_time()
    took[name] = now - last
    last = now
import writer.cli.check, writer.corpus, writer.manuscripts, writer.rendering
from writer.checking import check_manuscript
from writer.checking.coverage import coverage
from writer.checking.inspection import inspect
from writer.checking.kinds import KINDS, explanation
from writer.checking.referenced import resolve
lap("import")
corpus = writer.corpus.load([sys.argv[2]])
lap("corpus")
manuscript = resolve(writer.manuscripts.read_manuscript([sys.argv[1]]), corpus).manuscript
lap("manuscript")
report = check_manuscript(manuscript, corpus)
lap("rules")
told = inspect(manuscript, report, corpus)
writer.rendering.to_text(told, corpus, {kind: explanation(kind) for kind in KINDS})
lap("telling")
print(json.dumps({**took, "claims": len(report.verdicts), "problems": len(report.problems)}))
"""
"""The steps of the command one by one, so that each can be timed."""

FRAMING = (
    "This part of our argument needs no source, and we tell it in our own plain words.",
    "Section after section, the reader is asked to keep both views in mind, which is not easy.",
    "We return to the question below, where the setting is described with more care than here.",
)


def sentences_of(corpus: Path) -> list[tuple[str, str]]:
    """(key, sentence) for each sentence of the abstracts."""
    from writer.corpus import load
    from writer.text import sentences

    return [(entry.key, span.text) for entry in load([corpus]) for span in sentences(entry.abstract)]


def changed(text: str, dice: random.Random) -> str:
    """A sentence with two neighbouring words swapped, without what TeX or Markdown would read as its own."""
    words = [
        word for word in text.rstrip(".!?").split() if word.isascii() and not set(word) & set("\\{}$%&#_^~[]@*`<>")
    ]
    if len(words) > 4:
        at = dice.randrange(1, len(words) - 2)
        words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def manuscript(source: Sequence[tuple[str, str]], claims: int, style: str, seed: int = 7) -> str:
    """`claims` sentences that cite, each followed by one that does not, in paragraphs of six under headings."""
    dice = random.Random(seed)
    begin, cite = ("\\section{Part}", "\\cite{%s}") if style == "tex" else ("## Part", "[@%s]")
    told = []
    for number in range(claims):
        key, text = dice.choice(source)
        if number % 30 == 0:
            told.append(f"\n\n{begin}\n\n")
        told.append(f"{changed(text, dice)} {cite % key}. {dice.choice(FRAMING)}\n" + ("\n" if number % 3 == 2 else ""))
    return "".join(told)


def bibliography(source: Sequence[tuple[str, str]], entries: int, seed: int = 7) -> tuple[str, list[tuple[str, str]]]:
    """A `.bib` of so many entries with seven sentences each, and what each says."""
    dice = random.Random(seed)
    lines, said = [], []
    for number in range(entries):
        key, title = f"made{number}", " ".join(changed(dice.choice(source)[1], dice).split()[:9])
        abstract = [changed(dice.choice(source)[1], dice) for _ in range(7)]
        said += [(key, text) for text in abstract]
        lines.append(
            f"@article{{{key},\n  title = {{{title} {number}}},\n  author = {{Maker{number}, A. and Other, B.}},\n"
            f"  journal = {{Journal}},\n  year = {{{1990 + number % 30}}},\n"
            f"  abstract = {{{'. '.join(abstract)}.}},\n}}\n"
        )
    return "\n".join(lines), said


def cpu_seconds(command: Sequence[str]) -> tuple[float, str]:
    """CPU seconds of one fresh process, user and system, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


def parts(file: Path, corpus: Path, times: int) -> dict[str, float]:
    """The median of each step's CPU seconds, and how much there was to do."""
    import json

    runs = [json.loads(cpu_seconds(["-c", PARTS, str(file), str(corpus)])[1]) for _ in range(times)]
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def extremes(source: Sequence[tuple[str, str]]) -> dict[str, Callable[[], str]]:
    """Texts that nobody writes, by what is odd about them."""
    known = [key for key, _ in source]
    return {
        "10,000 citations in a sentence": lambda: (
            "It is so \\cite{" + ",".join(known[n % len(known)] for n in range(10_000)) + "}.\n"
        ),
        "10,000 unknown keys in a sentence": lambda: (
            "It is so \\cite{" + ",".join(f"k{n}" for n in range(10_000)) + "}.\n"
        ),
        "5,000 sentences": lambda: manuscript(source, 2_500, "tex"),
        "one line of 9 MB": lambda: "word " * 1_800_000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--times", type=int, default=5)
    args = parser.parse_args()
    source = sentences_of(args.corpus)
    with tempfile.TemporaryDirectory() as folder:
        made, said = bibliography(source, 300)
        big = Path(folder) / "made.bib"
        big.write_text(made, "utf-8")
        print(f"{'manuscript':36} {'corpus':12} {'CPU s':>6}   of these, by steps")
        for corpus, sayings in ((args.corpus, source), (big, said)):
            for style in ("md", "tex"):
                file = Path(folder) / f"paper.{style}"
                file.write_text(manuscript(sayings, 300, style), "utf-8")
                tell(f"600 sentences, {file.stat().st_size // 1000} kB, {style}", file, corpus, args.times)
        for name, text in extremes(source).items():
            file = Path(folder) / "extreme.tex"
            file.write_text(text(), "utf-8")
            tell(name, file, args.corpus, 1)


def tell(name: str, file: Path, corpus: Path, times: int) -> None:
    """Print one row."""
    command = ["-m", "writer", "check", str(file), "--corpus", str(corpus)]
    whole = statistics.median(cpu_seconds(command)[0] for _ in range(times))
    steps = parts(file, corpus, times)
    told = ", ".join(f"{step} {took:.2f}" for step, took in steps.items() if step not in ("claims", "problems"))
    amount = f"{steps['claims']:.0f} claims, {steps['problems']:.0f} problems"
    print(f"{name:36} {corpus.name:12} {whole:6.2f}   {told}; {amount}")


if __name__ == "__main__":
    main()
