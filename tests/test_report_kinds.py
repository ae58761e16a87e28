"""Kinds of problems: each has words and a severity, and what was measured decides how loud it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import writer.checking.kinds as kinds
from writer.draft import Place, Problem
from writer.errors import SettingsError

SHIPPED = Path(kinds.__file__).with_name("rates.json")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Rates to be filled by a test, in place of the shipped ones."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(kinds.json, "loads", lambda _: told)
    clear()
    yield told
    monkeypatch.undo()
    clear()


def clear() -> None:
    for cached in (kinds._measured, kinds.severity_of, kinds.explanation):
        cached.cache_clear()


def rate(precision: float | None, rows: int = 100) -> dict[str, float | None]:
    return {"on_errors": 0.2, "on_controls": 0.01, "rows": rows, "precision": precision}


def one(told: dict[str, float | None], rule: str = "number-mismatch") -> dict[str, Any]:
    return {"rules": {rule: told}, "all": told, "measured": "on rows"}


def test_every_kind_has_words_and_a_severity() -> None:
    assert set(kinds.SEVERITIES) == set(kinds.KINDS) == set(kinds.MEANINGS)
    for kind in kinds.KINDS:
        told = kinds.explanation(kind)
        for words in (told.meaning, told.looks_at, told.example, told.advice, *told.sure):
            assert words.endswith((".", "”", "]")), (kind, words)


def test_the_shipped_rates_have_the_agreed_form() -> None:
    rates = json.loads(SHIPPED.read_text("utf-8"))
    assert "number-mismatch" in rates
    for kind, told in rates.items():
        assert kind in kinds.KINDS
        assert told["measured"]
        for rule in (told["all"], *told["rules"].values()):
            assert 0 <= rule["on_errors"] <= 1
            assert 0 <= rule["on_controls"] <= 1
            assert rule["precision"] is None or 0 <= rule["precision"] <= 1
        assert all(0 <= share["alarms"] <= 1 < share["claims"] for share in told["on_supported"].values())


@pytest.mark.parametrize(
    ("precision", "expected"), [(0.95, "error"), (0.9, "error"), (0.89, "warning"), (0.5, "warning"), (0.49, "note")]
)
def test_a_rule_is_told_no_louder_than_its_rates_allow(
    precision: float, expected: str, measured: dict[str, Any]
) -> None:
    measured["number-mismatch"] = one(rate(precision))
    assert kinds.severity(Problem("number-mismatch", Place(0), "")) == expected


def test_a_rule_is_told_no_louder_than_its_kind_however_sure_it_is(measured: dict[str, Any]) -> None:
    measured["no-evidence"] = one(rate(1.0), "no-evidence")
    assert kinds.severity(Problem("no-evidence", Place(0), "")) == "note"


def test_each_rule_of_a_kind_goes_by_its_own_rates(measured: dict[str, Any]) -> None:
    rules = {"sure": rate(0.97), "unsure": rate(0.3)}
    measured["number-mismatch"] = {"rules": rules, "all": rate(0.8), "measured": "on rows"}
    assert kinds.severity(Problem("number-mismatch", Place(0), "", rule="sure")) == "error"
    assert kinds.severity(Problem("number-mismatch", Place(0), "", rule="unsure")) == "note"
    assert kinds.severity(Problem("number-mismatch", Place(0), "", rule="new")) == "error"
    told = kinds.explanation("number-mismatch")
    assert told.precision == 0.8
    assert [line.split(" speak")[0] for line in told.sure[1:]] == ["All its rules together", "sure", "unsure"]
    assert [line.endswith("So it is told as a note.") for line in told.sure[1:]] == [False, False, True]


def test_a_handful_of_rows_decides_nothing_and_is_told_as_such(measured: dict[str, Any]) -> None:
    measured["number-mismatch"] = one(rate(0.1, rows=19))
    assert kinds.severity(Problem("number-mismatch", Place(0), "")) == "error"
    told = kinds.explanation("number-mismatch")
    assert told.precision is None
    assert any("19 alarms in all are too few to say more" in line for line in told.sure)


def test_measured_rates_are_told_with_their_sample_and_false_alarms(measured: dict[str, Any]) -> None:
    measured["direction"] = {
        "rules": {"negation": rate(0.953)},
        "all": rate(0.953),
        "measured": "measured on 10 rows",
        "on_supported": {"abstracts": {"alarms": 0.031, "claims": 1200}},
    }
    assert kinds.explanation("direction").sure == (
        "Measured on 10 rows.",
        "negation speaks on 20.0% of the errors and 1.0% of the controls: of 100 such alarms 95 were real.",
        "False alarms on claims that people call supported: abstracts 3.1% of 1,200.",
    )


def test_what_was_not_measured_says_so(measured: dict[str, Any]) -> None:
    [told] = kinds.explanation("author-year").sure
    assert "not measured" in told
    [exact] = kinds.explanation("quote-not-found").sure
    assert "not of meaning" in exact


def test_names_are_taken_in_any_order_with_spaces_and_once() -> None:
    assert kinds.named(" direction, overstated,direction,") == ("direction", "overstated")
    assert kinds.named("error", also=("error",)) == ("error",)


@pytest.mark.parametrize(("name", "hint"), [("directoin", "'direction'"), ("zzz", "one of: unknown-key")])
def test_a_name_of_no_kind_is_an_error_that_names_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        kinds.named(name)
    assert hint in caught.value.hint
