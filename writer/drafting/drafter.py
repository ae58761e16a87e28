"""What a drafter is, and what it is given.

The pipeline, the checker and the renderers never ask which drafter wrote: `ExtractiveDrafter` needs no model,
`ModelDrafter` asks one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from writer.draft import Group, Hit, Plan, Problem, Usage
from writer.entry import Corpus
from writer.settings import Settings


@dataclass(frozen=True)
class Brief:
    """What a section is to be drafted from: the theme, its weighted terms (stems), the corpus and the hits."""

    theme: str
    weights: Mapping[str, float]
    corpus: Corpus
    hits: tuple[Hit, ...]
    settings: Settings


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and what making it took."""

    plan: Plan
    usage: Usage = Usage()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A written group and what writing it took. Problems are only those that drafting itself can see."""

    group: Group
    usage: Usage = Usage()
    problems: tuple[Problem, ...] = ()


class Drafter(Protocol):
    """Plans a section and writes its groups; each group can be written apart from the others."""

    name: str

    def plan(self, brief: Brief) -> Planned:
        """Which entries to tell in which groups, and which to leave out with what reason."""
        ...

    def write(self, brief: Brief, plan: Plan, at: int) -> Written:
        """The group at position `at` of the plan."""
        ...
