"""A model behind an OpenAI-compatible server: the only network of this package, and the only user of its client.

No prompts and no judgement of answers here. A call is built in the server's dialect, sent, read and, where it
fails, told in the errors of this package. `Connection` is the part that knows the client and nothing of chats;
`ApiEmbedder` calls through it too. The client is imported and made at the first call, since that takes about a
second of CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar
from urllib.parse import urlsplit

from writer.errors import ContextOverflow, Refused, UserError, WriterError
from writer.models import faults, retry
from writer.models.base import Completion, Request, asking
from writer.models.budget import count
from writer.models.dialect import Dialect, arguments, learn, objection
from writer.models.profiles import profile_of, start_of
from writer.models.reading import read_stream, read_whole, refuse_errors

OPENAI = "https://api.openai.com/v1"
_PLACEHOLDER = "none"
"""Sent as the key to servers that want none; the client insists on one."""

T = TypeVar("T")


class Connection:
    """The client of one server, with one way for every call: tried again, and told in the errors of this package.

    `server` says who is asked, for messages; `own` is whether it is OpenAI's own. Raises UserError where that one
    is to be asked without a key. Safe to use from several threads.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 600.0,
        max_attempts: int = 6,
        sleep: Callable[[float], None] = retry.pause,
    ) -> None:
        self._url = base_url or OPENAI
        self.own = _host(self._url) == "api.openai.com"
        if self.own and not api_key:
            raise UserError(
                f"no key to ask the model {model!r} with",
                hint="set OPENAI_API_KEY, or give --base-url for a server that needs none",
            )
        self._key = api_key or _PLACEHOLDER
        self.server = faults.Server(_address(self._url), model, secret=api_key or "", timeout=timeout)
        self._max_attempts = max_attempts
        self._sleep = sleep
        self._client: Any = None
        self._lock = Lock()

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def call(self, exchange: Callable[[Any], T], adapt: Callable[[faults.Complaint], bool] = lambda _: False) -> T:
        """What `exchange` makes of the client. Failures that may pass are tried again.

        `adapt` is told what the server objects to, unless it is the length; where it says that it has changed what
        `exchange` sends next, that is no failure, and is sent at once.
        """
        return retry.call(lambda: self._attempt(exchange, adapt), max_attempts=self._max_attempts, sleep=self._sleep)

    def _attempt(self, exchange: Callable[[Any], T], adapt: Callable[[faults.Complaint], bool]) -> T:
        """One try, in which the server may object to several fields, one after the other."""
        client = self._connect()
        import openai

        while True:
            try:
                return exchange(client)
            except openai.APIStatusError as error:
                complaint = faults.read_complaint(error.status_code, error.response.text)
                if faults.overflow(complaint) is not None or not adapt(complaint):
                    self._fail(faults.from_complaint(complaint, error.response.headers, self.server), error)
            except Exception as error:
                if faults.foreign(error) is error:
                    raise  # ours already, or nobody's failure to reach a server: a bug, or a guard of the tests
                self._tell(error)

    def _connect(self) -> Any:
        """The client, made at the first call."""
        with self._lock:
            if self._client is None:
                self._check_key_and_address()
                import openai

                self._client = openai.OpenAI(
                    base_url=self._url, api_key=self._key, timeout=self.server.timeout, max_retries=0
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
            raise faults.bad_url(self.server)

    def _tell(self, error: Exception) -> NoReturn:
        """Raise what an exception of the client means; let out what it only wraps."""
        stranger = faults.foreign(error)
        if stranger is not None:
            # `from` its own cause, so that the client's exception is not shown as what it came from.
            raise stranger from stranger.__cause__
        body = getattr(error, "body", None)
        if body is not None:  # the server told an error in the middle of a stream
            refuse_errors({"error": body}, self.server)
        self._fail(faults.from_exception(error, self.server), error)

    def _fail(self, fault: WriterError, error: Exception) -> NoReturn:
        """Raise `fault` from the client's exception, unless that one repeats the key."""
        secret = self.server.secret
        raise fault from (None if secret and secret in str(error) else error)


class Connected:
    """What holds a connection, and closes it at the end of a `with`."""

    _connection: Connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        self._connection.close()


class ChatModel(Connected):
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
        self._connection = Connection(
            id, base_url=base_url, api_key=api_key, timeout=timeout, max_attempts=max_attempts, sleep=sleep
        )
        self._stream = stream
        self._profile = profile_of(base_url or OPENAI)
        self._dialect = start_of(self._profile, id)
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"ChatModel({self.id!r}, base_url={self._connection.server.address!r})"

    @property
    def dialect(self) -> Dialect:
        """What this server is known to take."""
        return self._dialect

    def complete(self, request: Request) -> Completion:
        """The server's answer. Failures that may pass are tried again, up to `max_attempts` in all.

        Raises the errors of `writer.errors` under ServerError and ModelError. A stream that ends early gives a
        completion with the finish reason `dropped`.
        """
        sent = self._dialect
        body: dict[str, Any] = {}

        def exchange(client: Any) -> Completion:
            nonlocal sent, body
            sent = self._dialect
            body = arguments(request, self.id, sent, stream=self._stream)
            return self._exchange(client, body, request)

        def adapt(complaint: faults.Complaint) -> bool:
            change = objection(complaint, sent, body)
            if change is not None:
                with self._lock:
                    self._dialect = learn(self._dialect, sent, change)
            return change is not None

        with asking(request):
            check_text(message.content for message in request.messages)
            completion = self._connection.call(exchange, adapt)
            if self._profile.truncates:
                self._refuse_cut_prompt(request, completion)
            return completion

    def _refuse_cut_prompt(self, request: Request, completion: Completion) -> None:
        """Raise where the server has read so little of a prompt that it must have cut it, most often its beginning."""
        sent = count("\n".join(message.content for message in request.messages), self.id).tokens
        read = completion.usage.prompt_tokens
        # Counts for another tokenizer are off by a third or so, never by half.
        if not completion.usage.estimated and read * 2 < sent:
            raise ContextOverflow(
                f"{self._connection.server.address} has read {read:,} of about {sent:,} tokens of the prompt, and cut "
                "the others in silence",
                hint=f"give it a longer context: {self._profile.note}",
                prompt_tokens=sent,
                context=read,
            )

    def _exchange(self, client: Any, body: dict[str, Any], request: Request) -> Completion:
        """Send one call and read its answer. A server may answer a wish for a stream with a whole reply."""
        reply = client.chat.completions.with_raw_response.create(**body)
        kind = reply.headers.get("content-type", "")
        if not self._stream or "event-stream" not in kind:
            reply.http_response.read()
            return read_whole(reply.text, request, self._connection.server)
        with reply.parse() as events:
            return read_stream(_plain(events), request, self._connection.server)


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


def check_text(texts: Iterable[str]) -> None:
    """Refuse text that cannot be sent: half of a surrogate pair, as broken extraction from PDF leaves it."""
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            around = ascii(text[max(0, error.start - 20) : error.end + 20])
            raise UserError(
                f"the text near {around} is not valid Unicode, so it cannot be sent",
                hint="clean that entry in the corpus: it holds half of a character",
            ) from error
