"""How a judge is asked."""

from __future__ import annotations

from dataclasses import dataclass

from writer.errors import SettingsError

MOST_POLLS = 9
"""Beyond so many votes two prompts of one claim would be the same: see `showing.points`."""


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """How often a judge is asked of one claim, and how."""

    polls: int = 5
    """At most so many votes on a claim, of all judges together; each judge gives at least one."""
    max_tokens: int = 2048
    """Upper bound of one answer, in tokens."""
    temperature: float = 0.7
    """Of all votes but each judge's first, which is its likeliest answer. At 0 a second one would mostly repeat it."""
    seed: int = 0
    """Of each judge's first vote; each further one adds 1."""
    weigh: bool = True
    """Ask for the probability of the verdict, where the server tells it."""

    def __post_init__(self) -> None:
        for name, low, high in (("polls", 1, MOST_POLLS), ("max_tokens", 64, 200_000), ("temperature", 0, 2)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} is {value}", hint=f"choose a {name} from {low} to {high}")

    def votes(self, judges: int) -> int:
        """How many votes a claim can get: the same number from each judge, `polls` at most unless there are more."""
        return judges * max(1, self.polls // judges)
