"""Apply fixes: choose them by applicability, splice them into the text, and lint the result again.

smlint refuses a fix that would change more than the value it replaces, or that leaves a new error or warning.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence

from smlint.model.findings import Applicability, Edit, Finding, Severity
from smlint.model.results import FileResult
from smlint.model.source import Source, Span
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Node, ParseError, Scalar, parse, walk

MAX_ROUNDS = 10

_UNCOUNTED_RULE = "end-of-patch-image"
"""The rule whose new warnings do not count: the right image may be as old as the wrong one."""

_UNDONE = "fixes undo each other; none was applied"


class FixResult(NamedTuple):
    """A fixed source, the result of linting it, the findings that were fixed, and why fixing stopped early (empty if it did not)."""

    source: Source
    result: FileResult
    fixed: tuple[Finding, ...] = ()
    refused: str = ""


class _Step(NamedTuple):
    """A source, the result of linting it, and the spans that the last edits wrote."""

    source: Source
    result: FileResult
    edited: tuple[Span, ...] = ()


def apply_fixes(source: Source, lint: Callable[[Source], FileResult], applicability: Applicability) -> FixResult:
    """Apply all fixes of at least this applicability, lint again, and repeat until nothing changes or `MAX_ROUNDS` is reached.

    Skips fixes that leave a new error, or a new warning other than `end-of-patch-image`. The first attempt accepts a fix that leaves a
    finding if a later round fixes that; if new findings remain, the second attempt does not. `lint` lints a source; it is called once for
    the given source, and at least once in each round.
    """
    original = _Step(source, lint(source))
    fixed = _fix_in_rounds(original, lint, applicability, accept_fixable=True)
    if fixed.refused != _UNDONE and not _is_worse(original.result, _Step(fixed.source, fixed.result), None):
        return fixed
    return _fix_in_rounds(original, lint, applicability, accept_fixable=False)


def _fix_in_rounds(original: _Step, lint: Callable[[Source], FileResult], applicability: Applicability, *, accept_fixable: bool) -> FixResult:
    """Fix in rounds. With `accept_fixable`, accept fixes that leave findings which a later round fixes."""
    step, fixed = original, list[Finding]()
    texts = {step.source.text}
    refused: set[tuple[str, str, str]] = set()
    pending = applicability if accept_fixable else None
    for _ in range(MAX_ROUNDS):
        findings = [finding for finding in step.result.findings if _identity(finding) not in refused]
        chosen, edits = choose_fixes(findings, applicability)
        if not edits:
            break
        text = splice(step.source.text, edits)
        if not only_scalars_changed(step.source.text, text, edits, step.source.path):
            refusal = "a fix would have changed more than the value it replaces; it was left out"
            return FixResult(step.source, step.result, tuple(fixed), refusal)
        if text in texts:
            return FixResult(original.source, original.result, (), _UNDONE)
        changed = _relint(step, edits, lint)
        if _is_worse(step.result, changed, pending):
            harmless = _harmless(step, [], chosen, lint, pending)
            refused |= {_identity(finding) for finding in chosen if finding not in harmless}
            if not harmless:
                continue
            chosen = harmless
            changed = _relint(step, _edits_of(chosen), lint)
        step = changed
        texts.add(step.source.text)
        fixed.extend(chosen)
    return FixResult(step.source, _without_fixes(step.result, refused), tuple(fixed))


def _relint(step: _Step, edits: Sequence[Edit], lint: Callable[[Source], FileResult]) -> _Step:
    source = step.source.replaced(splice(step.source.text, edits))
    spans: list[Span] = []
    shift = 0
    for edit in edits:
        start = edit.span.start + shift
        spans.append(Span(start, start + len(edit.new)))
        shift += len(edit.new) - len(edit.old)
    return _Step(source, lint(source), tuple(spans))


def _harmless(
    step: _Step, accepted: list[Finding], candidates: list[Finding], lint: Callable[[Source], FileResult], pending: Applicability | None
) -> list[Finding]:
    """Return the accepted findings, and the candidates whose fixes leave no new finding. Tries all at once, then each half."""
    findings = [*accepted, *candidates]
    if not _is_worse(step.result, _relint(step, _edits_of(findings), lint), pending):
        return findings
    if len(candidates) == 1:
        return accepted
    middle = len(candidates) // 2
    for half in (candidates[:middle], candidates[middle:]):
        accepted = _harmless(step, accepted, half, lint, pending)
    return accepted


def _edits_of(findings: Sequence[Finding]) -> list[Edit]:
    return sorted({edit for finding in findings if finding.fix is not None for edit in finding.fix.edits})


def _is_worse(before: FileResult, step: _Step, pending: Applicability | None) -> bool:
    """Return whether linting finds an error that was not there before, or a warning at the edited text.

    Warnings elsewhere do not count: the fixed fault had hidden them. Findings with a fix of at least the applicability `pending` do not
    count: the next round applies that fix.
    """
    known = {(finding.rule, pointer) for finding in before.findings for pointer in finding.pointers or ((0, finding.pointer),)}
    for finding in step.result.findings:
        if finding.severity is Severity.NOTE or finding.suppressed is not None or finding.rule == _UNCOUNTED_RULE:
            continue
        if finding.severity is Severity.WARNING and not any(_touches(span, finding.span) for span in step.edited):
            continue
        if pending is not None and finding.fix is not None and finding.fix.applicability.rank >= pending.rank:
            continue
        if any((finding.rule, pointer) not in known for pointer in finding.pointers or ((0, finding.pointer),)):
            return True
    return False


def _touches(first: Span, second: Span) -> bool:
    return first.start < second.end and second.start < first.end


def _identity(finding: Finding) -> tuple[str, str, str]:
    """Return what identifies a finding and its fix, whatever else changes in the file."""
    return (finding.fingerprint, finding.value, "\0".join(edit.new for edit in finding.fix.edits) if finding.fix is not None else "")


def _without_fixes(result: FileResult, refused: set[tuple[str, str, str]]) -> FileResult:
    """Return the result without the fixes that were refused."""
    if not refused:
        return result
    return result._replace(findings=tuple(f._replace(fix=None) if _identity(f) in refused else f for f in result.findings))


def choose_fixes(findings: Sequence[Finding], applicability: Applicability) -> tuple[list[Finding], list[Edit]]:
    """Return the findings to fix in this round, and their edits in text order.

    If fixes overlap, the first one is chosen. Fixes that share an identical edit do not conflict.
    """
    chosen: list[Finding] = []
    edits: list[Edit] = []  # sorted and disjoint
    for finding in findings:
        fix = finding.fix
        if fix is None or finding.suppressed is not None or fix.applicability.rank < applicability.rank:
            continue
        new_edits = [edit for edit in fix.edits if not _contains(edits, edit)]
        if any(_overlaps(edits, edit.span) for edit in new_edits):
            continue
        chosen.append(finding)
        for edit in new_edits:
            insort(edits, edit)
    return chosen, edits


def splice(text: str, edits: Sequence[Edit]) -> str:
    """Apply edits, sorted and disjoint, to a text. Raises `ValueError` if the text at an edit differs from its `old`."""
    parts = []
    offset = 0
    for edit in edits:
        if text[edit.span.start : edit.span.end] != edit.old:
            raise ValueError(f"the text at {edit.span} is not what the edit expects")
        parts += [text[offset : edit.span.start], edit.new]
        offset = edit.span.end
    return "".join([*parts, text[offset:]])


def only_scalars_changed(before: str, after: str, edits: Sequence[Edit], path: str) -> bool:
    """Return whether both texts parse to the same tree, apart from the scalars that the edits touch."""
    try:
        old, new = parse(before, path), parse(after, path)
    except ParseError:
        return False
    if len(old) != len(new):
        return False
    return all(_same_tree(old_document.root, new_document.root, edits) for old_document, new_document in zip(old, new, strict=True))


def _same_tree(old_root: Node | None, new_root: Node | None, edits: Sequence[Edit]) -> bool:
    old_nodes, new_nodes = list(walk(old_root)), list(walk(new_root))
    if len(old_nodes) != len(new_nodes):
        return False
    for old, new in zip(old_nodes, new_nodes, strict=True):
        if type(old) is not type(new) or getattr(old, "tag", None) != getattr(new, "tag", None):
            return False
        changed = isinstance(old, Scalar) and isinstance(new, Scalar) and old.value != new.value
        if changed and not _overlaps(edits, old.span):
            return False
    return True


def _contains(edits: Sequence[Edit], edit: Edit) -> bool:
    index = bisect_left(edits, edit)
    return index < len(edits) and edits[index] == edit


def _overlaps(edits: Sequence[Edit], span: Span) -> bool:
    """Return whether any of the edits, sorted and disjoint, overlaps a span. Only the two nearest edits can."""
    index = bisect_left(edits, Edit(span, "", ""))
    nearest = [edit.span for edit in edits[max(index - 1, 0) : index + 1]]
    return any(near == span or (near.start < span.end and span.start < near.end) for near in nearest)
