"""`--write-baseline` and `--baseline`: record findings in a file, and warn about stale entries."""

from __future__ import annotations

import os
from collections.abc import Sequence

from smlint.cli.commands.check.plan import GroupResult
from smlint.cli.console import Console
from smlint.files.read import read_data
from smlint.files.write import write_atomically, write_data
from smlint.linter.baseline import BaselineEntry, format_baseline, is_baseline, load_baseline
from smlint.reporters.display import counted
from smlint.runner.file_linter import lint_context
from smlint.runtime.errors import SmlintError
from smlint.runtime.escaping import for_terminal

STALE_LIMIT = 10
"""The most stale entries to list one by one."""


def write_baseline(results: Sequence[GroupResult], path: str, console: Console) -> int:
    """Write a baseline with all findings, atomically if one exists already, and return the exit code.

    Raises `SmlintError` if the file cannot be written, or exists and is not a baseline: overwriting it could destroy a manifest that was
    named by mistake.
    """
    findings = [finding for group in results for finding in group.result.report.findings]
    text = format_baseline(findings, path)
    try:
        if os.path.isfile(path) and os.path.getsize(path):
            if not is_baseline(read_data(path)):
                raise SmlintError(f"{path} exists and is not a baseline", "choose another file for the baseline")
            write_atomically(path, text.encode("ascii"))
        else:
            write_data(path, text.encode("ascii"))
    except OSError as error:
        raise SmlintError(f"cannot write the baseline {path}: {error.strerror or error}") from None
    if not console.quiet:
        accepted = sum(f.suppressed is None or f.suppressed.by == "baseline" for f in findings)
        console.print_error(f"smlint: recorded {counted(accepted, 'finding')} in {for_terminal(path)}")
    return 0


def warn_of_stale_entries(results: Sequence[GroupResult], path: str, console: Console) -> None:
    """Warn about entries of the baseline that no longer match a finding."""
    baseline = load_baseline(path)
    stale: dict[BaselineEntry, None] = {}
    for result, settings in results:
        rules = frozenset(rule.name for rule in lint_context(settings).rules)
        report = result.report
        stale.update(dict.fromkeys(baseline.stale_entries(report.findings, (file for file, _ in report.formats), rules)))
    for entry in list(stale)[:STALE_LIMIT]:
        times = "" if entry.times == 1 else f" ({entry.times} times)"
        at = f" at {entry.key.pointer}" if entry.key.pointer else ""
        console.warn(f"{for_terminal(path)}: stale entry: {for_terminal(entry.key.path)} no longer has {entry.key.rule}{at}{times}")
    if len(stale) > STALE_LIMIT:
        console.warn(f"{for_terminal(path)}: {len(stale) - STALE_LIMIT} more stale entries")
    if stale:
        console.warn(f"{for_terminal(path)}: remove stale entries with --write-baseline {for_terminal(path)}")
