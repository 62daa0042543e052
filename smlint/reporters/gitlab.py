"""GitLab's Code Quality report: a list of findings, as its documentation describes the format (read in 2026).

It takes a description, a check name, a fingerprint that no other finding has, a severity, a path relative to the repository and lines.
"""

from __future__ import annotations

from smlint.model.findings import Finding, Severity
from smlint.model.results import Report
from smlint.reporters import Style
from smlint.reporters.machine import as_json, fingerprints, message, plain, repository_path
from smlint.reporters.summary import live

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report, style: Style) -> str:
    """The findings that are not suppressed; an empty list when there are none."""
    findings = tuple(live(report))
    return as_json([_issue(finding, name, style) for finding, name in zip(findings, fingerprints(findings, style), strict=True)])


def _issue(finding: Finding, fingerprint: str, style: Style) -> dict[str, object]:
    return {
        # The widget of a merge request shows nothing but the description.
        "description": plain(f"{finding.rule}: {message(finding, style)}"),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": plain(repository_path(finding.path, style)),
            "lines": {"begin": finding.start.line, "end": finding.end.line},
        },
    }
