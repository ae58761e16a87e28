"""The command line as a user meets it: output, files, messages and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import writer
from writer.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = str(ROOT / "examples" / "corpus.bib")
NOWHERE = "http://127.0.0.1:9/v1"
THEME = "LLM judges and their biases"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(command in told for command in COMMANDS)


@pytest.mark.parametrize("command", list(COMMANDS))
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert capsys.readouterr().out.startswith(f"usage: writer {command}")


def test_no_command_prints_help_and_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage: writer" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"writer {writer.__version__}\n"


def test_draft_prints_markdown_with_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", THEME, "--corpus", EXAMPLES, "--no-cache"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"# {THEME}\n")
    assert "[@zheng2023judging]" in told.out
    assert "[^1]: quoted. @" in told.out
    assert "claims: " in told.err


def test_draft_writes_its_files_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("draft.md", "draft.tex", "draft.json"):
        assert main(["draft", THEME, "--corpus", EXAMPLES, "--no-cache", "--out", str(tmp_path / name)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["draft.bib", "draft.json", "draft.md", "draft.tex"]
    assert capsys.readouterr().out == ""
    assert json.loads((tmp_path / "draft.json").read_text("utf-8"))["schema"] == 1
    assert "\\citep{" in (tmp_path / "draft.tex").read_text("utf-8")
    assert "@inproceedings{zheng2023judging" in (tmp_path / "draft.bib").read_text("utf-8")


def test_the_same_command_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        arguments = ["draft", THEME, "--corpus", EXAMPLES, "--cache", str(tmp_path / "cache")]
        assert main([*arguments, "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_the_bytes_do_not_depend_on_where_the_corpus_lies(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "corpus.bib"
    copy.parent.mkdir()
    copy.write_bytes(Path(EXAMPLES).read_bytes())
    for name, corpus in (("here.json", EXAMPLES), ("there.json", str(copy))):
        assert main(["draft", THEME, "--corpus", corpus, "--no-cache", "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "here.json").read_bytes() == (tmp_path / "there.json").read_bytes()


def test_a_theme_that_the_corpus_knows_nothing_of_gives_no_draft(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "draft.md"
    assert (
        main(["draft", "kidney transplantation outcomes", "--corpus", EXAMPLES, "--no-cache", "--out", str(out)]) == 1
    )
    told = capsys.readouterr()
    assert not out.exists()
    assert told.out == ""
    assert "the corpus holds nothing on “kidney transplantation outcomes”" in told.err


def test_nothing_on_quantum_codes_in_the_real_documents(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", "quantum error correction codes", "--corpus", str(seeds), "--no-cache"]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["draft", THEME, "--corpus", "no/such.bib"], "no/such.bib"),
        (["draft", "  ", "--corpus", EXAMPLES], "the theme is empty"),
        (["draft", THEME, "--corpus", EXAMPLES, "--words", "3"], "words is 3"),
        (["draft", THEME, "--corpus", EXAMPLES, "--jobs", "0"], "--jobs is 0"),
        (["draft", THEME, "--corpus", EXAMPLES, "--out", "draft.xyz"], "does not tell the format"),
        (["draft", THEME, "--corpus", EXAMPLES, "--prompts", "x"], "--prompts needs --model"),
        (["draft", THEME, "--corpus", EXAMPLES, "--model", "m", "--base-url", NOWHERE, "--prompts", "no/x"], "no/x"),
        (["draft", THEME, "--corpus", EXAMPLES, "--model", "m"], "OPENAI_API_KEY"),
        (["search", THEME, "--corpus", EXAMPLES, "-k", "0"], "-k is 0"),
        (["corpus", "show", "no/such.bib"], "no/such.bib"),
    ],
)
def test_wrong_use_says_what_and_what_next(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert main([*arguments, *([] if arguments[0] == "corpus" else ["--no-cache"])]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert "Traceback" not in told.err
    assert len(told.err.strip().splitlines()) >= 2, "a hint says what to do next"


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "folder" / "draft.md"
    assert main(["draft", THEME, "--corpus", EXAMPLES, "--no-cache", "--out", str(out)]) == 2
    assert str(out.parent) in capsys.readouterr().err


def test_search_ranks_and_shows_the_nearest_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", THEME, "--corpus", EXAMPLES, "--no-cache", "-k", "3", "--format", "json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert [hit["rank"] for hit in value["hits"]] == [1, 2, 3]
    assert value["nothing"] is False
    assert all(hit["sentence"] in hit["abstract"] for hit in value["hits"])
    assert main(["search", THEME, "--corpus", EXAMPLES, "--no-cache", "-k", "3"]) == 0
    assert value["hits"][0]["key"] in capsys.readouterr().out.splitlines()[0]


def test_search_that_finds_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["search", "kidney transplantation outcomes", "--corpus", EXAMPLES, "--no-cache"]
    assert main([*arguments, "--format", "json"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["nothing"] is True
    assert value["hits"] == []
    assert main(arguments) == 1


def test_corpus_show_tells_what_was_read_merged_and_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = tmp_path / "a.bib"
    first.write_text(
        "@article{li2024,\n title = {One Title of a Work},\n abstract = {We ask.}\n}\n@article{broken\n", "utf-8"
    )
    second = tmp_path / "b.jsonl"
    second.write_text('{"title": "One title of a work", "abstract": "We ask."}\n{"title": \n', "utf-8")
    assert main(["corpus", "show", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "1 distinct" in told
    assert "merged 1" in told
    assert f"{first}:1" in told
    assert f"{second}:1" in told
    assert f"{first}:5" in told
    assert f"{second}:2" in told
    assert main(["corpus", "show", str(tmp_path), "--format", "json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert [entry["key"] for entry in value["entries"]] == ["li2024"]
    assert value["merged"][0]["kept"] == "li2024"
    assert {skipped["line"] for skipped in value["skipped"]} == {5, 2}


def test_a_server_that_is_not_there_is_the_servers_failure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("writer.models.retry.pause", lambda seconds: None)
    arguments = ["draft", THEME, "--corpus", EXAMPLES, "--no-cache", "--model", "m"]
    assert main([*arguments, "--base-url", NOWHERE]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "127.0.0.1:9" in told.err
