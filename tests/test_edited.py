"""A draft that a person edited: what stays, what is checked anew, and what is told before it would be lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from small import draft_of as small_draft
from small import quote, small_corpus

from writer.checking import checked
from writer.cli import main
from writer.draft import Draft, Sentence
from writer.drafting.edited import changes, draft_of, lost
from writer.manuscripts import read_manuscript
from writer.rendering import FORMATS, Look, to_json, to_latex, to_markdown

CORPUS = small_corpus()
SELF = "We find that judges prefer their own answers in 63.5% of the pairs, against 48% for human raters."
FIRST = Sentence(
    "Li et al. find that judges prefer their own answers in 63.5% of the pairs, against 48% for human raters.",
    "claim",
    ("li2024mirror",),
    (quote("li2024mirror", SELF),),
)
COST = "Our experiments show that the panel agrees with people in 81% of the cases"
SECOND = Sentence(
    "Okafor and Berg show that the panel agrees with people in 81% of the cases.",
    "claim",
    ("okafor2023panel",),
    (quote("okafor2023panel", COST),),
)
LINK = Sentence("A second line of work concerns panels.", "framing")
DRAFT = checked(small_draft(FIRST, LINK, SECOND), CORPUS)


def edited(text: str, folder: Path, name: str = "draft.md", original: Draft | None = DRAFT) -> Draft:
    (folder / name).write_text(text, "utf-8")
    return draft_of(read_manuscript([folder / name]), CORPUS, original)


@pytest.mark.parametrize("name", ["draft.md", "draft.tex"])
def test_an_unchanged_rendering_reads_back_as_the_same_draft(name: str, tmp_path: Path) -> None:
    text = to_markdown(DRAFT, CORPUS) if name.endswith("md") else to_latex(DRAFT, CORPUS, bibliography="refs")
    again = edited(text, tmp_path, name)
    assert [s for _, s in again.sentences()] == [s for _, s in DRAFT.sentences()]
    assert again.problems == DRAFT.problems == ()
    assert changes(DRAFT, again).told() == changes(DRAFT, DRAFT).told()


def test_an_edited_sentence_is_checked_anew_against_the_quote_it_kept(tmp_path: Path) -> None:
    again = edited(to_markdown(DRAFT, CORPUS).replace("in 81% of the cases [", "in 91% of the cases ["), tmp_path)
    assert [(problem.kind, problem.place.sentence) for problem in again.problems] == [("number-mismatch", 2)]
    assert [s.verdict for _, s in again.sentences() if s.role == "claim"] == ["quoted", "unverified"]


def test_edits_survive_rendering_again(tmp_path: Path) -> None:
    text = to_markdown(DRAFT, CORPUS).replace("A second line of work", "Another strand")
    assert to_markdown(edited(text, tmp_path), CORPUS) == text


def test_a_claim_without_its_footnote_is_unverified(tmp_path: Path) -> None:
    lines = to_markdown(DRAFT, CORPUS).split("\n")
    text = "\n".join(line.replace("[^2]", "") for line in lines if not line.startswith("[^2]"))
    again = edited(text, tmp_path)
    found = {(problem.kind, problem.key) for problem in again.problems}
    assert found == {("quote-not-found", "okafor2023panel"), ("number-mismatch", "okafor2023panel")}


def test_changes_are_counted_in_sentences(tmp_path: Path) -> None:
    text = to_markdown(DRAFT, CORPUS)
    text = text.replace("A second line of work concerns panels.", "We come back to this below.\nWhy is open.")
    made = changes(DRAFT, edited(text.replace("agrees with people", "often agrees with people", 1), tmp_path))
    assert (made.kept, made.edited, made.added, made.removed) == (1, 1, 2, 1)


def test_a_sentence_that_moved_is_kept() -> None:
    assert changes(DRAFT, small_draft(SECOND, LINK, FIRST)).kept == 3


def test_another_citation_is_an_edit() -> None:
    assert changes(DRAFT, small_draft(replace(FIRST, citations=("okafor2023panel",)), LINK, SECOND)).edited == 1


def test_without_an_original_the_theme_is_the_title_and_a_person_wrote_it(tmp_path: Path) -> None:
    again = edited("# Judges\n\n## Panels\n\nPanels vote [@okafor2023panel].\n", tmp_path, original=None)
    assert (again.theme, again.drafter, again.groups[0].heading) == ("Judges", "a person", "Panels")


def test_what_stands_right_below_the_title_has_no_heading_of_its_own(tmp_path: Path) -> None:
    again = edited("# Judges\n\nPanels vote [@okafor2023panel].\n", tmp_path, original=None)
    assert (again.theme, again.groups[0].heading) == ("Judges", "")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("| a | b |", "a table"),
        ("![A picture](x.png)", "a figure"),
        ("$$x = y$$", "a formula"),
        ("It grows as $n^2$ does.", "a formula"),
        ("```\nx = 1\n```", "code"),
        ("    x = 1\n    y = 2", "code"),
        ("Head | two\n-----|----\none  | three", "a table"),
        ("Name    Value\n------  -----\nalpha   one", "a table"),
        ("# References\n\n- Rey (2020). Trust.", "a list of references"),
        ("[@a]", "a citation outside of sentences"),
    ],
)
def test_what_a_draft_cannot_hold_is_told_with_its_line(line: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# T\n\nProse here.\n\n{line}\n", "utf-8")
    [(told, place)] = lost(read_manuscript([tmp_path / "a.md"]))
    assert (told, place.line) == (what, 7 if line.startswith("#") else 5)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (r"\begin{tabularx}{\textwidth}{l} one \end{tabularx}", "a table"),
        (r"\begin{table}\begin{tabular}{l} one $x$ \end{tabular}\end{table}", "a table"),
        (r"\begin{algorithm} one \end{algorithm}", "an algorithm"),
        (r"\begin{eqnarray} x = y \end{eqnarray}", "a formula"),
        (r"\begin{wrapfigure}{r}{3cm} one \end{wrapfigure}", "a figure"),
        (r"\includegraphics[width=3cm]{one.png}", "a figure"),
        (r"\begin{tikzpicture} one \end{tikzpicture}", "a figure"),
        (r"\begin{verbatim} one \end{verbatim}", "code"),
        (r"\begin{filecontents*}{a.csv} one \end{filecontents*}", "an unread environment"),
        (r"\[ x = y \]", "a formula"),
        (r"It grows as $n^2$ does.", "a formula"),
        (r"\begin{itemize}\item one \end{itemize}", "a list"),
        (r"\begin{thebibliography}{9}\bibitem{a} One. \end{thebibliography}", "a list of references"),
    ],
)
def test_what_a_draft_cannot_hold_of_latex_is_told_once(line: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_text(f"\\section{{T}}\nProse here, for \\$5.\n\n{line}\n", "utf-8")
    [(told, place)] = lost(read_manuscript([tmp_path / "a.tex"]))
    assert (told, place.line) == (what, 4)


@pytest.mark.parametrize("form", ["md", "tex"])
def test_a_rendering_of_ours_with_its_card_loses_nothing(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"draft.{form}"
    rendered = FORMATS[form].render(DRAFT, CORPUS, Look(bibliography="refs.bib", standalone=True, card=True))
    path.write_text(str(rendered), "utf-8")
    manuscript = read_manuscript([path])
    assert lost(manuscript) == []
    assert [passage.sentence.text for passage in manuscript.passages] == [s.text for _, s in DRAFT.sentences()]


def test_prices_in_prose_are_no_formula(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("It costs $5 and \\$6 a month.\n", "utf-8")
    assert lost(read_manuscript([tmp_path / "a.md"])) == []


# The command ------------------------------------------------------------------------------------------------------

BIB = """@article{li2024mirror, title = {MirrorBench: Do Judges Prefer Their Own Answers?}, year = {2024},
  author = {Li, Mei and Okafor, Ada and Ruiz, Juan}, abstract = {Language models often grade the answers of other
  models. We find that judges prefer their own answers in 63.5% of the pairs, against 48% for human raters.}}
"""


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with a `.bib`, a draft over it as JSON and as Markdown."""
    (tmp_path / "refs.bib").write_text(BIB, "utf-8")
    for form in ("json", "md", "html"):
        out = str(tmp_path / f"draft.{form}")
        corpus = str(tmp_path / "refs.bib")
        assert main(["draft", "judges prefer own answers", "--corpus", corpus, "--no-cache", "--out", out]) == 0
    (tmp_path / "draft.bib").unlink()
    return tmp_path


@pytest.mark.parametrize("name", ["draft.json", "draft.html"])
def test_a_kept_draft_renders_to_the_same_bytes(name: str, kept: Path) -> None:
    out = kept / "again.md"
    assert main(["render", str(kept / name), "--corpus", str(kept / "refs.bib"), "--out", str(out)]) == 0
    assert out.read_text("utf-8") == (kept / "draft.md").read_text("utf-8").replace("draft.bib", "again.bib")


def test_an_edited_markdown_renders_with_its_changes_on_the_card(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (kept / "draft.md").read_text("utf-8")
    (kept / "draft.md").write_text(text.replace("63.5%", "36.5%", 1), "utf-8")
    command = [
        "render",
        str(kept / "draft.md"),
        "--corpus",
        str(kept / "refs.bib"),
        "--draft",
        str(kept / "draft.json"),
    ]
    assert main([*command, "--out", str(kept / "new.tex"), "--card", str(kept / "card.json")]) == 0
    told = capsys.readouterr().err
    assert "number-mismatch" in told
    assert "1 edited" in told
    assert json.loads((kept / "card.json").read_text("utf-8"))["changed_by_a_person"]["edited"] == 1
    assert "36.5" in (kept / "new.tex").read_text("utf-8")


def test_nothing_is_written_where_something_would_be_lost(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kept / "draft.md").write_text("# T\n\nJudges are biased [@li2024mirror].\n\n| a | b |\n", "utf-8")
    out = kept / "new.tex"
    command = ["render", str(kept / "draft.md"), "--corpus", str(kept / "refs.bib"), "--out", str(out)]
    assert main(command) == 1
    assert not out.exists()
    assert "draft.md:5:1: a draft cannot hold a table" in capsys.readouterr().err
    assert main([*command, "--lossy"]) == 0
    assert out.exists()


def test_a_page_whose_text_is_not_that_of_its_draft_is_refused(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = kept / "draft.html"
    text = page.read_text("utf-8")
    at = text.index("63.5%", text.index("<main"))
    page.write_text(text[:at] + "36.5%" + text[at + 5 :], "utf-8")
    for command in ("check", "render"):
        assert main([command, str(page), "--corpus", str(kept / "refs.bib")]) == 2
        assert "was edited" in capsys.readouterr().err


def test_a_draft_rendered_over_another_corpus_names_that_one(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kept / "other.bib").write_text(BIB.replace("Judges Prefer", "Referees Prefer"), "utf-8")
    out = kept / "again.json"
    assert main(["render", str(kept / "draft.json"), "--corpus", str(kept / "other.bib"), "--out", str(out)]) == 0
    assert "is not the one that was drafted from" in capsys.readouterr().err
    old, new = (json.loads((kept / name).read_text("utf-8"))["corpus"] for name in ("draft.json", "again.json"))
    assert (old["sources"], new["sources"]) == (["refs.bib"], ["other.bib"])
    assert old["digest"] != new["digest"]


def test_an_evidence_page_can_be_checked(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = kept / "draft.html"
    page.write_text(page.read_text("utf-8").replace("63.5%", "36.5%"), "utf-8")
    assert main(["check", str(page), "--corpus", str(kept / "refs.bib")]) == 1
    assert "number-mismatch" in capsys.readouterr().out


def test_a_page_without_a_draft_is_no_draft(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kept / "other.html").write_text("<p>Nothing.</p>", "utf-8")
    command = [
        "render",
        str(kept / "draft.md"),
        "--corpus",
        str(kept / "refs.bib"),
        "--draft",
        str(kept / "other.html"),
    ]
    assert main(command) == 2
    assert "holds no draft" in capsys.readouterr().err


def test_the_data_of_a_page_cannot_end_its_element() -> None:
    from writer.rendering import to_html
    from writer.rendering.html import draft_within

    hostile = replace(DRAFT, theme="</script><script>alert(1)</script>")
    page = to_html(hostile, CORPUS)
    assert page.count("</script>") == 2
    within = draft_within(page)
    assert within is not None
    assert json.loads(within) == json.loads(to_json(hostile, CORPUS))
