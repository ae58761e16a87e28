"""Problems that are known already: a file of fingerprints, so that an existing manuscript reports only what is new.

A fingerprint is of kind, rule, key and the sentence, so it stays when lines move and goes when the sentence changes in
anything but its spaces: a sign turned round is another sentence. The file is JSON, sorted, to be kept beside the
manuscript under version control.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from writer.errors import UserError
from writer.report import Finding

SCHEMA = 1
_HINT = "write it anew with --write-baseline"
_SHOWN = 80


def fingerprint(kind: str, key: str | None, sentence: str, rule: str = "") -> str:
    """The first 32 hex digits of a SHA-256 over kind, rule, key and the sentence with single spaces."""
    content = "\n".join((kind, rule, key or "", " ".join(sentence.split())))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """One known problem, and how many times it is known (a sentence can have two wrong numbers)."""

    fingerprint: str
    kind: str
    file: str
    about: str
    """The key and the beginning of the sentence, for whoever reads the file."""
    times: int


@dataclass(frozen=True, slots=True)
class Split:
    """Findings parted by a baseline: the new ones, how many it knows, and what of it no longer shows."""

    new: tuple[Finding, ...]
    known: int
    stale: tuple[KnownProblem, ...]


def split(findings: Iterable[Finding], baseline: Iterable[KnownProblem], files: Collection[str]) -> Split:
    """Take the known problems out of the findings.

    Of what is known, only that of one of `files` can be stale: nobody looked into the others.
    """
    baseline = tuple(baseline)
    left = Counter({known.fingerprint: known.times for known in baseline})
    new = []
    count = 0
    for finding in findings:
        if left[finding.fingerprint] > 0:
            left[finding.fingerprint] -= 1
            count += 1
        else:
            new.append(finding)
    stale = tuple(known for known in baseline if left[known.fingerprint] > 0 and known.file in files)
    return Split(tuple(new), count, stale)


def to_baseline(findings: Iterable[Finding]) -> str:
    """The findings as the text of a baseline file."""
    times: Counter[str] = Counter()
    first: dict[str, Finding] = {}
    for finding in findings:
        times[finding.fingerprint] += 1
        first.setdefault(finding.fingerprint, finding)
    problems = [
        {
            "fingerprint": mark,
            "kind": finding.problem.kind,
            "file": finding.region.file,
            "about": _about(finding),
            "times": times[mark],
        }
        for mark, finding in first.items()
    ]
    problems.sort(key=lambda told: (told["file"], told["kind"], told["about"], told["fingerprint"]))
    return json.dumps({"schema": SCHEMA, "problems": problems}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _about(finding: Finding) -> str:
    sentence = " ".join(finding.sentence.split())
    if len(sentence) > _SHOWN:
        sentence = sentence[: _SHOWN - 1] + "…"
    told = ": ".join(filter(None, (finding.problem.key, sentence)))
    # A key may hold half of a surrogate pair; the file is UTF-8.
    return told.encode("utf-8", "replace").decode("utf-8")


def from_baseline(text: str, name: str) -> tuple[KnownProblem, ...]:
    """The known problems of a baseline file; UserError says what is wrong with it."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name} is no baseline: {error}", hint=_HINT) from error
    if not isinstance(told, dict) or told.get("schema") != SCHEMA or not isinstance(told.get("problems"), list):
        raise UserError(f"{name} is no baseline of schema {SCHEMA}", hint=_HINT)
    return tuple(_known(item, f"{name}, problem {number}") for number, item in enumerate(told["problems"], 1))


def _known(item: Any, where: str) -> KnownProblem:
    if not isinstance(item, dict):
        raise UserError(f"{where}: expected an object", hint=_HINT)
    texts = all(isinstance(item.get(name), str) for name in ("fingerprint", "kind", "file", "about"))
    times = item.get("times", 1)
    if not texts or not isinstance(times, int) or times < 1:
        raise UserError(f"{where}: expected the texts fingerprint, kind, file and about, and times from 1", hint=_HINT)
    return KnownProblem(item["fingerprint"], item["kind"], item["file"], item["about"], times)
