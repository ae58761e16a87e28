"""What votes add up to. Pure; no model and no text.

After ChainPoll (Friel and Sanyal, *Chainpoll: A High Efficacy Method for LLM Hallucination Detection*, 2023): the
share of votes is the score. Only `supported` counts towards it. `partly` counts for nothing, as where benchmarks with
three labels are read with two (Tang et al., *MiniCheck: Efficient Fact-Checking of LLMs on Grounding Documents*, 2024):
a claim that is half supported is not one to leave as it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from writer.draft import Verdict
from writer.report import Vote

AGAINST: tuple[Verdict, ...] = ("partly", "not-in-abstract", "contradicted")
"""The verdicts that speak against a claim, the mildest first."""

UNREADABLE = "unreadable"
"""What a vote is called that could not be read."""


def verdict_of(votes: Sequence[Vote]) -> Verdict:
    """The verdict of most of the votes; `unverified` where neither side has more than half of all.

    Against a claim the votes need not agree on the kind: the most frequent one is told, of equals the mildest, since
    the votes do not carry more.
    """
    counts = Counter(vote.verdict for vote in votes)
    if 2 * counts["supported"] > len(votes):
        return "supported"
    if 2 * sum(counts[kind] for kind in AGAINST) > len(votes):
        return max(AGAINST, key=lambda kind: counts[kind])
    return "unverified"


def unquoted(votes: Sequence[Vote], keys: Sequence[str]) -> tuple[str, ...]:
    """Those of the keys that no vote for `supported` quotes. One vote may quote one entry, and another the next."""
    quoted = {evidence.key for vote in votes if vote.verdict == "supported" for evidence in vote.evidence}
    return tuple(key for key in keys if key not in quoted)


def score_of(votes: Sequence[Vote]) -> float | None:
    """The share of all votes that call the claim supported, 0 to 1; None where none could be read."""
    if all(vote.said == UNREADABLE for vote in votes):
        return None
    return sum(vote.verdict == "supported" for vote in votes) / len(votes)


def settled(votes: Sequence[Vote], left: int) -> bool:
    """Whether `left` further votes cannot change the verdict any more."""
    counts = Counter(vote.verdict for vote in votes)
    against = sum(counts[kind] for kind in AGAINST)
    total = len(votes) + left
    if 2 * counts["supported"] > total:
        return True
    if 2 * against > total:
        first, second, *_ = sorted((counts[kind] for kind in AGAINST), reverse=True)
        return left == 0 or first > second + left
    return left == 0 or 2 * (max(counts["supported"], against) + left) <= total


def agrees(vote: Vote, against: bool) -> bool:
    """Whether a vote says what the rules say: against the claim where they found something, else for it."""
    return vote.verdict in AGAINST if against else vote.verdict == "supported"
