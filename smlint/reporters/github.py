"""The `github` format: workflow commands of GitHub Actions, which annotate the lines of a pull request.

GitHub shows at most ten errors, ten warnings and ten notices per step (REST documentation of check runs, read in 2026), so errors come
first.
"""

from __future__ import annotations

from smlint.model.findings import Finding, Severity
from smlint.model.results import Report
from smlint.reporters.machine import message, notes, repository_path
from smlint.reporters.style import Style
from smlint.reporters.summary import active
from smlint.runtime.escaping import for_command, for_command_property, for_terminal

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, style: Style) -> str:
    """Return one command per line for each finding that is not suppressed, most severe first; empty if there are none."""
    ordered = sorted(active(report), key=lambda finding: -finding.severity.rank)
    return "".join(_annotation(finding, style) + "\n" for finding in ordered)


def _annotation(finding: Finding, style: Style) -> str:
    start, end = finding.start, finding.end
    properties = {"file": repository_path(finding.path, style), "line": str(start.line), "endLine": str(end.line)}
    if start.line == end.line:  # GitHub accepts columns only within one line
        properties |= {"col": str(start.column), "endColumn": str(end.column)}
    properties["title"] = f"smlint {finding.rule}"
    escaped = ",".join(f"{name}={for_command_property(value)}" for name, value in properties.items())
    # Keep only smlint's own line ends: a line end from a manifest must not start a command or color the log.
    text = "\n".join(for_terminal(line) for line in (message(finding, style), *notes(finding)))
    return f"::{_COMMANDS[finding.severity]} {escaped}::{for_command(text)}"
