"""The `sarif` format: SARIF 2.1.0, for GitHub code scanning and editor viewers.

The report lists all rules, and marks suppressed findings as such. Paths are relative to the repository. GitHub identifies findings by
`primaryLocationLineHash`; smlint's contains no line number, so a finding on a moved line is not a new one.
"""

from __future__ import annotations

from collections.abc import Iterable

from smlint import __version__
from smlint.model.findings import Finding, Fix, RuleInfo, Severity, Suppression
from smlint.model.results import Report
from smlint.model.source import Source, Span
from smlint.reporters.machine import applicable_fix, fingerprints, message, uri
from smlint.reporters.style import RULE_ADDRESS, Style
from smlint.runtime.escaping import for_json, to_json

JsonObject = dict[str, object]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
DESCRIPTION_LIMIT = 1024
"""The most characters that GitHub accepts in a rule description ("SARIF support for code scanning", read in 2026)."""

_PROBLEM_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
"""GitHub's names of severities."""


def render(report: Report, style: Style) -> str:
    """Return the report as a log with one run. Without findings, `results` is an empty list."""
    rules = _with_rules_of(report.findings, style.rules)
    index = {rule.name: number for number, rule in enumerate(rules)}
    any_suppressed = any(finding.suppressed is not None for finding in report.findings)
    results = []
    for finding, fingerprint in zip(report.findings, fingerprints(report.findings, style), strict=True):
        result = _result(finding, index[finding.rule], fingerprint, style)
        if any_suppressed:  # without the list, consumers assume that suppressions were not evaluated
            result["suppressions"] = [_suppression(finding.suppressed)] if finding.suppressed is not None else []
        results.append(result)
    run: JsonObject = {
        "tool": {
            "driver": {
                "name": "smlint",
                "semanticVersion": __version__,
                "version": __version__,
                "properties": {"catalog": {"as_of": report.catalog_as_of}},
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": results,
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _with_rules_of(findings: Iterable[Finding], rules: tuple[RuleInfo, ...]) -> tuple[RuleInfo, ...]:
    """Return the documented rules, and a stub for each other rule that has a finding."""
    known = {rule.name: rule for rule in rules}
    for finding in findings:
        name = finding.rule
        stub = RuleInfo(
            name=name, category=finding.category, severity=finding.severity, summary=name, description=name, help_text=name, help_markdown=name
        )
        known.setdefault(name, stub)
    return tuple(known.values())


def _rule(rule: RuleInfo) -> JsonObject:
    descriptor: JsonObject = {
        "id": rule.name,
        "shortDescription": {"text": _cut(rule.summary)},
        "fullDescription": {"text": _cut(rule.description)},
        "help": {"text": for_json(rule.help_text), "markdown": for_json(rule.help_markdown)},
        "defaultConfiguration": {"level": rule.severity.value, "enabled": rule.enabled},
        "properties": {"tags": [rule.category], "problem.severity": _PROBLEM_SEVERITIES[rule.severity]},
    }
    if RULE_ADDRESS is not None:
        descriptor["helpUri"] = RULE_ADDRESS.format(rule=rule.name)
    return descriptor


def _cut(text: str) -> str:
    """Cut a description to `DESCRIPTION_LIMIT` characters, at the end of a sentence if possible."""
    text = for_json(text)
    if len(text) <= DESCRIPTION_LIMIT:
        return text
    sentences = text[:DESCRIPTION_LIMIT].rpartition(". ")
    return sentences[0] + "." if sentences[0] else text[: DESCRIPTION_LIMIT - 3] + "..."


def _result(finding: Finding, rule_index: int, fingerprint: str, style: Style) -> JsonObject:
    location = _location(finding.source, finding.span, style)
    if finding.pointer or finding.resource:
        location["logicalLocations"] = [_logical_location(finding)]
    result: JsonObject = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": _linked_message(finding, style)},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
        "properties": {"category": finding.category, "format": finding.format, "regions": list(finding.regions)},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(related.elsewhere or finding.source, related.span, style), "message": {"text": for_json(related.message)}}
            for number, related in enumerate(finding.related, 1)
        ]
    fix = applicable_fix(finding)
    if fix is not None:
        result["fixes"] = [_fix(finding.source, fix, style)]
    return result


def _linked_message(finding: Finding, style: Style) -> str:
    """Return the message, with a link to each related location: `[label](its id)`."""
    text = for_json(message(finding, style))
    if "](" in text:
        text = _escape_brackets(text)
    links = [f"[{_escape_brackets(for_json(related.message))}]({number})" for number, related in enumerate(finding.related, 1)]
    return f"{text} ({', '.join(links)})" if links else text


def _escape_brackets(text: str) -> str:
    """Escape brackets, which would start or end a link (SARIF 2.1.0, 3.11.6)."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _logical_location(finding: Finding) -> JsonObject:
    """Return the resource, and the JSON pointer to the value in its document."""
    names = {"name": for_json(finding.resource), "fullyQualifiedName": for_json(finding.pointer), "kind": "resource" if finding.resource else "value"}
    return {key: value for key, value in names.items() if value}


def _location(source: Source, span: Span, style: Style) -> JsonObject:
    return {"physicalLocation": {"artifactLocation": _artifact(source, style), "region": _region(source, span)}}


def _artifact(source: Source, style: Style) -> JsonObject:
    return {"uri": uri(source.path, style)}


def _region(source: Source, span: Span) -> JsonObject:
    start, end = source.position(span.start), source.position(span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _fix(source: Source, fix: Fix, style: Style) -> JsonObject:
    replacements = [
        {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": for_json(edit.new)}}
        for edit in sorted(fix.edits, key=lambda edit: edit.span)
    ]
    return {
        "description": {"text": f"{for_json(fix.title)} ({fix.applicability.value})"},
        "artifactChanges": [{"artifactLocation": _artifact(source, style), "replacements": replacements}],
    }


def _suppression(suppressed: Suppression) -> JsonObject:
    kind = "inSource" if suppressed.by in ("comment", "metadata") else "external"
    entry: JsonObject = {"kind": kind, "status": "accepted"}
    if suppressed.reason:
        entry["justification"] = for_json(suppressed.reason)
    return entry
