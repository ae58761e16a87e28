"""Costs at list price: only for what the lists name, and never a guess."""

from __future__ import annotations

import subprocess
import sys

import pytest

from writer.draft import Usage
from writer.models.prices import cost, price_at

MILLION = Usage(1, 1_000_000, 1_000_000)


def test_a_known_model_has_a_price_in_proportion_to_its_tokens() -> None:
    one = cost("gpt-5-mini", Usage(1, 1000, 100))
    assert one is not None
    assert one > 0
    assert cost("gpt-5-mini", Usage(1, 3000, 300)) == pytest.approx(3 * one)
    assert cost("gpt-5-mini", Usage()) == 0


def test_answers_cost_more_than_prompts() -> None:
    prompt, answer = cost("gpt-5-mini", Usage(1, 1000, 0)), cost("gpt-5-mini", Usage(1, 0, 1000))
    assert prompt is not None
    assert answer is not None
    assert answer > prompt


@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("gpt-5-mini", "https://api.openai.com/v1"),
        ("openai/gpt-5-mini", "https://openrouter.ai/api/v1"),
        ("gpt-4o", "https://mine.openai.azure.com/openai/v1/"),
        ("deepseek-chat", "https://api.deepseek.com/v1"),
    ],
)
def test_the_address_says_whose_prices_hold(model: str, url: str) -> None:
    assert cost(model, MILLION, url)
    assert price_at(url)(model, MILLION) == cost(model, MILLION, url)


@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("no-such-model", "https://api.openai.com/v1"),
        ("my-deployment", "https://mine.openai.azure.com/openai/v1/"),
        ("gpt-4o", "https://proxy.example.org/v1"),
        ("gpt-4o", "http://127.0.0.1:8080/v1"),
        ("gpt-4o", "http://localhost:4000/v1"),
        ("gpt-4o", "http://[::1]:4000/v1"),
        ("gpt-4o", "http://[half/v1"),
        ("", "https://api.openai.com/v1"),
    ],
)
def test_what_the_lists_do_not_name_has_no_price(model: str, url: str) -> None:
    assert cost(model, MILLION, url) is None


def test_the_lists_are_not_loaded_for_a_server_of_ones_own() -> None:
    code = (
        "import sys\nfrom writer.draft import Usage\nfrom writer.models.prices import cost\n"
        "assert cost('m', Usage(1, 1, 1), 'http://localhost:1/v1') is None\nprint('genai_prices' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
