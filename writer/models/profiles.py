"""What is known of each kind of server before it is asked: one table, and how a server is recognised.

No network here. A profile is where the dialect of a server starts; whatever the table has wrong, or does not know, is
learnt from the server's own objections (`dialect.py`). Two differences need no column, since every reply is read for
all of them: where thinking aloud stands (`reading.py`), and error codes that come as numbers or as words
(`faults.py`); the table names them for whoever looks at a log of the wire.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from writer.models.dialect import Dialect

Codes = Literal["words", "numbers"]


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of server: how it is known, where its dialect starts, and what to expect of its replies."""

    name: str
    title: str
    start: Dialect = field(default_factory=Dialect)
    hosts: str = ""
    """A pattern for host names that belong to this kind alone."""
    port: int = 0
    """The port it listens on unless told otherwise; 0 where others use the same one."""
    owner: str = ""
    """A pattern for the `owned_by` of its models."""
    header: tuple[str, str] = ("", "")
    """A reply header, and a pattern for its value."""
    ask: tuple[str, str] = ("", "")
    """A path outside of the API that only this kind answers, and a member that its answer has."""
    needs_key: bool = False
    reasoning: str = "reasoning_content"
    """Where thinking aloud stands in a message; `content` where it stands in the text itself."""
    codes: Codes = "words"
    """What the `code` of an error is."""
    truncates: bool = False
    """Whether a prompt that is too long is cut in silence."""
    note: str = ""
    """What its user should know, in a sentence."""


_NEWER_LIMIT = Dialect(limit="max_completion_tokens")

PROFILES: tuple[Profile, ...] = (
    Profile(
        "openai", "OpenAI", _NEWER_LIMIT,
        hosts=r"api\.openai\.com", header=("openai-version", r".+"), needs_key=True, reasoning="not shown",
    ),
    Profile(
        "azure", "Azure OpenAI", _NEWER_LIMIT,
        hosts=r".+\.(openai\.azure\.com|cognitiveservices\.azure\.com|services\.ai\.azure\.com)",
        header=("x-ms-region", r".+"), needs_key=True, reasoning="not shown",
        note="the model is the name of your deployment, and the base URL ends in /openai/v1/",
    ),
    Profile(
        "openrouter", "OpenRouter", Dialect(with_schema={"provider": {"require_parameters": True}}),
        hosts=r"openrouter\.ai", needs_key=True, reasoning="reasoning", codes="numbers",
        note="only providers that keep to a schema are asked where one is sent",
    ),
    Profile(
        "ollama", "Ollama", port=11434, owner=r"library", ask=("/api/version", "version"),
        reasoning="reasoning", truncates=True,
        note="it cuts longer prompts in silence: set OLLAMA_CONTEXT_LENGTH to what --context says",
    ),
    Profile(
        "lmstudio", "LM Studio", Dialect(objects=False), port=1234, owner=r"organization[-_]owner",
        ask=("/api/v0/models", "data"),
    ),
    Profile(
        "llama.cpp", "llama.cpp", owner=r"llamacpp", header=("server", r"llama\.cpp"),
        ask=("/props", "default_generation_settings"), codes="numbers",
        note="its context is shared out among its slots (-np)",
    ),
    Profile(
        "vllm", "vLLM", owner=r"vllm", ask=("/version", "version"), reasoning="reasoning", codes="numbers",
    ),
    Profile(
        "relay", "writer relay", port=8808, owner=r"writer", reasoning="content", note="whoever reads it answers",
    ),
)  # fmt: skip
"""The kinds that are known. Read from vendors' documentation and from replies; llama.cpp and the relay were run."""

UNKNOWN = Profile("unknown", "an OpenAI-compatible server")
"""What nothing is known of: asked as the most servers take it."""

_ONE_TEMPERATURE = re.compile(r"o\d(?:-.*)?|gpt-5(?:-(?:mini|nano|pro|codex))?(?:-\d{4}-\d\d-\d\d)?", re.IGNORECASE)
"""Models of OpenAI, by any provider, that take the default temperature and no other."""


def profile_of(base_url: str) -> Profile:
    """The profile that an address tells of, by its host or by a port that only one kind of server uses.

    >>> profile_of("http://localhost:11434/v1").name
    'ollama'
    >>> profile_of("http://localhost:8080/v1").name
    'unknown'
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return UNKNOWN
    for profile in PROFILES:
        if profile.hosts and re.fullmatch(profile.hosts, host, re.IGNORECASE):
            return profile
    return next((profile for profile in PROFILES if profile.port and profile.port == port), UNKNOWN)


def start_of(profile: Profile, model: str) -> Dialect:
    """The dialect to start with for one model of a server."""
    refuses = _ONE_TEMPERATURE.fullmatch(model.rpartition("/")[2])
    return replace(profile.start, temperature=False) if refuses else profile.start


def recognise(
    base_url: str, headers: Mapping[str, str], models: Any, answers: Mapping[str, str] | None = None
) -> tuple[Profile, str]:
    """The profile of a server, and what told it, from what it answered.

    `headers` and `models` (parsed) are those of its list of models; `answers` are the texts of other paths that were
    asked, by path. What a server says of itself outranks its address, since anything may listen at a port; a host
    name that belongs to one kind alone outranks both, since a provider's list may name other owners.
    """
    told = profile_of(base_url)
    if told.hosts:
        return told, "its address"
    owners = {str(entry.get("owned_by", "")) for entry in listed(models)}
    lower = {name.lower(): value for name, value in headers.items()}
    for profile in PROFILES:
        name, pattern = profile.header
        if name and re.search(pattern, lower.get(name, ""), re.IGNORECASE):
            return profile, f"the header {name}"
    for profile in PROFILES:
        if profile.owner and any(re.fullmatch(profile.owner, owner, re.IGNORECASE) for owner in owners):
            return profile, "the owner of its models"
    for profile in PROFILES:
        path, member = profile.ask
        if path and member in _members((answers or {}).get(path, "")):
            return profile, f"its answer to {path}"
    return told, "its port" if told is not UNKNOWN else "nothing it said"


def listed(models: Any) -> list[Mapping[str, Any]]:
    """The entries of a list of models, whatever shape it came in."""
    entries = models.get("data", models.get("models")) if isinstance(models, Mapping) else models
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def _members(text: str) -> frozenset[str]:
    try:
        answer = json.loads(text)
    except ValueError:
        return frozenset()
    return frozenset(answer) if isinstance(answer, Mapping) else frozenset()
