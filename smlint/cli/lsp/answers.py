"""Convert findings, fixes, hovers and completions to values of the Language Server Protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types

from smlint.cli.lsp.completion import complete
from smlint.cli.lsp.document_linter import LintedDocument
from smlint.cli.lsp.hover import hover_text
from smlint.cli.lsp.units import Units
from smlint.linter.splicing import choose_fixes
from smlint.model.findings import Applicability, Edit, Finding, Severity
from smlint.model.source import from_text

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}


def diagnostics(linted: LintedDocument, uri: str, encoding: str) -> list[types.Diagnostic]:
    """Return a diagnostic for each finding."""
    units = Units(linted.source, encoding)
    return [_diagnostic(finding, uri, units) for finding in linted.findings]


def _diagnostic(finding: Finding, uri: str, units: Units) -> types.Diagnostic:
    related = [
        types.DiagnosticRelatedInformation(types.Location(uri, units.range(location.span)), location.message)
        for location in finding.related
        if location.elsewhere is None
    ]
    return types.Diagnostic(
        range=units.range(finding.span),
        message=finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        source="smlint",
        related_information=related or None,
    )


def actions(linted: LintedDocument, uri: str, params: types.CodeActionParams, encoding: str) -> list[types.CodeAction]:
    """Return the fixes of the findings in the requested range, and an action that applies all safe fixes of the file."""
    units = Units(linted.source, encoding)
    kinds = params.context.only
    result = []
    if _requested(types.CodeActionKind.QuickFix, kinds):
        start, end = units.offset(params.range.start), units.offset(params.range.end)
        here = [finding for finding in linted.findings if _touches(finding, start, end)]
        result += list(_quick_fixes(here, uri, units))
    if _requested(types.CodeActionKind.SourceFixAll, kinds):
        _, edits = choose_fixes(linted.findings, Applicability.SAFE)
        if edits:
            result.append(types.CodeAction("smlint: apply all safe fixes", types.CodeActionKind.SourceFixAll, edit=_changes(edits, uri, units)))
    return result


def _touches(finding: Finding, start: int, end: int) -> bool:
    """Return whether the finding or an edit of its fix overlaps the range, which is empty at a cursor."""
    spans = [finding.span, *(edit.span for edit in (finding.fix.edits if finding.fix is not None else ()))]
    return any(span.start <= end and start <= span.end for span in spans)


def _requested(kind: types.CodeActionKind, requested: Iterable[types.CodeActionKind | str] | None) -> bool:
    """Return whether the editor requested a kind of action: by its name, by a prefix (`source` for `source.fixAll`), or with all others."""
    if requested is None:
        return True
    prefixes = [str(getattr(item, "value", item)) for item in requested]
    return any(not prefix or kind.value == prefix or kind.value.startswith(prefix + ".") for prefix in prefixes)


def _quick_fixes(findings: Iterable[Finding], uri: str, units: Units) -> Iterator[types.CodeAction]:
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.applicability is Applicability.DISPLAY:
            continue
        safe = fix.applicability is Applicability.SAFE
        yield types.CodeAction(
            f"smlint: {fix.title}" + ("" if safe else " (unsafe)"),
            types.CodeActionKind.QuickFix,
            diagnostics=[_diagnostic(finding, uri, units)],
            is_preferred=safe,
            edit=_changes(fix.edits, uri, units),
        )


def _changes(edits: Iterable[Edit], uri: str, units: Units) -> types.WorkspaceEdit:
    return types.WorkspaceEdit(changes={uri: [types.TextEdit(units.range(edit.span), edit.new) for edit in edits]})


def hover(linted: LintedDocument, position: types.Position, encoding: str, *, markdown: bool) -> types.Hover | None:
    """Describe the image URI or instance type at a position; None elsewhere."""
    units = Units(linted.source, encoding)
    described = hover_text(linted.source, linted.settings, units.offset(position))
    if described is None:
        return None
    if not markdown:
        text = described.sentence + (f"\n\n{described.details}" if described.details else "")
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text), units.range(described.span))
    text = described.sentence + (f"\n\n```text\n{described.details}\n```" if described.details else "")
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), units.range(described.span))


def completion(text: str, position: types.Position, encoding: str, catalog: str | None) -> types.CompletionList | None:
    """Return the values that fit at a position of a native manifest, by the catalog in a file; None elsewhere."""
    from smlint.images.catalog import load_catalog

    source = from_text(text, "")
    units = Units(source, encoding)
    result = complete(source.text, units.offset(position), load_catalog(catalog))
    if result is None:
        return None
    span = units.range(result.span)
    items = [
        types.CompletionItem(
            candidate.label,
            kind=types.CompletionItemKind.Value,
            detail=candidate.detail or None,
            sort_text=f"{index:05}",  # keeps this order instead of the alphabetical one
            filter_text=candidate.label,
            text_edit=types.TextEdit(span, candidate.insert),
        )
        for index, candidate in enumerate(result.candidates)
    ]
    return types.CompletionList(is_incomplete=False, items=items)
