"""The signals that ask smlint to end, and the moments at which they have to wait."""

from __future__ import annotations

# What `signal` is made of, which puts names to its numbers, at the cost of an import.
import _signal  # type: ignore[import-not-found]
from collections.abc import Iterator
from contextlib import contextmanager


def interrupts() -> list[int]:
    """The numbers of the signals, as far as the platform has them."""
    return [getattr(_signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(_signal, name)]


@contextmanager
def held_back() -> Iterator[None]:
    """Let them wait until the end of the block, where the platform can (Windows cannot)."""
    if not hasattr(_signal, "pthread_sigmask"):
        yield
        return
    before = _signal.pthread_sigmask(_signal.SIG_BLOCK, interrupts())
    try:
        yield
    finally:
        _signal.pthread_sigmask(_signal.SIG_SETMASK, before)
