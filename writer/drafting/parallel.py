"""Calls side by side, their outcomes in the order they were given in, whatever the timing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event
from typing import TypeVar

T = TypeVar("T")


def side_by_side(calls: Sequence[Callable[[], T]], jobs: int, done: Callable[[int], None] = lambda _: None) -> list[T]:
    """What each call returns, in order; at most `jobs` run at a time. `done` is told how many have ended.

    The first error ends it: what has not begun by then never begins.
    """
    ended = Event()
    missed = object()

    def run(call: Callable[[], T]) -> T | object:
        if ended.is_set():
            return missed
        try:
            return call()
        except BaseException:
            ended.set()
            raise

    with ThreadPoolExecutor(max_workers=max(1, min(jobs, len(calls)))) as pool:
        waiting = [pool.submit(run, call) for call in calls]
        try:
            for number, future in enumerate(as_completed(waiting), start=1):
                if future.result() is not missed:
                    done(number)
        except BaseException:
            ended.set()
            raise
    return [outcome for future in waiting if (outcome := future.result()) is not missed]  # type: ignore[misc]
