"""The reference of the Python names, from their source: signatures, fields and docstrings."""

from __future__ import annotations

import ast
import inspect
import textwrap
from types import FunctionType
from typing import Any

from making.tables import code, row, table

_LONGEST = 100
"""Characters of a signature on one line."""


def names(_: str) -> str:
    """Every public name, functions first."""
    import writer

    found = {name: getattr(writer, name) for name in writer.__all__}
    functions = [name for name, value in found.items() if isinstance(value, FunctionType)]
    classes = [name for name in found if name not in functions]
    told = ["## Functions", *(_function(name, found[name]) for name in functions)]
    told += ["## Types", *(_class(name, found[name]) for name in classes)]
    return "\n\n".join(told)


def errors(_: str) -> str:
    """The tree of errors, as their module draws it."""
    import writer.errors

    return f"```text\n{inspect.cleandoc(writer.errors.__doc__ or '').strip()}\n```"


def settings(_: str) -> str:
    """What shapes a draft."""
    from writer.settings import Settings

    return table(("setting", "type", "default", "what it is"), _fields(_parsed(Settings)))


def _parsed(value: Any) -> Any:
    return ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]


def _signature(name: str, node: ast.FunctionDef) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    args = node.args
    own = [arg for arg in args.args if arg.arg not in ("self", "cls")]
    defaults = [None] * (len(own) - len(args.defaults)) + list(args.defaults)
    parts = [_given(arg, default) for arg, default in zip(own, defaults, strict=True)]
    parts += [f"*{_given(args.vararg, None)}" if args.vararg else "*"] * bool(args.kwonlyargs or args.vararg)
    parts += [_given(arg, default) for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    whole = f"{name}({', '.join(parts)}){returns}"
    if len(whole) <= _LONGEST:
        return whole
    return f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){returns}"


def _given(arg: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(arg) + (f" = {ast.unparse(default)}" if default is not None else "")


def _prose(text: str | None) -> str:
    return inspect.cleandoc(text or "").strip()


def _function(name: str, value: Any) -> str:
    node = _parsed(value)
    return f"### {name}\n\n```python\n{_signature(name, node)}\n```\n\n{_prose(ast.get_docstring(node))}"


def _class(name: str, value: Any) -> str:
    node = _parsed(value)
    parts = [f"### {name}", _prose(ast.get_docstring(node))]
    rows = _fields(node)
    if rows:
        parts.append(table(("field", "type", "default", "what it is"), rows))
    for inner in node.body:
        if not isinstance(inner, ast.FunctionDef) or (inner.name.startswith("_") and inner.name != "__init__"):
            continue
        if not (told := _method(name, inner)):
            continue
        parts.append(told)
    return "\n\n".join(parts)


def _fields(node: ast.ClassDef) -> list[str]:
    """The fields of a dataclass, with the strings that stand behind them."""
    if not any("dataclass" in ast.unparse(one) for one in node.decorator_list):
        return []
    rows = []
    for at, inner in enumerate(node.body):
        if not isinstance(inner, ast.AnnAssign) or not isinstance(inner.target, ast.Name):
            continue
        after = node.body[at + 1] if at + 1 < len(node.body) else None
        text = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            text = " ".join(_prose(after.value.value).split())
        default = code(_default(inner.value)) if inner.value is not None else ""
        rows.append(row(code(inner.target.id), code(ast.unparse(inner.annotation)), default, text))
    return rows


def _default(value: ast.expr) -> str:
    """A default as a reader means it: of `field(default_factory=Usage)`, `Usage()`."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "field":
        for given in value.keywords:
            if given.arg == "default_factory":
                return f"{ast.unparse(given.value)}()"
            if given.arg == "default":
                return ast.unparse(given.value)
    return ast.unparse(value)


def _method(owner: str, node: ast.FunctionDef) -> str:
    text = _prose(ast.get_docstring(node))
    if node.name == "__init__":
        return f"```python\n{_signature(owner, node)}\n```" if node.args.args or node.args.kwonlyargs else ""
    if not text:
        return ""
    decorators = {ast.unparse(one) for one in node.decorator_list}
    if decorators & {"property", "cached_property"}:
        return f"`{owner}.{node.name}`: {text}"
    return f"```python\n{_signature(f'{owner}.{node.name}', node)}\n```\n\n{text}"
