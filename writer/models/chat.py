"""A model behind an OpenAI-compatible server: the only network of this package, and the only user of its client.

No prompts and no judgement of answers here. A call is built in the server's dialect, sent, read and, where it
fails, told in the errors of this package. The client is imported and made at the first call, since that takes
about a second of CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock
from types import TracebackType
from typing import Any, NoReturn, Self
from urllib.parse import urlsplit

from writer.errors import Refused, UserError, WriterError
from writer.models import faults, retry
from writer.models.base import Completion, Request, asking
from writer.models.dialect import Dialect, arguments, learn, objection
from writer.models.reading import read_stream, read_whole, refuse_errors

OPENAI = "https://api.openai.com/v1"
_PLACEHOLDER = "none"
"""Sent as the key to servers that want none; the client insists on one."""


class ChatModel:
    """Completes requests by asking the chat endpoint of a server. Safe to use from several threads.

    What a server turns out not to take (a schema, a seed, the name of the token limit) is asked for once, then
    left out for the life of this object; `dialect` shows what was learnt.
    """

    def __init__(
        self,
        id: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 600.0,
        max_attempts: int = 6,
        stream: bool = False,
        sleep: Callable[[float], None] = retry.pause,
    ) -> None:
        self.id = id
        self._url = base_url or OPENAI
        own_key = _host(self._url) == "api.openai.com"
        if own_key and not api_key:
            raise UserError(
                f"no key to ask the model {id!r} with",
                hint="set OPENAI_API_KEY, or give --base-url for a server that needs none",
            )
        self._key = api_key or _PLACEHOLDER
        self._server = faults.Server(_address(self._url), id, secret=api_key or "", timeout=timeout)
        self._max_attempts = max_attempts
        self._stream = stream
        self._sleep = sleep
        self._dialect = Dialect(limit="max_completion_tokens" if own_key else "max_tokens")
        self._client: Any = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"ChatModel({self.id!r}, base_url={self._server.address!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def dialect(self) -> Dialect:
        """What this server is known to take."""
        return self._dialect

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def complete(self, request: Request) -> Completion:
        """The server's answer. Failures that may pass are tried again, up to `max_attempts` in all.

        Raises the errors of `writer.errors` under ServerError and ModelError. A stream that ends early gives a
        completion with the finish reason `dropped`.
        """
        with asking(request):
            _check_text(request)
            return retry.call(lambda: self._attempt(request), max_attempts=self._max_attempts, sleep=self._sleep)

    def _attempt(self, request: Request) -> Completion:
        """One try, in which the server may object to several fields, one after the other."""
        client = self._connect()
        import openai

        while True:
            sent = self._dialect
            body = arguments(request, self.id, sent, stream=self._stream)
            try:
                return self._exchange(client, body, request)
            except openai.APIStatusError as error:
                complaint = faults.read_complaint(error.status_code, error.response.text)
                overflow = faults.overflow(complaint) is not None
                change = None if overflow else objection(complaint, sent, body)
                if change is None:
                    self._fail(faults.from_complaint(complaint, error.response.headers, self._server), error)
                with self._lock:
                    self._dialect = learn(self._dialect, sent, change)
            except Exception as error:
                if faults.foreign(error) is error:
                    raise  # ours already, or nobody's failure to reach a server: a bug, or a guard of the tests
                self._tell(error)

    def _exchange(self, client: Any, body: dict[str, Any], request: Request) -> Completion:
        """Send one call and read its answer. A server may answer a wish for a stream with a whole reply."""
        reply = client.chat.completions.with_raw_response.create(**body)
        kind = reply.headers.get("content-type", "")
        if not self._stream or "event-stream" not in kind:
            reply.http_response.read()
            return read_whole(reply.text, request, self._server)
        with reply.parse() as events:
            return read_stream(_plain(events), request, self._server)

    def _connect(self) -> Any:
        """The client, made at the first call."""
        with self._lock:
            if self._client is None:
                self._check_key_and_address()
                import openai

                self._client = openai.OpenAI(
                    base_url=self._url, api_key=self._key, timeout=self._server.timeout, max_retries=0
                )
            return self._client

    def _check_key_and_address(self) -> None:
        """Refuse what cannot be sent, before the client repeats the key in a message of its own."""
        if not self._key.isascii() or any(char.isspace() or not char.isprintable() for char in self._key):
            raise Refused(
                "the key holds a line break, a space or a letter outside ASCII, so it cannot be sent",
                hint="look at OPENAI_API_KEY: a copied key often brings a line break or a typographic sign along",
            )
        if not _host(self._url) or any(char.isspace() for char in self._url):
            raise faults.bad_url(self._server)

    def _tell(self, error: Exception) -> NoReturn:
        """Raise what an exception of the client means; let out what it only wraps."""
        stranger = faults.foreign(error)
        if stranger is not None:
            # `from` its own cause, so that the client's exception is not shown as what it came from.
            raise stranger from stranger.__cause__
        body = getattr(error, "body", None)
        if body is not None:  # the server told an error in the middle of a stream
            refuse_errors({"error": body}, self._server)
        self._fail(faults.from_exception(error, self._server), error)

    def _fail(self, fault: WriterError, error: Exception) -> NoReturn:
        """Raise `fault` from the client's exception, unless that one repeats the key."""
        secret = self._server.secret
        raise fault from (None if secret and secret in str(error) else error)


def _plain(events: Any) -> Iterator[Any]:
    """The events as plain JSON, without warnings about what the client's classes did not expect."""
    return (event.to_dict(warnings=False) if hasattr(event, "to_dict") else event for event in events)


def _host(url: str) -> str:
    """The host of an address that a client can use, else nothing."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return ""
    return (parts.hostname or "") if usable else ""


def _address(url: str) -> str:
    """Scheme, host and port of a URL, without the user name and password that it may hold."""
    if not _host(url):
        return url.rpartition("@")[2]
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _check_text(request: Request) -> None:
    """Refuse text that cannot be sent: half of a surrogate pair, as broken extraction from PDF leaves it."""
    for message in request.messages:
        try:
            message.content.encode()
        except UnicodeEncodeError as error:
            around = ascii(message.content[max(0, error.start - 20) : error.end + 20])
            raise UserError(
                f"the text near {around} is not valid Unicode, so it cannot be sent",
                hint="clean that entry in the corpus: it holds half of a character",
            ) from error
