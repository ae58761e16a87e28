"""What checking makes: a verdict for each claim, the problems found, and totals; and the same laid over files.

A `Report` counts sentences. An `Inspection` says where each of them stands in which file, how much each problem
counts, and what was silenced: it is what `writer check` tells, in whatever format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from writer.draft import Evidence, Kind, Place, Problem, Usage, Verdict

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Part:
    """One atomic claim of a sentence, judged for itself. `spans` are the pieces of the sentence it is made of."""

    text: str
    spans: tuple[tuple[int, int], ...]
    citations: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Vote:
    """What one judge said of one atomic claim, in one answer."""

    judge: str
    """The model's id."""
    said: str
    """Its own word: supported, partly, contradicted, not in the abstract, cannot tell; with `(quote not found)` where
    the entry does not say what it rests on; or `unreadable`."""
    verdict: Verdict
    """What it counts as: `unverified` for an answer that cannot tell, cannot be read, or rests on a made-up quote."""
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    """The quotes it rests on that the entries really say."""
    probability: float | None = None
    """Of `supported` among the five words, where its answer began to say one; None where the server does not tell."""
    part: int = 0
    """Which atomic claim it is about, by its position."""


def split_of(votes: Sequence[Vote]) -> str:
    """The votes in words, the most frequent first: `3 of 5 votes: supported, 2: partly`; empty for none.

    With several judges, each one's words follow in brackets.
    """
    if not votes:
        return ""
    (most, many), *others = Counter(vote.said for vote in votes).most_common()
    first = f"{many} of {len(votes)} votes: {most}" if len(votes) > 1 else f"1 vote: {most}"
    told = ", ".join([first, *(f"{many}: {word}" for word, many in others)])
    judges = dict.fromkeys(vote.judge for vote in votes)
    if len(judges) < 2:
        return told
    each = (f"{judge}: {', '.join(vote.said for vote in votes if vote.judge == judge)}" for judge in judges)
    return f"{told} ({'; '.join(each)})"


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
    by: str = "rules"
    """Who gave the verdict: `rules` or `judge`."""
    votes: tuple[Vote, ...] = ()
    """A judge's votes, in the order they were cast, part by part."""

    @property
    def split(self) -> str:
        """The votes in words, part by part; empty where nobody voted."""
        if not self.parts:
            return split_of(self.votes)
        parts = ((at, split_of([vote for vote in self.votes if vote.part == at])) for at in range(len(self.parts)))
        return "; ".join(f"part {at + 1}: {told}" for at, told in parts if told)


@dataclass(frozen=True, slots=True)
class Alike:
    """Two entries cited in one sentence that look like one work, and what makes them look so."""

    keys: tuple[str, str]
    because: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a text makes of its corpus. Entries under their own keys, in the order of the corpus."""

    retrieved_uncited: tuple[str, ...] = ()
    """Retrieved for a draft, and cited by none of its claims."""
    cited: int = 0
    """How many entries of the corpus are cited."""
    never_cited: tuple[str, ...] = ()
    """Entries of the corpus that no sentence cites."""
    in_passing: tuple[str, ...] = ()
    """Entries cited once, and only among several others."""
    alike: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class Judging:
    """What judging took and what it left. Claims are atomic claims here."""

    judges: tuple[str, ...]
    """The models' ids."""
    judged: int = 0
    left: int = 0
    """Open claims that were not judged to the end."""
    usage: Usage = field(default_factory=Usage)
    stopped: str = ""
    """Which limit ended it; empty where none did."""
    notes: tuple[str, ...] = ()
    """Why claims could not be judged."""


@dataclass(frozen=True, slots=True)
class Report:
    """All verdicts and problems of a draft, in reading order."""

    verdicts: tuple[ClaimVerdict, ...]
    problems: tuple[Problem, ...]
    coverage: Coverage = Coverage()
    judging: Judging | None = None
    """None where no judge was asked."""

    def totals(self) -> dict[str, int]:
        """How many claims there are, and how many of each verdict that occurs."""
        counts: dict[str, int] = {"claims": len(self.verdicts)}
        for claim in self.verdicts:
            counts[claim.verdict] = counts.get(claim.verdict, 0) + 1
        return counts


@dataclass(frozen=True, slots=True)
class Explanation:
    """A kind of problem in words, for whoever is told of one."""

    kind: Kind
    severity: Severity
    meaning: str
    looks_at: str
    example: str
    advice: str
    sure: tuple[str, ...]
    """How sure it is, in sentences: measured rates, or why there are none."""
    precision: float | None = None
    """The share of real alarms, of errors and controls at even odds; None where it was not measured."""


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a file. Lines and columns count from 1, columns in characters; the end is the first place after it.

    Column 0 means that only the line is known.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Evidence as it is shown beside a claim, with the file and line of its entry where they are known."""

    evidence: Evidence
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a file: where it stands, how much it counts, and what to read beside it."""

    problem: Problem
    severity: Severity
    region: Region
    sentence: str
    """The sentence it is about; empty for one that is about an entry or a whole file."""
    fingerprint: str
    """The same as long as kind, key and words of the sentence are, wherever it stands."""
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class InspectedClaim:
    """A claim of a file with its verdict, the evidence to read beside it, and the kinds of problems it has."""

    text: str
    region: Region
    citations: tuple[str, ...]
    verdict: ClaimVerdict
    shown: tuple[Shown, ...] = ()
    problems: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that one run of the checker has to tell about its files, in reading order."""

    claims: tuple[InspectedClaim, ...]
    findings: tuple[Finding, ...]
    coverage: Coverage = Coverage()
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The text of each file that was read, to show lines of."""
    silenced: int = 0
    """Problems that a comment or `--ignore` keeps from being told."""
    known: int = 0
    """Problems that the baseline holds; they are not among the findings."""
    stale: tuple[str, ...] = ()
    """What the baseline holds and nothing shows any more, in words."""
    _lines: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    def totals(self) -> dict[str, int]:
        """How many claims there are, and how many of each verdict that occurs."""
        return Report(tuple(claim.verdict for claim in self.claims), ()).totals()

    def line(self, file: str, number: int) -> str | None:
        """A line of one of the files, counted from 1, without its end; None where it is not at hand."""
        if file not in self._lines:
            self._lines[file] = self.files.get(file, "").split("\n")
        lines = self._lines[file]
        return lines[number - 1] if file in self.files and 0 < number <= len(lines) else None
