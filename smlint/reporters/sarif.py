"""SARIF 2.1.0, as code scanning on GitHub and the viewers of editors read it.

All rules are listed, whether they found something or not. Suppressed findings are kept and marked as such. Paths are relative to the repository.
GitHub tells findings apart by `primaryLocationLineHash`, which holds no line here, so that a moved line is not a new finding.
"""

from __future__ import annotations

from collections.abc import Iterable

from smlint import __version__
from smlint.model.findings import Finding, Fix, RuleInfo, Severity, Suppression
from smlint.model.results import Report
from smlint.model.source import Source, Span
from smlint.reporters import RULE_ADDRESS, Style
from smlint.reporters.machine import as_json, fingerprints, message, offered, plain, uri

JsonObject = dict[str, object]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
DESCRIPTION_LIMIT = 1024
"""How many characters of a rule's descriptions GitHub takes ("SARIF support for code scanning", read in 2026)."""

_PROBLEM_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
"""GitHub's words for levels."""


def render(report: Report, style: Style) -> str:
    """The whole report as a log of one run; its results are an empty list when there are no findings."""
    rules = _with_rules_of(report.findings, style.rules)
    index = {rule.name: number for number, rule in enumerate(rules)}
    marked = any(finding.suppressed is not None for finding in report.findings)
    results = []
    for finding, fingerprint in zip(report.findings, fingerprints(report.findings, style), strict=True):
        result = _result(finding, index[finding.rule], fingerprint, style)
        if marked:  # an absent list would say that nobody looked for suppressions
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
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _with_rules_of(findings: Iterable[Finding], rules: tuple[RuleInfo, ...]) -> tuple[RuleInfo, ...]:
    """The rules, and in addition those of which nothing but a finding is known."""
    known = {rule.name: rule for rule in rules}
    for one in findings:
        known.setdefault(one.rule, RuleInfo(one.rule, one.category, one.severity, one.rule, one.rule, one.rule, one.rule))
    return tuple(known.values())


def _rule(rule: RuleInfo) -> JsonObject:
    descriptor: JsonObject = {
        "id": rule.name,
        "shortDescription": {"text": _cut(rule.summary)},
        "fullDescription": {"text": _cut(rule.description)},
        "help": {"text": plain(rule.help_text), "markdown": plain(rule.help_markdown)},
        "defaultConfiguration": {"level": rule.severity.value, "enabled": rule.enabled},
        "properties": {"tags": [rule.category], "problem.severity": _PROBLEM_SEVERITIES[rule.severity]},
    }
    if RULE_ADDRESS is not None:
        descriptor["helpUri"] = RULE_ADDRESS.format(rule=rule.name)
    return descriptor


def _cut(text: str) -> str:
    """As many whole sentences as are taken."""
    text = plain(text)
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
            {"id": number, **_location(also.elsewhere or finding.source, also.span, style), "message": {"text": plain(also.message)}}
            for number, also in enumerate(finding.related, 1)
        ]
    fix = offered(finding)
    if fix is not None:
        result["fixes"] = [_fix(finding.source, fix, style)]
    return result


def _linked_message(finding: Finding, style: Style) -> str:
    """The message, with a link to each second place: `[label](its id)`."""
    text = plain(message(finding, style))
    if "](" in text:
        text = _bracketed(text)
    links = [f"[{_bracketed(plain(also.message))}]({number})" for number, also in enumerate(finding.related, 1)]
    return f"{text} ({', '.join(links)})" if links else text


def _bracketed(text: str) -> str:
    """A text in which no bracket begins or ends a link (SARIF 2.1.0, 3.11.6)."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _logical_location(finding: Finding) -> JsonObject:
    """The resource, and the pointer to the value in its document."""
    names = {"name": plain(finding.resource), "fullyQualifiedName": plain(finding.pointer), "kind": "resource" if finding.resource else "value"}
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
        {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": plain(edit.new)}}
        for edit in sorted(fix.edits, key=lambda edit: edit.span)
    ]
    return {
        "description": {"text": f"{plain(fix.title)} ({fix.applicability.value})"},
        "artifactChanges": [{"artifactLocation": _artifact(source, style), "replacements": replacements}],
    }


def _suppression(suppressed: Suppression) -> JsonObject:
    kind = "inSource" if suppressed.by in ("comment", "metadata") else "external"
    found: JsonObject = {"kind": kind, "status": "accepted"}
    if suppressed.reason:
        found["justification"] = plain(suppressed.reason)
    return found
