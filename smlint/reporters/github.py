"""Annotations of GitHub Actions: workflow commands that show a finding beside the line of a pull request.

The escapes are those of `@actions/core` (`toCommandValue` and its callers). GitHub shows at most ten errors, ten warnings and ten notices
of a step (REST documentation of check runs, read in 2026), and so errors come first.
"""

from __future__ import annotations

from smlint.model.findings import Finding, Severity
from smlint.model.results import Report
from smlint.reporters import Style
from smlint.reporters.display import shown
from smlint.reporters.machine import message, notes, repository_path
from smlint.reporters.summary import live

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, style: Style) -> str:
    """One command a line for each finding that is not suppressed, the worst first; nothing when there are none."""
    ordered = sorted(live(report), key=lambda finding: -finding.severity.rank)
    return "".join(_annotation(finding, style) + "\n" for finding in ordered)


def _annotation(finding: Finding, style: Style) -> str:
    start, end = finding.start, finding.end
    properties = {"file": shown(repository_path(finding.path, style)), "line": str(start.line), "endLine": str(end.line)}
    if start.line == end.line:  # columns are allowed within one line only
        properties |= {"col": str(start.column), "endColumn": str(end.column)}
    properties["title"] = f"smlint {finding.rule}"
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    # Only smlint's own line ends are kept: what a manifest says must not begin a command, or colour the log.
    text = "\n".join(shown(line) for line in (message(finding, style), *notes(finding)))
    return f"::{_COMMANDS[finding.severity]} {told}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
