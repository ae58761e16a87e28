"""What the tests of the growing index share with the processes that they start; light, for many are started."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from writer.entry import Entry, Source
from writer.retrieval.fields import digest_of
from writer.retrieval.growing import GrowingIndex
from writer.text import stem

JUDGES = {stem("judges"): 1.0}
__all__ = ["JUDGES", "GrowingIndex", "Path", "check_whole", "entry", "numbers_of", "sys"]


def entry(number: int, said: str = "judges") -> Entry:
    return Entry(
        f"k{number:05}",
        f"Title {number}",
        f"About {said} and number{number}.",
        Source("x.bib", 1),
        year=2000 + number % 30,
    )


def numbers_of(version: int) -> list[int]:
    """Which entries version n of the kill tests holds: some hundreds, others in each version."""
    return random.Random(version).sample(range(600), 200) if version else []


def check_whole(index: GrowingIndex) -> int:
    """In version n the entries 10 (n - 1) to 10 n are there and no other; each version replaces them all."""
    now = index.snapshot()
    found = {key for key, _ in now.search(JUDGES, 1000)}
    first = 10 * (now.version - 1)
    assert found == ({f"k{number:05}" for number in range(first, first + 10)} if now.version else set())
    assert len(now) == len(found)
    assert now.digest == digest_of(entry(int(key[1:])) for key in found)
    return now.version
