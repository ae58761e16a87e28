"""What went wrong on the wire, as an error of this package: the one place where that is decided.

It knows the words of servers (OpenAI, Azure, OpenRouter, llama.cpp, Ollama, vLLM) and the exceptions of the
client, but imports neither: complaints are read from plain text, exceptions are told by the module they come
from. What is not the client's own (a bug, a test double, a guard against the network) is never dressed up as
a failure of the server.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from writer.errors import (
    ContextOverflow,
    OddAnswer,
    Overloaded,
    RateLimited,
    Refused,
    Unreachable,
    WriterError,
)

_CLIENT_MODULES = {"openai", "httpx2", "httpcore2", "h11", "h2", "anyio", "ssl", "socket"}
_LONGEST_TEXT = 300
"""Characters of a server's own words that are repeated in a message."""


@dataclass(frozen=True, slots=True)
class Server:
    """Who was asked: for messages only. `address` holds no user name, password or path."""

    address: str
    model: str
    secret: str = field(default="", repr=False)
    timeout: float = 600.0


@dataclass(frozen=True, slots=True)
class Complaint:
    """A server's objection, whatever shape it came in."""

    status: int
    message: str = ""
    code: str = ""
    type: str = ""
    param: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    """Other members of the error, such as the sizes that llama.cpp tells."""


def read_complaint(status: int, text: str) -> Complaint:
    """The complaint in an error reply: OpenAI's shape, a bare string, FastAPI's `detail`, a list, HTML or nothing."""
    try:
        body = json.loads(text)
    except ValueError:
        return Complaint(status, _plain(text))
    return complaint_of(status, body)


def complaint_of(status: int, body: object) -> Complaint:
    """The complaint in a reply that was read as JSON already."""
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, Mapping) and isinstance(body.get("detail"), list):
        return Complaint(status, "; ".join(_validation(item) for item in body["detail"]))
    error: object = body
    if isinstance(body, Mapping):
        error = body.get("error") or body.get("detail") or body
    if not isinstance(error, Mapping):
        return Complaint(status, _plain(str(error)))
    words = {name: "" if error.get(name) is None else str(error[name]) for name in ("code", "type", "param")}
    return Complaint(status, _plain(str(error.get("message") or "")), **words, details=error)


def _validation(item: object) -> str:
    """`body.seed: Extra inputs are not permitted`, without the input itself, which may be the whole prompt."""
    if not isinstance(item, Mapping):
        return str(item)
    return f"{'.'.join(str(part) for part in item.get('loc', ()))}: {item.get('msg', '')}"


def _plain(text: str) -> str:
    """One line without tags; of a page of HTML only its title says something."""
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    text = " ".join(re.sub(r"<[^<>]*>", " ", title[1] if title else text).split())
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"


def redact(text: str, secret: str) -> str:
    """`text` without the key: servers repeat it in their complaints, sometimes whole."""
    if len(secret) >= 6:
        text = text.replace(secret, "…")
    return re.sub(r"\b(sk-|Bearer\s+)[^\s'\"`,;)]+", r"\1…", text)


# What the server said -------------------------------------------------------------------------------------------


def from_complaint(complaint: Complaint, headers: Mapping[str, str], server: Server) -> WriterError:
    """The error for an HTTP error reply, or for an error inside a reply with status 200.

    A reply that says when to come back is `RateLimited` whatever its status, since that is the class that can
    hold a wait.
    """
    said = redact(complaint.message, server.secret)
    what = f"{server.address} answered {complaint.status}" + (f": {said}" if said else "")
    sizes = overflow(complaint)
    if sizes is not None:
        return ContextOverflow(
            what,
            hint="show the model less (fewer entries per group), or use a model with a longer context",
            prompt_tokens=sizes[0],
            context=sizes[1],
        )
    refused = _refusal_hint(complaint, server)
    if refused is not None:
        return Refused(what, hint=refused)
    if complaint.status == 429 or (_passing(complaint.status) and retry_after(headers) is not None):
        return RateLimited(what, hint="wait, or make fewer calls at a time", retry_after=retry_after(headers))
    if _passing(complaint.status):
        return Overloaded(what, hint="the server's own log may say more")
    return Refused(what, hint="the server does not take this request; its message says why")


def _passing(status: int) -> bool:
    return status in (408, 409) or (status >= 500 and status != 501)  # not implemented now, and not a minute later


def _refusal_hint(complaint: Complaint, server: Server) -> str | None:
    """What to do about a complaint that asking again cannot answer; None where it is not one of these."""
    words = f"{complaint.code} {complaint.type}"
    if re.search(r"insufficient_quota|billing", words):
        return "the account has no credit left: see its billing page"
    if complaint.status == 429 and re.search(r"request too large", complaint.message, re.IGNORECASE):
        return "this one request is above the account's limit per minute: show the model fewer entries"
    if complaint.status == 402:
        return "the account has no credit left: top it up, or choose a model that is free"
    if complaint.status == 401:
        return "check the key (OPENAI_API_KEY), and that it belongs to the server of --base-url"
    if complaint.status == 403:
        return "the key may not use this model or this server: check its rights, region and project"
    if complaint.status == 404:
        return _not_found_hint(complaint, server)
    if re.search(r"content_?filter|content management policy", f"{words} {complaint.message}", re.IGNORECASE):
        return "the provider's content filter stopped this request: rephrase the theme, or use another provider"
    return None


def _not_found_hint(complaint: Complaint, server: Server) -> str:
    words = f"{complaint.code} {complaint.type} {complaint.message}"
    if "pull" in complaint.message:
        return f"fetch the model first: ollama pull {server.model}"
    if "DeploymentNotFound" in words:
        return "on Azure --model is the name of the deployment, not of the model"
    if re.search(r"model", words, re.IGNORECASE):
        return f"the server has no model {server.model!r}: `writer models` lists what it has"
    return "nothing answers at this path: the base URL of most servers ends in /v1"


_OVERFLOW = re.compile(
    r"maximum context length|context[ _]length[ _]exceeded|exceeds? the (?:available )?context|context (?:size|window)"
    r"|prompt is too long|longer than the maximum model length|input token count .{0,40}exceeds|too many input tokens"
    r"|input \(\d+ tokens\) is too large",
    re.IGNORECASE,
)
_PROMPT_SIZES = (
    r"(?:request|prompt|input) \((?:length )?(\d+)",
    r"(\d+) (?:tokens )?in the messages",
    r"(?:request has|resulted in|prompt contains(?: at least)?|prompt is too long:) (\d+)",
    r"token count \((\d+)\)",
    r"requested (?:about )?(\d+)",
)
_CONTEXT_SIZES = (
    r"maximum context length (?:is|of) (?:only )?(\d+)",
    r"context size \((\d+)",
    r"maximum model length of (\d+)",
    r"physical batch size \(current batch size: (\d+)",  # llama.cpp embeds a text in one batch or not at all
    r"tokens? > (\d+)",
    r"tokens? allowed \((\d+)\)",
)


def overflow(complaint: Complaint) -> tuple[int | None, int | None] | None:
    """(tokens of the prompt, tokens of the context) where the complaint is that the prompt is too long, else None."""
    words = f"{complaint.code} {complaint.type}"
    told = "context_length_exceeded" in words or "exceed_context_size" in words
    if not told and not (complaint.status in (200, 400, 413, 422, 500) and _OVERFLOW.search(complaint.message)):
        return None
    details = complaint.details
    return (
        _whole(details.get("n_prompt_tokens")) or _first_number(_PROMPT_SIZES, complaint.message),
        _whole(details.get("n_ctx")) or _first_number(_CONTEXT_SIZES, complaint.message),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _first_number(patterns: tuple[str, ...], text: str) -> int | None:
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    found = (re.search(pattern, plain, re.IGNORECASE) for pattern in patterns)
    return next((int(match[1]) for match in found if match), None)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the server asks to wait: `retry-after-ms`, or `retry-after` as seconds or as an HTTP date."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        if re.fullmatch(r"\d+(?:\.\d+)?", lower.get(name, "")):
            return float(lower[name]) / unit
    try:
        date = parsedate_to_datetime(lower.get("retry-after", ""))
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


# What the client raised -----------------------------------------------------------------------------------------


def foreign(error: BaseException) -> BaseException | None:
    """The exception behind `error` that is neither the client's nor the system's, or None."""
    return next((link for link in _chain(error) if not _is_own(link)), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what it came from, as far as the client goes, down to the system's error.

    The client names its causes but for the last step. There the context is taken, if it is the system's: any
    other context is what the caller was busy with when it called.
    """
    link: BaseException | None = error
    while link is not None:
        yield link
        if isinstance(link, OSError) or not _is_own(link):
            return
        context = link.__context__
        link = link.__cause__ or (context if isinstance(context, OSError) else None)


def _is_own(error: BaseException) -> bool:
    """Whether an exception is the client's or the system's, or says that an event of a stream cannot be read."""
    return (
        isinstance(error, OSError | json.JSONDecodeError | UnicodeDecodeError)
        or type(error).__module__.partition(".")[0] in _CLIENT_MODULES
    )


def from_exception(error: BaseException, server: Server) -> WriterError:
    """The error for a failure to reach the server, or to go on listening to it. Call `foreign` first."""
    chain = list(_chain(error))
    names = {type(link).__name__ for link in chain}
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return OddAnswer(
            f"{server.address} sent an event that is not JSON: {error}",
            hint="a proxy between here and the server may have cut the stream",
        )
    if any(isinstance(link, ssl.SSLCertVerificationError) for link in chain):
        return Refused(
            f"{server.address} has a certificate that this machine does not trust",
            hint="check the address; for a server of your own, name its authority in SSL_CERT_FILE",
        )
    if any(isinstance(link, ssl.SSLError) for link in chain):
        return Refused(
            f"{server.address} does not speak TLS as it should: {redact(str(chain[-1]), server.secret)}",
            hint="a server on your own machine usually wants http://, not https://",
        )
    if names & {"UnsupportedProtocol", "InvalidURL", "LocalProtocolError"}:
        return bad_url(server)
    if any(name.endswith("Timeout") or name == "APITimeoutError" for name in names):
        return Unreachable(
            f"{server.address} did not answer within {server.timeout:g} s",
            hint="a slow model needs a longer timeout; else check that the server is not stuck",
        )
    detail = redact(str(chain[-1]), server.secret) or type(chain[-1]).__name__
    return Unreachable(f"no answer from {server.address}: {detail}", hint=_reach_hint(names))


def _reach_hint(names: set[str]) -> str:
    if "gaierror" in names:
        return "no such host: check --base-url and the network"
    if "ConnectionRefusedError" in names:
        return "nothing listens there: start the server, or check --base-url"
    return "the connection broke: the server's own log may say why"


def bad_url(server: Server) -> Refused:
    """The error for an address that no client can use."""
    return Refused(
        f"{server.address!r} is not the address of a server", hint="--base-url looks like http://127.0.0.1:8080/v1"
    )


def odd(text: str, server: Server, wanted: str = "a chat completion") -> OddAnswer:
    """The error for a reply that is not the protocol, which would have it be what is `wanted`."""
    shown = redact(_plain(text), server.secret)
    return OddAnswer(
        f"{server.address} answered with {repr(shown) if shown else 'nothing'}, which is not {wanted}",
        hint="check --base-url: it must be the API (often ending in /v1), not a web page in front of it",
    )
