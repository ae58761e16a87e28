r"""The shapes of LaTeX's source that its reader looks for: tokens, accents, options and arguments. No logic."""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"""\\(?P<name>[A-Za-z]+)
    | \\(?P<sign>.)
    | (?P<comment>%[^\n]*\n?[ \t]*)
    | (?P<blank>\n[ \t]*+\n\s*+)
    | (?P<brace>[{}])
    | (?P<math>\$\$?)
    | (?P<script>[\^_]\{[^{}\\$%]{1,20}\})
    | (?P<dash>---?)
    | (?P<tie>~)
    | (?P<quote>(?<!`)`(?!`))
    | (?P<nosign>\[U\+(?P<code>[0-9A-F]{4,5}|10[0-9A-F]{4})\])
    | (?P<plain>[&<])""",
    re.VERBOSE | re.DOTALL,
)
ACCENT = re.compile(
    r"\\(?:[`'^~\"=.]|[uvHckrdbt](?![A-Za-z]))[ \t]*+(?:\{\s*+\\?(?P<braced>[A-Za-z])\s*+\}|\\?(?P<bare>[A-Za-z]))"
)
OPTION = re.compile(r"[ \t]*+\[(?:[^\[\]{}\n]|\{[^{}\n]*+\})*+\]")
NAME = re.compile(r"\*?[ \t]*+\{(?P<name>[^{}\n\\]*+)\}")
VERB = re.compile(r"\*?(?P<fence>[^\sA-Za-z*])(?P<text>[^\n]{0,1000}?)(?P=fence)")
FRACTION = re.compile(r"\s*\{(?P<top>[^{}]*+)\}\s*\{(?P<bottom>[^{}]*+)\}")
CODE = re.compile(r"\{(\d{2,3})\}")
SIMPLE = re.compile(r"\{[^{}\\$%]{1,20}\}")
EMPTY = re.compile(r"\{\}")
DEFINED = re.compile(r"\*?\s*+(?:\{\s*+\\?[^{}]*+\}|\\[A-Za-z@]+)[^{}\n]*+")
BIBITEM = re.compile(r"\\bibitem\s*+(?:\[(?:[^\[\]{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\])?\s*+\{(?P<key>[^{}]*+)\}")
COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)")
FORMULA = re.compile(r"\$[^$\s](?:[^$\\\n]|\n(?![ \t]*\n)|\\.){0,1000}?(?<!\s)\$(?!\d)", re.DOTALL)
"""A formula inside of a line: dollars that stand close to what they enclose, so that prices are none."""
CARD = re.compile(r"\\subsection\*\{Draft card\}\s*+(?=\{\\raggedright(?![A-Za-z]))")
"""What the draft card of our own renderings begins with; the group that follows is the card."""
