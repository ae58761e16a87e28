"""An OpenAI-compatible endpoint on 127.0.0.1 that is answered by hand, or from any chat window.

A request becomes one file, `<digest>.prompt.md`: the prompt as it is pasted into a chat window. Its answer is
the content of `<digest>.reply.md`, whoever writes it. Both stay, so that the same prompt asked again is
answered from the file, by nobody. The digest covers what shapes the answer (messages and response_format), not
the name of the model, the temperature or how the answer travels; answers carry no date and no random id.
Whoever asks the same therefore receives the same bytes.

It is not a model and not a proxy: it reads no key, calls nobody, cuts nothing to `max_tokens` or `stop`, and
does not look into a reply. Tools, images and several choices are refused rather than ignored. It speaks to this
machine only, and refuses what a web page of another origin sends.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import html
import json
import os
import re
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs

from writer.errors import UserError

HOST = "127.0.0.1"
POLL = 0.2
"""Seconds between two looks for a reply; one that stays the same over two of them counts as complete."""
MAX_BODY = 20_000_000
"""Bytes of the longest request that is read."""
PATIENCE = 30
"""Seconds that a client may take over the next bytes of its request or of our answer, not the wait for a reply."""

Event = Literal["prompt", "reply", "known", "unanswered"]
"""A prompt begins to wait; its reply is taken; one was there already; all who asked left or were sent away."""


class _RequestError(Exception):
    """What one client did wrong or cannot have; ends as an HTTP status and never leaves this module."""

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


class Relay:
    """Serves a folder of prompts and replies; as a context manager, in the background until the end.

    `port` 0 takes any free one. `wait` is the longest that a request waits for its reply, in seconds; None
    waits as long as the client does. `on_event` is told what happens, with the digest, from the threads that
    serve. Raises UserError where the port is taken or the folder cannot be made.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        model: str = "relay",
        wait: float | None = None,
        on_event: Callable[[Event, str], None] | None = None,
    ) -> None:
        self.folder, self.model, self.wait = folder, model, wait
        self._tell = on_event or (lambda event, digest: None)
        self._waiting: dict[str, list[Prompt]] = {}  # by digest, one for each request that waits
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"{folder}: {error.strerror}", hint="name a folder that can be written") from error
        self._server = _bind(self, port)

    @property
    def page(self) -> str:
        """The address of the page on which waiting prompts are answered."""
        return f"http://{HOST}:{self._server.server_address[1]}/"

    @property
    def url(self) -> str:
        """The base URL for a client, ending in `/v1`."""
        return self.page + "v1"

    def pending(self) -> list[Prompt]:
        """The prompts that wait and have no reply yet, oldest first."""
        with self._changed:
            prompts = [requests[0] for requests in self._waiting.values()]
        return [prompt for prompt in prompts if not self.replied(prompt.digest)]

    def replied(self, digest: str) -> bool:
        """Whether a reply that is not empty lies in the folder, complete or not."""
        return bool(_read(self.reply_file(digest)).strip())

    def prompt_file(self, digest: str) -> Path:
        """Where the prompt of this digest is or will be."""
        return self.folder / f"{digest}.prompt.md"

    def reply_file(self, digest: str) -> Path:
        """Where the reply to the prompt of this digest is looked for."""
        return self.folder / f"{digest}.reply.md"

    def serve_forever(self) -> None:
        """Serve until `close` is called or the user interrupts."""
        self._start()
        while not self._closing.wait(0.5):  # a wait without an end cannot be interrupted on every system
            pass

    def close(self) -> None:
        """Stop: requests that wait get a 503, the markers of waiting prompts go, prompts and replies stay."""
        self._closing.set()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting, timeout=10 * POLL)

    def __enter__(self) -> Relay:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def answer(self, prompt: Prompt, gone: Callable[[], bool]) -> str:
        """The reply to a prompt, waiting for it while the client is there.

        Raises ConnectionAbortedError when the client left.
        """
        path, data = self.prompt_file(prompt.digest), prompt.text.encode()
        if _read(path) != data:  # a folder that is only replayed may be read-only
            _write_whole(path, data)
        reply = self._look(prompt.digest, deque())
        if reply is not None:
            self._tell("known", prompt.digest)
            return reply
        outcome: Event = "unanswered"
        self._arrive(prompt)
        try:
            reply = self._await(prompt.digest, gone)
            outcome = "reply"
            return reply
        finally:
            self._leave(prompt.digest, outcome)

    def save_reply(self, digest: str, reply: str) -> None:
        """Write the reply to a known prompt; one that is there already is never replaced."""
        if not self.prompt_file(digest).is_file():
            raise _RequestError(HTTPStatus.NOT_FOUND, f"no prompt has the digest {digest}", "unknown_prompt")
        if self.replied(digest):
            raise _RequestError(HTTPStatus.CONFLICT, f"prompt {digest} has a reply already", "replied")
        if not reply.strip():
            raise _RequestError(HTTPStatus.BAD_REQUEST, "the reply is empty", "empty_reply")
        _write_whole(self.reply_file(digest), f"{reply}\n".encode())  # its newline is dropped when it is taken

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL / 4,), daemon=True)
            self._thread.start()

    def _await(self, digest: str, gone: Callable[[], bool]) -> str:
        end = None if self.wait is None else time.monotonic() + self.wait
        looks: deque[tuple[int, int]] = deque(maxlen=3)
        while not gone():
            reply = self._look(digest, looks)
            if reply is not None:
                return reply
            if end is not None and time.monotonic() >= end:
                message = f"nobody answered prompt {digest} within {self.wait:g} s"
                raise _RequestError(HTTPStatus.GATEWAY_TIMEOUT, message, "no_reply")
            if self._closing.wait(POLL):
                raise _RequestError(HTTPStatus.SERVICE_UNAVAILABLE, "the relay was closed", "closed")
        raise ConnectionAbortedError(f"the client left before prompt {digest} was answered")

    def _look(self, digest: str, looks: deque[tuple[int, int]]) -> str | None:
        """The reply if it is there and complete; `looks` keeps size and time of change as they were seen."""
        path = self.reply_file(digest)
        try:
            stat = path.stat()
        except FileNotFoundError:
            looks.clear()
            return None
        looks.append((stat.st_size, stat.st_mtime_ns))
        unchanged = looks.count(looks[-1]) == 3
        # The clock of a file server may differ from ours, so age is one sign that writing has ended, not the only.
        if not unchanged and time.time() - stat.st_mtime < 2 * POLL:
            return None
        data = _read(path)
        return _decode(data, path) if len(data) == stat.st_size and data.strip() else None

    def _arrive(self, prompt: Prompt) -> None:
        with self._changed:
            first = prompt.digest not in self._waiting
            if first:
                self._marker(prompt.digest).touch()
            self._waiting.setdefault(prompt.digest, []).append(prompt)
        if first:
            self._tell("prompt", prompt.digest)

    def _leave(self, digest: str, outcome: Event) -> None:
        with self._changed:
            self._waiting[digest].pop()
            last = not self._waiting[digest]
            if last:
                del self._waiting[digest]
                self._marker(digest).unlink(missing_ok=True)
                self._changed.notify_all()
        if last:
            self._tell(outcome, digest)

    def _marker(self, digest: str) -> Path:
        return self.folder / f"{digest}.waiting"


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
        raise _bad("the messages hold half of a surrogate pair, which is no text") from error
    except (ValueError, RecursionError) as error:
        raise _bad(f"the body is not JSON: {error}") from error
    options = asked.get("stream_options")
    return Prompt(
        digest=digest,
        text=_render(messages, response_format),
        stream=asked.get("stream") is True,
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
    )


def _shape(asked: Any) -> tuple[Sequence[Any], Any]:
    if not isinstance(asked, dict):
        raise _bad("the body must be a JSON object")
    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        raise _bad("`messages` must be a list of at least one message")
    if asked.get("tools") or asked.get("functions"):
        raise _bad("the relay answers in text and cannot call tools")
    if asked.get("n") not in (None, 1):
        raise _bad("the relay gives one choice; `n` must be 1")
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
            raise _bad("`response_format.json_schema.schema` must be a JSON schema")
        block = _fenced(json.dumps(schema["schema"], indent=2, ensure_ascii=False), "json")
        parts.append(f"The answer must be JSON of this schema, and nothing else:\n\n{block}")
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _message(message: Any, at: int) -> tuple[str, str]:
    """Role and text of the message at this place."""
    role = message.get("role") if isinstance(message, dict) else None
    if role not in ("system", "developer", "user", "assistant"):
        raise _bad(f"`messages[{at}]` must have the role system, developer, user or assistant")
    content = message.get("content")
    if content is None and role == "assistant":
        content = ""
    if isinstance(content, str):
        return role, content
    parts = content if isinstance(content, list) else []
    texts = [part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)]
    if not texts or len(texts) < len(parts):
        raise _bad(f"`messages[{at}].content` must be text; the relay shows nothing else")
    return role, "".join(texts)


def _fenced(text: str, language: str = "") -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _bad(message: str) -> _RequestError:
    return _RequestError(HTTPStatus.BAD_REQUEST, message)


def _read(path: Path) -> bytes:
    """The content of a file, empty where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _decode(data: bytes, path: Path) -> str:
    """The text of a reply, without the mark that some editors set before UTF-8 and without its last newline."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path.name} is not UTF-8 (byte {error.start}); save it again"
        raise _RequestError(HTTPStatus.INTERNAL_SERVER_ERROR, message, "reply_encoding") from error
    return text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")


def _write_whole(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _completion(model: str, prompt: Prompt, answer: str) -> dict[str, object]:
    message = {"role": "assistant", "content": answer, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**_frame(model, prompt, "chat.completion"), "choices": [choice], "usage": _usage(prompt, answer)}


def _chunks(model: str, prompt: Prompt, answer: str) -> Iterator[dict[str, object]]:
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


class _Server(ThreadingMixIn, TCPServer):
    """Accepts on the loopback address, a thread for each connection.

    Not http.server.HTTPServer, which asks the name service who 127.0.0.1 is and can hang there.
    """

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two servers take one port
    request_queue_size = 64

    def __init__(self, relay: Relay, port: int) -> None:
        self.relay = relay
        super().__init__((HOST, port), _Exchange)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that leave or stall are everyday; anything else is our fault and shows its traceback."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _bind(relay: Relay, port: int) -> _Server:
    if not 0 <= port <= 65535:
        raise UserError(f"there is no port {port}", hint="choose one from 1024 to 65535, or 0 for any free one")
    try:
        return _Server(relay, port)
    except OSError as error:
        hint = "choose another port, or 0 for any free one"
        if error.errno == errno.EADDRINUSE:
            hint += "; or end the relay that has it"
            raise UserError(f"port {port} of {HOST} is taken", hint=hint) from error
        raise UserError(f"port {port} of {HOST}: {error.strerror}", hint=hint) from error


class _Exchange(BaseHTTPRequestHandler):
    """One request and its response; every connection carries one."""

    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    server: _Server

    def do_GET(self) -> None:
        """Models, waiting prompts, the page."""
        relay = self.server.relay

        def models() -> None:
            entry = {"id": relay.model, "object": "model", "created": 0, "owned_by": "writer"}
            self._send_json({"object": "list", "data": [entry]})

        def pending() -> None:
            prompts = [{"digest": prompt.digest, "prompt": prompt.text} for prompt in relay.pending()]
            self._send_json({"pending": prompts})

        def page() -> None:
            policy = {"Content-Security-Policy": _POLICY}
            self._send(HTTPStatus.OK, "text/html", _page(relay.pending()).encode(), policy)

        self._route({"/v1/models": models, "/pending": pending, "/": page}, others=("/v1/chat/completions",))

    def do_POST(self) -> None:
        """A chat completion, or a reply from the page."""
        try:
            body = self._body()
        except _RequestError as error:
            self._send_error(error)
            return
        path = self.path.partition("?")[0]
        posts = {"/v1/chat/completions": lambda: self._complete(body)}
        if reply := re.fullmatch(r"/reply/([0-9a-f]{16})", path):
            digest = reply[1]
            posts[path] = lambda: self._take_reply(digest, body)
        self._route(posts, others=("/v1/models", "/pending", "/"))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses (a broken request line, another method) in the same shape."""
        status = HTTPStatus(code)
        self._send_error(_RequestError(status, message or status.phrase))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: events are told, not printed."""

    def _route(self, here: Mapping[str, Callable[[], None]], others: Sequence[str]) -> None:
        path = self.path.partition("?")[0]
        try:
            self._refuse_foreign()
            if path in here:
                here[path]()
            elif path in others:
                message = f"{path} does not take {self.command}"
                raise _RequestError(HTTPStatus.METHOD_NOT_ALLOWED, message, "method")
            else:
                raise _RequestError(HTTPStatus.NOT_FOUND, f"the relay has no {path}", "unknown_url")
        except _RequestError as error:
            self._send_error(error)
        except (ConnectionError, TimeoutError):
            raise
        except OSError as error:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            self._send_error(_RequestError(status, f"the relay's folder: {error}", "folder"))

    def _refuse_foreign(self) -> None:
        """No page of another origin may ask or reply here, nor one whose name was bent to this address."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        name = re.sub(r":\d+$", "", host).lower()
        if name not in (HOST, "localhost") or origin not in (None, f"http://{host}"):
            raise _RequestError(HTTPStatus.FORBIDDEN, "the relay serves this machine only", "foreign_origin")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            raise _RequestError(HTTPStatus.LENGTH_REQUIRED, "send the body with a Content-Length")
        told = self.headers.get("Content-Length", "0").strip()
        if not (told.isascii() and told.isdigit()):
            raise _bad("the Content-Length is not a number")
        length = int(told) if len(told) < 20 else 2**63
        if length > MAX_BODY:
            self._drain(min(length, 4 * MAX_BODY))  # who is still sending would not read the refusal
            message = f"the body has {length} bytes; the relay reads {MAX_BODY}"
            raise _RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, "too_large")
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionAbortedError("the client left in the middle of its request")
        return body

    def _drain(self, length: int) -> None:
        while length > 0 and (block := self.rfile.read(min(length, 1 << 16))):
            length -= len(block)

    def _complete(self, body: bytes) -> None:
        prompt, relay = parse_request(body), self.server.relay
        answer = relay.answer(prompt, self._gone)
        if not prompt.stream:
            self._send_json(_completion(relay.model, prompt, answer))
            return
        chunks = [json.dumps(chunk) for chunk in _chunks(relay.model, prompt, answer)]
        events = "".join(f"data: {chunk}\n\n" for chunk in [*chunks, "[DONE]"])
        self._send(HTTPStatus.OK, "text/event-stream", events.encode())

    def _take_reply(self, digest: str, body: bytes) -> None:
        try:
            form = parse_qs(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=4)
        except ValueError as error:
            raise _bad("the form is not readable") from error
        # Browsers send every newline of a form as CR LF.
        self.server.relay.save_reply(digest, form.get("reply", [""])[0].replace("\r\n", "\n"))
        self._send(HTTPStatus.SEE_OTHER, "text/plain", b"", {"Location": "/"})

    def _gone(self) -> bool:
        """Whether the client closed its side, seen without taking a byte from it."""
        self.connection.settimeout(0)
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            self.connection.settimeout(self.timeout)

    def _send_json(self, value: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(status, "application/json", json.dumps(value, ensure_ascii=False).encode())

    def _send_error(self, error: _RequestError) -> None:
        kind = "invalid_request_error" if error.status < 500 else "server_error"
        shape = {"message": str(error), "type": kind, "param": None, "code": error.code}
        self._send_json({"error": shape}, error.status)

    def _send(self, status: HTTPStatus, kind: str, data: bytes, more: Mapping[str, str] | None = None) -> None:
        self.send_response_only(status)  # without Server and Date, which would differ between recordings
        headers = {"Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(data))}
        rest = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Connection": "close"}
        for name, value in {**headers, **rest, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1rem; font-family: ui-monospace, monospace; }
textarea { box-sizing: border-box; width: 100%; height: 16rem; font: .875rem/1.4 ui-monospace, monospace; }
label { display: block; margin-top: 1rem; }
"""
# Without scripts the page does all but copy, so the copy buttons show only where a script shows them.
_SCRIPT = """
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = "Copied";
  });
}
"""


def _allow(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


_POLICY = (
    f"default-src 'none'; style-src {_allow(_STYLE)}; script-src {_allow(_SCRIPT)}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _page(prompts: Sequence[Prompt]) -> str:
    waiting = "\n".join(_article(prompt) for prompt in prompts) or "<p>No prompt is waiting.</p>"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Relay: {len(prompts)} waiting</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>Relay</h1>
<p>Copy a prompt into any chat window, paste its whole answer below it and send. <a href="/">Reload</a> shows
what has come since; send or keep elsewhere what you have typed first.</p>
{waiting}
<script>{_SCRIPT}</script>
</body>
</html>
"""


def _article(prompt: Prompt) -> str:
    # A parser drops the first newline inside a textarea, so one is given away.
    return f"""<article>
<h2>{prompt.digest}</h2>
<textarea id="p{prompt.digest}" readonly aria-label="Prompt {prompt.digest}">
{html.escape(prompt.text)}</textarea>
<button type="button" data-copy="p{prompt.digest}" hidden>Copy</button>
<form method="post" action="/reply/{prompt.digest}">
<label for="r{prompt.digest}">Reply</label>
<textarea id="r{prompt.digest}" name="reply" required>
</textarea>
<button>Send</button>
</form>
</article>"""
