"""Suppressions on findings: what is silenced, and what is said of suppressions that are of no use."""

from collections.abc import Iterable, Iterator, Sequence

from smlint.linter.suppressions.directive import RULE, Directive, Mistake
from smlint.model.findings import Applicability, Edit, Finding, Fix, Severity, Suppression
from smlint.model.source import Source, Span
from smlint.runtime.suggest import did_you_mean

Used = set[tuple[int, str]]
"""The suppressions that silence something: the index of the directive, and the name of the rule."""


def apply(
    source: Source,
    findings: Sequence[Finding],
    found: Sequence[Directive],
    mistakes: Sequence[Mistake],
    known: frozenset[str],
    run: frozenset[str],
    *,
    need_reason: bool,
    severity: Severity | None = None,
) -> list[Finding]:
    """The findings, silenced where a directive says so, and a finding for each directive that is unknown, unused or without a needed reason.

    `known` are all rule names, `run` those that were run: a directive for a rule that was not run cannot be called unused. `severity` is that
    of the findings about directives, where it is not the default.
    """
    used: Used = set()
    done = [_judged(source, finding, found, used, need_reason=need_reason) for finding in findings]
    if RULE in run:
        for mistake in mistakes:
            done.append(_finding(source, mistake.span, mistake.message, severity or Severity.ERROR))
        for index, directive in enumerate(found):
            for complaint in _complaints(source, index, directive, used, known, run, need_reason=need_reason):
                done.append(complaint if severity is None else complaint._replace(severity=severity))
    return done


def _judged(source: Source, finding: Finding, found: Sequence[Directive], used: Used, *, need_reason: bool) -> Finding:
    """The finding, silenced by the first directive that covers it."""
    lines = _lines(source, finding)
    candidates = [
        (index, directive)
        for index, directive in enumerate(found)
        if any(name == finding.rule for name, _ in directive.names) and (directive.reason or not need_reason)
    ]
    for index, directive in candidates:
        if directive.line in (0, *lines) if directive.area is None else directive.area.holds(finding):
            return _silenced(finding, [(index, directive)], used)
    return _silenced(finding, list(_for_each_deployment(finding, candidates)), used)


def _for_each_deployment(finding: Finding, candidates: Sequence[tuple[int, Directive]]) -> Iterator[tuple[int, Directive]]:
    """The directives that together cover every deployment that has the fault; none when one of them is not covered.

    The text at fault may stand elsewhere, as a parameter's default does, and serve several objects.
    """
    chosen = {}
    for document, pointer in finding.pointers:
        for index, directive in candidates:
            if directive.area is not None and directive.area.holds_pointer(document, pointer):
                chosen[index] = directive
                break
        else:
            return
    yield from chosen.items()


def _lines(source: Source, finding: Finding) -> set[int]:
    """The lines on which, or just above which, a comment silences the finding: its comment line stands alone there."""
    line = finding.start.line
    lines = {line, finding.end.line}
    above = line - 1
    if above >= 1 and source.line_text(above).lstrip().startswith("#"):
        lines.add(above)
    return lines


def _silenced(finding: Finding, by: Sequence[tuple[int, Directive]], used: Used) -> Finding:
    if not by:
        return finding
    used.update((index, finding.rule) for index, _ in by)
    _, first = by[0]
    return finding._replace(suppressed=Suppression(first.by, first.reason))


def _complaints(
    source: Source, index: int, directive: Directive, used: Used, known: frozenset[str], run: frozenset[str], *, need_reason: bool
) -> Iterator[Finding]:
    unused = []
    for name, span in directive.names:
        if name not in known:
            hint = did_you_mean(name, sorted(known))
            message = f"unknown rule {name} in a suppression" + (f"; {hint}" if hint else "")
            yield _finding(source, span, message, Severity.ERROR, directive)
        elif (index, name) not in used and name in run:
            if need_reason and not directive.reason:
                message = f"suppression of {name} gives no reason, and the configuration requires one"
                yield _finding(source, span, message, Severity.WARNING, directive)
            else:
                unused.append((name, span))
    for name, span in unused:
        edit = directive.removal
        if len(unused) < len(directive.names):
            edit = _without(source, directive, (one for one, _ in directive.names if one != name))
        fix = Fix("remove the suppression", Applicability.SAFE, (edit,)) if edit is not None else None
        yield _finding(source, span, f"suppression of {name} silences nothing", Severity.WARNING, directive, fix)


def _without(source: Source, directive: Directive, rest: Iterable[str]) -> Edit | None:
    """The edit that leaves only these names in a directive."""
    if not directive.divisible:
        return None
    span = Span(directive.names[0][1].start, directive.names[-1][1].end)
    return Edit(span, source.text[span.start : span.end], ", ".join(rest))


def _finding(
    source: Source, span: Span, message: str, severity: Severity, directive: Directive | None = None, fix: Fix | None = None
) -> Finding:
    area = directive.area if directive is not None else None
    pointer = area.pointer or "" if area is not None else ""
    return Finding(RULE, "meta", severity, message, source, span, pointer, fix=fix, value=source.text[span.start : span.end])
