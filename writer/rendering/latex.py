r"""A draft as LaTeX: a fragment to \input, or a document that compiles by itself.

Uses natbib's `\citep` and plain LaTeX, nothing else. The evidence of each claim stands beside it as a comment.
Everything not written here is escaped by `latex_text`; this file decides only what stands where.
"""

from __future__ import annotations

import re

from writer.draft import Draft, Group, Sentence
from writer.entry import Corpus
from writer.errors import UserError
from writer.rendering import latex_text as tex
from writer.rendering.claims import (
    Mark,
    Reading,
    account,
    fold,
    known_and_unknown,
    marks,
    place_words,
    readings,
    split_final,
    stopped,
)

_PREAMBLE = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage[round]{natbib}
\usepackage{url}
\emergencystretch=3em
\begin{document}"""


def to_latex(draft: Draft, corpus: Corpus, *, bibliography: str, standalone: bool = False) -> str:
    r"""The draft as LaTeX that cites from `bibliography` (the name of a `.bib` file, with or without suffix).

    A fragment needs natbib, and `\bibliography{…}` in the document that takes it in; `standalone` adds both. A key
    that the corpus does not hold is marked in bold and never cited. Raises `UserError` for a key or a file name
    that LaTeX cannot take.
    """
    name = bibliography_name(bibliography)
    section = [*about(draft, corpus, name), "", f"\\section{{{tex.text(draft.theme)}}}"]
    for group in draft.groups:
        section += group_lines(group, corpus)
    section += problem_lines(draft)
    return finished(section, name if cites_any(draft, corpus) else "", standalone=standalone)


def finished(lines: list[str], bibliography: str, *, standalone: bool) -> str:
    """The lines as a fragment, or as a document with the references of `bibliography`, where that is not empty."""
    body = "\n".join(lines)
    if tex.lacks_signs(body):
        body = tex.comment("[U+...] stands for a character that pdflatex has no sign for.") + "\n" + body
    return _document(body, bibliography) if standalone else body + "\n"


def bibliography_name(bibliography: str) -> str:
    """The name without its suffix. Raises `UserError` for one that LaTeX cannot take."""
    name = bibliography.removesuffix(".bib")
    if not name or re.search(r"[\s,{}%#\\~\"$&^\x00-\x1f\x7f]", name):
        raise UserError(
            f"{bibliography!r} cannot be used as the name of a bibliography in LaTeX",
            hint="choose an output name of letters, digits, dots and hyphens",
        )
    return name


def about(draft: Draft, corpus: Corpus, name: str) -> list[str]:
    """What a document needs to take the draft in, and the account of it, as comments."""
    return [
        tex.comment(rf"Needs \usepackage[T1]{{fontenc}}, \usepackage{{natbib}} and \bibliography{{{name}}}."),
        tex.comment(account(draft, corpus)),
    ]


def group_lines(group: Group, corpus: Corpus) -> list[str]:
    """The group's heading and sentences, with their evidence as comments."""
    lines: list[str] = []
    if fold(group.heading):
        heading = tex.text(group.heading)
        lines += ["", f"\\paragraph{{{heading if heading.endswith(('.', '?', '!')) else heading + '.'}}}"]
    for index, paragraph in enumerate(group.paragraphs):
        if index or not lines:
            lines.append("")
        for sentence in paragraph:
            lines += _sentence(sentence, corpus)
    return lines


def _sentence(sentence: Sentence, corpus: Corpus) -> list[str]:
    """The sentence on its line, then for a claim one comment for each quote."""
    known, _ = known_and_unknown(sentence.citations, corpus)
    line = tex.text(sentence.text)
    if known:
        body, final = split_final(sentence.text)
        keys = ",".join(tex.checked_key(key) for key in known)
        line = f"{tex.text(body)}~\\citep{{{keys}}}{tex.text(final)}".lstrip("~")
    line = " ".join([line, *map(_mark, marks(sentence, corpus))]).lstrip()
    lines = [line] if line else []
    if sentence.role == "claim":
        lines += [tex.comment(_evidence(sentence, reading)) for reading in readings(sentence, corpus)]
    return lines


def _mark(mark: Mark) -> str:
    key = f" \\texttt{{{tex.text(mark.key)}}}" if mark.key is not None else ""
    return f"\\textbf{{[{mark.words}{key}]}}"


def _evidence(sentence: Sentence, reading: Reading) -> str:
    quote = f': "{reading.quote}"' if reading.quote else ""
    return f"{sentence.verdict}: {reading.key}, {reading.where}{quote}"


def problem_lines(draft: Draft, heading: str = "Problems:") -> list[str]:
    """The draft's problems below a heading, as comments; nothing where there is none."""
    told = []
    for problem in draft.problems:
        key = f" {problem.key}" if problem.key is not None else ""
        suggestion = f" Suggestion: {stopped(problem.suggestion)}" if problem.suggestion else ""
        told.append(
            tex.comment(f"{problem.kind}{key} ({place_words(problem.place)}): {stopped(problem.detail)}{suggestion}")
        )
    return ["", tex.comment(heading), *told] if told else []


def cites_any(draft: Draft, corpus: Corpus) -> bool:
    """Whether anything cited stands in the corpus, and so in the bibliography."""
    return any(key in corpus for key in draft.cited())


def _document(body: str, name: str) -> str:
    # Without a citation BibTeX makes an empty list, which LaTeX refuses.
    references = [r"\bibliographystyle{plainnat}", f"\\bibliography{{{name}}}"] if name else []
    return "\n".join([_PREAMBLE, body, "", *references, r"\end{document}", ""])
