"""Apply suppressions to findings, and report suppressions that are unknown, unused or malformed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from smlint.linter.suppressions.directive import RULE, Directive, Directives
from smlint.model.findings import Applicability, Edit, Finding, Fix, Severity, Suppression
from smlint.model.source import Source, Span
from smlint.runtime.suggest import did_you_mean

UsedNames = set[tuple[int, str]]
"""The names that suppress a finding: the index of the directive, and the name of the rule."""


def apply_suppressions(
    source: Source,
    findings: Sequence[Finding],
    directives: Directives,
    *,
    known: frozenset[str],
    decided: frozenset[str],
    require_reason: bool,
    severity: Severity | None,
    report_unused: bool,
) -> list[Finding]:
    """Return the findings, suppressed where a directive covers them, plus one finding for each faulty directive.

    `known` contains all rule names, `decided` those that can report nothing more in another run: a directive for any other rule is not unused. With
    `require_reason`, a directive without a reason has no effect. `severity` overrides the default severity of findings about directives. Without
    `report_unused`, a directive without effect is not reported: it may have one together with a file that was not read.
    """
    used: UsedNames = set()
    result = [_suppress(source, finding, directives.valid, used, require_reason=require_reason) for finding in findings]
    if RULE in decided:
        for malformed in directives.malformed:
            result.append(_finding(source, malformed.span, malformed.message, severity or Severity.ERROR))
        for index, directive in enumerate(directives.valid):
            used_names = frozenset(name for position, name in used if position == index)
            for problem in _problems(source, directive, used_names, known, decided, require_reason=require_reason, report_unused=report_unused):
                result.append(problem if severity is None else problem._replace(severity=severity))
    return result


def covering_directive(finding: Finding, directives: Sequence[Directive], *, require_reason: bool) -> Suppression | None:
    """Return the suppression of the first directive that covers a finding; None if no directive does."""
    return _suppress(finding.source, finding, directives, set(), require_reason=require_reason).suppressed


def _suppress(source: Source, finding: Finding, directives: Sequence[Directive], used: UsedNames, *, require_reason: bool) -> Finding:
    """Return the finding, suppressed if a directive covers it."""
    lines = _covering_lines(source, finding)
    candidates = [
        (index, directive)
        for index, directive in enumerate(directives)
        if any(name == finding.rule for name, _ in directive.names) and (directive.reason or not require_reason)
    ]
    for index, directive in candidates:
        if directive.line in (0, *lines) if directive.area is None else directive.area.covers(finding):
            return _suppressed_by(finding, [(index, directive)], used)
    return _suppressed_by(finding, list(_one_for_each_deployment(finding, candidates)), used)


def _one_for_each_deployment(finding: Finding, candidates: Sequence[tuple[int, Directive]]) -> Iterator[tuple[int, Directive]]:
    """Yield directives that together cover every deployment of the finding; yield none if any deployment is uncovered.

    The text at fault can be shared by several objects and sit outside all of them, as the default of a parameter does.
    """
    chosen = {}
    for document, pointer in finding.pointers:
        for index, directive in candidates:
            if directive.area is not None and directive.area.covers_pointer(document, pointer):
                chosen[index] = directive
                break
        else:
            return
    yield from chosen.items()


def _covering_lines(source: Source, finding: Finding) -> set[int]:
    """Return the lines where a comment suppresses the finding: its first and last line, and the line above if that contains only a comment."""
    line = finding.start.line
    lines = {line, finding.end.line}
    above = line - 1
    if above >= 1 and source.line_text(above).lstrip().startswith("#"):
        lines.add(above)
    return lines


def _suppressed_by(finding: Finding, directives: Sequence[tuple[int, Directive]], used: UsedNames) -> Finding:
    if not directives:
        return finding
    used.update((index, finding.rule) for index, _ in directives)
    _, first = directives[0]
    return finding._replace(suppressed=Suppression(first.kind, first.reason))


def _problems(
    source: Source,
    directive: Directive,
    used: frozenset[str],
    known: frozenset[str],
    decided: frozenset[str],
    *,
    require_reason: bool,
    report_unused: bool,
) -> Iterator[Finding]:
    """Yield a finding for each name in the directive that is unknown, lacks a required reason, or suppresses nothing."""
    unused = []
    for name, span in directive.names:
        if name not in known:
            hint = did_you_mean(name, sorted(known))
            message = f"unknown rule {name} in a suppression" + (f"; {hint}" if hint else "")
            yield _finding(source, span, message, Severity.ERROR, directive)
        elif name not in used and name in decided:
            if require_reason and not directive.reason:
                message = f"suppression of {name} gives no reason, and the configuration requires one"
                yield _finding(source, span, message, Severity.WARNING, directive)
            else:
                unused.append((name, span))
    for name, span in unused if report_unused else ():
        edit = directive.removal
        if len(unused) < len(directive.names):
            edit = _keep_names(source, directive, (other for other, _ in directive.names if other != name))
        fix = Fix("remove the suppression", Applicability.SAFE, (edit,)) if edit is not None else None
        yield _finding(source, span, f"suppression of {name} has no effect", Severity.WARNING, directive, fix=fix)


def _keep_names(source: Source, directive: Directive, names: Iterable[str]) -> Edit | None:
    """Return the edit that leaves only these names in the directive; None if it is not divisible."""
    if not directive.divisible:
        return None
    span = Span(directive.names[0][1].start, directive.names[-1][1].end)
    return Edit(span, source.text[span.start : span.end], ", ".join(names))


def _finding(
    source: Source, span: Span, message: str, severity: Severity, directive: Directive | None = None, *, fix: Fix | None = None
) -> Finding:
    area = directive.area if directive is not None else None
    return Finding(
        rule=RULE,
        category="meta",
        severity=severity,
        message=message,
        source=source,
        span=span,
        pointer=area.pointer or "" if area is not None else "",
        fix=fix,
        value=source.text[span.start : span.end],
    )
