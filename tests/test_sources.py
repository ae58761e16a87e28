"""Recorded exchanges with stand-ins of the online sources, through the real clients; none is with a live service.

Each holds three pages, the second asked for again after a 429 that says when to come back.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import recording
from servers import Reply
from standins import StandIn, papers

from writer.corpus import load
from writer.sources import SOURCES, Access, Query, fetch, zotero
from writer.sources.source import Source

pytestmark = [pytest.mark.vcr, pytest.mark.recorded_with("loopback")]


def needs(name: str) -> pytest.MarkDecorator:
    """Skips before the cassette is opened, which would miss its calls."""
    package = SOURCES[name].service.package
    reason = f"the client {package} is not installed (the extra `online`)"
    return pytest.mark.skipif(find_spec(package) is None, reason=reason)


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """requests sends no body where httpx sends an empty one; a cassette knows the empty one alone."""

    def keep(request: Any) -> Any:
        kept = recording.keep_request(request)
        kept.body = kept.body or b""
        return kept

    return recording.CONFIG | {"before_record_request": keep}


def with_pages_of_four(name: str) -> Source:
    """A source asked for so little at a time that its cassette stays readable."""
    source = SOURCES[name]
    return replace(source, service=replace(source.service, most=4))


def fetched(name: str, path: Path, waits: list[float], library: str = "") -> list[str]:
    """The titles of nine papers out of eleven, fetched and read back."""
    fault = {2: Reply(429, b'{"error": "slow down"}', headers={"Retry-After": "7"})}
    with StandIn(name, papers(11), fault) as service:
        query, access = Query("lanterns", 9, library=library), Access(service.address)
        found = fetch(with_pages_of_four(name), query, access, path)
    assert found.records == 9
    assert 7.0 in waits
    corpus = load(path)
    assert not corpus.skipped
    first = next(iter(corpus))
    assert first.abstract == "We count the 3 lanterns of village 0 and ask who keeps them."
    assert [str(author) for author in first.authors] == ["Deltason, Amber"]
    assert first.year == 2015
    return [entry.title for entry in corpus]


TITLES = [paper.title for paper in papers(9)]


@needs("openalex")
def test_openalex_page_by_page(tmp_path: Path, waits: list[float]) -> None:
    assert fetched("openalex", tmp_path / "found.jsonl", waits) == TITLES


@needs("arxiv")
def test_arxiv_page_by_page(tmp_path: Path, waits: list[float]) -> None:
    assert fetched("arxiv", tmp_path / "found.atom", waits) == TITLES


@needs("semantic-scholar")
def test_semantic_scholar_page_by_page(tmp_path: Path, waits: list[float]) -> None:
    assert fetched("semantic-scholar", tmp_path / "found.jsonl", waits) == TITLES


@needs("crossref")
def test_crossref_page_by_page(tmp_path: Path, waits: list[float]) -> None:
    assert fetched("crossref", tmp_path / "found.jsonl", waits) == TITLES


@needs("zotero")
def test_zotero_page_by_page(tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zotero, "SERVICE", replace(zotero.SERVICE, most=4))
    # The seventh item is a note.
    expected = [paper.title.replace("<", "").replace(">", "") for paper in papers(10) if paper.number != 6]
    assert fetched("zotero", tmp_path / "found.jsonl", waits, "group:42") == expected
