"""Votes on one claim: one from each judge first, more only where they do not bear the rules out.

The first votes settle most claims. Where they disagree with the rules, or a judge cannot tell, the judges are asked
again in turn, up to the number of polls, and no longer than the verdict can still change. `supported` also waits for a
quote of every cited entry, as long as votes are left that may bring it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from writer.draft import Usage
from writer.drafting.asking import ask, usage_of
from writer.drafting.prompts import Prompts
from writer.entry import Corpus
from writer.errors import AnswerError, BudgetExceeded, ContextOverflow
from writer.judging.answer import JUDGE_SCHEMA, WORDS, Opinion, probability, read_opinion
from writer.judging.counting import UNREADABLE, agrees, settled, unquoted, verdict_of
from writer.judging.open_claims import OpenClaim
from writer.judging.settings import JudgeSettings
from writer.judging.showing import shown
from writer.models.base import Completion, Model, Request
from writer.report import Vote
from writer.settings import Settings


@dataclass(frozen=True, slots=True)
class Poll:
    """The votes on a claim and what they took; `stopped` says which limit ended it before it was settled."""

    votes: tuple[Vote, ...]
    usage: Usage
    stopped: str = ""


class Jury:
    """One judge or several, with what all their votes share: corpus, prompts and settings."""

    def __init__(self, judges: Sequence[Model], corpus: Corpus, prompts: Prompts, settings: JudgeSettings) -> None:
        self.judges = tuple(judges)
        self.settings = settings
        self._corpus = corpus
        self._prompts = prompts

    def poll(self, claim: OpenClaim) -> Poll:
        """Votes on a claim until it is settled. Raises the errors of the server; a limit ends the poll instead."""
        most = self.settings.votes(len(self.judges))
        votes: list[Vote] = []
        unable: dict[str, Vote] = {}
        usage = Usage()
        for number in range(most):
            if number >= len(self.judges) and _done(claim, votes, most - number):
                break
            judge = self.judges[number % len(self.judges)]
            try:
                vote, took = unable.get(judge.id), Usage()
                if vote is None:
                    vote, took = self.vote(claim, number, judge)
            except ContextOverflow as error:  # it will be as long the next time
                vote, took = unable.setdefault(judge.id, _unreadable(claim, judge, error.message)), Usage()
            except BudgetExceeded as error:
                return Poll(tuple(votes), usage, error.message)
            votes.append(vote)
            usage += took
        return Poll(tuple(votes), usage)

    def vote(self, claim: OpenClaim, number: int, judge: Model) -> tuple[Vote, Usage]:
        """One vote (counted from 0), and what it took. An answer that cannot be used is told once what failed."""
        prompt, keys = shown(claim, number, self._prompts)
        weighing = _Weighing(judge, self.settings.weigh)

        def read(text: str) -> tuple[Opinion, list[str]]:
            opinion = read_opinion(text, keys, self._corpus)
            if opinion.unfounded:
                raise AnswerError(opinion.unfounded, answer=text)
            return opinion, []

        try:
            answer = ask(
                prompt,
                JUDGE_SCHEMA,
                read,
                model=weighing,
                prompts=self._prompts,
                settings=asking_settings(self.settings, number // len(self.judges)),
            )
        except AnswerError as error:
            return self._last_word(error, claim, judge, keys), usage_of(error)
        vote = _vote(answer.value, claim, judge)
        return replace(vote, probability=probability(weighing.logprobs)), answer.usage

    def _last_word(self, error: AnswerError, claim: OpenClaim, judge: Model, keys: dict[str, str]) -> Vote:
        """The vote of an answer that was no better the second time: without its quotes, or unreadable."""
        try:
            opinion = read_opinion(error.answer, keys, self._corpus)
        except AnswerError:
            return _unreadable(claim, judge, error.message)
        vote = _vote(opinion, claim, judge)
        return replace(vote, said=f"{opinion.said} (quote not found)", verdict="unverified")


class _Weighing:
    """A judge that is asked for the probability of its verdict; `logprobs` are those of its last answer."""

    def __init__(self, judge: Model, weigh: bool) -> None:
        self.id = judge.id
        self.logprobs: tuple[tuple[str, float], ...] | None = None
        self._judge = judge
        self._weigh = weigh

    def complete(self, request: Request) -> Completion:
        """The judge's answer."""
        completion = self._judge.complete(replace(request, weigh="verdict") if self._weigh else request)
        self.logprobs = completion.logprobs
        return completion


def asking_settings(settings: JudgeSettings, turn: int) -> Settings:
    """How a judge is asked for its vote, by its turn: each with a seed of its own, the first at temperature 0."""
    return Settings(
        max_tokens=settings.max_tokens,
        context=max(Settings().context, 2 * settings.max_tokens),
        temperature=settings.temperature if turn else 0.0,
        seed=settings.seed + turn,
    )


def _done(claim: OpenClaim, votes: Sequence[Vote], left: int) -> bool:
    """Whether no vote is needed any more: the verdict stands, and is not waiting for a quote that may yet come."""
    stands = all(agrees(vote, claim.against) for vote in votes) or settled(votes, left)
    can_be_supported = not (claim.faulty or claim.bare)
    waiting = can_be_supported and verdict_of(votes) == "supported" and bool(unquoted(votes, claim.keys))
    return stands and not waiting


def _vote(opinion: Opinion, claim: OpenClaim, judge: Model) -> Vote:
    verdict = WORDS[opinion.said]
    return Vote(judge.id, opinion.said, verdict, opinion.reason, opinion.evidence, part=claim.part)


def _unreadable(claim: OpenClaim, judge: Model, why: str) -> Vote:
    return Vote(judge.id, UNREADABLE, "unverified", why, part=claim.part)
