"""The last line of a report for people: counts, and the date of the catalogue; and the table of `--statistics`."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.findings import Applicability, Finding, Severity
from smlint.model.results import Report
from smlint.reporters import Style
from smlint.reporters.display import BOLD, RED, YELLOW, counted, paint

SEVERITY_COLORS = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.NOTE: BOLD}


def live(report: Report) -> Iterator[Finding]:
    """The findings that are not suppressed."""
    return (finding for finding in report.findings if finding.suppressed is None)


def line(report: Report, style: Style, fixed: str = "fixed") -> str:
    """The summary in one line, without a line end. `fixed` is what is said of the fixes of this run."""
    summary = report.summary
    parts = [f"{_found(report, style)} in {counted(summary.files, 'file')} ({counted(summary.deployments, 'deployment')})"]
    parts += _fixes(report, style)
    if summary.fixed:
        parts.append(f"{summary.fixed} {fixed}")
    if summary.suppressed:
        parts.append(f"{summary.suppressed} suppressed")
    if summary.skipped_checks:
        parts.append(f"{counted(summary.skipped_checks, 'check')} skipped")
    parts.append(f"catalog {report.catalog_as_of}")
    return "; ".join(parts)


def _found(report: Report, style: Style) -> str:
    summary = report.summary
    if not (summary.errors or summary.warnings or summary.notes):
        return "no findings"
    errors, warnings = counted(summary.errors, "error"), counted(summary.warnings, "warning")
    found = [
        paint(errors, BOLD + RED, style.color and summary.errors > 0),
        paint(warnings, BOLD + YELLOW, style.color and summary.warnings > 0),
    ]
    if summary.notes:
        found.append(counted(summary.notes, "note"))
    return ", ".join(found)


def _fixes(report: Report, style: Style) -> list[str]:
    safeties = [finding.fix.applicability for finding in live(report) if finding.fix is not None]
    unsafe = safeties.count(Applicability.UNSAFE)
    fixable = safeties.count(Applicability.SAFE) + (unsafe if style.unsafe_fixes else 0)
    parts = [f"{fixable} fixable with --fix"] if fixable else []
    if unsafe and not style.unsafe_fixes:
        parts.append(f"{unsafe} {'more ' if fixable else ''}with --fix --unsafe-fixes")
    return parts


def statistics(report: Report, style: Style) -> str:
    """How often each rule found something, the most frequent first."""
    counts: dict[tuple[Severity, str], list[int]] = {}
    for finding in live(report):
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
    """Whether `--fix`, as the run is configured, repairs this."""
    return finding.fix is not None and (
        finding.fix.applicability is Applicability.SAFE or (style.unsafe_fixes and finding.fix.applicability is Applicability.UNSAFE)
    )
