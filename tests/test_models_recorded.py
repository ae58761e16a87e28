"""Recorded exchanges: what a real server answers, replayed. Record again with `make record`."""

from __future__ import annotations

import json

import pytest
from servers import ScriptedServer, completion, error

from writer.errors import ContextOverflow
from writer.models import ChatModel, Message, Request

pytestmark = pytest.mark.vcr

ASKED = Request(
    prompt="greeting",
    messages=(Message("system", "Answer in one word."), Message("user", "Which word do you like?")),
    max_tokens=12,
    seed=1,
)
SCHEMA = {
    "type": "object",
    # maxLength, or random weights never close a string.
    "properties": {
        "heading": {"type": "string", "maxLength": 12},
        "keys": {"type": "array", "maxItems": 2, "items": {"type": "string", "maxLength": 4}},
    },
    "required": ["heading", "keys"],
    "additionalProperties": False,
}


@pytest.mark.recorded_with("llama")
def test_a_whole_answer(recorded_url: str) -> None:
    with ChatModel("tiny", base_url=recorded_url) as model:
        answer = model.complete(ASKED)
    assert answer.text
    assert answer.model == "tiny"
    assert answer.finish_reason == "length"
    assert answer.usage.completion_tokens == 12
    assert answer.usage.prompt_tokens > 12
    assert not answer.usage.estimated


@pytest.mark.recorded_with("llama")
def test_a_streamed_answer_is_the_whole_answer(recorded_url: str) -> None:
    with ChatModel("tiny", base_url=recorded_url) as model:
        whole = model.complete(ASKED)
    with ChatModel("tiny", base_url=recorded_url, stream=True) as model:
        streamed = model.complete(ASKED)
    assert streamed == whole


@pytest.mark.recorded_with("llama")
def test_a_schema_is_kept_to(recorded_url: str) -> None:
    asked = Request(
        "plan", (Message("user", "Group these."),), max_tokens=200, seed=1, schema=SCHEMA, schema_name="plan"
    )
    with ChatModel("tiny", base_url=recorded_url) as model:
        answer = model.complete(asked)
    parsed = json.loads(answer.text)
    assert set(parsed) == {"heading", "keys"}
    assert len(parsed["heading"]) <= 12
    assert answer.finish_reason == "stop"
    assert model.dialect.structure == "json_schema"


@pytest.mark.recorded_with("llama")
def test_a_prompt_that_is_too_long_tells_both_sizes(recorded_url: str) -> None:
    asked = Request("write", (Message("user", "abstract " * 400),), max_tokens=10)
    with ChatModel("tiny", base_url=recorded_url) as model, pytest.raises(ContextOverflow) as caught:
        model.complete(asked)
    assert caught.value.context == 2048
    assert caught.value.prompt_tokens is not None
    assert caught.value.prompt_tokens > 2048
    assert caught.value.__notes__ == ["while asking with the prompt 'write'"]


@pytest.mark.recorded_with("loopback")
def test_a_429_is_waited_out_as_long_as_the_server_asks(waits: list[float]) -> None:
    script = (error(429, "slow down", code="rate_limit_exceeded", headers={"Retry-After": "7"}), completion("done"))
    with ScriptedServer(*script) as server, ChatModel("tiny", base_url=server.url) as model:
        answer = model.complete(ASKED)
    assert answer.text == "done"
    assert waits == [7.0]
