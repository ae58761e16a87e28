"""The cassettes themselves, and what is said when one does not fit: tests of the tests."""

from __future__ import annotations

import ast
import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import recording
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from servers import ScriptedServer, completion

ROOT = Path(__file__).resolve().parent.parent
CASSETTES = ROOT / "cassettes"
HERE = Path(__file__).resolve().parent
STORED = sorted(CASSETTES.glob("*/*.yaml"))


# What lies in the folder ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_cassette_holds_nothing_that_is_of_a_day_a_machine_or_a_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for pair in yaml.safe_load(text)["interactions"]:
        assert set(pair["request"]["headers"]) <= recording.REQUEST_HEADERS
        assert set(pair["response"]["headers"]) <= recording.RESPONSE_HEADERS
        response = pair["response"]
        for reply in response.get("events", [response.get("json")]):
            assert recording.scrub(reply) == reply
    assert not re.search(r"\bsk-\w{6}|\bBearer \S{6}|127\.0\.0\.1:\d|localhost:\d", text)
    assert not re.search(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4}", text)
    for folder in (Path.home(), ROOT):
        assert len(folder.parts) == 1 or f"{folder}/" not in text
    assert path.stat().st_size < 1_000_000


def test_every_cassette_has_a_test_and_a_line_in_the_readme() -> None:
    stored = {f"{path.parent.name}/{path.stem}" for path in STORED}
    described = re.findall(r"^\| `([^`]+)` \|", (CASSETTES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(described) == sorted(stored)
    for name in stored:
        module, test = name.split("/")
        tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
        assert re.sub(r"\[.*", "", test) in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


# How it is stored ----------------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]))
bodies = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def stored(request: str, response: str, content_type: str) -> dict[str, Any]:
    """One interaction as vcrpy hands it to a serializer."""
    return {
        "version": 1,
        "interactions": [
            {
                "request": {
                    "method": "POST",
                    "uri": "http://127.0.0.1/v1/x",
                    "headers": {"content-type": ["application/json"]},
                    "body": request,
                },
                "response": {
                    "status": {"code": 200, "message": "OK"},
                    "headers": {"content-type": [content_type]},
                    "body": {"string": response},
                },
            }
        ],
    }


@settings(deadline=None)
@given(bodies, bodies)
def test_json_of_any_kind_comes_back_as_it_was_stored(request: Any, response: Any) -> None:
    given = stored(json.dumps(request), json.dumps(response), "application/json")
    back = recording.deserialize(recording.serialize(given))["interactions"][0]
    assert json.loads(back["request"]["body"]) == request
    assert json.loads(back["response"]["body"]["string"]) == response


@settings(deadline=None)
@given(texts)
@example("two\nlines\x85with\u2028odd breaks\r\n")
def test_text_that_is_no_json_comes_back_as_it_was_stored(text: str) -> None:
    back = recording.deserialize(recording.serialize(stored("{}", text, "text/html")))
    assert back["interactions"][0]["response"]["body"]["string"] == text


@pytest.mark.parametrize(
    "text", ['data: {"a": 1}\n\ndata: [DONE]\n\n', ": comment\n\ndata: 1\n\n", "data: a\ndata: b\n\n"]
)
def test_streams_come_back_as_they_were_stored(text: str) -> None:
    back = recording.deserialize(recording.serialize(stored("{}", text, "text/event-stream")))
    assert back["interactions"][0]["response"]["body"]["string"] == text


def test_a_prompt_is_stored_as_lines_that_can_be_read() -> None:
    text = recording.serialize(stored(json.dumps({"content": "First line.\nSecond – line."}), "{}", "application/json"))
    assert "content: |-\n        First line.\n        Second – line.\n" in text


# How it fails --------------------------------------------------------------------------------------------------

TEST = """
import pytest
from concurrent.futures import ThreadPoolExecutor
from writer.models import ChatModel, Message, Request

WORDS = {words!r}

def ask(model, word):
    return model.complete(Request("write", (Message("user", word),), max_tokens=5)).text

@pytest.mark.vcr
@pytest.mark.recorded_with({server!r})
def test_asks(recorded_url):
    with ChatModel("m", base_url={url!r} or recorded_url) as model, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda word: ask(model, word), WORDS))
    assert {holds}
"""


class Project:
    """A project of its own with our conftest, in which one test asks a model for some words from four threads."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.tests = pytester.mkdir("tests")
        for name in ("conftest.py", "recording.py"):
            (self.tests / name).write_text((HERE / name).read_text(encoding="utf-8"), encoding="utf-8")
        self.cassette = pytester.path / "cassettes" / "test_asking" / "test_asks.yaml"

    def run(
        self, words: str, *options: str, url: str = "", server: str = "loopback", holds: bool = True
    ) -> pytest.RunResult:
        """Run the test with these words; without a URL nothing can answer but the cassette."""
        code = TEST.format(words=words.split(), url=url, server=server, holds=holds)
        (self.tests / "test_asking.py").write_text(code, encoding="utf-8")
        return self.pytester.runpytest_inprocess(
            "-p", "no:hypothesispytest", "-p", "no:cacheprovider", *options, str(self.tests)
        )

    def record(self, words: str) -> list[Any]:
        """Record the words against a scripted server; the bodies it saw."""
        with ScriptedServer(*[completion("same")] * 9) as server:
            self.run(words, "--record-mode=rewrite", url=server.url).assert_outcomes(passed=1)
        return [asked.body for asked in server.requests]


@pytest.fixture(scope="session")
def loaded() -> None:
    """What the runs inside need, loaded out here: each of them would load it anew and forget it again."""
    for name in ("openai.resources.chat", "tenacity", "vcr", "recording"):
        importlib.import_module(name)


@pytest.fixture
def project(loaded: None, pytester: pytest.Pytester) -> Project:
    return Project(pytester)


def test_recording_twice_from_threads_gives_the_same_bytes_which_replay_without_a_server(project: Project) -> None:
    words = "one two three four five"
    assert len(project.record(words)) == 5
    first = project.cassette.read_bytes()
    project.record(words)
    assert project.cassette.read_bytes() == first
    project.run(words).assert_outcomes(passed=1)
    assert project.cassette.read_bytes() == first


def test_a_stale_prompt_fails_with_one_message_that_names_it_and_the_command(project: Project) -> None:
    project.record("one two")
    result = project.run("one twice")
    result.assert_outcomes(failed=1)
    shown = result.stdout.str()
    assert "The prompt 'write' is not what cassettes/test_asking/test_asks.yaml holds." in shown
    assert re.search(r"^  -(one|two)$", shown, re.MULTILINE)
    assert re.search(r"^  \+twice$", shown, re.MULTILINE)
    told, _, _ = shown.partition("short test summary")  # which repeats the message in full where CI is set
    assert told.count("record again: make record") == 1
    assert "Traceback" not in shown
    assert "Unreachable" not in shown


def test_a_prompt_asked_once_too_often_says_so(project: Project) -> None:
    project.record("one")
    result = project.run("one one")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*The prompt 'write' was asked once more than cassettes/*/test_asks.yaml holds.*"])


def test_a_missing_cassette_says_so(project: Project) -> None:
    result = project.run("one")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*The prompt 'write' was asked, but there is no cassette cassettes/*.yaml*"])


def test_a_call_that_is_no_longer_made_fails_the_test(project: Project) -> None:
    project.record("one two")
    result = project.run("one")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*calls of the cassette that the test did not make:*", "*'two'*", "*make record*"])


def test_a_test_that_failed_already_is_not_told_of_unplayed_calls_too(project: Project) -> None:
    project.record("one two")
    result = project.run("one", holds=False)
    result.assert_outcomes(failed=1)
    assert "did not make" not in result.stdout.str()


def test_the_same_request_from_several_threads_plays_each_of_its_replies_once(project: Project) -> None:
    assert len(project.record("one one one one")) == 4
    project.run("one one one one").assert_outcomes(passed=1)


def test_a_recording_that_fails_leaves_the_cassette_as_it_was(project: Project) -> None:
    with ScriptedServer() as server:
        project.run("one", "--record-mode=rewrite", url=server.url).assert_outcomes(failed=1)
    assert not project.cassette.exists()
    project.record("one")
    before = project.cassette.read_bytes()
    with ScriptedServer() as server:
        project.run("two", "--record-mode=rewrite", url=server.url).assert_outcomes(failed=1)
    assert project.cassette.read_bytes() == before


@pytest.mark.parametrize("server", ["llama", "relay"])
def test_a_cassette_whose_server_is_not_there_is_left_alone_while_others_are_recorded(
    server: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.record("one")
    before = project.cassette.read_bytes()
    for variable in filter(None, recording.SERVERS.values()):
        monkeypatch.delenv(variable, raising=False)
    project.run("one", "--record-mode=rewrite", server=server).assert_outcomes(skipped=1)
    assert project.cassette.read_bytes() == before


def test_while_recording_the_model_is_sent_to_the_server_of_the_variable(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(completion("hello")) as server:
        monkeypatch.setenv("WRITER_RECORD_RELAY", server.url)
        project.run("one", "--record-mode=rewrite", server="relay").assert_outcomes(passed=1)
    assert len(server.requests) == 1
    project.run("one", server="relay").assert_outcomes(passed=1)


def test_a_cassette_that_does_not_say_against_what_it_is_recorded_is_an_error(project: Project) -> None:
    result = project.run("one", server="somewhere")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
