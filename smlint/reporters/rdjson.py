"""The `rdjson` format: the Reviewdog Diagnostic Format (`DiagnosticResult` of reviewdog's `proto/rdf`, read in 2026).

Columns count UTF-8 bytes from 1, and ends are exclusive. Paths are as given: reviewdog reads them relative to the working directory.
"""

from __future__ import annotations

from smlint.model.findings import Finding, Severity
from smlint.model.results import Report
from smlint.model.source import Source, Span
from smlint.reporters.machine import applicable_fix, message, notes, replacement
from smlint.reporters.style import RULE_ADDRESS, Style
from smlint.reporters.summary import active
from smlint.runtime.escaping import for_json, to_json

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


def render(report: Report, style: Style) -> str:
    """List the findings that are not suppressed, each with its fix as a suggestion."""
    return to_json({"source": {"name": "smlint"}, "diagnostics": [_diagnostic(finding, style) for finding in active(report)]})


def _diagnostic(finding: Finding, style: Style) -> dict[str, object]:
    code = {"value": finding.rule}
    if RULE_ADDRESS is not None:
        code["url"] = RULE_ADDRESS.format(rule=finding.rule)
    diagnostic: dict[str, object] = {
        "message": for_json("\n".join((message(finding, style), *notes(finding)))),
        "location": {"path": for_json(finding.path), "range": _range(finding.source, finding.span)},
        "severity": _SEVERITIES[finding.severity],
        "code": code,
    }
    fix = applicable_fix(finding)
    if fix is not None:
        # A user can apply each suggestion alone, so all edits of a fix form one suggestion.
        span, text = replacement(finding.source, fix)
        diagnostic["suggestions"] = [{"range": _range(finding.source, span), "text": for_json(text)}]
    return diagnostic


def _range(source: Source, span: Span) -> dict[str, object]:
    return {"start": _position(source, span.start), "end": _position(source, span.end)}


def _position(source: Source, offset: int) -> dict[str, int]:
    line, column = source.position(offset)
    before = source.text[offset - (column - 1) : offset]
    return {"line": line, "column": 1 + len(before.encode("utf-8", "surrogatepass"))}
