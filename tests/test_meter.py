"""Limits are kept before they are passed, costs are filled in, and a dry run tells what a run would take."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from writer.draft import Usage
from writer.errors import AnswerError, BudgetExceeded, SettingsError
from writer.models import Completion, FunctionModel, Message, Request
from writer.models.budget import count
from writer.models.call_log import CallLog
from writer.models.calls import LoggedModel
from writer.models.meter import Limits, MeteredModel, Rehearsal, at_most

ASKED = Request("write", (Message("user", "word " * 100),), max_tokens=200)


def ask(number: int, prompt: str = "write") -> Request:
    return replace(ASKED, prompt=prompt, messages=(Message("user", f"{number:3} " + "word " * 100),))


def taking(prompt_tokens: int, completion_tokens: int, cost_usd: float | None = None) -> FunctionModel:
    usage = Usage(1, prompt_tokens, completion_tokens, cost_usd)
    return FunctionModel(lambda _: Completion("ok", "stop", usage, "m-2026"), id="m")


def a_dollar_a_thousand(model: str, usage: Usage) -> float | None:
    return (usage.prompt_tokens + usage.completion_tokens) / 1000 if model == "m" else None


def nothing_known(model: str, usage: Usage) -> None:
    return None


# The estimate -----------------------------------------------------------------------------------------------------


def test_the_most_a_call_can_take_is_its_prompt_and_the_longest_answer() -> None:
    most = at_most(ASKED, count)
    assert most.completion_tokens == 200
    assert most.prompt_tokens > count("word " * 100, "m").tokens
    assert most.estimated


def test_a_schema_counts_as_it_is_sent_too() -> None:
    schema = {"type": "object", "properties": {f"p{number}": {"type": "string"} for number in range(50)}}
    assert at_most(replace(ASKED, schema=schema), count).prompt_tokens > at_most(ASKED, count).prompt_tokens + 200


# Limits -----------------------------------------------------------------------------------------------------------


def test_tokens_are_stopped_before_the_limit_is_passed() -> None:
    model = taking(120, 150)
    most = at_most(ask(0), count)
    limit = 2 * 270 + most.prompt_tokens + most.completion_tokens
    metered = MeteredModel(model, limits=Limits(tokens=limit))
    for number in range(3):
        metered.complete(ask(number))
    with pytest.raises(BudgetExceeded) as caught:
        metered.complete(ask(3))
    assert len(model.requests) == 3
    assert metered.spent.prompt_tokens + metered.spent.completion_tokens == 3 * 270 <= limit
    assert caught.value.exit_code == 4
    assert f"{limit:,} tokens, of which 810 are used" in caught.value.message
    assert "'write'" in caught.value.message
    assert "run the same command again" in caught.value.hint


def test_a_limit_that_the_first_call_might_pass_lets_nothing_be_asked() -> None:
    model = taking(1, 1)
    with pytest.raises(BudgetExceeded):
        MeteredModel(model, limits=Limits(tokens=201)).complete(ASKED)
    assert model.requests == []


def test_money_is_stopped_before_the_limit_is_passed() -> None:
    model = taking(300, 200)
    metered = MeteredModel(model, price=a_dollar_a_thousand, limits=Limits(cost_usd=1.2))
    metered.complete(ask(0))
    metered.complete(ask(1))
    with pytest.raises(BudgetExceeded, match=r"\$1\.2, of which \$1\.0000 are spent"):
        metered.complete(ask(2))
    assert len(model.requests) == 2


def test_a_limit_in_money_needs_a_price() -> None:
    with pytest.raises(SettingsError, match="no price is known for the model 'm'") as caught:
        MeteredModel(taking(1, 1), price=nothing_known, limits=Limits(cost_usd=1))
    assert "--max-tokens" in caught.value.hint


@pytest.mark.parametrize("limit", [{"tokens": 0}, {"tokens": -1}, {"cost_usd": 0.0}, {"cost_usd": float("nan")}])
def test_a_limit_is_above_nothing(limit: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        Limits(**limit)  # type: ignore[arg-type]


def test_calls_side_by_side_do_not_pass_the_limit_together() -> None:
    model = taking(100, 200)
    most = at_most(ASKED, count)
    metered = MeteredModel(model, limits=Limits(tokens=3 * (most.prompt_tokens + most.completion_tokens)))

    def complete(number: int) -> bool:
        try:
            metered.complete(ask(number))
        except BudgetExceeded:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(complete, range(8)))
    assert done == len(model.requests) >= 3
    assert metered.spent.prompt_tokens + metered.spent.completion_tokens <= 3 * (most.prompt_tokens + 200)


def test_a_call_waits_for_those_under_way_which_take_less_than_was_set_aside() -> None:
    release = threading.Event()
    begun = threading.Event()

    def answer(request: Request) -> Completion:
        if not begun.is_set():
            begun.set()
            assert release.wait(10)
        return Completion("ok", "stop", Usage(1, 10, 10), "m")

    most = at_most(ASKED, count)
    metered = MeteredModel(
        FunctionModel(answer, id="m"), limits=Limits(tokens=most.prompt_tokens + most.completion_tokens + 50)
    )
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(metered.complete, ask(1))
        assert begun.wait(10)
        second = pool.submit(metered.complete, ask(2))  # fits only when the first has ended
        release.set()
        assert [first.result(10).text, second.result(10).text] == ["ok", "ok"]


def test_an_estimate_that_was_too_low_is_made_up_for() -> None:
    # A tokenizer that needs ten times what was estimated, such as one for letters.
    most = at_most(ASKED, count)
    model = taking(most.prompt_tokens * 10, 0)
    metered = MeteredModel(model, limits=Limits(tokens=most.prompt_tokens * 15))
    metered.complete(ask(0))
    with pytest.raises(BudgetExceeded):
        metered.complete(ask(1))
    assert len(model.requests) == 1


def test_a_failed_call_frees_what_was_set_aside_and_a_refused_answer_counts() -> None:
    refusal = AnswerError("declined")
    refusal.usage = Usage(1, 70, 30)
    faults: list[Exception] = [RuntimeError("gone"), refusal]

    def fail(request: Request) -> str:
        raise faults.pop(0)

    most = at_most(ask(0), count)
    metered = MeteredModel(
        FunctionModel(fail, id="m"),
        price=a_dollar_a_thousand,
        limits=Limits(tokens=most.prompt_tokens + most.completion_tokens),
    )
    with pytest.raises(RuntimeError):
        metered.complete(ask(0))
    with pytest.raises(AnswerError) as caught:
        metered.complete(ask(0))
    assert caught.value.usage == metered.spent == Usage(1, 70, 30, 0.1)


def test_a_run_that_was_stopped_resumes_from_the_log() -> None:
    log = CallLog.in_memory()
    most = at_most(ask(0), count)
    limit = Limits(tokens=most.prompt_tokens + most.completion_tokens + 400)
    told: list[int] = []
    for _ in range(3):
        model = taking(100, 200)
        logged = LoggedModel(MeteredModel(model, limits=limit), log)
        try:
            for number in range(5):
                logged.complete(ask(number))
        except BudgetExceeded:
            pass
        told.append(len(model.requests))
    assert told == [2, 2, 1]  # each run goes on where the one before was stopped


# Costs ------------------------------------------------------------------------------------------------------------


def test_a_cost_is_filled_in_where_it_is_known() -> None:
    metered = MeteredModel(taking(100, 200), price=a_dollar_a_thousand)
    assert metered.complete(ASKED).usage.cost_usd == pytest.approx(0.3)
    assert metered.spent.cost_usd == pytest.approx(0.3)


def test_the_cost_that_a_server_tells_is_taken_as_it_is() -> None:
    metered = MeteredModel(taking(100, 200, cost_usd=0.07), price=a_dollar_a_thousand)
    assert metered.complete(ASKED).usage.cost_usd == 0.07


def test_a_deployment_with_a_name_of_its_own_is_priced_by_the_model_that_answers() -> None:
    def price(model: str, usage: Usage) -> float | None:
        return 5.0 if model == "m-2026" else None

    assert MeteredModel(taking(1, 1), price=price).complete(ASKED).usage.cost_usd == 5.0


def test_no_known_price_is_no_cost_and_not_nothing() -> None:
    assert MeteredModel(taking(100, 200), price=nothing_known).complete(ASKED).usage.cost_usd is None


# Dry runs ---------------------------------------------------------------------------------------------------------


def test_a_rehearsal_asks_nothing_and_adds_up_what_would_be_asked() -> None:
    rehearsal = Rehearsal("m", price=a_dollar_a_thousand)
    for request in (ask(0, "plan"), ask(1), ask(2), ask(2)):
        with pytest.raises(AnswerError):
            rehearsal.complete(request)
    assert [name for name, _ in rehearsal.asked] == ["plan", "write", "write"]
    told = rehearsal.summary()
    most = at_most(ask(1), count)
    assert "3 (1 plan, 2 write)" in told
    assert f"about {3 * most.prompt_tokens:,} of prompts, at most 600 of answers" in told
    assert f"at most ${3 * (most.prompt_tokens + 200) / 1000:.4f} at list price" in told
    assert "This is an estimate" in told


def test_a_rehearsal_takes_from_the_log_what_is_there() -> None:
    log = CallLog.in_memory()
    LoggedModel(taking(1, 2), log).complete(ask(0, "plan"))
    rehearsal = Rehearsal("m", log)
    assert rehearsal.complete(ask(0, "plan")).text == "ok"
    with pytest.raises(AnswerError):
        rehearsal.complete(ask(1))
    assert "1 (1 write); 1 more are answered by the log" in rehearsal.summary()
    assert "no price is known" in rehearsal.summary()
    assert len(log) == 1


def test_a_rehearsal_goes_on_with_the_answers_it_is_given() -> None:
    rehearsal = Rehearsal("m", answers={"write": "nothing"})
    assert rehearsal.complete(ask(0)).text == "nothing"
    with pytest.raises(AnswerError):
        rehearsal.complete(ask(1, "plan"))
    assert [name for name, _ in rehearsal.asked] == ["plan", "write"]


def test_a_rehearsal_of_what_the_log_holds_costs_nothing() -> None:
    log = CallLog.in_memory()
    LoggedModel(taking(1, 2), log).complete(ask(0))
    rehearsal = Rehearsal("m", log)
    rehearsal.complete(ask(0))
    assert "cost     nothing" in rehearsal.summary()
    assert "estimate" not in rehearsal.summary()


def test_no_call_begins_after_the_time_is_up_and_what_was_answered_stays() -> None:
    clock = iter([0.0, 5.0, 10.5])
    model = MeteredModel(taking(10, 10), limits=Limits(seconds=10), now=lambda: next(clock))
    model.complete(ask(0))
    model.complete(ask(1))
    with pytest.raises(BudgetExceeded, match="limit of 10 s") as raised:
        model.complete(ask(2))
    assert "run the same command again" in raised.value.hint
    assert model.spent.calls == 2


def test_a_limit_of_no_time_is_wrong_use() -> None:
    with pytest.raises(SettingsError, match="limit on time is 0"):
        Limits(seconds=0)
