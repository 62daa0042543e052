"""Run the whole benchmark: environments, inputs, measurements, report."""

from __future__ import annotations

import argparse
import datetime
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import cases, environments, machine
from benchmarks.measuring import BrokenBenchmark, measure, smallest_peak
from benchmarks.report import Page, render

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark. Return 1 if a program cannot be installed or does not do what is measured, else 0, whatever the times are."""
    parser = argparse.ArgumentParser(prog="benchmarks/run", description="Measure smlint, cfn-lint, check-jsonschema and yamllint on the same files.")
    parser.add_argument("--short", action="store_true", help="use few runs and files, to check the benchmark itself; do not quote its figures")
    parser.add_argument("--output", type=Path, help=f"write the page to this file (default: {RESULTS.name}; with --short: standard output)")
    cache = environments.ROOT / "build/benchmarks"
    parser.add_argument("--folder", type=Path, default=cache, help="keep environments and inputs in this folder (default: build/benchmarks)")
    options = parser.parse_args(words)
    if sys.platform == "win32":
        parser.error("Windows lacks wait4, which measures peak memory")
    try:
        text = run(options.folder.resolve(), short=options.short)
    except (BrokenBenchmark, subprocess.CalledProcessError) as error:
        print(f"benchmarks/run: the benchmark is broken: {error}", file=sys.stderr)
        return 1
    output = options.output or (None if options.short else RESULTS)
    if output is None:
        print(text)
    else:
        output.write_text(text, encoding="utf-8")
        print(f"wrote {output}", file=sys.stderr)
    return 0


def run(folder: Path, *, short: bool) -> str:
    """Measure all groups and return the page. Raises `BrokenBenchmark`, or `subprocess.CalledProcessError` if an installation fails."""
    scale = cases.SHORT if short else cases.FULL
    tools = _tools(folder / "environments")
    files = folder / "inputs"
    shutil.rmtree(files, ignore_errors=True)
    _log("writing the inputs ...")
    cases.prepare(files, scale)
    description = machine.describe(files)
    versions = _versions(tools)
    started = time.monotonic()
    results = []
    for group in cases.groups(tools, files, scale):

        def progress(line: str, title: str = group.title) -> None:
            _log(f"{time.monotonic() - started:5.0f} s  {title}: {line}")

        results.append((group, measure(group.commands, group.runs, files, environments.clean_environment(), progress=progress)))
    command = "benchmarks/run --short" if short else "benchmarks/run"
    return render(
        Page(
            short=short,
            command=command,
            date=datetime.datetime.now(datetime.UTC).date().isoformat(),
            machine=description,
            versions=versions,
            floor=smallest_peak(),
            results=results,
        )
    )


def _tools(folder: Path) -> cases.Tools:
    """Install the programs."""
    smlint = environments.programs_of_smlint(folder)
    return cases.Tools(
        smlint=str(smlint / "smlint"),
        python=str(smlint / "python"),
        cfn_lint=str(environments.programs_of(folder, "cfn-lint") / "cfn-lint"),
        check_jsonschema=str(environments.programs_of(folder, "check-jsonschema") / "check-jsonschema"),
        yamllint=str(environments.programs_of(folder, "yamllint") / "yamllint"),
    )


def _versions(tools: cases.Tools) -> dict[str, str]:
    """Return the versions of the programs."""
    program = "from importlib.metadata import version as v; print(v('ruamel.yaml'), 'with ruamel.yaml.clib', v('ruamel.yaml.clib'))"
    pinned = environments.pinned()
    return {
        "smlint": _first_line(tools.smlint, "--version").removeprefix("smlint "),
        "ruamel.yaml": _first_line(tools.python, "-c", program),
        **{name: pinned[name] for name in ("cfn-lint", "check-jsonschema", "yamllint")},
        "grep": _first_line("grep", "--version"),
    }


def _first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environments.clean_environment())
    return done.stdout.splitlines()[0]


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
