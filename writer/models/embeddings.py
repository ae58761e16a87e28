"""Vectors from a server's `/v1/embeddings`, through the connection, the errors and the retries of the chat model.

No index and no files here: texts in, rows of unit length out. A vector depends on its text alone and never on what
was embedded before it, so that a corpus embedded in pieces has the vectors of one embedded at once.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any

from writer.draft import Usage
from writer.errors import ContextOverflow, OddAnswer, UserError
from writer.models import retry
from writer.models.budget import count
from writer.models.calls import Call, key_of
from writer.models.chat import Connected, Connection, check_text
from writer.models.faults import odd
from writer.models.reading import refuse_errors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from writer.models.call_log import CallLog

_WANTED = "a list of embeddings"
_SAFE_LENGTH = 1000
"""Characters to cut to where a server does not tell its limit: 512 tokens, the least that is usual, hold as many."""
_MARGIN = 0.9
"""Of the length that would just fit if tokens were spread evenly."""
_TOLD_LENGTH = 60


class ApiEmbedder(Connected):
    """Embeds texts by asking a server. Safe to use from several threads.

    `id` names the model, not the server. `usage` and `notes` add up over the life of this object; a note tells of
    a text that was longer than the server takes and was cut.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        batch: int = 64,
        timeout: float = 600.0,
        max_attempts: int = 6,
        sleep: Callable[[float], None] = retry.pause,
    ) -> None:
        if batch < 1:
            raise UserError(f"a batch of {batch} texts", hint="choose a batch of at least one text")
        self.id = f"api:{model}"
        self._model = model
        self._batch = batch
        self._connection = Connection(
            model, base_url=base_url, api_key=api_key, timeout=timeout, max_attempts=max_attempts, sleep=sleep
        )
        self._usage = Usage()
        self._notes: list[str] = []
        self._dimensions: int | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"ApiEmbedder({self._model!r}, base_url={self._connection.server.address!r})"

    @property
    def usage(self) -> Usage:
        """What all calls took; embeddings have no completion tokens."""
        return self._usage

    @property
    def notes(self) -> tuple[str, ...]:
        """Which texts were cut, in the order in which that happened."""
        return tuple(self._notes)

    @property
    def dimensions(self) -> int:
        """The length of a vector. Where nothing was embedded yet, a probe asks for it."""
        if self._dimensions is None:
            self.embed(["dimensions"])
        assert self._dimensions is not None  # the probe has set it, or raised
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One float32 row of unit length per text, in their order: (len(texts), dimensions).

        No text, no call. A text that is longer than the server takes is cut once. Raises the errors of
        `writer.errors` under ServerError, ContextOverflow where the cut text is too long as well, and UserError for
        text that is not valid Unicode.
        """
        numpy = _numpy()
        check_text(texts)
        parts = [self._rows(list(texts[at : at + self._batch])) for at in range(0, len(texts), self._batch)] or [
            numpy.empty((0, self._dimensions or 0), numpy.float32)
        ]
        rows: NDArray[np.float32] = numpy.concatenate(parts)
        return rows

    def _rows(self, texts: list[str]) -> NDArray[np.float32]:
        """The rows of one batch. Where something in it is too long, its shorter and its longer half go apart."""
        try:
            return self._ask(texts)
        except ContextOverflow as error:
            if len(texts) == 1:
                return self._ask([self._cut(texts[0], error)])
        # By length, so that the short ones are soon out of the way of those that are too long.
        order = sorted(range(len(texts)), key=lambda at: (len(texts[at].encode()), at))
        middle = len(order) // 2
        halves = [self._rows([texts[at] for at in half]) for half in (order[:middle], order[middle:])]
        numpy = _numpy()
        rows: NDArray[np.float32] = numpy.empty((len(texts), halves[0].shape[1]), numpy.float32)
        rows[order] = numpy.concatenate(halves)
        return rows

    def _cut(self, text: str, error: ContextOverflow) -> str:
        """The beginning of a text that should fit, by the sizes that the server told."""
        length = _SAFE_LENGTH
        if error.prompt_tokens and error.context and error.context < error.prompt_tokens:
            length = int(len(text) * _MARGIN * error.context / error.prompt_tokens)
        if length >= len(text):
            length = len(text) // 2
        kept = text[:length].rpartition(" ")[0].rstrip() or text[:length]
        note = f"{self._model} does not take a text of {len(text)} characters; its first {len(kept)} are embedded"
        with self._lock:
            self._notes.append(f"{note}: {text[:_TOLD_LENGTH]!r}")
        return kept

    def _ask(self, texts: list[str]) -> NDArray[np.float32]:
        """One call."""

        def exchange(client: Any) -> NDArray[np.float32]:
            # Told, or the client asks for base64, which not every server knows.
            reply = client.embeddings.with_raw_response.create(model=self._model, input=texts, encoding_format="float")
            reply.http_response.read()
            return self._read(reply.text, texts)

        return self._connection.call(exchange)

    def _read(self, text: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """The rows in the body of a reply with status 200. Raises OddAnswer where it holds something else."""
        server = self._connection.server
        try:
            reply = json.loads(text)
        except ValueError as error:
            raise odd(text, server, _WANTED) from error
        refuse_errors(reply, server, _WANTED)
        items = reply.get("data") if isinstance(reply, Mapping) else None
        if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
            raise odd(text, server, _WANTED)
        usage = _usage(reply.get("usage"), texts, self._model)
        with self._lock:
            self._usage += usage
        if len(items) != len(texts):
            raise self._odd(f"{len(items)} embeddings for {len(texts)} texts")
        places = [item.get("index", at) for at, item in enumerate(items)]  # some servers tell no index
        if sorted(place for place in places if type(place) is int) != list(range(len(texts))):
            raise self._odd("embeddings whose numbers are not those of the texts")
        vectors: list[Any] = [None] * len(texts)
        for place, item in zip(places, items, strict=True):
            vectors[place] = item.get("embedding")
        return self._units(vectors)

    def _units(self, vectors: list[Any]) -> NDArray[np.float32]:
        """The vectors as rows of unit length."""
        numpy = _numpy()
        try:
            rows = numpy.array(vectors, numpy.float64)
        except (TypeError, ValueError, OverflowError) as error:  # text, nothing, rows of several lengths
            raise self._odd(f"embeddings that are not vectors of numbers ({error})") from error
        if rows.ndim != 2 or not rows.shape[1]:
            raise self._odd("embeddings that are not vectors of numbers")
        largest = numpy.abs(rows).max(axis=1, keepdims=True)
        if not numpy.isfinite(rows).all() or not largest.all():
            raise self._odd("an embedding without a direction (not a number, infinite, or nothing but zeros)")
        with self._lock:
            self._dimensions = self._dimensions or rows.shape[1]
        if rows.shape[1] != self._dimensions:
            raise self._odd(f"embeddings of {rows.shape[1]} numbers after such of {self._dimensions}")
        rows /= largest  # or the squares of very large and very small numbers are lost
        units: NDArray[np.float32] = (rows / numpy.linalg.norm(rows, axis=1, keepdims=True)).astype(numpy.float32)
        return units

    def _odd(self, what: str) -> OddAnswer:
        return OddAnswer(
            f"{self._connection.server.address} answered with {what}",
            hint=f"check that {self._model!r} is a model for embeddings, and how the server pools them",
        )


def _usage(told: object, texts: Sequence[str], model: str) -> Usage:
    """What the server counted; where it did not, an estimate."""
    told = told if isinstance(told, Mapping) else {}
    tokens, cost = told.get("prompt_tokens"), told.get("cost")
    if isinstance(tokens, int) and tokens > 0:
        return Usage(calls=1, prompt_tokens=tokens, cost_usd=float(cost) if isinstance(cost, int | float) else None)
    return Usage(calls=1, prompt_tokens=count("\n".join(texts), model).tokens, estimated=True)


def _numpy() -> Any:
    try:
        return import_module("numpy")
    except ModuleNotFoundError as error:
        raise UserError("embeddings need the Python package 'numpy'", hint="pip install 'writer[dense]'") from error


class LoggedEmbedder:
    """A server's embedder whose vectors are kept in the call log, text by text, and looked up before it is asked."""

    def __init__(self, embedder: ApiEmbedder, log: CallLog) -> None:
        self.id = embedder.id
        self._embedder = embedder
        self._log = log

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._embedder.dimensions

    @property
    def notes(self) -> tuple[str, ...]:
        """Which texts were cut, in the order in which that happened."""
        return self._embedder.notes

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One float32 row of unit length per text, in their order; only texts that the log lacks are asked for."""
        if not texts:
            return self._embedder.embed(texts)
        numpy = _numpy()
        requests = [{"embedding": self.id, "text": text} for text in texts]
        keys = [key_of(request) for request in requests]
        rows: dict[str, Any] = {}
        for key in keys:
            found = self._log.find(key)
            if found is not None and found.final:
                rows[key] = numpy.frombuffer(base64.b64decode(found.answer["vector"]), "<f4")
        missing = [at for at, key in enumerate(keys) if key not in rows]
        for at, row in zip(missing, self._embedder.embed([texts[at] for at in missing]), strict=True):
            vector = base64.b64encode(row.astype("<f4").tobytes()).decode("ascii")
            self._log.keep(Call(keys[at], "embedding", requests[at], {"vector": vector}))
            rows[keys[at]] = row
        made: NDArray[np.float32] = numpy.array([rows[key] for key in keys], numpy.float32).reshape(len(texts), -1)
        return made
