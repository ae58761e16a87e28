"""A draft as Markdown with pandoc citations: the section, its evidence as footnotes, and what was checked.

One sentence a line, so that changes to a draft are changes of lines. Everything not written here is escaped by
`markdown_text`; this file decides only what stands where.
"""

from __future__ import annotations

import json
from itertools import count

from writer.draft import Draft, Group, LeftOut, Problem, Sentence
from writer.entry import Corpus, Entry
from writer.rendering import markdown_text as md
from writer.rendering.claims import (
    account,
    fold,
    known_and_unknown,
    marks,
    place_words,
    readings,
    split_final,
    stopped,
)

LEFT_OUT_SHOWN = 20


def to_markdown(draft: Draft, corpus: Corpus, *, bibliography: str | None = None) -> str:
    """The draft as Markdown; with `bibliography` (a file name) also the front matter that pandoc's citeproc reads.

    Every claim has a footnote with its verdict and quotes; a claim that is neither quoted nor supported, and a key
    that the corpus does not hold, is marked in the text.
    """
    numbers = count(1)
    blocks = [front_matter(bibliography)] if bibliography else []
    blocks.append(f"# {md.text(draft.theme)}")
    for group in draft.groups:
        blocks += group_blocks(group, corpus, numbers)
    if bibliography:
        # Citeproc sets the references here, before what is not part of the section.
        blocks += ["## References", "::: {#refs}\n:::"]
    blocks += ["* * *", "## What was checked", md.text(account(draft, corpus), starts_line=True)]
    blocks += listed("Problems", [problem_line(problem) for problem in draft.problems])
    blocks += listed("Entries cited", [cited_line(key, corpus.get(key)) for key in draft.cited()])
    blocks += listed("Left out", left_out_lines(draft.left_out, corpus))
    return "\n\n".join(block for block in blocks if block) + "\n"


def front_matter(bibliography: str) -> str:
    """What tells pandoc's citeproc the name of the bibliography."""
    # A JSON string is a YAML string too.
    name = json.dumps(fold(bibliography), ensure_ascii=False)
    return f"---\nbibliography: {name}\nlink-citations: true\n---"


def group_blocks(group: Group, corpus: Corpus, numbers: count[int], level: int = 2) -> list[str]:
    """Heading, paragraphs, and then their footnotes: the evidence stands near what it carries.

    `numbers` are those of the footnotes to come, `level` is that of the heading.
    """
    blocks = [f"{'#' * level} {md.text(group.heading)}"] if fold(group.heading) else []
    footnotes: list[str] = []
    for paragraph in group.paragraphs:
        lines: list[str] = []
        for sentence in paragraph:
            line = _sentence(sentence, corpus)
            if sentence.role == "claim":
                reference = f"[^{next(numbers)}]"
                footnotes.append(f"{reference}: {_footnote(sentence, corpus)}")
                # Pandoc would read [@key][^1] as a link.
                line += f" {reference}" if line.endswith("]") else reference
            lines.append(line)
        blocks.append("\n".join(line for line in lines if line))
    return [*blocks, "\n".join(footnotes)]


def _sentence(sentence: Sentence, corpus: Corpus) -> str:
    known, _ = known_and_unknown(sentence.citations, corpus)
    line = md.text(sentence.text, starts_line=True)
    if known:
        body, final = split_final(sentence.text)
        line = f"{md.text(body, starts_line=True)} {md.citation(known)}{md.text(final)}".lstrip()
    warnings = [
        f"**[{mark.words}{' ' + md.code(mark.key) if mark.key is not None else ''}]**"
        for mark in marks(sentence, corpus)
    ]
    return " ".join([line, *warnings]).lstrip()


def _footnote(sentence: Sentence, corpus: Corpus) -> str:
    """The verdict, then each citation with its quotes; a key with several quotes is named once."""
    told: list[str] = []
    before = ""
    for reading in readings(sentence, corpus):
        # A key without an entry is shown as code: pandoc would make a citation of it.
        key = md.in_text(reading.key) if reading.key in corpus else md.code(reading.key)
        quote = f": “{md.text(reading.quote)}”" if reading.quote else ""
        told.append(f"{reading.where}{quote}" if key == before else f"{key}, {reading.where}{quote}")
        before = key
    end = "." if told and not told[-1].endswith("”") else ""
    return f"{sentence.verdict}. {'; '.join(told)}{end}".rstrip()


def listed(heading: str, items: list[str], level: int = 2) -> list[str]:
    """A heading (as Markdown) with a list of such items below it; nothing where there is no item."""
    return [f"{'#' * level} {heading}", "\n".join(f"- {item}" for item in items)] if items else []


def problem_line(problem: Problem) -> str:
    """A problem on one line, as Markdown."""
    key = f" {md.code(problem.key)}" if problem.key is not None else ""
    suggestion = f" Suggestion: {_stopped(problem.suggestion)}" if problem.suggestion else ""
    return f"{problem.kind}{key} ({place_words(problem.place)}): {_stopped(problem.detail)}{suggestion}"


def cited_line(key: str, entry: Entry | None) -> str:
    """A cited key with what the corpus knows of its entry, as Markdown."""
    if entry is None:
        return f"{md.code(key)}: **no such entry in the corpus**"
    parts = [_authors(entry), _stopped(entry.title) if fold(entry.title) else "No title in the corpus."]
    if entry.venue:
        parts.append(_stopped(entry.venue))
    parts += _addresses(entry)
    places = ", ".join(md.code(source.label) for source in entry.sources or (entry.source,))
    return " ".join(part for part in [f"{md.code(key)}:", *parts, f"Read in {places}."] if part)


def _authors(entry: Entry) -> str:
    names = "; ".join(str(author) for author in entry.authors) + (" and others" if entry.more_authors else "")
    year = f"({entry.year})" if entry.year is not None else ""
    told = f"{names} {year}".strip()
    return _stopped(told) if told else ""


def _addresses(entry: Entry) -> list[str]:
    found = []
    if entry.doi:
        found.append(md.address(f"https://doi.org/{entry.doi}"))
    if entry.arxiv:
        found.append(md.text(f"arXiv:{entry.arxiv}") + ".")
    if entry.url:
        found.append(md.address(entry.url))
    return found


def left_out_lines(left_out: tuple[LeftOut, ...], corpus: Corpus) -> list[str]:
    """The entries left out, each with its reason, as Markdown; of many the first."""
    items = []
    for left in left_out[:LEFT_OUT_SHOWN]:
        entry = corpus.get(left.key)
        items.append(f"{md.code(left.key)}{known_as(entry)}: {_stopped(left.reason)}")
    if len(left_out) > LEFT_OUT_SHOWN:
        items.append(f"and {len(left_out) - LEFT_OUT_SHOWN} more.")
    return items


def known_as(entry: Entry | None) -> str:
    """The title in brackets, or the abstract's first words where there is none; as Markdown."""
    if entry is None:
        return ""
    if fold(entry.title):
        return f" ({md.text(entry.title)})"
    start = " ".join(fold(entry.abstract).split()[:10])
    return f" ({md.text(f'“{start} …”')})" if start else ""


def _stopped(raw: str) -> str:
    return md.text(stopped(raw))
