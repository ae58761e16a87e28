"""Any text as Markdown that shows it as itself, for pandoc and CommonMark alike; and citations of keys.

Nothing that comes from a corpus or a model may turn into markup here: no citation, link, heading, list, raw HTML,
formula or footnote.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from writer.rendering.claims import fold

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>@#$^~|!])")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
# What would start a list, a definition, a fenced block or an underline, where it is the first of a line.
_LINE_START = re.compile(r"(?P<sign>[-+:=%])|(?P<label>\(?(?:\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+))(?P<end>[.)])(?=\s|$)")
# A key that pandoc reads without braces.
_SIMPLE_KEY = re.compile(r"[A-Za-z0-9_]+(?:[:.#$%&+?<>~/-][A-Za-z0-9_]+)*")


def text(raw: str, *, starts_line: bool = False) -> str:
    r"""The text escaped, on one line; `starts_line` where it stands first on its line.

    >>> text("*stars* & [@key]")
    '\\*stars\\* & \\[\\@key\\]'
    """
    escaped = _SPECIAL.sub(r"\\\1", fold(raw))
    escaped = _ENTITY.sub(r"\\&", escaped)
    # Two hyphens would become a dash.
    escaped = re.sub(r"(?<=-)-", r"\\-", escaped)
    if starts_line and (match := _LINE_START.match(escaped)):
        if match["sign"]:
            return "\\" + escaped
        return f"{match['label']}\\{escaped[match.start('end') :]}"
    return escaped


def code(raw: str) -> str:
    """The text as inline code, whatever backticks it holds."""
    content = fold(raw) or "(empty)"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", content)), default=0))
    padding = " " if "`" in content else ""
    return f"{fence}{padding}{content}{padding}{fence}"


def citation(keys: list[str]) -> str:
    """A pandoc citation of all keys, `[@a; @b]`; a key that pandoc cannot read stands behind it as code."""
    readable = [reference for key in keys if (reference := in_text(key)).startswith("@")]
    others = [in_text(key) for key in keys if not in_text(key).startswith("@")]
    cited = [f"[{'; '.join(readable)}]"] if readable else []
    return " ".join(cited + ([f"({'; '.join(others)})"] if others else []))


def in_text(key: str) -> str:
    """One key as pandoc reads it: `@key`, `@{odd;key}`, or code where it cannot be cited at all."""
    if _SIMPLE_KEY.fullmatch(key):
        return f"@{key}"
    if not key or not key.isprintable() or re.search(r"[\s{}\\`]", key):
        return code(key)
    return f"@{{{key}}}"


def address(url: str) -> str:
    """A web address as a link that shows itself, anything else as text."""
    line = fold(url)
    return f"<{quote(line, safe=_ADDRESS_SIGNS)}>" if re.fullmatch(r"https?://\S+", line) else text(line)


# Everything that may stand in an address and cannot end a link.
_ADDRESS_SIGNS = "/:;,.?=&%#@!$'()*+~-_[]"
