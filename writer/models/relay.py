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

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Literal

from writer.errors import UserError
from writer.models.relay_protocol import Prompt, RequestError
from writer.models.relay_server import HOST, bind

POLL = 0.2
"""Seconds between two looks for a reply; one that stays the same over two of them counts as complete."""

Event = Literal["prompt", "reply", "known", "unanswered"]
"""A prompt begins to wait; its reply is taken; one was there already; all who asked left or were sent away."""


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
        self._server = bind(self, port)

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
            raise RequestError(HTTPStatus.NOT_FOUND, f"no prompt has the digest {digest}", "unknown_prompt")
        if self.replied(digest):
            raise RequestError(HTTPStatus.CONFLICT, f"prompt {digest} has a reply already", "replied")
        if not reply.strip():
            raise RequestError(HTTPStatus.BAD_REQUEST, "the reply is empty", "empty_reply")
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
                raise RequestError(HTTPStatus.GATEWAY_TIMEOUT, message, "no_reply")
            if self._closing.wait(POLL):
                raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, "the relay was closed", "closed")
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
        raise RequestError(HTTPStatus.INTERNAL_SERVER_ERROR, message, "reply_encoding") from error
    return text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")


def _write_whole(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
