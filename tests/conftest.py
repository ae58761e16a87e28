"""Shared fixtures: where the real source documents lie, recorded calls, and no network beyond this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
import recording
from pytest_recording.plugin import get_default_cassette_name

# No deadline: how long an example takes says something of the machine. The same examples in every run of CI.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")

ROOT = Path(__file__).resolve().parent.parent

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The five real source documents beside the project; they are not part of it."""
    folder = ROOT.parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the real source documents are not here ({folder.name}/ beside the project)")
    return folder


# Recorded calls: `@pytest.mark.vcr` and `@pytest.mark.recorded_with("llama" | "loopback" | "relay")` ------------

_failed = pytest.StashKey[bool]()
_before = pytest.StashKey[tuple[Path, bytes]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "recorded_with(server): what the cassette of this test is recorded against")


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    """Store cassettes in our own form (the hook of pytest-recording)."""
    vcr.register_serializer("yaml", recording)
    vcr.register_persister(recording.Persister(vcr.persister.extra_paths))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """While recording, leave alone the cassettes whose server is not there: a skipped test deletes nothing."""
    for item in items:
        if item.get_closest_marker("vcr") is None:
            continue
        recording.recorded_against(item)
        reason = recording.cannot_record(item) if _is_recording(config) else None
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep the cassette that a recording is about to replace, for the case that the recording fails."""
    if isinstance(item, pytest.Function) and item.get_closest_marker("vcr") and _is_recording(item.config):
        path = ROOT / "cassettes" / item.path.stem / f"{get_default_cassette_name(item.cls, item.name)}.yaml"
        if path.is_file():
            item.stash[_before] = (path, path.read_bytes())


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Say in one message which prompt is stale, and remember that the test has failed."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.failed:
        item.stash[_failed] = True
        message = recording.stale(call.excinfo.value if call.excinfo else None)
        report.longrepr = message or report.longrepr


def _is_recording(config: pytest.Config) -> bool:
    return config.getoption("--record-mode") not in (None, "none")


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    return dict(recording.CONFIG)


@pytest.fixture(scope="module")
def vcr_cassette_dir(request: pytest.FixtureRequest) -> str:
    return str(ROOT / "cassettes" / request.path.stem)


@pytest.fixture(autouse=True)
def _fully_played(request: pytest.FixtureRequest, vcr: Any) -> Iterator[None]:
    """Fail a test that does not make every call of its cassette, and keep nothing of a recording that failed."""
    if vcr is None:
        yield
        return
    recording.play_in_threads(vcr)
    yield
    if request.node.stash.get(_failed, False) and not vcr.write_protected:
        vcr.dirty = False  # pytest keeps the failure from vcrpy, which would save
        if _before in request.node.stash:
            path, content = request.node.stash[_before]
            path.write_bytes(content)
    if vcr.write_protected and not request.node.stash.get(_failed, False):
        left = recording.unplayed(vcr)
        if left:
            calls = "\n".join(f"  {line}" for line in left)
            pytest.fail(
                f"calls of the cassette that the test did not make:\n{calls}\n"
                f"If that is meant, record again: {recording.COMMAND}",
                pytrace=False,
            )


@pytest.fixture
def recorded_url(request: pytest.FixtureRequest) -> str:
    """The base URL to give a model in a test with a cassette: of the real server while recording, else of none."""
    variable = recording.SERVERS[recording.recorded_against(request.node)]
    recorded = variable is not None and _is_recording(request.config)
    return os.environ[variable] if recorded else "http://127.0.0.1/v1"


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, in seconds, that retries asked for; none of them is slept."""
    asked: list[float] = []
    monkeypatch.setattr("writer.models.retry.time", SimpleNamespace(sleep=asked.append))
    return asked


@pytest.fixture(autouse=True)
def _offline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leaves this machine, and none depends on the keys and proxies of whoever runs it."""
    for name in list(os.environ):
        if name.startswith("OPENAI_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    recording.block_network(monkeypatch)
