"""LaTeX manuscripts: citation commands, what is prose, inputs, and text that is not well formed."""

from __future__ import annotations

from pathlib import Path

import pytest

from writer.manuscript import Ignore, Manuscript
from writer.manuscripts import read_manuscript


@pytest.fixture
def read(tmp_path: Path):
    def reading(text: str, name: str = "paper.tex") -> Manuscript:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return read_manuscript([path])

    return reading


def told(manuscript: Manuscript) -> list[tuple[str, tuple[str, ...]]]:
    return [(p.sentence.text, p.sentence.citations) for p in manuscript.passages]


@pytest.mark.parametrize(
    ("source", "text", "keys"),
    [
        (r"It helps~\cite{a}.", "It helps.", ("a",)),
        (r"It helps \citep[see][p.~3]{a, b}.", "It helps.", ("a", "b")),
        (r"\citet{a} show that it helps.", "show that it helps.", ("a",)),
        (r"\Citet*{a} show that it helps.", "show that it helps.", ("a",)),
        (r"It helps (\citealp{a}; \citealp{b}).", "It helps.", ("a", "b")),
        (r"\citeauthor{a} (\citeyear{a}) show it.", "show it.", ("a", "a")),
        (r"It helps \parencite[12]{a} \autocite{b}\footcite{c}.", "It helps.", ("a", "b", "c")),
        (r"\textcite{a} show it.", "show it.", ("a",)),
        (r"It helps \cites(see)(end)[1]{a}[2]{b,c}.", "It helps.", ("a", "b", "c")),
        (r"It helps \parencites{a}{b}, but \emph{not} {\bf much}.", "It helps, but not much.", ("a", "b")),
        (r"It helps \citep[see also \citealp{b}]{a}.", "It helps.", ("b", "a")),
        ("It helps \\cite{a, % first\n b}.", "It helps.", ("a", "b")),
        (r'It helps \cite{a{b}c,"d"}.', "It helps.", ("a{b}c", '"d"')),
        (r"It helps$^{\cite{a}}$ or \textsuperscript{\cite{b}}.", "It helps or.", ("a", "b")),
        ("It helps % \\cite{no}\nby 5\\% \\cite{a}.", "It helps by 5%.", ("a",)),
        (r"It helps.\footnote{See \cite{a}.}", "It helps.", ("a",)),
        (
            r"Na\"{\i}ve \'Eric, Stra\ss{}e, \d{s}, \c{c}, \guillemotleft{}x\textgreater{}",
            "Naïve Éric, Straße, ṣ, ç, «x>",
            (),
        ),
        (
            r"``Quoted'' 3--4 $\alpha \leq 0.5$ is $\frac{1}{2}$ of $10^{-3}$.",
            "“Quoted” 3–4 α ≤ 0.5 is 1/2 of 10⁻³.",
            (),
        ),
        (
            r"\verb|a_b \cite{no}| and \url{http://x.org/~a_b} and \href{http://y}{here}.",
            r"a_b \cite{no} and http://x.org/~a_b and here.",
            (),
        ),
        (r"\unknown[opt]{Kept} text, see Fig.~\ref{f} (Eq.~\eqref{e}).", "Kept text, see Fig. (Eq.).", ()),
        (
            r"It costs \$5 \& \#1 in snake\_case, \SI{5}{\percent} more.",
            "It costs $5 & #1 in snake_case, 5 % more.",
            (),
        ),
        (r"Sm{\o}rrebr{\o}d by \textcolor{red}{Bj\"orn}\xspace helps.", "Smørrebrød by Björn helps.", ()),
    ],
)
def test_a_sentence_and_its_citations(read, source: str, text: str, keys: tuple[str, ...]) -> None:
    assert told(read(source + "\n")) == [(text, keys)]


def test_a_citation_behind_the_full_stop_belongs_to_the_sentence_before(read) -> None:
    source = (
        "It helps.~\\cite{a} Others fail.\\footnote{See \\cite{b}.} \\cite{c} show more.\n\n\\cite{d} It may. So.\n"
    )
    assert told(read(source)) == [
        ("It helps.", ("a",)),
        ("Others fail.", ("b",)),
        ("show more.", ("c",)),
        ("It may.", ("d",)),
        ("So.", ()),
    ]


def test_only_the_body_is_prose_and_captions_and_notes_are_too(read) -> None:
    manuscript = read(
        "\\documentclass{article}\n\\title{No \\cite{no}}\n\\newcommand{\\x}{No \\cite{no}}\n\\begin{document}\n"
        "\\maketitle\n\\section[short]{Head \\cite{h}}\n\\label{s}It helps.\n"
        "\\begin{figure}\\centering\\includegraphics{x}\\caption[s]{The caption says it \\cite{c}.}\\label{f}\n"
        "\\end{figure}\n"
        "\\begin{table}\\begin{tabular}{ll} no & \\cite{t} \\\\ \\end{tabular}\\end{table}\n"
        "As \\begin{equation} no = 5 \\end{equation} \\[ no \\] $$no$$ says.\\footnote{A note with words \\cite{n}.}\n"
        "\\begin{verbatim}\nno \\cite{no}\n\\end{verbatim}\n\\begin{lstlisting}\n\\cite{no}\n\\end{lstlisting}\n"
        "\\begin{itemize}\\item One.\\item[Two] things.\\end{itemize}\n\\iffalse no \\cite{no} \\fi\n"
        "\\nocite{*}\\nocite{q}\n\\end{document}\nNo \\cite{no}.\n"
    )
    assert told(manuscript) == [
        ("It helps.", ()),
        ("As says.", ()),
        ("The caption says it.", ("c",)),
        ("A note with words.", ("n",)),
        ("One.", ()),
        ("Two things.", ()),
    ]
    assert [(one.cited.key, one.where) for one in manuscript.loose] == [
        ("h", "heading"),
        ("t", "table"),
        ("q", "\\nocite"),
    ]
    assert {p.heading for p in manuscript.passages} == {"Head"}
    assert manuscript.skipped == ()


def test_bibitems_are_references(read) -> None:
    manuscript = read(
        "It helps \\cite{k1}.\n\\begin{thebibliography}{9}\n\\bibitem{k1} A. Author. \\newblock \\emph{Title}.\n"
        "\\bibitem[X(2020)]{k2} B.\n\\end{thebibliography}\n"
    )
    assert [(r.label, r.text) for r in manuscript.references] == [("k1", "A. Author. Title."), ("k2", "B.")]
    assert told(manuscript) == [("It helps.", ("k1",))]


@pytest.mark.parametrize(
    "broken",
    [
        "{{{{ ",
        "}}}} ",
        "\\begin{figure} ",
        "\\begin{verbatim} ",
        "\\end{table} ",
        "\\footnote{ ",
        "\\textbf{ ",
        "$ ",
        "\\[ ",
        "$$ ",
        "\\cite ",
        "\\cite{ ",
        "\\cite[ ",
        "\\newcommand{\\x}{ ",
        "\\input ",
        "\\verb| ",
        "\\section{ ",
        "\\begin{ ",
        "\\item[ ",
        "\\href ",
        "\\href{x} ",
        "\\frac{1} ",
        "\\unknown[x ",
        "\\iffalse ",
        "\\begin{thebibliography} ",
        "\\caption[ ",
    ],
)
def test_what_is_never_closed_hides_nothing(read, broken: str) -> None:
    text, keys = told(read(f"{broken}\n\nIt helps \\cite{{a}}.\n"))[-1]
    assert (text, keys) == ("It helps.", ("a",))


def test_an_environment_that_is_never_closed_is_told(read) -> None:
    skipped = read("It helps.\n\n\\begin{table}\nIt fails.\n").skipped
    assert [(s.line, "never closed" in s.reason) for s in skipped] == [(3, True)]


def test_a_citation_without_keys_is_told(read) -> None:
    assert ["no keys" in s.reason for s in read("It helps \\cite{a and \\emph{more} text.\n").skipped] == [True]


def test_ignore_comments_name_their_kinds_and_lines(read) -> None:
    manuscript = read(
        "% writer: ignore-file\n% writer: ignore number-mismatch, direction\n% another comment\n\nIt helps.\n"
        "It fails. % writer: ignore\n50\\% writer: ignore nothing\n"
    )
    file = manuscript.passages[0].file
    assert manuscript.ignores == (
        Ignore(file, 1, whole=True),
        Ignore(file, 5, ("number-mismatch", "direction")),
        Ignore(file, 6),
    )


@pytest.mark.parametrize(
    "raw",
    [
        "\\begin{verbatim}\n% writer: ignore-file\n\\end{verbatim}",
        "\\begin{lstlisting}[language=TeX]\n% writer: ignore-file\n\\end{lstlisting}",
        "\\begin{verbatim*}\n% writer: ignore-file\n\\end{verbatim*}",
        "\\verb|% writer: ignore-file|",
        "50\\% writer: ignore-file",
    ],
)
def test_a_comment_that_is_only_shown_silences_nothing(read, raw: str) -> None:
    manuscript = read(f"A.\n{raw}\nIt helps. % writer: ignore overstated\n")
    assert [(one.whole, one.kinds) for one in manuscript.ignores] == [(False, ("overstated",))]


@pytest.mark.parametrize("begin", ["% \\begin{verbatim}\n", "\\begin{verbatim}\n"])
def test_an_environment_that_does_not_begin_or_end_hides_no_comment(read, begin: str) -> None:
    assert [one.whole for one in read(f"{begin}A. % writer: ignore-file\n").ignores] == [True]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        (r"\iffalse no \cite{no} \else Live \cite{a}. \fi More.", ["Live.", "More."]),
        (r"\iffalse no \ifdraft no \else no \fi no \fi More.", ["More."]),
        (r"\iffalse no \ifx\a\b no \fi \else Live. \fi More.", ["Live.", "More."]),
        (r"\iffalse $a \iff b$ no \ifthenelse{a}{b}{c} \else Live. \fi More.", ["Live.", "More."]),
        ("\\iffalse no % \\fi\n no \\else Live. \\fi More.", ["Live.", "More."]),
        (r"\ifdraft One. \iffalse no \ifdef\x{no}{no} \fi Live. \fi More.", ["One.", "Live.", "More."]),
        (r"\iffalse{no \iftrue{} no \fi no}\fi More.", ["More."]),
        (r"\iffalse Never closed.", ["Never closed."]),
    ],
)
def test_only_the_branch_that_is_switched_off_is_left_out(read, source: str, texts: list[str]) -> None:
    assert [text for text, _ in told(read(source + "\n"))] == texts


# Inputs ---------------------------------------------------------------------------------------------------------------


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_tex", ".tex").replace("_bib", ".bib")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder / "main.tex"


def test_inputs_inside_the_tree_are_read_in_place_and_once(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main_tex="\\input{parts/one}\nMiddle.\n\\include{parts/two.tex}\n\\input parts/one\n\\subfile{three}\n",
        parts__one_tex="One \\cite{a}.\n",
        parts__two_tex="Two.\n",
        three_tex="\\documentclass[main]{subfiles}\n\\begin{document}\nThree.\n\\end{document}\n",
    )
    manuscript = read_manuscript([main, tmp_path / "parts" / "one.tex"])
    assert [p.sentence.text for p in manuscript.passages] == ["One.", "Middle.", "Two.", "Three."]
    assert [Path(p.file).name for p in manuscript.passages] == ["one.tex", "main.tex", "two.tex", "three.tex"]
    assert manuscript.skipped == ()


def test_a_circle_of_inputs_ends_and_is_told(tmp_path: Path) -> None:
    main = write(
        tmp_path, main_tex="A.\n\\input{a}\nZ.\n", a_tex="One.\n\n\\input{b}\n", b_tex="Two.\n\\input{main}\\input{a}\n"
    )
    manuscript = read_manuscript([main])
    assert [p.sentence.text for p in manuscript.passages] == ["A.", "One.", "Two.", "Z."]
    assert [(Path(s.file).name, s.line) for s in manuscript.skipped] == [("b.tex", 2), ("b.tex", 2)]
    assert all("cycle" in s.reason for s in manuscript.skipped)


@pytest.mark.parametrize("name", ["../outside", "parts/../../outside", "{folder}/outside", "link"])
def test_nothing_outside_the_tree_is_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.tex").write_text("Secret.\n")
    main = write(tmp_path / "paper", main_tex=f"A.\n\n\\input{{{name.format(folder=tmp_path)}}}\n\nZ.\n")
    (tmp_path / "paper" / "link.tex").symlink_to(tmp_path / "outside.tex")
    manuscript = read_manuscript([main])
    assert [p.sentence.text for p in manuscript.passages] == ["A.", "Z."]
    assert [(s.line, "outside" in s.reason) for s in manuscript.skipped] == [(3, True)]


def test_an_input_that_is_missing_or_unreadable_is_told(tmp_path: Path) -> None:
    main = write(tmp_path, main_tex="A.\n\\input{no}\n\\input{latin}\nZ.\n")
    (tmp_path / "latin.tex").write_bytes("\n\nna\xefve\n".encode("latin-1"))
    manuscript = read_manuscript([main])
    assert [p.sentence.text for p in manuscript.passages] == ["A.", "Z."]
    missing, wrong = manuscript.skipped
    assert "not there" in missing.reason
    assert "latin.tex:3: byte 0xef is not UTF-8" in wrong.reason


def test_the_bibliographies_that_it_names(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main_tex="\\addbibresource[x=y]{a.bib}\n% \\addbibresource{no.bib}\n\\begin{document}\nA.\n"
        "\\bibliography{refs/b,c,../d}\n\\end{document}\n",
        a_bib="",
        refs__b_bib="",
    )
    manuscript = read_manuscript([main])
    assert manuscript.bibliographies == (str(tmp_path / "a.bib"), str(tmp_path / "refs" / "b.bib"))
    assert [(s.line, s.reason.split()[2]) for s in manuscript.skipped] == [(5, "c"), (5, "../d")]
