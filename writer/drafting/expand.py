"""Further queries for a theme, named by a model: its sub-topics and its other names.

One call. It searches nothing: each query is searched like a theme, and the rankings are fused, by whoever asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from writer.draft import Usage
from writer.drafting.asking import ask, usage_of
from writer.drafting.parse import read_object
from writer.drafting.prompts import Prompts
from writer.errors import AnswerError, ContextOverflow
from writer.models.base import Model
from writer.models.budget import count
from writer.settings import Settings
from writer.text import stems

MAX_QUERIES = 8
MAX_WORDS = 10
"""A longer query is a sentence, and what it adds is mostly what sentences are made of."""

_ITEMS = {"type": "array", "items": {"type": "string", "maxLength": 120}}
EXPAND_SCHEMA: dict[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["subtopics", "synonyms"],
    "properties": {"subtopics": _ITEMS, "synonyms": _ITEMS},
}


@dataclass(frozen=True, slots=True)
class Expansion:
    """Queries besides the theme itself, at most `MAX_QUERIES`; none, and a note, where the answer was of no use."""

    queries: tuple[str, ...] = ()
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()


def expand(
    theme: str,
    model: Model,
    prompts: Prompts,
    settings: Settings,
    *,
    count_tokens: Callable[[str], int] | None = None,
) -> Expansion:
    """Sub-topics and synonyms of a theme, as queries.

    An answer that cannot be read is told to the model once; after that, and for a theme that leaves no room for an
    answer, there is no expansion and a note says why. Raises what the server raises. `count_tokens` measures the
    prompt, in tokens.
    """
    prompt = prompts.render("expand", theme=theme)
    tokens = count_tokens or (lambda text: count(text, model.id).tokens)
    if tokens(prompt.system + prompt.user) > settings.context - settings.max_tokens:
        return Expansion(notes=(f"{_NOT_EXPANDED}: it is too long for the model's context",))
    try:
        answer = ask(
            prompt,
            EXPAND_SCHEMA,
            lambda text: read_queries(text, theme),
            model=model,
            prompts=prompts,
            settings=settings,
        )
    except AnswerError as error:
        return Expansion(
            usage=usage_of(error), notes=(f"{_NOT_EXPANDED}: the answer could not be read ({error.message})",)
        )
    except ContextOverflow as error:
        return Expansion(notes=(f"{_NOT_EXPANDED}: {error.message}",))
    return Expansion(answer.value, answer.usage, answer.notes)


_NOT_EXPANDED = "the theme was not expanded"


def read_queries(text: str, theme: str) -> tuple[tuple[str, ...], list[str]]:
    """The queries of an answer, and notes on those that were passed over.

    Sub-topics and synonyms by turns, so that neither list takes all the places. A query without a stem that the
    theme does not have, and one with the same stems as another, brings nothing and goes without a note. Raises
    AnswerError for an answer of another shape; no query at all is an answer.
    """
    value = read_object(text, "subtopics")
    subtopics, synonyms = (_strings(value.get(name, []), name, text) for name in ("subtopics", "synonyms"))
    own = frozenset(stems(theme))
    seen: set[frozenset[str]] = set()
    queries: list[str] = []
    long = 0
    for query in (item for pair in zip_longest(subtopics, synonyms) for item in pair if item is not None):
        query = _line(query)
        terms = frozenset(stems(query))
        if terms <= own or terms in seen:
            continue
        seen.add(terms)
        if len(query.split()) > MAX_WORDS:
            long += 1
        else:
            queries.append(query)
    notes = []
    if long:
        notes.append(f"queries of the model longer than {MAX_WORDS} words were passed over: {long}")
    if len(queries) > MAX_QUERIES:
        notes.append(f"the model named {len(queries)} queries; the first {MAX_QUERIES} are used")
    if not queries:
        notes.append("the model named no query that goes beyond the theme")
    return tuple(queries[:MAX_QUERIES]), notes


def _strings(value: object, name: str, answer: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise AnswerError(f"{name!r} is not a list of strings", answer=answer)
    return value


def _line(text: str) -> str:
    """One line of what can be printed: JSON can write control characters and halves of surrogate pairs."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
