from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evidence_sample import CORPUS as TIDES
from evidence_sample import DRAFT as EVERYTHING
from evidence_sample import NO_YEAR, WHOLE, claim
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payloads import TEX
from pylatexenc.latexwalker import LatexMacroNode, LatexWalker
from test_rendering_sample import CORPUS, DRAFT, DRAFTS, LISTED, NASTY, QUOTES, SCALING, TEXTS, corpus_of, draft_of

from writer.draft import Draft, Evidence, Sentence
from writer.entry import Author
from writer.errors import UserError
from writer.rendering import CITING, card_of, style_named, to_bibtex, to_latex
from writer.rendering import latex_text as tex
from writer.rendering.card import card_latex
from writer.rendering.latex import NATBIB, Style

ENGINE = shutil.which("pdflatex")
engine = pytest.mark.skipif(
    ENGINE is None or shutil.which("bibtex") is None, reason="needs pdflatex and bibtex, which are not installed"
)


def macros(latex: str) -> set[str]:
    """The commands of a LaTeX text; a parse error where braces or environments are not balanced."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, list | tuple):
            for item in value:
                walk(item)
        elif value is not None:
            if isinstance(value, LatexMacroNode):
                found.add(value.macroname)
            walk(getattr(value, "nodelist", None))
            walk(getattr(getattr(value, "nodeargd", None), "argnlist", None))

    walk(LatexWalker(latex, tolerant_parsing=False).get_latex_nodes()[0])
    return found


def compiled(
    folder: Path, draft: Draft, corpus: Any, *, runs: int = 3, program: str = str(ENGINE), style: Style = NATBIB
) -> str:
    """Compile the standalone document with its bibliography and card, and return the log of the last run."""
    text = to_latex(
        draft, corpus, bibliography="refs", standalone=True, style=style, appendix=card_latex(card_of(draft))
    )
    (folder / "draft.tex").write_text(text, encoding="utf-8")
    (folder / "refs.bib").write_text(to_bibtex(draft, corpus), encoding="utf-8")
    command = [program, "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode", "draft"]
    references = "biber" if style.citing.behind == "parencite" else "bibtex"
    log = ""
    for run in range(runs):
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
        log = done.stdout.decode("utf-8", "replace")
        assert done.returncode == 0, log[-3000:]
        if run == 0 and runs > 1:
            done = subprocess.run([references, "draft"], cwd=folder, capture_output=True, check=False, timeout=120)
            assert done.returncode == 0, done.stdout.decode("utf-8", "replace")
    return log


# --- what stands where -----------------------------------------------------------------------------------------


def test_citations_stand_before_the_final_punctuation_with_their_evidence_beside() -> None:
    lines = to_latex(DRAFT, CORPUS, bibliography="refs").splitlines()
    at = lines.index(
        r"Okafor and M\"{u}ller train 12 models and see the loss fall by 4\% with each doubling"
        r"~\citep{okafor2021scaling}."
    )
    assert lines[at + 1] == '% quoted: okafor2021scaling, abstract: "We train 12 models."'
    assert lines[at + 2] == '% quoted: okafor2021scaling, abstract: "Loss falls by 4% with each doubling of data."'
    assert (
        r"Readers call such claims ``better founded''~\citep{leclercQuotes,agentsForgetPlans}. \textbf{[unverified]}"
        in lines
    )


def test_an_unknown_key_is_marked_and_never_cited() -> None:
    text = to_latex(DRAFT, CORPUS, bibliography="refs")
    assert r"Where the effect ends is debated. \textbf{[fabricated: no entry \texttt{ghost2020}]}" in text
    assert "ghost2020" not in "".join(re.findall(r"\\citep\{[^}]*\}", text))


def test_theme_and_headings_are_section_and_paragraphs() -> None:
    lines = to_latex(DRAFT, CORPUS, bibliography="refs").splitlines()
    assert r"\section{Data, trust \& memory}" in lines
    assert r"\paragraph{More data, less loss.}" in lines


def test_problems_are_told_in_comments() -> None:
    text = to_latex(DRAFT, CORPUS, bibliography="refs")
    assert (
        "% unknown-key ghost2020 (group 1, paragraph 1, sentence 3): the corpus holds no entry ghost2020."
        " Suggestion: okafor2021scaling." in text
    )


def test_a_fragment_has_no_preamble_and_says_what_it_needs() -> None:
    text = to_latex(DRAFT, CORPUS, bibliography="refs.bib")
    assert "\\documentclass" not in text
    assert text.startswith(r"% Needs \usepackage[T1]{fontenc}, \usepackage{natbib} and \bibliography{refs}.")


def test_a_document_without_citations_asks_for_no_bibliography() -> None:
    text = to_latex(draft_of(Sentence("A.", "framing")), CORPUS, bibliography="refs", standalone=True)
    assert "\n\\bibliography" not in text
    assert text.endswith("\\end{document}\n")


@pytest.mark.parametrize("key", ["a b", "a,b", "a{b", "a}b", "a%b", "a#b", "a\\b"])
def test_a_key_that_latex_cannot_take_is_refused_by_name(key: str) -> None:
    draft = draft_of(Sentence("A.", citations=(key,), verdict="quoted"))
    with pytest.raises(UserError) as caught:
        to_latex(draft, corpus_of(replace(QUOTES, key=key)), bibliography="refs")
    assert repr(key) in caught.value.message
    assert r"\texttt{" in to_latex(draft, CORPUS, bibliography="refs")


@pytest.mark.parametrize("name", ["", ".bib", "my refs", "a,b", "a}b", "a%b"])
def test_a_bibliography_name_that_latex_cannot_take_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="bibliography"):
        to_latex(DRAFT, CORPUS, bibliography=name)


def test_authors_at_the_head_of_a_sentence_become_the_citation_where_that_is_asked_for() -> None:
    draft = draft_of(
        claim("Abara and Lind ask 840 questions.", "quoted", WHOLE.key),
        claim("Abara and Linden ask none.", "quoted", WHOLE.key),
        claim("Okonjo finds more.", "quoted", NO_YEAR.key, WHOLE.key),
    )

    def told(style: Style) -> str:
        return to_latex(draft, TIDES, bibliography="refs", style=style)

    assert r"\citet{abara2021tides} ask 840 questions." in told(style_named("natbib", textual=True))
    assert r"\textcite{abara2021tides} ask 840 questions." in told(style_named("biblatex", textual=True))
    for part in (
        r"Linden ask none~\citep{abara2021tides}.",
        r"Okonjo finds more~\citep{okonjoCurrents,abara2021tides}.",
    ):
        assert part in told(style_named("natbib", textual=True))
    assert r"Abara and Lind ask 840 questions~\parencite{abara2021tides}." in told(style_named("biblatex"))
    assert r"Abara and Lind ask 840 questions~\cite{abara2021tides}." in told(style_named("plain"))


def test_a_citation_package_that_is_not_known_or_has_no_textual_command_is_refused() -> None:
    with pytest.raises(UserError, match="'apacite'"):
        style_named("apacite")
    with pytest.raises(UserError, match="plain has no command"):
        style_named("plain", textual=True)


# --- nothing becomes a command ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "latex"),
    [
        (r"\input{x}", r"\textbackslash{}input\textbraceleft{}x\textbraceright{}"),
        ("50% #1 a_b R&D $5 a~b a^b", r"50\% \#1 a\_b R\&D \$5 a\textasciitilde{}b a\textasciicircum{}b"),
        ("x² ≤ 3, H₂O, α", r"x\textsuperscript{2} \ensuremath{\leq} 3, H\textsubscript{2}O, \ensuremath{\alpha}"),
        ("“a” ‘b’ – — …", r"``a'' `b' -- --- \ldots{}"),
        ("‘“a”’ a--b c<<d ?`", r"`{}``a''{}' a-{}-b c\textless{}\textless{}d ?\textasciigrave{}"),
        ("naïve Łódź Ångström façade ṃ", r'na\"{\i}ve \L{}\'{o}d\'{z} \r{A}ngstr\"{o}m fa\c{c}ade \d{m}'),
        ("𝒜ﬁｘ½", "Afix1/2"),
        ("中", "[U+4E2D]"),
        ("a\u200bb\u00a0c\x00\n\nd", "ab c d"),
    ],
)  # fmt: skip
def test_text_is_written_so_that_it_shows_as_itself(raw: str, latex: str) -> None:
    assert tex.text(raw) == latex


_OURS = re.compile(r"\\(?:[%#$&_\-,`'^~=.\"]|[A-Za-z]+)")


@settings(deadline=None)
@given(TEXTS)
def test_any_text_is_ascii_with_balanced_braces_and_no_bare_special(raw: str) -> None:
    latex = tex.text(raw)
    assert latex.isascii()
    assert latex.isprintable()
    bare = _OURS.sub("", latex)
    assert not re.search(r"[\\%#$&_^]", bare)
    names = {name for name in macros(latex) if len(name) > 1}
    assert not names & {"input", "write", "end", "begin", "include", "def", "catcode", "citep"}


def test_a_sign_that_is_missing_is_explained_above() -> None:
    text = to_latex(draft_of(Sentence("About 中.", "framing")), CORPUS, bibliography="refs")
    assert text.startswith("% [U+...] stands for a character that pdflatex has no sign for.")


def test_evidence_cannot_leave_its_comment() -> None:
    quote = "one\n\\end{document}\r\ntwo\x0bthree\x0cfour\u2028five\x85six"
    draft = draft_of(Sentence("A.", citations=("leclercQuotes",), evidence=(Evidence("leclercQuotes", quote),)))
    lines = to_latex(draft, CORPUS, bibliography="refs").split("\n")
    (line,) = (line for line in lines if "end{document}" in line)
    assert line.startswith("% ")
    assert r"one \end{document} two three four five six" in line


@settings(deadline=None)
@given(DRAFTS)
def test_any_draft_parses_and_holds_only_our_commands(draft: Draft) -> None:
    try:
        text = to_latex(draft, CORPUS, bibliography="refs", standalone=True)
    except UserError as error:
        pytest.fail(f"only keys of the corpus may be refused: {error}")
    body = "\n".join(line for line in text.split("\n") if not line.startswith("%"))
    assert body.isascii()
    assert body.count("\\begin{document}") == body.count("\\end{document}") == 1
    assert macros(body) >= {"section"}


# --- with a real engine ----------------------------------------------------------------------------------------


@engine
def test_the_sample_compiles_with_its_bibliography(tmp_path: Path) -> None:
    log = compiled(tmp_path, DRAFT, CORPUS)
    assert "undefined" not in log
    assert "Output written on draft.pdf" in log
    items = (tmp_path / "draft.bbl").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\{(\w+)\}", items)) == {"leclercQuotes", "okafor2021scaling", "agentsForgetPlans"}


@engine
def test_nasty_text_compiles_everywhere_and_comes_out_as_text(tmp_path: Path) -> None:
    whole = " / ".join(NASTY)
    entry = replace(
        LISTED, title=whole, venue=whole, authors=tuple(Author(raw) for raw in NASTY), url="https://x.org/a_b%20#c"
    )
    sentences = [
        Sentence(raw, citations=(entry.key,), evidence=(Evidence(entry.key, raw),), verdict="unverified")
        for raw in NASTY
    ]
    draft = draft_of(*sentences, Sentence("Ghosts.", citations=NASTY), theme=whole, heading=whole)
    compiled(tmp_path, draft, corpus_of(entry))
    if shutil.which("pdftotext") is None:
        return
    subprocess.run(["pdftotext", "-raw", "draft.pdf"], cwd=tmp_path, check=True, timeout=60)
    # Fonts differ in how they name the circumflex, and a line may end within a word.
    shown = "".join((tmp_path / "draft.txt").read_text(encoding="utf-8").split()).replace("ˆ", "^")
    assert r"\input{/etc/passwd}and\write18{ls}and\end{document}" in shown
    assert "50%of#1_a&b~c^d$x_1${unbal" in shown
    assert "[@fake;@other]and@plainand-@minusand[^1]" in shown
    assert "root:" not in shown


@engine
def test_every_sign_we_write_is_one_that_the_engine_knows(tmp_path: Path) -> None:
    planes = [*range(0x20, 0x2FF), *range(0x370, 0x400), *range(0x1E00, 0x1F00), *range(0x2000, 0x2800)]
    signs = [chr(code) for code in [*planes, *range(0x1D400, 0x1D800)] if unicodedata.category(chr(code)) != "Cn"]
    lines = ["a".join(signs[start : start + 40]) for start in range(0, len(signs), 40)]
    assert "\\" in "".join(lines)
    log = compiled(tmp_path, draft_of(*(Sentence(line, "framing") for line in lines)), CORPUS, runs=1)
    assert "Missing character" not in log


@engine
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS, min_size=1, max_size=20), DRAFTS)
def test_any_draft_compiles(tmp_path: Path, texts: list[str], draft: Draft) -> None:
    more = tuple(Sentence(text, citations=("leclercQuotes",), verdict="partly") for text in texts)
    groups = (*draft.groups, *draft_of(*more).groups)
    compiled(tmp_path, replace(draft, groups=groups), CORPUS, runs=1)


@engine
@pytest.mark.parametrize("key", ["a_b", "a:b/c", "DBLP:conf/x/Y20", "müller2020", "a.b-c", "a&b", "a'b", "a$b", "a^b"])
def test_odd_keys_are_cited_and_found(tmp_path: Path, key: str) -> None:
    corpus = corpus_of(replace(SCALING, key=key), replace(QUOTES, key="plain"))
    draft = draft_of(Sentence("It is so.", citations=(key, "plain"), verdict="quoted"))
    log = compiled(tmp_path, draft, corpus)
    assert "undefined" not in log


_LOUD = re.compile(r"(?m)^.*(?:Warning|Overfull|Underfull|Missing character|^!).*$")


@engine
@pytest.mark.parametrize("program", ["pdflatex", "lualatex"])
@pytest.mark.parametrize("package", CITING)
def test_a_draft_compiles_without_a_warning_and_entries_without_author_or_year_read_right(
    tmp_path: Path, program: str, package: str
) -> None:
    if shutil.which(program) is None or (package == "biblatex" and shutil.which("biber") is None):
        pytest.skip(f"needs {program}, and biber for biblatex")
    style = style_named(package, textual=package != "plain")
    log = compiled(tmp_path, EVERYTHING, TIDES, program=program, style=style)
    assert _LOUD.findall(log) == []
    if shutil.which("pdftotext") is None:
        return
    subprocess.run(["pdftotext", "draft.pdf"], cwd=tmp_path, check=True, timeout=60)
    told = " ".join((tmp_path / "draft.txt").read_text(encoding="utf-8").split())
    for empty in ("n.d.", "N.d.", "()", "[]", "[?]", "(?)", "??"):
        assert empty not in told
    assert "What drifts ashore" in told


@engine
@pytest.mark.parametrize("program", ["pdflatex", "lualatex"])
def test_payloads_for_tex_are_set_as_text_run_nothing_and_read_nothing(tmp_path: Path, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    entries = [
        replace(WHOLE, key=f"k{number}", title=raw, venue=raw, authors=(Author(raw, raw),), doi=raw, url=raw, fields=())
        for number, raw in enumerate(TEX)
    ]
    sentences = [claim(raw, "unverified", entry.key) for raw, entry in zip(TEX, entries, strict=True)]
    draft = replace(draft_of(*sentences, theme=" ".join(TEX), heading=" ".join(TEX)), corpus_sources=TEX)
    compiled(tmp_path, draft, corpus_of(*entries), program=program)
    assert not (tmp_path / "harmed").exists()
    assert "passwd" not in "".join(re.findall(r"\((/[^)\s]*)", (tmp_path / "draft.log").read_text("utf-8", "replace")))
