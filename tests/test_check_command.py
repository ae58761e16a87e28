"""`writer check` as a user meets it: what it reads, what it tells, what it keeps quiet, and how it ends."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from writer.checking.kinds import KINDS
from writer.cli import _parser, main
from writer.cli.check import FORMATS
from writer.rendering import REPORT_FORMATS

ROOT = Path(__file__).resolve().parent.parent
CORPUS = """@article{berg2023panel,
  title = {Panels of small judges},
  author = {Berg, Lars and Okafor, Ada},
  journal = {Journal of Trials},
  year = {2023},
  abstract = {A single large judge is costly. We propose to replace it by a panel of three small judges that vote.
    The panel agrees with people in 81\\% of the cases. Its position bias stays below 4\\%.},
}
"""
GOOD = "The panel agrees with people in 81% of the cases [@berg2023panel]."
UNKNOWN = "Its position bias stays below 4% [@berg2023pannel]."
TEXT = f"# Judges\n\n{GOOD}\n\n{UNKNOWN}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a corpus and a manuscript that cites one entry that is not there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    Path("library.bib").write_text(CORPUS, "utf-8")
    Path("good.md").write_text(GOOD + "\n", "utf-8")
    Path("paper.md").write_text(TEXT, "utf-8")
    return tmp_path


def check(*arguments: str) -> int:
    return main(["check", *arguments, "--corpus", "library.bib"])


def kinds_of(path: str | Path) -> list[str]:
    return [problem["kind"] for problem in json.loads(Path(path).read_text("utf-8"))["problems"]]


# How it ends ------------------------------------------------------------------------------------------------------


def test_a_manuscript_without_errors_ends_with_0(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("good.md") == 0
    assert "1 claim: " in capsys.readouterr().out


def test_an_error_ends_with_1_and_is_told_with_its_place(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("paper.md") == 1
    told = capsys.readouterr().out
    assert "paper.md:5:36: error unknown-key: the corpus has no entry 'berg2023pannel'" in told
    assert "    5 | " + UNKNOWN + "\n      | " + " " * 35 + "^" + "~" * 13 + "\n" in told
    assert "berg2023panel" in told.partition("hint: ")[2]


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [
        ("error", 1),
        ("warning", 1),
        ("note", 1),
        ("never", 0),
        ("unknown-key", 1),
        ("direction", 0),
        ("direction, unknown-key", 1),
        ("direction,error", 1),
    ],
)
def test_fail_on_names_kinds_or_a_level(here: Path, fail_on: str, code: int) -> None:
    assert check("paper.md", "--fail-on", fail_on) == code


def test_fail_on_a_level_counts_louder_ones_too_and_no_quieter_ones(here: Path) -> None:
    Path("library.bib").write_text(CORPUS.replace("  journal = {Journal of Trials},\n", ""), "utf-8")
    Path("quiet.md").write_text("Panels outperform single judges.\n", "utf-8")
    assert check("quiet.md", "--fail-on", "warning") == 1
    assert check("quiet.md") == 0


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ((), "no manuscript is named", "FILE"),
        (("missing.md",), "missing.md", "path"),
        (("paper.md", "--fail-on", "eror"), "'eror'", "'error'"),
        (("paper.md", "--ignore", "unknown-keys"), "'unknown-keys'", "'unknown-key'"),
        (("paper.md", "--fail-on", ","), "names no kind", "unknown-key"),
        (("paper.md", "--baseline", "none.json"), "none.json", "--write-baseline"),
        (("broken.json",), "Draft JSON, line 1", "broken.json"),
        (("latin.md",), "latin.md:1", "UTF-8"),
    ],
)
def test_wrong_use_and_unreadable_files_end_with_2_and_say_what_to_do(
    here: Path, arguments: tuple[str, ...], message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken.json").write_text("{", "utf-8")
    Path("latin.md").write_bytes("Müller".encode("latin-1"))
    assert check(*arguments) == 2
    first, *rest = [line for line in capsys.readouterr().err.splitlines() if "entry from" not in line]
    assert message in first
    assert hint in "\n".join(rest)


# What it is checked against ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.md", f"---\nbibliography: library.bib\n---\n\n{GOOD}\n"),
        ("own.tex", "It agrees in 81\\% of the cases \\cite{berg2023panel}.\n\\bibliography{library}\n"),
    ],
)
def test_the_bibliography_that_the_manuscript_names_is_the_corpus(
    here: Path, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_text(text, "utf-8")
    assert main(["check", name]) == 0
    assert "checking against library.bib" in capsys.readouterr().err


OTHER = """@article{rey2020trust,
  title = {How readers come to trust what they read},
  author = {Rey, Ana},
  journal = {Journal of Reading},
  year = {2020},
  abstract = {Readers trust a source that tells its own limits.},
}
"""


def of_two_papers(here: Path) -> None:
    Path("other.bib").write_text(OTHER, "utf-8")
    Path("a.md").write_text(f"---\nbibliography: library.bib\n---\n\n{GOOD} So do others [@rey2020trust].\n", "utf-8")
    Path("b.md").write_text("---\nbibliography: other.bib\n---\n\nIt is so [@rey2020trust].\n", "utf-8")


def test_each_manuscript_is_held_to_the_bibliography_that_it_names_itself(here: Path) -> None:
    of_two_papers(here)
    Path("chapter.md").write_text("It is so again [@rey2020trust].\n", "utf-8")
    assert main(["check", "a.md", "b.md", "chapter.md", "--format", "json", "--out", "report.json"]) == 1
    report = json.loads(Path("report.json").read_text("utf-8"))
    unknown = [(each["file"], each["key"]) for each in report["problems"] if each["kind"] == "unknown-key"]
    assert unknown == [("a.md", "rey2020trust")]
    assert report["corpus"]["sources"] == ["library.bib", "other.bib"]
    assert report["coverage"]["never_cited"] == []
    assert check("a.md", "b.md", "--corpus", "other.bib", "--fail-on", "unknown-key") == 0


def test_files_of_one_bibliography_are_one_manuscript(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("intro.md").write_text("It is so [@berg2023panel].\n", "utf-8")
    Path("own.md").write_text(f"---\nbibliography: library.bib\n---\n\n{GOOD}\n", "utf-8")
    assert main(["check", "intro.md", "own.md"]) == 0
    assert capsys.readouterr().err.count("checking against") == 1


def test_a_judge_is_not_asked_about_several_corpora_at_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    of_two_papers(here)
    assert main(["check", "a.md", "b.md", "--judge", "--model", "m"]) == 2
    assert "one at a time" in capsys.readouterr().err


def test_an_input_that_is_not_there_is_a_warning_where_it_is_named(here: Path) -> None:
    Path("main.tex").write_text("It is so \\cite{berg2023panel}.\n\n\\input{gone}\n\\bibliography{none}\n", "utf-8")
    assert check("main.tex", "--fail-on", "unread", "--format", "json", "--out", "report.json") == 1
    told = [each for each in json.loads(Path("report.json").read_text("utf-8"))["problems"] if each["kind"] == "unread"]
    assert [(each["file"], each["line"], each["severity"]) for each in told] == [
        ("main.tex", 3, "warning"),
        ("main.tex", 4, "note"),
    ]
    assert "gone" in told[0]["detail"]
    assert check("main.tex", "--fail-on", "unread", "--ignore", "unread") == 0


def test_a_bibliography_that_is_missing_is_named_where_no_corpus_is(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("main.tex").write_text("It is so \\cite{a}.\n\\bibliography{none}\n", "utf-8")
    assert main(["check", "main.tex"]) == 2
    assert "no corpus to check main.tex against: the bibliography none is not there" in capsys.readouterr().err


def test_without_any_corpus_the_error_says_how_to_name_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "paper.md"]) == 2
    told = capsys.readouterr().err
    assert "no corpus to check paper.md against" in told
    assert "--corpus" in told


def test_what_a_reference_list_is_taken_for_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "The panel agrees with people in 81% of the cases [1].\n\nReferences\n\n"
    Path("plain.txt").write_text(text + "[1] L. Berg and A. Okafor. Panels of small judges. 2023.\n", "utf-8")
    assert check("plain.txt", "--format", "json", "--out", "report.json") == 0
    assert "plain.txt:5: [1] is berg2023panel (the same title)" in capsys.readouterr().err
    report = json.loads(Path("report.json").read_text("utf-8"))
    assert [claim["citations"] for claim in report["claims"]] == [["berg2023panel"]]
    assert report["coverage"]["cited"] == 1


def test_an_unknown_key_outside_of_sentences_is_told_where_it_stands(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("list.tex").write_text(
        "\\section{Panels \\cite{berg2023pannel}}\n\nIt is so.\n\n\\nocite{nobody2020}\n", "utf-8"
    )
    assert main(["check", "list.tex", "--corpus", "library.bib"]) == 1
    out = capsys.readouterr().out
    assert "list.tex:1:23: error unknown-key: the corpus has no entry 'berg2023pannel' (cited in: heading)" in out
    assert "list.tex:5:9: error unknown-key: the corpus has no entry 'nobody2020' (cited in: \\nocite)" in out
    assert "hint: by author, year and title: berg2023panel" in out


def test_ten_thousand_citations_in_one_sentence_are_each_told_where_they_stand(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = [f"nobody{n}" for n in range(10_000)]
    Path("many.tex").write_text("It is so \\cite{" + ",".join(keys) + "}.\n", "utf-8")
    assert main(["check", "many.tex", "--corpus", "library.bib", "--format", "json"]) == 1
    told = [each for each in json.loads(capsys.readouterr().out)["problems"] if each["kind"] == "unknown-key"]
    assert [each["key"] for each in told] == keys
    assert [each["column"] for each in told[:2]] == [16, 24]


def test_what_is_cited_outside_of_sentences_counts_as_cited(here: Path) -> None:
    Path("list.tex").write_text("It is so.\n\n\\nocite{berg2023panel}\n", "utf-8")
    check("list.tex", "--format", "json", "--out", "report.json")
    assert json.loads(Path("report.json").read_text("utf-8"))["coverage"]["never_cited"] == []


# Drafts -----------------------------------------------------------------------------------------------------------


def draft_json(*, text: str, citations: list[str], quote: str) -> dict[str, Any]:
    start = 123
    evidence = [
        {"key": "berg2023panel", "quote": quote, "start": start, "end": start + len(quote), "field": "abstract"}
    ]
    sentence = {"text": text, "role": "claim", "citations": citations, "evidence": evidence, "verdict": "quoted"}
    return {
        "schema": 1,
        "theme": "judges",
        "corpus": {"digest": "sha256:0", "entries": 1, "sources": ["library.bib"]},
        "settings": {},
        "drafter": "test",
        "retrieved": [{"key": "berg2023panel", "rank": 1, "score": 1.0}],
        "groups": [{"heading": "Judges", "paragraphs": [[sentence]]}],
        "left_out": [],
        "problems": [],
        "usage": {"calls": 0, "prompt_tokens": 0, "completion_tokens": 0, "cost_usd": None, "estimated": False},
        "entries": {},
    }


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_draft_json_is_checked_with_its_own_evidence_and_placed_in_its_file(here: Path, ascii_only: bool) -> None:
    quote = "The panel agrees with people in 81% of the cases."
    text = '“𝛼” — the panel agrees with "people" in 12% of the cases.'
    told = json.dumps(
        draft_json(text=text, citations=["berg2023panel"], quote=quote), indent=1, ensure_ascii=ascii_only
    )
    Path("draft.json").write_text(told, "utf-8")
    check("draft.json", "--format", "json", "--out", "report.json")
    report = json.loads(Path("report.json").read_text("utf-8"))
    [claim] = report["claims"]
    assert [piece["quote"] for piece in claim["evidence"]] == [quote]
    [problem] = [problem for problem in report["problems"] if problem["kind"] == "number-mismatch"]
    line = told.splitlines()[problem["line"] - 1]
    assert line[problem["column"] - 1 :].startswith("12%")
    assert line[: problem["end_column"] - 1].endswith(("12", "12%"))
    assert (problem["group"], problem["paragraph"], problem["sentence"]) == (0, 0, 0)


def test_a_draft_whose_quote_is_made_up_is_told_so(here: Path) -> None:
    draft = draft_json(text="It is so.", citations=["berg2023panel"], quote="Panels are always right about everything.")
    Path("draft.json").write_text(json.dumps(draft), "utf-8")
    assert check("draft.json", "--format", "json", "--out", "report.json") == 1
    assert "quote-not-found" in kinds_of("report.json")


def test_a_drafted_section_can_be_checked_beside_a_manuscript(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["draft", "panels of judges", "--corpus", "library.bib", "--no-cache", "--out", "draft.json"]
    assert main(arguments) == 0
    assert check("good.md", "draft.json", "--format", "json", "--out", "report.json") == 0
    files = {claim["file"] for claim in json.loads(Path("report.json").read_text("utf-8"))["claims"]}
    assert files == {"good.md", "draft.json"}


# What is kept quiet -----------------------------------------------------------------------------------------------


def test_ignored_kinds_are_not_told_and_do_not_fail(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("paper.md", "--ignore", "unknown-key") == 0
    told = capsys.readouterr().out
    assert "error unknown-key" not in told
    assert "1 silenced" in told


def test_levels_can_be_ignored_and_mistyped_ones_are_answered(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("paper.md", "--ignore", "error") == 0
    assert check("paper.md", "--ignore", "note,unknown-key") == 0
    assert check("paper.md", "--ignore", "warnings") == 2
    assert "did you mean 'warning'?" in capsys.readouterr().err


def test_a_comment_with_a_mistyped_kind_is_told_where_it_stands(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.md").write_text(f"{GOOD}\n\n<!-- writer: ignore unknownkey -->\n{UNKNOWN}\n", "utf-8")
    Path("a.tex").write_text("So it is. % writer: ignore unknown_key, note\n", "utf-8")
    assert check("a.md", "a.tex") == 1
    told = capsys.readouterr().out
    assert "a.md:3:1: warning unread: the comment silences 'unknownkey'" in told
    assert "a.tex:1:1: warning unread: the comment silences 'unknown_key'" in told
    assert told.count("hint: did you mean 'unknown-key'?") == 2
    assert "error unknown-key" in told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", f"<!-- writer: ignore unknown-key -->\n{UNKNOWN}\n"),
        ("a.tex", "It stays below 4\\% \\cite{berg2023pannel}. % writer: ignore unknown-key\n"),
    ],
)
def test_a_comment_in_the_manuscript_silences_its_line(here: Path, name: str, text: str) -> None:
    Path(name).write_text(text, "utf-8")
    check(name, "--format", "json", "--out", "report.json")
    assert "unknown-key" not in kinds_of("report.json")


def test_a_baseline_keeps_old_problems_quiet_and_tells_new_and_mended_ones(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("paper.md", "--write-baseline", "known.json") == 0
    assert check("paper.md", "--baseline", "known.json") == 0
    assert "0 problems; " in capsys.readouterr().out
    Path("paper.md").write_text("New first line.\n\n" + TEXT + "\nIt is so [@nobody2020].\n", "utf-8")
    assert check("paper.md", "--baseline", "known.json") == 1
    told = capsys.readouterr().out
    assert "nobody2020" in told
    assert "berg2023pannel" not in told
    Path("paper.md").write_text(TEXT.replace("pannel", "panel"), "utf-8")
    assert check("paper.md", "--baseline", "known.json") == 0
    assert "in the baseline, and gone: unknown-key in paper.md: berg2023pannel" in capsys.readouterr().out


def test_a_baseline_is_written_beside_a_report_where_one_is_asked_for(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("paper.md", "--write-baseline", "known.json", "--format", "json", "--out", "report.json") == 0
    assert "unknown-key" in kinds_of("report.json")
    assert check("paper.md", "--write-baseline", "known.json") == 0
    assert capsys.readouterr().out == ""


# How it is told ---------------------------------------------------------------------------------------------------


def test_the_formats_of_the_command_are_those_there_are() -> None:
    assert tuple(REPORT_FORMATS) == FORMATS


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_goes_to_a_file_or_to_standard_output_the_same(
    here: Path, format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("paper.md", "--format", format) == 1
    printed = capsys.readouterr().out
    assert check("paper.md", "--format", format, "--out", "report") == 1
    assert capsys.readouterr().out == ""
    assert Path("report").read_text("utf-8") == printed
    assert "unknown-key" in printed


def test_evidence_of_every_claim_is_shown_where_asked_for(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check("good.md", "--show-evidence")
    assert "berg2023panel, abstract (library.bib:1): “The panel agrees" in capsys.readouterr().out


def test_colour_is_for_terminals_and_not_with_no_color(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check("paper.md")
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    check("paper.md")
    assert "\x1b[1;31merror unknown-key\x1b[0m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    check("paper.md")
    assert "\x1b" not in capsys.readouterr().out


def test_the_help_of_the_command_says_how_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    told = capsys.readouterr().out
    assert "exit codes: 0 nothing that --fail-on names; 1 problems that it names" in told
    assert "--strict" not in told


# What kinds mean --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_explained_without_a_file(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", kind]) == 0
    told = capsys.readouterr().out
    assert re.match(rf"{kind} \((error|warning|note)\)\n", told)
    for part in (f"% writer: ignore {kind}", f"<!-- writer: ignore {kind} -->", "How sure it is:", "Example:"):
        assert part in told
    assert max(map(len, told.splitlines())) <= 100


def test_an_unknown_kind_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", "number-mismatched"]) == 2
    assert "did you mean 'number-mismatch'?" in capsys.readouterr().err


# Where it is put to use -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mistakes"),
    [
        ("manuscript.md", {("unknown-key", "[@walters2023fabricated]"), ("number-mismatch", "76 of 80")}),
        ("manuscript.tex", {("unknown-key", "zha2023alignscore2"), ("number-mismatch", "27\\% of the time")}),
    ],
)
def test_the_mistakes_planted_in_the_examples_are_found_where_they_stand(
    name: str, mistakes: set[tuple[str, str]], tmp_path: Path
) -> None:
    out = tmp_path / "report.json"
    path = ROOT / "examples" / name
    main(["check", str(path), "--format", "json", "--out", str(out)])
    lines = path.read_text("utf-8").splitlines()
    problems = json.loads(out.read_text("utf-8"))["problems"]
    for kind, words in mistakes:
        assert any(told["kind"] == kind and words in lines[told["line"] - 1] for told in problems), kind
    assert {told["kind"] for told in problems if told["severity"] == "error"} <= {kind for kind, _ in mistakes}


def test_the_excerpt_in_the_readme_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    readme = (ROOT / "README.md").read_text("utf-8")
    command, *excerpt = readme.split("```console\n$ writer check")[1].split("```")[0].splitlines()
    assert main(["check", *command.split()]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in excerpt if line not in printed] == []


def test_the_hook_definition_is_what_pre_commit_reads() -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["id"] == "writer-check"
    assert hook["language"] == "python"
    assert re.search(hook["files"], "paper/main.tex")
    assert re.search(hook["files"], "notes.md")
    assert not re.search(hook["files"], "library.bib")
    assert _parser(["check"]).parse_args([*hook["entry"].split()[1:], "paper.md"]).files == ["paper.md"]


def test_the_workflow_calls_the_command_as_it_is_and_may_upload() -> None:
    workflow = yaml.safe_load((ROOT / "examples" / "ci.yml").read_text("utf-8"))
    # YAML 1.1 reads the word `on` as true.
    assert {"push", "pull_request"} == set(workflow[True])
    assert workflow["permissions"]["security-events"] == "write"
    steps = workflow["jobs"]["check"]["steps"]
    commands = [shlex.split(step["run"]) for step in steps if step.get("run", "").startswith("writer ")]
    parsed = [_parser(command[1:]).parse_args(command[1:]) for command in commands]
    assert [args.format for args in parsed] == ["sarif", "github"]
    [upload] = [step for step in steps if "upload-sarif" in step.get("uses", "")]
    assert upload["with"]["sarif_file"] == str(parsed[0].out)
    assert parsed[0].fail_on == "never"
