"""Run programs from start to end and measure each as a whole: wall clock time, and the most memory that it held at once."""

from __future__ import annotations

import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import BinaryIO, NamedTuple

TIME_LIMIT = 300
"""Seconds after which a program is taken to hang."""

_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


class Broken(Exception):
    """A program did not do what is measured: the figure would mean nothing."""


class Command(NamedTuple):
    """A program to measure. Its exit code must be `code`, and `says` must stand in what it prints, or the benchmark is broken.

    `prepare` is done before every run and not measured. `most_runs` spares a slow program; None is as many as the others.
    """

    name: str
    words: tuple[str, ...]
    code: int = 0
    says: str = ""
    prepare: Callable[[], object] | None = None
    most_runs: int | None = None


class Figure(NamedTuple):
    """What was measured of one command: the seconds of each run, and the most bytes of memory in any of them."""

    seconds: tuple[float, ...]
    peak: int

    @property
    def minimum(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def measure(
    commands: Sequence[Command],
    runs: int,
    folder: Path,
    environment: Mapping[str, str],
    *,
    warm_up: bool = True,
    progress: Callable[[str], None] = lambda line: None,
) -> dict[str, Figure]:
    """Run all commands in `folder`, one after the other, and that `runs` times: what disturbs the machine for a while disturbs all alike.

    Raises `Broken` when one does not do what it should.
    """
    measured: dict[str, list[tuple[float, int]]] = {command.name: [] for command in commands}
    for number in range(0 if warm_up else 1, runs + 1):
        for command in commands:
            if command.most_runs is not None and number > command.most_runs:
                continue
            once = run_once(command, folder, environment)
            progress(f"run {number} of {runs}: {command.name}: {once[0]:.3f} s" if number else f"warm-up: {command.name}: {once[0]:.3f} s")
            if number:
                measured[command.name].append(once)
    return {name: Figure(tuple(seconds for seconds, _ in all_runs), max(peak for _, peak in all_runs)) for name, all_runs in measured.items()}


def run_once(command: Command, folder: Path, environment: Mapping[str, str]) -> tuple[float, int]:
    """The seconds that one run takes from start to end, and its peak memory in bytes (of its largest process, if it starts others)."""
    if command.prepare is not None:
        command.prepare()
        os.sync()  # or else the program would wait for what was written here
    with tempfile.TemporaryFile() as output:
        seconds, peak, code = _timed(command, folder, environment, output)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if code != command.code or command.says not in text:
        wanted = f"exit code {command.code}" + (f" and {command.says!r}" if command.says else "")
        raise Broken(f"{command.name}: wanted {wanted}, got exit code {code}\n$ {' '.join(command.words)}\n{text[-1000:]}")
    return seconds, peak


def _timed(command: Command, folder: Path, environment: Mapping[str, str], output: BinaryIO) -> tuple[float, int, int]:
    """The seconds, the peak memory and the exit code (negative: the signal that ended it)."""

    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, late)
    signal.alarm(TIME_LIMIT)
    try:
        start = time.perf_counter()
        process = subprocess.Popen(command.words, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException as error:
            process.kill()
            process.wait()
            if isinstance(error, TimeoutError):
                raise Broken(f"{command.name}: no end after {TIME_LIMIT} s") from None
            raise
        seconds = time.perf_counter() - start
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for
    return seconds, usage.ru_maxrss * _MEMORY_UNIT, process.returncode


def smallest_peak() -> int:
    """The bytes of memory below which nothing can be seen: a new process counts what this one holds until it has become the other program."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MEMORY_UNIT
