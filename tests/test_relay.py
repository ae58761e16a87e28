"""The relay: prompts become files, files become answers, and nobody else's page can take part."""

from __future__ import annotations

import argparse
import html
import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from writer.cli import relay as command
from writer.errors import UserError
from writer.models import relay_page
from writer.models import relay_protocol as protocol
from writer.models import relay_server as server
from writer.models.relay import Event, Relay
from writer.models.relay_protocol import digest_request, estimate_tokens

LONG = 20.0  # seconds after which a test gives up; none waits that long when the code is right
SYSTEM = {"role": "system", "content": "Answer briefly."}
USER = {"role": "user", "content": "Which paper came first?"}
MESSAGES = [SYSTEM, USER]
DIGEST = digest_request(MESSAGES, None)
SCHEMA = {"type": "object", "properties": {"year": {"type": "integer"}}, "required": ["year"]}
AS_JSON = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


class Watched:
    """A relay in the background, the events it told, and requests that run beside the test."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.events: queue.Queue[tuple[Event, str]] = queue.Queue()
        self.relay = Relay(folder, on_event=lambda event, digest: self.events.put((event, digest)), **more)
        self.threads = ThreadPoolExecutor(8)

    def next(self) -> tuple[Event, str]:
        return self.events.get(timeout=LONG)

    def beside(self, work: Callable[..., Any], *args: Any, **more: Any) -> Future[Any]:
        return self.threads.submit(work, *args, **more)

    def reply(self, text: str | bytes, digest: str = DIGEST) -> None:
        """Write a reply the careful way: under another name, then renamed; old enough to be taken at once."""
        part = self.relay.folder / "part"
        part.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(part, (1, 1))
        part.replace(self.relay.reply_file(digest))

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, data, headers)

    def ask(self, **more: Any) -> tuple[int, bytes]:
        return self.post("/v1/chat/completions", {"model": "any", "messages": MESSAGES, **more})

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """A request as it is written: no redirect is followed and no path is tidied up."""
        port = int(self.relay.url.rsplit(":", 1)[1].split("/")[0])
        connection = HTTPConnection("127.0.0.1", port, timeout=LONG)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def files(self) -> list[str]:
        return sorted(path.name for path in self.relay.folder.iterdir())


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    started: list[Watched] = []

    def start_one(**more: Any) -> Watched:
        watched = Watched(tmp_path / "relay", **more)
        watched.relay.__enter__()
        started.append(watched)
        return watched

    yield start_one
    for watched in started:
        watched.relay.close()
        watched.threads.shutdown()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.01)


def error_of(answer: tuple[int, bytes]) -> dict[str, Any]:
    error = json.loads(answer[1])["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"]
    assert error["type"] == ("invalid_request_error" if answer[0] < 500 else "server_error")
    return dict(error)


# Asking and answering


def test_a_request_becomes_a_prompt_file_and_the_reply_file_its_answer(start: Callable[..., Watched]) -> None:
    here = start()
    asked = here.beside(here.ask)
    assert here.next() == ("prompt", DIGEST)
    assert here.files() == [f"{DIGEST}.prompt.md", f"{DIGEST}.waiting"]
    assert here.relay.prompt_file(DIGEST).read_text() == "Answer briefly.\n\nWhich paper came first?\n"
    here.reply("The one of 2019.\n")
    status, body = asked.result(LONG)
    assert here.next() == ("reply", DIGEST)
    assert status == 200
    assert json.loads(body) == {
        "id": f"relay-{DIGEST}",
        "object": "chat.completion",
        "created": 0,
        "model": "relay",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "The one of 2019.", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 11, "completion_tokens": 4, "total_tokens": 15},
    }
    assert here.files() == [f"{DIGEST}.prompt.md", f"{DIGEST}.reply.md"]


def test_urllib_reads_models_and_pending_prompts(start: Callable[..., Watched]) -> None:
    here = start(model="by-hand")
    with urllib.request.urlopen(here.relay.url + "/models", timeout=LONG) as response:
        models = json.load(response)
    assert [model["id"] for model in models["data"]] == ["by-hand"]
    here.beside(here.ask)
    here.next()
    with urllib.request.urlopen(here.relay.page + "pending", timeout=LONG) as response:
        text = here.relay.prompt_file(DIGEST).read_text()
        assert json.load(response) == {"pending": [{"digest": DIGEST, "prompt": text}]}
    here.reply("x")


def test_the_openai_client_gets_completions_streams_and_json(start: Callable[..., Watched]) -> None:
    from openai import OpenAI

    here = start()
    answers = iter(["Two lines,\nthe second with “quotes”.\n", '{"year": 2019}\n'])

    def answer_all() -> None:
        for text in answers:
            event, digest = here.next()
            assert event == "prompt"
            here.reply(text, digest)
            assert here.next()[0] == "reply"

    answering = here.beside(answer_all)
    with OpenAI(base_url=here.relay.url, api_key="none", max_retries=0, timeout=LONG) as client:
        told = client.chat.completions.create(model="m", messages=MESSAGES)  # type: ignore[arg-type]
        typed = client.chat.completions.create(model="m", messages=MESSAGES, response_format=AS_JSON)  # type: ignore[call-overload]
        answering.result(LONG)
        chunks = list(
            client.chat.completions.create(  # type: ignore[call-overload]
                model="m", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
            )
        )
    assert told.choices[0].message.content == "Two lines,\nthe second with “quotes”."
    assert json.loads(typed.choices[0].message.content) == {"year": 2019}
    assert told.id != typed.id
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == told.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None, None, None, "stop"]
    assert chunks[-1].choices == []
    assert chunks[-1].usage == told.usage
    assert {chunk.id for chunk in chunks} == {told.id}


@pytest.mark.parametrize("usage", [True, False])
def test_a_stream_is_role_content_finish_usage_and_done(start: Callable[..., Watched], usage: bool) -> None:
    here = start()
    here.reply("one\ntwo\u2028still two\n")
    status, body = here.ask(stream=True, **({"stream_options": {"include_usage": True}} if usage else {}))
    assert status == 200
    events = body.decode().split("\n\n")
    assert events.pop() == ""
    assert events.pop() == "data: [DONE]"
    # Readers that split at every kind of line end must find one line in each event.
    assert all(len(event.splitlines()) == 1 for event in events)
    chunks = [json.loads(event.removeprefix("data: ")) for event in events]
    if usage:
        last = chunks.pop()
        assert last["choices"] == []
        assert last["usage"]["completion_tokens"] == estimate_tokens("one\ntwo\u2028still two")
    assert all(("usage" in chunk) == usage and not chunk.get("usage") for chunk in chunks)
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(delta["content"] for delta in deltas[1:-1]) == "one\ntwo\u2028still two"
    assert deltas[-1] == {}
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_after_a_restart_the_same_prompt_is_answered_by_nobody_with_the_same_bytes(
    start: Callable[..., Watched],
) -> None:
    first = start()
    asked = first.beside(first.ask)
    first.next()
    first.reply("Kept.\n")
    once = asked.result(LONG)
    first.relay.close()
    again = start(wait=0)
    assert again.ask(model="another", temperature=1, max_tokens=5) == once
    assert again.next() == ("known", DIGEST)
    assert again.events.empty()
    assert again.files() == [f"{DIGEST}.prompt.md", f"{DIGEST}.reply.md"]


def test_a_folder_that_is_only_replayed_is_not_written(start: Callable[..., Watched]) -> None:
    here = start(wait=0)
    here.ask()
    here.reply("Kept.\n")
    os.utime(here.relay.prompt_file(DIGEST), (1, 1))
    before = [(path, path.stat().st_mtime, path.stat().st_ino) for path in sorted(here.relay.folder.iterdir())]
    assert here.ask()[0] == 200
    after = [(path, path.stat().st_mtime, path.stat().st_ino) for path in sorted(here.relay.folder.iterdir())]
    assert after == before


def test_identical_requests_share_one_prompt(start: Callable[..., Watched]) -> None:
    here = start()
    asked = [here.beside(here.ask) for _ in range(3)]
    until(lambda: len(here.relay._waiting.get(DIGEST, [])) == 3)
    assert [prompt.digest for prompt in here.relay.pending()] == [DIGEST]
    here.reply("For all.\n")
    answers = {future.result(LONG) for future in asked}
    assert len(answers) == 1
    assert [here.next(), here.next()] == [("prompt", DIGEST), ("reply", DIGEST)]
    assert here.events.empty()


def test_the_digest_covers_messages_and_response_format() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", DIGEST)
    reordered = [dict(reversed(message.items())) for message in MESSAGES]
    assert digest_request(reordered, None) == DIGEST
    assert digest_request(MESSAGES[::-1], None) != DIGEST
    assert digest_request(MESSAGES, AS_JSON) != DIGEST


# Prompts as a person sees them


def rendered(messages: list[Any], response_format: object = None) -> str:
    body = json.dumps({"messages": messages, "response_format": response_format})
    return protocol.parse_request(body.encode()).text


def test_a_schema_stands_at_the_end_in_a_fence() -> None:
    assert rendered(MESSAGES, AS_JSON) == (
        "Answer briefly.\n\nWhich paper came first?\n\n"
        "The answer must be JSON of this schema, and nothing else:\n\n"
        f"```json\n{json.dumps(SCHEMA, indent=2)}\n```\n"
    )


def test_the_system_message_comes_first_and_earlier_answers_are_fenced() -> None:
    said = {"role": "assistant", "content": "A ```fence``` of mine"}
    parts = {"role": "user", "content": [{"type": "text", "text": "Ag"}, {"type": "text", "text": "ain."}]}
    assert rendered([USER, said, parts, SYSTEM]) == (
        "Answer briefly.\n\nWhich paper came first?\n\nYou answered:\n\n````\nA ```fence``` of mine\n````\n\nAgain.\n"
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe\xfa", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "JSON object"),
        (b"{}", "at least one message"),
        (b'{"messages": []}', "at least one message"),
        (b'{"messages": "hello"}', "at least one message"),
        (b'{"messages": ["hello"]}', r"messages\[0\]"),
        (b'{"messages": [{"role": "tool", "content": "x"}]}', r"messages\[0\]"),
        (b'{"messages": [{"role": "user"}]}', r"messages\[0\]\.content"),
        (b'{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}', r"must be text"),
        (b'{"messages": [{"role": "user", "content": "\\ud800"}]}', "surrogate"),
        (b'{"messages": [{"role": "user", "content": "x"}], "tools": [{}]}', "tools"),
        (b'{"messages": [{"role": "user", "content": "x"}], "n": 2}', "one choice"),
        (b'{"messages": [{"role": "user", "content": "x"}], "response_format": {"type": "json_schema"}}', "schema"),
    ],
)
def test_bodies_that_cannot_be_a_prompt_are_refused(start: Callable[..., Watched], body: bytes, says: str) -> None:
    here = start()
    answer = here.post("/v1/chat/completions", body)
    assert answer[0] == 400
    assert re.search(says, error_of(answer)["message"])
    assert here.files() == []


def test_a_body_over_the_limit_is_refused_and_the_refusal_arrives(
    start: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert server.MAX_BODY == 20_000_000
    monkeypatch.setattr(server, "MAX_BODY", 1_000_000)
    here = start()
    answer = here.post("/v1/chat/completions", b" " * 3_000_000)
    assert answer[0] == 413
    assert error_of(answer)["code"] == "too_large"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/embeddings", 404),
        ("POST", "/v1/embeddings", 404),
        ("GET", "/v1/chat/completions", 405),
        ("POST", "/v1/models", 405),
        ("GET", f"/reply/{DIGEST}", 404),
        ("DELETE", "/v1/models", 501),
    ],
)
def test_everything_else_is_an_error_in_the_shape_of_the_protocol(
    start: Callable[..., Watched], method: str, path: str, status: int
) -> None:
    answer = start().send(method, path, b"{}" if method == "POST" else None)
    assert answer[0] == status
    error_of(answer)


@pytest.mark.parametrize("headers", [{"Content-Length": "-1"}, {"Content-Length": "1_0"}])
def test_a_content_length_that_is_no_number_is_refused(
    start: Callable[..., Watched], headers: Mapping[str, str]
) -> None:
    assert start().post("/v1/chat/completions", b"", headers)[0] == 400


# When a reply counts


@pytest.mark.parametrize(
    ("written", "answered"),
    [
        ("text\n", "text"),
        ("text", "text"),
        ("text\n\n", "text\n"),
        ("  two\r\nlines \r\n", "  two\r\nlines "),
        ("\n```json\n{}\n```\n", "\n```json\n{}\n```"),
        ("\ufeffτ̃ <b>&amp;", "τ̃ <b>&amp;"),
    ],
)
def test_a_reply_is_taken_verbatim_but_for_its_last_newline(
    start: Callable[..., Watched], written: str, answered: str
) -> None:
    here = start(wait=0)
    here.reply(written)
    assert json.loads(here.ask()[1])["choices"][0]["message"]["content"] == answered


def test_a_reply_still_being_written_is_not_taken(start: Callable[..., Watched]) -> None:
    relay = start().relay
    path, ahead = relay.reply_file(DIGEST), time.time() + 3600  # a clock that never lets the file look old
    looks: deque[tuple[int, int]] = deque(maxlen=3)

    def look(text: str) -> str | None:
        path.write_text(text)
        os.utime(path, (ahead, ahead))
        return relay._look(DIGEST, looks)

    assert [look("half"), look("half"), look("half of"), look("half of")] == [None] * 4
    assert look("half of") == "half of"


@pytest.mark.parametrize("written", ["", "\n \n"])
def test_an_empty_reply_file_is_not_yet_a_reply(start: Callable[..., Watched], written: str) -> None:
    here = start(wait=0)
    here.reply(written)
    assert here.ask()[0] == 504


def test_a_fresh_reply_written_in_place_is_taken(start: Callable[..., Watched]) -> None:
    here = start()
    asked = here.beside(here.ask)
    here.next()
    here.relay.reply_file(DIGEST).write_text("In place.\n")
    assert b"In place." in asked.result(LONG)[1]


def test_a_reply_that_is_not_utf8_is_an_error_that_names_the_file(start: Callable[..., Watched]) -> None:
    here = start()
    here.reply(b"caf\xe9")
    answer = here.ask()
    assert answer[0] == 500
    assert f"{DIGEST}.reply.md is not UTF-8" in error_of(answer)["message"]


def test_the_wait_limit_is_a_504_and_takes_the_marker_away(start: Callable[..., Watched]) -> None:
    here = start(wait=0)
    answer = here.ask()
    assert answer[0] == 504
    assert error_of(answer)["code"] == "no_reply"
    assert [here.next(), here.next()] == [("prompt", DIGEST), ("unanswered", DIGEST)]
    assert here.files() == [f"{DIGEST}.prompt.md"]


def test_a_client_that_leaves_leaves_nothing_waiting(start: Callable[..., Watched]) -> None:
    here = start()
    host, port = here.relay.page.split("/")[2].split(":")
    body = json.dumps({"messages": MESSAGES}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=LONG) as client:
        client.sendall(head.encode() + body)
        assert here.next() == ("prompt", DIGEST)
    assert here.next() == ("unanswered", DIGEST)
    assert here.relay.pending() == []
    assert here.files() == [f"{DIGEST}.prompt.md"]


def test_one_of_two_clients_that_leaves_does_not_end_the_wait_of_the_other(start: Callable[..., Watched]) -> None:
    here = start()
    asked = here.beside(here.ask)
    here.next()
    prompt = here.relay.pending()[0]
    with pytest.raises(ConnectionAbortedError):
        here.relay.answer(prompt, gone=lambda: True)
    assert here.relay.pending() == [prompt]
    assert f"{DIGEST}.waiting" in here.files()
    here.reply("Still here.\n")
    assert asked.result(LONG)[0] == 200


def test_closing_sends_those_who_wait_away(start: Callable[..., Watched]) -> None:
    here = start()
    asked = here.beside(here.ask)
    here.next()
    here.relay.close()
    assert asked.result(LONG)[0] == 503
    assert here.files() == [f"{DIGEST}.prompt.md"]


def test_a_prompt_is_written_whole_or_not_at_all(
    start: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    here = start()
    monkeypatch.setattr(Path, "replace", full)
    answer = here.ask()
    assert answer[0] == 500
    assert "No space left" in error_of(answer)["message"]
    assert here.files() == []


# The page


def form(reply: str) -> bytes:
    return urllib.parse.urlencode({"reply": reply}).encode()


def test_the_page_shows_prompts_escaped_and_takes_replies(start: Callable[..., Watched]) -> None:
    here = start()
    nasty = '\n</textarea><script>alert("1")</script>&amp;'
    asked = here.beside(here.ask, messages=[SYSTEM, {"role": "user", "content": nasty}])
    _, digest = here.next()
    page = here.send("GET", "/")[1].decode()
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;" in page
    shown = html.escape(here.relay.prompt_file(digest).read_text())
    assert f">\n{shown}</textarea>" in page  # a parser drops the first newline, whichever it is
    assert f'action="/reply/{digest}"' in page
    assert here.post(f"/reply/{digest}", form("Äh,\r\nyes & no")) == (303, b"")
    assert f"/reply/{digest}" not in here.send("GET", "/")[1].decode()
    status, body = asked.result(LONG)
    assert status == 200
    assert json.loads(body)["choices"][0]["message"]["content"] == "Äh,\nyes & no"


def test_the_page_loads_nothing_from_elsewhere_and_names_its_script_in_its_policy(
    start: Callable[..., Watched],
) -> None:
    here = start()
    here.beside(here.ask)
    here.next()
    with urllib.request.urlopen(here.relay.page, timeout=LONG) as response:
        policy, page = response.headers["Content-Security-Policy"], response.read().decode()
    here.reply("x")
    assert set(re.findall(r'\b(?:src|href|action)="([^"]*)"', page)) == {"/", f"/reply/{DIGEST}"}
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (source,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert f"{directive} {relay_page._allow(source)}" in policy
    assert "default-src 'none'" in policy


def test_a_reply_from_the_page_never_replaces_one_that_is_there(start: Callable[..., Watched]) -> None:
    here = start()
    here.reply("First.\n")
    here.ask()
    assert here.post(f"/reply/{DIGEST}", form("Second."))[0] == 409
    assert here.relay.reply_file(DIGEST).read_text() == "First.\n"


def test_a_reply_that_comes_after_its_client_left_is_kept_for_the_next(start: Callable[..., Watched]) -> None:
    here = start(wait=0)
    assert here.ask()[0] == 504
    assert here.post(f"/reply/{DIGEST}", form("Late."))[0] == 303
    os.utime(here.relay.reply_file(DIGEST), (1, 1))
    assert b"Late." in here.ask()[1]


@pytest.mark.parametrize("body", [form("  "), b"", b"other=1", b"reply=%ff", b"\xff", b"a&b&c&d&e&f"])
def test_an_empty_or_unreadable_reply_is_refused(start: Callable[..., Watched], body: bytes) -> None:
    here = start(wait=0)
    here.ask()
    assert here.post(f"/reply/{DIGEST}", body)[0] == 400
    assert here.files() == [f"{DIGEST}.prompt.md"]


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "../relay/inside",
        "inside",
        "../../outside",
        "..%2f..%2foutside",
        "%2e%2e/outside",
        "/etc/hostname",
        "..\\outside",
        DIGEST[:-1],
        DIGEST + "0",
        "ABCDEF0123456789",
        DIGEST + "%00",
        DIGEST + "%0a",
        DIGEST + "/../x",
        "0" * 16,
        "",
    ],
)
def test_replies_go_to_known_prompts_and_nowhere_else(start: Callable[..., Watched], tmp_path: Path, name: str) -> None:
    here = start(wait=0)
    here.ask()
    for stem in ("outside", "relay/inside"):
        (tmp_path / f"{stem}.prompt.md").write_text("looks like a prompt, but nobody asked it here")
    before = sorted(tmp_path.rglob("*"))
    answer = here.post(f"/reply/{name}", form("planted"))
    assert answer[0] == 404
    error_of(answer)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "example.org"},
        {"Host": "127.0.0.1.example.org:80"},
        {"Host": "example.org", "Origin": "http://example.org"},
        {"Host": ""},
    ],
)
@pytest.mark.parametrize("path", [f"/reply/{DIGEST}", "/v1/chat/completions"])
def test_posts_from_another_site_are_refused(
    start: Callable[..., Watched], headers: Mapping[str, str], path: str
) -> None:
    here = start(wait=0)
    here.ask()
    body = form("planted") if path.startswith("/reply") else json.dumps({"messages": [USER]}).encode()
    answer = here.post(path, body, headers)
    assert answer[0] == 403
    error_of(answer)
    assert here.files() == [f"{DIGEST}.prompt.md"]


def test_a_page_under_a_foreign_name_cannot_read_prompts(start: Callable[..., Watched]) -> None:
    assert start().send("GET", "/pending", headers={"Host": "example.org"})[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_posts_from_the_page_itself_are_taken(start: Callable[..., Watched], host: str) -> None:
    here = start(wait=0)
    here.ask()
    own = f"{host}:{here.relay.page.split(':')[2].strip('/')}"
    assert here.post(f"/reply/{DIGEST}", form("Mine."), {"Host": own, "Origin": f"http://{own}"})[0] == 303


# Where it listens, and the command


def test_it_listens_on_the_loopback_address_only(start: Callable[..., Watched]) -> None:
    assert start().relay._server.socket.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_is_the_users_to_change(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert parser.parse_args([]) == argparse.Namespace(port=8808, dir=Path("relay"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        args = parser.parse_args(["--port", str(port), "--dir", str(tmp_path / "relay")])
        with pytest.raises(UserError, match=f"port {port} of 127.0.0.1 is taken") as caught:
            command.run(args)
    assert "another port" in caught.value.hint


def test_a_port_out_of_range_and_a_folder_that_is_a_file_are_user_errors(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no port 70000"):
        Relay(tmp_path, port=70000)
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="file") as caught:
        Relay(tmp_path / "file")
    assert caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C cannot be sent to one process here")
def test_the_command_says_where_it_is_what_came_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    script = (
        "import argparse, pathlib, sys; from writer.cli.relay import run; "
        "sys.exit(run(argparse.Namespace(port=0, dir=pathlib.Path(sys.argv[1]))))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    ) as process:
        try:
            assert process.stderr is not None
            told = [process.stderr.readline()]
            while not told[-1].startswith(("Ctrl-C", "Traceback")) and told[-1]:
                told.append(process.stderr.readline())
            (url,) = re.findall(r"http://127\.0\.0\.1:\d+/v1", "".join(told))
            (tmp_path / f"{DIGEST}.reply.md").write_text("Known.\n")
            os.utime(tmp_path / f"{DIGEST}.reply.md", (1, 1))
            request = urllib.request.Request(url + "/chat/completions", json.dumps({"messages": MESSAGES}).encode())
            with urllib.request.urlopen(request, timeout=LONG) as response:
                assert json.load(response)["choices"][0]["message"]["content"] == "Known."
            process.send_signal(signal.SIGINT)
            out, rest = process.communicate(timeout=LONG)
        finally:
            process.kill()
    assert process.returncode == 0
    assert out == ""
    assert str(tmp_path) in "".join(told)
    assert f"reply  {DIGEST} taken" in rest
    assert "Traceback" not in rest
