"""Pictures of a terminal: real output, drawn as SVG by its text alone, light or dark as the reader's screen is."""

from __future__ import annotations

import re
from html import escape

from making import runs

PICTURES = {
    "check": "writer check examples/manuscript.md",
}
"""The pictures, and what is run for each."""

_COLUMNS = 110
_CHARACTER, _LINE, _EDGE, _BAR = 8.43, 19, 18, 34
_STYLE = """
    .window { fill: #ffffff; stroke: #d0d7de } .bar { fill: #f6f8fa } .dot { fill: #c9d1d9 }
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328;
           white-space: pre }
    .error { fill: #b31d28; font-weight: 700 } .warning { fill: #8a5a00; font-weight: 700 }
    .note { fill: #57606a } .place { fill: #0a53a8 } .prompt { fill: #1a7f37; font-weight: 700 }
    @media (prefers-color-scheme: dark) {
      .window { fill: #0d1117; stroke: #30363d } .bar { fill: #161b22 } .dot { fill: #484f58 } text { fill: #e6edf3 }
      .error { fill: #ff8a80 } .warning { fill: #e3b341 } .note { fill: #9aa4af } .place { fill: #79b8ff }
      .prompt { fill: #56d364 }
    }"""
_PARTS = (
    ("prompt", re.compile(r"^\$")),
    ("place", re.compile(r"^\S+?:\d+:\d+:")),
    ("error", re.compile(r"(?<=: )error [\w-]+")),
    ("warning", re.compile(r"(?<=: )warning [\w-]+")),
    ("error", re.compile(r"\^~*$")),
    ("note", re.compile(r"^ +=.*|^ +\d+ \||^ +\||^ {8}\S.*")),
)
"""What is told by colour as well; each is told by words or signs too."""


def drawn(command: str) -> str:
    """The picture of a command and what it prints."""
    with runs.Session() as session:
        printed = session.printed(command)
    lines = [part for line in [f"$ {command}", *printed.splitlines()] for part in _wrapped(line)]
    width = round(_COLUMNS * _CHARACTER + 2 * _EDGE)
    height = _BAR + len(lines) * _LINE + 2 * _EDGE
    drawing = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="A terminal: {escape(command, quote=True)}">',
        f"  <style>{_STYLE}\n  </style>",
        f'  <rect class="window" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="9"/>',
        f'  <path class="bar" d="M1 {_BAR} V9.5 Q1 1 9.5 1 H{width - 9.5} Q{width - 1} 1 {width - 1} 9.5 V{_BAR} Z"/>',
        *(f'  <circle class="dot" cx="{20 + 18 * at}" cy="{_BAR / 2:g}" r="5.5"/>' for at in range(3)),
    ]
    for number, line in enumerate(lines):
        y = _BAR + _EDGE + number * _LINE + 8
        if line:
            drawing.append(f'  <text x="{_EDGE}" y="{y}" xml:space="preserve">{_coloured(line)}</text>')
    return "\n".join([*drawing, "</svg>"]) + "\n"


def _wrapped(line: str) -> list[str]:
    """The line in pieces, as a terminal breaks it."""
    return [line[at : at + _COLUMNS] for at in range(0, len(line), _COLUMNS)] or [""]


def _coloured(line: str) -> str:
    """The line with its telling parts marked; where two parts meet, the first named goes."""
    classes = [""] * len(line)
    for name, pattern in _PARTS:
        for match in pattern.finditer(line):
            for at in range(*match.span()):
                classes[at] = classes[at] or name
    pieces, at = [], 0
    while at < len(line):
        end = next((later for later in range(at, len(line)) if classes[later] != classes[at]), len(line))
        text = escape(line[at:end], quote=False)
        pieces.append(f'<tspan class="{classes[at]}">{text}</tspan>' if classes[at] else text)
        at = end
    return "".join(pieces)
