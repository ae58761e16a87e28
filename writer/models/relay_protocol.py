"""The chat protocol as the relay speaks it: a request's body to a prompt for people, a reply to an answer's body.

No files and no network here; whatever cannot be shown as text is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any


class RequestError(Exception):
    """What one client did wrong or cannot have; ends as an HTTP status and never leaves the relay."""

    def __init__(self, status: HTTPStatus, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request for a completion, as it is shown to whoever answers."""

    digest: str
    text: str
    stream: bool = False
    include_usage: bool = False


def estimate_tokens(text: str) -> int:
    """Tokens of a text, as ceil(UTF-8 bytes / 4): an estimate that every machine makes alike, not a count.

    >>> estimate_tokens("citation")
    2
    """
    return -(-len(text.encode()) // 4)


def digest_request(messages: object, response_format: object) -> str:
    """The first 16 hex digits of sha256 over the canonical JSON of what shapes an answer."""
    shape = {"messages": messages, "response_format": response_format}
    canonical = json.dumps(shape, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def parse_request(body: bytes) -> Prompt:
    """The prompt in the body of a request for a chat completion; what cannot be shown as text is refused."""
    try:
        asked = json.loads(body)
        messages, response_format = _shape(asked)
        digest = digest_request(messages, response_format)
    except UnicodeEncodeError as error:
        raise bad("the messages hold half of a surrogate pair, which is no text") from error
    except (ValueError, RecursionError) as error:
        raise bad(f"the body is not JSON: {error}") from error
    options = asked.get("stream_options")
    return Prompt(
        digest=digest,
        text=_render(messages, response_format),
        stream=asked.get("stream") is True,
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
    )


def _shape(asked: Any) -> tuple[Sequence[Any], Any]:
    if not isinstance(asked, dict):
        raise bad("the body must be a JSON object")
    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        raise bad("`messages` must be a list of at least one message")
    if asked.get("tools") or asked.get("functions"):
        raise bad("the relay answers in text and cannot call tools")
    if asked.get("n") not in (None, 1):
        raise bad("the relay gives one choice; `n` must be 1")
    return messages, asked.get("response_format")


def _render(messages: Sequence[Any], response_format: Any) -> str:
    """The system message, the rest in its order, the schema: what a person pastes into a chat window."""
    told = [_message(message, at) for at, message in enumerate(messages)]
    parts = [text for role, text in told if role in ("system", "developer")]
    for role, text in told:
        if role == "assistant" and text:
            parts.append(f"You answered:\n\n{_fenced(text)}")
        elif role == "user":
            parts.append(text)
    if isinstance(response_format, dict) and response_format.get("type") == "json_schema":
        schema = response_format.get("json_schema")
        if not isinstance(schema, dict) or not isinstance(schema.get("schema"), dict):
            raise bad("`response_format.json_schema.schema` must be a JSON schema")
        block = _fenced(json.dumps(schema["schema"], indent=2, ensure_ascii=False), "json")
        parts.append(f"The answer must be JSON of this schema, and nothing else:\n\n{block}")
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _message(message: Any, at: int) -> tuple[str, str]:
    """Role and text of the message at this place."""
    role = message.get("role") if isinstance(message, dict) else None
    if role not in ("system", "developer", "user", "assistant"):
        raise bad(f"`messages[{at}]` must have the role system, developer, user or assistant")
    content = message.get("content")
    if content is None and role == "assistant":
        content = ""
    if isinstance(content, str):
        return role, content
    parts = content if isinstance(content, list) else []
    texts = [part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)]
    if not texts or len(texts) < len(parts):
        raise bad(f"`messages[{at}].content` must be text; the relay shows nothing else")
    return role, "".join(texts)


def _fenced(text: str, language: str = "") -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def bad(message: str) -> RequestError:
    """A request that the relay cannot take."""
    return RequestError(HTTPStatus.BAD_REQUEST, message)


def completion(model: str, prompt: Prompt, answer: str) -> dict[str, object]:
    """The body of a whole answer."""
    message = {"role": "assistant", "content": answer, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**_frame(model, prompt, "chat.completion"), "choices": [choice], "usage": _usage(prompt, answer)}


def chunks(model: str, prompt: Prompt, answer: str) -> Iterator[dict[str, object]]:
    """The same completion in pieces: role, content line by line, finish reason and, if asked for, usage."""
    frame = _frame(model, prompt, "chat.completion.chunk")
    if prompt.include_usage:
        frame["usage"] = None  # as the protocol has it in every chunk but the last

    def chunk(delta: Mapping[str, str], finish_reason: str | None = None) -> dict[str, object]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return {**frame, "choices": [choice]}

    yield chunk({"role": "assistant", "content": ""})
    for line in answer.splitlines(keepends=True):
        yield chunk({"content": line})
    yield chunk({}, "stop")
    if prompt.include_usage:
        yield {**frame, "choices": [], "usage": _usage(prompt, answer)}


def _frame(model: str, prompt: Prompt, kind: str) -> dict[str, object]:
    return {"id": f"relay-{prompt.digest}", "object": kind, "created": 0, "model": model}


def _usage(prompt: Prompt, answer: str) -> dict[str, int]:
    asked, given = estimate_tokens(prompt.text), estimate_tokens(answer)
    return {"prompt_tokens": asked, "completion_tokens": given, "total_tokens": asked + given}
