"""The `full` format, for people: each finding with excerpts and its fix, then the summary line."""

from __future__ import annotations

from smlint.model.results import Report
from smlint.reporters.style import Style
from smlint.reporters.summary import active, line


def render(report: Report, style: Style) -> str:
    """Show every finding that is not suppressed, then the summary line."""
    blocks = []
    if report.findings:  # most runs find nothing: do not import the rest
        from smlint.reporters.finding_block import finding_block

        blocks = [finding_block(finding, style) for finding in active(report)]
    if style.summary:
        blocks.append(line(report, style) + "\n")
    return "\n".join(blocks)
