"""`writer models`: what answers and what it can do, asked of loopback servers and of a recorded real one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from servers import Reply, error, page, raw, stream

from writer.cli import main

OLLAMA = raw({"object": "list", "data": [{"id": "llama3.2:3b", "object": "model", "owned_by": "somebody"}]})
CANARY = "sk-canary-6f1e0c9b7a"


@contextmanager
def server(replies: Mapping[str, Reply]) -> Iterator[tuple[str, list[Any]]]:
    """A server with a fixed reply at each path, 404 elsewhere; its base URL, and what it is asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked.append((self.path, dict(self.headers), json.loads(text) if text else None))
            reply = replies.get(self.path, error(404, "no such path"))
            self.send_response(reply.status)
            for name, value in ({"content-type": reply.content_type} | dict(reply.headers)).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/v1", asked
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def look(url: str, capsys: pytest.CaptureFixture[str], *options: str) -> Any:
    assert main(["models", "--base-url", url, "--format", "json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_is_free_to_ask_is_asked_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    replies = {"/v1/models": OLLAMA, "/api/version": raw({"version": "0.12"})}
    with server(replies) as (url, asked):
        told = look(url, capsys)
    assert told["profile"]["name"] == "ollama"
    assert told["profile"]["told_by"] == "its answer to /api/version"
    assert told["profile"]["truncates"] is True
    assert told["models"] == [{"id": "llama3.2:3b", "context": None}]
    assert told["tried"] is None
    assert [told[name]["answer"] for name in ("json_schema", "stream_usage", "embeddings")] == ["not asked"] * 3
    assert not [path for path, _, _ in asked if path.endswith(("completions", "embeddings"))]


def test_no_key_is_asked_for_and_none_is_made_up(capsys: pytest.CaptureFixture[str]) -> None:
    with server({"/v1/models": OLLAMA}) as (url, asked):
        told = look(url, capsys)
    assert told["key"] == "not needed"
    assert {headers["authorization"] for _, headers, _ in asked} == {"Bearer none"}


def test_a_key_is_sent_and_never_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    with server({"/v1/models": OLLAMA}) as (url, asked):
        assert main(["models", "--base-url", url.replace("//", f"//me:{CANARY}@")]) == 0
        assert main(["models", "--base-url", url]) == 0
    told = capsys.readouterr()
    assert any(CANARY in value for _, headers, _ in asked for value in headers.values())
    assert CANARY not in told.out + told.err
    assert "key          sent" in told.out


def test_openai_without_a_key_says_what_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 2
    assert "OPENAI_API_KEY" in capsys.readouterr().err


def test_the_base_url_comes_from_the_environment_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with server({"/v1/models": OLLAMA}) as (url, _):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        assert main(["models"]) == 0
    assert "llama3.2:3b" in capsys.readouterr().out


KEPT = stream('{"probe": ', '"kept"}')
VECTOR = raw({"data": [{"index": 0, "embedding": [0.1, 0.2, 0.3]}], "usage": {"prompt_tokens": 2}})
MODELS = raw({"data": [{"id": "nomic-embed", "max_model_len": 2048}, {"id": "qwen", "max_model_len": 32768}]})


def test_a_probe_tries_the_schema_the_stream_and_an_embedding(capsys: pytest.CaptureFixture[str]) -> None:
    replies = {"/v1/models": MODELS, "/v1/chat/completions": KEPT, "/v1/embeddings": VECTOR}
    with server(replies) as (url, asked):
        told = look(url, capsys, "--probe")
    assert told["json_schema"]["answer"] == "yes"
    assert told["stream_usage"]["answer"] == "yes"
    assert told["embeddings"] == {"answer": "yes", "how": "nomic-embed gives vectors of 3 numbers"}
    assert told["tried"] == "qwen"
    assert told["models"][0] == {"id": "nomic-embed", "context": 2048}
    spent = [body for path, _, body in asked if path.endswith("completions")]
    assert len(spent) == 1
    assert spent[0]["max_tokens"] <= 256
    assert "probe" not in json.dumps(spent[0]["messages"])  # only the schema tells what to answer


@pytest.mark.parametrize(
    ("reply", "answer", "says"),
    [
        (stream("Blue."), "no", "did not keep to it"),
        (stream('{"colour": "blue"}'), "no", "did not keep to it"),
        (stream('{"pro', finish="length"), "unclear", "cut off"),
    ],
)
def test_a_schema_that_is_not_kept_to_is_told(
    reply: Reply, answer: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with server({"/v1/models": MODELS, "/v1/chat/completions": reply}) as (url, _):
        told = look(url, capsys, "--probe", "--model", "qwen")
    assert told["json_schema"]["answer"] == answer
    assert says in told["json_schema"]["how"]


def test_what_a_server_refuses_or_leaves_out_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    replies = {"/v1/models": MODELS, "/v1/chat/completions": stream('{"probe": "kept"}', usage=False)}
    with server(replies) as (url, _):
        told = look(url, capsys, "--probe")
    assert told["stream_usage"]["answer"] == "no"
    assert told["embeddings"]["answer"] == "no"
    assert "404" in told["embeddings"]["how"]


def test_what_a_server_has_not_built_in_is_not_tried_again(
    capsys: pytest.CaptureFixture[str], waits: list[float]
) -> None:
    none = error(501, "This server does not support embeddings")
    with server({"/v1/models": MODELS, "/v1/chat/completions": KEPT, "/v1/embeddings": none}) as (url, asked):
        told = look(url, capsys, "--probe")
    assert told["embeddings"]["answer"] == "no"
    assert "does not support embeddings" in told["embeddings"]["how"]
    assert [path for path, _, _ in asked].count("/v1/embeddings") == 1
    assert waits == []


def test_a_failure_while_trying_an_embedding_settles_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    broken = error(500, "out of memory")
    with server({"/v1/models": MODELS, "/v1/chat/completions": KEPT, "/v1/embeddings": broken}) as (url, _):
        assert look(url, capsys, "--probe")["embeddings"]["answer"] == "unclear"


def test_a_server_with_no_model_to_try_wants_one_named(capsys: pytest.CaptureFixture[str]) -> None:
    with server({"/v1/models": raw({"data": []})}) as (url, _):
        assert main(["models", "--base-url", url]) == 0
        assert main(["models", "--base-url", url, "--probe"]) == 2
    assert "--model" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (page("<title>Welcome to nginx</title>"), "Welcome to nginx"),
        (error(401, "no key"), "OPENAI_API_KEY"),
        (raw({"hello": "world"}), "not a list of models"),
        (None, "ends in /v1"),
    ],
)
def test_what_is_no_server_of_models_is_said_with_what_to_do(
    reply: Reply | None, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with server({"/v1/models": reply} if reply is not None else {}) as (url, _):
        assert main(["models", "--base-url", url]) == 3
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""


def test_nothing_listening_is_the_servers_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--base-url", "http://127.0.0.1:9/v1"]) == 3
    assert "127.0.0.1:9" in capsys.readouterr().err


def test_the_text_says_it_in_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with server({"/v1/models": OLLAMA, "/api/version": raw({"version": "0.12"})}) as (url, _):
        assert main(["models", "--base-url", url]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(": Ollama (told by its answer to /api/version)")
    assert any("cuts longer prompts in silence" in line for line in lines)
    assert lines[-1] == "  llama3.2:3b"


@pytest.mark.vcr
@pytest.mark.recorded_with("llama")
def test_a_real_server_tells_what_it_is_and_can_do(recorded_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = look(recorded_url, capsys, "--probe")
    assert told["profile"]["name"] == "llama.cpp"
    assert told["models"] == [{"id": "tiny", "context": 2048}]
    assert told["json_schema"]["answer"] == "yes"
    assert told["stream_usage"]["answer"] == "yes"
    assert told["embeddings"] == {"answer": "yes", "how": "tiny gives vectors of 64 numbers"}
