"""`writer corpus fetch`: into a library or a file, through the real clients and against stand-ins."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from servers import Reply, raw
from standins import StandIn, papers

from writer.cli import main
from writer.corpus import load
from writer.corpus.library import Library, load_library
from writer.sources import SOURCES

pytestmark = pytest.mark.usefixtures("_nobodys_settings")
KEYS = ("OPENALEX_API_KEY", "S2_API_KEY", "ZOTERO_API_KEY", "WRITER_EMAIL")


@pytest.fixture
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    """No key or address of whoever runs the tests, and no wait is slept."""
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def needs(*names: str) -> None:
    for name in names:
        package = SOURCES[name].service.package
        if find_spec(package) is None:
            pytest.skip(f"the client {package} is not installed (the extra `online`)")


def command(service: StandIn, name: str, *more: str) -> list[str]:
    return ["corpus", "fetch", name, "lanterns", "--base-url", service.address, *more]


def test_into_a_library_that_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needs("openalex")
    library = tmp_path / "lib"
    with StandIn("openalex", papers(130)) as service:
        assert main(command(service, "openalex", "--limit", "120", "--into", str(library))) == 0
    told = capsys.readouterr()
    assert "OpenAlex: 100 of 120 (130 in all)\nOpenAlex: 120 of 120 (130 in all)\n" in told.err
    assert "added: 120\n" in told.out
    assert "version 1, 120 entries" in told.out
    corpus = load_library(library)
    assert len(corpus) == 120
    assert {entry.doi for entry in corpus} == {paper.doi for paper in papers(120)}


def test_the_same_papers_from_several_sources_are_one_each(tmp_path: Path) -> None:
    needs("openalex", "crossref", "semantic-scholar")
    library = str(tmp_path / "lib")
    for name, first in (("openalex", 0), ("crossref", 5), ("semantic-scholar", 8)):
        with StandIn(name, papers(10, first)) as service:
            assert main(command(service, name, "--into", library)) == 0
    corpus = load_library(library)
    assert len(corpus) == 18
    assert max(len(entry.sources) for entry in corpus) == 3


def test_fetching_the_same_again_adds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needs("crossref")
    library = str(tmp_path / "lib")
    with StandIn("crossref", papers(7)) as service:
        assert main(command(service, "crossref", "--into", library)) == 0
        assert main(command(service, "crossref", "--into", library)) == 0
    assert "nothing to do: version 1, 7 entries" in capsys.readouterr().out


def test_the_same_answers_make_the_same_library(tmp_path: Path) -> None:
    needs("arxiv")
    digests = set()
    for place in ("one", "two"):
        with StandIn("arxiv", papers(9)) as service:
            assert main(command(service, "arxiv", "--into", str(tmp_path / place))) == 0
        with Library.open(tmp_path / place) as library:
            digests.add(library.version().digest)
    assert len(digests) == 1


def test_into_a_file_that_is_read_as_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needs("arxiv")
    file = tmp_path / "found.atom"
    with StandIn("arxiv", papers(4)) as service:
        assert main(command(service, "arxiv", "--out", str(file))) == 0
    assert f"4 records in {file}" in capsys.readouterr().err
    assert [entry.arxiv for entry in load(file)] == [f"2101.{number:05}" for number in range(4)]


def test_keys_and_address_are_read_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("openalex")
    monkeypatch.setenv("OPENALEX_API_KEY", " k3y\n")
    monkeypatch.setenv("WRITER_EMAIL", "me@example.org")
    with StandIn("openalex", papers(2)) as service:
        assert main(command(service, "openalex", "--out", str(tmp_path / "a"))) == 0
        assert main(command(service, "openalex", "--out", str(tmp_path / "b"), "--email", "us@example.org")) == 0
        assert service.asked[0].headers["authorization"] == "Bearer k3y"
        assert [service.asked[0].headers["from"], service.asked[-1].headers["from"]] == [
            "me@example.org",
            "us@example.org",
        ]


def test_a_library_is_refused_before_anything_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needs("openalex")
    (tmp_path / "notes.txt").write_text("mine")
    with StandIn("openalex", papers(2)) as service:
        assert main(command(service, "openalex", "--into", str(tmp_path))) == 2
        assert service.asked == []
    assert str(tmp_path) in capsys.readouterr().err


def test_nothing_found_ends_with_1_and_leaves_the_library_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs("semantic-scholar")
    with StandIn("semantic-scholar", []) as service:
        assert main(command(service, "semantic-scholar", "--into", str(tmp_path / "lib"), "--year", "2019-")) == 1
    assert "Semantic Scholar has nothing for 'lanterns' from 2019" in capsys.readouterr().err
    with Library.open(tmp_path / "lib") as library:
        assert library.versions() == []


def test_a_service_that_fails_ends_with_3_and_goes_on_later(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needs("openalex")
    faults = dict.fromkeys(range(2, 7), raw({"message": "made-up trouble"}, 503))
    with StandIn("openalex", papers(150), faults) as service:
        asked = command(service, "openalex", "--into", str(tmp_path / "lib"), "--limit", "150")
        assert main(asked) == 3
        assert "100 records are kept; the same command goes on from there" in capsys.readouterr().err
        assert main(asked) == 0
        cursors = [get.query["cursor"] for get in service.asked]
    assert cursors == ["*"] + ["C==100"] * 6
    assert "100 of these had been fetched before" in capsys.readouterr().err
    assert len(load_library(tmp_path / "lib")) == 150


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_killed_in_the_middle_it_asks_for_no_page_twice(tmp_path: Path) -> None:
    needs("openalex")
    with StandIn("openalex", papers(250), {3: Reply(then="hang")}) as service:
        asked = command(service, "openalex", "--into", str(tmp_path / "lib"), "--limit", "250")
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        process = subprocess.Popen([sys.executable, "-m", "writer", *asked], env=environment, stderr=subprocess.PIPE)
        try:
            assert service.hanging.wait(60)
        finally:
            process.kill()
            process.communicate()
        # The third request was never answered.
        assert main(asked) == 0
        cursors = [get.query["cursor"] for get in service.asked]
    assert cursors == ["*", "C==100", "C==200", "C==200"]
    assert len(load_library(tmp_path / "lib")) == 250
    assert not list((tmp_path / "lib" / "fetched").glob(".*"))


@pytest.mark.parametrize(
    ("year", "sent"), [("2019", "2019"), ("2018-2019", "2018-2019"), ("2018-", "2018-"), ("-2019", "-2019")]
)
def test_years_as_they_are_written(year: str, sent: str, tmp_path: Path) -> None:
    needs("semantic-scholar")
    with StandIn("semantic-scholar", papers(2)) as service:
        assert main(command(service, "semantic-scholar", "--out", str(tmp_path / "found"), "--year", year)) == 0
        assert service.asked[0].query["year"] == sent


@pytest.mark.parametrize(("more", "said"), [
    (["--limit", "0"], "--limit is 0"),
    (["--year", "19"], "--year is '19'"),
    (["--year", "2020-2019"], "ends before it begins"),
    (["--year", "20192020"], "--year is"),
    (["--year", "-"], "--year is '-'"),
    (["--email", "nobody"], "'nobody' is no address"),
    (["--email", "a@b) evil"], "is no address"),
    (["--base-url", "api.openalex.org"], "--base-url is"),
    (["--library", "group:1"], "--library means"),
])  # fmt: skip
def test_wrong_use_is_told_before_anything_is_asked(
    more: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["corpus", "fetch", "openalex", "lanterns", "--out", str(tmp_path / "found"), *more]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_empty_query_and_a_zotero_without_a_library_are_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["corpus", "fetch", "arxiv", " ", "--out", str(tmp_path / "found")]) == 2
    assert main(["corpus", "fetch", "zotero", "", "--into", str(tmp_path / "lib")]) == 2
    told = capsys.readouterr().err
    assert "the query is empty" in told
    assert "which library" in told
    assert not list(tmp_path.iterdir())


def test_a_key_with_a_line_break_in_it_is_refused_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("S2_API_KEY", "secr\net")
    assert main(["corpus", "fetch", "semantic-scholar", "q", "--out", str(tmp_path / "found")]) == 2
    told = capsys.readouterr().err
    assert "S2_API_KEY" in told
    assert "secr" not in told


def test_the_help_says_what_it_was_tried_against(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["corpus", "fetch", "--help"])
    assert "not against the live services" in capsys.readouterr().out
