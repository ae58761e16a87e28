"""A small server on the loopback address that answers as it is told, for tests of the wire.

    with ScriptedServer(error(429, "slow down", headers={"retry-after": "2"}), completion("hello")) as server:
        ...  # ask at server.url
    server.requests  # what came, as `Asked`

Each call takes the next reply of the script. A call beyond its end is answered with 418, which no client tries
again, so that a test with too many calls fails at once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

JSON = "application/json"
EVENTS = "text/event-stream"


@dataclass(frozen=True)
class Reply:
    """One reply. `then` says what happens after the body: a proper end, a broken connection, or silence."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    then: Literal["end", "drop", "hang"] = "end"


@dataclass(frozen=True)
class Asked:
    """One call as it came."""

    path: str
    headers: Mapping[str, str]
    body: Any


def completion(text: str | None = "ok", *, usage: bool = True, finish: str | None = "stop", **message: Any) -> Reply:
    """A whole chat completion; further keywords become members of the message."""
    return raw(
        {
            "id": "chatcmpl-x",
            "object": "chat.completion",
            "created": 1,
            "model": "scripted",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish,
                    "message": {"role": "assistant", "content": text, **message},
                }
            ],
        }
        | ({"usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}} if usage else {})
    )


def raw(body: Any, status: int = 200, **options: Any) -> Reply:
    """Any JSON as a reply."""
    return Reply(status, json.dumps(body).encode(), **options)


def error(status: int, message: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> Reply:
    """An error in the usual shape; further keywords (`code`, `type`, `param` …) become members of it."""
    return raw({"error": {"message": message, **members}}, status, headers=headers or {})


def page(html: str, status: int = 200) -> Reply:
    """A web page where an answer was expected."""
    return Reply(status, html.encode(), "text/html")


def stream(
    *pieces: str,
    finish: str | None = "stop",
    usage: bool = True,
    done: bool = True,
    then: Literal["end", "drop", "hang"] = "end",
) -> Reply:
    """A streamed completion: one event per piece, then the finish reason, the usage and the end mark."""
    chunk = {"id": "chatcmpl-x", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    choices: list[list[Any]] = [[{"index": 0, "delta": {"content": piece}, "finish_reason": None}] for piece in pieces]
    if finish is not None:
        choices.append([{"index": 0, "delta": {}, "finish_reason": finish}])
    events: list[Any] = [{**chunk, "choices": some} for some in choices]
    if usage:
        events.append({**chunk, "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}})
    return event_stream(*events, *(["[DONE]"] if done else []), then=then)


def event_stream(*events: Any, then: Literal["end", "drop", "hang"] = "end") -> Reply:
    """Any events as a stream; text is sent as it is."""
    lines = (event if isinstance(event, str) else json.dumps(event) for event in events)
    return Reply(body="".join(f"data: {line}\n\n" for line in lines).encode(), content_type=EVENTS, then=then)


class Loopback:
    """A server on the loopback address that runs inside `with`; what it answers is its handler's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        raise NotImplementedError


class ScriptedServer(Loopback):
    """Plays `replies` one after the other at `url`, and keeps what it was asked in `requests`."""

    def __init__(self, *replies: Reply) -> None:
        self.requests: list[Asked] = []
        self._replies = iter(replies)
        super().__init__()

    def _next(self, asked: Asked) -> Reply:
        with self._lock:
            self.requests.append(asked)
            return next(self._replies, error(418, "the script of this server has no reply left"))

    def _handler(script) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers.get("content-length", 0)))
                reply = script._next(Asked(self.path, dict(self.headers), json.loads(text) if text else None))
                if reply.then == "hang" and not reply.body:
                    script._closing.wait(30)
                if reply.then != "end" and not reply.body:
                    return
                self.send_response(reply.status)
                # A length that is never reached makes a broken connection show as one.
                length = len(reply.body) + (1 if reply.then != "end" else 0)
                fixed = {"content-type": reply.content_type, "content-length": str(length)}
                for name, value in (fixed | dict(reply.headers)).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)
                if reply.then == "hang":
                    self.wfile.flush()
                    script._closing.wait(30)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
