"""`--write-baseline` and `--baseline`: the findings that are accepted go to a file, and what that file no longer needs is told."""

from __future__ import annotations

import os
from collections.abc import Sequence

from smlint.cli.commands.check.output import Run
from smlint.cli.console import Console
from smlint.files.read import read_data
from smlint.files.write import write_atomically, write_data
from smlint.linter.baseline import BaselineEntry, format_baseline, is_baseline, load_baseline
from smlint.reporters.display import counted, shown
from smlint.runner.file_linter import new_job
from smlint.runtime.errors import SmlintError

MOST_TOLD = 10
"""Stale entries that are named one by one."""


def write(runs: Sequence[Run], path: str, console: Console) -> int:
    """Write a baseline that accepts all the findings, over an older one in one step.

    Raises `SmlintError` when it cannot be written, and when something else than a baseline is there: a manifest, named where a file for the
    baseline was meant.
    """
    findings = [finding for run in runs for finding in run.outcome.report.findings]
    text = format_baseline(findings, path)
    try:
        if os.path.isfile(path) and os.path.getsize(path):
            if not is_baseline(read_data(path)):
                raise SmlintError(f"{path}: not overwritten: it is not a baseline", "name another file for the baseline")
            write_atomically(path, text.encode("ascii"))
        else:
            write_data(path, text.encode("ascii"))
    except OSError as error:
        raise SmlintError(f"cannot write the baseline {path}: {error.strerror or error}") from None
    if not console.quiet:
        accepted = sum(f.suppressed is None or f.suppressed.by == "baseline" for f in findings)
        console.complain(f"smlint: {counted(accepted, 'finding')} accepted in {shown(path)}")
    return 0


def warn_of_stale(runs: Sequence[Run], path: str, console: Console) -> None:
    """Say on standard error which entries of the baseline are not needed any more."""
    baseline = load_baseline(path)
    stale: dict[BaselineEntry, None] = {}
    for outcome, settings in runs:
        rules = frozenset(rule.name for rule in new_job(settings).rules)
        report = outcome.report
        stale.update(dict.fromkeys(baseline.stale_entries(report.findings, (file for file, _ in report.formats), rules)))
    for entry in list(stale)[:MOST_TOLD]:
        times = "" if entry.times == 1 else f" ({entry.times} times)"
        at = f" at {entry.key.pointer}" if entry.key.pointer else ""
        console.warn(f"{shown(path)}: stale entry: {shown(entry.key.path)} has no {entry.key.rule}{at} any more{times}")
    if len(stale) > MOST_TOLD:
        console.warn(f"{shown(path)}: {len(stale) - MOST_TOLD} more entries are stale")
    if stale:
        console.warn(f"{shown(path)}: --write-baseline {shown(path)} takes stale entries out")
