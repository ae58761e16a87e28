"""Groups that grow together as likenesses are found, each with what joined it.

A likeness joins two groups only where every member of one agrees with every member of the other. Nothing compares
all with all: what very many share is no sign of one work, and they are compared only where they share more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from writer.corpus.likeness import alike, opposed
from writer.corpus.marks import Marks
from writer.entry import Entry

LARGEST = 50
"""More groups than these under one value are not compared each with each."""
ALIKE = "nearly the same abstract"
_HELD = 4096

Same = Callable[[Marks, Marks], bool]
Joined = tuple[int, int, str]
"""The places of two records, and what joined them."""


class Group(NamedTuple):
    """Places (in the sequence given) of entries that are one work, in order, and why."""

    members: tuple[int, ...]
    because: str
    matches: tuple[Joined, ...] = ()


class Union:
    """Entries by place, in groups; a group is named by one of its places.

    An entry that is like no other is written down nowhere. `apart` are places that must never meet in a group.
    """

    def __init__(self, entries: Sequence[Entry], apart: Iterable[tuple[int, int]] = ()) -> None:
        self._mark = lru_cache(maxsize=_HELD)(lambda place: Marks(entries[place]))
        self._group: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        # Of a group's members that compare alike, one.
        self._faces: dict[int, dict[object, int]] = {}
        self._matches: dict[int, list[Joined]] = defaultdict(list)
        self._apart: dict[int, set[int]] = defaultdict(set)
        for one, other in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)

    def by(self, found: Iterable[Sequence[int]], value: Callable[[Marks], str]) -> dict[str, list[int]]:
        """Places that share a hash by the value itself, which is not empty."""
        exact: dict[str, list[int]] = defaultdict(list)
        for place in {place for places in found for place in places}:
            if told := value(self._mark(place)):
                exact[told].append(place)
        return {told: sorted(places) for told, places in exact.items() if len(places) > 1}

    def join(
        self,
        buckets: Mapping[str, Sequence[int]],
        same: Same,
        reason: Callable[[Marks], str],
        finer: Callable[[Marks], Iterable[str]] | None = None,
    ) -> None:
        """Join the groups that share a value, wherever each member of one agrees with each of the other.

        Where one could be the same as either of two that contradict each other, nobody knows whose duplicate it
        is, and all stay apart. Of more groups than `LARGEST` those are compared that share something `finer` too.
        """
        for value in sorted(buckets):
            found = self._found(buckets[value])
            if len(found) < 2:
                continue
            why = reason(self._mark(buckets[value][0]))
            if len(found) > LARGEST:
                found = self._equals_joined(found, same, why)
            if len(found) <= LARGEST:
                self._join(found, same, why)
            elif finer is not None:
                self.join(self._parted(found.values(), finer), same, reason)

    def join_alike(self, buckets: Iterable[Sequence[int]]) -> None:
        """Join the groups whose abstracts are nearly the same, where nothing in them says that they are not."""
        scores: dict[tuple[int, int], tuple[float, int, int]] = {}
        for pair in self._pairs(buckets):
            if pair not in scores:
                scores[pair] = self._likeness(*pair)
        agree = {pair for pair, (score, _, _) in scores.items() if score}
        for part in _parts(agree):
            pairs = list(combinations(part, 2)) if len(part) <= LARGEST else []
            if pairs and all(pair in agree or not self._opposed(*pair) for pair in pairs):
                met = [scores[pair] for pair in pairs if pair in agree]
                self._unite(part, [(one, other, f"abstracts alike by {score:.2f}") for score, one, other in met])

    def groups(self) -> list[Group]:
        """The groups of more than one member as they stand, ordered by their first."""
        made = []
        for group, members in self._members.items():
            matches = {(min(one, other), max(one, other), why) for one, other, why in self._matches[group]}
            reasons = {ALIKE if why.startswith("abstracts alike") else why for _, _, why in matches}
            made.append(Group(tuple(sorted(members)), " and ".join(sorted(reasons)), tuple(sorted(matches))))
        return sorted(made)

    def _found(self, places: Iterable[int]) -> dict[int, int]:
        """The groups that these places are in, and of each the first place."""
        return {self._group.get(place, place): place for place in sorted(places, reverse=True)}

    def _parted(self, places: Iterable[int], finer: Callable[[Marks], Iterable[str]]) -> dict[str, list[int]]:
        parts: dict[str, list[int]] = defaultdict(list)
        for place in places:
            for told in filter(None, finer(self._mark(place))):
                parts[told].append(place)
        return {told: sorted(found) for told, found in parts.items() if len(found) > 1}

    def _equals_joined(self, found: dict[int, int], same: Same, why: str) -> dict[int, int]:
        """The groups, of those that compare alike only one: they agree with each other, and with the same others."""
        equal: dict[object, list[int]] = defaultdict(list)
        for group in sorted(found):
            faces = self._faces_of(group)
            key = next(iter(faces)) if len(faces) == 1 and not self._is_kept_apart(group) else (group,)
            equal[key].append(group)
        left: dict[int, int] = {}
        for groups in equal.values():
            place = found[groups[0]]
            if len(groups) > 1 and same(self._mark(place), self._mark(place)):
                self._unite(groups, [(place, found[other], why) for other in groups[1:]])
                groups = groups[:1]
            left.update((group, found[group]) for group in groups)
        return left

    def _join(self, found: dict[int, int], same: Same, why: str) -> None:
        agree = {pair for pair in combinations(sorted(found), 2) if self._all_agree(*pair, same)}
        for part in _parts(agree):
            if all(pair in agree for pair in combinations(part, 2)):
                self._unite(part, [(found[part[0]], found[other], why) for other in part[1:]])

    def _all_agree(self, one: int, other: int, same: Same) -> bool:
        if self._decided_apart(one, other):
            return False
        pairs = product(self._faces_of(one).values(), self._faces_of(other).values())
        return all(same(self._mark(a), self._mark(b)) for a, b in pairs)

    def _pairs(self, buckets: Iterable[Sequence[int]]) -> Iterator[tuple[int, int]]:
        """The pairs of groups that meet in a bucket; in a large one they must have an author in common as well."""
        for places in buckets:
            found = self._found(places)
            parts = [list(found.values())]
            if len(found) > LARGEST:
                parts = list(self._parted(found.values(), lambda mark: mark.families).values())
            for part in parts:
                if len(part) <= LARGEST:
                    yield from combinations(sorted(self._found(part)), 2)

    def _likeness(self, one: int, other: int) -> tuple[float, int, int]:
        """The greatest likeness of their abstracts and the places that have it; 0 where anything is against it."""
        best = (0.0, one, other)
        for a, b in product(self._faces_of(one).values(), self._faces_of(other).values()):
            best = max(best, (alike(self._mark(a), self._mark(b)), a, b))
        return best if best[0] and not self._opposed(one, other) else (0.0, one, other)

    def _opposed(self, one: int, other: int) -> bool:
        pairs = product(self._faces_of(one).values(), self._faces_of(other).values())
        return self._decided_apart(one, other) or any(opposed(self._mark(a), self._mark(b)) for a, b in pairs)

    def _faces_of(self, group: int) -> dict[object, int]:
        return self._faces.get(group) or {self._mark(group).key: group}

    def _members_of(self, group: int) -> list[int]:
        return self._members.get(group) or [group]

    def _is_kept_apart(self, group: int) -> bool:
        return bool(self._apart) and any(place in self._apart for place in self._members_of(group))

    def _decided_apart(self, one: int, other: int) -> bool:
        if not self._apart:
            return False
        others = set(self._members_of(other))
        return any(self._apart.get(place, set()) & others for place in self._members_of(one))

    def _unite(self, part: Sequence[int], matches: Iterable[Joined]) -> None:
        first, *others = part
        self._faces[first] = dict(self._faces_of(first))
        members = self._members[first] = self._members_of(first)
        self._matches[first] += matches
        self._group[first] = first
        for other in others:
            self._faces[first] |= self._faces_of(other)
            for member in self._members_of(other):
                self._group[member] = first
            members += self._members_of(other)
            self._matches[first] += self._matches.pop(other, [])
            self._members.pop(other, None)
            self._faces.pop(other, None)


def _parts(edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The connected parts of a graph, each in order."""
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in edges:
        near[one].add(other)
        near[other].add(one)
    parts: list[list[int]] = []
    seen: set[int] = set()
    for node in sorted(near):
        if node in seen:
            continue
        part, open_nodes = {node}, [node]
        while open_nodes:
            new = near[open_nodes.pop()] - part
            part |= new
            open_nodes.extend(new)
        seen |= part
        parts.append(sorted(part))
    return parts
