"""The summary line of a report for people, and the table of `--statistics`."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.findings import Applicability, Finding, Severity
from smlint.model.results import Report
from smlint.reporters.display import BOLD, RED, YELLOW, counted, paint
from smlint.reporters.style import Style

SEVERITY_COLORS = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.NOTE: BOLD}


def active(report: Report) -> Iterator[Finding]:
    """Yield the findings that are not suppressed."""
    return (finding for finding in report.findings if finding.suppressed is None)


def line(report: Report, style: Style, fixed: str = "fixed") -> str:
    """Return the summary in one line, without a line end. `fixed` describes the fixes of this run, such as `would be fixed`."""
    summary = report.summary
    parts = [f"{_severity_counts(report, style)} in {counted(summary.files, 'file')} ({counted(summary.deployments, 'deployment')})"]
    parts += _fix_counts(report, style)
    if summary.fixed:
        parts.append(f"{summary.fixed} {fixed}")
    if summary.suppressed:
        parts.append(f"{summary.suppressed} suppressed")
    if summary.skipped_checks:
        parts.append(f"{counted(summary.skipped_checks, 'check')} skipped")
    parts.append(f"catalog {report.catalog_as_of}")
    return "; ".join(parts)


def _severity_counts(report: Report, style: Style) -> str:
    summary = report.summary
    if not (summary.errors or summary.warnings or summary.notes):
        return "no findings"
    errors, warnings = counted(summary.errors, "error"), counted(summary.warnings, "warning")
    counts = [
        paint(errors, BOLD + RED, style.color and summary.errors > 0),
        paint(warnings, BOLD + YELLOW, style.color and summary.warnings > 0),
    ]
    if summary.notes:
        counts.append(counted(summary.notes, "note"))
    return ", ".join(counts)


def _fix_counts(report: Report, style: Style) -> list[str]:
    applicabilities = [finding.fix.applicability for finding in active(report) if finding.fix is not None]
    unsafe = applicabilities.count(Applicability.UNSAFE)
    fixable = applicabilities.count(Applicability.SAFE) + (unsafe if style.unsafe_fixes else 0)
    parts = [f"{fixable} fixable with --fix"] if fixable else []
    if unsafe and not style.unsafe_fixes:
        parts.append(f"{unsafe} {'more' if fixable else 'fixable'} with --fix --unsafe-fixes")
    return parts


def statistics(report: Report, style: Style) -> str:
    """Return the number of findings per rule, the most frequent rule first."""
    counts: dict[tuple[Severity, str], list[int]] = {}
    for finding in active(report):
        entry = counts.setdefault((finding.severity, finding.rule), [0, 0])
        entry[0] += 1
        entry[1] += fixable(finding, style)
    rows = sorted(counts.items(), key=lambda item: (-item[1][0], item[0][1], -item[0][0].rank))
    number = max((len(str(count)) for count, _ in counts.values()), default=1)
    name = max((len(rule) for _, rule in counts), default=0)
    lines = []
    for (severity, rule), (count, fixes) in rows:
        word = paint(f"{severity.value:<7}", SEVERITY_COLORS[severity], style.color)
        lines.append(f"{count:>{number}}  {word}  {rule:<{name}}" + (f"  {fixes} fixable" if fixes else ""))
    return "".join(f"{text.rstrip()}\n" for text in lines)


def fixable(finding: Finding, style: Style) -> bool:
    """Return whether `--fix` fixes this finding in this run."""
    return finding.fix is not None and (
        finding.fix.applicability is Applicability.SAFE or (style.unsafe_fixes and finding.fix.applicability is Applicability.UNSAFE)
    )
