"""What answers at an address, and what it can do: asked of the server itself.

Its list of models is free to ask for, and tells most of it. Whether it keeps to a schema, tells the usage of a stream
and embeds is only asked where a few tokens may be spent (`try_out`); else it is what servers of its kind do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit

from writer.errors import Refused, ServerError, UserError
from writer.models import retry
from writer.models.base import Message, Request
from writer.models.chat import OPENAI, ChatModel, Connection
from writer.models.dialect import Dialect
from writer.models.faults import odd
from writer.models.profiles import PROFILES, UNKNOWN, Profile, listed, recognise, start_of

Answer = Literal["yes", "no", "unclear", "not asked"]

_CONTEXTS = ("n_ctx", "max_model_len", "context_length", "max_context_length", "context_window")
"""What servers call the length of a model's context, in its entry or in its `meta`."""
_SCHEMA = {
    "type": "object",
    "properties": {"probe": {"type": "string", "enum": ["kept"]}},
    "required": ["probe"],
    "additionalProperties": False,
}
_QUESTION = "Name a colour."
"""Nothing in it tells of the schema, so that only a server that keeps to the schema answers with it."""
_ANSWER_TOKENS = 256
"""Room for a model that thinks aloud first."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One model of a server; `context` in tokens, where it was told."""

    id: str
    context: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a server can or cannot do, and in a few words how that is known."""

    answer: Answer
    how: str


@dataclass(frozen=True, slots=True)
class Found:
    """What answers at an address. `tried` is the model that was asked, where one was."""

    address: str
    profile: Profile
    told_by: str
    models: tuple[Listed, ...]
    dialect: Dialect
    schema: Finding
    stream_usage: Finding
    embeddings: Finding
    key: Literal["sent", "not needed", "missing"]
    tried: str | None = None


def look(
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    model: str | None = None,
    try_out: bool = False,
    timeout: float = 60.0,
    sleep: Callable[[float], None] = retry.pause,
) -> Found:
    """Ask the server at `base_url` (OpenAI's without one) what it has; with `try_out` also what it can do.

    `try_out` makes one small chat call, and one for an embedding, to `model` or the first that is listed. Raises the
    errors of `writer.errors` under ServerError where nothing usable answers, and UserError for a model that is needed
    and not named.
    """
    url = base_url or OPENAI
    connection = Connection(model or "any", base_url=url, api_key=api_key, timeout=timeout, max_attempts=2, sleep=sleep)
    try:
        headers, body = _models(connection)
        profile, told_by = recognise(url, headers, body)
        if profile is UNKNOWN or told_by == "its port":
            profile, told_by = recognise(url, headers, body, _beside(connection, url))
    finally:
        connection.close()
    models = tuple(sorted((_listed(entry) for entry in listed(body)), key=lambda one: one.id))
    found = Found(
        address=connection.server.address,
        profile=profile,
        told_by=told_by,
        models=models,
        dialect=start_of(profile, model or (models[0].id if models else "")),
        schema=Finding("not asked", _expected(profile)),
        stream_usage=Finding("not asked", "told by most servers that stream"),
        embeddings=Finding("not asked", "told by a call"),
        key="sent" if api_key else "missing" if profile.needs_key else "not needed",
    )
    if not try_out:
        return found
    options: dict[str, Any] = {
        "base_url": url,
        "api_key": api_key,
        "timeout": timeout,
        "max_attempts": 2,
        "sleep": sleep,
    }
    return _tried(found, model, options)


def _models(connection: Connection) -> tuple[Mapping[str, str], Any]:
    """Headers and body of the list of models."""
    headers, text = connection.call(lambda client: _get(client, "/models"))
    try:
        body = json.loads(text)
    except ValueError as error:
        raise odd(text, connection.server, "a list of models") from error
    if not listed(body) and not (isinstance(body, Mapping) and isinstance(body.get("data"), list)):
        raise odd(text, connection.server, "a list of models")
    return headers, body


def _beside(connection: Connection, url: str) -> dict[str, str]:
    """What the server answers to the paths that only one kind knows; those it refuses are left out."""
    parts = urlsplit(url)
    answers = {}
    for path in dict.fromkeys(profile.ask[0] for profile in PROFILES if profile.ask[0]):
        address = f"{parts.scheme}://{parts.netloc}{path}"
        try:
            answers[path] = connection.call(partial(_get, path=address))[1]
        except ServerError:
            continue
    return answers


def _get(client: Any, path: str) -> tuple[Mapping[str, str], str]:
    reply = client.get(path, cast_to=object, options={"headers": {"X-Stainless-Raw-Response": "true"}})
    return dict(reply.headers), str(reply.text)


def _listed(entry: Mapping[str, Any]) -> Listed:
    meta = entry.get("meta")
    for place in (entry, meta if isinstance(meta, Mapping) else {}):
        for name in _CONTEXTS:
            if isinstance(place.get(name), int) and place[name] > 0:
                return Listed(_id(entry), place[name])
    return Listed(_id(entry))


def _id(entry: Mapping[str, Any]) -> str:
    return str(entry.get("id") or entry.get("name") or "")


def _expected(profile: Profile) -> str:
    if profile is UNKNOWN:
        return "not known of this server"
    return f"as {profile.title} usually takes it: {profile.start.structure}"


def _tried(found: Found, model: str | None, options: Mapping[str, Any]) -> Found:
    chat = model or next((one.id for one in found.models if "embed" not in one.id.lower()), None)
    if chat is None:
        raise UserError("the server lists no model to try", hint="name one with --model")
    schema, stream_usage, dialect = _try_chat(chat, options)
    embedder = model or next((one.id for one in found.models if "embed" in one.id.lower()), chat)
    embeddings = _try_embedding(embedder, options)
    return replace(found, schema=schema, stream_usage=stream_usage, embeddings=embeddings, dialect=dialect, tried=chat)


def _try_chat(model: str, options: Mapping[str, Any]) -> tuple[Finding, Finding, Dialect]:
    """One streamed call with a schema answers both questions."""
    request = Request(
        "probe", (Message("user", _QUESTION),), _ANSWER_TOKENS, seed=0, schema=_SCHEMA, schema_name="probe"
    )
    with ChatModel(model, stream=True, **options) as chat:
        completion = chat.complete(request)
        dialect = chat.dialect
    told = not completion.usage.estimated
    usage = Finding("yes" if told else "no", f"a stream {'told' if told else 'did not tell'} what it took")
    if dialect.structure != "json_schema":
        asked = "any JSON object" if dialect.structure == "json_object" else "JSON in words alone"
        return Finding("no", f"it refuses json_schema, and is asked for {asked}"), usage, dialect
    try:
        kept = json.loads(completion.text) == {"probe": "kept"}
    except ValueError:
        kept = False
    if kept:
        return Finding("yes", f"{model} kept to a schema that its prompt does not tell"), usage, dialect
    if completion.finish_reason in ("length", "dropped"):
        return Finding("unclear", f"{model} was cut off before its answer was whole"), usage, dialect
    return Finding("no", f"{model} took a schema and did not keep to it"), usage, dialect


def _try_embedding(model: str, options: Mapping[str, Any]) -> Finding:
    """Plain, since the embedder of this package needs numpy and this does not."""
    connection = Connection(model, **options)

    def exchange(client: Any) -> str:
        reply = client.embeddings.with_raw_response.create(model=model, input=[_QUESTION], encoding_format="float")
        return str(reply.text)

    try:
        reply = json.loads(connection.call(exchange))
        vector = reply["data"][0]["embedding"]
        return Finding("yes", f"{model} gives vectors of {len(vector)} numbers")
    except Refused as error:
        return Finding("no", error.message)
    except ServerError as error:  # a failure of the server's own says nothing on what it can do
        return Finding("unclear", error.message)
    except (ValueError, LookupError, TypeError):
        return Finding("no", f"{model} was answered with no embedding")
    finally:
        connection.close()
