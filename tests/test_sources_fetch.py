"""The loop of a fetch, with a source made for it: pages, pace, resume, and what ends it. No client is needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from writer.cli import corpus_fetch
from writer.errors import NothingFound, OddAnswer, Overloaded, RateLimited, Refused, SettingsError
from writer.sources import SOURCES, Access, Page, Query, Service, Source, Years, fetch, file_name
from writer.sources.fetch import identity
from writer.sources.wire import line

SERVICE = Service("lights", "Lights", "http://127.0.0.1/lights", "lights", interval=2.0, most=3)
HELD = [line({"title": f"Lantern {number}", "abstract": "It is lit."}) for number in range(8)]
Fault = Callable[[], BaseException]


class Lights:
    """A source that holds eight records, fails where it is told to, and has a clock that only sleeping moves."""

    def __init__(
        self, faults: dict[int, BaseException] | None = None, *, wait: float = 0.0, total: int | None = 8
    ) -> None:
        self.asked: list[tuple[str, int]] = []
        self.slept: list[float] = []
        self.now = 0.0
        self._faults, self._wait, self._total = faults or {}, wait, total
        self.source = Source(SERVICE, self.page)

    def page(self, query: Query, position: str, count: int, access: Access) -> Page:
        self.asked.append((position, count))
        fault = self._faults.get(len(self.asked))
        if fault is not None:
            raise fault
        start = int(position or 0)
        shown = HELD[start : start + count]
        after = str(start + len(shown)) if start + len(shown) < len(HELD) else None
        return Page(tuple(shown), after, self._total, self._wait)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def fetch(self, file: Path, limit: int = 100, **query: object) -> list[str]:
        asked = Query("lanterns", limit, **query)  # type: ignore[arg-type]
        fetch(self.source, asked, Access(), file, sleep=self.sleep, clock=lambda: self.now)
        return file.read_text("utf-8").splitlines()


def test_all_pages_come_in_order_and_leave_nothing_else_behind(tmp_path: Path) -> None:
    lights = Lights()
    assert lights.fetch(tmp_path / "found.jsonl") == HELD
    assert lights.asked == [("", 3), ("3", 3), ("6", 3)]
    assert [path.name for path in tmp_path.iterdir()] == ["found.jsonl"]


def test_no_more_is_asked_for_than_is_wanted(tmp_path: Path) -> None:
    lights = Lights()
    assert lights.fetch(tmp_path / "found.jsonl", 4) == HELD[:4]
    assert lights.asked == [("", 3), ("3", 1)]


def test_a_page_longer_than_asked_for_is_cut_at_the_limit(tmp_path: Path) -> None:
    generous = Source(SERVICE, lambda query, position, count, access: Page(tuple(HELD), None, 8))
    found = fetch(generous, Query("lanterns", 5), Access(), tmp_path / "found.jsonl")
    assert found.records == 5
    assert (tmp_path / "found.jsonl").read_text("utf-8").splitlines() == HELD[:5]


def test_requests_keep_the_distance_that_the_service_asks_for(tmp_path: Path) -> None:
    lights = Lights()
    lights.fetch(tmp_path / "found.jsonl")
    assert lights.slept == [2.0, 2.0]


def test_a_longer_distance_asked_for_in_an_answer_is_kept_too(tmp_path: Path) -> None:
    lights = Lights(wait=9.0)
    lights.fetch(tmp_path / "found.jsonl")
    assert lights.slept == [9.0, 9.0]


def test_retry_after_is_waited_out_and_the_same_page_asked_for_again(tmp_path: Path) -> None:
    lights = Lights({2: RateLimited("slow down", retry_after=30.0)})
    assert lights.fetch(tmp_path / "found.jsonl") == HELD
    assert lights.asked == [("", 3), ("3", 3), ("3", 3), ("6", 3)]
    assert lights.slept == [2.0, 30.0, 2.0]


def test_another_attempt_is_no_sooner_than_the_service_allows(tmp_path: Path) -> None:
    lights = Lights({1: RateLimited("slow down", retry_after=0.5)})
    lights.fetch(tmp_path / "found.jsonl", 3)
    assert sum(lights.slept) == 2.0


def test_what_fails_five_times_is_given_up_and_what_was_answered_goes_on_later(tmp_path: Path) -> None:
    file = tmp_path / "found.jsonl"
    failing = Lights({number: Overloaded("busy") for number in range(2, 7)})
    with pytest.raises(Overloaded) as caught:
        failing.fetch(file)
    assert "given up after 5 attempts" in caught.value.__notes__
    assert "3 records are kept; the same command goes on from there" in caught.value.__notes__
    assert not file.exists()
    lights = Lights()
    assert lights.fetch(file) == HELD
    assert lights.asked == [("3", 3), ("6", 3)]


def test_a_wait_too_long_is_not_waited_for(tmp_path: Path) -> None:
    lights = Lights({1: RateLimited("no credit till tomorrow", retry_after=40_000.0)})
    with pytest.raises(RateLimited, match="asks to wait 40000 s"):
        lights.fetch(tmp_path / "found.jsonl")
    assert len(lights.asked) == 1


def test_a_refused_place_says_how_to_begin_again(tmp_path: Path) -> None:
    file = tmp_path / "found.jsonl"
    with pytest.raises(Refused):
        Lights({2: Refused("no")}).fetch(file)
    with pytest.raises(Refused) as caught:
        Lights({1: Refused("the cursor has expired")}).fetch(file)
    kept = next(path for path in tmp_path.iterdir())
    assert f"to begin again, delete {kept}" in caught.value.__notes__


@pytest.mark.parametrize(
    "end", [b'{"at": "3", "af', b'{"at": "3", "after": "6", "total": 8, "records": [', b"\x00\x00\n"]
)
def test_an_answer_that_a_crash_cut_short_is_asked_for_again(tmp_path: Path, end: bytes) -> None:
    file = tmp_path / "found.jsonl"
    with pytest.raises(KeyboardInterrupt):
        Lights({2: KeyboardInterrupt()}).fetch(file)
    journal = next(tmp_path.iterdir())
    journal.write_bytes(journal.read_bytes() + end)
    lights = Lights()
    assert lights.fetch(file) == HELD
    assert lights.asked == [("3", 3), ("6", 3)]


def test_pages_that_do_not_follow_from_each_other_are_not_put_together(tmp_path: Path) -> None:
    file = tmp_path / "found.jsonl"
    with pytest.raises(KeyboardInterrupt):
        Lights({3: KeyboardInterrupt()}).fetch(file)
    journal = next(tmp_path.iterdir())
    first, second = journal.read_bytes().splitlines(keepends=True)
    # As two processes would have left it.
    journal.write_bytes(first + first + second + second)
    lights = Lights()
    assert lights.fetch(file) == HELD
    assert lights.asked == [("3", 3), ("6", 3)]


def test_a_crash_before_the_file_was_written_asks_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "found.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr("writer.rendering.files.write_whole", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            Lights().fetch(file)
    lights = Lights()
    assert lights.fetch(file) == HELD
    assert lights.asked == []


def test_another_query_does_not_go_on_from_this_one(tmp_path: Path) -> None:
    file = tmp_path / "found.jsonl"
    with pytest.raises(KeyboardInterrupt):
        Lights({2: KeyboardInterrupt()}).fetch(file)
    lights = Lights()
    lights.fetch(file, years=Years(2019, None))
    assert lights.asked[0] == ("", 3)


def test_nothing_found_is_said_and_leaves_no_file(tmp_path: Path) -> None:
    empty = Source(SERVICE, lambda query, position, count, access: Page((), None, 0))
    with pytest.raises(NothingFound, match="Lights has nothing for 'lanterns' from 2019"):
        fetch(empty, Query("lanterns", 5, Years(2019)), Access(), tmp_path / "found.jsonl")
    assert not list(tmp_path.iterdir())


def test_an_empty_page_that_leads_to_itself_ends_with_an_error(tmp_path: Path) -> None:
    ring = Source(SERVICE, lambda query, position, count, access: Page((), position, 8))
    with pytest.raises(OddAnswer, match="leads to itself"):
        fetch(ring, Query("lanterns", 5), Access(), tmp_path / "found.jsonl")


def test_pages_of_which_nothing_is_kept_are_passed(tmp_path: Path) -> None:
    pages = {"": Page((), "b"), "b": Page((), "c"), "c": Page((HELD[0],), None)}
    source = Source(SERVICE, lambda query, position, count, access: pages[position])
    found = fetch(source, Query("lanterns", 5), Access(), tmp_path / "found.jsonl", sleep=lambda seconds: None)
    assert found.records == 1


def test_progress_never_tells_more_than_was_wanted(tmp_path: Path) -> None:
    told: list[tuple[int, int, int | None]] = []
    generous = Source(SERVICE, lambda query, position, count, access: Page(tuple(HELD), None, 8))
    fetch(generous, Query("q", 5), Access(), tmp_path / "f", progress=lambda *numbers: told.append(numbers))
    assert told == [(5, 5, 8)]


@pytest.mark.parametrize("limit", [0, -3])
def test_a_limit_of_nothing_is_refused(tmp_path: Path, limit: int) -> None:
    with pytest.raises(SettingsError):
        Lights().fetch(tmp_path / "found.jsonl", limit)


def test_half_a_character_and_odd_line_ends_stay_within_their_line() -> None:
    record = {"title": "a\ud800b", "abstract": "one\u2028two\x85three"}
    for written in (line(record), line({"abstract": record["abstract"]})):
        written.encode("utf-8")
        assert len(written.splitlines()) == 1
        assert json.loads(written)["abstract"] == record["abstract"]


def test_a_fetch_is_named_by_what_is_asked_of_whom_and_not_by_who_asks() -> None:
    source, query = SOURCES["openalex"], Query("Large  Language Models?", 10)
    name = file_name(source, query, Access(email="a@example.org", key="k"))
    assert name == file_name(source, query, Access())
    assert name.startswith("openalex-large-language-models-")
    assert name.endswith(".jsonl")
    others = [(SOURCES["crossref"], query, Access()), (source, Query("Large", 10), Access()),
              (source, Query(query.text, 11), Access()), (source, query, Access("http://127.0.0.1"))]  # fmt: skip
    assert len({identity(*other) for other in others} | {identity(source, query, Access())}) == 5


def test_a_key_is_not_shown() -> None:
    assert "secret" not in repr(Access(key="secret"))


def test_the_command_line_knows_every_source() -> None:
    assert set(corpus_fetch._SOURCES) == set(SOURCES)
