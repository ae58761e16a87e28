r"""A draft as LaTeX: a fragment to \input, or a document that compiles by itself.

Uses the citation commands of natbib, biblatex or LaTeX itself, and plain LaTeX, nothing else. The evidence of each
claim stands beside it as a comment.
Everything not written here is escaped by `latex_text`; this file decides only what stands where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from writer.draft import Draft, Group, Sentence
from writer.entry import Corpus, Entry
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
\usepackage{iftex}
\ifPDFTeX
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\fi"""
_PREAMBLE_END = r"""\usepackage{url}
\emergencystretch=3em
\begin{document}"""


@dataclass(frozen=True, slots=True)
class Citing:
    """The commands of a citation package, and what a document needs to use it."""

    behind: str
    """The command for a citation behind what it backs: `\\citep`."""
    within: str
    """The command that names the authors within the sentence: `\\citet`; empty where there is none."""
    needs: str
    """What the preamble of a document holds, `%s` standing for the bibliography's name."""
    references: tuple[str, ...]
    """What sets the references, likewise."""


# Left alone, biblatex prints "n.d." for an entry without a year, and nothing for one without author and title.
_BIBLATEX = r"""\usepackage[style=authoryear,backend=biber]{biblatex}
\DeclareLabeldate{\field{date}\field{year}\field{eventdate}\field{origdate}}
\DeclareSourcemap{\maps{\map{\step[notfield=title,final]\step[fieldsource=key,final]\step[fieldset=label,origfieldval]}}}
\addbibresource{%s.bib}"""
_BIBTEX = (r"\bibliographystyle{plainnat}", r"\bibliography{%s}")
CITING = {
    "natbib": Citing("citep", "citet", r"\usepackage[round]{natbib}", _BIBTEX),
    "biblatex": Citing(
        "parencite",
        "textcite",
        _BIBLATEX,
        (r"\printbibliography",),
    ),
    "plain": Citing("cite", "", "", (r"\bibliographystyle{plain}", r"\bibliography{%s}")),
}
"""Citation packages by name. A new one is one line here."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a draft cites: with which package, and whether authors at a sentence's head become the citation itself."""

    citing: Citing = CITING["natbib"]
    textual: bool = False


NATBIB = Style()


def style_named(name: str, *, textual: bool = False) -> Style:
    """The style of a citation package. Raises `UserError` for one that is not known, or has no textual command."""
    if name not in CITING:
        raise UserError(f"there is no citation package {name!r}", hint=f"choose one of: {', '.join(CITING)}")
    if textual and not CITING[name].within:
        raise UserError(f"{name} has no command that names authors in the text", hint="choose natbib or biblatex")
    return Style(CITING[name], textual)


def to_latex(
    draft: Draft,
    corpus: Corpus,
    *,
    bibliography: str,
    standalone: bool = False,
    style: Style = NATBIB,
    appendix: tuple[str, ...] = (),
) -> str:
    r"""The draft as LaTeX that cites from `bibliography` (the name of a `.bib` file, with or without suffix).

    A fragment needs the citation package, and the references in the document that takes it in; `standalone` adds
    both, and `appendix` are lines to follow. A key that the corpus does not hold is marked in bold and never cited.
    Raises `UserError` for a key or a file name that LaTeX cannot take.
    """
    name = bibliography_name(bibliography)
    section = [*about(draft, corpus, name, style), "", f"\\section{{{tex.text(draft.theme)}}}"]
    for group in draft.groups:
        section += group_lines(group, corpus, style)
    section += [*appendix, *problem_lines(draft)]
    return finished(section, name if cites_any(draft, corpus) else "", standalone=standalone, style=style)


def finished(lines: list[str], bibliography: str, *, standalone: bool, style: Style = NATBIB) -> str:
    """The lines as a fragment, or as a document with the references of `bibliography`, where that is not empty."""
    body = "\n".join(lines)
    if tex.lacks_signs(body):
        body = tex.comment("[U+...] stands for a character that pdflatex has no sign for.") + "\n" + body
    return _document(body, bibliography, style.citing) if standalone else body + "\n"


def bibliography_name(bibliography: str) -> str:
    """The name without its suffix. Raises `UserError` for one that LaTeX cannot take."""
    name = bibliography.removesuffix(".bib")
    if not name or re.search(r"[\s,{}%#\\~\"$&^\x00-\x1f\x7f]", name):
        raise UserError(
            f"{bibliography!r} cannot be used as the name of a bibliography in LaTeX",
            hint="choose an output name of letters, digits, dots and hyphens",
        )
    return name


def about(draft: Draft, corpus: Corpus, name: str, style: Style = NATBIB) -> list[str]:
    """What a document needs to take the draft in, and the account of it, as comments."""
    needs = [r"\usepackage[T1]{fontenc}", *filter(None, style.citing.needs.split("\n"))]
    needs = [need.replace("[round]", "") % name if "%s" in need else need.replace("[round]", "") for need in needs]
    references = style.citing.references[-1]
    needs.append(references % name if "%s" in references else references)
    return [
        tex.comment(f"Needs {', '.join(needs[:-1])} and {needs[-1]}."),
        tex.comment(account(draft, corpus)),
    ]


def group_lines(group: Group, corpus: Corpus, style: Style = NATBIB) -> list[str]:
    """The group's heading and sentences, with their evidence as comments."""
    lines: list[str] = []
    if fold(group.heading):
        heading = tex.text(group.heading)
        lines += ["", f"\\paragraph{{{heading if heading.endswith(('.', '?', '!')) else heading + '.'}}}"]
    for index, paragraph in enumerate(group.paragraphs):
        if index or not lines:
            lines.append("")
        for sentence in paragraph:
            lines += _sentence(sentence, corpus, style)
    return lines


def _sentence(sentence: Sentence, corpus: Corpus, style: Style) -> list[str]:
    """The sentence on its line, then for a claim one comment for each quote."""
    known, _ = known_and_unknown(sentence.citations, corpus)
    line = tex.text(sentence.text)
    if known:
        line = _cited(sentence.text, known, corpus, style)
    line = " ".join([line, *map(_mark, marks(sentence, corpus))]).lstrip()
    lines = [line] if line else []
    if sentence.role == "claim":
        lines += [tex.comment(_evidence(sentence, reading)) for reading in readings(sentence, corpus)]
    return lines


def _cited(sentence: str, known: list[str], corpus: Corpus, style: Style) -> str:
    """The sentence with its citations: before the full stop, or in the place of the authors at its head."""
    body, final = split_final(sentence)
    entry = corpus.get(known[0])
    who = _authors(entry) if style.textual and entry is not None and len(known) == 1 else ""
    if who and body.startswith(f"{who} "):
        rest = tex.text(body[len(who) :].lstrip() + final)
        return f"\\{style.citing.within}{{{tex.checked_key(known[0])}}} {rest}"
    keys = ",".join(tex.checked_key(key) for key in known)
    return f"{tex.text(body)}~\\{style.citing.behind}{{{keys}}}{tex.text(final)}".lstrip("~")


def _authors(entry: Entry) -> str:
    """The authors as a textual citation of an author-year style prints them."""
    names = [author.family for author in entry.authors]
    if len(names) > 2 or (names and entry.more_authors):
        return f"{names[0]} et al."
    return " and ".join(names)


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


def _document(body: str, name: str, citing: Citing) -> str:
    def named(line: str) -> str:
        return line % name if "%s" in line else line

    # Without a citation BibTeX makes an empty list, which LaTeX refuses.
    needs = [named(citing.needs)] if citing.needs and (name or "%s" not in citing.needs) else []
    references = [named(line) for line in citing.references] if name else []
    return "\n".join([_PREAMBLE, *needs, _PREAMBLE_END, body, "", *references, r"\end{document}", ""])
