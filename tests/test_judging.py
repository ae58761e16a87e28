"""Judging: which claims are asked about, how often, with what prompts, and what a report makes of the votes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from small import draft_of, quote, small_corpus

from writer.checking import check, check_manuscript
from writer.draft import Draft, Place, Problem, Sentence, Usage
from writer.drafting.prompts import load_prompts
from writer.entry import Corpus
from writer.errors import BudgetExceeded, ContextOverflow, SettingsError, Unreachable
from writer.judging import JudgeSettings, judge, open_claims, plan_judging
from writer.judging.showing import POINTS, points, turned
from writer.manuscript import Cited, Manuscript, Passage, Reference
from writer.models import Completion, FunctionModel, Request
from writer.models.call_log import CallLog
from writer.models.calls import LoggedModel
from writer.models.meter import Limits, MeteredModel
from writer.report import ClaimVerdict, Part, Report

CORPUS = small_corpus()
PROMPTS = load_prompts()
SELF = "We find that judges prefer their own answers in 63.5% of the pairs, against 48% for human raters."
BIAS = "Position bias of the panel stays below 4%."
PANEL = "Our experiments show that the panel agrees with people in 81% of the cases, 7 points more than the large judge"
SAYS = {"li2024mirror": SELF, "okafor2023panel": BIAS}
CLAIM = Sentence(
    "Judges prefer their own answers in 63.5% of the pairs.", "claim", ("li2024mirror",), (quote("li2024mirror", SELF),)
)
OTHER = Sentence("The bias of the panel is below 4%.", "claim", ("okafor2023panel",), (quote("okafor2023panel", BIAS),))
WRONG = replace(CLAIM, text="Judges prefer their own answers in 64.5% of the pairs.")
BOTH = Sentence(
    "Judges are biased.", "claim", ("li2024mirror", "okafor2023panel"),
    (quote("li2024mirror", SELF), quote("okafor2023panel", BIAS)),
)  # fmt: skip

Answers = Callable[[Request], "str | Completion"]


def say(verdict: str, *quotes: str, key: str = "P1") -> str:
    reasons = [{"point": "numbers", "why": f"because {verdict}", "finding": "differs"}]
    return json.dumps({"quotes": [{"key": key, "quote": q} for q in quotes], "reasons": reasons, "verdict": verdict})


def says(request: Request) -> str:
    """A sentence of the first paper shown."""
    shown = request.messages[1].content
    return min((text for text in SAYS.values() if text in shown), key=shown.index)


def saying(*verdicts: str) -> Answers:
    """The verdicts one after the other, each with a good quote."""
    left = iter(verdicts)
    return lambda request: say(next(left), says(request))


def ask(
    source: Draft,
    *answers: Answers | FunctionModel,
    polls: int = 5,
    corpus: Corpus = CORPUS,
    jobs: int = 1,
    **options: Any,
) -> tuple[Report, list[FunctionModel]]:
    models = [
        one if isinstance(one, FunctionModel) else FunctionModel(one, id=f"m{number}")
        for number, one in enumerate(answers, 1)
    ]
    settings = JudgeSettings(polls=polls, **options)
    return judge(check(source, corpus), source, corpus, models, PROMPTS, settings, jobs=jobs), models


def one(report: Report) -> ClaimVerdict:
    [verdict] = report.verdicts
    return verdict


def judged_problems(report: Report) -> list[Problem]:
    return [problem for problem in report.problems if problem.kind == "judged"]


# Which claims are judged ------------------------------------------------------------------------------------------


def test_claims_that_cite_nothing_real_are_not_for_a_judge() -> None:
    source = draft_of(
        replace(CLAIM, citations=(), evidence=()),
        replace(CLAIM, citations=("nobody2020",), evidence=()),
        replace(CLAIM, citations=("li2024mirror", "nobody2020")),
        Sentence("This is framing.", "framing"),
    )
    report, [model] = ask(source, saying())
    assert model.requests == []
    assert report.verdicts == check(source, CORPUS).verdicts
    assert report.judging is not None
    assert (report.judging.judged, report.judging.left) == (0, 0)


def test_an_entry_without_an_abstract_is_not_judged() -> None:
    bare = Corpus({"a": replace(CORPUS["li2024mirror"], key="a", abstract="")}, "")
    source = draft_of(replace(CLAIM, citations=("a",), evidence=()))
    assert open_claims(check(source, bare), source, bare) == ()


def test_quoted_claims_and_those_with_an_error_by_rule_are_both_judged() -> None:
    source = draft_of(CLAIM, WRONG)
    report = check(source, CORPUS)
    assert [verdict.verdict for verdict in report.verdicts] == ["quoted", "unverified"]
    assert [claim.against for claim in open_claims(report, source, CORPUS)] == [False, True]


def test_a_missing_quote_is_no_evidence_against_a_claim() -> None:
    source = draft_of(replace(CLAIM, text="Judges prefer their own answers.", evidence=()))
    report = check(source, CORPUS)
    assert [problem.kind for problem in report.problems] == ["quote-not-found"]
    assert [claim.against for claim in open_claims(report, source, CORPUS)] == [False]


def test_an_entry_cited_by_two_of_its_keys_is_shown_once() -> None:
    entries = {**CORPUS.entries, "li2024mirror": replace(CORPUS["li2024mirror"], aliases=("li24",))}
    aliased = replace(CORPUS, entries=entries)
    source = draft_of(replace(CLAIM, citations=("li24", "li2024mirror")))
    [claim] = open_claims(check(source, aliased), source, aliased)
    assert [(key, entry.key) for key, entry in claim.cited] == [("li24", "li2024mirror")]


def test_the_claims_of_a_manuscript_are_found_by_their_passages() -> None:
    texts = ["No claim here.", CLAIM.text]
    sentences = [Sentence(texts[0], "framing"), replace(CLAIM, evidence=())]
    passages = tuple(
        Passage(sentence, "a.md", tuple(range(len(sentence.text) + 1)), paragraph=number)
        for number, sentence in enumerate(sentences)
    )
    manuscript = Manuscript(passages, {"a.md": "\n".join(texts)})
    report = judge(
        check_manuscript(manuscript, CORPUS), manuscript, CORPUS, [FunctionModel(saying("supported"))], PROMPTS
    )
    assert one(report).verdict == "supported"
    assert one(report).place.sentence == 1


def test_labels_of_a_reference_list_lead_to_their_entries_as_they_do_in_checking() -> None:
    text = CLAIM.text
    item = "[1] Li, Okafor and Ruiz. MirrorBench: Do Judges Prefer Their Own Answers? 2024."
    passage = Passage(Sentence(text, "claim", ("1",)), "a.txt", tuple(range(len(text) + 1)), (Cited("1", 0, 1),))
    file = f"{text}\n\n{item}"
    reference = Reference("1", item.removeprefix("[1] "), "a.txt", file.index(item), len(file))
    manuscript = Manuscript((passage,), {"a.txt": file}, (reference,))
    rules = check_manuscript(manuscript, CORPUS)
    assert [claim.cited[0][0] for claim in open_claims(rules, manuscript, CORPUS)] == ["li2024mirror"]


def test_problems_of_a_whole_manuscript_stay_behind_those_of_its_claims() -> None:
    text = CLAIM.text
    passage = Passage(replace(CLAIM, evidence=()), "a.md", tuple(range(len(text) + 1)))
    manuscript = Manuscript((passage,), {"a.md": text})
    whole = Problem("duplicate-key", Place(0, -1, -1), "two keys")
    rules = replace(check_manuscript(manuscript, CORPUS), problems=(whole,))
    report = judge(rules, manuscript, CORPUS, [FunctionModel(saying("contradicted"))], PROMPTS, JudgeSettings(polls=1))
    assert [problem.kind for problem in report.problems] == ["judged", "duplicate-key"]


def test_atomic_claims_are_judged_apart_and_the_worst_is_the_sentences_verdict() -> None:
    text = "Judges prefer their own answers and panels are biased."
    source = draft_of(replace(BOTH, text=text))
    whole = one(check(source, CORPUS))
    halves = (
        Part(text[:31], ((0, 31),), ("li2024mirror",), "quoted"),
        Part(text[36:], ((36, len(text)),), ("okafor2023panel",), "quoted"),
    )
    report = Report((replace(whole, parts=halves),), ())
    model = FunctionModel(
        lambda request: say("contradicted" if BIAS in request.messages[1].content else "supported", says(request))
    )
    told = judge(report, source, CORPUS, [model], PROMPTS, JudgeSettings(polls=3), jobs=1)
    verdict = one(told)
    assert [part.verdict for part in verdict.parts] == ["supported", "contradicted"]
    assert (verdict.verdict, verdict.score, verdict.by) == ("contradicted", 0.0, "judge")
    assert [vote.part for vote in verdict.votes] == [0, 1, 1]
    assert verdict.split == "part 1: 1 vote: supported; part 2: 2 of 2 votes: contradicted"
    [problem] = judged_problems(told)
    assert (problem.span, problem.key) == ((36, len(text)), "okafor2023panel")
    asked = model.requests[0].messages[1].content
    assert f"Claim: {text[:31]}\n" in asked
    assert text in asked  # the whole sentence is given for its words
    assert SELF in asked
    assert BIAS not in asked


# How often --------------------------------------------------------------------------------------------------------


def test_one_vote_that_bears_the_rules_out_is_enough() -> None:
    report, [model] = ask(draft_of(CLAIM, WRONG), saying("supported", "contradicted"))
    assert len(model.requests) == 2
    assert [verdict.verdict for verdict in report.verdicts] == ["supported", "contradicted"]
    assert [verdict.by for verdict in report.verdicts] == ["judge", "judge"]
    assert [verdict.score for verdict in report.verdicts] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("sentence", "cast", "asked", "verdict", "score"),
    [
        (CLAIM, ["contradicted", "supported", "supported", "supported"], 4, "supported", 0.75),
        (CLAIM, ["contradicted", "contradicted", "contradicted"], 3, "contradicted", 0.0),
        (CLAIM, ["partly", "supported", "contradicted", "supported", "cannot tell"], 5, "unverified", 0.4),
        (CLAIM, ["cannot tell", "cannot tell", "cannot tell"], 3, "unverified", 0.0),
        (CLAIM, ["not in the abstract"] * 3, 3, "not-in-abstract", 0.0),
        (WRONG, ["supported", "supported", "supported"], 3, "unverified", 1.0),  # the error of the rules stands
        (WRONG, ["supported", "contradicted", "partly", "contradicted", "contradicted"], 5, "contradicted", 0.2),
        (WRONG, ["supported", "contradicted", "contradicted", "contradicted"], 4, "contradicted", 0.25),
    ],
)  # fmt: skip
def test_a_first_vote_that_does_not_is_followed_by_others_until_the_verdict_is_settled(
    sentence: Sentence, cast: list[str], asked: int, verdict: str, score: float
) -> None:
    report, [model] = ask(draft_of(sentence), saying(*cast))
    assert len(model.requests) == asked
    assert one(report).verdict == verdict
    assert one(report).score == score
    assert [vote.said for vote in one(report).votes] == cast


def test_disagreement_is_told_in_words() -> None:
    report, _ = ask(draft_of(CLAIM), saying("partly", "supported", "contradicted", "supported", "cannot tell"))
    assert one(report).split == "2 of 5 votes: supported, 1: partly, 1: contradicted, 1: cannot tell"
    assert judged_problems(report) == []


def test_with_one_poll_the_first_vote_decides() -> None:
    report, [model] = ask(draft_of(CLAIM), saying("contradicted"), polls=1)
    assert len(model.requests) == 1
    assert one(report).verdict == "contradicted"


def test_what_rules_found_stays_in_the_report_whatever_the_judge_says() -> None:
    report, _ = ask(draft_of(WRONG), saying("supported", "supported", "supported"))
    assert one(report).split == "3 of 3 votes: supported"
    assert [problem.kind for problem in report.problems] == ["number-mismatch"]


def test_a_verdict_against_a_claim_is_a_problem_with_reason_and_sentence() -> None:
    source = draft_of(CLAIM, WRONG, OTHER)
    report, _ = ask(source, saying("supported", "contradicted", "supported"))
    [problem] = judged_problems(report)
    assert problem.place.sentence == 1
    assert problem.rule == "judged-contradicted"
    assert problem.key == "li2024mirror"
    assert problem.detail.startswith("contradicted (1 vote: contradicted): numbers: because contradicted. The entry")
    assert problem.span == (0, len(WRONG.text))
    assert SELF in problem.detail
    assert [problem.place.sentence for problem in report.problems] == [1, 1]


def test_supported_shows_the_quotes_of_its_votes_first() -> None:
    report, _ = ask(
        draft_of(replace(CLAIM, evidence=(quote("li2024mirror", "Swapping the order of answers"),))),
        lambda request: say("supported", SELF),
        polls=1,
    )
    assert [evidence.quote for evidence in one(report).evidence] == [SELF, "Swapping the order of answers"]


# The prompts ------------------------------------------------------------------------------------------------------


def shown_order(request: Request) -> list[str]:
    return re.findall(r"^\[P\d+\] (\S+)", request.messages[1].content, re.MULTILINE)


def test_entries_and_points_change_their_order_from_vote_to_vote() -> None:
    cast = ["partly", "supported", "contradicted", "supported", "cannot tell"]
    _, [model] = ask(draft_of(BOTH), saying(*cast))
    assert [shown_order(request) for request in model.requests] == [
        ["MirrorBench:", "Panels"],
        ["Panels", "MirrorBench:"],
    ] * 2 + [["MirrorBench:", "Panels"]]
    assert [
        request.messages[1].content.splitlines()[-1].split(": ")[1].split(",")[0].rstrip(".")
        for request in model.requests
    ] == list(POINTS)
    assert len({request.messages[0].content for request in model.requests}) == 1
    assert len({request.messages[1].content for request in model.requests}) == 5
    assert [request.seed for request in model.requests] == [0, 1, 2, 3, 4]
    assert [request.temperature for request in model.requests] == [0.0, 0.7, 0.7, 0.7, 0.7]


def test_every_item_comes_first_equally_often_and_ten_orders_of_points_differ() -> None:
    assert [turned(("a", "b", "c"), number)[0] for number in range(6)] == ["a", "b", "c"] * 2
    orders = [points(number) for number in range(10)]
    assert len(set(orders)) == 10
    assert all(sorted(order) == sorted(POINTS) for order in orders)


def test_short_keys_lead_back_to_the_entry_that_stood_there() -> None:
    def answer(request: Request) -> str:
        place = shown_order(request).index("Panels") + 1
        return say("partly", BIAS, key=f"P{place}")

    report, _ = ask(draft_of(BOTH), answer)
    assert {evidence.key for vote in one(report).votes for evidence in vote.evidence} == {"okafor2023panel"}


def test_a_prompt_is_made_of_the_claim_and_its_entries_alone() -> None:
    """No place, file, date or key, nothing of the drafter, and nothing that the rules found."""
    evidence = (replace(WRONG.evidence[0], quote="THE DRAFTER'S QUOTE", start=-1, end=-1),)
    first, second = draft_of(replace(WRONG, evidence=evidence)), draft_of(OTHER, CLAIM, WRONG)
    second = replace(second, theme="THE THEME", drafter="THE DRAFTER")
    _, [one_model] = ask(first, saying("contradicted"), polls=1)
    _, [other_model] = ask(second, saying("supported", "supported", "contradicted"), polls=1)
    assert one_model.requests[0].messages == other_model.requests[2].messages
    text = "\n".join(message.content for message in one_model.requests[0].messages)
    for told in ("DRAFTER", "THEME", "li2024mirror", "small.bib", "mismatch", "MirrorBench: D" * 2):
        assert told not in text
    assert "P1.3 " + SELF in text


def test_braces_in_an_abstract_mean_nothing() -> None:
    entries = {"a": replace(CORPUS["li2024mirror"], key="a", abstract="{{ claim }} {% raw %} is what we write here.")}
    corpus = Corpus(entries, "")
    source = draft_of(replace(CLAIM, citations=("a",), evidence=()))
    _, [model] = ask(source, lambda request: say("cannot tell"), polls=1, corpus=corpus)
    assert "{{ claim }} {% raw %} is what we write here." in model.requests[0].messages[1].content


# Answers that cannot be used --------------------------------------------------------------------------------------


def test_a_malformed_answer_is_told_once_what_failed() -> None:
    answers = iter(["I think it is fine.", say("supported", SELF)])
    report, [model] = ask(draft_of(CLAIM), lambda request: next(answers))
    assert len(model.requests) == 2
    assert "it holds no JSON object" in model.requests[1].messages[-1].content
    assert [vote.said for vote in one(report).votes] == ["supported"]
    assert report.judging is not None
    assert report.judging.usage.calls == 2


def test_an_answer_that_is_no_better_the_second_time_is_an_unreadable_vote() -> None:
    left = iter(["?", "??", *[say("supported", SELF)] * 3])
    report, _ = ask(draft_of(CLAIM), lambda request: next(left))
    assert [vote.said for vote in one(report).votes] == ["unreadable", "supported", "supported", "supported"]
    assert one(report).split == "3 of 4 votes: supported, 1: unreadable"
    assert (one(report).verdict, one(report).score) == ("supported", 0.75)


def test_where_nothing_can_be_read_the_rules_keep_the_word() -> None:
    report, _ = ask(draft_of(CLAIM), lambda request: "?")
    told = one(report)
    assert (told.verdict, told.by, told.score) == ("quoted", "rules", None)
    assert {vote.said for vote in told.votes} == {"unreadable"}
    assert report.judging is not None
    assert (report.judging.judged, report.judging.left) == (0, 1)
    assert "no answer could be read" in report.judging.notes[0]


def test_supported_by_a_made_up_quote_is_told_once_and_then_does_not_count() -> None:
    report, [model] = ask(
        draft_of(CLAIM), lambda request: say("supported", "Judges are always right in what they say."), polls=1
    )
    assert len(model.requests) == 2
    assert "does not stand in that paper" in model.requests[1].messages[-1].content
    [vote] = one(report).votes
    assert (vote.said, vote.verdict, vote.evidence) == ("supported (quote not found)", "unverified", ())
    assert (one(report).verdict, one(report).score) == ("unverified", 0.0)


def test_an_answer_cut_off_is_an_unreadable_vote() -> None:
    cut = Completion(say("supported", SELF)[:60], "length", Usage(1, 10, 10), "m")
    report, _ = ask(draft_of(CLAIM), lambda request: cut, polls=1)
    assert [(vote.said, vote.reason) for vote in one(report).votes] == [("unreadable", "it was cut off")]


def test_a_prompt_too_long_for_the_model_is_asked_once_and_said_so() -> None:
    def overflow(request: Request) -> str:
        raise ContextOverflow("the prompt has 9,000 tokens")

    report, [model] = ask(draft_of(CLAIM), overflow)
    assert len(model.requests) == 1
    assert {vote.reason for vote in one(report).votes} == {"the prompt has 9,000 tokens"}
    assert one(report).verdict == "quoted"


# Juries -----------------------------------------------------------------------------------------------------------


def test_every_judge_of_a_jury_votes_and_is_told_by_name() -> None:
    report, models = ask(draft_of(CLAIM), saying("supported"), saying("partly"), saying("supported"))
    assert [len(model.requests) for model in models] == [1, 1, 1]
    assert one(report).verdict == "supported"
    assert one(report).split == "2 of 3 votes: supported, 1: partly (m1: supported; m2: partly; m3: supported)"
    assert [request.temperature for model in models for request in model.requests] == [0.0, 0.0, 0.0]


def test_a_jury_votes_in_whole_rounds_within_the_polls() -> None:
    report, models = ask(draft_of(CLAIM), saying("supported", "partly"), saying("partly", "supported"))
    assert [len(model.requests) for model in models] == [2, 2]
    assert one(report).verdict == "unverified"
    assert ask(draft_of(CLAIM), saying("supported"), saying("supported"))[1][0].requests[1:] == []


def test_a_model_cannot_sit_twice_in_a_jury() -> None:
    with pytest.raises(SettingsError):
        ask(draft_of(CLAIM), FunctionModel(saying(), id="m"), FunctionModel(saying(), id="m"))
    with pytest.raises(SettingsError):
        ask(draft_of(CLAIM))


# P(True) ----------------------------------------------------------------------------------------------------------


def test_the_probability_of_supported_stands_beside_the_vote() -> None:
    def answer(request: Request) -> Completion:
        assert request.weigh == "verdict"
        logprobs = (("supported", -0.2231), ("partly", -1.6094))
        return Completion(say("supported", SELF), "stop", Usage(1, 1, 1), "m", logprobs=logprobs)

    report, _ = ask(draft_of(CLAIM), answer)
    assert one(report).votes[0].probability == pytest.approx(0.8, abs=0.001)


def test_no_probability_is_made_up_where_none_is_told_or_wanted() -> None:
    report, [model] = ask(draft_of(CLAIM), saying("supported"), weigh=False)
    assert one(report).votes[0].probability is None
    assert model.requests[0].weigh is None


# Limits, failures, resuming ---------------------------------------------------------------------------------------


def test_a_limit_keeps_what_was_judged_and_says_what_was_left() -> None:
    model = FunctionModel(lambda request: Completion(say("supported", says(request)), "stop", Usage(1, 900, 100), "m"))
    metered = MeteredModel(model, limits=Limits(tokens=9000))
    sentences = [
        replace(sentence, text=f"{number}: {sentence.text}") for number in range(1, 7) for sentence in (CLAIM, OTHER)
    ]
    source = draft_of(*sentences)
    before = check(source, CORPUS)
    report = judge(before, source, CORPUS, [metered], PROMPTS, jobs=1)
    assert report.judging is not None
    assert 0 < report.judging.judged < 12
    assert report.judging.judged + report.judging.left == 12 == len(report.verdicts)
    assert "limit of 9,000 tokens" in report.judging.stopped
    assert report.judging.usage == Usage(len(model.requests), 900 * len(model.requests), 100 * len(model.requests))
    done = report.judging.judged
    assert all(verdict.by == "judge" for verdict in report.verdicts[:done])
    assert report.verdicts[done:] == before.verdicts[done:]


def test_a_poll_that_a_limit_cuts_short_settles_nothing() -> None:
    answers = iter([say("contradicted", SELF)])

    def answer(request: Request) -> str:
        told = next(answers, None)
        if told is None:
            raise BudgetExceeded("the limit of $1 would be passed")
        return told

    report, _ = ask(draft_of(CLAIM), answer)
    assert one(report).split == "1 vote: contradicted"
    assert one(report).verdict == "unverified"
    assert judged_problems(report) == []
    assert report.judging is not None
    assert (report.judging.judged, report.judging.left) == (0, 1)
    assert report.judging.stopped == "the limit of $1 would be passed"


def test_an_interrupted_run_goes_on_where_it_ended_and_asks_nothing_twice(tmp_path: Path) -> None:
    source = draft_of(CLAIM, replace(CLAIM, text="Judges like themselves."), OTHER)
    cast = {CLAIM.text: "supported", "Judges like themselves.": "contradicted", OTHER.text: "supported"}
    asked: list[tuple[str, int | None]] = []
    broken = True

    def answer(request: Request) -> str:
        claim = next(text for text in cast if f"Claim: {text}" in request.messages[1].content)
        if broken and len(asked) == 3:
            raise Unreachable("the connection is gone")
        asked.append((claim, request.seed))
        return say(cast[claim], says(request))

    def run() -> Report:
        with CallLog.open(tmp_path / "calls.sqlite") as log:
            model = LoggedModel(FunctionModel(answer), log)
            return judge(check(source, CORPUS), source, CORPUS, [model], PROMPTS, jobs=1)

    with pytest.raises(Unreachable):
        run()
    assert len(asked) == 3
    broken = False
    report = run()
    assert len(asked) == len(set(asked)) == 5
    assert [verdict.verdict for verdict in report.verdicts] == ["supported", "contradicted", "supported"]
    assert run() == report
    assert len(asked) == 5


@pytest.mark.parametrize("jobs", [1, 4, 16])
def test_the_outcome_does_not_depend_on_how_many_claims_are_judged_side_by_side(jobs: int) -> None:
    sentences = [replace(CLAIM, text=f"Claim {letter} on judges.") for letter in "ABCDEFGHIJKL"]
    told: list[str] = []
    lock = Lock()

    def answer(request: Request) -> str:
        number = "ABCDEFGHIJKL".index(re.findall(r"Claim: Claim (\w)", request.messages[1].content)[0])
        with lock:
            told.append(str(number))
        return say("supported" if number % 3 else "partly", SELF)

    source = draft_of(*sentences)
    lines: list[str] = []
    report = judge(
        check(source, CORPUS), source, CORPUS, [FunctionModel(answer)], PROMPTS, jobs=jobs, progress=lines.append
    )
    assert [verdict.verdict for verdict in report.verdicts] == [
        "partly" if number % 3 == 0 else "supported" for number in range(12)
    ]
    assert len(told) == 8 + 4 * 3
    assert lines[-1] == "12 of 12 claims judged"


# The plan ---------------------------------------------------------------------------------------------------------


def plan_of(source: Draft, models: Sequence[FunctionModel], **options: Any) -> Any:
    return plan_judging(check(source, CORPUS), source, CORPUS, models, PROMPTS, **options)


def test_the_plan_tells_calls_tokens_and_cost_and_asks_nothing() -> None:
    model = FunctionModel(saying(), id="m")
    plan = plan_of(draft_of(CLAIM, OTHER), [model], price=lambda _, usage: usage.calls * 0.5)
    assert model.requests == []
    assert (plan.least.calls, plan.most.calls) == (2, 10)
    assert plan.least.completion_tokens == 2 * JudgeSettings().max_tokens
    assert plan.most.prompt_tokens == 5 * plan.least.prompt_tokens > 0
    assert plan.told().startswith("judge: 2 claims left open, m: 2 to 10 calls, about ")
    assert "at most $1.0000 to $5.0000 at list price" in plan.told()


def test_the_plan_of_a_jury_counts_every_judge() -> None:
    models = [FunctionModel(saying(), id=f"m{number}") for number in range(3)]
    plan = plan_of(draft_of(CLAIM), models)
    assert (plan.least.calls, plan.most.calls) == (3, 3)
    assert "no price is known" in plan.told()
    assert plan_of(draft_of(CLAIM), models, settings=JudgeSettings(polls=9)).most.calls == 9


def test_no_run_takes_more_calls_than_its_plan_said() -> None:
    source = draft_of(CLAIM, WRONG, OTHER)
    cast = ["partly", "supported", "contradicted", "supported", "cannot tell"]
    given = {text: iter(cast) for text in (CLAIM.text, WRONG.text, OTHER.text)}

    def answer(request: Request) -> str:
        claim = next(text for text in given if f"Claim: {text}" in request.messages[1].content)
        return say(next(given[claim]), says(request))

    plan = plan_of(source, [FunctionModel(saying())])
    report, [model] = ask(source, answer)
    assert plan.least.calls <= len(model.requests) <= plan.most.calls
    assert report.judging is not None


def test_nothing_to_judge_is_said_in_one_line() -> None:
    assert plan_of(draft_of(Sentence("Framing.", "framing")), [FunctionModel(saying())]).told() == (
        "judge: no claim is left open"
    )


@pytest.mark.parametrize("wrong", [{"polls": 0}, {"polls": 10}, {"max_tokens": 1}, {"temperature": -1.0}])
def test_settings_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        JudgeSettings(**wrong)
