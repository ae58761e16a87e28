"""What was measured on labelled claims: measuring it into `measured.json`, and the tables made from that.

The labelled claims are no part of the project, so the numbers are kept; `benchmarks/checking.py` says how they come
about. They belong to the rates of `writer/checking/rates.json`, whose digest is kept beside them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

from making.tables import row, table

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "docs" / "measured.json"
RATES = ROOT / "writer" / "checking" / "rates.json"
COMMAND = "python docs/make.py --measure ../shared/bench/support.jsonl"
TYPES = {
    "invented_key": "the key exists nowhere",
    "number_changed": "a number became one that the abstract does not hold",
    "unsupported_addition": "a finding was added that the abstract does not hold",
    "citation_swapped": "the citation became that of another entry",
    "number_swapped_in_abstract": "a number became another one of the same abstract",
    "negated": "a negation was added or taken away",
    "entity_swapped": "a name became one that the abstract does not hold",
    "overstated": "a hedge was dropped, or a strong word added",
    "entity_swapped_in_abstract": "a name became another one of the same abstract",
    "direction_flipped": "better became worse, more became less",
    "contradicted": "people say that the cited text contradicts the claim",
    "not_enough_info": "people say that the cited text does not tell",
    "inaccurate_citation": "people call the citation inaccurate",
    "irrelevant_or_nei": "people call the citation irrelevant, or too little to tell",
    "partially_supported": "people find a part of the claim in the cited text",
}
"""Types of errors in words: first those that were planted, then those that people labelled."""
SOURCES = {
    "scifact": "SciFact: claims written from abstracts",
    "scitldr": "SciTLDR: summaries by a paper's authors",
    "wice": "WiCE: sentences of Wikipedia and the pages they cite",
    "citation_integrity": "Citation-Integrity: sentences of papers, labelled on full texts",
    "clscisumm": "CL-SciSumm: citing sentences of papers",
}


def measure(path: Path) -> None:
    """Check the labelled claims of a file, and keep what came of it."""
    bench = _benchmark()
    data = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    supported: dict[str, list[Any]] = defaultdict(list)
    for claim in bench.examined(data):
        groups[claim.data["origin"], "control" if claim.control else claim.kind].append(claim)
        if claim.data["label"] == "supported":
            supported[claim.data["source"]].append(claim)
    kept = {
        "rates": _digest(),
        "claims": len(data),
        "types": {f"{origin}/{kind}": _share(bench, group) for (origin, kind), group in groups.items()},
        "supported": {source: _share(bench, group) for source, group in supported.items()},
    }
    KEPT.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", "utf-8")
    sys.stdout.write(f"wrote {KEPT.relative_to(ROOT)}\n")


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("checking_benchmark", ROOT / "benchmarks" / "checking.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _share(bench: ModuleType, group: list[Any]) -> dict[str, float | int]:
    alarms = sum(bench.alarmed(claim, False) for claim in group)
    return {"claims": len(group), "alarms": round(alarms / len(group), 4)}


def _digest() -> str:
    return "sha256:" + hashlib.sha256(RATES.read_bytes()).hexdigest()


def _kept() -> dict[str, Any]:
    """What is kept. Raises ValueError where the rates of the rules have changed since."""
    kept: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    if kept["rates"] != _digest():
        raise ValueError(f"{KEPT.name} was measured with other rates than {RATES.name} holds: {COMMAND}")
    return kept


def claims(_: str) -> str:
    """On how many claims the tables rest."""
    kept = _kept()
    planted = sum(told["claims"] for name, told in kept["types"].items() if name.startswith("planted/"))
    control = kept["types"]["planted/control"]
    return (
        f"Measured on {kept['claims']:,} labelled claims. {planted - control['claims']:,} of them hold one error that"
        f" was planted into a supported claim; {control['claims']:,} are the same claims unchanged, and on"
        f" {control['alarms']:.1%} of these a rule spoke (as a warning or an error; notes do not count)."
    )


def types(origin: str) -> str:
    """How many errors of each type are found; the surest first. `origin` is planted or human."""
    kept = _kept()["types"]
    found = [(name, kept[f"{origin}/{name}"]) for name in TYPES if f"{origin}/{name}" in kept]
    known = {name.partition("/")[2] for name in kept if name.startswith(f"{origin}/")} - {"control", "none"}
    if known - set(TYPES):
        raise ValueError(f"measured.TYPES has no words for {sorted(known - set(TYPES))}")
    found.sort(key=lambda pair: -pair[1]["alarms"])
    rows = [row(TYPES[name], told["claims"], f"{told['alarms']:.0%}") for name, told in found]
    return table(("error", "claims", "found"), rows)


def kinds(of: str) -> str:
    """By kind, how often its rules spoke and how often that was right; or, for `supported`, false alarms by source."""
    if of == "supported":
        shares = sorted(_kept()["supported"].items(), key=lambda pair: pair[1]["alarms"])
        return table(
            ("supported claims of", "claims", "with an alarm"),
            [row(SOURCES.get(name, name), told["claims"], f"{told['alarms']:.1%}") for name, told in shares],
        )
    from writer.checking.kinds import KINDS, rates, severity_of

    rows = []
    for kind in KINDS:
        known = rates(kind)
        for name, rate in sorted(known.rules.items()) if known is not None else ():
            sure = f"{rate.precision:.0%}" if rate.precision is not None else f"too few to tell ({rate.rows})"
            told = severity_of(kind, name)
            rows.append(row(f"`{kind}`", f"`{name}`", f"{rate.on_errors:.1%}", f"{rate.on_controls:.1%}", sure, told))
    return table(("kind", "rule", "on errors", "on controls", "real", "told as"), rows)
