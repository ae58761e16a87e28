"""The judge's entry point: the rules' report and its source in, a report with votes and new verdicts out.

Only claims that rules leave open are judged, each atomic claim by itself, in calls of its own. What rules found stays
in the report whatever a judge says. `supported` takes more than votes: an abstract and a quote of every cited
entry, and no error of the rules. Else the claim is `unverified`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from writer.checking.check import worst
from writer.draft import Draft, Evidence, Place, Problem, Usage, Verdict
from writer.drafting.parallel import side_by_side
from writer.drafting.prompts import Prompts
from writer.entry import Corpus
from writer.errors import SettingsError
from writer.judging.counting import AGAINST, score_of, unquoted, verdict_of
from writer.judging.open_claims import OpenClaim, open_claims
from writer.judging.settings import JudgeSettings
from writer.judging.voting import Jury, Poll
from writer.manuscript import Manuscript
from writer.models.base import Model
from writer.report import ClaimVerdict, Judging, Report, Vote, split_of

Judged = Mapping[tuple[Place, int], tuple[OpenClaim, Poll]]
"""The polls, by the place and the part of their claims."""

_REASON_LENGTH = 400
"""Characters of a reason that a problem tells; the vote keeps all of it."""
_SAYS: Mapping[Verdict, str] = {
    "partly": "only partly supported",
    "not-in-abstract": "not in the abstract",
    "contradicted": "contradicted",
}


def judge(
    report: Report,
    source: Draft | Manuscript,
    corpus: Corpus,
    models: Sequence[Model],
    prompts: Prompts,
    settings: JudgeSettings | None = None,
    *,
    jobs: int = 4,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """The report with the verdicts of one or more judges on the claims that rules leave open.

    `report` is that of `check` or `check_manuscript` on the same `source`; several `models` are a jury. At most `jobs`
    claims are judged at a time. A limit that is reached keeps what was judged, leaves the other claims as they were
    and is told in `Report.judging`. Raises SettingsError for no model or the same one twice, and what a server raises.
    """
    if not models or len({model.id for model in models}) < len(models):
        raise SettingsError("a judge is named twice, or none at all", hint="name each model once")
    claims = open_claims(report, source, corpus)
    jury = Jury(models, corpus, prompts, settings or JudgeSettings())
    polls = side_by_side(
        [lambda claim=claim: jury.poll(claim) for claim in claims],  # type: ignore[misc]
        jobs,
        lambda done: progress(f"{done} of {len(claims)} claims judged"),
    )
    judged = {(claim.place, claim.part): (claim, poll) for claim, poll in zip(claims, polls, strict=True)}
    problems = [*report.problems, *(problem for one in judged.values() if (problem := _problem(*one)) is not None)]
    problems.sort(key=_draft_order if isinstance(source, Draft) else _manuscript_order)
    return replace(
        report,
        verdicts=tuple(_with_votes(verdict, judged) for verdict in report.verdicts),
        problems=tuple(problems),
        judging=_account(models, polls),
    )


def _draft_order(problem: Problem) -> tuple[int, ...]:
    return problem.place.group, problem.place.paragraph, problem.place.sentence


def _manuscript_order(problem: Problem) -> tuple[int, ...]:
    """Passages are counted through; problems of the text as a whole stand last."""
    return int(problem.place.sentence < 0), problem.place.sentence


def _with_votes(verdict: ClaimVerdict, judged: Judged) -> ClaimVerdict:
    """The verdict on a sentence with those of its atomic claims that were judged; the worst of them is its own."""
    parts = max(1, len(verdict.parts))
    asked = {part: judged[verdict.place, part] for part in range(parts) if (verdict.place, part) in judged}
    found = {part: told for part, (claim, poll) in asked.items() if (told := _verdict(claim, poll)) is not None}
    polls = {part: poll for part, (_, poll) in asked.items()}
    votes = tuple(vote for poll in polls.values() for vote in poll.votes)
    if not found:
        return replace(verdict, votes=votes)
    each = [found.get(number, part.verdict) for number, part in enumerate(verdict.parts)] or [found[0]]
    scores = [score for part in found if (score := score_of(polls[part].votes)) is not None]
    return replace(
        verdict,
        verdict=worst(each),
        evidence=tuple(dict.fromkeys((*_deciding(polls.values()), *verdict.evidence))),
        score=min(scores, default=None),
        parts=tuple(replace(part, verdict=told) for part, told in zip(verdict.parts, each, strict=False)),
        by="judge",
        votes=votes,
    )


def _verdict(claim: OpenClaim, poll: Poll) -> Verdict | None:
    """The verdict on a claim: what its poll says, but `supported` only where nothing stands in its way."""
    counted = _counted(poll)
    return "unverified" if counted == "supported" and (claim.faulty or _unshown(claim, poll)) else counted


def _unshown(claim: OpenClaim, poll: Poll) -> tuple[str, ...]:
    """The cited keys for which no supporting vote shows that the entry says so: without an abstract, else unquoted."""
    return tuple(dict.fromkeys((*claim.bare, *unquoted(poll.votes, claim.keys))))


def _counted(poll: Poll) -> Verdict | None:
    """What votes alone make of a claim; None where they leave it to the rules: none was cast that could be read.

    One that a limit cut short had not borne out the rules, so it settles nothing.
    """
    if not poll.votes or score_of(poll.votes) is None:
        return None
    return "unverified" if poll.stopped else verdict_of(poll.votes)


def _deciding(polls: Iterable[Poll]) -> list[Evidence]:
    """The quotes of the votes that decide each poll."""
    return [
        evidence
        for poll in polls
        for vote in poll.votes
        if vote.verdict == _counted(poll)
        for evidence in vote.evidence
    ]


def _problem(claim: OpenClaim, poll: Poll) -> Problem | None:
    verdict = _counted(poll)
    if verdict == "supported":
        return _unquoted(claim, poll)
    if verdict not in AGAINST:
        return None
    vote: Vote = next(vote for vote in poll.votes if vote.verdict == verdict)
    reason = vote.reason if len(vote.reason) <= _REASON_LENGTH else vote.reason[: _REASON_LENGTH - 1] + "…"
    detail = f"{_SAYS[verdict]} ({split_of(poll.votes)}): {reason}"
    if vote.evidence:
        stop = "" if reason.endswith((".", "!", "?", "…")) else "."
        detail += f"{stop} The entry says “{vote.evidence[0].quote}”"
    key = vote.evidence[0].key if vote.evidence else claim.cited[0][0]
    return Problem("judged", claim.place, detail, key=key, span=claim.span, rule=f"judged-{verdict}")


def _unquoted(claim: OpenClaim, poll: Poll) -> Problem | None:
    """Why votes for `supported` are not enough: the entries that nothing was quoted from; None where each was."""
    missing = _unshown(claim, poll)
    if not missing:
        return None
    reasons = [
        f"{key!r} has no abstract that could say so" if key in claim.bare else f"no such vote quotes {key!r}"
        for key in missing
    ]
    detail = f"called supported ({split_of(poll.votes)}), but {', and '.join(reasons)}"
    return Problem("judged", claim.place, detail, key=missing[0], span=claim.span, rule="judged-unquoted")


def _account(models: Sequence[Model], polls: Sequence[Poll]) -> Judging:
    unread = sum(bool(poll.votes) and not poll.stopped and _counted(poll) is None for poll in polls)
    stopped = [poll.stopped for poll in polls if poll.stopped]
    note = f"{unread} claims could not be judged: no answer could be read" if unread else ""
    return Judging(
        judges=tuple(model.id for model in models),
        judged=len(polls) - unread - len(stopped),
        left=unread + len(stopped),
        usage=sum((poll.usage for poll in polls), start=Usage()),
        stopped=stopped[0] if stopped else "",
        notes=(note,) if note else (),
    )
