"""One line a finding: `path:line:column: severity[rule] message`, and ` [*]` where `--fix` repairs it."""

from __future__ import annotations

from smlint.model.results import Report
from smlint.reporters import Style
from smlint.reporters.display import BOLD, paint, shown
from smlint.reporters.summary import SEVERITY_COLORS, fixable, live


def render(report: Report, style: Style) -> str:
    """The findings that are not suppressed; nothing when there are none."""
    lines = []
    for finding in live(report):
        place = f"{shown(finding.path)}:{finding.start.line}:{finding.start.column}:"
        kind = paint(f"{finding.severity.value}[{finding.rule}]", SEVERITY_COLORS[finding.severity], style.color)
        mark = " [*]" if fixable(finding, style) else ""
        lines.append(f"{paint(place, BOLD, style.color)} {kind} {shown(finding.message)}{mark}\n")
    return "".join(lines)
