"""From a reply of the server to a `Completion`: whole or streamed, tolerant of what servers leave out.

Replies are read as plain JSON. The client's own classes promise fields that servers do not send.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from writer.draft import Usage
from writer.errors import AnswerError
from writer.models.base import Completion, Request
from writer.models.budget import count
from writer.models.faults import Server, complaint_of, from_complaint, odd, overflow
from writer.models.weighing import tokens_told, weights_of


def read_whole(text: str, request: Request, server: Server) -> Completion:
    """The completion in the body of a reply with status 200.

    Raises OddAnswer where the body is no chat completion (HTML, empty, cut, an error, no choices), or the error
    that the body names by its HTTP code, and AnswerError where the model declined to answer.
    """
    try:
        reply = json.loads(text)
    except ValueError as error:
        raise odd(text, server) from error
    refuse_errors(reply, server)
    choices = reply.get("choices") if isinstance(reply, Mapping) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        raise odd(text, server)
    choice = choices[0]
    refuse_errors(choice, server)
    message = choice.get("message")
    if not isinstance(message, Mapping):
        raise odd(text, server)
    parts = _Parts(model=str(reply.get("model") or ""), usage=reply.get("usage"))
    parts.add(message)
    parts.tokens += tokens_told(choice)
    parts.finish_reason = str(choice.get("finish_reason") or "unknown")
    return parts.completion(request, server)


def read_stream(events: Iterable[Any], request: Request, server: Server) -> Completion:
    """The completion that the events of a stream add up to.

    A stream that ends without a finish reason is not an error here: what came is handed on with the reason
    `dropped`, so that whoever asked can tell a cut answer from a whole one and keep what it cost. A stream in
    which no choice ever came is an OddAnswer.
    """
    parts = _Parts()
    started = False
    for event in events:
        refuse_errors(event, server)
        if not isinstance(event, Mapping):
            raise odd(json.dumps(event), server)
        parts.model = str(event.get("model") or parts.model)
        parts.usage = event.get("usage") or parts.usage
        for choice in event.get("choices") or ():  # the last event has usage and no choices
            started = True
            refuse_errors(choice, server)
            parts.add(choice.get("delta") or {})
            parts.tokens += tokens_told(choice)
            parts.finish_reason = str(choice.get("finish_reason") or parts.finish_reason)
    if not started:
        raise odd("", server)
    return parts.completion(request, server)


def split_thinking(text: str) -> tuple[str, str]:
    """(reasoning, answer) of a text that opens with thinking aloud.

    Some templates put the opening tag into the prompt, so the answer holds only the closing one. Tags further on
    are left alone: an answer may be about such tags.

    >>> split_thinking("<think>Two or three?</think>Three.")
    ('Two or three?', 'Three.')
    >>> split_thinking("Two or three?</think>Three.")
    ('Two or three?', 'Three.')
    """
    thoughts: list[str] = []
    rest = text
    while rest.lstrip().startswith("<think>"):
        thought, _, rest = rest.lstrip().removeprefix("<think>").partition("</think>")
        thoughts.append(thought.strip())
    head, close, tail = rest.partition("</think>")
    if close and not thoughts and "<think>" not in head and not head.lstrip().startswith("{"):
        thoughts.append(head.strip())
        rest = tail
    return "\n".join(thoughts), rest.lstrip() if thoughts else text


@dataclass
class _Parts:
    """A completion in the making."""

    finish_reason: str = "dropped"
    model: str = ""
    usage: Any = None
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    tokens: list[Mapping[str, Any]] = field(default_factory=list)
    """With their probabilities, where the server tells them."""

    def add(self, message: Mapping[str, Any]) -> None:
        """Take the text of a message or of a piece of one."""
        content = message.get("content")
        for piece in content if isinstance(content, list) else [content]:
            if isinstance(piece, Mapping):  # content in parts; thinking is a part of its own kind
                piece = piece.get("text")
            self.text.append(piece if isinstance(piece, str) else "")
        # Both names are in use for the same thing, sometimes by one server at once.
        self.reasoning.append(str(message.get("reasoning_content") or message.get("reasoning") or ""))
        self.refusal.append(str(message.get("refusal") or ""))

    def completion(self, request: Request, server: Server) -> Completion:
        """All that came, put together."""
        whole, refusal = "".join(self.text), "".join(self.refusal)
        thoughts, text = split_thinking(whole)
        reasoning = "\n".join(part for part in ("".join(self.reasoning), thoughts) if part)
        usage = _usage(self.usage, request, whole + reasoning + refusal, server.model)
        if refusal and not whole:
            raise _declined(refusal, usage)
        logprobs = weights_of(self.tokens, request.weigh) if request.weigh is not None else None
        return Completion(text, self.finish_reason, usage, self.model or server.model, reasoning, logprobs)


def _declined(words: str, usage: Usage) -> AnswerError:
    hint = "rephrase the theme, or use another model"
    error = AnswerError(f"the model declined to answer: {words[:200]}", hint=hint, answer=words)
    error.usage = usage
    return error


def _usage(told: Any, request: Request, answer: str, model: str) -> Usage:
    """What the server counted; where it did not, an estimate of both sides."""
    told = told if isinstance(told, Mapping) else {}
    prompt, completion, cost = (told.get(name) for name in ("prompt_tokens", "completion_tokens", "cost"))
    if isinstance(prompt, int) and isinstance(completion, int) and prompt > 0:
        price = float(cost) if isinstance(cost, int | float) else None
        return Usage(calls=1, prompt_tokens=prompt, completion_tokens=completion, cost_usd=price)
    asked = "\n".join(message.content for message in request.messages)
    return Usage(
        calls=1,
        prompt_tokens=count(asked, model).tokens,
        completion_tokens=count(answer, model).tokens,
        estimated=True,
    )


def refuse_errors(body: Any, server: Server, wanted: str = "a chat completion") -> None:
    """Raise where an error hides in a reply with status 200. Its code, where it is an HTTP one, says which."""
    if not isinstance(body, Mapping) or not body.get("error"):
        return
    complaint = complaint_of(200, body)
    if complaint.code.isdigit() and 400 <= int(complaint.code) < 600:
        complaint = replace(complaint, status=int(complaint.code))
    if complaint.status != 200 or overflow(complaint) is not None:
        raise from_complaint(complaint, {}, server)
    raise odd(complaint.message or str(body["error"]), server, wanted)
