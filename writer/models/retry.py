"""The one retry layer: which errors are tried again, how long to wait, and when to give up.

The client's own retries are switched off, since two layers multiply their attempts. Waits have no random part:
the same failures give the same run, and a test can read the waits off.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from writer.errors import RateLimited, WriterError

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")

LONGEST_ASKED_WAIT = 120.0
"""Seconds. A server that asks for more than this is not waited for: the user decides."""
LONGEST_OWN_WAIT = 60.0
"""Seconds. Most limits count requests per minute, so no wait of our own choice needs to be longer."""


def pause(seconds: float) -> None:
    """Sleep; looked up anew at each call, so that a test can stop the clock of this module alone."""
    time.sleep(seconds)


def call(attempt: Callable[[], T], *, max_attempts: int, sleep: Callable[[float], None] = pause) -> T:
    """The result of `attempt`, tried up to `max_attempts` times while its errors are retryable.

    The wait is what the server asked for, else 2, 4, 8 … seconds up to a minute. The last error is raised as it
    came, with a note on how often it was tried.
    """
    import tenacity

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(may_pass),
        wait=_wait,
        stop=tenacity.stop_after_attempt(max_attempts),
        sleep=sleep,
        reraise=True,
    )
    try:
        return retrying(attempt)
    except RateLimited as error:
        if (error.retry_after or 0) > LONGEST_ASKED_WAIT:
            raise _too_long(error) from error
        _tell_attempts(error, retrying.statistics)
        raise
    except WriterError as error:
        _tell_attempts(error, retrying.statistics)
        raise


def may_pass(error: BaseException) -> bool:
    """Whether trying again can help, and soon enough to wait for it."""
    if not isinstance(error, WriterError) or not error.retryable:
        return False
    return not isinstance(error, RateLimited) or (error.retry_after or 0) <= LONGEST_ASKED_WAIT


def wait_before(attempt: int, error: BaseException | None) -> float:
    """Seconds to wait after `attempt` (counted from 1) failed with `error`."""
    if isinstance(error, RateLimited) and error.retry_after:
        return error.retry_after
    return min(2.0**attempt, LONGEST_OWN_WAIT)


def _wait(state: RetryCallState) -> float:
    return wait_before(state.attempt_number, state.outcome.exception() if state.outcome else None)


def _too_long(error: RateLimited) -> RateLimited:
    return RateLimited(
        f"{error.message}; the server asks to wait {error.retry_after:.0f} s, "
        f"and more than {LONGEST_ASKED_WAIT:.0f} s are not waited for",
        hint=error.hint or "run the same command again later",
        retry_after=error.retry_after,
    )


def _tell_attempts(error: WriterError, statistics: dict[str, object]) -> None:
    attempts = statistics.get("attempt_number", 1)
    if error.retryable and attempts != 1:
        error.add_note(f"given up after {attempts} attempts")
