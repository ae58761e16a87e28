"""How a value in an answer could have begun, and how likely each beginning was: read from a server's log-probabilities.

Only the one token at which the value begins is kept: of a long answer the others would fill a call log for nobody.
What the numbers mean is the business of whoever asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any


def tokens_told(choice: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The tokens of a choice (whole, or a piece of a stream) that come with probabilities; none where it has none."""
    told = choice.get("logprobs")
    content = told.get("content") if isinstance(told, Mapping) else None
    return [token for token in content if isinstance(token, Mapping)] if isinstance(content, list) else []


def weights_of(tokens: Sequence[Mapping[str, Any]], member: str) -> tuple[tuple[str, float], ...] | None:
    r"""The beginnings of the string under `member`, each with its log-probability, the likeliest first.

    The last such member counts: a model that thinks aloud may write the object more than once. What a token holds
    before the value is cut off, and alternatives that differ in it are no beginnings of the value. None where the
    tokens do not hold the member.

    >>> told = [{"token": '{"verdict": "'}, {"token": "yes", "logprob": -0.1, "top_logprobs": [
    ...     {"token": "yes", "logprob": -0.1}, {"token": "no", "logprob": -2.4}]}, {"token": '"}'}]
    >>> weights_of(told, "verdict")
    (('yes', -0.1), ('no', -2.4))
    """
    texts = [str(token.get("token") or "") for token in tokens]
    found = list(re.finditer(rf'"{re.escape(member)}"\s*:\s*"', "".join(texts)))
    if not found:
        return None
    start = found[-1].end()
    for text, token in zip(texts, tokens, strict=True):
        if start < len(text):
            return _beginnings(token, text[:start])
        start -= len(text)
    return None


def _beginnings(token: Mapping[str, Any], lead: str) -> tuple[tuple[str, float], ...] | None:
    listed = token.get("top_logprobs")
    found: dict[str, float] = {}
    # The token itself too: where a grammar forbids the likeliest ones, it need not be among them.
    for one in [token, *(listed if isinstance(listed, list) else [])]:
        text, value = (one.get("token"), one.get("logprob")) if isinstance(one, Mapping) else (None, None)
        begins = isinstance(text, str) and text.startswith(lead) and len(text) > len(lead)
        if begins and isinstance(value, int | float) and math.isfinite(value):
            found.setdefault(str(text)[len(lead) :], float(value))
    return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0]))) or None
