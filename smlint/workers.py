"""Work on many items, divided among processes where that pays."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from smlint.errors import SmlintError
from smlint.interrupts import held_back, interrupts

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


def available() -> int:
    """The processors that this process may use, at most `MOST`."""
    try:
        return min(len(os.sched_getaffinity(0)), MOST)
    except AttributeError:  # macOS and Windows
        return min(os.cpu_count() or 1, MOST)


def mapped(function: Callable[[Item], Result], items: Sequence[Item], worked: Callable[[Result], bool], processes: int) -> list[Result]:
    """What the function makes of each item, in their order, with up to so many processes.

    The first items are done here. `worked` tells whether one took work; when the share of those promises that other processes pay for the
    rest, they get parts of it. The function and the items must be fit for `pickle` where processes cannot be forked. What
    it raises is raised here; `SmlintError` if a process is killed.
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
    started: list[tuple[BaseProcess, Connection]] = []
    try:
        for share in range(1, processes):
            started.append(_start(function, items[share::processes], [connection for _, connection in started]))
        shares = [[function(item) for item in items[::processes]]]
        shares += [_received(connection) for _, connection in started]
    except BaseException:
        for process, _ in started:
            process.kill()  # it has nothing to clear away
        raise
    finally:
        for process, connection in started:
            connection.close()
            process.join()
    results: list[Result] = [shares[0][0]] * len(items)
    for index, share_of_results in enumerate(shares):
        results[index::processes] = share_of_results
    return results


def _start(
    function: Callable[[Item], Result], items: Sequence[Item], others: Sequence[Connection]
) -> tuple[BaseProcess, Connection]:
    """A process that works on the items, and where its results will come from. `others` are where those of processes before it will come from."""
    import multiprocessing

    context = multiprocessing.get_context("fork") if FORKED else multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    # As a copy of this process it could read its own results, and so would wait for ever for a reader that has been killed.
    inherited = [receiving, *others] if FORKED else []
    process = context.Process(target=_work, args=(function, items, sending, inherited), daemon=True)
    with held_back():  # until it has set its own ways, the new process would treat an interrupt as this one does
        process.start()
    sending.close()
    return process, receiving


def _work(function: Callable[[Item], Result], items: Sequence[Item], sending: Connection, inherited: Sequence[Connection]) -> None:
    """Work on the items and send the results, or what was raised. `inherited` are the parent's, and of no use here.

    An interrupt is for the parent to handle; without a parent there is no more to do.
    """
    import signal
    from multiprocessing import parent_process

    for number in interrupts():
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, interrupts())
    for connection in inherited:
        connection.close()
    parent = parent_process()
    results: list[Result] = []
    answer: list[Result] | Exception = results
    try:
        for item in items:
            if parent is None or not parent.is_alive():
                return
            results.append(function(item))
    except Exception as error:
        answer = error
    with suppress(BrokenPipeError):  # the parent has ended
        sending.send(answer)


def _received(connection: Connection) -> list[Result]:
    try:
        answer: list[Result] | Exception = connection.recv()
    except EOFError:
        raise SmlintError("a worker process was ended by something else", "with --workers 1 there is none") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
