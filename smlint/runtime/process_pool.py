"""Apply a function to many items, with worker processes where they pay off."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from smlint.runtime.errors import SmlintError
from smlint.runtime.signals import DeferSignals, interrupts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from typing import TypeVar

    Item = TypeVar("Item")
    Result = TypeVar("Result")

MAX_PROCESSES = 8
"""Default limit on processes. A run long enough to use more already reads thousands of files per second."""

SAMPLE = 20
"""The number of items that must take work before the remaining work is estimated."""

FORKS = sys.platform == "linux"
"""Whether workers are forks of this process, with everything it has loaded.

Forking is safe while this process has a single thread. macOS system libraries do not support it, and Windows has no fork.
"""

BREAK_EVEN = 150 if FORKS else 700
"""Number of items with work that pay for starting another process.

A fork takes 25 ms and a new process 150 ms; linting a manifest of 20 lines takes 0.4 ms (Linux, Python 3.11, 2026-11-23).
"""


def available_processors() -> int:
    """Return the number of processors this process may use, at most `MAX_PROCESSES`."""
    try:
        return min(len(os.sched_getaffinity(0)), MAX_PROCESSES)
    except AttributeError:  # macOS and Windows
        return min(os.cpu_count() or 1, MAX_PROCESSES)


def map_items(function: Callable[[Item], Result], items: Sequence[Item], took_work: Callable[[Result], bool], processes: int) -> list[Result]:
    """Return the function's result for each item, in order, using at most `processes` processes.

    Starts in this process. `took_work` says whether a result took work; once enough of them have, and workers would pay off, the remaining
    items are divided among processes. Where processes cannot be forked, the function and the items must be picklable.

    Raises the function's `SmlintError` here, and `SmlintError` for any other error in a worker or if a worker is killed.
    """
    results: list[Result] = []
    worked = 0
    for index, item in enumerate(items):
        result = function(item)
        results.append(result)
        if processes > 1 and took_work(result):
            worked += 1
            done, left = index + 1, len(items) - index - 1
            if worked >= SAMPLE and left * worked >= BREAK_EVEN * done:
                return results + _map_in_processes(function, items[done:], processes)
    return results


def _map_in_processes(function: Callable[[Item], Result], items: Sequence[Item], processes: int) -> list[Result]:
    """Divide the items among this process and workers. Each takes every n-th item, because neighboring files are often alike."""
    processes = max(1, min(processes, len(items) // SAMPLE))
    started: dict[int, tuple[BaseProcess, Connection]] = {}
    try:
        # If a worker cannot start, this process does its share. A daemon may not have children: AssertionError.
        with suppress(OSError, ImportError, AssertionError):
            for share in range(1, processes):
                # An interrupt must not arrive before the worker is recorded here and has set its own signal handlers.
                with DeferSignals():
                    started[share] = _start(function, items[share::processes], [connection for _, connection in started.values()])
        shares = {share: [function(item) for item in items[share::processes]] for share in range(processes) if share not in started}
        shares |= {share: _receive(connection) for share, (_, connection) in started.items()}
    except BaseException:
        for process, _ in started.values():
            process.kill()  # workers have nothing to clean up
        raise
    finally:
        for process, connection in started.values():
            connection.close()
            process.join()
    return [shares[index % processes][index // processes] for index in range(len(items))]


def _start(function: Callable[[Item], Result], items: Sequence[Item], others: Sequence[Connection]) -> tuple[BaseProcess, Connection]:
    """Start a worker; return it and the connection for its results. `others` are the connections of the workers started before."""
    import multiprocessing

    context = multiprocessing.get_context("fork") if FORKS else multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    # A fork that kept the reading end of its own pipe would wait forever for a parent that was killed.
    inherited = [receiving, *others] if FORKS else []
    process = context.Process(target=_work, args=(function, items, sending, inherited), daemon=True)
    try:
        process.start()
    except BaseException:
        receiving.close()
        raise
    finally:
        sending.close()
    return process, receiving


def _work(function: Callable[[Item], Result], items: Sequence[Item], sending: Connection, inherited: Sequence[Connection]) -> None:
    """Process the items and send the results or the error. `inherited` are the parent's connections, which a worker does not use.

    The parent handles interrupts. A worker without a parent stops.
    """
    import signal
    from multiprocessing import parent_process
    from pickle import dumps

    for number in interrupts():
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, interrupts())
    for connection in inherited:
        connection.close()
    parent = parent_process()
    results: list[Result] = []
    try:
        for item in items:
            if parent is None or not parent.is_alive():
                return
            results.append(function(item))
        answer = dumps(results)
    except SmlintError as error:
        answer = dumps(SmlintError(error.what, error.hint))
    except Exception as error:  # not every exception can be pickled
        answer = dumps(SmlintError(f"a worker process failed: {type(error).__name__}: {error}", "please report it"))
    with suppress(BrokenPipeError):  # the parent has ended
        sending.send_bytes(answer)


def _receive(connection: Connection) -> list[Result]:
    """Return a worker's results, or raise its error."""
    try:
        answer: list[Result] | SmlintError = connection.recv()
    except (EOFError, OSError):  # the worker ended before or while sending
        raise SmlintError("a worker process was killed", "use --workers 1 to run without worker processes") from None
    if isinstance(answer, SmlintError):
        raise answer
    return answer
