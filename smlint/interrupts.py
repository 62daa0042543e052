"""The signals that ask smlint to end, and the moments at which they have to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


def interrupts() -> list[int]:
    """The numbers of the signals, as far as the platform has them."""
    import signal

    return [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def held_back() -> Iterator[None]:
    """Let them wait until the end of the block, where the platform can (Windows cannot)."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, interrupts())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
