"""Reads the values of a JSON document one by one; each error says where in the document it is and what was expected.

Knows JSON, not drafts.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from writer.errors import UserError


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the document and its path, such as `groups[0].heading`."""

    raw: Any
    path: str

    def object(self, names: Sequence[str]) -> dict[str, Value]:
        """The members of an object that has exactly these names."""
        if not isinstance(self.raw, dict):
            raise self.wrong("an object")
        missing = [name for name in names if name not in self.raw]
        if missing:
            raise self.wrong(f"the field {missing[0]!r}", but="it is missing")
        extra = [name for name in self.raw if name not in names]
        if extra:
            raise self.wrong(f"no field {extra[0]!r}", but="it is there")
        return self.members()

    def members(self) -> dict[str, Value]:
        """The members of an object, whatever their names."""
        if not isinstance(self.raw, dict):
            raise self.wrong("an object")
        return {name: Value(raw, f"{self.path}.{name}".lstrip(".")) for name, raw in self.raw.items()}

    def items(self) -> list[Value]:
        """The items of a list."""
        if not isinstance(self.raw, list):
            raise self.wrong("a list")
        return [Value(raw, f"{self.path}[{index}]") for index, raw in enumerate(self.raw)]

    def text(self) -> str:
        """A text."""
        if not isinstance(self.raw, str):
            raise self.wrong("a text")
        try:
            self.raw.encode("utf-8")
        except UnicodeEncodeError as error:
            raise self.wrong("a text", but="it holds half of a surrogate pair") from error
        return self.raw

    def text_or_none(self) -> str | None:
        """A text or null."""
        return None if self.raw is None else self.text()

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def choice(self, known: Sequence[str]) -> str:
        """One of the known texts."""
        if self.text() not in known:
            raise self.wrong(f"one of {', '.join(known)}", but=f"it is {self.raw!r}")
        return self.text()

    def whole(self, low: int) -> int:
        """A whole number that is not below `low`."""
        if not isinstance(self.raw, int) or isinstance(self.raw, bool):
            raise self.wrong("a whole number")
        if self.raw < low:
            raise self.wrong(f"a whole number from {low}", but=f"it is {self.raw}")
        return self.raw

    def number(self) -> float:
        """A finite number, whole numbers as they are."""
        if not isinstance(self.raw, int | float) or isinstance(self.raw, bool):
            raise self.wrong("a number")
        if isinstance(self.raw, float) and not math.isfinite(self.raw):
            raise self.wrong("a finite number", but=f"it is {self.raw}")
        return self.raw

    def truth(self) -> bool:
        """True or false."""
        if not isinstance(self.raw, bool):
            raise self.wrong("true or false")
        return self.raw

    def wrong(self, expected: str, *, but: str = "") -> UserError:
        """The error that this value is not what was expected."""
        kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
        found = but or f"it is {kinds.get(type(self.raw), 'a number')}"
        return UserError(f"Draft JSON, {self.path or 'the whole'}: expected {expected}, but {found}", hint=HINT)


HINT = "give the output of `writer draft --format json`"


def parsed(text: str) -> Value:
    """The document in `text`; `UserError` with the line where it is no JSON."""
    try:
        return Value(json.loads(text), "")
    except json.JSONDecodeError as error:
        raise UserError(f"Draft JSON, line {error.lineno}: {error.msg}", hint=HINT) from error
    except (ValueError, RecursionError) as error:
        raise UserError("Draft JSON: a number is too long or values are nested too deep", hint=HINT) from error
