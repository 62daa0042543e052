"""The findings as a Markdown table, for the summary page of a run of GitHub Actions."""

from __future__ import annotations

from smlint.model.findings import Finding
from smlint.model.results import Report
from smlint.reporters import Style
from smlint.reporters.display import shown
from smlint.reporters.machine import message, repository_path
from smlint.reporters.summary import fixable, line, live

SIZE_LIMIT = 500_000
"""How long the table may get, in bytes. GitHub drops the summary of a step beyond 1,024 KiB, and other commands of the step write to it too."""

_MARKUP = {ord(character): "\\" + character for character in "\\`*_[]<>|~&@:"}
"""What means something in a cell of a table: emphasis, code, links and bare addresses, HTML, mentions."""

_HEAD = "| severity | where | rule | message |\n|---|---|---|---|\n"


def render(report: Report, style: Style) -> str:
    """A heading with the counts, and a row for each finding that is not suppressed, the worst first."""
    text = f"### smlint\n\n{_escaped(line(report, style._replace(color=False)))}\n\n"
    findings = sorted(live(report), key=lambda finding: -finding.severity.rank)
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
        text += f"{len(findings) - len(rows)} more findings are in the log.\n\n"
    return text


def _row(finding: Finding, style: Style) -> str:
    place = f"{repository_path(finding.path, style)}:{finding.start.line}:{finding.start.column}"
    told = _escaped(message(finding, style)) + (" (fixable with `--fix`)" if fixable(finding, style) else "")
    return f"| {finding.severity.value} | {_escaped(place)} | {_escaped(finding.rule)} | {told} |\n"


def _escaped(text: str) -> str:
    """Text in which nothing is Markdown or HTML."""
    return shown(text).translate(_MARKUP)
