"""What the rules of the checker find, and how often they are wrong, on labelled claims.

    python benchmarks/checking.py ../shared/bench/support.jsonl [--show TYPE] [--half even|odd] [--notes]
    python benchmarks/checking.py ../shared/bench/support.jsonl --write-rates

Each row is one claim and the abstracts it cites. Rows with a planted error are read against their own unchanged
controls. A row counts as found where any rule of at least a warning speaks; with --notes, notes count too.
--write-rates puts the rates of every rule into `writer/checking/rates.json`, from which the checker takes severities
and what it says about how sure it is.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from writer.checking.case import Case
from writer.checking.check import problems_of
from writer.checking.facts import Known
from writer.checking.kinds import severity
from writer.collector import uncollected
from writer.corpus import digest
from writer.draft import Group, Place, Problem, Sentence
from writer.entry import Corpus, Entry, Source

TARGETS = {
    "invented_key": 1.0, "number_changed": 0.97, "citation_swapped": 0.85, "entity_swapped": 0.70,
    "number_swapped_in_abstract": 0.60, "entity_swapped_in_abstract": 0.60, "negated": 0.70,
    "direction_flipped": 0.50,
}  # fmt: skip


NOT_MEASURED = {"uncited-claim", "duplicate-key", "incomplete-entry", "not-shown", "quote-not-found"}
"""Kinds whose rates the rows cannot tell: every row cites, none brings quotes, and no entry is a whole record."""
RATES = Path(__file__).resolve().parent.parent / "writer" / "checking" / "rates.json"


@dataclass(frozen=True)
class Row:
    """A labelled claim with the problems found in it."""

    data: dict[str, Any]
    problems: tuple[Problem, ...]

    @property
    def kind(self) -> str:
        return str(self.data["error_type"])

    @property
    def control(self) -> bool:
        """An unchanged claim that planted errors were written into."""
        return self.data["origin"] == "planted" and self.data["label"] == "supported"


def corpus_of(rows: list[dict[str, Any]]) -> Corpus:
    """Every cited abstract, each key once (the longest text, where rows hold different pieces)."""
    entries: dict[str, Entry] = {}
    for number, row in enumerate(rows, 1):
        for cited in row["cited"]:
            text = cited["text"]
            if text and len(text) > len(entries[cited["key"]].abstract if cited["key"] in entries else ""):
                entries[cited["key"]] = Entry(cited["key"], cited["title"] or "", text, Source("bench", number))
    return Corpus(entries, digest(entries.values()))


def examined(rows: list[dict[str, Any]]) -> list[Row]:
    """All rows, each against the whole corpus; a row with its own piece of a longer text sees that piece."""
    corpus = corpus_of(rows)
    known = Known(corpus)
    found = []
    for number, row in enumerate(rows):
        own = {
            cited["key"]: replace(corpus[cited["key"]], abstract=cited["text"])
            for cited in row["cited"]
            if cited["text"] and corpus[cited["key"]].abstract != cited["text"]
        }
        here = Known(Corpus({**corpus.entries, **own}, corpus.digest)) if own else known
        sentence = Sentence(row["claim"], "claim", tuple(cited["key"] for cited in row["cited"]))
        case = Case(sentence, Place(0, 0, number), Group("", ()), here, quoted=False)
        found.append(Row(row, tuple(problems_of(case))))
    return found


def alarmed(row: Row, notes: bool) -> bool:
    """Whether any rule speaks loudly enough to count."""
    return any(notes or severity(problem) != "note" for problem in row.problems)


def table(rows: list[Row], notes: bool) -> None:
    """How many of each type are found, and which kinds found them."""
    by_type: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_type[row.data["origin"], row.kind if not row.control else "control"].append(row)
    print(f"{'origin':8} {'type':28} {'rows':>5} {'found':>7} {'target':>7}  kinds")
    for (origin, kind), group in sorted(by_type.items()):
        hits = [row for row in group if alarmed(row, notes)]
        kinds = Counter(
            (problem.rule or problem.kind)
            for row in group
            for problem in {p.rule or p.kind: p for p in row.problems if notes or severity(p) != "note"}.values()
        )
        target = TARGETS.get(kind) if origin == "planted" else None
        told = "≤   5%" if kind == "control" else f"{target:7.0%}" if target else ""
        print(
            f"{origin:8} {kind:28} {len(group):5} {len(hits) / len(group):7.1%} {told:>7}  {dict(kinds.most_common(6))}"
        )
    print()
    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.data["label"] == "supported":
            by_source[row.data["source"]].append(row)
    for source, group in sorted(by_source.items()):
        share = sum(alarmed(row, notes) for row in group) / len(group)
        print(f"false alarms on supported claims of {source:20} {share:6.1%} of {len(group)}")


def curve(rows: list[Row]) -> None:
    """What is found, and at what cost in false alarms, from each severity on."""
    types = sorted({row.kind for row in rows if row.data["origin"] == "planted" and not row.control})
    print(
        f"\n{'told from':10} {'controls':>9} {'human supported':>16}  " + " ".join(f"{kind[:12]:>12}" for kind in types)
    )
    for level, loud in (
        ("error", {"error"}),
        ("warning", {"error", "warning"}),
        ("note", {"error", "warning", "note"}),
    ):

        def share(group: list[Row], loud: set[str] = loud) -> float:
            return sum(any(severity(p) in loud for p in row.problems) for row in group) / max(1, len(group))

        planted = [row for row in rows if row.data["origin"] == "planted" and not row.control]
        told = " ".join(f"{share([row for row in planted if row.kind == kind]):12.1%}" for kind in types)
        human = [row for row in rows if row.data["origin"] == "human" and row.data["label"] == "supported"]
        print(f"{level:10} {share([row for row in rows if row.control]):9.1%} {share(human):16.1%}  {told}")


def rules(rows: list[Row]) -> None:
    """Per rule: how often it speaks on planted errors and on controls, and how many of its alarms are real."""
    errors = [row for row in rows if row.data["origin"] == "planted" and not row.control]
    controls = [row for row in rows if row.control]
    names = sorted({problem.rule or problem.kind for row in rows for problem in row.problems})
    print(f"\n{'rule':34} {'on errors':>10} {'on controls':>12} {'precision at even odds':>23}")
    for name in names:
        real = sum(any((p.rule or p.kind) == name for p in row.problems) for row in errors) / len(errors)
        false = sum(any((p.rule or p.kind) == name for p in row.problems) for row in controls) / len(controls)
        sure = f"{real / (real + false):23.2f}" if real + false else ""
        print(f"{name:34} {real:10.1%} {false:12.1%} {sure}")


def measured_rates(rows: list[Row]) -> dict[str, Any]:
    """The same numbers by kind, as `writer/checking/rates.json` holds them, and the alarms on claims called right."""
    errors = [row for row in rows if row.data["origin"] == "planted" and not row.control]
    controls = [row for row in rows if row.control]
    supported: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.data["origin"] == "human" and row.data["label"] == "supported":
            supported[row.data["source"]].append(row)
    measured = (
        f"measured on {len(errors):,} errors planted into supported claims and {len(controls):,} unchanged controls,"
        " shares of real alarms at even odds of error and control"
    )
    found: dict[str, Any] = {}
    for kind in sorted({problem.kind for row in rows for problem in row.problems} - NOT_MEASURED):
        names = sorted({p.rule or p.kind for row in rows for p in row.problems if p.kind == kind})
        told = {name: rate_of(errors, controls, kind, name) for name in names}
        on_supported = {
            source: {"alarms": share_of(group, kind), "claims": len(group)}
            for source, group in sorted(supported.items())
        }
        whole = rate_of(errors, controls, kind, "")
        found[kind] = {"rules": told, "all": whole, "measured": measured, "on_supported": on_supported}
    return found


def rate_of(errors: list[Row], controls: list[Row], kind: str, name: str) -> dict[str, float | None]:
    """How often a rule (any of its kind for an empty name) speaks on errors and on controls, on how many rows of both,
    and its precision at even odds."""
    real, false = share_of(errors, kind, name), share_of(controls, kind, name)
    return {
        "on_errors": real,
        "on_controls": false,
        "rows": round(real * len(errors) + false * len(controls)),
        "precision": round(real / (real + false), 4) if real + false else None,
    }


def share_of(rows: list[Row], kind: str, name: str = "") -> float:
    """The share of rows in which this kind is found, by this rule where one is named."""
    hits = sum(any(p.kind == kind and name in ("", p.rule or p.kind) for p in row.problems) for row in rows)
    return round(hits / len(rows), 4) if rows else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("support", type=Path)
    parser.add_argument("--half", choices=("even", "odd"), help="only the rows whose id hashes to this half")
    parser.add_argument("--show", metavar="TYPE", help="list the rows of this type (control, negated …) and verdicts")
    parser.add_argument("--notes", action="store_true", help="let notes count as alarms")
    parser.add_argument("--write-rates", action="store_true", help="renew writer/checking/rates.json (all rows only)")
    args = parser.parse_args()
    if args.write_rates and args.half:
        parser.error("--write-rates measures all rows, so it does not go with --half")
    data = [json.loads(line) for line in args.support.read_text("utf-8").splitlines()]
    with uncollected():  # as `check` and `check_manuscript` work
        began = time.process_time()
        rows = examined(data)
        took = time.process_time() - began
        began = time.process_time()
        examined(data)
        again = time.process_time() - began
    if args.half:
        odd = args.half == "odd"
        rows = [row for row in rows if zlib.crc32(row.data.get("base_id", row.data["id"]).encode()) % 2 == odd]
    if args.show:
        for row in rows:
            if args.show == ("control" if row.control else row.kind):
                told = "; ".join(f"{p.rule or p.kind}: {p.detail}" for p in row.problems)
                mark = "X" if alarmed(row, args.notes) else " "
                print(f"[{mark}] {row.data.get('edit', '')} | {row.data['claim']}\n      {told}")
        return
    table(rows, args.notes)
    rules(rows)
    curve(rows)
    if args.write_rates:
        RATES.write_text(json.dumps(measured_rates(rows), indent=2, sort_keys=True) + "\n", "utf-8")
        print(f"\nwrote {RATES.name}")
    print(
        f"\n{len(data)} claims in {took:.2f} s of CPU: {len(data) / took:,.0f} a second with reading the abstracts;"
        f" {len(data) / again:,.0f} a second over abstracts that were read before"
    )


if __name__ == "__main__":
    main()
