"""Vectors from a server: against a loopback server that plays scripted replies, and recorded from a real one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from servers import Reply, ScriptedServer, error, page, raw

from writer.draft import Usage
from writer.errors import (
    ContextOverflow,
    OddAnswer,
    Overloaded,
    RateLimited,
    Refused,
    Unreachable,
    UserError,
    WriterError,
)
from writer.models.call_log import CallLog
from writer.models.embeddings import ApiEmbedder, LoggedEmbedder

numpy = pytest.importorskip("numpy", reason="vectors need numpy (the extra `dense`)")

SECRET = "sk-very-secret-0123456789"
TOO_LONG = "input ({} tokens) is too large to process. increase the physical batch size (current batch size: 512)"


def embeddings(*vectors: Any, tokens: int | None = 7, places: list[Any] | None = None) -> Reply:
    """A reply with these vectors; `places` are their numbers, in the order of the reply."""
    data = [
        {"object": "embedding", "index": place, "embedding": vector}
        for place, vector in zip(places or range(len(vectors)), vectors, strict=True)
    ]
    usage = {} if tokens is None else {"usage": {"prompt_tokens": tokens, "total_tokens": tokens}}
    return raw({"object": "list", "model": "m", "data": data} | usage)


def embed(texts: list[str], *replies: Reply, **options: Any) -> tuple[Any, ApiEmbedder, list[Any]]:
    """The rows, the embedder, and the bodies that were sent."""
    with ScriptedServer(*replies) as server, ApiEmbedder("m", base_url=server.url, **options) as embedder:
        rows = embedder.embed(texts)
    assert {asked.path for asked in server.requests} <= {"/v1/embeddings"}
    return rows, embedder, [asked.body for asked in server.requests]


def fail(*replies: Reply, kind: type[WriterError], texts: tuple[str, ...] = ("one", "two"), **options: Any) -> Any:
    """The error that the replies lead to, and how many calls it took (as `calls`)."""
    with (
        ScriptedServer(*replies) as server,
        ApiEmbedder("m", base_url=server.url, **options) as embedder,
        pytest.raises(kind) as caught,
    ):
        embedder.embed(texts)
    assert type(caught.value) is kind
    assert caught.value.message
    assert caught.value.hint
    caught.value.calls = len(server.requests)  # type: ignore[attr-defined]
    return caught.value


# What is sent, and what comes back ------------------------------------------------------------------------------


def test_rows_are_float32_of_unit_length_in_the_order_of_the_texts() -> None:
    rows, embedder, sent = embed(["one", "two"], embeddings([3.0, 4.0], [0, -2]))
    assert rows.dtype == numpy.float32
    assert rows.tolist() == pytest.approx(numpy.array([[0.6, 0.8], [0.0, -1.0]]))
    assert sent == [{"model": "m", "input": ["one", "two"], "encoding_format": "float"}]
    assert (embedder.id, embedder.dimensions) == ("api:m", 2)


def test_vectors_are_put_in_order_by_their_numbers() -> None:
    rows, _, _ = embed(["a", "b", "c"], embeddings([0, 1], [1, 0], [1, 1], places=[2, 0, 1]))
    assert rows[0].tolist() == [1, 0]
    assert rows[2].tolist() == [0, 1]


def test_vectors_without_numbers_are_taken_as_they_come() -> None:
    rows, _, _ = embed(["a", "b"], raw({"data": [{"embedding": [0, 1]}, {"embedding": [1, 0]}]}))
    assert rows.tolist() == [[0, 1], [1, 0]]


def test_texts_go_out_in_batches_and_come_back_as_one() -> None:
    replies = (embeddings([1, 0], [0, 1]), embeddings([1, 0], [0, 1]), embeddings([-1, 0]))
    rows, embedder, sent = embed(["a", "b", "c", "d", "e"], *replies, batch=2)
    assert [body["input"] for body in sent] == [["a", "b"], ["c", "d"], ["e"]]
    assert rows.tolist() == [[1, 0], [0, 1], [1, 0], [0, 1], [-1, 0]]
    assert embedder.usage == Usage(calls=3, prompt_tokens=21)


def test_no_text_is_no_call() -> None:
    rows, embedder, sent = embed([])
    assert (rows.shape, rows.dtype, sent, embedder.usage) == ((0, 0), numpy.float32, [], Usage())


def test_the_dimensions_are_asked_for_once() -> None:
    with (
        ScriptedServer(embeddings([1, 0, 0]), embeddings([0, 1, 0])) as server,
        ApiEmbedder("m", base_url=server.url) as embedder,
    ):
        assert (embedder.dimensions, embedder.dimensions) == (3, 3)
        assert embedder.embed([]).shape == (0, 3)
        assert embedder.embed(["x"]).shape == (1, 3)
    assert len(server.requests) == 2


def test_usage_that_the_server_does_not_tell_is_estimated() -> None:
    _, embedder, _ = embed(["some words to count"], embeddings([1.0], tokens=None))
    assert embedder.usage.calls == 1
    assert embedder.usage.estimated
    assert embedder.usage.prompt_tokens > 0


def test_very_large_and_very_small_numbers_keep_their_direction() -> None:
    rows, _, _ = embed(["a", "b"], embeddings([3e300, 4e300], [3e-300, 4e-300]))
    assert rows.tolist() == pytest.approx(numpy.array([[0.6, 0.8], [0.6, 0.8]]))


def test_a_wait_that_the_server_asks_for_is_waited_once(waits: list[float]) -> None:
    rows, _, sent = embed(["a"], error(429, "slow down", headers={"Retry-After": "7"}), embeddings([1, 0]))
    assert rows.shape == (1, 2)
    assert len(sent) == 2
    assert waits == [7.0]


def test_several_threads_can_share_one_embedder() -> None:
    with (
        ScriptedServer(*[embeddings([1, 0], tokens=5)] * 12) as server,
        ApiEmbedder("m", base_url=server.url) as embedder,
        ThreadPoolExecutor(4) as pool,
    ):
        rows = list(pool.map(lambda text: embedder.embed([text]), "abcdefghijkl"))
    assert [row.tolist() for row in rows] == [[[1, 0]]] * 12
    assert embedder.usage == Usage(calls=12, prompt_tokens=60)


# Texts that are too long ----------------------------------------------------------------------------------------


def test_a_text_that_is_too_long_is_cut_once_by_the_sizes_told() -> None:
    text = "word " * 600
    rows, embedder, sent = embed([text], error(500, TOO_LONG.format(1203)), embeddings([1, 0]))
    assert rows.shape == (1, 2)
    cut = sent[1]["input"][0]
    assert text.startswith(cut)
    assert cut.endswith("word")
    assert 0.8 * 512 / 1203 < len(cut) / len(text) < 512 / 1203
    (note,) = embedder.notes
    assert f"m does not take a text of 3000 characters; its first {len(cut)} are embedded: 'word word" in note


def test_a_text_is_cut_to_a_safe_length_where_no_sizes_are_told() -> None:
    reply = error(400, "maximum context length exceeded", code="context_length_exceeded")
    _, _, sent = embed(["x" * 5000], reply, embeddings([1, 0]))
    assert len(sent[1]["input"][0]) == 1000
    _, _, sent = embed(["x" * 900], reply, embeddings([1, 0]))
    assert len(sent[1]["input"][0]) == 450


def test_one_long_text_in_a_batch_is_found_and_the_others_stay_whole() -> None:
    texts = ["long " * 400, "a", "bb", "ccc"]
    rows, embedder, sent = embed(
        texts,
        error(500, TOO_LONG.format(2000)),
        embeddings([1, 0], [0, 1]),  # the shorter half
        error(500, TOO_LONG.format(2000)),
        embeddings([-1, 0]),
        error(500, TOO_LONG.format(2000)),
        embeddings([0, -1]),
    )
    assert [body["input"] for body in sent[:5]] == [texts, ["a", "bb"], ["ccc", texts[0]], ["ccc"], [texts[0]]]
    assert rows.tolist() == [[0, -1], [1, 0], [0, 1], [-1, 0]]
    assert len(embedder.notes) == 1


def test_a_text_that_is_still_too_long_after_the_cut_is_an_error() -> None:
    reply = error(500, TOO_LONG.format(2000))
    overflow = fail(reply, reply, kind=ContextOverflow, texts=("x " * 3000,))
    assert overflow.calls == 2
    assert (overflow.prompt_tokens, overflow.context) == (2000, 512)


# Replies that are no vectors ------------------------------------------------------------------------------------

ODD = {
    "too few": embeddings([1, 0]),
    "too many": embeddings([1, 0], [0, 1], [1, 1]),
    "none": embeddings(),
    "the same number twice": embeddings([1, 0], [0, 1], places=[0, 0]),
    "numbers from one": embeddings([1, 0], [0, 1], places=[1, 2]),
    "no number": embeddings([1, 0], [0, 1], places=[None, 1]),
    "different lengths": embeddings([1, 0], [0, 1, 0]),
    "empty": embeddings([], []),
    "zeros": embeddings([1, 0], [0, 0]),
    "not a number": Reply(body=b'{"data": [{"embedding": [NaN, 1]}, {"embedding": [1, 1]}]}'),
    "infinite": Reply(body=b'{"data": [{"embedding": [1e999, 1]}, {"embedding": [1, 1]}]}'),
    "huge": Reply(body=b'{"data": [{"embedding": [1, 1]}, {"embedding": [1%s, 1]}]}' % (b"0" * 400)),
    "null": embeddings([None, 1], [1, 1]),
    "no vector": embeddings(None, None),
    "base64": embeddings("AACAPwAAAAA=", "AACAPwAAAAA="),
    "one vector per token": embeddings([[1, 0], [0, 1]], [[1, 0], [0, 1]]),
    "items that are no objects": raw({"data": [[1, 0], [0, 1]]}),
    "a list": raw([[1, 0], [0, 1]]),
    "no data": raw({"object": "list"}),
    "a chat completion": raw({"choices": []}),
    "no JSON": Reply(body=b"{"),
    "nothing": Reply(),
    "a web page": page("<html><title>Welcome</title></html>"),
    "an error": raw({"error": {"message": "no luck"}}),
}


@pytest.mark.parametrize("reply", ODD.values(), ids=ODD)
def test_a_reply_that_does_not_hold_the_vectors_is_odd_and_not_asked_for_again(reply: Reply) -> None:
    odd = fail(reply, kind=OddAnswer)
    assert odd.calls == 1
    assert "http://127.0.0.1:" in odd.message
    assert "chat completion" not in odd.message


def test_vectors_of_another_length_in_a_later_batch_are_odd() -> None:
    odd = fail(embeddings([1, 0]), embeddings([1, 0, 0]), kind=OddAnswer, batch=1)
    assert "embeddings of 3 numbers after such of 2" in odd.message


# Errors ---------------------------------------------------------------------------------------------------------


def test_errors_of_the_server_are_those_of_the_chat_model() -> None:
    assert fail(error(401, f"Incorrect API key: {SECRET}"), kind=Refused, api_key=SECRET).calls == 1
    assert fail(error(503, "loading"), error(503, "loading"), kind=Overloaded, max_attempts=2).calls == 2
    assert fail(error(429, "slow down"), kind=RateLimited, max_attempts=1).calls == 1
    assert fail(Reply(then="drop"), kind=Unreachable, max_attempts=1).calls == 1
    assert fail(Reply(then="hang"), kind=Unreachable, max_attempts=1, timeout=0.2).calls == 1
    hidden = fail(error(401, f"Incorrect API key: {SECRET}"), kind=Refused, api_key=SECRET)
    assert SECRET not in str(hidden)


def test_an_error_inside_a_reply_with_status_200_is_that_error(waits: list[float]) -> None:
    assert fail(raw({"error": {"message": "slow down", "code": 429}}), kind=RateLimited, max_attempts=1).calls == 1


def test_what_cannot_be_asked_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(UserError, match="no key to ask the model 'text-embedding-3-small' with"):
        ApiEmbedder("text-embedding-3-small")
    with pytest.raises(UserError, match="a batch of 0 texts"):
        ApiEmbedder("m", base_url="http://127.0.0.1:1/v1", batch=0)
    with ApiEmbedder("m", base_url="http://127.0.0.1:1/v1") as embedder, pytest.raises(UserError, match="not valid"):
        embedder.embed(["before \ud835 after"])


def test_the_embedder_shows_neither_key_nor_password() -> None:
    embedder = ApiEmbedder("m", base_url="http://me:hunter22@127.0.0.1:1/v1", api_key=SECRET)
    assert repr(embedder) == "ApiEmbedder('m', base_url='http://127.0.0.1:1')"


def test_without_numpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr("writer.models.embeddings.import_module", missing)
    with ApiEmbedder("m", base_url="http://127.0.0.1:1/v1") as embedder, pytest.raises(UserError) as caught:
        embedder.embed(["x"])
    assert "writer[dense]" in caught.value.hint


# Recorded from a real server ------------------------------------------------------------------------------------


@pytest.mark.vcr
@pytest.mark.recorded_with("llama")
def test_two_texts_at_once_have_the_vectors_that_each_has_alone(recorded_url: str) -> None:
    # So long that the server never computes both in one batch, or the last digits would depend on when they came.
    texts = ["A panel of three small judges votes. " * 10, "CiteFind finds the paper to cite. " * 10]
    with ApiEmbedder("tiny", base_url=recorded_url) as embedder:
        together = embedder.embed(texts)
        alone = embedder.embed(texts[1:])
        assert embedder.dimensions == together.shape[1]
    assert numpy.linalg.norm(together, axis=1) == pytest.approx([1, 1])
    assert together[1] == pytest.approx(alone[0], abs=1e-5)
    assert together[0] != pytest.approx(together[1], abs=0.01)
    assert (embedder.usage.calls, embedder.usage.estimated) == (2, False)
    assert embedder.usage.prompt_tokens > 20


@pytest.mark.vcr
@pytest.mark.recorded_with("llama")
def test_a_text_longer_than_the_servers_batch_is_cut_once(recorded_url: str) -> None:
    with ApiEmbedder("tiny", base_url=recorded_url) as embedder:
        rows = embedder.embed(["judge " * 600, "short"])
    assert rows.shape[0] == 2
    assert len(embedder.notes) == 1
    assert "a text of 3600 characters" in embedder.notes[0]


def test_vectors_that_are_in_the_log_are_not_asked_for_again() -> None:
    with ScriptedServer(embeddings([3, 4], [1, 0]), embeddings([0, 2])) as server, CallLog.in_memory() as log:
        with ApiEmbedder("m", base_url=server.url) as asked:
            first = LoggedEmbedder(asked, log).embed(["one", "two"])
            again = LoggedEmbedder(asked, log).embed(["two", "three", "one"])
        assert LoggedEmbedder(asked, log).embed([]).shape == (0, 2)
    assert [request.body["input"] for request in server.requests] == [["one", "two"], ["three"]]
    assert numpy.array_equal(again[0], first[1])
    assert numpy.array_equal(again[2], first[0])
    assert again[1].tolist() == [0.0, 1.0]
