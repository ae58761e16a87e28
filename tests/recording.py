"""Cassettes: how recorded calls are stored, matched and scrubbed, and what is said when one does not fit.

A cassette is YAML for the eye: bodies that are JSON are stored as YAML, streams as a list of events, interactions
in a fixed order. Whatever differs from run to run without meaning (dates, ids, timings, ports) is a constant, so
that recording the same calls again gives the same bytes. Headers are kept by an allow-list on both sides.

The fixtures that use this stand in conftest.py; cassettes/README.md says how to record.
"""

from __future__ import annotations

import copy
import difflib
import json
import os
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import yaml
from pytest_recording._vcr import CombinedPersister
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.serialize import serialize as vcr_serialize

if TYPE_CHECKING:
    from vcr.cassette import Cassette
    from vcr.request import Request

COMMAND = "make record"
REQUEST_HEADERS = {"content-type"}
RESPONSE_HEADERS = {"content-type", "retry-after"}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
SERVERS = {"llama": "WRITER_RECORD_LLAMA", "relay": "WRITER_RECORD_RELAY", "loopback": None}
"""What a cassette can be recorded against, and the variable that holds its base URL while recording; a loopback
server is started by the test itself."""


# What is stored ------------------------------------------------------------------------------------------------


def keep_request(request: Request) -> Request:
    """The request as it is stored and matched: listed headers only, a loopback address without its port."""
    request = copy.copy(request)
    request.headers = {k.lower(): v for k, v in request.headers.items() if k.lower() in REQUEST_HEADERS}
    parts = urlsplit(request.uri)
    if parts.hostname in LOOPBACK:
        request.uri = urlunsplit(parts._replace(netloc="127.0.0.1"))
    return request


def keep_response(response: dict[str, Any]) -> dict[str, Any]:
    """The response as it is stored: listed headers only, and nothing that differs from run to run."""
    headers = {k.lower(): v for k, v in response["headers"].items() if k.lower() in RESPONSE_HEADERS}
    text = response["body"]["string"]
    text = text if isinstance(text, str) else text.decode("utf-8", errors="surrogateescape")
    stored = _body(text, _content_type(headers))
    if "json" in stored:
        text = json.dumps(scrub(stored["json"]), ensure_ascii=False)
    elif "events" in stored:
        text = _event_text([scrub(event) for event in stored["events"]])
    body = {"string": text.encode("utf-8", errors="surrogateescape")}
    return {"status": response["status"], "headers": headers, "body": body}


def scrub(reply: Any) -> Any:
    """A reply without ids, dates, timings and the state of the server's cache."""
    if not isinstance(reply, dict):
        return reply
    dropped = ("timings", "system_fingerprint", "__verbose")
    reply = {name: value for name, value in reply.items() if name not in dropped}
    for name, constant in (("created", 0), ("id", "chatcmpl-0")):
        if name in reply:
            reply[name] = constant
    if isinstance(reply.get("data"), list):  # a list of models tells of each when it was loaded
        reply["data"] = [one | {"created": 0} if "created" in one else one for one in reply["data"]]
    if isinstance(reply.get("usage"), dict):
        reply["usage"] = {k: v for k, v in reply["usage"].items() if not k.endswith("_details")}
    return reply


# How it is stored ----------------------------------------------------------------------------------------------


def serialize(cassette: dict[str, Any]) -> str:
    """The text of a cassette: interactions ordered by request, those with the same request as they came."""
    interactions = [
        {"request": _readable_request(pair["request"]), "response": _readable_response(pair["response"])}
        for pair in cassette["interactions"]
    ]
    interactions.sort(key=lambda pair: json.dumps(pair["request"], sort_keys=True))
    data = {"interactions": interactions, "version": cassette["version"]}
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, width=140, sort_keys=True)


def deserialize(text: str) -> dict[str, Any]:
    """What vcrpy expects, from the text of a cassette."""
    data = yaml.load(text, Loader=_Loader)
    for pair in data["interactions"]:
        request, response = pair["request"], pair["response"]
        request["body"] = _text(request)
        response["body"] = {"string": _text(response)}
    return data


def _readable_request(request: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in request.items() if name != "body"}
    return kept | _body(request["body"] or "", _content_type(request["headers"]))


def _readable_response(response: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in response.items() if name != "body"}
    body = _body(response["body"]["string"], _content_type(response["headers"]))
    if "events" in body:
        body["events"] = [_OneLine(event) if isinstance(event, dict) else event for event in body["events"]]
    return kept | body


def _body(text: Any, content_type: str) -> dict[str, Any]:
    """`json`, `events` or `text`, whichever gives the body back without loss."""
    if isinstance(text, str) and "json" in content_type:
        try:
            return {"json": json.loads(text)}
        except ValueError:
            return {"text": text}
    if isinstance(text, str) and "event-stream" in content_type:
        events = [_event(block) for block in text.replace("\r\n", "\n").split("\n\n") if block]
        if all(event is not None for event in events):
            return {"events": events}
    return {"text": text}


def _event(block: str) -> Any:
    """The data of an event as JSON or text; None where the block is more than one line of data."""
    if not block.startswith("data: ") or "\n" in block:
        return None
    data = block.removeprefix("data: ")
    try:
        return json.loads(data)
    except ValueError:
        return data


def _event_text(events: list[Any]) -> str:
    lines = (event if isinstance(event, str) else json.dumps(event, ensure_ascii=False) for event in events)
    return "".join(f"data: {line}\n\n" for line in lines)


def _text(part: dict[str, Any]) -> Any:
    """Take the readable body out of a request or response, as text."""
    if "json" in part:
        return json.dumps(part.pop("json"), ensure_ascii=False)
    if "events" in part:
        return _event_text(part.pop("events"))
    return part.pop("text")


def _content_type(headers: dict[str, Any]) -> str:
    values = headers.get("content-type", "")
    return values if isinstance(values, str) else " ".join(values)


class _OneLine(dict[str, Any]):
    """A mapping written on one line."""


class _Dumper(yaml.SafeDumper):
    """Prompts as blocks of lines, events on one line each, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Loader(yaml.SafeLoader):
    """Dates stay text: a model's answer may look like one."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Several lines as a block. Unicode's other line breaks are lost in any style but the quoted one."""
    odd = re.search("[\r\x85\u2028\u2029\ufeff]", text)
    style = '"' if odd else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(
    _OneLine, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)


class Persister(CombinedPersister):
    """Writes UTF-8 with plain line ends on every system."""

    @staticmethod
    def save_cassette(cassette_path: str, cassette_dict: dict[str, Any], serializer: Any) -> None:
        path = Path(cassette_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(vcr_serialize(cassette_dict, serializer), encoding="utf-8", newline="\n")


CONFIG = {
    "match_on": ["method", "scheme", "host", "port", "path", "query", "body"],
    "before_record_request": keep_request,
    "before_record_response": keep_response,
    "decode_compressed_response": True,
    "record_on_exception": False,
}


# How it is played ----------------------------------------------------------------------------------------------


def play_in_threads(cassette: Cassette) -> None:
    """Make playing safe for threads that send the same request at once: each reply goes to one of them."""
    lock, play = threading.Lock(), cassette.play_response

    def play_one(request: Request) -> Any:
        with lock:
            return play(request)

    cassette.play_response = play_one


def unplayed(cassette: Cassette) -> list[str]:
    """The requests of a cassette that the test never made, one line each."""
    return [
        f"{request.method} {request.path}: {_first_words(request.body)}"
        for index, request in enumerate(cassette.requests)
        if not cassette.play_counts[index]
    ]


def _first_words(body: bytes | None) -> str:
    try:
        text = json.loads(body or b"")["messages"][-1]["content"]
    except (ValueError, KeyError, IndexError, TypeError):
        text = (body or b"").decode("utf-8", errors="replace")
    return repr(text if len(text) <= 80 else text[:80] + "…")


def stale(error: BaseException | None) -> str | None:
    """The one message for a request that its cassette does not hold, or None where `error` is about something else.

    The prompt's name comes from the note that a model leaves on every exception.
    """
    links = list(_links(error))
    miss = next((link for link in links if isinstance(link, CannotOverwriteExistingCassetteException)), None)
    if miss is None:
        return None
    notes = [note for link in links for note in getattr(link, "__notes__", ())]
    named = (re.search(r"with the prompt ('[^']*')", note) for note in notes)
    prompt = next((f"the prompt {match[1]}" for match in named if match), "a request")
    path = Path(miss.cassette._path)
    where = "/".join(path.parts[-3:])
    if miss.reason == "cassette_not_found":
        what = f"{prompt} was asked, but there is no cassette {where}."
    elif miss.reason == "already_played":
        what = f"{prompt} was asked once more than {where} holds."
    else:
        what = f"{prompt} is not what {where} holds. The nearest recorded request differs:\n{_difference(miss)}"
    again = (
        f"{COMMAND}, with `writer relay` running and its base URL in {SERVERS['relay']}" if _by_relay(miss) else COMMAND
    )
    return f"{what[0].upper()}{what[1:]}\nIf that is meant, record again: {again}"


def _by_relay(miss: CannotOverwriteExistingCassetteException) -> bool:
    return any(b'"relay"' in (request.body or b"") for request in miss.cassette.requests)


def _links(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, those in its group, and what it came from."""
    if error is None:
        return
    yield error
    for part in getattr(error, "exceptions", ()):
        yield from _links(part)
    yield from _links(error.__cause__ or (None if error.__suppress_context__ else error.__context__))


def _difference(miss: CannotOverwriteExistingCassetteException) -> str:
    """What changed in the messages since the recorded request most like this one, else what vcrpy says."""
    asked = _spoken(miss.failed_request)
    recorded = [spoken for request in miss.cassette.requests if (spoken := _spoken(request))]
    if not asked or not recorded:
        return "\n".join(
            f"  {line}" for _, _, failed in miss.similar_requests[:1] for _, m in failed for line in m.splitlines()
        )
    nearest = max(recorded, key=lambda spoken: difflib.SequenceMatcher(None, spoken, asked).ratio())
    changed = list(difflib.unified_diff(nearest, asked, "recorded", "this request", n=0, lineterm=""))
    shown = [f"  {line[:200]}" for line in changed[:16]] or [
        "  (the messages are the same: something else of the request is)"
    ]
    return "\n".join(shown + ([f"  … ({len(changed) - 16} more lines)"] if len(changed) > 16 else []))


def _spoken(request: Any) -> list[str]:
    """The lines of a request's messages; empty for a request of another kind."""
    try:
        messages = json.loads(request.body or b"null")["messages"]
        return [line for message in messages for line in str(message["content"]).splitlines()]
    except (ValueError, KeyError, TypeError):
        return []


# What a test may reach -----------------------------------------------------------------------------------------


class NetworkBlocked(RuntimeError):
    """A test tried to leave this machine."""


def block_network(patch: pytest.MonkeyPatch) -> None:
    """Let sockets connect to the loopback address alone, and look up no other name."""
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name not in LOOPBACK:
            raise NetworkBlocked(f"a test tried to reach {name!r}; tests reach 127.0.0.1 alone")

    def guarded(original: Any) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                check(address[0])
            return original(self, address)

        return call

    def guarded_lookup(host: Any, *arguments: Any, **options: Any) -> Any:
        check(host)
        return lookup(host, *arguments, **options)

    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    patch.setattr(socket, "getaddrinfo", guarded_lookup)


def recorded_against(item: pytest.Item) -> str:
    """The server that the cassette of a test is recorded against, as its marker says."""
    marker = item.get_closest_marker("recorded_with")
    if marker is None or marker.args[:1] not in [(name,) for name in SERVERS]:
        raise pytest.UsageError(
            f"{item.nodeid} has a cassette: mark it with @pytest.mark.recorded_with(one of {sorted(SERVERS)})"
        )
    return str(marker.args[0])


def cannot_record(item: pytest.Item) -> str | None:
    """Why the cassette of a test cannot be recorded now, or None. It must then stay as it is."""
    server = recorded_against(item)
    variable = SERVERS[server]
    if variable is None or os.environ.get(variable):
        return None
    return f"kept as recorded: no {server} server ({variable} is not set)"
