"""One table of servers: how each is recognised, what it starts with, and how that is adapted to what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from servers import Reply, ScriptedServer, completion, error

from writer.errors import ContextOverflow, Refused
from writer.models import ChatModel, Message, Request
from writer.models.dialect import Dialect, arguments, objection
from writer.models.faults import Complaint
from writer.models.profiles import PROFILES, UNKNOWN, profile_of, recognise, start_of

ASKED = Request("write", (Message("system", "Be brief."), Message("user", "Hello")), max_tokens=50, seed=3)
WITH_SCHEMA = replace(ASKED, schema={"type": "object"}, schema_name="plan")
LOCAL = "http://127.0.0.1:9999/v1"


def named(name: str) -> Any:
    return next(profile for profile in PROFILES if profile.name == name)


# Recognised -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://mine.openai.azure.com/openai/v1/", "azure"),
        ("https://mine.services.ai.azure.com/openai/v1/", "azure"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("http://localhost:11434/v1", "ollama"),
        ("http://192.168.1.7:1234/v1", "lmstudio"),
        ("http://127.0.0.1:8808/v1", "relay"),
        ("http://localhost:8080/v1", "unknown"),
        ("http://localhost:8000/v1", "unknown"),
        ("https://api.openai.com.example.org/v1", "unknown"),
        ("https://notopenrouter.ai/v1", "unknown"),
        ("http://x:port/v1", "unknown"),
        ("http://[half/v1", "unknown"),
    ],
)
def test_an_address_tells_the_profile_only_where_it_is_certain_enough(url: str, name: str) -> None:
    assert profile_of(url).name == name


def owned(owner: str) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": "m", "object": "model", "owned_by": owner}]}


@pytest.mark.parametrize(
    ("headers", "body", "answers", "name", "by"),
    [
        ({"Server": "llama.cpp"}, {"data": []}, {}, "llama.cpp", "the header server"),
        ({}, owned("llamacpp"), {}, "llama.cpp", "the owner of its models"),
        ({}, owned("vllm"), {}, "vllm", "the owner of its models"),
        ({}, owned("library"), {}, "ollama", "the owner of its models"),
        ({}, owned("organization_owner"), {}, "lmstudio", "the owner of its models"),
        ({}, owned("writer"), {}, "relay", "the owner of its models"),
        ({"x-ms-region": "Sweden Central"}, {"data": []}, {}, "azure", "the header x-ms-region"),
        ({}, owned("me"), {"/api/version": '{"version": "0.12.3"}'}, "ollama", "its answer to /api/version"),
        ({}, owned("me"), {"/version": '{"version": "0.11.0"}'}, "vllm", "its answer to /version"),
        ({}, owned("me"), {"/props": '{"default_generation_settings": {}}'}, "llama.cpp", "its answer to /props"),
        ({}, owned("me"), {"/version": "<html>"}, "unknown", "nothing it said"),
        ({}, owned("openai"), {}, "unknown", "nothing it said"),
        ({}, None, {}, "unknown", "nothing it said"),
    ],
)
def test_what_a_server_says_of_itself_tells_the_profile(
    headers: dict[str, str], body: Any, answers: dict[str, str], name: str, by: str
) -> None:
    profile, told_by = recognise(LOCAL, headers, body, answers)
    assert (profile.name, told_by) == (name, by)


def test_what_a_server_says_outranks_its_port_and_not_its_host() -> None:
    assert recognise("http://localhost:11434/v1", {}, owned("vllm"))[0].name == "vllm"
    assert recognise("http://localhost:11434/v1", {}, owned("me")) == (named("ollama"), "its port")
    assert recognise("https://openrouter.ai/api/v1", {}, owned("library"))[0].name == "openrouter"


def test_names_and_ports_are_each_one_servers() -> None:
    names = [profile.name for profile in (*PROFILES, UNKNOWN)]
    ports = [profile.port for profile in PROFILES if profile.port]
    assert len(set(names)) == len(names)
    assert len(set(ports)) == len(ports)


# The starting point -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "limit"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens"),
        ("https://mine.openai.azure.com/openai/v1/", "max_completion_tokens"),
        ("https://openrouter.ai/api/v1", "max_tokens"),
        ("http://localhost:11434/v1", "max_tokens"),
        ("http://localhost:8080/v1", "max_tokens"),
    ],
)
def test_the_token_limit_starts_under_the_name_that_the_server_takes(url: str, limit: str) -> None:
    dialect = ChatModel("m", base_url=url, api_key="k").dialect
    assert list(arguments(ASKED, "m", dialect, stream=False))[2] == limit


@pytest.mark.parametrize(
    ("model", "taken"),
    [
        ("o3", False),
        ("o4-mini", False),
        ("gpt-5", False),
        ("gpt-5-mini-2025-08-07", False),
        ("openai/gpt-5-nano", False),
        ("gpt-5-chat-latest", True),
        ("gpt-4o", True),
        ("olmo-2", True),
        ("gpt-oss-20b", True),
    ],
)
def test_models_that_take_one_temperature_are_sent_none(model: str, taken: bool) -> None:
    for profile in (named("openai"), named("openrouter"), UNKNOWN):
        assert start_of(profile, model).temperature is taken


def test_openrouter_is_told_to_keep_to_the_schema_where_there_is_one() -> None:
    dialect = ChatModel("m", base_url="https://openrouter.ai/api/v1", api_key="k").dialect
    sent = arguments(WITH_SCHEMA, "m", dialect, stream=False)
    assert sent["extra_body"] == {"provider": {"require_parameters": True}}
    assert "extra_body" not in arguments(ASKED, "m", dialect, stream=False)


def test_further_members_of_a_body_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(completion("{}")) as server:
        model = ChatModel("m", base_url=server.url)
        model._dialect = named("openrouter").start
        with model:
            model.complete(WITH_SCHEMA)
    assert server.requests[0].body["provider"] == {"require_parameters": True}
    assert "extra_body" not in server.requests[0].body


# Adapted to what the server says ----------------------------------------------------------------------------------


def sent_to(*replies: Reply, request: Request = WITH_SCHEMA, start: Dialect | None = None) -> list[Any]:
    with ScriptedServer(*replies) as server, ChatModel("m", base_url=server.url) as model:
        model._dialect = start or model.dialect
        model.complete(request)
        model.complete(request)
    return [asked.body for asked in server.requests]


def kinds(bodies: list[Any]) -> list[Any]:
    return [body.get("response_format", {}).get("type") for body in bodies]


def test_a_server_that_takes_no_json_object_is_not_asked_for_one() -> None:
    no = error(400, "'response_format.type' must be 'json_schema' or 'text'")
    bodies = sent_to(no, completion("{}"), completion("{}"), start=named("lmstudio").start)
    assert kinds(bodies) == ["json_schema", None, None]


@pytest.mark.parametrize(
    "reply",
    [
        error(400, "System role not supported", type="BadRequestError"),
        error(400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
        error(500, "Only user and assistant roles are supported!"),
        error(400, "Conversation roles must alternate user/assistant/user/assistant/..."),
    ],
)
def test_without_a_role_for_instructions_they_open_the_users_message(reply: Reply) -> None:
    bodies = sent_to(reply, completion(), completion(), request=ASKED)
    assert [[message["role"] for message in body["messages"]] for body in bodies] == [
        ["system", "user"],
        *[["user"]] * 2,
    ]
    assert bodies[1]["messages"][0]["content"] == "Be brief.\n\nHello"


def test_instructions_alone_become_a_users_message() -> None:
    alone = replace(ASKED, messages=(Message("system", "Be brief."),))
    sent = arguments(alone, "m", Dialect(system=False), stream=False)
    assert sent["messages"] == [{"role": "user", "content": "Be brief."}]


def test_a_server_without_roles_that_still_objects_has_refused() -> None:
    no = error(400, "System role not supported")
    with (
        ScriptedServer(no, no) as server,
        ChatModel("m", base_url=server.url) as model,
        pytest.raises(Refused, match="System role"),
    ):
        model.complete(ASKED)


def test_where_no_provider_takes_everything_the_least_is_given_up_first() -> None:
    no = error(404, "No endpoints found that can handle the requested parameters.", code=404)
    bodies = sent_to(no, no, no, completion("{}"), completion("{}"), start=named("openrouter").start)
    assert [("seed" in body, "temperature" in body) for body in bodies[:3]] == [
        (True, True),
        (False, True),
        (False,) * 2,
    ]
    assert kinds(bodies) == ["json_schema", "json_schema", "json_schema", "json_object", "json_object"]


def test_a_prompt_that_was_cut_in_silence_is_too_long() -> None:
    long = replace(ASKED, messages=(Message("user", "many words " * 400),))
    with ScriptedServer(completion(), completion(), completion()) as server:
        model = ChatModel("m", base_url=server.url)
        with model:
            model.complete(long)  # another server counts as it likes
            model._profile = named("ollama")
            model.complete(ASKED)
            with pytest.raises(ContextOverflow) as caught:
                model.complete(long)
    assert caught.value.context == 7  # what the server says that it has read
    assert "OLLAMA_CONTEXT_LENGTH" in caught.value.hint
    assert caught.value.__notes__ == ["while asking with the prompt 'write'"]


def test_an_unknown_model_is_not_taken_for_unknown_parameters() -> None:
    complaint = Complaint(404, "No endpoints found for nobody/nothing.")
    assert objection(complaint, Dialect(), arguments(WITH_SCHEMA, "m", Dialect(), stream=False)) is None
