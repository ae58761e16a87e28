"""What shapes a draft, in one frozen value with a digest.

Only what changes the text belongs here; where a server is, how many calls run side by side and where files go
do not, so that the same settings have the same digest on every machine.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from writer.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """How to draft. Words and counts are targets, not promises."""

    words: int = 400
    """Target length of the section in words."""
    k: int = 40
    """How many entries to retrieve."""
    max_groups: int = 5
    """At most so many groups (headings)."""
    model: str | None = None
    """The model's id; None drafts without one."""
    temperature: float = 0.0
    seed: int = 0
    max_tokens: int = 4096
    """Upper bound of one answer, in tokens."""
    context: int = 32_768
    """Tokens that prompt and answer of one call may take together."""
    prompts: str = ""
    """Digest of the prompt templates; empty without a model."""

    def __post_init__(self) -> None:
        for name, low, high in (
            ("words", 50, 5000),
            ("k", 1, 1000),
            ("max_groups", 1, 12),
            ("max_tokens", 64, 200_000),
            ("context", 512, 10_000_000),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} is {value}", hint=f"choose a {name} from {low} to {high}")
        if not 0 <= self.temperature <= 2:
            raise SettingsError(f"temperature is {self.temperature}", hint="choose one from 0 to 2")

    @property
    def digest(self) -> str:
        """`sha256:` and the hash of all settings."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()

    def pairs(self) -> tuple[tuple[str, object], ...]:
        """The settings as sorted (name, value) pairs, the digest among them, for the record in a draft."""
        return tuple(sorted({**asdict(self), "digest": self.digest}.items()))
