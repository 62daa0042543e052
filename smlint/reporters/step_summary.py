"""The job summary of GitHub Actions: the findings as a Markdown table."""

from __future__ import annotations

from smlint.model.findings import Finding
from smlint.model.results import Report
from smlint.reporters.machine import message, repository_path
from smlint.reporters.style import Style
from smlint.reporters.summary import active, fixable, line
from smlint.runtime.escaping import for_markdown

SIZE_LIMIT = 500_000
"""The most bytes of the table. GitHub rejects step summaries over 1,024 KiB, and other commands of the step also write to it."""

_HEAD = "| severity | where | rule | message |\n|---|---|---|---|\n"


def render(report: Report, style: Style) -> str:
    """Return a heading, the counts, and a row for each finding that is not suppressed, most severe first."""
    text = f"### smlint\n\n{for_markdown(line(report, style._replace(color=False)))}\n\n"
    findings = sorted(active(report), key=lambda finding: -finding.severity.rank)
    rows: list[str] = []
    room = SIZE_LIMIT - len(text)
    for finding in findings:
        row = _row(finding, style)
        room -= len(row.encode("utf-8"))
        if room < 0:
            break
        rows.append(row)
    if rows:
        text += _HEAD + "".join(rows) + "\n"
    if len(rows) < len(findings):
        text += f"{len(findings) - len(rows)} more findings in the log.\n\n"
    return text


def _row(finding: Finding, style: Style) -> str:
    location = f"{repository_path(finding.path, style)}:{finding.start.line}:{finding.start.column}"
    text = for_markdown(message(finding, style)) + (" (fixable with `--fix`)" if fixable(finding, style) else "")
    return f"| {finding.severity.value} | {for_markdown(location)} | {for_markdown(finding.rule)} | {text} |\n"
