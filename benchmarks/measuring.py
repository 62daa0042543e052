"""Run programs from start to end and measure their wall clock time and peak memory."""

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
"""Seconds after which a program counts as hanging."""

_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


class BrokenBenchmark(Exception):
    """A program did not do what the benchmark measures, so its figure would be meaningless."""


class Command(NamedTuple):
    """A program to measure. If its exit code is not `code` or its output does not contain `says`, the benchmark is broken.

    `prepare` runs before every run and is not measured. `most_runs` limits the runs of a slow program; None means no limit.
    """

    name: str
    words: tuple[str, ...]
    code: int = 0
    says: str = ""
    prepare: Callable[[], object] | None = None
    most_runs: int | None = None


class Figure(NamedTuple):
    """The measurements of one command: the seconds of each run, and the peak memory of all runs in bytes."""

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
    """Run all commands in `folder` in turns, `runs` times each, so that temporary load on the machine affects all of them.

    Raises `BrokenBenchmark` if a command does not do what it should.
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
    """Return the seconds of one run from start to end, and its peak memory in bytes (of its largest process, if it starts others)."""
    if command.prepare is not None:
        command.prepare()
        os.sync()  # otherwise the program would wait for these writes
    with tempfile.TemporaryFile() as output:
        seconds, peak, code = _timed(command, folder, environment, output)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if code != command.code or command.says not in text:
        expected = f"exit code {command.code}" + (f" and {command.says!r}" if command.says else "")
        raise BrokenBenchmark(f"{command.name}: expected {expected}, got exit code {code}\n$ {' '.join(command.words)}\n{text[-1000:]}")
    return seconds, peak


def _timed(command: Command, folder: Path, environment: Mapping[str, str], output: BinaryIO) -> tuple[float, int, int]:
    """Return the seconds, the peak memory and the exit code (negative for a signal)."""

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
                raise BrokenBenchmark(f"{command.name}: no end after {TIME_LIMIT} s") from None
            raise
        seconds = time.perf_counter() - start
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    process.returncode = os.waitstatus_to_exitcode(status)  # `wait4` has reaped it
    return seconds, usage.ru_maxrss * _MEMORY_UNIT, process.returncode


def smallest_peak() -> int:
    """Return the lowest peak memory that can be measured, in bytes: a new process counts our memory as its own until it executes its program."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MEMORY_UNIT
