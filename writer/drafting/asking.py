"""Asking a model: what it is shown of an entry, and an answer that is validated and, once, told what was wrong.

No prompt's own shape and no way out here: whoever asks brings the reader for the answer, and decides what to do
without one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from writer.draft import Usage
from writer.drafting.prompts import Prompts, Rendered
from writer.errors import AnswerError, ContextOverflow
from writer.models.base import Message, Model, Request
from writer.settings import Settings
from writer.text import sentences, stems

T = TypeVar("T")
Reader = Callable[[str], tuple[T, list[str]]]
"""From the text of an answer to its value and notes on what in it was not usable; raises AnswerError."""

_CUT = frozenset({"length", "dropped"})
"""Finish reasons of an answer that may lack its end: out of tokens, or the stream broke off."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """An answer that was read, and all it took to get it.

    Of one that was `cut` only the whole part was read; `text` is all that came.
    """

    value: T
    notes: tuple[str, ...]
    usage: Usage
    cut: bool = False
    text: str = ""


def ask(
    prompt: Rendered,
    schema: Mapping[str, object],
    read: Reader[T],
    *,
    model: Model,
    prompts: Prompts,
    settings: Settings,
    salvage: Reader[T] | None = None,
    before: tuple[Message, ...] = (),
    again: bool = True,
) -> Answer[T]:
    """Ask, and once `again` with what was wrong; `salvage` reads what a cut answer still holds.

    `before` are the messages of a conversation that the prompt goes on with. Raises AnswerError with the usage of
    all calls as `usage`, ContextOverflow where the prompt itself is too long, and the errors of the server.
    """
    messages = (*before, *opening(prompt))
    usage, failure = Usage(), ""
    for last in (False, True) if again else (True,):
        try:
            completion = model.complete(_request(prompt.name, messages, schema, settings))
        except AnswerError as error:  # the model declined
            raise _spent(error, usage + usage_of(error)) from error
        except ContextOverflow as error:
            if not failure:
                raise
            # The prompt alone did fit: only what was wrong with the answer could not be told.
            raise _spent(AnswerError(failure), usage) from error
        usage += completion.usage
        cut = completion.finish_reason in _CUT
        try:
            value, notes = read(completion.text)
            return Answer(value, tuple(notes), usage, text=completion.text)
        except AnswerError as error:
            if salvage is not None and cut:
                with contextlib.suppress(AnswerError):
                    value, notes = salvage(completion.text)
                    return Answer(value, tuple(notes), usage, cut=True, text=completion.text)
            failure = "it was cut off" if cut else error.message
            if last:
                raise _spent(AnswerError(failure, answer=completion.text), usage) from error
            told = prompts.render("again", failure=failure)
            messages = (*messages, Message("assistant", completion.text), Message("user", told.user))
    raise AssertionError("unreachable")


def opening(prompt: Rendered) -> tuple[Message, ...]:
    """The messages of a prompt, without the empty ones."""
    return tuple(
        message for message in (Message("system", prompt.system), Message("user", prompt.user)) if message.content
    )


def usage_of(error: AnswerError) -> Usage:
    """What the calls took that ended in this error."""
    return error.usage or Usage()


def nearest_sentences(abstract: str, weights: Mapping[str, float], most: int) -> list[str]:
    """At most `most` sentences that carry most of the theme's weight (by stem), in the order of the abstract."""

    def share(text: str) -> float:
        terms = set(stems(text))
        return sum(weight for term, weight in weights.items() if term in terms)

    spans = sentences(abstract)
    nearest = sorted(range(len(spans)), key=lambda at: (-share(spans[at].text), at))[:most]
    return [spans[at].text for at in sorted(nearest)]


def _request(name: str, messages: tuple[Message, ...], schema: Mapping[str, object], settings: Settings) -> Request:
    return Request(
        prompt=name,
        messages=messages,
        max_tokens=settings.max_tokens,
        temperature=settings.temperature,
        seed=settings.seed,
        schema=schema,
        schema_name=name,
    )


def _spent(error: AnswerError, usage: Usage) -> AnswerError:
    # The tokens of an answer that could not be used were spent all the same.
    error.usage = usage
    return error
