"""What belongs together in a LaTeX text, matched before it is read: braces, and the ends of environments."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict

_SHAPES = re.compile(r"\\\\|\\[{}%]|%[^\n]*|(?P<open>\{)|(?P<close>\})|\\end\s*+\{(?P<end>[^{}\n]*+)\}")


class Pairs:
    """The pairs of one text. What has no partner is in none, and everything around it still is."""

    def __init__(self, text: str) -> None:
        self.closing: dict[int, int] = {}
        """The offset of each closed `{`, and that of its `}`."""
        self._ends: dict[str, list[int]] = defaultdict(list)
        opened: list[int] = []
        for found in _SHAPES.finditer(text):
            kind = found.lastgroup
            if kind == "open":
                opened.append(found.start())
            elif kind == "close" and opened:
                self.closing[opened.pop()] = found.start()
            elif kind == "end":
                self._ends[found["end"].strip()].append(found.start())

    def end(self, environment: str, start: int, stop: int) -> int | None:
        r"""The offset of the next `\\end` of an environment between two offsets, or None."""
        ends = self._ends.get(environment, [])
        at = bisect_left(ends, start)
        return ends[at] if at < len(ends) and ends[at] < stop else None
