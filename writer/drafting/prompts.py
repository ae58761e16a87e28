"""The one Jinja environment: prompt templates with a checked contract.

Each template has a `user` block and mostly a `system` block. What variables it may use is declared here and checked
when it is loaded, before anything is asked. Abstracts enter as values, never as template text, so their braces mean
nothing. Templates that users bring (`--prompts DIR`, one file for each prompt to replace) run in the same sandbox.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from writer.errors import PromptError

VARIABLES: Mapping[str, frozenset[str]] = {
    "plan": frozenset({"theme", "papers", "max_groups"}),
    "write": frozenset({"theme", "heading", "angle", "others", "papers", "words"}),
    "again": frozenset({"failure"}),
}
"""The prompts there are, and the variables each is given."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered prompt: its name and the texts of its blocks; `system` may be empty."""

    name: str
    system: str
    user: str


@dataclass(frozen=True)
class Prompts:
    """The templates in use, by name, as text."""

    sources: Mapping[str, str]

    @property
    def digest(self) -> str:
        """`sha256:` and the hash of all templates."""
        whole = hashlib.sha256()
        for name in sorted(self.sources):
            whole.update(f"{name}\0{self.sources[name]}\0".encode())
        return "sha256:" + whole.hexdigest()

    def render(self, name: str, **variables: Any) -> Rendered:
        """The prompt with its variables filled in. A variable that is missing or unknown is an error."""
        if set(variables) != VARIABLES[name]:
            wrong = ", ".join(sorted(set(variables) ^ VARIABLES[name]))
            raise PromptError(f"the prompt {name!r} was given other variables than it declares: {wrong}")
        import jinja2

        template = _compiled(self.sources[name])
        try:
            parts = {
                block: "".join(template.blocks[block](template.new_context(dict(variables)))).strip()
                for block in ("system", "user")
                if block in template.blocks
            }
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise PromptError(
                f"the prompt {name!r} could not be rendered: {error}", hint=f"correct {name}.jinja in --prompts"
            ) from error
        return Rendered(name, parts.get("system", ""), parts.get("user", ""))


def load_prompts(folder: Path | None = None) -> Prompts:
    """The shipped templates, with those that `folder` holds in their place.

    Raises PromptError for a folder or file that cannot be read, a name that is no prompt, a template that does not
    parse, has no `user` block, or uses variables it is not given.
    """
    sources = {name: _shipped(name) for name in VARIABLES}
    if folder is not None:
        sources.update(_own(folder))
    for name, source in sources.items():
        _check(name, source)
    return Prompts(sources)


def _shipped(name: str) -> str:
    """The template as installed; in a checkout the prompts lie beside the package."""
    packed = resources.files("writer") / "shipped_prompts" / f"{name}.jinja"
    if packed.is_file():
        return packed.read_text("utf-8")
    return (Path(__file__).resolve().parents[2] / "prompts" / f"{name}.jinja").read_text("utf-8")


def _own(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise PromptError(
            f"{folder} is not a folder", hint="give --prompts a folder with templates such as write.jinja"
        )
    found = {}
    for path in sorted(folder.glob("*.jinja")):
        if path.stem not in VARIABLES:
            known = ", ".join(f"{name}.jinja" for name in sorted(VARIABLES))
            raise PromptError(f"{path}: no prompt has this name", hint=f"the prompts are {known}")
        try:
            found[path.stem] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PromptError(f"{path} cannot be read: {error}", hint="it must be a UTF-8 text") from error
    if not found:
        raise PromptError(f"{folder} holds no *.jinja file", hint="copy one of the shipped prompts there and edit it")
    return found


def _check(name: str, source: str) -> None:
    import jinja2
    from jinja2 import meta

    try:
        tree = _environment().parse(source)
        _compiled(source)
    except jinja2.TemplateSyntaxError as error:
        raise PromptError(f"{name}.jinja:{error.lineno}: {error.message}", hint="correct the template") from error
    unknown = meta.find_undeclared_variables(tree) - VARIABLES[name]
    if unknown:
        raise PromptError(
            f"{name}.jinja uses variables it is not given: {', '.join(sorted(unknown))}",
            hint=f"it is given {', '.join(sorted(VARIABLES[name]))}",
        )
    if "user" not in _compiled(source).blocks:
        raise PromptError(f"{name}.jinja has no block named user", hint="write {% block user %} … {% endblock %}")


@lru_cache(maxsize=1)
def _environment() -> Any:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        autoescape=False,
    )


@lru_cache(maxsize=32)
def _compiled(source: str) -> Any:
    return _environment().from_string(source)
