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
    "plan": frozenset({"theme", "papers", "max_groups", "letter", "own_abstract", "language", "must_cite", "group_by"}),
    "write": frozenset(
        {"theme", "heading", "angle", "others", "papers", "words", "letter", "own_abstract", "language", "must_cite"}
    ),
    "again": frozenset({"failure"}),
    "continue": frozenset({"kept"}),
    "repair": frozenset({"theme", "heading", "letter", "language", "failing", "papers"}),
    "expand": frozenset({"theme"}),
    "rerank": frozenset({"theme", "papers"}),
    "judge": frozenset({"claim", "sentence", "papers", "points"}),
}
"""The prompts there are, and the variables each is given."""

_BLOCKS = ("system", "user")
_PAPER = {"key": "P1", "title": "T", "who": "A et al.", "year": 2020, "sentences": ["S."], "abstract": "S."}
_FAILING = {
    "number": 1, "text": "S.", "role": "claim", "citations": ["P1"], "evidence": [{"key": "P1", "quote": "S."}],
    "problems": [{"kind": "k", "detail": "d", "suggestion": None}], "earlier": [{"text": "S.", "why": "w"}],
}  # fmt: skip
_TRIAL: Mapping[str, Any] = {
    "theme": "t", "heading": "h", "angle": "a", "others": ["o"], "words": 100, "max_groups": 3, "failure": "f",
    "letter": "P", "own_abstract": "o", "language": "l", "must_cite": ["P1"], "group_by": "none", "kept": 2,
    "claim": "c", "sentence": "s", "points": ["p"],
    "failing": [_FAILING, {**_FAILING, "number": 2, "role": "framing", "citations": [], "evidence": []}],
    "papers": [_PAPER, {**_PAPER, "key": "P2", "title": "", "who": "", "year": None}],
}  # fmt: skip
"""Values to render a template with when it is loaded: a wrong attribute is told before anything is asked."""


_FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What an expression in a template can raise, besides Jinja's own errors."""


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
                for block in _BLOCKS
                if block in template.blocks
            }
        except (*_FAILURES, jinja2.TemplateError) as error:
            raise PromptError(
                f"the prompt {name!r} could not be rendered: {error}", hint=f"correct {name}.jinja in --prompts"
            ) from error
        return Rendered(name, parts.get("system", ""), parts.get("user", ""))


def load_prompts(folder: Path | None = None) -> Prompts:
    """The shipped templates, with those that `folder` holds in their place.

    Raises PromptError for a folder or file that cannot be read, a name that is no prompt, and a template that does
    not parse, has no `user` block, has text where it would never be sent, uses variables it is not given, or cannot
    be rendered.
    """
    own = {} if folder is None else _own(folder)
    sources = {}
    for name in VARIABLES:
        sources[name] = own[name] if name in own else _shipped(name)
        path = f"{name}.jinja" if name not in own else str(Path(folder or "") / f"{name}.jinja")
        _check(name, sources[name], path)
    return Prompts(sources)


def _shipped(name: str) -> str:
    """The template as installed; in a checkout the prompts lie beside the package."""
    packed = resources.files("writer") / "shipped_prompts" / f"{name}.jinja"
    if packed.is_file():
        return packed.read_text("utf-8")
    beside = Path(__file__).resolve().parents[2] / "prompts" / f"{name}.jinja"
    try:
        return beside.read_text("utf-8")
    except OSError as error:
        raise PromptError(
            f"the shipped prompt {name}.jinja is not there: {error}", hint="install the package again"
        ) from error


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
            found[path.stem] = path.read_text("utf-8-sig")  # some editors put a mark first
        except (OSError, UnicodeDecodeError) as error:
            raise PromptError(f"{path} cannot be read: {error}", hint="it must be a UTF-8 text") from error
    if not found:
        raise PromptError(f"{folder} holds no *.jinja file", hint="copy one of the shipped prompts there and edit it")
    return found


def _check(name: str, source: str, path: str) -> None:
    import jinja2
    from jinja2 import meta

    try:
        tree = _environment().parse(source)
        _compiled(source)
    except jinja2.TemplateSyntaxError as error:
        raise PromptError(f"{path}:{error.lineno}: {error.message}", hint="correct the template") from error
    unknown = meta.find_undeclared_variables(tree) - VARIABLES[name]
    if unknown:
        raise PromptError(
            f"{path}: it uses variables it is not given: {', '.join(sorted(unknown))}",
            hint=f"it is given {', '.join(sorted(VARIABLES[name]))}",
        )
    if "user" not in _compiled(source).blocks:
        raise PromptError(f"{path}: it has no block named user", hint="write {% block user %} … {% endblock %}")
    _check_all_is_sent(tree, path)
    try:
        Prompts({name: source}).render(name, **{variable: _TRIAL[variable] for variable in VARIABLES[name]})
    except PromptError as error:
        raise PromptError(f"{path}: {error.message}", hint="correct the template") from error


def _check_all_is_sent(tree: Any, path: str) -> None:
    """Only what stands in the blocks named system and user is sent; anything else is taken for a slip."""
    from jinja2 import nodes

    for node in tree.body:
        if isinstance(node, nodes.Block) and node.name not in _BLOCKS:
            raise PromptError(
                f"{path}:{node.lineno}: a block named {node.name} is never sent", hint="name it system or user"
            )
        if isinstance(node, nodes.Output) and any(
            not isinstance(part, nodes.TemplateData) or part.data.strip() for part in node.nodes
        ):
            raise PromptError(
                f"{path}:{node.lineno}: text outside of the blocks is never sent",
                hint="move it into {% block system %} or {% block user %}",
            )


@lru_cache(maxsize=1)
def _environment() -> Any:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        autoescape=False,
    )
    # The same variables give the same prompt, so nothing random.
    del environment.filters["random"], environment.globals["lipsum"]
    return environment


@lru_cache(maxsize=32)
def _compiled(source: str) -> Any:
    return _environment().from_string(source)
