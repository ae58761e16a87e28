"""What the user has decided about merging, whatever the rules say: records kept apart, records taken together.

A record is named by the user's own key, or by the digest of its content, which no path or order of reading changes.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from writer.corpus.canonical import content
from writer.entry import Entry, Merge
from writer.errors import CorpusError

_PREFIX = "sha256:"
_DIGITS = 16
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Pairs of records that are two works, and pairs that are one; each name is a user's key or a `record_digest`.

    Raises CorpusError for a pair in both, and for a record paired with itself. Where `together` joins in a chain
    what `apart` keeps asunder, `apart` wins.
    """

    apart: tuple[Pair, ...] = ()
    together: tuple[Pair, ...] = ()

    def __post_init__(self) -> None:
        for name in ("apart", "together"):
            pairs = {(min(pair), max(pair)) for pair in getattr(self, name)}
            object.__setattr__(self, name, tuple(sorted(pairs)))
        for one, other in (*self.apart, *self.together):
            if one == other:
                raise CorpusError(f"a decision pairs {one!r} with itself", hint="name two records")
        for one, other in set(self.apart) & set(self.together):
            raise CorpusError(f"{one!r} and {other!r} are decided to be one work and two", hint="take one of them back")

    def __bool__(self) -> bool:
        return bool(self.apart or self.together)

    def split(self, merge: Merge, record: str = "") -> Decisions:
        """With one record of a merge kept apart from its others, or without `record` each from each."""
        # Records of the same content share a digest: nothing could tell one from the other.
        names = sorted({name for name, _ in merge.records})
        if record and record not in names:
            raise CorpusError(f"{record!r} is no record of {merge.kept!r}", hint=f"one of {', '.join(names)}")
        if len(names) == 1 or sum(name == record for name, _ in merge.records) > 1:
            raise CorpusError(
                f"records of {merge.kept!r} hold the same word for word: nothing tells one from the other",
                hint="change one of them in its file and add it again, or name another record",
            )
        pairs = combinations(names, 2)
        found = {pair for pair in pairs if not record or record in pair}
        return Decisions((*self.apart, *found), tuple(pair for pair in self.together if pair not in found))

    def joined(self, one: str, other: str) -> Decisions:
        """With these two records decided to be one work."""
        pair = (min(one, other), max(one, other))
        return Decisions(tuple(found for found in self.apart if found != pair), (*self.together, pair))

    def to_json(self) -> str:
        """The decisions as JSON, one pair a line, for a file that a person may edit."""
        return json.dumps({"schema": 1, "apart": self.apart, "together": self.together}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Decisions:
        """What `to_json` wrote. Raises CorpusError where it is something else."""
        hint = 'expected {"schema": 1, "apart": [[record, record], …], "together": […]}'
        try:
            value = json.loads(text)
        except ValueError as error:
            raise CorpusError(f"decisions that are no JSON: {error}", hint=hint) from error
        if not isinstance(value, dict) or value.get("schema") != 1 or value.keys() - {"schema", "apart", "together"}:
            raise CorpusError("decisions of an unknown form", hint=hint)
        return cls(*(_pairs(value.get(name, []), name, hint) for name in ("apart", "together")))


def record_digest(entry: Entry) -> str:
    """The name of a record by its content: `sha256:` and 16 hex digits. Its keys and its place do not count."""
    return _PREFIX + hashlib.sha256(content(entry).encode()).hexdigest()[:_DIGITS]


def places(decisions: Decisions, entries: Sequence[Entry]) -> dict[str, list[int]]:
    """Where each record that a decision names stands among the entries; names that stand nowhere have no places.

    An empty list tells that a record has changed or is no longer there, and its decision rests.
    """
    names = {name for pair in (*decisions.apart, *decisions.together) for name in pair}
    found: dict[str, list[int]] = defaultdict(list, {name: [] for name in names})
    digests = any(name.startswith(_PREFIX) for name in names)
    for place, entry in enumerate(entries if names else ()):
        own = {entry.key, *entry.aliases} & names
        for name in own | ({record_digest(entry)} & names if digests else set()):
            found[name].append(place)
    return dict(found)


def pairs_of(pairs: Iterable[Pair], standing: dict[str, list[int]]) -> list[tuple[int, int]]:
    """The places that pairs of names stand for, each pair once and in order."""
    found = {(min(a, b), max(a, b)) for one, other in pairs for a in standing[one] for b in standing[other] if a != b}
    return sorted(found)


def _pairs(value: object, name: str, hint: str) -> tuple[Pair, ...]:
    if not isinstance(value, list):
        raise CorpusError(f"{name!r} is no list", hint=hint)
    found: list[Pair] = []
    for pair in value:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) and part for part in pair)):
            raise CorpusError(f"{name!r} holds {pair!r}, which names no two records", hint=hint)
        found.append((pair[0], pair[1]))
    return tuple(found)
