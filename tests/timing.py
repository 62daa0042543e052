"""Timing that is robust on a busy machine: processor time, the minimum of several runs, repeated before a test fails."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

ATTEMPTS = 3


def seconds(work: Callable[[], object]) -> float:
    """Return the minimum processor time of three runs."""
    times = []
    for _ in range(3):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def assert_growth(took: Callable[[int], float], small: int, large: int, factor: float, slack: float) -> None:
    """Fail unless the time for `large` is below `factor` times that for `small` plus `slack` seconds, in one of `ATTEMPTS` attempts."""
    seen = []
    for _ in range(ATTEMPTS):
        less, more = took(small), took(large)
        if more < factor * less + slack:
            return
        seen.append(f"{less:.3f} s and {more:.3f} s")
    raise AssertionError(f"{small} and {large} took {'; '.join(seen)}")
