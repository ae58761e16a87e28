"""The relay's HTTP: routes, bodies, refusals. What is asked and answered is `Relay`'s business."""

from __future__ import annotations

import errno
import json
import os
import re
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from writer.errors import UserError
from writer.models.relay_page import POLICY, page_of
from writer.models.relay_protocol import RequestError, bad, chunks, completion, parse_request

if TYPE_CHECKING:
    from writer.models.relay import Relay

HOST = "127.0.0.1"
MAX_BODY = 20_000_000
"""Bytes of the longest request that is read."""
PATIENCE = 30
"""Seconds that a client may take over the next bytes of its request or of our answer, not the wait for a reply."""


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


def bind(relay: Relay, port: int) -> _Server:
    """A server for the relay on the loopback address. Raises UserError where the port is taken."""
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
            policy = {"Content-Security-Policy": POLICY}
            self._send(HTTPStatus.OK, "text/html", page_of(relay.pending()).encode(), policy)

        self._route({"/v1/models": models, "/pending": pending, "/": page}, others=("/v1/chat/completions",))

    def do_POST(self) -> None:
        """A chat completion, or a reply from the page."""
        try:
            body = self._body()
        except RequestError as error:
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
        self._send_error(RequestError(status, message or status.phrase))

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
                raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, message, "method")
            else:
                raise RequestError(HTTPStatus.NOT_FOUND, f"the relay has no {path}", "unknown_url")
        except RequestError as error:
            self._send_error(error)
        except (ConnectionError, TimeoutError):
            raise
        except OSError as error:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            self._send_error(RequestError(status, f"the relay's folder: {error}", "folder"))

    def _refuse_foreign(self) -> None:
        """No page of another origin may ask or reply here, nor one whose name was bent to this address."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        name = re.sub(r":\d+$", "", host).lower()
        if name not in (HOST, "localhost") or origin not in (None, f"http://{host}"):
            raise RequestError(HTTPStatus.FORBIDDEN, "the relay serves this machine only", "foreign_origin")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            raise RequestError(HTTPStatus.LENGTH_REQUIRED, "send the body with a Content-Length")
        told = self.headers.get("Content-Length", "0").strip()
        if not (told.isascii() and told.isdigit()):
            raise bad("the Content-Length is not a number")
        length = int(told) if len(told) < 20 else 2**63
        if length > MAX_BODY:
            self._drain(min(length, 4 * MAX_BODY))  # who is still sending would not read the refusal
            message = f"the body has {length} bytes; the relay reads {MAX_BODY}"
            raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, "too_large")
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
            self._send_json(completion(relay.model, prompt, answer))
            return
        pieces = [json.dumps(chunk) for chunk in chunks(relay.model, prompt, answer)]
        events = "".join(f"data: {piece}\n\n" for piece in [*pieces, "[DONE]"])
        self._send(HTTPStatus.OK, "text/event-stream", events.encode())

    def _take_reply(self, digest: str, body: bytes) -> None:
        try:
            form = parse_qs(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=4)
        except ValueError as error:
            raise bad("the form is not readable") from error
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

    def _send_error(self, error: RequestError) -> None:
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
