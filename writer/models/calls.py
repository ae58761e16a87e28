"""The call log: every request with its answer, under the digest of the request. Nothing is asked twice.

It is the cache, the point to resume from after a crash, and what a recording is written from (`replay.py`). An answer
is on disk before whoever asked sees it, so that a process killed at any point loses none it has acted on. What is
stored is what was asked and what was answered: no address, no header, no key, no date.

An answer that is no last word (a stream that broke off, a refusal to answer, a prompt that was too long) is stored for
recordings, but asked for anew in another run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from writer.draft import Usage
from writer.errors import AnswerError, ContextOverflow
from writer.models.base import Completion, Model, Request

if TYPE_CHECKING:
    from writer.models.call_log import CallLog


@dataclass(frozen=True, slots=True)
class Call:
    """A request and its answer as plain JSON values, under the digest of the request."""

    key: str
    prompt: str
    """The name of the template; not part of the key, since it is not sent."""
    request: Mapping[str, Any]
    answer: Mapping[str, Any]
    """The fields of a `Completion`, or those of the error that the model answered with."""

    @property
    def final(self) -> bool:
        """Whether asking again would be for nothing."""
        return "error" not in self.answer and self.answer.get("finish_reason") != "dropped"

    @property
    def usage(self) -> Usage:
        """What the answer took when it was asked for."""
        return Usage(**self.answer["usage"]) if self.answer.get("usage") else Usage()

    def complete(self) -> Completion:
        """The answer once more: the completion, or the error raised."""
        told = dict(self.answer)
        if "error" not in told:
            weights = told.get("logprobs")
            logprobs = None if weights is None else tuple((str(text), float(value)) for text, value in weights)
            return Completion(**{**told, "usage": self.usage, "logprobs": logprobs})
        if told["error"] == "ContextOverflow":
            raise ContextOverflow(
                told["message"], hint=told["hint"], prompt_tokens=told["prompt_tokens"], context=told["context"]
            )
        error = AnswerError(told["message"], hint=told["hint"], answer=told["answer"])
        error.usage = self.usage if told["usage"] else None
        raise error


def request_value(model: str, request: Request) -> dict[str, Any]:
    """All of a request that shapes its answer, as plain JSON values."""
    value = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": float(request.temperature),  # 0 and 0.0 are one request
        "seed": request.seed,
        "schema": request.schema,
        "schema_name": request.schema_name,
    }
    if request.weigh is not None:  # only then: requests without it keep the digests they have always had
        value["weigh"] = request.weigh
    plain: dict[str, Any] = json.loads(json.dumps(value))
    return plain


def key_of(value: Mapping[str, Any]) -> str:
    """The digest of `request_value`: 64 hexadecimal digits, the same on every machine."""
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()


def canonical(value: object) -> str:
    """A JSON value as ASCII text, the same for the same value; half of a surrogate pair is escaped like the rest."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def completion_value(completion: Completion) -> dict[str, Any]:
    """A completion as plain JSON values; without `logprobs` where there are none."""
    value = asdict(completion)
    if completion.logprobs is None:
        del value["logprobs"]
    return value


def error_value(error: AnswerError | ContextOverflow) -> dict[str, Any]:
    """An answer that was an error, as plain JSON values."""
    told = {"message": error.message, "hint": error.hint}
    if isinstance(error, ContextOverflow):
        return {**told, "error": "ContextOverflow", "prompt_tokens": error.prompt_tokens, "context": error.context}
    usage = asdict(error.usage) if error.usage is not None else None
    return {**told, "error": "AnswerError", "answer": error.answer, "usage": usage}


class LoggedModel:
    """A model whose answers are kept, and looked up before it is asked. Safe to use from several threads.

    A request that two threads make at once is asked once; whoever wants several answers to it gives each its own seed.
    Answers from the log carry the usage they once took, so that a draft is the same whether its answers were asked for
    or found; `spent` is what this run asked for, `saved` what it found. `secrets` are texts that must not reach the
    log: they are cut out of answers that repeat them.
    """

    def __init__(self, model: Model, log: CallLog, *, secrets: Sequence[str] = ()) -> None:
        self.id = model.id
        self.spent = Usage()
        self.saved = Usage()
        self._model = model
        self._log = log
        self._secrets = tuple(secret for secret in secrets if secret)
        self._used: dict[str, Call] = {}
        self._turns: dict[str, Lock] = {}
        self._lock = Lock()

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls that this run has used, asked for or found, by prompt and key."""
        with self._lock:
            return tuple(sorted(self._used.values(), key=lambda call: (call.prompt, call.key)))

    def complete(self, request: Request) -> Completion:
        """The answer from the log, else the model's, which is kept before it is returned.

        Failures of the server are no answer: they are raised as they come, and nothing is kept of them.
        """
        value = request_value(self.id, request)
        key = key_of(value)
        with self._lock:
            turn = self._turns.setdefault(key, Lock())
        with turn:
            found = self._log.find(key)
            if found is not None and found.final:
                self._use(found, saved=found.usage)
                return found.complete()
            try:
                completion = self._model.complete(request)
            except (AnswerError, ContextOverflow) as error:
                call = Call(key, request.prompt, value, error_value(error))
                self._use(self._keep(call), spent=call.usage)
                raise
            call = Call(key, request.prompt, value, completion_value(completion))
            kept = self._keep(call)
            self._use(kept, spent=completion.usage)
            return kept.complete() if kept.final else completion

    def _keep(self, call: Call) -> Call:
        """The call as it now stands in the log: the other's, where another process was faster."""
        clean = replace(call, answer=_without(self._secrets, call.answer))
        return clean if self._holds_secret(call) else self._log.keep(clean)

    def _holds_secret(self, call: Call) -> bool:
        """Whether a prompt holds a secret: its owner has sent it, but shall not find it in a file."""
        return any(json.dumps(secret)[1:-1] in canonical(call.request) for secret in self._secrets)

    def _use(self, call: Call, *, spent: Usage | None = None, saved: Usage | None = None) -> None:
        with self._lock:
            if not self._holds_secret(call):
                self._used[call.key] = call
            self.spent += spent or Usage()
            self.saved += saved or Usage()


def _without(secrets: Sequence[str], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with each secret in its texts replaced by `…`: some servers repeat the key they were sent."""
    clean = dict(answer)
    for name, value in clean.items():
        for secret in secrets if isinstance(value, str) else ():
            value = value.replace(secret, "…")
        clean[name] = value
    return clean
