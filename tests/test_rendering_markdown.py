from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rendering_sample import CORPUS, DRAFT, DRAFTS, NASTY, SCALING, TEXTS, corpus_of, draft_of

from writer.draft import Draft, Group, LeftOut, Sentence
from writer.rendering import markdown_text as md
from writer.rendering import to_markdown
from writer.rendering.claims import fold

pandoc = pytest.mark.skipif(shutil.which("pandoc") is None, reason="needs pandoc, which is not installed")


def parsed(text: str, source: str = "markdown-smart") -> Any:
    """Pandoc's syntax tree of a Markdown text."""
    command = ["pandoc", "--sandbox", "-f", source, "-t", "json"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)


def nodes(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every (type, content) of a syntax tree."""
    if isinstance(tree, dict):
        if "t" in tree:
            yield tree["t"], tree.get("c")
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value)


def cited(tree: Any) -> set[str]:
    return {citation["citationId"] for kind, content in nodes(tree) if kind == "Cite" for citation in content[0]}


def in_brackets(tree: Any) -> list[list[str]]:
    """The keys of each citation in brackets, in reading order."""
    groups = [content[0] for kind, content in nodes(tree) if kind == "Cite"]
    return [
        [citation["citationId"] for citation in group]
        for group in groups
        if group[0]["citationMode"]["t"] == "NormalCitation"
    ]


def plain(tree: Any) -> str:
    """The text of inlines as a reader sees it, without notes."""
    out = []
    for item in tree:
        kind, content = item["t"], item.get("c")
        if kind == "Str":
            out.append(content)
        elif kind in ("Space", "SoftBreak"):
            out.append(" ")
        else:
            out.append(f"<{kind}>")
    return "".join(out)


# --- what stands where -----------------------------------------------------------------------------------------


def test_citations_stand_before_the_final_punctuation_and_every_claim_has_a_footnote() -> None:
    lines = to_markdown(DRAFT, CORPUS).splitlines()
    assert "Two questions run through this work." in lines
    assert (
        "Okafor and Müller train 12 models and see the loss fall by 4% with each doubling [@okafor2021scaling].[^1]"
        in lines
    )
    assert (
        "[^1]: quoted. @okafor2021scaling, abstract: “We train 12 models.”;"
        " abstract: “Loss falls by 4% with each doubling of data.”" in lines
    )


def test_what_is_not_verified_is_marked_in_the_text() -> None:
    lines = to_markdown(DRAFT, CORPUS).splitlines()
    assert "Where the effect ends is debated. **[fabricated: no entry `ghost2020`]**[^2]" in lines
    assert "[^2]: fabricated. `ghost2020`, no such entry." in lines
    assert "Everyone agrees on this. **[uncited]**[^3]" in lines
    assert (
        "Readers call such claims “better founded” [@leclercQuotes; @agentsForgetPlans]. **[unverified]**[^4]" in lines
    )
    assert (
        "[^4]: unverified. @leclercQuotes, abstract: “Readers trust a quoted claim more.”;"
        " @agentsForgetPlans, not found in the abstract: “Agents never forget.”" in lines
    )


def test_headings_are_the_theme_the_groups_and_the_account() -> None:
    headings = [line for line in to_markdown(DRAFT, CORPUS).splitlines() if line.startswith("#")]
    assert headings == [
        "# Data, trust & memory",
        "## More data, less loss",
        "## What readers and agents keep",
        "## What was checked",
        "## Problems",
        "## Entries cited",
        "## Left out",
    ]


def test_problems_say_place_kind_detail_and_suggestion() -> None:
    lines = to_markdown(DRAFT, CORPUS).splitlines()
    assert (
        "- unknown-key `ghost2020` (group 1, paragraph 1, sentence 3): the corpus holds no entry ghost2020."
        " Suggestion: okafor2021scaling." in lines
    )
    assert "- uncited-claim (group 1, paragraph 2, sentence 1): the claim cites nothing." in lines


def test_a_draft_without_problems_or_left_out_entries_has_no_such_sections() -> None:
    text = to_markdown(replace(DRAFT, problems=(), left_out=()), CORPUS)
    assert "## Problems" not in text
    assert "## Left out" not in text


def test_cited_entries_are_told_with_what_the_corpus_knows() -> None:
    lines = to_markdown(DRAFT, CORPUS).splitlines()
    assert (
        "- `okafor2021scaling`: Okafor, Ada; Müller, Jörg (2021). Scaling LLMs: 50% less & more."
        " Journal of Made-Up Results. <https://doi.org/10.1000/made_up.12> Read in `corpus.bib:12`." in lines
    )
    assert (
        "- `leclercQuotes`: Leclerc, Zoë; The Reading Group and others (2023). Quotes \\[and\\] \\*stars\\*: what"
        " \\@readers see. arXiv:2301.00001. Read in `table.csv:3`." in lines
    )
    assert "- `agentsForgetPlans`: No title in the corpus. Read in `listing.txt:40`." in lines
    assert "- `ghost2020`: **no such entry in the corpus**" in lines


def test_of_many_left_out_entries_the_first_twenty_are_told_and_the_rest_counted() -> None:
    left_out = tuple(LeftOut(f"key{number}", "too far") for number in range(23))
    text = to_markdown(replace(DRAFT, left_out=left_out), CORPUS)
    assert "- `key19`: too far.\n- and 3 more.\n" in text
    assert "- `unusedWork` (An unused work): further from the theme than the others.\n" in to_markdown(DRAFT, CORPUS)
    assert "key20" not in text


def test_a_bibliography_makes_front_matter_that_is_quoted() -> None:
    text = to_markdown(DRAFT, CORPUS, bibliography='my "own": refs.bib')
    assert text.startswith('---\nbibliography: "my \\"own\\": refs.bib"\nlink-citations: true\n')
    assert not to_markdown(DRAFT, CORPUS).startswith("---")


# --- nothing becomes markup ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(TEXTS)
def test_escaped_text_has_no_bare_special_and_loses_nothing(raw: str) -> None:
    escaped = md.text(raw, starts_line=True)
    assert "\n" not in escaped
    assert not re.search(r"[\\`*_{}\[\]<>@#$^~|!]|--|&#?\w+;", re.sub(r"\\[!-/:-@\[-`{-~]", " ", escaped))
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == fold(raw)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_inline_code_cannot_be_left(raw: str) -> None:
    code = md.code(raw)
    fence = re.match("`+", code)
    assert fence is not None
    inner = code[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inner)
    assert inner.strip() == (fold(raw) or "(empty)").strip()


@pandoc
def test_pandoc_cites_the_known_keys_and_no_other_and_shows_the_unknown_one() -> None:
    tree = parsed(to_markdown(DRAFT, CORPUS, bibliography="refs.bib"))
    assert cited(tree) == {"okafor2021scaling", "leclercQuotes", "agentsForgetPlans"}
    assert ("Code", [["", [], []], "ghost2020"]) in list(nodes(tree))
    assert tree["meta"]["bibliography"] == {"t": "MetaInlines", "c": [{"t": "Str", "c": "refs.bib"}]}


@pandoc
def test_pandoc_finds_one_note_for_each_claim() -> None:
    kinds = [kind for kind, _ in nodes(parsed(to_markdown(DRAFT, CORPUS)))]
    assert kinds.count("Note") == 4


@pandoc
@pytest.mark.parametrize("key", ["a.b:c", "a;b", "a.", "ünal2020", "-x", "a]b", "a@b", "a*b*"])
def test_pandoc_reads_odd_keys_back(key: str) -> None:
    corpus = corpus_of(replace(SCALING, key=key))
    text = to_markdown(draft_of(Sentence("It is so.", citations=(key,), verdict="quoted")), corpus)
    assert cited(parsed(text)) == {key}


@pytest.mark.parametrize("key", ["a b", "a{b", "a`b", "a\\b"])
def test_a_key_that_pandoc_cannot_read_is_shown_as_code(key: str) -> None:
    corpus = corpus_of(replace(SCALING, key=key), replace(SCALING, key="plain"))
    text = to_markdown(draft_of(Sentence("It is so.", citations=(key, "plain"), verdict="quoted")), corpus)
    assert f"It is so [@plain] ({md.code(key)}).[^1]" in text


@pandoc
@pytest.mark.parametrize("end", ["", ".", "?", ":", "…", "”", ".”", ")", ".)", "!", "]", "'", "\\"])
def test_pandoc_reads_the_citation_whatever_the_sentence_ends_in(end: str) -> None:
    draft = draft_of(Sentence(f"It is so{end}", citations=("leclercQuotes",), verdict="quoted"))
    tree = parsed(to_markdown(draft, CORPUS), "markdown")
    assert in_brackets(tree) == [["leclercQuotes"]]
    assert [kind for kind, _ in nodes(tree)].count("Note") == 1


@pandoc
@pytest.mark.parametrize("raw", NASTY)
def test_pandoc_shows_a_nasty_text_as_itself_wherever_it_stands(raw: str) -> None:
    entry = replace(SCALING, title=raw, abstract=raw, venue=raw, authors=(), doi=None)
    draft = replace(
        draft_of(Sentence(raw, "framing"), Sentence(raw, "framing"), theme=raw, heading=raw),
        left_out=(LeftOut(entry.key, raw),),
    )
    blocks = parsed(to_markdown(draft, corpus_of(entry)))["blocks"]
    shown = fold(raw)
    assert [block["t"] for block in blocks] == [
        "Header", "Header", "Para", "HorizontalRule", "Header", "Para", "Header", "BulletList",
    ]  # fmt: skip
    assert plain(blocks[0]["c"][2]) == shown
    assert plain(blocks[1]["c"][2]) == shown
    assert plain(blocks[2]["c"]) == f"{shown} {shown}"
    (item,) = blocks[7]["c"]
    assert plain(item[0]["c"][2:]).count(shown) == 2


_HARMLESS = {
    "Str", "Space", "SoftBreak", "Para", "Plain", "Header", "BulletList", "HorizontalRule", "Strong", "Code", "Note",
    "Cite", "NormalCitation", "AuthorInText", "Quoted", "DoubleQuote", "SingleQuote", "Link",
}  # fmt: skip


@pandoc
@settings(max_examples=40, deadline=None)
@given(DRAFTS)
def test_pandoc_finds_no_markup_of_others_in_any_draft(draft: Draft) -> None:
    tree = parsed(to_markdown(draft, CORPUS), "markdown")
    assert {kind for kind, _ in nodes(tree)} <= _HARMLESS
    bracketed: list[list[str]] = []
    evidence = {piece.key for _, sentence in draft.sentences() for piece in sentence.evidence}
    for sentence in (sentence for _, sentence in draft.sentences()):
        readable = [key for key in dict.fromkeys(sentence.citations) if key in CORPUS]
        bracketed += [readable] if readable else []
    assert in_brackets(tree) == bracketed
    assert cited(tree) <= {key for key in {*draft.cited(), *evidence} if key in CORPUS}
    links = [content[2][0] for kind, content in nodes(tree) if kind == "Link"]
    assert set(links) <= {"https://doi.org/10.1000/made_up.12"}
    claims = [sentence for _, sentence in draft.sentences() if sentence.role == "claim"]
    assert [kind for kind, _ in nodes(tree)].count("Note") == len(claims)


@settings(deadline=None)
@given(DRAFTS)
def test_every_unknown_key_of_any_draft_is_marked(draft: Draft) -> None:
    text = to_markdown(draft, CORPUS)
    for key in draft.cited():
        if key not in CORPUS:
            assert f"**[fabricated: no entry {md.code(key)}]**" in text
            assert f"- {md.code(key)}: **no such entry in the corpus**" in text


def test_an_empty_group_leaves_only_its_heading() -> None:
    text = to_markdown(replace(DRAFT, groups=(Group("Alone", ()),), problems=(), left_out=()), CORPUS)
    assert "## Alone\n\n* * *\n" in text
