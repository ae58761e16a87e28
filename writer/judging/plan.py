"""What judging would take, told before anything is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from writer.draft import Draft, Usage
from writer.drafting.asking import opening
from writer.drafting.prompts import Prompts
from writer.entry import Corpus
from writer.judging.answer import JUDGE_SCHEMA
from writer.judging.open_claims import OpenClaim, open_claims
from writer.judging.settings import JudgeSettings
from writer.judging.showing import shown
from writer.manuscript import Manuscript
from writer.models.base import Model, Request
from writer.models.budget import Count, count
from writer.models.meter import at_most
from writer.models.prices import Price
from writer.report import Report


@dataclass(frozen=True, slots=True)
class JudgingPlan:
    """The claims to judge, and the most that their calls can take.

    `least` is for first votes that settle every claim, `most` for those that settle none. Answers in the call log,
    which cost nothing again, are not taken off.
    """

    claims: tuple[OpenClaim, ...]
    judges: tuple[str, ...]
    least: Usage
    most: Usage

    def told(self) -> str:
        """The plan in one or two lines, for a person."""
        if not self.claims:
            return "judge: no claim is left open"
        claims = "1 claim" if len(self.claims) == 1 else f"{len(self.claims):,} claims"
        price = "no price is known for this model at this server"
        if self.most.cost_usd is not None and self.least.cost_usd is not None:
            price = f"at most ${self.least.cost_usd:.4f} to ${self.most.cost_usd:.4f} at list price"
        return (
            f"judge: {claims} left open, {', '.join(self.judges)}: {_range(self.least.calls, self.most.calls)} calls,"
            f" about {_range(self.least.prompt_tokens, self.most.prompt_tokens)} tokens of prompts,"
            f" at most {_range(self.least.completion_tokens, self.most.completion_tokens)} of answers; {price}\n"
            "  An estimate: an answer that cannot be used is asked for once more; the call log answers for nothing."
        )


def plan_judging(
    report: Report,
    source: Draft | Manuscript,
    corpus: Corpus,
    models: Sequence[Model],
    prompts: Prompts,
    settings: JudgeSettings | None = None,
    *,
    price: Price = lambda _model, _usage: None,
    counter: Callable[[str], Count] | None = None,
) -> JudgingPlan:
    """Which claims `judge` would ask about, and what that would take. Asks nothing."""
    settings = settings or JudgeSettings()
    claims = open_claims(report, source, corpus)
    rounds = settings.votes(len(models)) // len(models)
    least, most = Usage(), Usage()
    for model in models:
        counted = counter or (lambda text, model=model: count(text, model.id))  # type: ignore[misc]
        for claim in claims:
            once = at_most(_request(claim, prompts, settings), counted)
            least += replace(once, cost_usd=price(model.id, once))
            many = replace(
                once,
                calls=rounds,
                prompt_tokens=rounds * once.prompt_tokens,
                completion_tokens=rounds * once.completion_tokens,
            )
            most += replace(many, cost_usd=price(model.id, many))
    return JudgingPlan(claims, tuple(model.id for model in models), least, most)


def joined(plans: Sequence[JudgingPlan]) -> JudgingPlan:
    """One plan of those for several sources, by the same judges; at least one."""
    return JudgingPlan(
        claims=tuple(claim for plan in plans for claim in plan.claims),
        judges=plans[0].judges,
        least=sum((plan.least for plan in plans), start=Usage()),
        most=sum((plan.most for plan in plans), start=Usage()),
    )


def _request(claim: OpenClaim, prompts: Prompts, settings: JudgeSettings) -> Request:
    """The first vote's. Further ones differ in the order of what they show, not in its length."""
    prompt, _ = shown(claim, 0, prompts)
    return Request(prompt.name, opening(prompt), settings.max_tokens, schema=JUDGE_SCHEMA)


def _range(least: int, most: int) -> str:
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"
