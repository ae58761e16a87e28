"""Models: what completes a request, be it a server, a function or a person behind the relay."""

from __future__ import annotations

from writer.models.base import Completion, Message, Model, Request
from writer.models.budget import Count, Packed, count, pack
from writer.models.chat import ChatModel
from writer.models.function import FunctionModel

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
