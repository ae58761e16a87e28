"""The chat model against a loopback server that plays scripted replies, and against none at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from servers import Reply, ScriptedServer, completion, error, event_stream, page, raw, stream

from writer.errors import (
    AnswerError,
    ContextOverflow,
    OddAnswer,
    Overloaded,
    RateLimited,
    Refused,
    ServerError,
    Unreachable,
    UserError,
    WriterError,
)
from writer.models import ChatModel, Completion, Message, Model, Request

ASKED = Request("write", (Message("system", "Be brief."), Message("user", "Hello")), max_tokens=50, seed=3)
WITH_SCHEMA = replace(ASKED, schema={"type": "object"}, schema_name="plan")
SECRET = "sk-very-secret-0123456789"


def ask(*replies: Reply, request: Request = ASKED, **options: Any) -> tuple[Completion, list[Any]]:
    """The completion, and the bodies that were sent for it."""
    with ScriptedServer(*replies) as server, ChatModel("m", base_url=server.url, **options) as model:
        answer = model.complete(request)
    return answer, [asked.body for asked in server.requests]


def fail(*replies: Reply, kind: type[WriterError], request: Request = ASKED, **options: Any) -> Any:
    """The error that the replies lead to, and how many calls it took (as `calls`)."""
    with (
        ScriptedServer(*replies) as server,
        ChatModel("m", base_url=server.url, **options) as model,
        pytest.raises(kind) as caught,
    ):
        model.complete(request)
    assert type(caught.value) is kind
    assert caught.value.message
    assert caught.value.hint
    assert "while asking with the prompt 'write'" in caught.value.__notes__
    caught.value.calls = len(server.requests)  # type: ignore[attr-defined]
    return caught.value


# What is sent ---------------------------------------------------------------------------------------------------


def test_a_request_is_sent_as_a_pure_function_of_its_fields() -> None:
    answer, sent = ask(completion("hi"))
    assert sent == [
        {
            "model": "m",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}],
            "max_tokens": 50,
            "temperature": 0.0,
            "seed": 3,
        }
    ]
    assert (answer.text, answer.finish_reason, answer.model) == ("hi", "stop", "scripted")
    assert (answer.usage.calls, answer.usage.prompt_tokens, answer.usage.completion_tokens) == (1, 7, 3)
    assert not answer.usage.estimated


def test_a_seed_that_is_not_asked_for_is_not_sent() -> None:
    _, sent = ask(completion(), request=replace(ASKED, seed=None))
    assert "seed" not in sent[0]


def test_a_schema_is_sent_as_json_schema() -> None:
    _, sent = ask(completion("{}"), request=WITH_SCHEMA)
    schema = {"name": "plan", "strict": True, "schema": {"type": "object"}}
    assert sent[0]["response_format"] == {"type": "json_schema", "json_schema": schema}


def test_a_server_of_ones_own_needs_no_key_and_sees_a_placeholder() -> None:
    with ScriptedServer(completion()) as server, ChatModel("m", base_url=server.url) as model:
        model.complete(ASKED)
    headers = {name.lower(): value for name, value in server.requests[0].headers.items()}
    assert headers["authorization"] == "Bearer none"


@pytest.mark.parametrize("base_url", [None, "https://api.openai.com/v1"])
def test_openai_without_a_key_is_the_users_to_mend(base_url: str | None) -> None:
    with pytest.raises(UserError) as caught:
        ChatModel("gpt-5", base_url=base_url)
    assert "OPENAI_API_KEY" in caught.value.hint
    assert "--base-url" in caught.value.hint


def test_the_token_limit_has_its_newer_name_only_at_openai() -> None:
    assert ChatModel("gpt-5", api_key=SECRET).dialect.limit == "max_completion_tokens"
    assert ChatModel("m", base_url="http://127.0.0.1/v1").dialect.limit == "max_tokens"


def test_it_meets_the_protocol_of_models() -> None:
    assert isinstance(ChatModel("m", base_url="http://127.0.0.1/v1"), Model)


# The ladder -----------------------------------------------------------------------------------------------------


def test_a_server_without_json_schema_is_asked_for_json_then_for_nothing() -> None:
    no_schema = error(400, "This response_format type is unavailable now", type="invalid_request_error")
    no_object = raw({"error": "'response_format.type' must be 'text'"}, 400)
    with (
        ScriptedServer(no_schema, no_object, completion("{}"), completion("{}")) as server,
        ChatModel("m", base_url=server.url) as model,
    ):
        model.complete(WITH_SCHEMA)
        model.complete(WITH_SCHEMA)
    kinds = [asked.body.get("response_format", {}).get("type") for asked in server.requests]
    assert kinds == ["json_schema", "json_object", None, None]  # what was learnt is kept


@pytest.mark.parametrize("status", [400, 422, 500, 501])
def test_an_objection_to_the_schema_is_understood_under_each_status_it_comes_with(status: int) -> None:
    _, sent = ask(error(status, "json_schema is not supported"), completion("{}"), request=WITH_SCHEMA)
    assert [body["response_format"]["type"] for body in sent] == ["json_schema", "json_object"]


def test_the_token_limit_is_renamed_once() -> None:
    no = error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.", param="max_tokens")
    _, sent = ask(no, completion())
    assert [("max_tokens" in body, "max_completion_tokens" in body) for body in sent] == [(True, False), (False, True)]
    other = error(400, "Unsupported parameter: 'max_completion_tokens'", param="max_completion_tokens")
    assert fail(no, other, kind=Refused).calls == 2


def test_temperature_and_seed_are_left_out_when_the_server_objects() -> None:
    only_one = error(
        400, "'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        param="temperature", code="unsupported_value",
    )  # fmt: skip
    extra = raw({"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra", "input": 3}]}, 422)
    _, sent = ask(only_one, extra, completion())
    assert [("temperature" in body, "seed" in body) for body in sent] == [(True, True), (False, True), (False, False)]


def test_a_value_out_of_range_is_refused_and_not_hidden() -> None:
    refused = fail(error(400, "temperature must be between 0 and 1", param="temperature"), kind=Refused)
    assert refused.calls == 1
    assert "between 0 and 1" in refused.message
    assert fail(error(400, "max_tokens is too large: 50", param="max_tokens"), kind=Refused).calls == 1


def test_what_one_thread_has_learnt_the_others_use() -> None:
    objects = error(400, "'max_tokens' is not supported", param="max_tokens")
    with (
        ScriptedServer(objects, *[completion()] * 8) as server,
        ChatModel("m", base_url=server.url) as model,
        ThreadPoolExecutor(4) as pool,
    ):
        model.complete(ASKED)
        answers = list(pool.map(lambda _: model.complete(ASKED).text, range(7)))
    assert answers == ["ok"] * 7
    assert sum("max_tokens" in asked.body for asked in server.requests) == 1


# What comes back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "text", "reasoning"),
    [
        (completion("<think>hm</think>\nYes."), "Yes.", "hm"),
        (completion("hm</think>\n\nYes."), "Yes.", "hm"),
        (completion("<think>never done", finish="length"), "", "never done"),
        (completion("Yes.", reasoning_content="hm"), "Yes.", "hm"),
        (completion("Yes.", reasoning="hm"), "Yes.", "hm"),
        (completion("Yes.", reasoning="hm", reasoning_content="hm"), "Yes.", "hm"),
        (completion("They mark it with <think> and </think>."), "They mark it with <think> and </think>.", ""),
        (completion('{"text": "ends with </think>"}'), '{"text": "ends with </think>"}', ""),
        (stream("<think>h", "m</th", "ink>Y", "es."), "Yes.", "hm"),
    ],
)
def test_thinking_aloud_is_kept_apart_from_the_answer(reply: Reply, text: str, reasoning: str) -> None:
    answer, _ = ask(reply, stream=reply.content_type != "application/json")
    assert (answer.text, answer.reasoning) == (text, reasoning)


def test_an_answer_in_parts_is_put_together() -> None:
    answer, _ = ask(completion([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]))  # type: ignore[arg-type]
    assert answer.text == "ab"


def test_an_answer_cut_before_it_began_is_empty_and_says_so() -> None:
    answer, _ = ask(completion(None, finish="length"))
    assert (answer.text, answer.finish_reason) == ("", "length")


def test_a_missing_finish_reason_is_not_made_up() -> None:
    assert ask(completion("a", finish=None))[0].finish_reason == "unknown"


def test_usage_that_the_server_leaves_out_is_estimated_and_says_so() -> None:
    usage = ask(completion("a" * 300, usage=False))[0].usage
    assert usage.estimated
    assert usage.prompt_tokens > 0
    assert 30 <= usage.completion_tokens <= 100  # tokens of three to ten bytes


def test_a_declined_answer_is_an_answer_error() -> None:
    declined = fail(completion(None, refusal="I cannot help with that"), kind=AnswerError)
    assert declined.answer == "I cannot help with that"
    assert declined.usage.prompt_tokens == 7


# Streams --------------------------------------------------------------------------------------------------------


def test_a_stream_adds_up_to_the_answer_and_its_usage() -> None:
    answer, sent = ask(stream("Hel", "lo"), stream=True)
    assert (answer.text, answer.finish_reason, answer.model) == ("Hello", "stop", "scripted")
    assert (answer.usage.prompt_tokens, answer.usage.estimated) == (7, False)
    assert sent[0]["stream"] is True
    assert sent[0]["stream_options"] == {"include_usage": True}


def test_a_stream_that_just_ends_is_marked_as_dropped() -> None:
    answer, _ = ask(stream("Hel", finish=None, usage=False, done=False), stream=True)
    assert (answer.text, answer.finish_reason) == ("Hel", "dropped")
    assert answer.usage.estimated


def test_a_stream_that_breaks_is_asked_for_again(waits: list[float]) -> None:
    answer, sent = ask(stream("Hel", finish=None, done=False, then="drop"), stream("Hello"), stream=True)
    assert answer.text == "Hello"
    assert len(sent) == 2
    assert waits == [2.0]


def test_a_server_that_ignores_the_wish_for_a_stream_is_read_as_it_answers() -> None:
    assert ask(completion("whole"), stream=True)[0].text == "whole"


def test_stream_options_are_left_out_when_the_server_objects() -> None:
    _, sent = ask(error(400, "Unknown field stream_options"), stream("a"), stream=True)
    assert ["stream_options" in body for body in sent] == [True, False]


def test_an_error_in_the_middle_of_a_stream_is_the_error_it_names() -> None:
    piece = {"choices": [{"index": 0, "delta": {"content": "Hel"}, "finish_reason": None}]}
    reply = event_stream(piece, {"error": {"message": "upstream is full", "code": 502}})
    assert fail(reply, kind=Overloaded, stream=True, max_attempts=1).message.endswith("upstream is full")
    overflow = {"error": {"code": 400, "message": "too long", "type": "exceed_context_size_error", "n_ctx": 64}}
    assert fail(event_stream(overflow), kind=ContextOverflow, stream=True).context == 64


@pytest.mark.parametrize(
    "reply",
    [event_stream(), event_stream("[DONE]"), event_stream({"choices": []}), event_stream('{"choi'), event_stream("1")],
)
def test_a_stream_that_is_no_completion_is_odd(reply: Reply) -> None:
    assert fail(reply, kind=OddAnswer, stream=True).calls == 1


# What fails -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        page("<html><title>Welcome to nginx</title>…</html>"),
        Reply(body=b""),
        Reply(body=b'{"choices": [{"mess'),
        raw(None),
        raw([]),
        raw({"choices": []}),
        raw({"choices": None}),
        raw({"choices": [None]}),
        raw({"choices": [{"message": None}]}),
        raw({"error": {"message": "something broke"}}),
        raw({"error": "something broke"}),
    ],
)
def test_a_reply_that_is_no_completion_is_odd_and_not_asked_for_again(reply: Reply) -> None:
    assert fail(reply, kind=OddAnswer).calls == 1


def test_an_odd_answer_shows_the_title_of_the_page_it_was() -> None:
    assert "Welcome to nginx" in fail(page("<title>Welcome to nginx</title><p>much"), kind=OddAnswer).message


def test_an_error_in_a_200_that_names_its_code_is_that_error() -> None:
    assert fail(raw({"error": {"message": "no credit", "code": 402}}), kind=Refused).calls == 1
    limited = raw({"error": {"message": "slow down", "code": 429}})
    assert ask(limited, completion("after"))[0].text == "after"


def test_a_server_error_that_passes_is_tried_again(waits: list[float]) -> None:
    answer, sent = ask(error(500, "oops"), page("<h1>Bad gateway</h1>", 502), completion("after"))
    assert answer.text == "after"
    assert len(sent) == 3
    assert waits == [2.0, 4.0]


def test_a_server_error_that_stays_is_given_up_after_the_last_attempt(waits: list[float]) -> None:
    gone = fail(*[error(503, "loading the model")] * 3, kind=Overloaded, max_attempts=3)
    assert gone.calls == 3
    assert len(waits) == 2
    assert "given up after 3 attempts" in gone.__notes__
    assert "loading the model" in gone.message


def test_retry_after_is_honoured_to_the_second(waits: list[float]) -> None:
    ask(error(429, "slow", headers={"retry-after": "9"}), error(503, "busy", headers={"retry-after-ms": "1500"}),
        completion())  # fmt: skip
    assert waits == [9.0, 1.5]


def test_a_wait_that_is_too_long_fails_at_once_and_says_so(waits: list[float]) -> None:
    limited = fail(error(429, "slow", headers={"retry-after": "3600"}), kind=RateLimited)
    assert (limited.calls, waits, limited.retry_after) == (1, [], 3600.0)
    assert "3600 s" in limited.message


@pytest.mark.parametrize(
    ("status", "members", "hint"),
    [
        (401, {"code": "invalid_api_key"}, "OPENAI_API_KEY"),
        (402, {}, "credit"),
        (403, {}, "rights"),
        (404, {"code": "model_not_found"}, "`writer models`"),
        (429, {"code": "insufficient_quota", "type": "insufficient_quota"}, "billing"),
        (400, {"code": "content_filter"}, "content filter"),
        (413, {}, "message says why"),
    ],
)
def test_a_refusal_is_not_tried_again_and_says_what_to_do(status: int, members: dict[str, str], hint: str) -> None:
    refused = fail(error(status, "the server's words", **members), kind=Refused)
    assert refused.calls == 1
    assert hint in refused.hint
    assert "the server's words" in refused.message


def test_a_dropped_connection_is_tried_again_then_unreachable(waits: list[float]) -> None:
    assert ask(Reply(then="drop"), completion("after"))[0].text == "after"
    assert fail(Reply(then="drop"), Reply(then="drop"), kind=Unreachable, max_attempts=2).calls == 2
    assert waits == [2.0, 2.0]


def test_a_server_that_keeps_silent_is_unreachable_after_the_timeout() -> None:
    silent = fail(Reply(then="hang"), kind=Unreachable, max_attempts=1, timeout=0.2)
    assert "within 0.2 s" in silent.message


def unanswered(base_url: str, **options: Any) -> WriterError:
    with ChatModel("m", base_url=base_url, max_attempts=1, **options) as model, pytest.raises(WriterError) as caught:
        model.complete(ASKED)
    return caught.value


def test_nothing_listening_is_unreachable_with_the_address() -> None:
    refused = unanswered("http://127.0.0.1:1/v1")
    assert isinstance(refused, Unreachable)
    assert "http://127.0.0.1:1" in refused.message
    assert "start the server" in refused.hint


def test_a_failure_inside_the_handling_of_another_error_is_still_the_servers() -> None:
    try:
        raise KeyError("what the caller was busy with")
    except KeyError:
        assert isinstance(unanswered("http://127.0.0.1:1/v1"), Unreachable)
        assert fail(Reply(then="drop"), kind=Unreachable, max_attempts=1)


def test_https_to_a_plain_server_says_so() -> None:
    with ScriptedServer() as server:
        refused = unanswered(server.url.replace("http:", "https:"))
    assert isinstance(refused, Refused)
    assert "http://, not https://" in refused.hint


@pytest.mark.parametrize(
    "url",
    ["localhost:8080/v1", "ftp://x/v1", "http://[::1/v1", "not a url", "/v1", "http://a b/v1", "http://x:port/v1"],
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(url: str) -> None:
    refused = unanswered(url)
    assert isinstance(refused, Refused)
    assert "is not the address of a server" in refused.message
    assert "http://127.0.0.1:8080/v1" in refused.hint


def test_text_that_cannot_be_sent_is_named() -> None:
    broken = Request("write", (Message("user", "before \ud835 after"),), max_tokens=5)
    with ChatModel("m", base_url="http://127.0.0.1:1/v1") as model, pytest.raises(UserError, match=r"before .ud835"):
        model.complete(broken)


# Secrets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [f"{SECRET}\n", f"{SECRET[:5]} {SECRET[5:]}", f"“{SECRET}”"])
def test_a_key_that_no_header_can_hold_is_refused_without_showing_it(key: str) -> None:
    refused = unanswered("http://127.0.0.1:1/v1", api_key=key)
    assert isinstance(refused, Refused)
    assert "the key holds" in refused.message
    assert_hidden(refused)


def test_a_key_that_the_server_repeats_is_cut_out() -> None:
    refused = fail(error(401, f"Incorrect API key provided: {SECRET}."), kind=Refused, api_key=SECRET)
    assert "Incorrect API key" in refused.message
    assert_hidden(refused)
    assert_hidden(fail(page(f"<p>{SECRET}</p>"), kind=OddAnswer, api_key=SECRET))


def test_neither_the_model_nor_its_errors_show_keys_or_passwords() -> None:
    model = ChatModel("m", base_url="http://me:hunter22@127.0.0.1:1/v1", api_key=SECRET, max_attempts=1)
    assert repr(model) == "ChatModel('m', base_url='http://127.0.0.1:1')"
    with model, pytest.raises(Unreachable) as caught:
        model.complete(ASKED)
    assert "hunter22" not in str(caught.value)


def assert_hidden(error: BaseException) -> None:
    """No message of the error, nor of any that a traceback would show with it, holds the key."""
    link: BaseException | None = error
    while link is not None:
        shown = f"{link!r} {getattr(link, 'hint', '')} {getattr(link, '__notes__', '')}"
        assert SECRET not in shown
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


# What is not the server's failure -------------------------------------------------------------------------------


class Stranger(Exception):
    """Stands for a test double's own exception, such as a cassette that does not hold the request."""


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_exception_that_is_not_the_clients_is_let_out_as_it_is(
    wrapped: bool, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    import openai

    def raise_stranger(self: object, body: Callable[..., object], request: object, *rest: object) -> None:
        if not wrapped:
            raise Stranger
        raise openai.APIConnectionError(request=None) from Stranger()  # type: ignore[arg-type]

    monkeypatch.setattr(ChatModel, "_exchange", raise_stranger)
    with ChatModel("m", base_url="http://127.0.0.1:1/v1") as model, pytest.raises(Stranger) as caught:
        model.complete(ASKED)
    assert caught.value.__notes__ == ["while asking with the prompt 'write'"]
    assert waits == []


def test_no_test_leaves_this_machine_and_no_model_hides_it() -> None:
    with ChatModel("m", base_url="http://models.example.org/v1") as model, pytest.raises(RuntimeError) as caught:
        model.complete(ASKED)
    assert not isinstance(caught.value, ServerError)
    assert "models.example.org" in str(caught.value)


def test_a_closed_model_opens_anew() -> None:
    with ScriptedServer(completion("one"), completion("two")) as server:
        model = ChatModel("m", base_url=server.url)
        assert model.complete(ASKED).text == "one"
        model.close()
        model.close()
        assert model.complete(ASKED).text == "two"
        model.close()


def test_the_body_that_is_sent_is_json_of_the_same_bytes_each_time() -> None:
    _, first = ask(completion(), request=WITH_SCHEMA)
    _, second = ask(completion(), request=WITH_SCHEMA)
    assert json.dumps(first) == json.dumps(second)
