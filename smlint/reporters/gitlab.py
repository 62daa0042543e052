"""The `gitlab` format: GitLab's Code Quality report, as its documentation describes it (read in 2026).

An entry has a description, a check name, a unique fingerprint, a severity, a path relative to the repository, and lines.
"""

from __future__ import annotations

from smlint.model.findings import Finding, Severity
from smlint.model.results import Report
from smlint.reporters.machine import fingerprints, message, repository_path
from smlint.reporters.style import Style
from smlint.reporters.summary import active
from smlint.runtime.escaping import for_json, to_json

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report, style: Style) -> str:
    """List the findings that are not suppressed; an empty JSON list if there are none."""
    findings = tuple(active(report))
    return to_json([_issue(finding, fingerprint, style) for finding, fingerprint in zip(findings, fingerprints(findings, style), strict=True)])


def _issue(finding: Finding, fingerprint: str, style: Style) -> dict[str, object]:
    return {
        # The widget of a merge request shows only the description.
        "description": for_json(f"{finding.rule}: {message(finding, style)}"),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": for_json(repository_path(finding.path, style)),
            "lines": {"begin": finding.start.line, "end": finding.end.line},
        },
    }
