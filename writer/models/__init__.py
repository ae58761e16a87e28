"""Models: what completes a request, be it a server, a function or a person behind the relay.

Names are imported when they are first used: a draft without a model needs the nouns of `base` and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from writer.models.base import Completion, Message, Model, Request
    from writer.models.budget import Count, Packed, count, pack
    from writer.models.chat import ChatModel
    from writer.models.function import FunctionModel

_ROOM = {
    "ChatModel": "chat",
    "Completion": "base",
    "Count": "budget",
    "FunctionModel": "function",
    "Message": "base",
    "Model": "base",
    "Packed": "budget",
    "Request": "base",
    "count": "budget",
    "pack": "budget",
}
__all__ = [
    "ChatModel",
    "Completion",
    "Count",
    "FunctionModel",
    "Message",
    "Model",
    "Packed",
    "Request",
    "count",
    "pack",
]


def __getattr__(name: str) -> Any:
    if name in _ROOM:
        return getattr(import_module(f"writer.models.{_ROOM[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
