"""Any text as LaTeX that pdflatex sets as itself: pure ASCII, every special escaped, no command but our own.

Works with a bare `article`; guillemets and a few letters (ð, þ, đ, ŋ, ą) need `\\usepackage[T1]{fontenc}`. A
character that pdflatex has no sign for is written `[U+4E2D]`: visible, and the document still compiles.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from writer.errors import UserError
from writer.rendering.claims import fold

_ASCII = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "%": r"\%", "#": r"\#",
    "$": r"\$", "&": r"\&", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}",
    # A plain double quote is a command under some languages of babel.
    '"': r"\symbol{34}",
}  # fmt: skip
_SIGNS = {
    "“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": r"\ldots{}", "\u00a0": "~",
    "‐": "-", "\u2011": "-", "\u00ad": r"\-", "\u2009": r"\,", "\u202f": r"\,", "\u2007": r"\,", "−": r"\ensuremath{-}",
    "§": r"\textsection{}", "¶": r"\textparagraph{}", "°": r"\textdegree{}", "•": r"\textbullet{}",
    "†": r"\textdagger{}", "‡": r"\textdaggerdbl{}", "™": r"\texttrademark{}", "®": r"\textregistered{}",
    "©": r"\textcopyright{}", "€": r"\texteuro{}", "£": r"\textsterling{}", "¥": r"\textyen{}", "¢": r"\textcent{}",
    "¡": r"\textexclamdown{}", "¿": r"\textquestiondown{}", "«": r"\guillemotleft{}", "»": r"\guillemotright{}",
    "‹": r"\guilsinglleft{}", "›": r"\guilsinglright{}", "‚": r"\quotesinglbase{}", "„": r"\quotedblbase{}",
    "‰": r"\textperthousand{}", "µ": r"\textmu{}", "№": r"\textnumero{}", "⁄": "/",
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}", "Ø": r"\O{}",
    "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "ȷ": r"\j{}", "ð": r"\dh{}", "Ð": r"\DH{}", "þ": r"\th{}",
    "Þ": r"\TH{}", "đ": r"\dj{}", "Đ": r"\DJ{}", "ŋ": r"\ng{}", "Ŋ": r"\NG{}",
}  # fmt: skip
_MATH = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ϵ": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "ς": "varsigma", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "varphi",
    "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda",
    "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
    "≤": "leq", "≥": "geq", "⩽": "leq", "⩾": "geq", "≠": "neq", "≈": "approx", "≃": "simeq", "≅": "cong",
    "≡": "equiv", "∼": "sim", "∝": "propto", "≪": "ll", "≫": "gg", "×": "times", "÷": "div", "±": "pm", "∓": "mp",
    "·": "cdot", "⋅": "cdot", "∙": "bullet", "∘": "circ", "⊕": "oplus", "⊗": "otimes", "⊖": "ominus", "⊙": "odot",
    "∞": "infty", "∑": "sum", "∏": "prod", "∫": "int", "∂": "partial", "∇": "nabla", "√": "surd", "∈": "in",
    "∉": "notin", "∋": "ni", "⊂": "subset", "⊆": "subseteq", "⊃": "supset", "⊇": "supseteq", "∪": "cup",
    "∩": "cap", "∅": "emptyset", "∀": "forall", "∃": "exists", "¬": "neg", "∧": "wedge", "∨": "vee", "⊢": "vdash",
    "⊤": "top", "⊥": "bot", "∥": "parallel", "∣": "mid", "→": "rightarrow", "←": "leftarrow",
    "↔": "leftrightarrow", "↑": "uparrow", "↓": "downarrow", "⇒": "Rightarrow", "⇐": "Leftarrow",
    "⇔": "Leftrightarrow", "↦": "mapsto", "↗": "nearrow", "↘": "searrow", "⟶": "longrightarrow", "⟨": "langle",
    "⟩": "rangle", "⌈": "lceil", "⌉": "rceil", "⌊": "lfloor", "⌋": "rfloor", "ℓ": "ell", "ℏ": "hbar", "ℜ": "Re",
    "ℑ": "Im", "ℵ": "aleph", "⋆": "star", "★": "star", "∗": "ast", "′": "prime", "∖": "setminus", "△": "triangle",
    "⋄": "diamond", "♯": "sharp", "♭": "flat", "⋯": "cdots", "⋮": "vdots", "∠": "angle", "≺": "prec", "≻": "succ",
    "♠": "spadesuit", "♥": "heartsuit", "♦": "diamondsuit", "♣": "clubsuit",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k",
    "\u0331": "b",
}  # fmt: skip
# Neighbours that TeX's fonts would join to another sign.
_JOINING = frozenset({"--", "''", "``", ",,", "<<", ">>", "?`", "!`"})
_NO_SIGN = re.compile(r"\[U\+[0-9A-F]{4,6}\]")
# `"` and `=` break the readers of .bib files, `~` expands inside \citep, the others end or comment a key.
_KEY_REFUSED = re.compile(r"[,{}%#\\~\"=\s\x00-\x1f\x7f]")


def text(raw: str) -> str:
    r"""The text escaped for running LaTeX, on one line.

    >>> text("50% of \\input{x} ≤ naïve")
    '50\\% of \\textbackslash{}input\\textbraceleft{}x\\textbraceright{} \\ensuremath{\\leq} na\\"{\\i}ve'
    """
    out: list[str] = []
    for char in unicodedata.normalize("NFC", fold(raw)):
        piece = _piece(char)
        if out and piece and out[-1][-1] + piece[0] in _JOINING:
            out.append("{}")
        if piece:
            out.append(piece)
    return "".join(out)


@lru_cache(maxsize=4096)
def _piece(char: str) -> str:
    """One character as LaTeX; empty for one that shows nothing."""
    if char < "\x7f":
        return _ASCII.get(char, char)
    if char in _SIGNS:
        return _SIGNS[char]
    if char in _MATH:
        return f"\\ensuremath{{\\{_MATH[char]}}}"
    if unicodedata.category(char) in ("Cf", "Cc"):
        return ""
    kind, parts = _decomposed(char)
    if kind == "accent":
        return _accented(parts) or _no_sign(char)
    if kind in ("super", "sub"):
        return f"\\text{kind}script{{{text(parts)}}}"
    # A letter in another dress (bold script, full width, a ligature) as the plain letter.
    return text(parts) if parts else _no_sign(char)


def _decomposed(char: str) -> tuple[str, str]:
    """The kind of Unicode's decomposition of a character (`accent`, `super`, `font` …) and its parts."""
    codes = unicodedata.decomposition(char).split()
    kind = codes.pop(0).strip("<>") if codes and codes[0].startswith("<") else "accent" if len(codes) == 2 else ""
    return kind, "".join(chr(int(code, 16)) for code in codes)


def _accented(parts: str) -> str:
    base, accent = parts[0], parts[1]
    if accent not in _ACCENTS:
        return ""
    letter = {"i": r"\i", "j": r"\j"}.get(base, "") if accent not in "\u0323\u0327\u0328\u0331" else ""
    return f"\\{_ACCENTS[accent]}{{{letter or _piece(base)}}}"


def _no_sign(char: str) -> str:
    return f"[U+{ord(char):04X}]"


def lacks_signs(latex: str) -> bool:
    """Whether some character had to be written as its code point."""
    return _NO_SIGN.search(latex) is not None


def comment(raw: str) -> str:
    """The text as one LaTeX comment line; nothing can follow it out of the comment."""
    return f"% {fold(raw)}"


def checked_key(key: str) -> str:
    r"""The key as it is, for `\citep` and for a `.bib` file; `UserError` where neither could carry it."""
    if key and not _KEY_REFUSED.search(key):
        return key
    raise UserError(
        f"the citation key {key!r} cannot be used in LaTeX or BibTeX",
        hint='change that key in the corpus: no spaces and none of , { } % # \\ ~ " =',
    )
