"""Work on many items, divided among processes where that pays."""

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

MOST = 8
"""Processes that are used unless more are asked for: a run long enough to want them reads thousands of files a second already."""

SAMPLE = 20
"""Items that had to be worked at before the rest is estimated."""

FORKED = sys.platform == "linux"
"""Whether a process begins as a copy of this one, which has all that is loaded here, and is safe as long as this process has one thread; macOS's
own libraries are not safe with it, and Windows knows nothing like it."""

PAYS = 150 if FORKED else 700
"""Items to be worked at that make up for the start of another process: copied, it takes 25 ms, begun anew 150, where judging a manifest of 20 lines
takes 0.4 (both measured on Linux with Python 3.11, 2026-11-23)."""


def available_processors() -> int:
    """The processors that this process may use, at most `MOST`."""
    try:
        return min(len(os.sched_getaffinity(0)), MOST)
    except AttributeError:  # macOS and Windows
        return min(os.cpu_count() or 1, MOST)


def map_items(function: Callable[[Item], Result], items: Sequence[Item], worked: Callable[[Result], bool], processes: int) -> list[Result]:
    """What the function makes of each item, in their order, with up to so many processes.

    The first items are done here. `worked` tells whether one took work; when the share of those promises that other processes pay for the
    rest, they get parts of it. The function and the items must be fit for `pickle` where processes cannot be forked. A `SmlintError` of the
    function is raised here, and one for any other error in another process, or if that is killed.
    """
    results: list[Result] = []
    laborious = 0
    for index, item in enumerate(items):
        result = function(item)
        results.append(result)
        if processes > 1 and worked(result):
            laborious += 1
            done, left = index + 1, len(items) - index - 1
            if laborious >= SAMPLE and left * laborious >= PAYS * done:
                return results + _divided(function, items[done:], processes)
    return results


def _divided(function: Callable[[Item], Result], items: Sequence[Item], processes: int) -> list[Result]:
    """The results of each item, by this process and others, each with every n-th: neighbours in a folder are often alike."""
    processes = max(1, min(processes, len(items) // SAMPLE))
    started: dict[int, tuple[BaseProcess, Connection]] = {}
    try:
        # No process more may be had, or none at all: what it would have done is done here. A daemon may have no children: an AssertionError.
        with suppress(OSError, ImportError, AssertionError):
            for share in range(1, processes):
                # Every process that begins is known before an interrupt comes, and has set its own ways before it would obey one.
                with DeferSignals():
                    started[share] = _start(function, items[share::processes], [connection for _, connection in started.values()])
        shares = {share: [function(item) for item in items[share::processes]] for share in range(processes) if share not in started}
        shares |= {share: _received(connection) for share, (_, connection) in started.items()}
    except BaseException:
        for process, _ in started.values():
            process.kill()  # it has nothing to clear away
        raise
    finally:
        for process, connection in started.values():
            connection.close()
            process.join()
    return [shares[index % processes][index // processes] for index in range(len(items))]


def _start(function: Callable[[Item], Result], items: Sequence[Item], others: Sequence[Connection]) -> tuple[BaseProcess, Connection]:
    """A process that works on the items, and where its results will come from. `others` are where those of processes before it will come from."""
    import multiprocessing

    context = multiprocessing.get_context("fork") if FORKED else multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    # As a copy of this process it could read its own results, and so would wait for ever for a reader that has been killed.
    inherited = [receiving, *others] if FORKED else []
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
    """Work on the items and send the results, or what was raised. `inherited` are the parent's, and of no use here.

    An interrupt is for the parent to handle; without a parent there is no more to do.
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
    except Exception as error:  # not all of them can be sent
        answer = dumps(SmlintError(f"a worker process failed: {type(error).__name__}: {error}", "please report it"))
    with suppress(BrokenPipeError):  # the parent has ended
        sending.send_bytes(answer)


def _received(connection: Connection) -> list[Result]:
    try:
        answer: list[Result] | SmlintError = connection.recv()
    except (EOFError, OSError):  # before it sent anything, or in the middle of it
        raise SmlintError("a worker process was ended by something else", "with --workers 1 there is none") from None
    if isinstance(answer, SmlintError):
        raise answer
    return answer
