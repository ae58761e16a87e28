"""What a model is asked and what it answers: the nouns of this room, and the protocol that every model meets.

No network, no prompts and no retries here. `ChatModel` (a server), `FunctionModel` (a function) and the relay
all meet `Model`, so that whoever drafts never asks which one answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from writer.draft import Usage


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that shapes an answer. A pure value: the same request has the same body on every machine."""

    prompt: str
    """The name of the template the messages were made from, for errors and records; it is not sent."""
    messages: tuple[Message, ...]
    max_tokens: int
    """Upper bound of the answer, in tokens."""
    temperature: float = 0.0
    seed: int | None = None
    schema: Mapping[str, object] | None = None
    """The JSON schema asked for. A server may ignore it, so every answer is validated by whoever asked."""
    schema_name: str = "answer"
    weigh: str | None = None
    """The member of the answer's JSON object whose value is to be weighed: see `Completion.logprobs`. Servers that know
    nothing of it are asked without."""


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer as text, with what it took.

    `finish_reason` is the server's own word (`stop`, `length`, `content_filter` …), `dropped` where a stream
    ended without one (the text may be cut), or `unknown` where a whole answer came without one.
    """

    text: str
    finish_reason: str
    usage: Usage
    model: str
    """The id of the model as the server told it, which may be more exact than what was asked for."""
    reasoning: str = ""
    """What the model thought aloud before it answered; never part of `text`."""
    logprobs: tuple[tuple[str, float], ...] | None = None
    """How the value that was to be weighed could have begun, and the natural logarithm of the probability of each
    beginning, the likeliest first. None where nothing was to be weighed, or the server does not tell."""


@runtime_checkable
class Model(Protocol):
    """Anything that completes a request. Implementations are safe to call from several threads."""

    @property
    def id(self) -> str:
        """The name that drafts record as their drafter."""

    def complete(self, request: Request) -> Completion:
        """The answer to `request`, or an error of `writer.errors` with a note that names the prompt."""


@contextmanager
def asking(request: Request) -> Iterator[None]:
    """Add to every exception that leaves this block the name of the prompt that was being asked."""
    try:
        yield
    except Exception as error:
        error.add_note(f"while asking with the prompt {request.prompt!r}")
        raise
