"""Run smlint in a separate process on hostile input: it must not hang, die by a signal or show a traceback."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from smlint.reporters import REPORTERS
from tests.conftest import ROOT

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
GRAVITON = X86.replace("pytorch-inference:", "pytorch-inference-graviton:")

TEMPLATE = f"""Resources:
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      PrimaryContainer:
        Image: {X86}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - {{ModelName: !GetAtt Model.ModelName, InstanceType: ml.c7g.xlarge}}
"""
"""A CloudFormation template with an x86_64 image on an arm64 instance type, which --fix fixes."""
FIXED = TEMPLATE.replace(X86, GRAVITON)

FORMATS = tuple(REPORTERS)
CHECK = ("check", "--isolated", "--as-of", "2024-01-01")

TIMEOUT = 60
"""Seconds before a run counts as hanging: many times the usual duration, even on a busy machine."""

# Starts like the installed command; tests use `-m` where it makes a difference.
COMMAND = [sys.executable, "-c", "from smlint.__main__ import run; run()"]


# Compile once for all runs, which write no bytecode: a run on a full disk would leave a truncated file.
for name in ("smlint", "rules"):
    compileall.compile_dir(ROOT / name, quiet=2)


class Run(NamedTuple):
    """The result of a run."""

    code: int
    out: bytes
    err: bytes


def environment(changes: Mapping[str, str | None] = {}) -> dict[str, str]:  # only read
    """The environment of this process, with smlint importable from any folder. None removes a variable."""
    found: dict[str, str | None] = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **changes}
    return {name: value for name, value in found.items() if value is not None}


def smlint(
    *words: str | bytes,
    cwd: Path | None = None,
    stdin: bytes | int = b"",
    stdout: int = subprocess.PIPE,
    env: Mapping[str, str | None] = {},  # only read
    before: Callable[[], None] | None = None,
    command: Sequence[str] = COMMAND,
) -> Run:
    """Run a command line, and check that it ends in time, with 0, 1 or 2, and without a traceback or an internal error.

    `before` runs in the new process before smlint.
    """
    given = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    done = subprocess.run(  # type: ignore[call-overload]  # standard input as bytes or as a file descriptor
        [*command, *words],
        cwd=cwd,
        env=environment(env),
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=TIMEOUT,
        preexec_fn=before,
        **given,
    )
    run = Run(done.returncode, done.stdout or b"", done.stderr)
    assert_ended_well(run, reports=done.stdout is not None and "--diff" not in words)
    return run


def assert_ended_well(run: Run, reports: bool = True) -> None:
    """Check that a run ended normally with a message; with `reports`, findings must be on standard output."""
    assert run.code in (0, 1, 2), run
    for words in (b"Traceback", b"smlint: internal error", b"Exception ignored", b"Fatal Python error"):
        assert words not in run.err, run.err.decode(errors="replace")
        assert words not in run.out, run.out.decode(errors="replace")
    if run.code == 1 and reports:
        assert run.out or run.err.startswith(b"smlint: "), "exit code 1 without a word of what was found"
    if run.code == 2:
        assert run.err.startswith(b"smlint: error: ") or b"\nsmlint: error: " in run.err or b"smlint: interrupted" in run.err or b"Usage: " in run.err, run.err


def changed(path: Path) -> Callable[[], None]:
    """Return a function that waits until a file with `TEMPLATE` is fixed: a moment in the middle of a run on any machine."""

    def wait() -> None:
        deadline = monotonic() + TIMEOUT
        while path.read_text() == TEMPLATE:
            assert monotonic() < deadline, f"{path} was not fixed"
            sleep(0.001)

    return wait
