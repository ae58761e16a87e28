"""Which request fields a server takes, and what to leave out when it objects to one.

Servers that call themselves OpenAI-compatible differ in a few fields. What is sent starts with what the profile of
the server knows (`profiles.py`); an objection that names a field makes the next request do without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from writer.models.base import Request
from writer.models.faults import Complaint

Structure = Literal["json_schema", "json_object", "none"]
Limit = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is known of one server and model. Every change goes one way, so learning always ends."""

    structure: Structure = "json_schema"
    """How a schema is asked for: as it is, as any JSON object, or not at all."""
    objects: bool = True
    """Whether any JSON object can be asked for where a schema cannot."""
    limit: Limit = "max_tokens"
    limit_swapped: bool = False
    temperature: bool = True
    seed: bool = True
    stream_usage: bool = True
    logprobs: bool = True
    """Whether the probabilities of tokens can be asked for. Not every server says no: some leave them out."""
    system: bool = True
    """Whether there is a role for instructions; without it they stand at the head of the first user's message."""
    with_schema: Mapping[str, object] = field(default_factory=dict)
    """Further members of a body that asks for a schema."""


_ALTERNATIVES = 5
"""How many alternatives of each token are asked for: no server that tells them is known to tell fewer."""


def arguments(request: Request, model: str, dialect: Dialect, *, stream: bool) -> dict[str, Any]:
    """The body of the call, in the dialect of the server."""
    body: dict[str, Any] = {
        "model": model,
        "messages": _messages(request, dialect),
        dialect.limit: request.max_tokens,
    }
    if dialect.temperature:
        body["temperature"] = request.temperature
    if dialect.seed and request.seed is not None:
        body["seed"] = request.seed
    if request.schema is not None and dialect.structure != "none":
        body["response_format"] = _response_format(request, dialect.structure)
        if dialect.with_schema:
            body["extra_body"] = dict(dialect.with_schema)
    if request.weigh is not None and dialect.logprobs:
        body |= {"logprobs": True, "top_logprobs": _ALTERNATIVES}
    if stream:
        body["stream"] = True
        if dialect.stream_usage:
            body["stream_options"] = {"include_usage": True}
    return body


def _messages(request: Request, dialect: Dialect) -> list[dict[str, str]]:
    """The messages; where there is no role for instructions, they open the message that follows them."""
    messages = []
    before = ""
    for message in request.messages:
        if message.role == "system" and not dialect.system:
            before += message.content + "\n\n"
            continue
        messages.append({"role": message.role, "content": before + message.content})
        before = ""
    return messages + ([{"role": "user", "content": before.rstrip()}] if before else [])


def _response_format(request: Request, structure: Structure) -> dict[str, Any]:
    if structure == "json_object":
        return {"type": "json_object"}
    schema = {"name": request.schema_name, "strict": True, "schema": request.schema}
    return {"type": "json_schema", "json_schema": schema}


_FIELDS = {
    "response_format": r"response[ _]format|response_schema|json_schema|json_object|structured outputs?",
    "limit": r"max_tokens|max_completion_tokens",
    "temperature": r"temperature",
    "seed": r"seed",
    "stream_options": r"stream_options|include_usage",
    "logprobs": r"(?:top_)?logprobs",
}
_NAMED = {field: re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE) for field, names in _FIELDS.items()}

# The server takes the field, but not this value of it: leaving it out would hide the user's mistake.
_OUT_OF_RANGE = re.compile(
    r"between|less than|greater than|at (?:most|least)|too (?:large|big|high|small)|exceed|range|maximum|minimum|[<>]="
)

_NO_SYSTEM = re.compile(
    r"system role|messages\[\d+\]\.role|only user (?:and|or) assistant roles|roles must alternate", re.IGNORECASE
)
"""What servers say, mostly in the words of a model's chat template, where it has no place for a system message."""

_NO_ENDPOINT = re.compile(r"no endpoints? found that (?:can handle|supports?) the requested parameters", re.IGNORECASE)
"""OpenRouter's answer (404) where every member of the body is required and no provider takes them all."""

_STATUSES = (400, 422, 500, 501)
"""400 is usual; 422 comes from servers that check types; one server answers a schema it cannot do with 500."""


def objection(complaint: Complaint, sent: Dialect, body: dict[str, Any]) -> dict[str, Any] | None:
    """The change of dialect that answers a complaint, or None where it is about something else.

    Only a field that was in the `body` is ever given up.
    """
    if complaint.status in (200, 404) and _NO_ENDPOINT.search(complaint.message):
        return _give_up_one(sent, body)
    # Nobody's wish but ours, so whatever a server says of it ends it; 403 is what one says to the models of its choice.
    if "logprobs" in body and complaint.status in (*_STATUSES, 403) and _NAMED["logprobs"].search(_said(complaint)):
        return {"logprobs": False}
    if complaint.status not in _STATUSES:
        return None
    subject = complaint.param or complaint.message
    # Both, since a server may name `messages` as the culprit for lacking the word that json_object wants.
    if "response_format" in body and _NAMED["response_format"].search(_said(complaint)):
        return _less_structure(sent)
    if any(message["role"] == "system" for message in body["messages"]) and _NO_SYSTEM.search(complaint.message):
        return {"system": False}
    if _OUT_OF_RANGE.search(complaint.message):
        return None
    if _NAMED["limit"].search(subject):
        if sent.limit_swapped:
            return None
        other = "max_tokens" if sent.limit == "max_completion_tokens" else "max_completion_tokens"
        return {"limit": other, "limit_swapped": True}
    for name, change in (("temperature", "temperature"), ("seed", "seed"), ("stream_options", "stream_usage")):
        if name in body and _NAMED[name].search(subject):
            return {change: False}
    return None


def _said(complaint: Complaint) -> str:
    return f"{complaint.param} {complaint.message}"


def _less_structure(sent: Dialect) -> dict[str, Any]:
    return {"structure": "json_object" if sent.structure == "json_schema" and sent.objects else "none"}


def _give_up_one(sent: Dialect, body: dict[str, Any]) -> dict[str, Any] | None:
    """The least that can be given up where a server does not say which field it is about."""
    if "logprobs" in body:
        return {"logprobs": False}
    if "seed" in body:
        return {"seed": False}
    if "temperature" in body:
        return {"temperature": False}
    return _less_structure(sent) if "response_format" in body else None


def learn(current: Dialect, sent: Dialect, change: dict[str, Any]) -> Dialect:
    """`current` with the change, unless another thread has learnt on that point since `sent` was sent."""
    if any(getattr(current, name) != getattr(sent, name) for name in change):
        return current
    return replace(current, **change)
