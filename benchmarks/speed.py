"""The benchmark from beginning to end: environments, inputs, measuring, report."""

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
from benchmarks.measuring import Broken, measure, smallest_peak
from benchmarks.report import Page, render

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def main(words: Sequence[str] | None = None) -> int:
    """Run it. 0 whatever the times are, 1 when a program does not do what is measured, or cannot be installed."""
    parser = argparse.ArgumentParser(prog="benchmarks/run", description="Measure smlint, cfn-lint, check-jsonschema and yamllint on the same files.")
    parser.add_argument("--short", action="store_true", help="few runs over few files, to see that the benchmark works; not to be quoted")
    parser.add_argument("--output", type=Path, help=f"the page to write (default: {RESULTS.name} beside this program; with --short: standard output)")
    cache = environments.ROOT / "build/benchmarks"
    parser.add_argument("--folder", type=Path, default=cache, help="keeps the environments, and the inputs (default: build/benchmarks)")
    asked = parser.parse_args(words)
    if sys.platform == "win32":
        parser.error("peak memory is measured with wait4, which Windows has not")
    try:
        text = run(asked.folder.resolve(), short=asked.short)
    except (Broken, subprocess.CalledProcessError) as error:
        print(f"benchmarks/run: the benchmark is broken: {error}", file=sys.stderr)
        return 1
    output = asked.output or (None if asked.short else RESULTS)
    if output is None:
        print(text)
    else:
        output.write_text(text, encoding="utf-8")
        print(f"written to {output}", file=sys.stderr)
    return 0


def run(folder: Path, *, short: bool) -> str:
    """Measure all, and give the page. Raises `Broken`, and `subprocess.CalledProcessError` if something cannot be installed."""
    scale = cases.SHORT if short else cases.FULL
    tools = _tools(folder / "environments")
    files = folder / "inputs"
    shutil.rmtree(files, ignore_errors=True)
    _tell("writing the inputs ...")
    cases.prepare(files, scale)
    told = machine.describe(files)
    versions = _versions(tools)
    started = time.monotonic()
    results = []
    for group in cases.groups(tools, files, scale):

        def progress(line: str, title: str = group.title) -> None:
            _tell(f"{time.monotonic() - started:5.0f} s  {title}: {line}")

        results.append((group, measure(group.commands, group.runs, files, environments.clean_environment(), progress=progress)))
    command = "benchmarks/run --short" if short else "benchmarks/run"
    return render(Page(short, command, datetime.datetime.now(datetime.UTC).date().isoformat(), told, versions, smallest_peak(), results))


def _tools(folder: Path) -> cases.Tools:
    """The programs, installed."""
    smlint = environments.programs_of_smlint(folder)
    return cases.Tools(
        smlint=str(smlint / "smlint"),
        python=str(smlint / "python"),
        cfn_lint=str(environments.programs_of(folder, "cfn-lint") / "cfn-lint"),
        check_jsonschema=str(environments.programs_of(folder, "check-jsonschema") / "check-jsonschema"),
        yamllint=str(environments.programs_of(folder, "yamllint") / "yamllint"),
    )


def _versions(tools: cases.Tools) -> dict[str, str]:
    """What the programs call themselves."""
    asked = "from importlib.metadata import version as v; print(v('ruamel.yaml'), 'with ruamel.yaml.clib', v('ruamel.yaml.clib'))"
    pinned = environments.pinned()
    return {
        "smlint": _first_line(tools.smlint, "--version").removeprefix("smlint "),
        "ruamel.yaml": _first_line(tools.python, "-c", asked),
        **{name: pinned[name] for name in ("cfn-lint", "check-jsonschema", "yamllint")},
        "grep": _first_line("grep", "--version"),
    }


def _first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environments.clean_environment())
    return done.stdout.splitlines()[0]


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
