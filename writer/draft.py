"""What drafting makes: hits, a plan, sentences with their evidence, and the draft they add up to.

Frozen values only. Text and citations never share a field: `Sentence.text` has no citation markup, and the
renderers decide how a citation looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Role = Literal["claim", "framing"]
FieldName = Literal["title", "abstract"]
Verdict = Literal[
    "supported",  # judged, with a verified quote
    "quoted",  # verified quote, rules find nothing against it, nobody judged
    "unverified",  # could not be verified
    "partly",
    "not-in-abstract",
    "contradicted",
    "uncited",  # a claim that cites nothing real
    "fabricated",  # cites an entry that does not exist
]
Kind = Literal[
    "unknown-key",
    "not-shown",
    "uncited-claim",
    "stray-reference",
    "quote-not-found",
    "number-mismatch",
    "name-mismatch",
    "direction",  # better for worse, more for less, or a negation turned round
    "overstated",
    "misattributed",  # another entry fits clearly better
    "no-evidence",  # no sentence of the cited entry comes near the claim
    "author-year",  # the prose names an author or a year that the cited entry does not have
    "duplicate-key",  # one work cited under two keys
    "incomplete-entry",  # a cited entry lacks what a reference needs
    "judged",  # a judge did not find the claim supported
    "truncated",
    "malformed",
    "unread",  # a part of a manuscript was not read as it was meant
    "not-cited",  # an entry that had to be cited is not
]


@dataclass(frozen=True, slots=True)
class Hit:
    """One retrieved entry: `rank` counts from 1, `score` is higher for better, parts explain it."""

    key: str
    rank: int
    score: float
    lexical: float | None = None
    dense: float | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A retrieved entry that the draft does not use, and why."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """One group of a plan: its heading, the angle to take, and the entries to tell."""

    heading: str
    angle: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How the hits fall into groups, and which are left out with what reason."""

    groups: tuple[PlanGroup, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote for a claim: `quote == entry.<field>[start:end]` when it was found.

    `start` and `end` are -1 for a quote that is not in the entry; such a quote is kept as the model gave it
    and the checker reports it.
    """

    key: str
    quote: str
    start: int = -1
    end: int = -1
    field: FieldName = "abstract"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. A claim states findings and must cite; framing connects and must not state any."""

    text: str
    role: Role = "claim"
    citations: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    verdict: Verdict = "unverified"
    cited_at: tuple[int, ...] = ()
    """Where in the text each citation stands, parallel to `citations`; empty where they stand behind the sentence."""


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and its paragraphs; `shown` are the keys that the drafter could see while writing it."""

    heading: str
    paragraphs: tuple[tuple[Sentence, ...], ...]
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands in a draft, counted from 0; -1 means the whole of it."""

    group: int
    paragraph: int = -1
    sentence: int = -1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a sentence. `span` counts characters of its text."""

    kind: Kind
    place: Place
    detail: str
    key: str | None = None
    suggestion: str | None = None
    span: tuple[int, int] | None = None
    rule: str = ""
    """Which way of finding this kind spoke, where there are several that are not equally sure."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the model calls took. Tokens as the server counted them, or estimated where it did not."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        costs = [cost for cost in (self.cost_usd, other.cost_usd) if cost is not None]
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost_usd=sum(costs) if costs else None,
            estimated=self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to mend a failing sentence. `place` is its place in the draft as it was first written."""

    round: int
    """Counted from 1."""
    place: Place
    before: Sentence
    after: Sentence | None
    """What it was to become; None where it was to be dropped."""
    taken: bool
    why: str = ""
    """Why it was not taken; for one that was dropped, what was wrong with it."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """What repair did, counted over all sentences of the draft as it was first written.

    The two shares are those of *Confidence v.s. Critique* (Yang et al., 2024): how much of what was right stayed
    right, and how much of what was wrong was made right. A sentence is right when the rules find no problem with it;
    one that was dropped is not made right.
    """

    rounds: int = 0
    right: int = 0
    kept_right: int = 0
    wrong: int = 0
    made_right: int = 0
    dropped: int = 0
    attempts: tuple[Attempt, ...] = ()
    notes: tuple[str, ...] = ()
    """What went wrong while asking for repairs."""

    @property
    def confidence(self) -> float | None:
        """The share of right sentences that stayed right, 0 to 1; None where there was none."""
        return self.kept_right / self.right if self.right else None

    @property
    def critique(self) -> float | None:
        """The share of wrong sentences that were made right, 0 to 1; None where there was none."""
        return self.made_right / self.wrong if self.wrong else None

    def told(self) -> str:
        """The account in one sentence; empty where nothing was asked for."""
        if not self.rounds:
            return ""
        rounds = "1 round" if self.rounds == 1 else f"{self.rounds} rounds"
        gone = f", {self.dropped} dropped" if self.dropped else ""
        return (
            f"Repair ({rounds}): {self.made_right} of {self.wrong} failing sentences made right{gone};"
            f" {self.kept_right} of {self.right} right ones kept right."
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted section with everything needed to judge and reproduce it."""

    theme: str
    groups: tuple[Group, ...]
    corpus_digest: str
    corpus_entries: int
    corpus_sources: tuple[str, ...]
    settings: tuple[tuple[str, Any], ...]
    """The settings that shape the text, as (name, value) pairs, with their `digest` as the last."""
    drafter: str
    retrieved: tuple[Hit, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problems: tuple[Problem, ...] = ()
    usage: Usage = field(default_factory=Usage)
    repairs: Repairs = Repairs()
    """What repair did; no part of the Draft JSON."""

    def sentences(self) -> Iterator[tuple[Place, Sentence]]:
        """Every sentence with its place, in reading order."""
        for g, group in enumerate(self.groups):
            for p, paragraph in enumerate(group.paragraphs):
                for s, sentence in enumerate(paragraph):
                    yield Place(g, p, s), sentence

    def cited(self) -> tuple[str, ...]:
        """The cited keys in the order of their first citation, each once."""
        return tuple(dict.fromkeys(key for _, sentence in self.sentences() for key in sentence.citations))

    def with_sentence(self, place: Place, sentence: Sentence) -> Draft:
        """A copy in which the sentence at `place` is another."""
        group = self.groups[place.group]
        paragraph = list(group.paragraphs[place.paragraph])
        paragraph[place.sentence] = sentence
        paragraphs = list(group.paragraphs)
        paragraphs[place.paragraph] = tuple(paragraph)
        groups = list(self.groups)
        groups[place.group] = replace(group, paragraphs=tuple(paragraphs))
        return replace(self, groups=tuple(groups))
