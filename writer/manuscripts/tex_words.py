r"""What LaTeX's commands and environments mean to a reader of the prose. Tables and lookups; no scanning.

A command that stands in none of these tables is unknown: its name is dropped and its arguments are read as text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from writer.text import clean

HEADINGS = frozenset("part chapter section subsection subsubsection paragraph subparagraph".split())

DROPPED = {
    **dict.fromkeys(
        """label vspace hspace includegraphics includesvg usepackage requirepackage documentclass bibliographystyle
        pagestyle thispagestyle pagenumbering index glossary todo hypertarget phantomsection includepdf
        graphicspath author date title affil affiliation institute email address orcid keywords subjclass
        footnotemark stepcounter refstepcounter color pagecolor selectlanguage setcitestyle bibpunct hyphenation
        vskip hskip rule newcounter theoremstyle captionsetup hypersetup lstset sisetup tikzset usetikzlibrary
        geometry linespread fontsize markboth pdfbookmark cline cmidrule bibdata nobibliography
        printbibliography acmconference acmdoi acmisbn ccsdesc setcopyright received""".split(),
        1,
    ),
    **dict.fromkeys(
        """setlength addtolength setcounter addtocounter definecolor newlength fontfamily
        providecolor colorlet declaremathoperator addcontentsline markright numberwithin""".split(),
        2,
    ),
    **dict.fromkeys("textcolor colorbox href hyperlink foreignlanguage scalebox parbox raisebox".split(), 1),
    "fcolorbox": 2,
    "resizebox": 2,
}  # fmt: skip
r"""How many arguments are no text; what follows them is (`\href{address}{text}`)."""

REFERENCES = frozenset("ref eqref autoref cref pageref nameref vref subref labelcref namecref".split())
"""They set a number or a name that the file does not hold: a gap in the sentence."""

DEFINITIONS = frozenset(
    """newcommand renewcommand providecommand declarerobustcommand newenvironment renewenvironment def gdef edef xdef
    let newdocumentcommand renewdocumentcommand newtheorem newif newcolumntype""".split()
)

NOTES = frozenset("footnote footnotetext thanks endnote marginpar sidenote caption captionof subcaption".split())
"""Their argument is prose of its own."""

RAW = {
    **dict.fromkeys("verbatim Verbatim BVerbatim LVerbatim lstlisting minted alltt luacode pycode".split(), "code"),
    **dict.fromkeys("tikzpicture pgfpicture".split(), "a figure"),
    "filecontents": "an unread environment",
    **dict.fromkeys("comment CCSXML".split(), ""),
}
"""Environments whose content is not LaTeX prose at all, and what they are; nothing is lost with those without a name.
"""

LISTS = frozenset("itemize enumerate description".split())
"""Their items are read as paragraphs."""

SILENT = {
    **dict.fromkeys(
        """equation align gather multline eqnarray displaymath math flalign alignat split array aligned gathered cases
        subequations dmath""".split(),
        "formula",
    ),
    **dict.fromkeys(
        "tabular tabularx tabulary longtable table sidewaystable supertabular tblr longtblr wraptable tabbing".split(),
        "table",
    ),
    **dict.fromkeys("figure wrapfigure SCfigure subfigure picture sidewaysfigure teaserfigure".split(), "figure"),
    **dict.fromkeys("algorithm algorithmic algorithm2e algorithmicx".split(), "algorithm"),
}
"""Environments without prose but for their captions, and what they are."""

# Commands that pylatexenc has no sign for, and units.
_SIGNS = {
    "textless": "<", "textgreater": ">", "textbar": "|", "textbraceleft": "{", "textbraceright": "}",
    "textasteriskcentered": "*", "textmu": "µ", "textunderscore": "_", "textdollar": "$", "textpercent": "%",
    "textquotesingle": "'", "lbrace": "{", "rbrace": "}", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX",
    "LaTeXe": "LaTeX2e", "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "percent": "%", "quad": " ", "qquad": " ",
    "par": " ", "newline": " ", "linebreak": " ", "enspace": " ", "thinspace": " ", "space": " ", "xspace": "",
    "slash": "/", "textellipsis": "…", "copyright": "©", "P": "¶", "dag": "†", "ddag": "‡", "pounds": "£",
    "textasciigrave": "`", "bigstar": "★", "checkmark": "✓", "cdotp": "·",
}  # fmt: skip
ACCENTS = {"d": "\u0323", "b": "\u0331", "t": "\u0361"}
"""Those that `writer.text.clean` does not know."""


def is_raw(environment: str) -> bool:
    """Whether what stands in an environment is no LaTeX."""
    return environment.rstrip("*") in RAW


@lru_cache(maxsize=1024)
def sign(name: str) -> str | None:
    r"""What a command without arguments sets (`\alpha`, `\textgreater`), or None where nobody knows.

    >>> sign("alpha"), sign("guillemotleft"), sign("mycommand")
    ('α', '«', None)
    """
    if name in _SIGNS:
        return _SIGNS[name]
    cleaned = clean(f"\\{name}{{}}")
    if not cleaned.startswith("\\") or name == "textbackslash":
        return cleaned
    shown = getattr(_database().get_macro_spec(name), "simplify_repl", None)
    return shown if isinstance(shown, str) and 0 < len(shown) <= 2 and "%" not in shown else None


@lru_cache(maxsize=1)
def _database() -> Any:
    from pylatexenc.latex2text import get_default_latex_context_db  # 20 ms, and most manuscripts need none of it

    return get_default_latex_context_db()
