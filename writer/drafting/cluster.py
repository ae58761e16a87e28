"""Groups of entries that tell of the same thing, and a heading for each made of its own terms.

Ward's criterion over TF-IDF vectors (Ward, *Hierarchical Grouping to Optimize an Objective Function*, 1963), which
likes groups of even size; a draft has a few dozen entries at most, so the plain cubic algorithm is instant.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from writer.entry import Entry
from writer.text import stems

Vector = dict[str, float]


def vectors(entries: Sequence[Entry], theme: Mapping[str, float]) -> list[Vector]:
    """Unit TF-IDF vectors of title (twice) and abstract; the theme's own terms count little, all entries share them."""
    counts = [Counter(stems(f"{entry.title} {entry.title} {entry.abstract}")) for entry in entries]
    frequency = Counter(term for count in counts for term in count)
    total = len(entries)
    made = []
    for count in counts:
        vector = {
            term: (1 + math.log(times)) * math.log(total / frequency[term]) * (0.4 if term in theme else 1.0)
            for term, times in count.items()
            if 1 < frequency[term] < total
        }
        norm = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        made.append({term: weight / norm for term, weight in sorted(vector.items())})
    return made


def clusters(made: Sequence[Vector], wanted: int) -> list[list[int]]:
    """At most `wanted` groups of positions, each in rising order, the group of the first position first.

    >>> clusters([{"a": 1.0}, {"b": 1.0}, {"a": 1.0}, {"b": 1.0}], 2)
    [[0, 2], [1, 3]]
    """
    groups = {at: [at] for at in range(len(made))}
    distance = {(a, b): 2.0 - 2.0 * _dot(made[a], made[b]) for a in range(len(made)) for b in range(a + 1, len(made))}
    largest = max(3, math.ceil(1.7 * len(made) / max(1, wanted)))
    while len(groups) > wanted:
        allowed = [pair for pair in distance if len(groups[pair[0]]) + len(groups[pair[1]]) <= largest]
        a, b = min(allowed or list(distance), key=lambda pair: (round(distance[pair], 9), pair))
        _merge(a, b, groups, distance)
    return sorted((sorted(group) for group in groups.values()), key=lambda group: group[0])


def _merge(a: int, b: int, groups: dict[int, list[int]], distance: dict[tuple[int, int], float]) -> None:
    """Join group `b` into `a` and update distances by the Lance–Williams formula for Ward's criterion."""
    size_a, size_b, between = len(groups[a]), len(groups[b]), distance.pop((a, b))
    for other in groups:
        if other in (a, b):
            continue
        to_a, to_b = (min(a, other), max(a, other)), (min(b, other), max(b, other))
        size = len(groups[other])
        distance[to_a] = ((size_a + size) * distance[to_a] + (size_b + size) * distance.pop(to_b) - size * between) / (
            size_a + size_b + size
        )
    groups[a] += groups.pop(b)


def _dot(a: Vector, b: Vector) -> float:
    return sum(weight * b[term] for term, weight in a.items() if term in b)
