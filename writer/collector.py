"""Work without Python's collector of cycles.

Reading a corpus and checking claims make millions of small values of which none is garbage; the collector would look
at each of them again and again (a quarter of the time of reading a million entries, a tenth of checking).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """The collector off, and on again at the end where it was on; also a decorator, as `@uncollected()`."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
