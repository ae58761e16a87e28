"""Surveys: each entry is told in one section, sections resume one by one, and one document holds them all."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from small import small_corpus

import writer
from writer.api import draft_survey
from writer.cli import main
from writer.draft import Draft, Group, Hit
from writer.drafting.outline import Outline, SectionPlan, read_outline
from writer.drafting.sharing import Candidates, shared_out
from writer.entry import Corpus
from writer.errors import NothingFound, PromptError, RateLimited, SettingsError, UserError
from writer.models import Completion, FunctionModel, Request
from writer.rendering import from_json
from writer.rendering.coverage import coverage
from writer.rendering.survey import survey_bibtex, survey_html, survey_json, survey_latex, survey_markdown
from writer.settings import Settings
from writer.survey import Referral, Section, Survey

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "corpus.bib"
OUTLINE = ROOT / "examples" / "outline.yaml"
SMALL = small_corpus()


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return writer.load([EXAMPLES])


@pytest.fixture(scope="module")
def survey(corpus: Corpus) -> Survey:
    return draft_survey(read_outline(OUTLINE), corpus)


def outline(*sections: tuple[str, str], title: str = "A survey") -> Outline:
    return Outline(title, tuple(SectionPlan(heading, theme) for heading, theme in sections))


TWO = outline(("Judges", "judges and answers"), ("Citations", "citations and references"))


def cited(survey: Survey) -> list[set[str]]:
    return [set(draft.cited()) for draft in survey.drafted()]


# Sharing out --------------------------------------------------------------------------------------------------


def candidates(*scored: tuple[str, float], **more: tuple[str, ...]) -> Candidates:
    hits = tuple(Hit(key, rank, score) for rank, (key, score) in enumerate(scored, start=1))
    return Candidates(hits, {"judg": 1.0}, **more)


def test_an_entry_goes_where_it_comes_nearest_to_the_best() -> None:
    sections = {
        0: candidates(("okafor2023panel", 40.0), ("li2024mirror", 20.0)),
        1: candidates(("li2024mirror", 9.0), ("okafor2023panel", 8.0)),
    }
    assert shared_out(sections, (), SMALL) == {"okafor2023panel": 0, "li2024mirror": 1}


def test_what_a_section_must_cite_is_its_own_however_it_scores() -> None:
    sections = {
        0: candidates(("okafor2023panel", 40.0), ("li2024mirror", 39.0)),
        1: candidates(("stein2022retrieval", 9.0), must_cite=("okafor2023panel", "whenCitationsLie")),
    }
    homes = shared_out(sections, (), SMALL)
    assert homes == {"okafor2023panel": 1, "whenCitationsLie": 1, "li2024mirror": 0, "stein2022retrieval": 1}


def test_the_best_of_two_sections_goes_to_the_theme_it_says_more_of_then_to_the_first() -> None:
    one = Candidates((Hit("li2024mirror", 1, 5.0),), {"quantum": 1.0, "judg": 1.0})
    other = Candidates((Hit("li2024mirror", 1, 3.0),), {"judg": 1.0})
    assert shared_out({0: one, 1: other}, (), SMALL) == {"li2024mirror": 1}
    assert shared_out({0: other, 1: other}, (), SMALL) == {"li2024mirror": 0}


def test_what_nobody_found_is_cited_where_it_says_most_of_the_theme_unless_that_excludes_it() -> None:
    sections = {0: Candidates((), {"quantum": 1.0}), 1: Candidates((), {"judg": 1.0})}
    assert shared_out(sections, ("okafor2023panel",), SMALL) == {"okafor2023panel": 1}
    sections[1] = replace(sections[1], exclude=("okafor2023panel",))
    assert shared_out(sections, ("okafor2023panel",), SMALL) == {"okafor2023panel": 0}
    sections[0] = replace(sections[0], exclude=("okafor2023panel",))
    with pytest.raises(SettingsError, match="every section excludes it"):
        shared_out(sections, ("okafor2023panel",), SMALL)


def test_scores_of_nothing_do_not_divide_by_it() -> None:
    nothing = candidates(("okafor2023panel", 0.0), ("li2024mirror", 0.0))
    assert shared_out({0: nothing, 1: nothing}, (), SMALL) == {"okafor2023panel": 0, "li2024mirror": 0}


# Without a model ----------------------------------------------------------------------------------------------


def test_no_entry_is_cited_in_two_sections(survey: Survey, corpus: Corpus) -> None:
    told = [key for keys in cited(survey) for key in keys]
    assert len(told) == len(set(told)) > 20
    assert all(len(keys) >= 3 for keys in cited(survey))
    assert coverage(survey, corpus).told_twice == ()
    sentences = [sentence.text for _, sentence in survey.whole().sentences() if sentence.role == "claim"]
    assert len(sentences) == len(set(sentences))


def test_the_outline_is_followed(survey: Survey) -> None:
    outline = read_outline(OUTLINE)
    assert [section.heading for section in survey.sections] == [plan.heading for plan in outline.sections]
    assert "zheng2023judging" in cited(survey)[0]
    assert "robertson2009probabilistic" not in survey.sections[2].found
    assert [dict(draft.settings)["words"] for draft in survey.drafted()] == [350, 300, 300]
    assert dict(survey.drafted()[2].settings)["exclude"] == ["robertson2009probabilistic"]


def test_an_entry_told_elsewhere_is_left_out_by_name(survey: Survey) -> None:
    for section in survey.sections:
        assert section.draft is not None
        reasons = {left.key: left.reason for left in section.draft.left_out}
        for other in survey.sections:
            for key in set(section.found) & set(other.draft.cited() if other.draft and other is not section else ()):
                assert reasons[key] == f"told in section “{other.heading}”"


def test_every_entry_that_was_found_is_cited_or_left_out_with_a_reason(survey: Survey) -> None:
    for section in survey.sections:
        assert section.draft is not None
        accounted = {*section.draft.cited(), *(left.key for left in section.draft.left_out)}
        assert set(section.found) <= accounted


def test_an_entry_given_to_a_section_that_does_not_tell_it_says_why(survey: Survey) -> None:
    reasons = [left.reason for draft in survey.drafted() for left in draft.left_out]
    given = [reason for reason in reasons if reason.startswith("belongs to section")]
    assert given
    assert all("; there: " in reason for reason in given)


def test_a_section_refers_to_what_comes_near_and_another_tells(corpus: Corpus) -> None:
    made = draft_survey(outline(("One", "language models as judges"), ("Two", "biases of judges of answers")), corpus)
    referrals = [(at, referral) for at, section in enumerate(made.sections) for referral in section.referrals]
    assert referrals
    for at, referral in referrals:
        assert referral.section != at
        assert referral.key in cited(made)[referral.section]
    text = survey_markdown(made, corpus)
    assert "*See also* “" in text
    assert r"\emph{See also} Section~\ref{sec:" in survey_latex(made, corpus, bibliography="b")


def test_what_the_survey_must_cite_is_cited_once_where_it_fits(corpus: Corpus) -> None:
    settings = Settings(words=150, k=5, must_cite=("cormack2009reciprocal", "mitchell2019model"))
    made = draft_survey(read_outline(OUTLINE), corpus, settings=settings)
    for key in settings.must_cite:
        assert sum(key in keys for keys in cited(made)) == 1
    assert "cormack2009reciprocal" in cited(made)[2]
    assert not [problem for _, problem in made.problems() if problem.kind == "not-cited"]


def test_the_same_survey_twice_is_the_same_bytes(survey: Survey, corpus: Corpus, tmp_path: Path) -> None:
    again = draft_survey(read_outline(OUTLINE), corpus, cache=tmp_path, jobs=1)
    for render in (survey_json, survey_markdown, survey_bibtex):
        assert render(again, corpus) == render(survey, corpus)


# Sections with nothing ----------------------------------------------------------------------------------------


def test_a_section_that_the_corpus_knows_nothing_of_is_a_note(corpus: Corpus) -> None:
    made = draft_survey(
        outline(("Kidneys", "kidney transplantation outcomes"), ("Judges", "LLM judges and their biases")), corpus
    )
    kidneys, judges = made.sections
    assert kidneys.draft is None
    assert kidneys.note.startswith("the corpus holds nothing on “kidney transplantation outcomes”")
    assert judges.draft is not None
    assert judges.draft.cited()
    assert "*Nothing is told here: the corpus holds nothing on" in survey_markdown(made, corpus)
    assert json.loads(survey_json(made, corpus))["sections"][0]["draft"] is None


def test_a_survey_without_any_section_that_has_something_is_an_error_that_tells_of_each(corpus: Corpus) -> None:
    nothing = outline(("Kidneys", "kidney transplantation outcomes"), ("Codes", "quantum error correction codes"))
    with pytest.raises(NothingFound, match="nothing on any of the 2 sections") as caught:
        draft_survey(nothing, corpus)
    assert [note.split("”")[0] for note in caught.value.__notes__] == ["“Kidneys", "“Codes"]


def test_a_section_whose_entries_are_all_told_elsewhere_says_so() -> None:
    made = draft_survey(outline(("One", "judges and citations"), ("Two", "judges and citations")), SMALL)
    assert made.sections[0].draft is not None
    assert made.sections[1].draft is None
    assert "told in another section" in made.sections[1].note
    assert made.sections[1].referrals


def test_what_an_empty_section_had_to_cite_is_told() -> None:
    empty = replace(outline(("Codes", "quantum error codes")).sections[0], must_cite=("stein2022retrieval",))
    made = draft_survey(Outline("t", (empty, *TWO.sections)), SMALL)
    assert "it does not cite stein2022retrieval either" in made.sections[0].note


# What is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "line", "says"),
    [
        ("language: German", 3, "without a model nothing is written in German"),
        ("group_by: method", 3, "without a model methods cannot be told"),
        ("prompts: mine", 3, "prompts need a model"),
        ("must_cite: [li2024mirror]", 3, "'li2024mirror' is both to be cited and excluded"),
        ("exclude: [nobody2020]", 4, "exclude nobody2020: the corpus has no such entry"),
    ],
)
def test_what_a_section_cannot_have_is_told_with_its_line(fields: str, line: int, says: str, tmp_path: Path) -> None:
    path = tmp_path / "o.yaml"
    path.write_text(f"title: t\nsections:\n  - heading: judges\n    {fields}\n", "utf-8")
    with pytest.raises(UserError) as caught:
        draft_survey(read_outline(path), SMALL, settings=Settings(exclude=("li2024mirror",)))
    assert caught.value.message.startswith(f"{path}:{line}: ")
    assert says in caught.value.message
    assert caught.value.hint


# With a model -------------------------------------------------------------------------------------------------


def replies(request: Request) -> Completion | str:
    """A plan of one group with all papers, and for each paper its first sentence."""
    text = request.messages[-1].content
    papers = re.findall(r"^\[(P\d+)\].*\n+(.*)", text, re.MULTILINE)
    if request.prompt == "plan":
        return json.dumps(
            {"groups": [{"heading": "All", "angle": "", "keys": [key for key, _ in papers]}], "left_out": []}
        )
    sentences = []
    for key, abstract in papers:
        said = re.split(r"(?<=[.?!]) ", abstract)[0]
        sentences.append({"text": said, "role": "claim", "citations": [key], "evidence": [{"key": key, "quote": said}]})
    return json.dumps({"paragraphs": [{"sentences": sentences}]})


def test_a_model_is_shown_in_each_section_only_what_is_told_there() -> None:
    model = FunctionModel(replies, id="double")
    made = draft_survey(TWO, SMALL, model=model)
    assert [request.prompt for request in model.requests] == ["plan", "write"] * 2
    one, other = cited(made)
    assert one
    assert other
    assert not one & other
    shown = [request.messages[-1].content for request in model.requests if request.prompt == "write"]
    for key in one:
        assert SMALL[key].abstract in shown[0]
        assert SMALL[key].abstract not in shown[1]
    assert made.whole().usage.calls == 4
    assert made.whole().drafter == "double"


def test_a_section_has_its_own_prompts_language_and_words(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "plan.jinja").write_text(
        "{% block user %}MINE\n{% for p in papers %}\n[{{ p.key }}]\nx\n{% endfor %}{% endblock %}", "utf-8"
    )
    (tmp_path / "o.yaml").write_text(
        "title: t\nsections:\n  - heading: judges and answers\n"
        "  - heading: citations and references\n    prompts: mine\n    language: German\n    words: 90\n",
        "utf-8",
    )
    model = FunctionModel(replies)
    made = draft_survey(read_outline(tmp_path / "o.yaml"), SMALL, model=model)
    plans = [request.messages[-1].content for request in model.requests if request.prompt == "plan"]
    assert [plan.startswith("MINE") for plan in plans] == [False, True]
    first, second = (dict(draft.settings) for draft in made.drafted())
    assert (second["language"], second["words"]) == ("German", 90)
    assert first["prompts"] != second["prompts"]
    assert "The draft is in English and German" in survey_markdown(made, SMALL)


def test_a_broken_prompt_of_the_last_section_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "plan.jinja").write_text("{% block user %}{{ nonsense }}{% endblock %}", "utf-8")
    sections = (*TWO.sections, SectionPlan("Last", "judges", prompts=tmp_path))
    model = FunctionModel(replies)
    with pytest.raises(PromptError, match=r"section “Last”: .*nonsense"):
        draft_survey(Outline("t", sections), SMALL, model=model)
    assert model.requests == []


def test_a_citation_of_what_another_section_tells_is_counted_as_twice_told() -> None:
    def intrudes(request: Request) -> Completion | str:
        answer = replies(request)
        return answer if request.prompt == "plan" else str(answer).replace('"P2"]', '"P2", "li2024mirror"]')

    model = FunctionModel(intrudes)
    made = draft_survey(TWO, SMALL, model=model, settings=Settings(max_repairs=0))
    assert [(shared.key, shared.told) for shared in coverage(made, SMALL).told_twice] == [("li2024mirror", (0, 1))]
    assert "not-shown" in {problem.kind for _, problem in made.problems()}
    assert "### Told in more than one section\n\n- `li2024mirror`: “Judges”, “Citations”." in survey_markdown(
        made, SMALL
    )
    assert "% li2024mirror: “Judges”, “Citations”." in survey_latex(made, SMALL, bibliography="b")


# Sections resume ----------------------------------------------------------------------------------------------


class Breaking:
    """A model that fails at its call number `at`, counted from 0."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.model = FunctionModel(self.answer, id="double")

    def answer(self, request: Request) -> Completion | str:
        self.left -= 1
        if self.left < 0:
            raise RateLimited("too many requests")
        return replies(request)


def test_finished_sections_are_kept_and_used_again_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(RateLimited) as caught:
        draft_survey(TWO, SMALL, model=Breaking(3).model, keep=tmp_path / "new" / "kept")
    assert caught.value.__notes__[1:] == [f"1 of 2 sections are done, kept in {tmp_path / 'new' / 'kept'}"]
    (first,) = (tmp_path / "new" / "kept").iterdir()
    assert re.fullmatch(r"01-judges-[0-9a-f]{12}\.json", first.name)
    assert from_json(first.read_text("utf-8")).theme == "judges and answers"
    again = FunctionModel(replies, id="double")
    resumed = draft_survey(TWO, SMALL, model=again, keep=tmp_path / "new" / "kept")
    assert [request.prompt for request in again.requests] == ["plan", "write"]
    whole = draft_survey(TWO, SMALL, model=FunctionModel(replies, id="double"))
    for render in (survey_json, survey_markdown, survey_bibtex):
        assert render(resumed, SMALL) == render(whole, SMALL)


def run(keep: Path, *, outline: Outline = TWO, corpus: Corpus = SMALL, fresh: bool = False, **settings: object) -> int:
    """How many calls a survey takes with what is kept."""
    model = FunctionModel(replies, id="double")
    given = Settings(**settings)  # type: ignore[arg-type]
    draft_survey(outline, corpus, model=model, keep=keep, fresh=fresh, settings=given)
    return len(model.requests)


def test_only_the_same_outline_corpus_and_settings_use_what_is_kept(tmp_path: Path) -> None:
    assert run(tmp_path) == 4
    assert run(tmp_path) == 0
    assert run(tmp_path, outline=replace(TWO, title="Another title")) == 0
    assert run(tmp_path, fresh=True) == 4
    assert run(tmp_path, words=200) == 4
    assert run(tmp_path, outline=outline(("Judges", "judges and answers"), ("Others", "citations"))) == 4
    fewer = {key: entry for key, entry in SMALL.entries.items() if key != "stein2022retrieval"}
    assert run(tmp_path, corpus=replace(SMALL, entries=fewer, digest="sha256:other")) == 4
    assert len(list(tmp_path.iterdir())) == 8, "nothing that was kept for other inputs is overwritten"
    assert run(tmp_path) == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{", "[", "cannot be used"),
        ('"theme": "judges and answers"', '"theme": "judges"', "does not pass the checks"),
        ("Language models often", "Language models never", "does not pass the checks"),
        ('"citations": [\n', '"citations": [\n            "invented2020",\n', "does not pass the checks"),
    ],
)
def test_a_kept_section_that_does_not_hold_is_drafted_anew(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert run(tmp_path) == 4
    path = min(tmp_path.iterdir())
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    told: list[str] = []
    model = FunctionModel(replies, id="double")
    draft_survey(TWO, SMALL, model=model, keep=tmp_path, progress=told.append)
    assert len(model.requests) == 2
    assert any(line.startswith(f"section 1 of 2: {path}") and says in line for line in told)
    assert path.read_text("utf-8") == text


def test_what_repair_did_is_kept_too(tmp_path: Path) -> None:
    def wrong_at_first(request: Request) -> Completion | str:
        if request.prompt == "repair":
            return json.dumps({"repairs": [{"number": 1, "drop": True}]})
        answer = replies(request)
        return answer if request.prompt == "plan" else str(answer).replace('"quote": "', '"quote": "Not so: ', 1)

    first = draft_survey(TWO, SMALL, model=FunctionModel(wrong_at_first, id="double"), keep=tmp_path)
    assert first.whole().repairs.rounds >= 1
    assert list(tmp_path.glob("*.repairs.json"))
    model = FunctionModel(replies, id="double")
    resumed = draft_survey(TWO, SMALL, model=model, keep=tmp_path)
    assert model.requests == []
    assert resumed.whole().repairs.told() == first.whole().repairs.told()
    assert survey_markdown(resumed, SMALL) == survey_markdown(first, SMALL)


# One document -------------------------------------------------------------------------------------------------


def test_footnotes_are_numbered_through_and_the_bibliography_is_one(survey: Survey, corpus: Corpus) -> None:
    text = survey_markdown(survey, corpus, bibliography="s.bib")
    numbers = [int(number) for number in re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 30
    assert text.count("::: {#refs}") == 1
    assert re.findall(r"^## (.*)", text, re.MULTILINE)[:3] == [section.heading for section in survey.sections]
    keys = re.findall(r"^@\w+\{([^,]+),", survey_bibtex(survey, corpus), re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert set(keys) == set().union(*cited(survey))


def test_the_table_of_coverage_counts_what_is_there(survey: Survey, corpus: Corpus) -> None:
    text = survey_markdown(survey, corpus)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    assert rows[0] == ["Section", "entries cited", "claims", "quoted"]
    assert [row[0] for row in rows[2:]] == [*(section.heading for section in survey.sections), "All"]
    assert [int(row[1]) for row in rows[2:-1]] == [len(keys) for keys in cited(survey)]
    total = len(set().union(*cited(survey)))
    assert rows[-1][1] == f"{total} of {len(corpus)}"
    assert int(rows[-1][2]) == sum(int(row[2]) for row in rows[2:-1])


def test_the_json_holds_every_section_and_what_is_covered(survey: Survey, corpus: Corpus) -> None:
    value = json.loads(survey_json(survey, corpus))
    told = set().union(*cited(survey))
    assert set(value["entries"]) == told
    assert set(value["coverage"]["unused"]) == set(corpus.entries) - told
    assert value["coverage"]["told_twice"] == []
    for shared in value["coverage"]["shared"]:
        assert len(shared["found_in"]) > 1
        assert len(shared["told_in"]) <= 1
    for section in value["sections"]:
        alone = {**section["draft"], "schema": 1, "corpus": value["corpus"], "entries": value["entries"]}
        assert from_json(json.dumps(alone)).theme == section["theme"]


def test_headings_that_hold_markup_stay_text() -> None:
    odd = outline(("| *Judges* | [^1] & $x$ %", "judges and answers"), ("日本", "citations"), title="# T_1")
    made = draft_survey(odd, SMALL)
    text = survey_markdown(made, SMALL)
    assert text.startswith(r"# \# T\_1")
    assert r"## \| \*Judges\* \| \[\^1\] & \$x\$ %" in text
    latex = survey_latex(made, SMALL, bibliography="b")
    assert r"\label{sec:judges-1-x}" in latex
    assert r"\label{sec:2}" in latex


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_standalone_latex_compiles(survey: Survey, corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "s.tex").write_text(survey_latex(survey, corpus, bibliography="s", standalone=True), "utf-8")
    (tmp_path / "s.bib").write_text(survey_bibtex(survey, corpus), "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "s.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout


# The command --------------------------------------------------------------------------------------------------


def command(*more: str) -> int:
    return main(["survey", str(OUTLINE), "--corpus", str(EXAMPLES), "--no-cache", *more])


def test_the_command_prints_the_survey_and_tells_of_each_section(capsys: pytest.CaptureFixture[str]) -> None:
    assert command() == 0
    told = capsys.readouterr()
    assert told.out.startswith("# Judging what language models write\n")
    assert "“Models as judges”: " in told.err
    assert "all 3 sections: " in told.err


def test_the_command_writes_each_format_with_one_bibliography(tmp_path: Path) -> None:
    for name in ("s.md", "s.tex", "s.json"):
        assert command("--out", str(tmp_path / name)) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.bib", "s.json", "s.md", "s.tex"]
    assert json.loads((tmp_path / "s.json").read_text("utf-8"))["schema"] == 1


def test_the_command_resumes_from_its_folder_with_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    assert command("--out-dir", str(kept), "--out", str(tmp_path / "one.json")) == 0
    assert "kept in" not in capsys.readouterr().err
    next(kept.glob("02-*")).unlink()
    assert command("--out-dir", str(kept), "--out", str(tmp_path / "two.json")) == 0
    assert capsys.readouterr().err.count("kept in") == 2
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert command("--out-dir", str(kept), "--fresh") == 0
    assert "kept in" not in capsys.readouterr().err


def test_the_command_ends_with_1_only_where_all_sections_are_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "o.yaml"
    path.write_text("title: t\nsections:\n  - heading: kidney transplantation outcomes\n", "utf-8")
    arguments = ["survey", str(path), "--corpus", str(EXAMPLES), "--no-cache"]
    assert main(arguments) == 1
    assert capsys.readouterr().out == ""
    path.write_text(path.read_text("utf-8") + "  - heading: LLM judges\n", "utf-8")
    assert main(arguments) == 0
    assert "Nothing is told here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--fresh"], "--fresh needs --out-dir"),
        (["--out", "s.docx.xyz"], "does not tell the format"),
        (["--must-cite", "nobody2020"], "--must-cite nobody2020"),
        (["--language", "German"], "without a model"),
        (["--out-dir", str(EXAMPLES)], "cannot make the folder"),
    ],
)
def test_wrong_use_of_the_command(more: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(*more) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert len(told.err.strip().splitlines()) >= 2


def test_a_dry_run_keeps_no_section(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--model", "m", "--dry-run", "--out-dir", str(tmp_path / "kept")) == 0
    assert capsys.readouterr().out.startswith("calls ")
    assert not (tmp_path / "kept").exists()


def test_the_evidence_page_has_the_sections_what_each_left_out_and_what_they_cover(
    survey: Survey, corpus: Corpus
) -> None:
    page = survey_html(survey, corpus)
    for section in survey.sections:
        assert f"<h2>{escape(section.heading)}</h2>" in page
    assert page.count('<a class="claim') == sum(row.claims for row in coverage(survey, corpus).sections)
    left_out = sum(len(draft.left_out) for draft in survey.drafted())
    assert f"Retrieved and left out ({left_out})" in page
    assert "<h3>Never used</h3>" in page
    assert f"<td>{len(survey.whole().cited())} of {len(corpus)}</td>" in page
    assert page == survey_html(survey, corpus)


def test_the_page_of_a_survey_says_where_else_to_look_and_why_a_section_is_empty() -> None:
    draft = Draft("t", (Group("G", ()),), "sha256:0", 5, (), (("k", 3),), "extractive")
    sections = (
        Section("One & more", "t", draft, referrals=(Referral("li2024mirror", 1),)),
        Section("Two", "t", None, "the corpus holds nothing on it"),
    )
    page = survey_html(Survey("T", sections, "sha256:0", 5, (), "sha256:1"), SMALL)
    assert "See also “Two” (li2024mirror)." in page
    assert "Nothing is told here: the corpus holds nothing on it" in page
    assert "<h2>One &amp; more</h2>" in page
