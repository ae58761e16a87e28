"""What checking makes: a verdict for each claim, the problems found, and totals."""

from __future__ import annotations

from dataclasses import dataclass

from writer.draft import Place, Problem, Verdict


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """The verdict on one claim, and whether every entry it cites exists."""

    place: Place
    exists: bool
    verdict: Verdict


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
