"""What each kind of problem means, and how much its rules can be trusted.

Severity follows from measurement: an `error` is nearly always real, a `warning` is worth a look each, a `note` is told
and counts for nothing. The table says how loud a kind may be at most; a rule that was measured and is wrong too often
is told more quietly. The rates are those of `rates.json`, which `benchmarks/checking.py --write-rates` writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import get_args

from writer.checking.meanings import MEANINGS, Meaning
from writer.draft import Kind, Problem
from writer.errors import SettingsError
from writer.report import Explanation, Severity

__all__ = ["KINDS", "LEVELS", "Severity", "explanation", "named", "nearest", "rates", "severity", "severity_of"]

KINDS: tuple[Kind, ...] = get_args(Kind)
LEVELS: tuple[Severity, ...] = ("error", "warning", "note")
"""The loudest first."""

SEVERITIES: dict[Kind, Severity] = {
    "unknown-key": "error",
    "not-shown": "error",
    "uncited-claim": "warning",
    "stray-reference": "warning",
    "quote-not-found": "error",
    "number-mismatch": "error",
    "name-mismatch": "warning",
    "direction": "warning",
    "overstated": "warning",
    "misattributed": "warning",
    "no-evidence": "note",
    "author-year": "warning",
    "duplicate-key": "warning",
    "incomplete-entry": "note",
    "judged": "error",
    "truncated": "error",
    "malformed": "error",
    "not-cited": "error",
    "unread": "warning",
}
"""How loud each kind is at most."""

RULE_SEVERITIES: dict[str, Severity] = {
    "judged-partly": "warning",
    "judged-unquoted": "warning",  # votes support the claim, and no quote shows it of every entry
    "no-evidence-far": "warning",  # hardly a telling word of many is shared
    "address": "note",  # of code or data, mostly
    "first-author": "note",
    "repeated-key": "note",
    "no-abstract": "warning",  # nothing that is said of such an entry can be verified
    "quotation": "warning",  # the full text may hold it
    "number-elsewhere": "warning",  # the number is stated, of something else
    "year-absent": "warning",
    "number-unstated": "note",  # the entry states no number of the kind; the full text may
    "name-absent": "note",  # claims use the field's names for what an abstract paraphrases
    "capital-absent": "note",
    "unread-bibliography": "note",  # without it and without a corpus nothing is checked at all
}
"""Where one way of finding a kind is surer or less sure than the kind: the severity by `Problem.rule`."""

ERROR_FROM = 0.9
"""Least share of real alarms, of planted errors and their controls at even odds, for a rule to be told as an error."""
WARNING_FROM = 0.5
"""The same for a warning. A rule below is wrong more often than right, and is told as a note."""
_NEAR = 70
"""Least likeness, 0 to 100, of a mistyped name and the kind that is offered for it."""
FEWEST = 20
"""Rows on which a rule must have spoken for its precision to be told: with fewer, one row moves it by 5 points."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one rule speaks, 0 to 1: on planted errors, on their unchanged controls; and how sure it is.

    `precision` is the share of real alarms if errors and controls were equally many; None where it spoke on too few
    rows to tell.
    """

    on_errors: float
    on_controls: float
    rows: int
    precision: float | None


@dataclass(frozen=True, slots=True)
class Rates:
    """What was measured of one kind: all its rules together, each, on what, and false alarms on claims called right."""

    whole: Rate | None = None
    rules: Mapping[str, Rate] = field(default_factory=dict)
    measured: str = ""
    on_supported: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    """By source of the claims: the share with an alarm, and how many claims there are."""


@lru_cache(maxsize=1)
def _measured() -> Mapping[str, Rates]:
    data = json.loads(Path(__file__).with_name("rates.json").read_text("utf-8"))
    return {
        kind: Rates(
            _rate(told["all"]) if "all" in told else None,
            {name: _rate(rule) for name, rule in told["rules"].items()},
            told["measured"],
            {source: (share["alarms"], share["claims"]) for source, share in told.get("on_supported", {}).items()},
        )
        for kind, told in data.items()
    }


def _rate(told: Mapping[str, float | None]) -> Rate:
    rows = int(told.get("rows") or 0)
    precision = told["precision"] if "rows" not in told or rows >= FEWEST else None
    return Rate(told["on_errors"] or 0.0, told["on_controls"] or 0.0, rows, precision)


def rates(kind: Kind) -> Rates | None:
    """What was measured of a kind; None where nothing was."""
    return _measured().get(kind)


def severity(problem: Problem) -> Severity:
    """How much a problem counts."""
    return severity_of(problem.kind, problem.rule)


def counted(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that speak against a sentence: all but notes, which are told and change nothing."""
    return [problem for problem in problems if severity(problem) != "note"]


@lru_cache(maxsize=256)
def severity_of(kind: Kind, rule: str = "") -> Severity:
    """How much the problems of a kind count that one of its rules finds (the kind itself, where it has but one)."""
    told = RULE_SEVERITIES.get(rule, SEVERITIES[kind])
    known = rates(kind)
    rate = known.rules.get(rule or kind) if known is not None else None
    if rate is None or rate.precision is None:
        return told
    fitting: Severity = (
        "error" if rate.precision >= ERROR_FROM else "warning" if rate.precision >= WARNING_FROM else "note"
    )
    return max(told, fitting, key=LEVELS.index)


def nearest(name: str, known: Sequence[str] = KINDS) -> str | None:
    """The kind that a mistyped name may mean, or None where none is near."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(name.lower(), known, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return str(found[0]) if found else None


def named(names: str, also: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The kinds in a list with commas; SettingsError names the nearest for one that is none. `also` are taken too."""
    what = "kind of problem or level" if set(LEVELS) <= set(also) else "kind of problem"
    known = (*KINDS, *also)
    found = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    for name in found:
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean {near!r}?" if near else "one of: " + ", ".join(known)
            raise SettingsError(f"there is no {what} {name!r}", hint=hint)
    if not found:
        raise SettingsError(f"{names!r} names no {what}", hint="one of: " + ", ".join(known))
    return found


@lru_cache(maxsize=64)
def explanation(kind: Kind) -> Explanation:
    """All there is to know about a kind."""
    meaning = MEANINGS[kind]
    known = rates(kind)
    return Explanation(
        kind,
        severity_of(kind),
        meaning.meaning,
        meaning.looks_at,
        meaning.example,
        meaning.advice,
        tuple(_told(kind, known) if known is not None else _untold(meaning)),
        known.whole.precision if known is not None and known.whole is not None else None,
    )


def _untold(meaning: Meaning) -> list[str]:
    return [meaning.sure or "This kind was not measured; take each as a reason to look, not as a finding."]


def _told(kind: Kind, known: Rates) -> list[str]:
    sure = MEANINGS[kind].sure
    lines = [sure] if sure else []
    lines.append(f"{known.measured[:1].upper()}{known.measured[1:]}.")
    if known.whole is not None and len(known.rules) > 1:
        lines.append(_spoken("All its rules together speak", known.whole))
    for name, rate in sorted(known.rules.items()):
        quieter = severity_of(kind, name) != SEVERITIES[kind]
        lines.append(_spoken(f"{name} speaks", rate) + (f" So it is told as a {severity_of(kind, name)}." * quieter))
    shares = [f"{source} {share:.1%} of {count:,}" for source, (share, count) in sorted(known.on_supported.items())]
    if shares:
        lines.append(f"False alarms on claims that people call supported: {', '.join(shares)}.")
    return lines


def _spoken(who: str, rate: Rate) -> str:
    told = f"{who} on {rate.on_errors:.1%} of the errors and {rate.on_controls:.1%} of the controls"
    if rate.precision is None:
        return f"{told}; {rate.rows} alarms in all are too few to say more."
    return f"{told}: of 100 such alarms {rate.precision * 100:.0f} were real."
