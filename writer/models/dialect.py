"""Which request fields a server takes, and what to leave out when it objects to one.

Servers that call themselves OpenAI-compatible differ in a few fields. What is sent starts with the best guess;
an objection that names a field makes the next request do without it. Nothing is guessed from a server's name
but the first choice of the token limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
    limit: Limit = "max_tokens"
    limit_swapped: bool = False
    temperature: bool = True
    seed: bool = True
    stream_usage: bool = True


def arguments(request: Request, model: str, dialect: Dialect, *, stream: bool) -> dict[str, Any]:
    """The body of the call, in the dialect of the server."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        dialect.limit: request.max_tokens,
    }
    if dialect.temperature:
        body["temperature"] = request.temperature
    if dialect.seed and request.seed is not None:
        body["seed"] = request.seed
    if request.schema is not None and dialect.structure != "none":
        body["response_format"] = _response_format(request, dialect.structure)
    if stream:
        body["stream"] = True
        if dialect.stream_usage:
            body["stream_options"] = {"include_usage": True}
    return body


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
}
_NAMED = {field: re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE) for field, names in _FIELDS.items()}

# The server takes the field, but not this value of it: leaving it out would hide the user's mistake.
_OUT_OF_RANGE = re.compile(
    r"between|less than|greater than|at (?:most|least)|too (?:large|big|high|small)|exceed|range|maximum|minimum|[<>]="
)

_STATUSES = (400, 422, 500, 501)
"""400 is usual; 422 comes from servers that check types; one server answers a schema it cannot do with 500."""


def objection(complaint: Complaint, sent: Dialect, body: dict[str, Any]) -> dict[str, Any] | None:
    """The change of dialect that answers a complaint, or None where it is about something else.

    Only a field that was in the `body` is ever given up.
    """
    if complaint.status not in _STATUSES:
        return None
    subject = complaint.param or complaint.message
    # Both, since a server may name `messages` as the culprit for lacking the word that json_object wants.
    if "response_format" in body and _NAMED["response_format"].search(f"{complaint.param} {complaint.message}"):
        return {"structure": "json_object" if sent.structure == "json_schema" else "none"}
    if _OUT_OF_RANGE.search(complaint.message):
        return None
    if _NAMED["limit"].search(subject):
        if sent.limit_swapped:
            return None
        other = "max_tokens" if sent.limit == "max_completion_tokens" else "max_completion_tokens"
        return {"limit": other, "limit_swapped": True}
    for field, change in (("temperature", "temperature"), ("seed", "seed"), ("stream_options", "stream_usage")):
        if field in body and _NAMED[field].search(subject):
            return {change: False}
    return None


def learn(current: Dialect, sent: Dialect, change: dict[str, Any]) -> Dialect:
    """`current` with the change, unless another thread has learnt on that point since `sent` was sent."""
    if any(getattr(current, name) != getattr(sent, name) for name in change):
        return current
    return replace(current, **change)
