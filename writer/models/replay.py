"""Recordings: the calls of one run in a file to keep and to read, and a model that answers from it alone.

The file is JSON with its texts as lists of lines, so that a change in a prompt is a line in a diff. It holds no date
and no address: the same calls give the same bytes.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from writer.errors import NotRecorded, UserError
from writer.models.base import Completion, Request, asking
from writer.models.calls import Call, key_of, request_value

SCHEMA = 1
_TEXTS = ("text", "reasoning", "answer")
"""The members of an answer that may have many lines."""
_SHOWN_LINES = 16
_SHOWN_WIDTH = 200
"""How much of a difference a message shows."""


def record_text(calls: Iterable[Call]) -> str:
    """The recording of these calls, sorted by prompt and key."""
    ordered = sorted({call.key: call for call in calls}.values(), key=lambda call: (call.prompt, call.key))
    value = {"schema": SCHEMA, "calls": [_written(call) for call in ordered]}
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    # Half of a surrogate pair is legal in JSON as an escape, and nowhere in UTF-8.
    return re.sub(r"[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def read_record(path: Path) -> dict[str, Call]:
    """The calls of a recording by their keys. Raises UserError for what is none, or was changed by hand."""
    try:
        value = json.loads(path.read_text("utf-8"))
        if value["schema"] != SCHEMA:
            raise _unreadable(path, f"it is of version {value['schema']}, and this reads version {SCHEMA}")
        calls = [_read(one) for one in value["calls"]]
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", hint="give --replay a file of --record") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(path, f"it does not read as one ({type(error).__name__}: {error})") from error
    for call in calls:
        if key_of(call.request) != call.key:
            raise _unreadable(path, f"the request {call.key[:12]}… of the prompt {call.prompt!r} was changed in it")
    return {call.key: call for call in calls}


class ReplayModel:
    """Answers from a recording, offline. `id` is the model that was recorded, unless another is asked for.

    Raises UserError where the recording cannot be read, or holds several models and `id` does not say which.
    """

    def __init__(self, path: Path, id: str | None = None) -> None:
        self._path = path
        self._calls = read_record(path)
        recorded = sorted({str(call.request["model"]) for call in self._calls.values()})
        if id is None and len(recorded) != 1:
            told = f"the models {', '.join(recorded)}" if recorded else "no call"
            raise UserError(f"{path} holds {told}", hint="say with --model which one is to be replayed")
        self.id = id or recorded[0]

    def complete(self, request: Request) -> Completion:
        """The recorded answer, or the error that was one. Raises NotRecorded with what changed."""
        value = request_value(self.id, request)
        call = self._calls.get(key_of(value))
        with asking(request):
            if call is None:
                raise self._miss(request.prompt, value)
            return call.complete()

    def _miss(self, prompt: str, value: Mapping[str, Any]) -> NotRecorded:
        asked = _lines(value)
        same = [call for call in self._calls.values() if call.prompt == prompt] or list(self._calls.values())
        nearest = max(same, key=lambda call: (_likeness(_lines(call.request), asked), call.key), default=None)
        if nearest is None:
            told = "It holds no call at all."
        else:
            told = f"The nearest recorded request differs:\n{_difference(_lines(nearest.request), asked)}"
        return NotRecorded(
            f"the recording {self._path} holds no answer to this request of the prompt {prompt!r}. {told}",
            hint="replay with the corpus, theme, settings and prompts of the recording, or record anew with --record",
        )


def _written(call: Call) -> dict[str, Any]:
    messages = [{**message, "content": message["content"].split("\n")} for message in call.request["messages"]]
    answer = {name: value.split("\n") if name in _TEXTS else value for name, value in call.answer.items()}
    return {
        "key": call.key,
        "prompt": call.prompt,
        "request": {**call.request, "messages": messages},
        "answer": answer,
    }


def _read(one: Mapping[str, Any]) -> Call:
    messages = [{**message, "content": "\n".join(message["content"])} for message in one["request"]["messages"]]
    answer = {name: "\n".join(value) if name in _TEXTS else value for name, value in one["answer"].items()}
    return Call(str(one["key"]), str(one["prompt"]), {**one["request"], "messages": messages}, answer)


def _unreadable(path: Path, why: str) -> UserError:
    return UserError(f"{path} is no recording: {why}", hint="write one with --record, and leave it as it is")


def _lines(value: Mapping[str, Any]) -> list[str]:
    """A request as lines: its settings, one each, then what its messages say."""
    settings = [f"{name}: {json.dumps(value[name], sort_keys=True)}" for name in sorted(value) if name != "messages"]
    said = [f"{message['role']}: {line}" for message in value["messages"] for line in message["content"].split("\n")]
    return settings + said


def _likeness(one: list[str], other: list[str]) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _difference(recorded: list[str], asked: list[str]) -> str:
    changed = list(difflib.unified_diff(recorded, asked, "recorded", "this request", n=0, lineterm=""))
    shown = [f"  {line[:_SHOWN_WIDTH]}" for line in changed[:_SHOWN_LINES]]
    return "\n".join(shown + ([f"  … ({len(changed) - len(shown)} more lines)"] if len(changed) > len(shown) else []))
