"""What checking makes: a verdict for each claim, the problems found, and totals."""

from __future__ import annotations

from dataclasses import dataclass

from writer.draft import Evidence, Place, Problem, Verdict


@dataclass(frozen=True, slots=True)
class Part:
    """One atomic claim of a sentence, judged for itself. `spans` are the pieces of the sentence it is made of."""

    text: str
    spans: tuple[tuple[int, int], ...]
    citations: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """The verdict on one claim, and whether every entry it cites exists."""

    place: Place
    exists: bool
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    """What to read beside the claim: its verified quotes, else the sentence of each cited entry that comes nearest."""
    score: float | None = None
    """The share of a judge's votes that call it supported, 0 to 1; None where nobody judged."""
    parts: tuple[Part, ...] = ()
    """The atomic claims, where there are several; the verdict is the worst of theirs."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the draft did not use: retrieved entries that no claim cites."""

    retrieved_uncited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All verdicts and problems of a draft, in reading order."""

    verdicts: tuple[ClaimVerdict, ...]
    problems: tuple[Problem, ...]
    coverage: Coverage = Coverage()

    def totals(self) -> dict[str, int]:
        """How many claims there are, and how many of each verdict that occurs."""
        counts: dict[str, int] = {"claims": len(self.verdicts)}
        for claim in self.verdicts:
            counts[claim.verdict] = counts.get(claim.verdict, 0) + 1
        return counts
