"""Log-probabilities: asked for only when wanted, read where the value begins, kept in the log, given up in peace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from servers import Reply, ScriptedServer, completion, error, event_stream, raw

from writer.errors import Refused
from writer.models import ChatModel, Completion, FunctionModel, Message, Request
from writer.models.call_log import CallLog
from writer.models.calls import LoggedModel, key_of, request_value
from writer.models.replay import ReplayModel, record_text
from writer.models.weighing import weights_of

ASKED = Request("judge", (Message("user", "Is it?"),), max_tokens=50, weigh="verdict")


def token(text: str, value: float = -0.5, **others: float) -> dict[str, Any]:
    top = [{"token": text, "logprob": value}] + [{"token": t, "logprob": v} for t, v in others.items()]
    return {"token": text, "logprob": value, "top_logprobs": top}


def weighed(*tokens: dict[str, Any]) -> Reply:
    text = "".join(one["token"] for one in tokens)
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message, "logprobs": {"content": list(tokens)}}
    return raw({"model": "scripted", "choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": 3}})


TOKENS = (token('{"ver'), token('dict": "'), token("sup", -0.2, no=-1.8), token('ported"}'))
WEIGHTS = (("sup", -0.2), ("no", -1.8))


# Reading ----------------------------------------------------------------------------------------------------------


def test_the_value_is_found_whatever_the_tokens_are() -> None:
    assert weights_of(TOKENS, "verdict") == WEIGHTS
    spaced = (token('{"verdict"'), token(" :\n"), token(' "'), token("yes", -0.1), token('"}'))
    assert weights_of(spaced, "verdict") == (("yes", -0.1),)


def test_what_a_token_holds_before_the_value_is_cut_off_and_what_does_not_begin_it_is_left_out() -> None:
    tokens = (token('{"verdict":'), token(' "su', -0.3, **{' "pa': -1.2, " null": -4.0, ' "': -5.0}))
    assert weights_of(tokens, "verdict") == (("su", -0.3), ("pa", -1.2))


def test_the_last_of_several_members_counts() -> None:
    tokens = (token('{"verdict": "'), token("a"), token('"} no: {"verdict": "'), token("b", -0.7), token('"}'))
    assert weights_of(tokens, "verdict") == (("b", -0.7),)


def test_a_token_that_a_grammar_forced_is_among_the_beginnings_though_it_is_not_listed() -> None:
    forced = {"token": "no", "logprob": -9.0, "top_logprobs": [{"token": "yes", "logprob": -0.1}]}
    assert weights_of((token('{"verdict": "'), forced), "verdict") == (("yes", -0.1), ("no", -9.0))


@pytest.mark.parametrize(
    "tokens",
    [
        (),
        (token('{"other": "'), token("x")),
        (token('{"verdict": "'),),  # cut before the value
        (token('{"verdict": '), token("null")),
        (token('{"verdict": "'), {"token": "x", "logprob": None, "top_logprobs": "odd"}),
        (token('{"verdict": "'), {"token": "x", "logprob": float("-inf"), "top_logprobs": [None, 3]}),
    ],
)
def test_where_nothing_can_be_read_there_is_nothing(tokens: tuple[dict[str, Any], ...]) -> None:
    assert weights_of(tokens, "verdict") is None


# On the wire ------------------------------------------------------------------------------------------------------


def test_they_are_asked_for_only_when_wanted() -> None:
    with ScriptedServer(weighed(*TOKENS), weighed(*TOKENS)) as server, ChatModel("m", base_url=server.url) as model:
        with_them, without = model.complete(ASKED), model.complete(replace(ASKED, weigh=None))
    assert with_them.logprobs == WEIGHTS
    assert without.logprobs is None
    assert (server.requests[0].body["logprobs"], server.requests[0].body["top_logprobs"]) == (True, 5)
    assert not {"logprobs", "top_logprobs"} & set(server.requests[1].body)


def test_pieces_of_a_stream_are_put_together() -> None:
    def event(*tokens: dict[str, Any]) -> dict[str, Any]:
        text = "".join(one["token"] for one in tokens)
        return {"choices": [{"index": 0, "delta": {"content": text}, "logprobs": {"content": list(tokens)}}]}

    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    script = event_stream(*[event(one) for one in TOKENS], end, "[DONE]")
    with ScriptedServer(script) as server, ChatModel("m", base_url=server.url, stream=True) as model:
        assert model.complete(ASKED).logprobs == WEIGHTS


@pytest.mark.parametrize("reply", [completion('{"verdict": "yes"}'), weighed()], ids=["left out", "empty"])
def test_a_server_that_leaves_them_out_is_no_error(reply: Reply) -> None:
    with ScriptedServer(reply) as server, ChatModel("m", base_url=server.url) as model:
        assert model.complete(ASKED).logprobs is None


@pytest.mark.parametrize(
    "refusal",
    [
        error(400, "Unsupported parameter: 'logprobs' is not supported with this model.", param="logprobs"),
        error(403, "You are not allowed to request logprobs from this model"),
        error(400, "top_logprobs must be less than or equal to 3"),
        error(422, "extra fields not permitted: top_logprobs"),
    ],
    ids=["unsupported", "forbidden", "out of range", "unknown"],
)
def test_a_server_that_refuses_them_is_asked_without_from_then_on(refusal: Reply) -> None:
    answers = (completion("one"), completion("two"))
    with ScriptedServer(refusal, *answers) as server, ChatModel("m", base_url=server.url) as model:
        assert [model.complete(ASKED).text, model.complete(ASKED).text] == ["one", "two"]
    assert ["logprobs" in asked.body for asked in server.requests] == [True, False, False]
    assert not model.dialect.logprobs


def test_a_refusal_that_is_about_something_else_stays_one() -> None:
    with (
        ScriptedServer(error(403, "this key may not use the model")) as server,
        ChatModel("m", base_url=server.url) as model,
        pytest.raises(Refused),
    ):
        model.complete(ASKED)


# In the call log --------------------------------------------------------------------------------------------------


def test_they_are_part_of_the_key_and_a_request_without_them_keeps_its_own() -> None:
    plain = replace(ASKED, weigh=None)
    assert "weigh" not in request_value("m", plain)
    assert key_of(request_value("m", plain)) != key_of(request_value("m", ASKED))


def test_they_come_back_from_the_log_and_from_a_recording_as_they_were(tmp_path: Path) -> None:
    told = Completion(
        '{"verdict": "sup"}', "stop", FunctionModel(lambda _: "x").complete(ASKED).usage, "m", "", WEIGHTS
    )
    with CallLog.open(tmp_path / "calls.sqlite") as log:
        first = LoggedModel(FunctionModel(lambda _: told), log)
        assert first.complete(ASKED) == told
        assert LoggedModel(FunctionModel(lambda _: "never"), log).complete(ASKED) == told
    (tmp_path / "record.json").write_text(record_text(first.calls), "utf-8")
    assert ReplayModel(tmp_path / "record.json").complete(ASKED) == told


def test_an_answer_without_them_is_recorded_as_it_always_was() -> None:
    model = LoggedModel(FunctionModel(lambda _: "yes"), CallLog.in_memory())
    model.complete(replace(ASKED, weigh=None))
    [call] = model.calls
    assert set(call.answer) == {"text", "finish_reason", "usage", "model", "reasoning"}
    assert "logprobs" not in record_text(model.calls)
