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
    "truncated",
    "malformed",
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
