"""The words of servers and the exceptions of the client, as errors of this package."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime

import pytest

from writer.errors import ContextOverflow, Overloaded, RateLimited, Refused
from writer.models.faults import (
    Complaint,
    Server,
    foreign,
    from_complaint,
    from_exception,
    overflow,
    read_complaint,
    redact,
    retry_after,
)

SERVER = Server("http://127.0.0.1:8080", "llama9")


@pytest.mark.parametrize(
    ("body", "sizes"),
    [
        (
            {"error": {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 8020, "n_ctx": 2048,
                       "message": "request (8020 tokens) exceeds the available context size (2048 tokens)"}},
            (8020, 2048),
        ),
        (
            {"error": {"code": "context_length_exceeded", "message": "This model's maximum context length is 8,192 "
                       "tokens. However, your messages resulted in 9001 tokens."}},
            (9001, 8192),
        ),
        (
            {"object": "error", "type": "BadRequestError", "message": "This model's maximum context length is 4096 "
             "tokens. However, you requested 5000 tokens (4500 in the messages, 500 in the completion)."},
            (4500, 4096),
        ),
        (
            {"error": {"message": "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum "
             "context length is 4096 tokens and your request has 30 input tokens (5000 > 4096 - 30)."}},
            (30, 4096),
        ),
        (
            {"error": {"message": "The decoder prompt (length 5000) is longer than the maximum model length of 4096."}},
            (5000, 4096),
        ),
        ({"error": {"message": "prompt is too long: 210000 tokens > 200000 maximum"}}, (210000, 200000)),
        ([{"error": {"code": 400, "message": "The input token count (1200000) exceeds the maximum number of tokens "
                     "allowed (1048576)."}}], (1200000, 1048576)),
        ({"error": {"message": "context length exceeded"}}, (None, None)),
    ],
)  # fmt: skip
def test_an_overflow_is_known_in_every_servers_words(body: object, sizes: tuple[int | None, int | None]) -> None:
    complaint = read_complaint(400, json.dumps(body))
    error = from_complaint(complaint, {}, SERVER)
    assert isinstance(error, ContextOverflow)
    assert (error.prompt_tokens, error.context) == sizes


def test_other_complaints_are_no_overflow() -> None:
    assert overflow(Complaint(400, "max_tokens is too large: 100000")) is None
    assert overflow(Complaint(404, "context length exceeded")) is None


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"error": {"message": 'model "llama9" not found, try pulling it first'}}, "ollama pull llama9"),
        ({"error": {"code": "DeploymentNotFound", "message": "no"}}, "name of the deployment"),
        ({"error": {"message": "The model `llama9` does not exist", "type": "NotFoundError"}}, "no model 'llama9'"),
        ({"detail": "Not Found"}, "/v1"),
    ],
)
def test_what_is_not_found_has_the_hint_of_its_server(body: object, hint: str) -> None:
    error = from_complaint(read_complaint(404, json.dumps(body)), {}, SERVER)
    assert isinstance(error, Refused)
    assert hint in error.hint


def test_a_request_above_the_limit_per_minute_is_refused_since_waiting_cannot_help() -> None:
    large = Complaint(429, "Request too large for m on tokens per min (TPM): Limit 30000, Requested 35000")
    assert type(from_complaint(large, {"retry-after": "5"}, SERVER)) is Refused


def test_a_5xx_that_says_when_to_come_back_holds_the_wait() -> None:
    error = from_complaint(Complaint(503, "busy"), {"Retry-After": "5"}, SERVER)
    assert isinstance(error, RateLimited)
    assert error.retry_after == 5.0
    assert type(from_complaint(Complaint(503, "busy"), {}, SERVER)) is Overloaded


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"error": {"message": "plain"}}', "plain"),
        ('{"error": "a bare string"}', "a bare string"),
        ('{"detail": [{"loc": ["body", "seed"], "msg": "Extra", "input": "the whole prompt"}]}', "body.seed: Extra"),
        ('{"message": "at the top"}', "at the top"),
        ("<html><head><title>502 Bad Gateway</title></head><body>x</body></html>", "502 Bad Gateway"),
        ("", ""),
        ("a" * 1000, "a" * 300 + "…"),
    ],
)
def test_a_complaint_is_read_in_whatever_shape_it_comes(text: str, message: str) -> None:
    assert read_complaint(400, text).message == message


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({}, None),
    ],
)
def test_the_wait_is_read_as_seconds_milliseconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, now=datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)) == seconds


def test_a_certificate_that_is_not_trusted_is_refused() -> None:
    import openai

    client_error = openai.APIConnectionError(request=None)  # type: ignore[arg-type]
    client_error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    error = from_exception(client_error, SERVER)
    assert isinstance(error, Refused)
    assert "SSL_CERT_FILE" in error.hint


def test_only_named_causes_make_an_exception_foreign() -> None:
    import openai

    error = openai.APIConnectionError(request=None)  # type: ignore[arg-type]
    error.__context__ = KeyError("the caller's")
    assert foreign(error) is None
    error.__cause__ = cause = KeyError("the transport's")
    assert foreign(error) is cause


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the key my-own-key is wrong", "the key … is wrong"),
        ("provided: sk-abc***xyz.", "provided: sk-…"),
        ("sent 'Bearer abc.def'", "sent 'Bearer …'"),
        ("a risk-based task-force", "a risk-based task-force"),
    ],
)
def test_keys_are_cut_out_of_a_servers_words(text: str, shown: str) -> None:
    assert redact(text, "my-own-key") == shown


def test_a_key_too_short_to_be_one_does_not_blank_words() -> None:
    assert redact("no such model", "no") == "no such model"
