"""A survey as one document: its sections under their headings, one bibliography, and at the end what it covers.

Sections look as a draft alone does: what renders the parts of a draft renders them here. Footnotes are numbered on
through all sections.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from writer.entry import Corpus
from writer.rendering import latex as in_latex
from writer.rendering import latex_text as tex
from writer.rendering import markdown as in_markdown
from writer.rendering import markdown_text as md
from writer.rendering.bibliography import to_bibtex
from writer.rendering.card import Changes, card_latex, card_markdown
from writer.rendering.claims import account, fold, stopped
from writer.rendering.coverage import Coverage, Shared, coverage
from writer.rendering.covered import covered, named
from writer.rendering.document import DOCUMENTS, REFERENCES, document_of
from writer.rendering.draft_json import as_text, document, usage_value
from writer.rendering.html import Part, to_html
from writer.rendering.look import Look
from writer.rendering.survey_card import joined, survey_card
from writer.survey import Section, Survey
from writer.text import ascii_fold

SCHEMA = 1
_SHOWN = 20
_ONCE = ("schema", "corpus", "entries")
"""What a Draft JSON holds and the survey's holds once for all sections."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The numbers of the sections, and of all of them, as rows of words."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def survey_bibtex(survey: Survey, corpus: Corpus) -> str:
    """The entries that all sections cite, as BibTeX, in the order of their first citation."""
    return to_bibtex(survey.whole(), corpus)


# Markdown ---------------------------------------------------------------------------------------------------------


def survey_markdown(survey: Survey, corpus: Corpus, *, bibliography: str | None = None) -> str:
    """The survey as Markdown; with `bibliography` (a file name) also the front matter for pandoc's citeproc."""
    whole, covered, numbers = survey.whole(), coverage(survey, corpus), count(1)
    blocks = [in_markdown.front_matter(bibliography)] if bibliography else []
    blocks.append(f"# {md.text(survey.title)}")
    for section in survey.sections:
        blocks.append(f"## {md.text(section.heading)}")
        blocks += [f"*Nothing is told here: {md.text(stopped(section.note))}*"] if section.note else []
        for group in section.draft.groups if section.draft is not None else ():
            blocks += in_markdown.group_blocks(group, corpus, numbers, level=3)
        blocks += _see_also(section, survey)
    if bibliography:
        blocks += ["## References", "::: {#refs}\n:::"]
    blocks += ["* * *", "## What was checked", md.text(account(whole, corpus), starts_line=True)]
    blocks += _coverage_blocks(survey, corpus, covered)
    problems = [
        f"{md.text(f'“{section.heading}”')}: {in_markdown.problem_line(problem)}"
        for section, problem in survey.problems()
    ]
    blocks += in_markdown.listed("Problems", problems)
    blocks += in_markdown.listed(
        "Entries cited", [in_markdown.cited_line(key, corpus.get(key)) for key in whole.cited()]
    )
    for section in survey.sections:
        left_out = in_markdown.left_out_lines(section.draft.left_out, corpus) if section.draft is not None else []
        blocks += in_markdown.listed(f"Left out of {md.text(f'“{section.heading}”')}", left_out)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _see_also(section: Section, survey: Survey) -> list[str]:
    """Where else to look, by section; keys as code, since a citation would tell the entry a second time."""
    homes = dict.fromkeys(referral.section for referral in section.referrals)
    parts = [
        f"{md.text(f'“{survey.sections[home].heading}”')}"
        f" ({', '.join(md.code(referral.key) for referral in section.referrals if referral.section == home)})"
        for home in homes
    ]
    return [f"*See also* {'; '.join(parts)}."] if parts else []


def _coverage_blocks(survey: Survey, corpus: Corpus, covered: Coverage) -> list[str]:
    table = _table(survey, covered)
    rows = [
        _row(table.head),
        _row(["---", *("---:" for _ in table.head[1:])]),
        *(_row([md.text(cell) for cell in row]) for row in table.rows),
    ]
    told = [
        f"{md.code(shared.key)}{in_markdown.known_as(corpus.get(shared.key))}: {md.text(words)}"
        for shared, words in _shared_words(survey, covered)
    ]
    unused = [f"{md.code(key)}{in_markdown.known_as(corpus.get(key))}" for key in covered.unused[:_SHOWN]]
    twice = [f"{md.code(shared.key)}: {md.text(_named(survey, shared.told))}." for shared in covered.told_twice]
    return [
        "## Coverage",
        "\n".join(rows),
        *in_markdown.listed("Told in more than one section", twice, 3),
        *in_markdown.listed("Found for several sections", [*told, *_more(_untold(covered), "told in none of them")], 3),
        *in_markdown.listed("Never used", [*unused, *_more(len(covered.unused) - len(unused), "of the corpus")], 3),
    ]


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


# LaTeX ------------------------------------------------------------------------------------------------------------


def survey_latex(
    survey: Survey,
    corpus: Corpus,
    *,
    bibliography: str,
    standalone: bool = False,
    style: in_latex.Style = in_latex.NATBIB,
    appendix: tuple[str, ...] = (),
) -> str:
    r"""The survey as LaTeX: a `\section` with a `\subsection` for each section, and a table of what it covers.

    Its lists of entries and problems stand in comments. For `bibliography` and `standalone` see `to_latex`.
    """
    name = in_latex.bibliography_name(bibliography)
    whole, covered = survey.whole(), coverage(survey, corpus)
    labels = _labels(survey)
    lines = [*in_latex.about(whole, corpus, name, style), "", f"\\section{{{tex.text(survey.title)}}}"]
    for section, label in zip(survey.sections, labels, strict=True):
        lines += ["", f"\\subsection{{{tex.text(section.heading)}}}", f"\\label{{{label}}}"]
        lines += [f"\\emph{{Nothing is told here: {tex.text(stopped(section.note))}}}"] if section.note else []
        for group in section.draft.groups if section.draft is not None else ():
            lines += in_latex.group_lines(group, corpus, style)
        lines += _see_also_lines(section, labels)
    lines += [*_coverage_lines(survey, covered), *appendix]
    for section in survey.sections:
        if section.draft is not None:
            lines += in_latex.problem_lines(section.draft, f"Problems in “{section.heading}”:")
    cites = name if in_latex.cites_any(whole, corpus) else ""
    return in_latex.finished(lines, cites, standalone=standalone, style=style)


def _labels(survey: Survey) -> list[str]:
    """A label for each section, of the words of its heading where these are ASCII."""
    labels: list[str] = []
    for at, section in enumerate(survey.sections, start=1):
        slug = re.sub(r"[^a-z0-9]+", "-", ascii_fold(section.heading).lower()).strip("-") or str(at)
        labels.append(f"sec:{slug}" if f"sec:{slug}" not in labels else f"sec:{slug}-{at}")
    return labels


def _see_also_lines(section: Section, labels: list[str]) -> list[str]:
    homes = dict.fromkeys(referral.section for referral in section.referrals)
    if not homes:
        return []
    places = ", ".join(f"Section~\\ref{{{labels[home]}}}" for home in homes)
    keys = [
        tex.comment(f"{labels[home]}: {', '.join(r.key for r in section.referrals if r.section == home)}")
        for home in homes
    ]
    return ["", f"\\emph{{See also}} {places}.", *keys]


def _coverage_lines(survey: Survey, covered: Coverage) -> list[str]:
    table = _table(survey, covered)
    columns = "p{0.4\\linewidth}" + "r" * (len(table.head) - 1)
    rows = [" & ".join(tex.text(cell) for cell in row) + r" \\" for row in (table.head, *table.rows)]
    told = [f"{shared.key}: {words}" for shared, words in _shared_words(survey, covered)]
    told += _more(_untold(covered), "told in none of them")
    unused = [
        *filter(None, [", ".join(covered.unused[:_SHOWN])]),
        *_more(len(covered.unused) - _SHOWN, "of the corpus"),
    ]
    twice = [f"{shared.key}: {_named(survey, shared.told)}." for shared in covered.told_twice]
    return [
        "",
        r"\subsection*{Coverage}",
        rf"\noindent\begin{{tabular}}{{{columns}}}",
        rows[0],
        r"\hline",
        *rows[1:-1],
        r"\hline",
        rows[-1],
        r"\end{tabular}",
        *_comments("Told in more than one section:", twice),
        *_comments("Found for several sections:", told),
        *_comments("Never used:", unused),
    ]


def _comments(heading: str, items: list[str]) -> list[str]:
    return [tex.comment(heading), *map(tex.comment, items)] if items else []


# JSON -------------------------------------------------------------------------------------------------------------


def survey_json(survey: Survey, corpus: Corpus) -> str:
    """The survey as JSON: each section's draft in the fields of Draft JSON, and once for all what they share."""
    whole, covered = survey.whole(), coverage(survey, corpus)
    shared = document(whole, corpus)
    value = {
        "schema": SCHEMA,
        "title": survey.title,
        "corpus": shared["corpus"],
        "digest": survey.digest,
        "drafter": whole.drafter,
        "sections": [_section_value(section, survey, corpus) for section in survey.sections],
        "entries": shared["entries"],
        "usage": usage_value(whole.usage),
        "coverage": _coverage_value(survey, covered),
    }
    return as_text(value)


def _section_value(section: Section, survey: Survey, corpus: Corpus) -> dict[str, Any]:
    draft = None
    if section.draft is not None:
        draft = {name: part for name, part in document(section.draft, corpus).items() if name not in _ONCE}
    return {
        "heading": section.heading,
        "theme": section.theme,
        "note": section.note or None,
        "found": list(section.found),
        "see_also": [
            {"key": referral.key, "section": survey.sections[referral.section].heading}
            for referral in section.referrals
        ],
        "draft": draft,
    }


def _coverage_value(survey: Survey, covered: Coverage) -> dict[str, Any]:
    def named(places: tuple[int, ...]) -> list[str]:
        return [survey.sections[at].heading for at in places]

    return {
        "sections": [
            {"heading": row.heading, "cited": row.cited, "claims": row.claims, "verdicts": row.verdicts}
            for row in covered.sections
        ],
        "shared": [
            {"key": shared.key, "found_in": named(shared.found), "told_in": named(shared.told)}
            for shared in covered.shared
        ],
        "told_twice": [shared.key for shared in covered.told_twice],
        "unused": list(covered.unused),
    }


# In words ---------------------------------------------------------------------------------------------------------


def _table(survey: Survey, covered: Coverage) -> _Table:
    verdicts = covered.verdicts()
    rows = [
        (fold(row.heading), str(row.cited), str(row.claims), *(str(row.verdicts.get(name, 0)) for name in verdicts))
        for row in covered.sections
    ]
    cited = survey.corpus_entries - len(covered.unused)
    claims = sum(row.claims for row in covered.sections)
    sums = (str(sum(row.verdicts.get(name, 0) for row in covered.sections)) for name in verdicts)
    total = ("All", f"{cited} of {survey.corpus_entries}", str(claims), *sums)
    return _Table(("Section", "entries cited", "claims", *verdicts), (*rows, total))


def _shared_words(survey: Survey, covered: Coverage) -> list[tuple[Shared, str]]:
    """Each entry that several sections found and one tells, with where that is and who else found it."""
    told = []
    for shared in covered.shared:
        others = tuple(at for at in shared.found if at not in shared.told)
        if shared.told:
            also = f"; found for {_named(survey, others)} too" if others else ""
            told.append((shared, f"told in {_named(survey, shared.told)}{also}."))
    return told


def _named(survey: Survey, places: tuple[int, ...]) -> str:
    return ", ".join(f"“{survey.sections[at].heading}”" for at in places)


def _untold(covered: Coverage) -> int:
    return sum(not shared.told for shared in covered.shared)


def _more(number: int, what: str) -> list[str]:
    return [f"and {number} more, {what}."] if number > 0 else []


# The evidence page, documents, and the card -----------------------------------------------------------------------


def survey_html(survey: Survey, corpus: Corpus, *, changes: Changes | None = None) -> str:
    """The survey as one evidence page: its sections, and beside every claim what it rests on."""
    whole, account_of = joined(survey), coverage(survey, corpus)
    table = _table(survey, account_of)
    parts = [
        Part(
            section.heading,
            len(section.draft.groups) if section.draft else 0,
            section.note,
            _see_also_words(section, survey),
        )
        for section in survey.sections
    ]
    lists = (
        ("Told in more than one section", [f"{it.key}: {_named(survey, it.told)}." for it in account_of.told_twice]),
        ("Found for several sections", [f"{it.key}: {words}" for it, words in _shared_words(survey, account_of)]),
        ("Never used", [named(key, corpus) for key in account_of.unused]),
    )
    words = replace(
        covered(whole, corpus),
        head=table.head,
        rows=table.rows,
        lists=tuple((heading, tuple(items)) for heading, items in lists if items),
    )
    return to_html(whole, corpus, coverage=words, parts=parts, card=survey_card(survey, changes))


def _see_also_words(section: Section, survey: Survey) -> str:
    homes = dict.fromkeys(referral.section for referral in section.referrals)
    told = (
        f"“{survey.sections[home].heading}”"
        f" ({', '.join(referral.key for referral in section.referrals if referral.section == home)})"
        for home in homes
    )
    return f"See also {'; '.join(told)}." if homes else ""


def _document(form: str) -> SurveyFormat:
    def render(survey: Survey, corpus: Corpus, look: Look) -> bytes:
        text, whole = survey_markdown(survey, corpus, bibliography=REFERENCES), survey.whole()
        if look.card:
            text += "\n" + card_markdown(survey_card(survey, look.changes))
        language = str(dict(whole.settings).get("language") or "")
        return document_of(text, corpus, whole.cited(), form, style=look.csl, language=language)

    return render


def _markdown(survey: Survey, corpus: Corpus, look: Look) -> str:
    text = survey_markdown(survey, corpus, bibliography=look.bibliography)
    return f"{text}\n{card_markdown(survey_card(survey, look.changes))}" if look.card else text


def _latex(survey: Survey, corpus: Corpus, look: Look) -> str:
    return survey_latex(
        survey,
        corpus,
        bibliography=look.bibliography or "references",
        standalone=look.standalone,
        style=look.latex,
        appendix=card_latex(survey_card(survey, look.changes)) if look.card else (),
    )


SurveyFormat = Callable[[Survey, Corpus, Look], str | bytes]
SURVEY_FORMATS: dict[str, SurveyFormat] = {
    "md": _markdown,
    "tex": _latex,
    "html": lambda survey, corpus, look: survey_html(survey, corpus, changes=look.changes),
    "json": lambda survey, corpus, _: survey_json(survey, corpus),
    **{form: _document(form) for form in DOCUMENTS},
}
"""How a survey is written in each format."""
