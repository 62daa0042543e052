"""The `json` format, version 1. It is frozen: converted field by field, never a dump of internal values.

A change that breaks a consumer of version 1 is version 2, in a new file. The text is ASCII (other characters are `\\u` escapes), which
every terminal, log and encoding can carry.
"""

from __future__ import annotations

from smlint import __version__
from smlint.model.findings import Finding, Fix
from smlint.model.results import Report, Summary
from smlint.model.source import Position, Source, Span
from smlint.reporters.style import RULE_ADDRESS, Style
from smlint.runtime.escaping import for_json, to_json

JsonObject = dict[str, object]


def render(report: Report, style: Style) -> str:
    """Return the whole report, including suppressed findings, as one JSON object."""
    del style  # the format is the same for every run
    return to_json(convert(report))


def convert(report: Report) -> JsonObject:
    """Return the report as plain data, with keys in the documented order."""
    return {
        "version": 1,
        "tool": {"name": "smlint", "version": __version__, "catalog": {"as_of": report.catalog_as_of}},
        "summary": _summary(report.summary),
        "skipped": [{"path": for_json(skip.path), "reason": for_json(skip.reason)} for skip in report.skipped],
        "findings": [_finding(finding) for finding in report.findings],
    }


def _summary(summary: Summary) -> JsonObject:
    return {
        "files": summary.files,
        "manifests": summary.manifests,
        "deployments": summary.deployments,
        "errors": summary.errors,
        "warnings": summary.warnings,
        "notes": summary.notes,
        "fixable": summary.fixable,
        "fixed": summary.fixed,
        "suppressed": summary.suppressed,
        "skipped_checks": summary.skipped_checks,
    }


def _finding(finding: Finding) -> JsonObject:
    suppressed = finding.suppressed
    return {
        "rule": finding.rule,
        "category": finding.category,
        "severity": finding.severity.value,
        "message": for_json(finding.message),
        "path": for_json(finding.path),
        "start": _position(finding.start),
        "end": _position(finding.end),
        "pointer": for_json(finding.pointer),
        "resource": for_json(finding.resource),
        "format": finding.format,
        "regions": list(finding.regions),
        "related": [
            {**_location(related.elsewhere or finding.source, related.span), "message": for_json(related.message)}
            for related in finding.related
        ],
        "fix": _fix(finding.source, finding.fix) if finding.fix is not None else None,
        "url": RULE_ADDRESS.format(rule=finding.rule) if RULE_ADDRESS is not None else None,
        "fingerprint": finding.fingerprint,
        "suppressed": {"by": suppressed.by, "reason": for_json(suppressed.reason)} if suppressed is not None else None,
    }


def _fix(source: Source, fix: Fix) -> JsonObject:
    return {
        "title": for_json(fix.title),
        "safety": fix.applicability.value,
        "edits": [{**_location(source, edit.span), "text": for_json(edit.new)} for edit in fix.edits],
    }


def _location(source: Source, span: Span) -> JsonObject:
    return {
        "path": for_json(source.path),
        "start": _position(source.position(span.start)),
        "end": _position(source.position(span.end)),
    }


def _position(position: Position) -> JsonObject:
    return {"line": position.line, "column": position.column}
