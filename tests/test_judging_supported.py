"""When votes for `supported` are enough: an abstract and a quote of every cited entry, and no error of the rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from small import draft_of, quote, small_corpus

from writer.checking import check, check_manuscript
from writer.checking.kinds import severity
from writer.draft import Draft, Evidence, Place, Problem, Sentence
from writer.drafting.prompts import load_prompts
from writer.entry import Corpus
from writer.errors import BudgetExceeded
from writer.judging import JudgeSettings, judge, open_claims
from writer.judging.counting import unquoted
from writer.manuscript import Manuscript, Passage
from writer.models import FunctionModel, Request
from writer.report import ClaimVerdict, Part, Report, Vote

SMALL = small_corpus()
CORPUS = Corpus({**SMALL.entries, "bare": replace(SMALL["whenCitationsLie"], key="bare", abstract=" ")}, "")
TITLE = CORPUS["bare"].title
SELF = "We find that judges prefer their own answers in 63.5% of the pairs, against 48% for human raters."
BIAS = "Position bias of the panel stays below 4%."
ONE = Sentence(
    "Judges prefer their own answers in 63.5% of the pairs.", "claim", ("li2024mirror",), (quote("li2024mirror", SELF),)
)
BOTH = Sentence(
    "Judges are biased.", "claim", ("li2024mirror", "okafor2023panel"),
    (quote("li2024mirror", SELF), quote("okafor2023panel", BIAS)),
)  # fmt: skip


def answers(said: Sequence[tuple[str, tuple[str, ...]]], request: Request, number: int) -> str:
    """A verdict with quotes, each under the key of the paper that says it in this prompt."""
    verdict, quotes = said[number]
    papers = request.messages[1].content.split("\n[P")[1:]
    keyed = [
        {"key": f"P{next(at for at, paper in enumerate(papers, 1) if text in paper)}", "quote": text} for text in quotes
    ]
    reasons = [{"point": "scope", "why": "it is so", "finding": "agrees"}]
    return json.dumps({"quotes": keyed, "reasons": reasons, "verdict": verdict})


def ask(
    sentence: Sentence, *said: tuple[str, tuple[str, ...]], polls: int = 1, rules: Report | None = None
) -> tuple[Report, FunctionModel]:
    source = draft_of(sentence)
    return voted(source, rules or check(source, CORPUS), *said, polls=polls)


def voted(
    source: Draft | Manuscript, rules: Report, *said: tuple[str, tuple[str, ...]], polls: int = 1
) -> tuple[Report, FunctionModel]:
    left = iter(range(len(said)))
    model = FunctionModel(lambda request: answers(said, request, next(left)), id="m")
    return judge(rules, source, CORPUS, [model], load_prompts(), JudgeSettings(polls=polls), jobs=1), model


def one(report: Report) -> ClaimVerdict:
    [verdict] = report.verdicts
    return verdict


def judged(report: Report) -> list[Problem]:
    return [problem for problem in report.problems if problem.kind == "judged"]


# A quote of every entry -------------------------------------------------------------------------------------------


def test_a_vote_that_quotes_every_cited_entry_is_enough() -> None:
    report, model = ask(BOTH, ("supported", (SELF, BIAS)), polls=5)
    assert (one(report).verdict, judged(report), len(model.requests)) == ("supported", [], 1)


def test_supported_takes_a_quote_of_every_cited_entry() -> None:
    report, _ = ask(BOTH, ("supported", (SELF,)))
    assert (one(report).verdict, one(report).score, one(report).by) == ("unverified", 1.0, "judge")
    [problem] = judged(report)
    assert (problem.rule, problem.key, severity(problem)) == ("judged-unquoted", "okafor2023panel", "warning")
    assert problem.detail == "called supported (1 vote: supported), but no such vote quotes 'okafor2023panel'"
    assert problem.span == (0, len(BOTH.text))


def test_the_quotes_may_come_from_several_votes_and_are_waited_for() -> None:
    report, model = ask(BOTH, ("supported", (SELF,)), ("supported", (BIAS,)), polls=5)
    assert (one(report).verdict, judged(report), len(model.requests)) == ("supported", [], 2)
    assert {evidence.key for evidence in one(report).evidence[:2]} == {"li2024mirror", "okafor2023panel"}


def test_only_the_votes_that_win_can_bring_a_quote() -> None:
    cast = [("supported", (SELF,)), ("partly", (BIAS,)), ("supported", (SELF,))]
    report, model = ask(BOTH, *cast, polls=3)
    assert len(model.requests) == 3
    assert one(report).split == "2 of 3 votes: supported, 1: partly"
    assert one(report).verdict == "unverified"
    assert [problem.rule for problem in judged(report)] == ["judged-unquoted"]


def test_a_quote_that_never_comes_is_waited_for_no_longer_than_the_polls() -> None:
    report, model = ask(BOTH, *[("supported", (SELF,))] * 3, polls=3)
    assert (one(report).verdict, len(model.requests)) == ("unverified", 3)


def test_votes_against_a_claim_need_no_quote_of_every_entry() -> None:
    report, model = ask(BOTH, *[("contradicted", (SELF,))] * 3, polls=5)
    assert (one(report).verdict, len(model.requests)) == ("contradicted", 3)


def test_a_limit_that_ends_the_waiting_leaves_the_claim_unverified() -> None:
    given = iter([("supported", (SELF,))])

    def answer(request: Request) -> str:
        said = next(given, None)
        if said is None:
            raise BudgetExceeded("the limit is reached")
        return answers([said], request, 0)

    source = draft_of(BOTH)
    report = judge(check(source, CORPUS), source, CORPUS, [FunctionModel(answer)], load_prompts(), jobs=1)
    assert (one(report).verdict, one(report).split) == ("unverified", "1 vote: supported")


def test_an_entry_cited_by_two_of_its_keys_needs_one_quote() -> None:
    corpus = Corpus({"li2024mirror": replace(CORPUS["li2024mirror"], aliases=("li24",))}, "")
    source = draft_of(
        replace(ONE, citations=("li24", "li2024mirror"), evidence=(replace(ONE.evidence[0], key="li24"),))
    )
    rules = replace(check(source, corpus), problems=())
    model = FunctionModel(lambda request: answers([("supported", (SELF,))], request, 0))
    report = judge(rules, source, corpus, [model], load_prompts(), JudgeSettings(polls=1))
    assert one(report).verdict == "supported"


def test_unquoted_keys_are_told_in_their_order() -> None:
    votes = [
        Vote("m", "supported", "supported", evidence=(Evidence("b", "x"),)),
        Vote("m", "partly", "partly", evidence=(Evidence("c", "x"),)),
    ]
    assert unquoted(votes, ("c", "b", "a")) == ("c", "a")
    assert unquoted([], ("a",)) == ("a",)


# An entry without an abstract -------------------------------------------------------------------------------------


@pytest.mark.parametrize("quotes", [(SELF,), (SELF, TITLE)], ids=["not quoted", "title quoted"])
def test_a_claim_that_also_cites_an_entry_without_an_abstract_is_never_supported(quotes: tuple[str, ...]) -> None:
    sentence = replace(ONE, citations=("li2024mirror", "bare"), evidence=(*ONE.evidence, Evidence("bare", TITLE)))
    rules = check(draft_of(sentence), CORPUS)
    assert rules.problems == ()
    report, model = ask(sentence, ("supported", quotes), polls=5)
    assert len(model.requests) == 1  # no further vote could bring what is missing
    assert one(report).verdict == "unverified"
    [problem] = judged(report)
    assert problem.rule == "judged-unquoted"
    assert problem.detail == "called supported (1 vote: supported), but 'bare' has no abstract that could say so"


def test_it_can_still_be_contradicted() -> None:
    sentence = replace(ONE, citations=("li2024mirror", "bare"), evidence=(*ONE.evidence, Evidence("bare", TITLE)))
    report, _ = ask(sentence, ("contradicted", (SELF,)))
    assert one(report).verdict == "contradicted"


def test_both_reasons_are_told_and_the_quotes_of_the_votes_shown() -> None:
    sentence = replace(
        BOTH, citations=("li2024mirror", "okafor2023panel", "bare"), evidence=(*BOTH.evidence, Evidence("bare", TITLE))
    )
    report, _ = ask(sentence, ("supported", (BIAS,)))
    [problem] = judged(report)
    assert problem.detail.endswith("'bare' has no abstract that could say so, and no such vote quotes 'li2024mirror'")
    assert one(report).evidence[0].quote == BIAS


def test_one_word_of_a_title_carries_no_vote() -> None:
    corpus = Corpus({**CORPUS.entries, "bare": replace(CORPUS["bare"], title="Judges")}, "")
    source = draft_of(replace(ONE, citations=("li2024mirror", "bare")))
    said = {"point": "scope", "why": "it is so", "finding": "agrees"}
    answer = json.dumps({"quotes": [{"key": "P2", "quote": "Judges"}], "reasons": [said], "verdict": "supported"})
    rules = check(source, corpus)
    report = judge(rules, source, corpus, [FunctionModel(lambda _: answer)], load_prompts(), JudgeSettings(polls=1))
    assert [vote.said for vote in one(report).votes] == ["supported (quote not found)"]
    assert one(report).verdict == "unverified"


# An error of the rules --------------------------------------------------------------------------------------------


def error_and_votes(sentence: Sentence) -> tuple[str, list[str], str]:
    report, _ = ask(sentence, ("supported", (SELF,)))
    return one(report).verdict, [problem.kind for problem in report.problems], one(report).split


def test_a_claim_with_a_wrong_number_is_not_supported_and_both_are_told() -> None:
    wrong = replace(ONE, text=ONE.text.replace("63.5", "64.5"))
    assert error_and_votes(wrong) == ("unverified", ["number-mismatch"], "1 vote: supported")


def test_a_claim_with_a_made_up_quote_is_not_supported_and_both_are_told() -> None:
    made_up = replace(ONE, evidence=(*ONE.evidence, Evidence("li2024mirror", "Judges are always right.")))
    assert error_and_votes(made_up) == ("unverified", ["quote-not-found"], "1 vote: supported")


def test_so_it_is_in_a_manuscript() -> None:
    text = ONE.text.replace("63.5", "64.5")
    passage = Passage(Sentence(text, "claim", ONE.citations), "a.md", tuple(range(len(text) + 1)))
    manuscript = Manuscript((passage,), {"a.md": text})
    rules = check_manuscript(manuscript, CORPUS)
    assert [severity(problem) for problem in rules.problems if problem.kind == "number-mismatch"] == ["error"]
    report, _ = voted(manuscript, rules, ("supported", (SELF,)))
    assert one(report).verdict == "unverified"


@pytest.mark.parametrize(
    "problem",
    [
        Problem("direction", Place(0, 0, 0), "a warning", key="li2024mirror"),
        Problem("no-evidence", Place(0, 0, 0), "a note"),
        Problem("truncated", Place(0, 0, 0), "an error of the answer, not of the claim"),
        Problem("number-mismatch", Place(0, 0, 1), "an error of another sentence"),
    ],
    ids=["warning", "note", "drafting", "elsewhere"],
)
def test_what_is_no_error_of_the_claim_leaves_the_word_to_the_judge(problem: Problem) -> None:
    rules = replace(check(draft_of(ONE), CORPUS), problems=(problem,))
    report, _ = ask(ONE, ("supported", (SELF,)), rules=rules)
    assert one(report).verdict == "supported"


def test_an_error_is_no_reason_to_wait_for_quotes() -> None:
    error = Problem("quote-not-found", Place(0, 0, 0), "made up", key="okafor2023panel")
    rules = replace(check(draft_of(BOTH), CORPUS), problems=(error,))
    report, model = ask(BOTH, ("supported", (SELF,)), polls=5, rules=rules)
    assert (one(report).verdict, len(model.requests)) == ("unverified", 1)


def parted(error: Problem) -> Report:
    """The rules' report on a sentence of two atomic claims with this problem."""
    text = BOTH.text
    halves = (
        Part(text[:6], ((0, 6),), ("li2024mirror",), "quoted"),
        Part(text[7:], ((7, len(text)),), ("okafor2023panel",), "quoted"),
    )
    return Report((replace(one(check(draft_of(BOTH), CORPUS)), parts=halves),), (error,))


@pytest.mark.parametrize(
    ("error", "verdicts"),
    [
        (Problem("number-mismatch", Place(0, 0, 0), "", span=(8, 10)), ["supported", "unverified"]),
        (Problem("quote-not-found", Place(0, 0, 0), "", key="li2024mirror"), ["unverified", "supported"]),
        (Problem("quote-not-found", Place(0, 0, 0), ""), ["unverified", "unverified"]),
        (Problem("quote-not-found", Place(0, 0, 0), "", key="not cited"), ["unverified", "unverified"]),
    ],
    ids=["by place", "by key", "of the sentence", "of no part"],
)
def test_an_error_caps_the_part_that_it_is_about_else_all(error: Problem, verdicts: list[str]) -> None:
    report, _ = ask(BOTH, ("supported", (SELF,)), ("supported", (BIAS,)), rules=parted(error))
    assert [part.verdict for part in one(report).parts] == verdicts
    assert one(report).verdict == "unverified"
    assert error in report.problems


def test_an_error_about_evidence_that_is_not_cited_is_an_error_of_the_claim() -> None:
    source = draft_of(replace(ONE, evidence=(*ONE.evidence, quote("okafor2023panel", BIAS))))
    [claim] = open_claims(check(source, CORPUS), source, CORPUS)
    assert (claim.against, claim.faulty) == (False, True)
