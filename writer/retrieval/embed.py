"""What an embedder is: something that turns texts into vectors of unit length. None is made here."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from writer.entry import Entry
from writer.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXTRA = "pip install 'writer[dense]'"


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their likeness."""

    @property
    def id(self) -> str:
        """Names model, precision and version: vectors of one id are never compared with those of another."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One float32 row of unit length per text, in their order: (len(texts), dimensions)."""
        ...


def need(module: str) -> Any:
    """A module of the extra `dense`, imported now; a UserError that says what to install where it is missing."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        raise UserError(f"dense retrieval needs the Python package {module!r}", hint=EXTRA) from error


def embedded_text(entry: Entry) -> str:
    """What of an entry is embedded: its title, a full stop, its abstract."""
    return f"{entry.title}. {entry.abstract}" if entry.title else entry.abstract
