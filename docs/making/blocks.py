"""The generated parts of a page: what stands between `<!-- made: NAME … -->` and `<!-- end -->`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from making import commandline, measured, public, runs, tables

ROOT = Path(__file__).resolve().parent.parent.parent
_BLOCK = re.compile(r"^<!-- made: (?P<name>[\w-]+)(?P<rest>[^\n]*?) -->\n(?P<body>.*?)^<!-- end -->$", re.M | re.S)

PARTS: Mapping[str, Callable[[str], str]] = {
    "commands": commandline.commands,
    "environment": commandline.environment,
    "python": public.names,
    "errors": public.errors,
    "settings": public.settings,
    "formats-in": tables.formats_in,
    "templates": tables.templates,
    "profiles": tables.profiles,
    "kinds": tables.kinds,
    "verdicts": tables.verdicts,
    "kinds-told": tables.kinds_told,
    "types-measured": measured.types,
    "claims-measured": measured.claims,
    "kinds-measured": measured.kinds,
    "file": lambda name: included(name),
}
"""Parts that need nothing but the rest of their marker."""


def renewed(page: Path) -> str:
    """The text of a page with its generated parts made anew. Raises ValueError, naming the page, for a part that is
    unknown or a command that cannot be run."""
    session = runs.Session()

    def part(match: re.Match[str]) -> str:
        name, rest = match["name"], match["rest"].strip()
        if name == "run":
            body = session.again(match["body"], rest)
        elif name in PARTS:
            body = PARTS[name](rest)
        else:
            raise ValueError(f"{page.name}: there is no part {name!r}; known are run, {', '.join(PARTS)}")
        head = f"<!-- made: {name} {rest} -->" if rest else f"<!-- made: {name} -->"
        return f"{head}\n{body.strip(chr(10))}\n<!-- end -->"

    with session:
        try:
            return _BLOCK.sub(part, page.read_text("utf-8"))
        except (ValueError, OSError) as error:
            error.add_note(f"in {page.relative_to(ROOT)}")
            raise


def included(name: str) -> str:
    """A file of the project as a code block."""
    path = ROOT / name
    language = {".yml": "yaml", ".yaml": "yaml", ".md": "markdown", ".tex": "latex"}.get(path.suffix, "text")
    return f"```{language}\n{path.read_text('utf-8').strip()}\n```"
