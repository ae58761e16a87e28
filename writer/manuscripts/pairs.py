"""What belongs together in a LaTeX text, matched before it is read: braces, ends of environments, switched-off text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict

# `\iff` is a sign, and `\ifthenelse{` and `\ifdef\x{` are commands with arguments: none of them has a `\fi`. Where that
# is a mistake, what is switched off ends too early and is read.
_SHAPES = re.compile(
    r"\\\\|\\[{}%]|%[^\n]*|(?P<open>\{)|(?P<close>\})|\\end\s*+\{(?P<end>[^{}\n]*+)\}"
    r"|\\(?P<branch>(?:iffalse|iftrue|else|fi)(?![A-Za-z@])"
    r"|(?!iff(?![A-Za-z@]))if[A-Za-z@]*+(?!\*?\s{0,3}(?:\\[A-Za-z@]+\s{0,3})?\{))"
)


class Pairs:
    """The pairs of one text. What has no partner is in none, and everything around it still is."""

    def __init__(self, text: str) -> None:
        self.closing: dict[int, int] = {}
        """The offset of each closed `{`, and that of its `}`."""
        self._ends: dict[str, list[int]] = defaultdict(list)
        self.live: dict[int, int] = {}
        r"""The offset behind each `\iffalse` that is closed, and the one from which the text is live again."""
        opened: list[int] = []
        branches: list[tuple[int, int]] = []
        for found in _SHAPES.finditer(text):
            kind = found.lastgroup
            if kind == "open":
                opened.append(found.start())
            elif kind == "close" and opened:
                self.closing[opened.pop()] = found.start()
            elif kind == "end":
                self._ends[found["end"].strip()].append(found.start())
            elif kind == "branch":
                self._branch(found["branch"], found.end(), branches)

    def _branch(self, name: str, end: int, branches: list[tuple[int, int]]) -> None:
        r"""Count a `\if…`, `\else` or `\fi`; of each open one we keep its end (-1: live) and its `\else`."""
        if name.startswith("if"):
            branches.append((end if name == "iffalse" else -1, -1))
        elif branches and name == "else":
            start, other = branches[-1]
            branches[-1] = (start, end if other < 0 else other)
        elif branches:
            start, other = branches.pop()
            if start >= 0:
                self.live[start] = other if other >= 0 else end

    def end(self, environment: str, start: int, stop: int) -> int | None:
        r"""The offset of the next `\\end` of an environment between two offsets, or None."""
        ends = self._ends.get(environment, [])
        at = bisect_left(ends, start)
        return ends[at] if at < len(ends) and ends[at] < stop else None
