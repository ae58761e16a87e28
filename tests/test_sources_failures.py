"""What goes wrong with a service, told the same way whichever client was asked. Skipped where a client is missing."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest
from servers import Reply, page, raw
from standins import Paper, StandIn, arxiv_error, papers

from writer.corpus import load
from writer.errors import (
    NothingFound,
    OddAnswer,
    Overloaded,
    RateLimited,
    Refused,
    SettingsError,
    Unreachable,
    UserError,
    WriterError,
)
from writer.sources import SOURCES, Access, Query, Years, fetch

ALWAYS = Years()


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    """Each source whose client is installed."""
    return installed(request.param)


def installed(name: str) -> str:
    package = SOURCES[name].service.package
    if find_spec(package) is None:
        pytest.skip(f"the client {package} is not installed (the extra `online`)")
    return name


def query(name: str, limit: int = 230, text: str = "lanterns", years: Years = ALWAYS) -> Query:
    return Query(text, limit, years, "group:42" if name == "zotero" else "")


def ask(service: StandIn, name: str, file: Path, asked: Query | None = None, key: str = "") -> list[str]:
    """The titles of what a stand-in answered; waits are not slept."""
    access = Access(service.address, "me@example.org", key)
    fetch(SOURCES[name], asked or query(name), access, file, sleep=lambda seconds: None)
    return [entry.title for entry in load(file)]


def failure(name: str, tmp_path: Path, faults: Mapping[int, Reply], count: int = 250) -> tuple[WriterError, int]:
    """How a fetch ends, and after how many requests."""
    with StandIn(name, papers(count), faults) as service:
        with pytest.raises(WriterError) as caught:
            ask(service, name, tmp_path / "found")
        return caught.value, len(service.asked)


def every(reply: Reply) -> dict[int, Reply]:
    return dict.fromkeys(range(1, 20), reply)


def test_a_busy_service_is_asked_five_times(name: str, tmp_path: Path) -> None:
    error, asked = failure(name, tmp_path, every(raw({"message": "made-up trouble"}, 502)))
    assert isinstance(error, Overloaded)
    assert "answered 502: made-up trouble" in error.message
    assert error.exit_code == 3
    assert asked == 5


def test_a_busy_service_that_recovers_gives_all(name: str, tmp_path: Path) -> None:
    with StandIn(name, papers(150), {1: raw({}, 500), 3: page("<h1>Bad gateway</h1>", 502)}) as service:
        found = ask(service, name, tmp_path / "found", query(name, 120))
    assert len(found) == 120


def test_retry_after_with_a_503_is_heard(name: str, tmp_path: Path) -> None:
    slept: list[float] = []
    with StandIn(name, papers(3), {1: raw({}, 503, headers={"Retry-After": "11"})}) as service:
        access = Access(service.address)
        fetch(SOURCES[name], query(name), access, tmp_path / "found", sleep=slept.append)
    assert 11.0 in slept


def test_a_limit_reached_for_the_day_is_not_waited_for(name: str, tmp_path: Path) -> None:
    error, asked = failure(name, tmp_path, every(raw({"error": "no more today"}, 429, headers={"Retry-After": "9000"})))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 9000.0
    assert asked == 1


def test_a_429_without_a_time_is_tried_again_too(name: str, tmp_path: Path) -> None:
    error, asked = failure(name, tmp_path, every(raw({}, 429)))
    assert isinstance(error, RateLimited)
    assert asked == 5


def test_a_query_that_is_refused_is_refused_at_once_with_the_services_words(name: str, tmp_path: Path) -> None:
    reply = raw({"error": "Bad", "message": "unknown field 'lamp'"}, 400)
    error, asked = failure(name, tmp_path, every(reply))
    assert isinstance(error, Refused)
    assert "answered 400: unknown field 'lamp'" in error.message
    assert asked == 1


def test_a_key_that_is_not_taken_says_where_it_was_read_from(name: str, tmp_path: Path) -> None:
    error, asked = failure(name, tmp_path, every(raw({"error": "API key is not known"}, 401)))
    assert isinstance(error, Refused)
    assert SOURCES[name].service.key_variable in error.hint
    assert asked == 1


@pytest.mark.parametrize("reply", [
    page("<html><body>Log in to the guest network</body></html>"),
    Reply(200, b""),
    Reply(200, b'{"results": [{"id": "https://openalex.or'),
    raw({}),
    raw([1, 2]),
    raw({"message": "ok", "results": 3, "data": 4, "meta": {}}),
    raw({"message": {"items": None}, "results": [], "meta": None, "data": None}),
    Reply(200, b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>x", "application/atom+xml"),
    Reply(200, b"\xff\xfe\x00", "application/json"),
], ids=["login", "empty", "cut", "object", "list", "numbers", "nulls", "cut-feed", "no-text"])  # fmt: skip
def test_an_answer_in_another_format_is_told_at_once(name: str, reply: Reply, tmp_path: Path) -> None:
    error, asked = failure(name, tmp_path, every(reply))
    assert isinstance(error, OddAnswer)
    assert SOURCES[name].service.title in error.message
    assert asked == 1
    assert not (tmp_path / "found").exists()


def test_a_connection_that_breaks_is_made_again(name: str, tmp_path: Path) -> None:
    with StandIn(name, papers(3), {1: Reply(then="drop"), 2: Reply(200, b"{", then="drop")}) as service:
        assert len(ask(service, name, tmp_path / "found")) == 3
        # The last page of OpenAlex leads to an empty one.
        assert len(service.asked) == (4 if name == "openalex" else 3)


def test_no_network_is_told_as_that(name: str, tmp_path: Path) -> None:
    with StandIn(name, papers(3)) as service:
        pass
    with pytest.raises(Unreachable, match="was not reached") as caught:
        ask(service, name, tmp_path / "found")
    assert "given up after 5 attempts" in caught.value.__notes__


def test_a_service_without_an_answer_for_the_query_has_nothing(name: str, tmp_path: Path) -> None:
    with StandIn(name, []) as service, pytest.raises(NothingFound) as caught:
        ask(service, name, tmp_path / "found")
    assert caught.value.exit_code == 1
    assert not list(tmp_path.iterdir())


def test_a_full_last_page_ends_it(name: str, tmp_path: Path) -> None:
    held = [Paper(number * 7) for number in range(200)]
    with StandIn(name, held) as service:
        assert len(ask(service, name, tmp_path / "found", query(name, 1000))) == 200
        assert len(service.asked) <= 3


def test_the_query_arrives_as_it_was_written(name: str, tmp_path: Path) -> None:
    text = 'ti:"lantern & co" +tags #1 100% été=ja?'
    with StandIn(name, papers(3)) as service:
        ask(service, name, tmp_path / "found", query(name, text=text))
        assert text in service.asked[0].query.values()
        assert not {"tags", " co"} & set(service.asked[0].query)


@pytest.mark.parametrize(("years", "sent"), [
    (Years(2019, 2021), {
        "openalex": "from_publication_date:2019-01-01,to_publication_date:2021-12-31",
        "arxiv": "(lanterns) AND submittedDate:[201901010000 TO 202112312359]",
        "semantic-scholar": "2019-2021",
        "crossref": "from-pub-date:2019-01-01,until-pub-date:2021-12-31",
    }),
    (Years(2019, 2019), {"semantic-scholar": "2019"}),
    (Years(2019, None), {
        "openalex": "from_publication_date:2019-01-01",
        "arxiv": "(lanterns) AND submittedDate:[201901010000 TO 999812312359]",
        "semantic-scholar": "2019-",
        "crossref": "from-pub-date:2019-01-01",
    }),
    (Years(None, 2019), {
        "openalex": "to_publication_date:2019-12-31",
        "arxiv": "(lanterns) AND submittedDate:[199101010000 TO 201912312359]",
        "semantic-scholar": "-2019",
        "crossref": "until-pub-date:2019-12-31",
    }),
])  # fmt: skip
def test_years_are_asked_for_in_the_services_words(
    name: str, years: Years, sent: dict[str, str], tmp_path: Path
) -> None:
    if name not in sent:
        return
    with StandIn(name, papers(3)) as service:
        ask(service, name, tmp_path / "found", query(name, years=years))
        assert sent[name] in service.asked[0].query.values()


def test_zotero_is_looked_through_for_years(tmp_path: Path) -> None:
    installed("zotero")
    with StandIn("zotero", papers(250)) as service:
        ask(service, "zotero", tmp_path / "found", query("zotero", 20, years=Years(2016, 2017)))
    found = list(load(tmp_path / "found"))
    assert len(found) == 20
    assert {entry.year for entry in found} == {2016, 2017}


def test_zotero_needs_a_library(tmp_path: Path) -> None:
    for library in ("", "42", "group:x", "shelf:42"):
        with pytest.raises(SettingsError, match="which library"):
            fetch(SOURCES["zotero"], Query("q", 5, library=library), Access(), tmp_path / "found")


def test_zotero_may_be_asked_for_all_it_holds(tmp_path: Path) -> None:
    installed("zotero")
    with StandIn("zotero", papers(3)) as service:
        assert len(ask(service, "zotero", tmp_path / "found", query("zotero", text=""))) == 3
        assert "q" not in service.asked[0].query


def test_zoteros_backoff_is_kept(tmp_path: Path) -> None:
    installed("zotero")
    slept: list[float] = []
    with StandIn("zotero", papers(150)) as service:
        first = service._answer
        service._answer = lambda get, held: (
            reply := first(get, held),
            Reply(reply.status, reply.body, headers={**reply.headers, "Backoff": "25"}),
        )[1]
        fetch(SOURCES["zotero"], query("zotero"), Access(service.address), tmp_path / "f", sleep=slept.append)
    assert [round(seconds) for seconds in slept] == [25]


def test_keys_and_addresses_go_where_the_service_wants_them(name: str, tmp_path: Path) -> None:
    with StandIn(name, papers(3)) as service:
        ask(service, name, tmp_path / "found", key="k3y")
    sent = service.asked[0]
    wanted = {
        "openalex": ("authorization", "Bearer k3y"),
        "semantic-scholar": ("x-api-key", "k3y"),
        "zotero": ("authorization", "Bearer k3y"),
    }
    if name in wanted:
        header, value = wanted[name]
        assert sent.headers[header] == value
    else:
        assert "k3y" not in str(dict(sent.headers)) + str(dict(sent.query))
    address = {"openalex": "from", "crossref": "user-agent"}.get(name)
    assert [header for header in sent.headers if "me@example.org" in sent.headers[header] and header[:2] != "x-"] == (
        [address] if address else []
    )


def test_an_error_of_arxiv_that_looks_like_an_answer_is_one(tmp_path: Path) -> None:
    installed("arxiv")
    error, asked = failure("arxiv", tmp_path, every(arxiv_error("incorrect id format for lantern")))
    assert isinstance(error, Refused)
    assert "incorrect id format for lantern" in error.message
    assert asked == 1


def test_an_empty_page_of_arxiv_amid_its_results_passes(tmp_path: Path) -> None:
    installed("arxiv")
    with StandIn("arxiv", papers(150)) as service:
        answer, service.faults = service._answer, {}
        calls = iter(range(10))
        service._answer = lambda get, held: (
            answer(get, held)
            if next(calls) != 1
            else Reply(200, b"<feed xmlns='http://www.w3.org/2005/Atom'><totalResults>150</totalResults></feed>")
        )
        assert len(ask(service, "arxiv", tmp_path / "found")) == 150
        assert len(service.asked) == 3


def test_more_than_semantic_scholar_ranks_is_asked_of_its_bulk_search(tmp_path: Path) -> None:
    installed("semantic-scholar")
    with StandIn("semantic-scholar", papers(2300)) as service:
        assert len(ask(service, "semantic-scholar", tmp_path / "found", query("semantic-scholar", 2200))) == 2200
    assert [get.query.get("token") for get in service.asked] == [None, "T1000", "T2000"]
    assert {get.path for get in service.asked} == {"/graph/v1/paper/search/bulk"}


def test_more_than_crossref_gives_by_offset_is_asked_for_by_cursor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("crossref")
    monkeypatch.setattr("writer.sources.crossref.BY_OFFSET", 200)
    with StandIn("crossref", papers(350)) as service:
        assert len(ask(service, "crossref", tmp_path / "found", query("crossref", 300))) == 300
    assert [get.query["cursor"] for get in service.asked] == ["*", "DnF1100", "DnF1200"]


def test_the_same_answers_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    for place in ("one", "two"):
        with StandIn(name, papers(120)) as service:
            ask(service, name, tmp_path / place)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_a_client_that_is_not_installed_is_named_with_the_extra(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = SOURCES[source].service.package
    real = importlib.import_module

    def without(module: str, *rest: str) -> ModuleType:
        if module.partition(".")[0] == package:
            raise ModuleNotFoundError(f"No module named {package!r}", name=package)
        return real(module, *rest)

    monkeypatch.setattr("writer.sources.wire.import_module", without)
    with pytest.raises(UserError, match=f"{package} is not installed") as caught:
        fetch(SOURCES[source], query(source), Access(), tmp_path / "found")
    assert caught.value.hint == "pip install 'writer[online]'"
    assert caught.value.exit_code == 2
