"""Tables of the reference that the code itself tells: kinds, verdicts, formats, templates, servers."""

from __future__ import annotations

from html import escape
from pathlib import Path

PROMPTS = Path(__file__).resolve().parent.parent.parent / "prompts"


def row(*cells: object) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def code(text: object) -> str:
    """A piece of code that may stand in a table: a bar within it would end the cell, here or on a code host."""
    told = str(text)
    return f"<code>{escape(told, quote=False).replace('|', '&#124;')}</code>" if "|" in told else f"`{told}`"


def table(head: tuple[str, ...], rows: list[str]) -> str:
    """A Markdown table."""
    return "\n".join([row(*head), row(*("---" for _ in head)), *rows])


def formats_in(_: str) -> str:
    """What a corpus is read from."""
    from writer.corpus.readers import READERS

    return table(("format", "a file holds"), [row(f"`{reader.name}`", reader.expects) for reader in READERS])


def templates(_: str) -> str:
    """The prompts, by the first comment of each."""
    rows = []
    for path in sorted(PROMPTS.glob("*.jinja")):
        comment = path.read_text("utf-8").partition("{#-")[2].partition("-#}")[0]
        what, _mark, variables = " ".join(comment.split()).partition("Variables: ")
        rows.append(row(f"`{path.name}`", what.strip(), variables.strip()))
    return table(("template", "what it is for", "its variables"), rows)


def profiles(_: str) -> str:
    """The kinds of servers that are known, and what is known of each."""
    from writer.models.profiles import PROFILES

    rows = []
    for profile in PROFILES:
        key = "yes" if profile.needs_key else "no"
        rows.append(row(profile.title, profile.port or "", key, profile.note))
    return table(("server", "its port", "wants a key", "note"), rows)


def verdicts(_: str) -> str:
    """Every verdict with its meaning, as the evidence page tells it."""
    from writer.rendering.html import MEANINGS

    return table(("verdict", "meaning"), [row(f"`{name}`", meaning) for name, meaning in MEANINGS.items()])


def kinds(_: str) -> str:
    """The kinds of problems at a glance."""
    from writer.checking.kinds import KINDS, explanation

    rows = []
    for kind in KINDS:
        told = explanation(kind)
        sure = f"{told.precision:.0%}" if told.precision is not None else ""
        rows.append(row(f"[`{kind}`](#{kind})", told.severity, sure, told.meaning))
    return table(("kind", "at most", "real", "meaning"), rows)


def kinds_told(_: str) -> str:
    """All that `--explain` tells, kind by kind."""
    from writer.checking.kinds import KINDS, explanation

    told = []
    for kind in KINDS:
        known = explanation(kind)
        lines = [
            f"### {kind}", known.meaning, f"*Looked at:* {known.looks_at}", f"*Example:* {known.example}",
            f"*What to do:* {known.advice}", "*How sure it is:*",
            "\n".join(f"- {line}" for line in known.sure),
        ]  # fmt: skip
        told.append("\n\n".join(lines))
    return "\n\n".join(told)
