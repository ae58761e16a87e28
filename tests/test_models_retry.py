"""The retry layer alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from writer.errors import AnswerError, Overloaded, RateLimited, Refused, Unreachable
from writer.models.retry import call


def failing(*errors: Exception) -> Callable[[], str]:
    """Raises the errors one after the other, then answers."""
    left = iter(errors)

    def attempt() -> str:
        error = next(left, None)
        if error is not None:
            raise error
        return "done"

    return attempt


def test_waits_double_up_to_a_minute_and_are_the_same_each_time() -> None:
    slept: list[float] = []
    assert call(failing(*[Unreachable("no")] * 7), max_attempts=8, sleep=slept.append) == "done"
    assert slept == [2, 4, 8, 16, 32, 60, 60]


def test_the_wait_that_the_server_asks_for_is_taken_instead() -> None:
    slept: list[float] = []
    attempt = failing(RateLimited("no", retry_after=120.0), Overloaded("no"), RateLimited("no", retry_after=0.0))
    assert call(attempt, max_attempts=8, sleep=slept.append) == "done"
    assert slept == [120.0, 4.0, 8.0]


@pytest.mark.parametrize("error", [Refused("no"), AnswerError("no"), ValueError("a bug"), KeyboardInterrupt()])
def test_what_cannot_pass_is_raised_as_it_came_without_a_wait(error: Exception) -> None:
    slept: list[float] = []
    with pytest.raises(type(error)) as caught:
        call(failing(error), max_attempts=5, sleep=slept.append)
    assert caught.value is error
    assert slept == []
    assert not hasattr(error, "__notes__")


def test_the_last_error_is_raised_when_the_attempts_are_used_up() -> None:
    errors = [Unreachable("first"), Unreachable("second")]
    with pytest.raises(Unreachable, match="second") as caught:
        call(failing(*errors), max_attempts=2, sleep=lambda seconds: None)
    assert caught.value.__notes__ == ["given up after 2 attempts"]


def test_a_wait_above_the_limit_is_not_begun() -> None:
    slept: list[float] = []
    with pytest.raises(RateLimited, match="asks to wait 121 s") as caught:
        call(failing(RateLimited("slow down", retry_after=121.0)), max_attempts=5, sleep=slept.append)
    assert slept == []
    assert caught.value.retry_after == 121.0


def test_without_a_sleep_given_the_clock_of_the_module_is_used(waits: list[float]) -> None:
    call(failing(Unreachable("no")), max_attempts=2)
    assert waits == [2.0]
