"""Which entries stand in which group, by year where it is known, as inline SVG.

One row a group under its heading, one dot an entry, leading to the entry's line on the page; a hollow dot is a key
without an entry. Says nothing that the table beside it does not say too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 640
_WIDEST = 64.0
"""Pixels from one year to the next, at most."""
_STEP = 17
"""Pixels from one dot to the next one above it."""
_RADIUS = 6
_HEADING = 24
"""Pixels for the heading of a group."""
_HEADING_LENGTH = 80
_YEAR = 46
"""Pixels that a written year needs."""
_LONGEST = 40
"""Beyond so many years, only those that occur have a column."""


@dataclass(frozen=True, slots=True)
class Dot:
    """An entry in a group: the row it stands in, its year, its name, and the anchor it leads to."""

    group: int
    year: int | None
    name: str
    anchor: str
    exists: bool = True


def picture(groups: Sequence[str], dots: Sequence[Dot]) -> str:
    """The SVG; dots of one group and year stand above each other, those without a year on the left."""
    years = sorted({dot.year for dot in dots if dot.year is not None})
    columns = _columns(dots, years)
    if not columns:
        return "<p>No entry is cited.</p>"
    apart = min(_WIDEST, _WIDTH / len(columns))
    place = {column: apart * (number + 0.5) for number, column in enumerate(columns)}
    cells: dict[tuple[int, int | None], list[Dot]] = defaultdict(list)
    for dot in dots:
        cells[dot.group, dot.year].append(dot)
    parts: list[str] = []
    top = 0.0
    for number, heading in enumerate(groups):
        stacks = [(place[column], cells[number, column]) for column in columns if (number, column) in cells]
        if stacks:
            row, top = _row(heading, stacks, top)
            parts += row
    parts += [_year(column, place[column], top + 14) for column in _told(columns, apart)]
    high = top + 22
    words = f"{len(dots)} places of entries in {len(groups)} groups" + (f", {years[0]} to {years[-1]}" if years else "")
    return (
        f'<div class="picture" tabindex="0" role="region" aria-label="Picture of the groups">'
        f'<svg width="{_WIDTH}" height="{high:g}" viewBox="0 0 {_WIDTH} {high:g}" role="group"'
        f' aria-label="{escape(words)}">{"".join(parts)}</svg></div>'
    )


def _columns(dots: Sequence[Dot], years: list[int]) -> list[int | None]:
    columns: list[int | None] = [None] if any(dot.year is None for dot in dots) else []
    if years and years[-1] - years[0] <= _LONGEST:
        return columns + list(range(years[0], years[-1] + 1))
    return [*columns, *years]


def _row(heading: str, stacks: list[tuple[float, list[Dot]]], top: float) -> tuple[list[str], float]:
    """A group's heading, dots and line, and where the line stands."""
    bottom = top + _HEADING + max(len(stack) for _, stack in stacks) * _STEP + 4
    parts = [f'<text x="0" y="{top + 16:g}">{escape(_short(heading))}<title>{escape(heading)}</title></text>']
    for x, stack in stacks:
        parts += [_dot(dot, x, bottom - 11 - high * _STEP) for high, dot in enumerate(stack)]
    parts.append(f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{bottom:g}" y2="{bottom:g}"/>')
    return parts, bottom


def _dot(dot: Dot, x: float, y: float) -> str:
    name = escape(dot.name)
    kind = "dot" if dot.exists else "dot hollow"
    return (
        f'<a href="#e-{escape(dot.anchor)}" aria-label="{name}">'
        f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{_RADIUS}"/><title>{name}</title></a>'
    )


def _year(column: int | None, x: float, y: float) -> str:
    return f'<text class="soft" x="{x:g}" y="{y:g}" text-anchor="middle">{column if column else "no year"}</text>'


def _told(columns: Sequence[int | None], apart: float) -> list[int | None]:
    """The columns whose year is written: as many as have room."""
    every = max(1, -int(-_YEAR // apart))
    return [column for number, column in enumerate(columns) if number % every == 0]


def _short(heading: str) -> str:
    return heading if len(heading) <= _HEADING_LENGTH else heading[: _HEADING_LENGTH - 1].rstrip() + "…"
