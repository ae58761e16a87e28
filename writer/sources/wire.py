"""What all clients have in common: finding them, their HTTP, and what their failures mean.

Each client tells failures in its own way, and some swallow a status or `Retry-After`, or wait without limit. So the
answers are looked at here before the client sees them wherever it lets us in, and what it raises is told in our
errors. Not here: retries and waits, which are `fetch`'s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from writer.errors import OddAnswer, Overloaded, RateLimited, Refused, Unreachable, UserError, WriterError
from writer.sources.source import Service

TIMEOUT = 30.0
"""Seconds without a byte. Search of the catalogues takes seconds, not minutes."""
_SAID = 300
"""Characters of the service's own words in a message."""


def client(service: Service, module: str = "") -> Any:
    """The client of a service, imported now. Raises UserError where it is not installed."""
    try:
        return import_module(module or service.package)
    except ModuleNotFoundError as error:
        raise UserError(
            f"{service.title} is asked through the package {service.package}, and {error.name} is not installed",
            hint="pip install 'writer[online]'",
        ) from error


@contextmanager
def session(service: Service, keep: Callable[[Any], None] = lambda response: None) -> Iterator[Any]:
    """A session of requests that waits `TIMEOUT` at most and raises our errors; `keep` is given each good answer."""

    def look(response: Any, **_: Any) -> None:
        check(service, response)
        keep(response)

    with client(service, "requests").Session() as opened:
        opened.request = partial(opened.request, timeout=TIMEOUT)
        opened.hooks["response"].append(look)
        yield opened


def check(service: Service, response: Any) -> None:
    """Raise what the status of a response (of requests or httpx) means, from 400 on."""
    if response.status_code >= 400:
        raise refusal(service, response.status_code, response.headers, response.text)


def refusal(service: Service, status: int, headers: Mapping[str, str], text: str) -> WriterError:
    """The error for a status from 400 on. An answer that says when to come back is `RateLimited`."""
    from writer.models.faults import retry_after

    said = _words(text)
    what = f"{service.title} answered {status}" + (f": {said}" if said else "")
    passing = status in (408, 409) or (status >= 500 and status != 501)
    asked = retry_after(headers)
    if status in service.slow_down or (passing and asked is not None):
        return RateLimited(what, hint=_slower(service), retry_after=asked)
    if passing:
        return Overloaded(what, hint="run the same command again later")
    return Refused(what, hint=_refusal_hint(service, status))


@contextmanager
def reading(service: Service, network: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """What a client raises, told in our errors; `network` are its own exceptions for a connection that failed."""
    try:
        yield
    except WriterError:
        raise
    except network as error:
        raise unreachable(service, error) from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        # What requests raises for broken JSON is a ValueError and an OSError at once: so this comes first.
        raise odd(service, f"{type(error).__name__}: {error}") from error
    except OSError as error:
        raise unreachable(service, error) from error


def odd(service: Service, why: str) -> OddAnswer:
    """The error for an answer that is not the service's format."""
    return OddAnswer(
        f"{service.title} answered something that is not its format ({_words(why)})",
        hint="a proxy or login page may stand between; else the service has changed, and the client must follow",
    )


def unreachable(service: Service, error: BaseException) -> Unreachable:
    """The error for a connection that was not made, broke or took too long."""
    return Unreachable(
        f"{service.title} was not reached ({_words(f'{type(error).__name__}: {error}')})",
        hint="check the network, and run the same command again",
    )


def line(record: object) -> str:
    """A record as one line of JSON. Half of a surrogate pair, which no file can hold, stays escaped."""
    text = json.dumps(record, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(record)
    # Readers of lines break at more characters than JSON does.
    return re.sub("[\x85\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", text)


def _words(text: str) -> str:
    """What an answer says, short: its message where it is JSON, else its text without tags."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    while isinstance(value, list | dict):
        held = value if isinstance(value, list) else [value.get("message") or value.get("error")]
        value = held[0] if held else None
    told = value if isinstance(value, str) else re.sub(r"<[^<>]*>", " ", text)
    told = " ".join(told.split())
    return told if len(told) <= _SAID else told[:_SAID].rstrip() + "…"


def _slower(service: Service) -> str:
    key = f"; with a key of your own in {service.key_variable} it allows more" if service.key_variable else ""
    return f"run the same command again later, it goes on from there{key}"


def _refusal_hint(service: Service, status: int) -> str:
    if status in (401, 403) and service.key_variable:
        return f"check the key in {service.key_variable}"
    return "the service does not take this query; its message says why"
