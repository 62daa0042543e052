"""The Reviewdog Diagnostic Format as one JSON object (`DiagnosticResult` of reviewdog's `proto/rdf`, read in 2026).

Columns count bytes of UTF-8 from 1, and the end is exclusive. Paths are as given: reviewdog reads them from the working directory.
"""

from __future__ import annotations

from smlint.model.findings import Finding, Severity
from smlint.model.results import Report
from smlint.model.source import Source, Span
from smlint.reporters import RULE_ADDRESS, Style
from smlint.reporters.machine import as_json, message, notes, offered, plain, replacement
from smlint.reporters.summary import live

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


def render(report: Report, style: Style) -> str:
    """The findings that are not suppressed, each with its fix as a suggestion."""
    return as_json({"source": {"name": "smlint"}, "diagnostics": [_diagnostic(finding, style) for finding in live(report)]})


def _diagnostic(finding: Finding, style: Style) -> dict[str, object]:
    code = {"value": finding.rule}
    if RULE_ADDRESS is not None:
        code["url"] = RULE_ADDRESS.format(rule=finding.rule)
    diagnostic: dict[str, object] = {
        "message": plain("\n".join((message(finding, style), *notes(finding)))),
        "location": {"path": plain(finding.path), "range": _range(finding.source, finding.span)},
        "severity": _SEVERITIES[finding.severity],
        "code": code,
    }
    fix = offered(finding)
    if fix is not None:
        # Each suggestion can be taken by itself, and so the edits of a fix are one.
        span, text = replacement(finding.source, fix)
        diagnostic["suggestions"] = [{"range": _range(finding.source, span), "text": plain(text)}]
    return diagnostic


def _range(source: Source, span: Span) -> dict[str, object]:
    return {"start": _position(source, span.start), "end": _position(source, span.end)}


def _position(source: Source, offset: int) -> dict[str, int]:
    line, column = source.position(offset)
    before = source.text[offset - (column - 1) : offset]
    return {"line": line, "column": 1 + len(before.encode("utf-8", "surrogatepass"))}
