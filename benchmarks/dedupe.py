"""How well the same work is told from another: precision and recall of merging, by kind of noise and of trap.

    python benchmarks/dedupe.py CORPUS.jsonl                 # rows with `title` and `abstract`
    python benchmarks/dedupe.py CORPUS.jsonl --records 2000 --seed 2

Every row becomes a record with made-up authors, year, venue and DOI. A copy of it goes through one kind of noise, or
three of them (`mixed`), and in half the cases loses its DOI too; a third of the rows get a near miss as well, which is
another work by the kind of trap. All pass the cleaning that every file passes, are shuffled and merged once. What is
counted are pairs of records. Nothing is learned here: kinds of noise are drawn by a seed, not chosen by the outcome.

Rows of the corpus that share a title or an abstract are left out before, since nobody knows whether they are one
work; pairs of other rows that are merged count as false, though some may be duplicates of the corpus itself.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))

from writer.corpus.merge import works  # noqa: E402
from writer.corpus.record import Record, to_entry  # noqa: E402
from writer.entry import Author, Source  # noqa: E402
from writer.text.words import fold  # noqa: E402

SYLLABLES = "ba da ke lo mi nu ra so te vi zo har lin mar sen tov".split()
ACCENTED = str.maketrans("aeou", "áèöü")
VENUES = ("Journal of Findings", "Proceedings of the Annual Meeting", "Letters on Methods", "Transactions")
SWAPS = ("toward", "approach", "study", "framework", "improved", "general", "efficient", "analysis")
SUBJECTS = ("barley", "copper", "falcons", "glaciers", "lichens", "magnets", "orchids", "tundra", "walnuts", "yeast")
BOILERPLATE = (
    " The data and all programs are available from the authors on request. This work was carried out within the"
    " programme for open measurement, which is funded by the council of the region, and follows its guidelines."
)


class Made(NamedTuple):
    record: Record
    work: int
    kind: str


# Records -----------------------------------------------------------------------------------------------------------


def rows(path: Path, limit: int) -> tuple[list[tuple[str, str]], int]:
    """Titles and abstracts that stand once in the corpus, and how many rows were left out."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("title") and len(row.get("abstract") or "") > 200:
            found.append((row["title"], row["abstract"]))
    titles, abstracts = (Counter(fold(row[part]) for row in found) for part in (0, 1))
    once = [row for row in found if titles[fold(row[0])] == 1 == abstracts[fold(row[1])]]
    return once[:limit], len(found) - len(once)


def person(choose: random.Random) -> Author:
    family, given = ("".join(choose.choices(SYLLABLES, k=n)).capitalize() for n in (3, 2))
    return Author(family.translate(ACCENTED) if choose.random() < 0.2 else family, given)


def base(title: str, abstract: str, number: int, choose: random.Random, people: list[Author]) -> Record:
    return Record(
        Source("base", number),
        title=title,
        abstract=abstract,
        authors=tuple(choose.sample(people, choose.randint(1, 6))),
        year=choose.randint(1995, 2024),
        venue=choose.choice(VENUES),
        doi=f"10.5555/{number:06}" if choose.random() < 0.8 else None,
        kind="article",
    )


# Noise: the same work ----------------------------------------------------------------------------------------------


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def cased(r: Record, choose: random.Random) -> Record:
    return replace(r, title=choose.choice((r.title.upper(), r.title.lower(), r.title.title())))


def latex(r: Record, choose: random.Random) -> Record:
    words = r.title.split()
    place = choose.randrange(len(words))
    words[place] = f"\\emph{{{words[place]}}}"
    return replace(
        r, title="{" + " ".join(words) + "}", abstract=r.abstract.replace("%", "\\%").replace(" the ", " {the} ", 2)
    )


def html(r: Record, choose: random.Random) -> Record:
    words = r.title.split()
    place = choose.randrange(len(words))
    words[place] = f"<i>{words[place]}</i>"
    return replace(r, title=" ".join(words), abstract=f"<p>{r.abstract.replace('&', '&amp;')}</p>")


def no_doi(r: Record, choose: random.Random) -> Record:
    return replace(r, doi=None, url="https://example.org")


def no_authors(r: Record, choose: random.Random) -> Record:
    return replace(r, authors=(), doi=None)


def preprint(r: Record, choose: random.Random) -> Record:
    year = (r.year or 2000) - choose.randint(0, 1)
    return replace(r, doi=None, venue="arXiv", year=year, arxiv=f"{year % 100:02}01.{r.source.line:05}", kind="misc")


def words_replaced(r: Record, choose: random.Random) -> Record:
    words = r.title.split()
    for place in choose.sample(range(len(words)), min(len(words), choose.randint(1, 2))):
        words[place] = choose.choice(SWAPS)
    return replace(preprint(r, choose), title=" ".join(words))


def no_subtitle(r: Record, choose: random.Random) -> Record:
    words = r.title.split()
    head = r.title.partition(":")[0] if ":" in r.title else " ".join(words[: max(2, len(words) * 2 // 3)])
    return replace(preprint(r, choose), title=head)


def truncated(r: Record, choose: random.Random) -> Record:
    cut = choose.randint(len(r.abstract) // 3, len(r.abstract) - 20)
    return replace(r, doi=None, abstract=r.abstract[:cut] + "…")


def subset(r: Record, choose: random.Random) -> Record:
    told = sentences(r.abstract)
    kept = sorted(choose.sample(range(len(told)), max(1, len(told) * 2 // 3)))
    return replace(r, doi=None, abstract=" ".join(told[place] for place in kept))


def prefixed(r: Record, choose: random.Random) -> Record:
    return replace(r, abstract="Abstract: " + r.abstract, doi=None)


def no_accents(r: Record, choose: random.Random) -> Record:
    from writer.text.words import ascii_fold

    authors = tuple(Author(ascii_fold(a.family), ascii_fold(a.given)) for a in r.authors)
    return replace(r, title=ascii_fold(r.title), abstract=ascii_fold(r.abstract), authors=authors, doi=None)


def typo(r: Record, choose: random.Random) -> Record:
    return replace(r, title=misspelt(r.title, choose), abstract=misspelt(r.abstract, choose), doi=None)


def misspelt(text: str, choose: random.Random) -> str:
    at = choose.randrange(1, max(2, len(text) - 2))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def reordered(r: Record, choose: random.Random) -> Record:
    return replace(r, authors=tuple(choose.sample(r.authors, len(r.authors))), doi=None)


def initials(r: Record, choose: random.Random) -> Record:
    return replace(r, authors=tuple(Author(a.family, a.given[:1] + ".") for a in r.authors), doi=None)


def no_abstract(r: Record, choose: random.Random) -> Record:
    return replace(r, abstract="", doi=None)


def no_title(r: Record, choose: random.Random) -> Record:
    return replace(r, title="", doi=None)


Change = Callable[[Record, random.Random], Record]
NOISE: dict[str, Change] = {
    "case": cased, "LaTeX": latex, "HTML": html, "no DOI": no_doi, "no authors": no_authors, "preprint": preprint,
    "preprint, words replaced": words_replaced, "preprint, subtitle dropped": no_subtitle,
    "abstract truncated": truncated, "abstract a subset": subset, "prefix": prefixed, "no accents": no_accents,
    "one typo in each text": typo, "authors reordered": reordered, "initials": initials, "no abstract": no_abstract,
    "no title": no_title,
}  # fmt: skip


def mixed(r: Record, choose: random.Random) -> Record:
    # What takes a whole text away comes alone, and cut comes last.
    light = [name for name in NOISE if not name.startswith(("no a", "no title", "abstract"))]
    for name in choose.sample(light, 2):
        r = NOISE[name](r, choose)
    last = NOISE[choose.choice(["abstract truncated", "abstract a subset", "no authors", "no accents"])]
    return last(r, choose)


# Traps: another work -----------------------------------------------------------------------------------------------


def parts(r: Record, choose: random.Random) -> tuple[Record, Record]:
    told = sentences(r.abstract)
    one, two = choose.choice((("Part I", "Part II"), ("I", "II"), ("Part 1", "Part 2"), ("Part One", "Part Two")))
    other = replace(r, title=f"{r.title}, {two}", abstract=" ".join(told[:-1] or told))
    return replace(r, title=f"{r.title}, {one}"), bare(other)


def notice(r: Record, choose: random.Random) -> tuple[Record, Record]:
    form = choose.choice(("Erratum: {}", "Corrigendum to “{}”", "Comment on {}", "Reply to: {}", "{} (Erratum)"))
    abstract = choose.choice(("", r.abstract))
    return r, bare(replace(r, title=form.format(r.title), abstract=abstract, doi=choose.choice((None, r.doi))))


def yearly(r: Record, choose: random.Random) -> tuple[Record, Record]:
    year = r.year or 2000
    text = "In {} the shared task was held again, with {} teams. "
    abstracts = [text.format(year, choose.randint(5, 40)), text.format(year + 1, choose.randint(41, 80))]
    one = replace(r, title=f"Overview {year}: {r.title}", abstract=abstracts[0] + r.abstract)
    other = replace(r, title=f"Overview {year + 1}: {r.title}", year=year + 1, abstract=abstracts[1] + r.abstract)
    return one, bare(other)


def report(r: Record, choose: random.Random) -> tuple[Record, Record]:
    year = r.year or 2000
    text = "This report covers the year {}, in which {} members met. "
    abstracts = [text.format(year, choose.randint(5, 40)), text.format(year + 1, choose.randint(41, 80))]
    one = replace(r, title=f"Report on {r.title}", abstract=abstracts[0] + r.abstract)
    return one, bare(replace(one, year=year + 1, abstract=abstracts[1] + r.abstract))


def edition(r: Record, choose: random.Random) -> tuple[Record, Record]:
    one = replace(r, title=f"Findings of the Second Workshop on {r.title}")
    return one, bare(replace(r, title=f"Findings of the Third Workshop on {r.title}", year=(r.year or 2000) + 1))


def journal(r: Record, choose: random.Random) -> tuple[Record, Record]:
    return r, bare(replace(r, year=(r.year or 2000) + choose.randint(3, 5), abstract=r.abstract + " We extend this."))


def two_dois(r: Record, choose: random.Random) -> tuple[Record, Record]:
    one = replace(r, doi=f"10.5555/{r.source.line}a")
    return one, replace(r, doi=f"10.5555/{r.source.line}b", venue="Proceedings of a Conference")


def template(r: Record, choose: random.Random) -> tuple[Record, Record]:
    one, other = choose.sample(SUBJECTS, 2)
    made = [
        replace(r, title=f"Notes on {name} and their uses", abstract=f"We describe {name}. {r.abstract} Thus {name}.")
        for name in (one, other)
    ]
    return made[0], bare(made[1])


def bare(r: Record) -> Record:
    return replace(r, doi=None, url=None)


TRAPS: dict[str, Callable[[Record, random.Random], tuple[Record, Record]]] = {
    "parts": parts, "erratum, comment, reply": notice, "yearly, in the title": yearly, "yearly, the same title": report,
    "second and third": edition, "journal version": journal, "two DOIs": two_dois, "one template": template,
}  # fmt: skip
BETWEEN = ("copied DOI", "generic title", "boilerplate")


def between(kind: str, r: Record, other: Record, number: int) -> tuple[Record, Record]:
    """A trap made of two rows."""
    if kind == "copied DOI":
        return replace(r, doi=f"10.5555/copied{number}"), replace(other, doi=f"10.5555/copied{number}")
    if kind == "generic title":
        return replace(r, title="Editorial"), replace(other, title="Editorial", doi=None)
    texts = (replace(one, abstract=" ".join(sentences(one.abstract)[:2]) + BOILERPLATE) for one in (r, other))
    one, two = texts
    return one, replace(two, authors=one.authors, year=one.year, doi=None)


# Measuring ---------------------------------------------------------------------------------------------------------


def made_of(texts: list[tuple[str, str]], seed: int) -> list[Made]:
    choose = random.Random(seed)
    people = [person(choose) for _ in range(4000)]
    kinds, traps = [*NOISE, "mixed", "mixed", "mixed"], [*TRAPS, *BETWEEN]
    bases = [base(title, abstract, number, choose, people) for number, (title, abstract) in enumerate(texts, 1)]
    strangers = [bases.pop() for _ in range(len(bases) // 9)]
    found: list[Made] = []
    for number, record in enumerate(bases):
        work, other, kind = 2 * number, None, ""
        if number % 3 == 0:
            kind = choose.choice(traps)
            if kind in TRAPS:
                record, other = TRAPS[kind](record, choose)
            else:
                record, other = between(kind, record, strangers.pop(), number)
        found.append(Made(record, work, "base"))
        if other is not None:
            found.append(Made(other, work + 1, kind))
        # Noise on a trap's title would make a trap of its own.
        elif number % 3:
            noise = choose.choice(kinds)
            copy = (mixed if noise == "mixed" else NOISE[noise])(record, choose)
            found.append(Made(replace(copy, doi=copy.doi if choose.random() < 0.5 else None), work, noise))
    choose.shuffle(found)
    return [Made(replace(m.record, source=Source("set", n)), m.work, m.kind) for n, m in enumerate(found, 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wrong", type=int, default=0, help="print so many wrong pairs of each kind")
    args = parser.parse_args()
    texts, left_out = rows(args.corpus, args.records)
    made = made_of(texts, args.seed)
    entries = [to_entry(m.record) for m in made]
    start = time.process_time()
    found = works(entries)
    spent = time.process_time() - start
    print(f"{len(texts):,} rows ({left_out} left out: title or abstract stands twice), {len(made):,} records")
    print(f"merged in {spent:.2f} CPU s, {spent / len(made) * 1e6:.1f} µs a record\n")
    _print(made, [group.members for group in found], args.wrong)


def _print(made: list[Made], groups: list[tuple[int, ...]], wrong: int) -> None:
    group_of = {place: number for number, members in enumerate(groups) for place in members}
    by_work: dict[int, list[int]] = defaultdict(list)
    for place, m in enumerate(made):
        by_work[m.work].append(place)
    pairs = [pair for members in groups for pair in combinations(members, 2)]
    false = [pair for pair in pairs if made[pair[0]].work != made[pair[1]].work]
    told: dict[str, list[bool]] = defaultdict(list)
    for places in by_work.values():
        for one, other in combinations(places, 2):
            kind = made[other].kind if made[one].kind == "base" else made[one].kind
            told[kind].append(group_of.get(one, -1) == group_of.get(other, -2))
            if not told[kind][-1] and len([hit for hit in told[kind] if not hit]) <= wrong:
                print(f"missed ({kind}):", *(f"\n  {made[place].record}" for place in (one, other)))
    print(f"{'noise':28} {'pairs':>6}  recall")
    for kind in (*NOISE, "mixed"):
        print(f"{kind:28} {len(told[kind]):6,}  {sum(told[kind]) / max(1, len(told[kind])):.3f}")
    near: Counter[str] = Counter()
    for one, other in false:
        kinds = {made[one].kind, made[other].kind} - {"base"}
        kind = next(iter(kinds & {*TRAPS, *BETWEEN}), "rows of the corpus")
        near[kind] += 1
        if near[kind] <= wrong:
            print(f"false ({kind}):", *(f"\n  {made[place].record}" for place in (one, other)))
    print(f"\n{'trap':28} {'pairs':>6}  merged")
    counts = Counter(m.kind for m in made)
    for kind in (*TRAPS, *BETWEEN, "rows of the corpus"):
        print(f"{kind:28} {counts.get(kind, 0):6,}  {near[kind]}")
    true, hits = sum(map(len, told.values())), sum(map(sum, told.values()))
    print(f"\nprecision {1 - len(false) / max(1, len(pairs)):.5f} over {len(pairs):,} merged pairs")
    print(f"recall    {hits / true:.5f} over {true:,} pairs of one work")


if __name__ == "__main__":
    main()
