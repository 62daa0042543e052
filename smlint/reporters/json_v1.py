"""The JSON output, version 1. It is frozen: converted field by field, never a dump of the internal values.

A change that a reader of version 1 would notice is version 2, in a file of its own. The text is ASCII (other characters are
`\\u` escapes), so that it comes through every terminal, log and encoding.
"""

from __future__ import annotations

from smlint import __version__
from smlint.model.findings import Finding, Fix
from smlint.model.results import Report, Summary
from smlint.model.source import Position, Source, Span
from smlint.reporters import RULE_ADDRESS
from smlint.reporters.machine import as_json, plain

JsonObject = dict[str, object]


def render(report: Report) -> str:
    """The whole report, the suppressed findings too, as one JSON object."""
    return as_json(convert(report))


def convert(report: Report) -> JsonObject:
    """The report as plain data, keys in the documented order."""
    return {
        "version": 1,
        "tool": {"name": "smlint", "version": __version__, "catalog": {"as_of": report.catalog_as_of}},
        "summary": _summary(report.summary),
        "skipped": [{"path": plain(skip.path), "reason": plain(skip.reason)} for skip in report.skipped],
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
        "message": plain(finding.message),
        "path": plain(finding.path),
        "start": _position(finding.start),
        "end": _position(finding.end),
        "pointer": plain(finding.pointer),
        "resource": plain(finding.resource),
        "format": finding.format,
        "regions": list(finding.regions),
        "related": [{**_place(also.elsewhere or finding.source, also.span), "message": plain(also.message)} for also in finding.related],
        "fix": _fix(finding.source, finding.fix) if finding.fix is not None else None,
        "url": RULE_ADDRESS.format(rule=finding.rule) if RULE_ADDRESS is not None else None,
        "fingerprint": finding.fingerprint,
        "suppressed": {"by": suppressed.by, "reason": plain(suppressed.reason)} if suppressed is not None else None,
    }


def _fix(source: Source, fix: Fix) -> JsonObject:
    return {
        "title": plain(fix.title),
        "safety": fix.applicability.value,
        "edits": [{**_place(source, edit.span), "text": plain(edit.new)} for edit in fix.edits],
    }


def _place(source: Source, span: Span) -> JsonObject:
    return {
        "path": plain(source.path),
        "start": _position(source.position(span.start)),
        "end": _position(source.position(span.end)),
    }


def _position(position: Position) -> JsonObject:
    return {"line": position.line, "column": position.column}
