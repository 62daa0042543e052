"""The `concise` format: one line per finding, `path:line:column: severity[rule] message`, with ` [*]` if `--fix` fixes it."""

from __future__ import annotations

from smlint.model.results import Report
from smlint.reporters.display import BOLD, paint
from smlint.reporters.style import Style
from smlint.reporters.summary import SEVERITY_COLORS, active, fixable
from smlint.runtime.escaping import for_terminal


def render(report: Report, style: Style) -> str:
    """List the findings that are not suppressed; empty if there are none."""
    lines = []
    for finding in active(report):
        location = f"{for_terminal(finding.path)}:{finding.start.line}:{finding.start.column}:"
        kind = paint(f"{finding.severity.value}[{finding.rule}]", SEVERITY_COLORS[finding.severity], style.color)
        mark = " [*]" if fixable(finding, style) else ""
        lines.append(f"{paint(location, BOLD, style.color)} {kind} {for_terminal(finding.message)}{mark}\n")
    return "".join(lines)
