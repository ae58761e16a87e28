"""What a call costs at list price, from the price lists that `genai-prices` carries: no network.

A price is told only for a provider and a model that the lists name; anything else has no price rather than a wrong
one. Discounts (cached prompts, batches, contracts) are not known here, so a cost is an upper bound for them.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from writer.draft import Usage

OPENAI = "https://api.openai.com/v1"

Price = Callable[[str, Usage], float | None]
"""From the id of a model and what a call took to US dollars; None where no price is known."""


def price_at(base_url: str | None = None) -> Price:
    """The prices of the server at this address; OpenAI's without one."""
    address = base_url or OPENAI
    return lambda model, usage: cost(model, usage, address)


def cost(model: str, usage: Usage, base_url: str = OPENAI) -> float | None:
    """US dollars for the tokens of `usage`; None for a server or a model that the lists do not name.

    A server on this machine has no price, whatever its model is called.
    """
    if not _is_remote(base_url):
        return None
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    tokens = Tokens(input_tokens=usage.prompt_tokens, output_tokens=usage.completion_tokens)
    try:
        price = calc_price(tokens, model, provider_api_url=base_url)
    except LookupError:
        return None
    return float(price.total_price)


def _is_remote(base_url: str) -> bool:
    """Whether the host has a name with a dot and is no address: only such have a price, and the lists load slowly."""
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return False
    return "." in host and not host.rpartition(".")[2].isdigit()
