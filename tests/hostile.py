"""The command as a process of its own, for input that is meant to break it: nothing it does may hang, end by a signal or show a traceback."""

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
"""A CloudFormation template with one fault, an x86 image on an arm64 instance type, that --fix repairs."""
FIXED = TEMPLATE.replace(X86, GRAVITON)

FORMATS = tuple(REPORTERS)
CHECK = ("check", "--isolated", "--as-of", "2024-01-01")

TIMEOUT = 60
"""Seconds after which a run counts as hanging: many times what each takes, on a machine that does other things too."""

# As the installed command starts; `-m` is tried where it makes a difference.
COMMAND = [sys.executable, "-c", "from smlint.__main__ import run; run()"]


# Compiled once for all runs, none of which writes byte code: one that runs out of disk would leave half of a file behind.
for name in ("smlint", "rules"):
    compileall.compile_dir(ROOT / name, quiet=2)


class Run(NamedTuple):
    """What a run left behind."""

    code: int
    out: bytes
    err: bytes


def environment(changes: Mapping[str, str | None] = {}) -> dict[str, str]:  # only read
    """The environment of this process, with smlint found from any folder; None takes a variable out."""
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
    """Run one command line, and see to it that it ended well: in time, with 0, 1 or 2, and without a traceback or an error of its own.

    `before` is called in the new process before smlint.
    """
    given = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    done = subprocess.run(  # type: ignore[call-overload]  # one of two ways to give standard input
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
    assert_ended_well(run, told=done.stdout is not None and "--diff" not in words)
    return run


def assert_ended_well(run: Run, told: bool = True) -> None:
    """It ended by itself, and says what happened; `told`: in standard output too, if it found something."""
    assert run.code in (0, 1, 2), run
    for words in (b"Traceback", b"smlint: internal error", b"Exception ignored", b"Fatal Python error"):
        assert words not in run.err, run.err.decode(errors="replace")
        assert words not in run.out, run.out.decode(errors="replace")
    if run.code == 1 and told:
        assert run.out or run.err.startswith(b"smlint: "), "exit code 1 without a word of what was found"
    if run.code == 2:
        assert run.err.startswith(b"smlint: error: ") or b"\nsmlint: error: " in run.err or b"smlint: interrupted" in run.err or b"Usage: " in run.err, run.err


def changed(path: Path) -> Callable[[], None]:
    """What waits until a file, which holds `TEMPLATE`, has been repaired: a moment in the middle of a run, however fast the machine is."""

    def wait() -> None:
        deadline = monotonic() + TIMEOUT
        while path.read_text() == TEMPLATE:
            assert monotonic() < deadline, f"{path} was not repaired"
            sleep(0.001)

    return wait
