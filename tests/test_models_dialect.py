"""What a dialect learns from a complaint: pure, so that the races between threads can be told step by step."""

from __future__ import annotations

from typing import Any

import pytest

from writer.models.dialect import Dialect, learn, objection
from writer.models.faults import Complaint

BODY = {"model": "m", "messages": [], "max_tokens": 5, "temperature": 0.0, "seed": 1, "response_format": {}}


@pytest.mark.parametrize(
    ("complaint", "change"),
    [
        (Complaint(400, "Invalid parameter: 'response_format' of type 'json_schema'"), {"structure": "json_object"}),
        (Complaint(400, "This model does not support response format `json_schema`"), {"structure": "json_object"}),
        (
            Complaint(400, "'messages' must contain the word 'json' to use 'response_format'", param="messages"),
            {"structure": "json_object"},
        ),
        (Complaint(400, "no", param="seed"), {"seed": False}),
        (Complaint(400, 'Invalid JSON payload received. Unknown name "seed": Cannot find field.'), {"seed": False}),
        (Complaint(400, "no", param="max_tokens"), {"limit": "max_completion_tokens", "limit_swapped": True}),
        (Complaint(400, "the prompt is about seeding clouds"), None),
        (Complaint(404, "no", param="seed"), None),
        (Complaint(400, "something else"), None),
    ],
)
def test_a_complaint_changes_the_field_it_names(complaint: Complaint, change: dict[str, Any] | None) -> None:
    assert objection(complaint, Dialect(), BODY) == change


def test_a_field_that_was_not_sent_is_not_given_up() -> None:
    bare = {"model": "m", "messages": [], "max_tokens": 5}
    for name in ("seed", "temperature", "response_format", "stream_options"):
        assert objection(Complaint(400, "no", param=name), Dialect(), bare) is None


def test_a_late_objection_from_another_thread_does_not_undo_what_was_learnt() -> None:
    first = Dialect()
    change = {"structure": "json_object"}
    after_object = learn(first, first, change)
    after_none = learn(after_object, after_object, {"structure": "none"})
    assert learn(after_none, first, change) == after_none


def test_objections_on_different_points_add_up() -> None:
    first = Dialect()
    assert learn(learn(first, first, {"seed": False}), first, {"temperature": False}) == Dialect(
        seed=False, temperature=False
    )
