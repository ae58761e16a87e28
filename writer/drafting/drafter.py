"""What a drafter is, and what it is given.

The pipeline, the checker and the renderers never ask which drafter wrote: `ExtractiveDrafter` needs no model,
`ModelDrafter` asks one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from writer.draft import Draft, Group, Hit, Plan, Problem, Sentence, Usage
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
    """Its `must_cite` and `exclude` hold keys of the corpus, no aliases."""


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


@dataclass(frozen=True, slots=True)
class Replacement:
    """What is proposed for a failing sentence, by its position in its group: another sentence, or None to drop it."""

    paragraph: int
    sentence: int
    after: Sentence | None


@dataclass(frozen=True, slots=True)
class Repaired:
    """Proposals for the failing sentences of a group, and what making them took.

    Nothing is taken on trust: `repair.repaired` takes a proposal only where the checker finds it better. `shown` are
    the keys that the drafter could see, `notes` say what of the answer was not usable.
    """

    replacements: tuple[Replacement, ...] = ()
    shown: tuple[str, ...] = ()
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()


class Drafter(Protocol):
    """Plans a section, writes its groups, and mends them; each group can be written apart from the others."""

    name: str

    def plan(self, brief: Brief) -> Planned:
        """Which entries to tell in which groups, and which to leave out with what reason."""
        ...

    def write(self, brief: Brief, plan: Plan, at: int) -> Written:
        """The group at position `at` of the plan."""
        ...

    def repair(self, brief: Brief, draft: Draft, at: int) -> Repaired:
        """Proposals for the sentences of group `at` that have problems; none where there is nothing to propose."""
        ...
