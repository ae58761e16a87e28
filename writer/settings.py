"""What shapes a draft, in one frozen value with a digest.

Only what changes the text belongs here; where a server is, how many calls run side by side and where files go
do not, so that the same settings have the same digest on every machine.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass

from writer.errors import SettingsError

GROUPINGS = ("topic", "method", "year", "none")
"""What a section can be divided by."""
_LANGUAGE = re.compile(r"[^\W\d_]+(?:[ -][^\W_]+)*(?: \([^\W\d_]+\))?")
_LANGUAGE_LENGTH = 40
_OWN_LENGTH = 10_000
"""Characters of the author's own abstract: more is not an abstract."""


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
    max_repairs: int = 2
    """At most so many rounds in which failing sentences are asked for again."""
    strict: bool = False
    """Drop what still fails after repair instead of marking it; it is listed either way."""
    own_abstract: str = ""
    """The abstract of the author's own work, to position against; empty where there is none."""
    language: str = ""
    """The language of the draft, by its English name; empty is English. Only a model can write another."""
    must_cite: tuple[str, ...] = ()
    """Citation keys that are shown to the drafter, retrieved or not; a draft without them has a problem."""
    exclude: tuple[str, ...] = ()
    """Citation keys that are never shown and never cited."""
    group_by: str = "topic"
    """One of `GROUPINGS`."""
    embeddings: str = "none"
    """What retrieval by meaning uses: `none`, `minilm`, or `api:` and a model's id."""
    expand: bool = False
    """Let the model name further queries for the theme."""
    rerank: bool = False
    """Let the model order the first hits."""

    def __post_init__(self) -> None:
        for name, low, high in (
            ("words", 50, 5000),
            ("k", 1, 1000),
            ("max_groups", 1, 12),
            ("max_tokens", 64, 200_000),
            ("context", 512, 10_000_000),
            ("max_repairs", 0, 10),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} is {value}", hint=f"choose a {name} from {low} to {high}")
        if not 0 <= self.temperature <= 2:
            raise SettingsError(f"temperature is {self.temperature}", hint="choose one from 0 to 2")
        if self.context <= self.max_tokens:
            raise SettingsError(
                f"the context of {self.context} tokens leaves no room for a prompt beside an answer of"
                f" {self.max_tokens}",
                hint="make max_tokens (--max-answer) smaller, or context (--context) as large as the model's is",
            )
        if self.embeddings not in ("none", "minilm") and not re.fullmatch(r"api:\S.*", self.embeddings):
            raise SettingsError(f"embeddings is {self.embeddings!r}", hint="choose none, minilm or api:MODEL")
        self._check_position()

    def _check_position(self) -> None:
        if self.group_by not in GROUPINGS:
            raise SettingsError(
                f"group_by is {self.group_by!r}", hint=f"a section is grouped by {', '.join(GROUPINGS)}"
            )
        if self.language and (len(self.language) > _LANGUAGE_LENGTH or not _LANGUAGE.fullmatch(self.language)):
            raise SettingsError(
                f"language is {self.language[:_LANGUAGE_LENGTH]!r}", hint="name it in a word, such as German"
            )
        if len(self.own_abstract) > _OWN_LENGTH:
            raise SettingsError(
                f"the own abstract has {len(self.own_abstract)} characters",
                hint=f"give the abstract alone, at most {_OWN_LENGTH} characters",
            )
        for name in ("must_cite", "exclude"):
            if isinstance(getattr(self, name), str):
                raise SettingsError(f"{name} is one text", hint="give the keys as a tuple, one for each entry")
        both = sorted(set(self.must_cite) & set(self.exclude))
        if both:
            raise SettingsError(
                f"{both[0]!r} is both to be cited and excluded", hint="take it out of one of --must-cite and --exclude"
            )

    @property
    def digest(self) -> str:
        """`sha256:` and the hash of all settings."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()

    def pairs(self) -> tuple[tuple[str, object], ...]:
        """The settings as sorted (name, value) pairs, the digest among them, for the record in a draft."""
        told = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return tuple(sorted({**told, "digest": self.digest}.items()))


def in_english(language: str) -> bool:
    """Whether a language of a draft is the one that the checker's rules on words know; empty is English."""
    return language.casefold() in ("", "en", "english", "british english", "american english")
