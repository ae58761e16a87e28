"""Which of the problems found in a sentence are told: what is not to be compared is spared, and one cause is told once.

The rules each look at one thing and know nothing of each other. Here their problems meet: the author's own work and
what another citation speaks for are compared with nothing, an entry of which only the title is known says nothing
about a claim, and a claim that cites the wrong work is told once and not word by word. No rule is applied here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from operator import itemgetter

from writer.checking.case import Case
from writer.checking.claims import Claim
from writer.checking.kinds import severity
from writer.draft import Kind, Problem

SUPPORT: frozenset[Kind] = frozenset(
    {"number-mismatch", "name-mismatch", "direction", "overstated", "misattributed", "no-evidence"}
)
"""Kinds that compare what a claim says with what its entries say."""
_HELD_TO: frozenset[Kind] = frozenset({"number-mismatch", "name-mismatch"})
_PLACING: frozenset[Kind] = frozenset({"misattributed", "no-evidence"})
"""Kinds that speak of a claim as a whole."""
_AGAINST = frozenset({"direction", "negated", "overstated", "number-misplaced", "name-misplaced", "name-misdefined"})
"""Rules that hold a claim against a sentence of the entry; all others tell of what no cited entry says."""


def spared(case: Case, problems: Sequence[Problem]) -> list[Problem]:
    """The problems that are told of a sentence, in their order.

    Left out are those of support where there is nothing to compare (`Claim.own`, `Claim.apart`), those about an entry
    without an abstract, and all but one where several come of one cause.
    """
    if not any(problem.kind in SUPPORT for problem in problems):
        return list(problems)
    whose = _of_claims(case.claims)
    kept = [p for p in problems if p.kind not in SUPPORT or _comparable(case, p, whose(p))]
    return _each_cause_once(kept, whose, quoted=case.quoted)


_Whose = Callable[[Problem], Claim | None]


def _of_claims(claims: Sequence[Claim]) -> _Whose:
    """Which claim a problem is in; None where it has no place."""
    pieces = sorted((*claim.spans[-1], number) for number, claim in enumerate(claims))
    starts = [start for start, _, _ in pieces]

    def whose(problem: Problem) -> Claim | None:
        if problem.span is None:
            return None
        at = problem.span[0]
        found = bisect_right(starts, at) - 1
        if found < 0 or at >= pieces[found][1]:
            return None
        number = pieces[found][2]
        after = claims[number + 1] if number + 1 < len(claims) else None
        # A subject that two claims share is of the one that is compared.
        if _spared(claims[number]) and after is not None and not _spared(after) and after.holds(at):
            return after
        return claims[number]

    return whose


def _spared(claim: Claim) -> bool:
    return claim.own or claim.apart


def _comparable(case: Case, problem: Problem, claim: Claim | None) -> bool:
    """Whether it can be told from the entries that a claim cites what the problem says."""
    if claim is not None and _spared(claim):
        return False
    if problem.key is not None and _silent(case, problem.key):
        return False
    if claim is None or (problem.rule or problem.kind) in _AGAINST:
        return True
    # What the others do not say, an entry that nobody could read may say.
    unread = any(_silent(case, key) for key in claim.citations)
    unknown = not case.quoted and any(case.known.entry(key) is None for key in claim.citations)
    return not (unread or unknown)


def _silent(case: Case, key: str) -> bool:
    """Whether an entry exists of which no more than the title is known."""
    entry = case.known.entry(key)
    return entry is not None and not entry.abstract.strip()


def _each_cause_once(problems: list[Problem], whose: _Whose, *, quoted: bool) -> list[Problem]:
    """Where the wrong work is cited, that alone; else what is found in detail, and not that the whole is not found.

    What is told of a claim as a whole takes in all that is quieter or, save errors, as loud; a note of the whole is
    told where there is nothing else. A draft is held to its quotes number by number and name by name, whatever is told
    of the whole.
    """
    whole = [p for p in problems if p.kind in _PLACING and severity(p) != "note" and p.span is not None]
    spans = sorted(p.span for p in whole if p.span is not None)
    detailed = {whose(p) for p in problems if p.kind in SUPPORT - _PLACING and not _within(p, spans)}
    loose = SUPPORT - _HELD_TO if quoted else SUPPORT
    placed: set[str | None] = set()
    kept = []
    for problem in sorted(problems, key=lambda p: p.kind == "no-evidence"):
        if problem.kind in _PLACING:
            if problem.key in placed or (severity(problem) == "note" and whose(problem) in detailed):
                continue
            placed.add(problem.key)
        elif problem.kind in loose and severity(problem) != "error" and _within(problem, spans):
            continue
        kept.append(problem)
    return kept


def _within(problem: Problem, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a problem begins in one of some pieces, which are in order and apart."""
    if problem.span is None:
        return False
    at = bisect_right(spans, problem.span[0], key=itemgetter(0)) - 1
    return at >= 0 and problem.span[0] < spans[at][1]
