"""Fix a source in rounds, until no fix applies.

Each round does the same:

1. Choose the fixes that apply and do not overlap (`smlint.linter.splicing`).
2. Edit the text. Stop if the edits would change more than the values they replace, or lead back to an earlier text.
3. Lint the edited text. Reject the fixes that leave a new fault; search for them by halves.
4. Continue with the edited text, and never try a rejected fix again.

One fix can reveal a fault that another fix mends. So the first attempt accepts a new fault that has a fix. If some of these faults remain at
the end, a second attempt accepts none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smlint.linter.splicing import choose_fixes, only_scalars_changed, splice
from smlint.model.findings import Applicability, Edit, Finding, Severity
from smlint.model.results import FileResult
from smlint.model.source import Source, Span
from smlint.runtime.named_tuple import NamedTuple

MAX_ROUNDS = 10

_UNCOUNTED_RULE = "end-of-patch-image"
"""The rule whose new warnings do not count: the right image may be as old as the wrong one."""

_UNDONE = "fixes undo each other; none was applied"
_TOO_WIDE = "a fix would have changed more than the value it replaces; it was left out"

Lint = Callable[[Source], FileResult]


class FixResult(NamedTuple):
    """A fixed source, the result of linting it, the findings that were fixed, and why fixing stopped early (empty if it did not)."""

    source: Source
    result: FileResult
    fixed: tuple[Finding, ...] = ()
    refused: str = ""


class _Version(NamedTuple):
    """A version of the source, the result of linting it, and the spans that the last edits wrote."""

    source: Source
    result: FileResult
    edited: tuple[Span, ...] = ()


def apply_fixes(source: Source, lint: Lint, applicability: Applicability) -> FixResult:
    """Apply all fixes of at least this applicability that leave no new error, and no new warning at the edited text.

    New `end-of-patch-image` warnings are accepted. `lint` lints a version of the source; it is called once for the given source, and at
    least once in each of up to `MAX_ROUNDS` rounds.
    """
    original = _Version(source, lint(source))
    fixed = _Attempt(original, lint, applicability, accept_fixable=True).run()
    if fixed.refused == _UNDONE or _has_new_fault(original.result, _Version(fixed.source, fixed.result)):
        return _Attempt(original, lint, applicability, accept_fixable=False).run()
    return fixed


class _Attempt:
    """One attempt to fix a source. With `accept_fixable`, fixes may leave a new fault that a later round can fix."""

    def __init__(self, original: _Version, lint: Lint, applicability: Applicability, *, accept_fixable: bool) -> None:
        self._original = original
        self._lint = lint
        self._applicability = applicability
        self._accepted_faults = applicability if accept_fixable else None
        self._current = original
        self._fixed: list[Finding] = []
        self._rejected: set[tuple[str, str, str]] = set()

    def run(self) -> FixResult:
        """Fix in rounds until no fix is left, or until one is refused."""
        texts = {self._original.source.text}
        for _ in range(MAX_ROUNDS):
            source = self._current.source
            candidates = [finding for finding in self._current.result.findings if _identity(finding) not in self._rejected]
            chosen, edits = choose_fixes(candidates, self._applicability)
            if not edits:
                break
            text = splice(source.text, edits)
            if not only_scalars_changed(source.text, text, edits, source.path):
                return FixResult(source, self._current.result, tuple(self._fixed), _TOO_WIDE)
            if text in texts:
                return FixResult(self._original.source, self._original.result, (), _UNDONE)
            self._apply(chosen)
            texts.add(self._current.source.text)
        return FixResult(self._current.source, _without_fixes(self._current.result, self._rejected), tuple(self._fixed))

    def _apply(self, chosen: list[Finding]) -> None:
        """Apply the fixes of the chosen findings, except those that leave a new fault, which are rejected."""
        edited = self._edited(chosen)
        if not self._is_harmless(edited):
            harmless = self._harmless([], chosen)
            self._rejected |= {_identity(finding) for finding in chosen if finding not in harmless}
            if not harmless:
                return
            chosen, edited = harmless, self._edited(harmless)
        self._current = edited
        self._fixed.extend(chosen)

    def _harmless(self, accepted: list[Finding], faulty: list[Finding]) -> list[Finding]:
        """Return the accepted findings, and those of the `faulty` ones whose fixes leave no new fault. All of these together leave one."""
        if len(faulty) == 1:
            return accepted
        middle = len(faulty) // 2
        for half in (faulty[:middle], faulty[middle:]):
            together = [*accepted, *half]
            accepted = together if self._is_harmless(self._edited(together)) else self._harmless(accepted, half)
        return accepted

    def _is_harmless(self, edited: _Version) -> bool:
        return not _has_new_fault(self._current.result, edited, self._accepted_faults)

    def _edited(self, findings: Sequence[Finding]) -> _Version:
        """Return the current version with the fixes of these findings, linted."""
        edits = sorted({edit for finding in findings if finding.fix is not None for edit in finding.fix.edits})
        source = self._current.source.replaced(splice(self._current.source.text, edits))
        return _Version(source, self._lint(source), _written_spans(edits))


def _written_spans(edits: Sequence[Edit]) -> tuple[Span, ...]:
    """Return the spans of the new texts of edits, sorted and disjoint, in the edited text."""
    spans: list[Span] = []
    shift = 0
    for edit in edits:
        start = edit.span.start + shift
        spans.append(Span(start, start + len(edit.new)))
        shift += len(edit.new) - len(edit.old)
    return tuple(spans)


def _has_new_fault(before: FileResult, edited: _Version, accepted: Applicability | None = None) -> bool:
    """Return whether linting finds an error that was not there before, or a warning at the edited text.

    Warnings elsewhere do not count: the fixed fault had hidden them. Findings with a fix of at least the applicability `accepted` do not
    count either: a later round can fix them.
    """
    known = {(finding.rule, pointer) for finding in before.findings for pointer in _pointers(finding)}
    for finding in edited.result.findings:
        if finding.severity is Severity.NOTE or finding.suppressed is not None or finding.rule == _UNCOUNTED_RULE:
            continue
        if finding.severity is Severity.WARNING and not any(_touches(span, finding.span) for span in edited.edited):
            continue
        if accepted is not None and finding.fix is not None and finding.fix.applicability.rank >= accepted.rank:
            continue
        if any((finding.rule, pointer) not in known for pointer in _pointers(finding)):
            return True
    return False


def _pointers(finding: Finding) -> tuple[tuple[int, str], ...]:
    """Return the deployments of a finding, each as its document and JSON pointer."""
    return finding.pointers or ((0, finding.pointer),)


def _touches(first: Span, second: Span) -> bool:
    return first.start < second.end and second.start < first.end


def _identity(finding: Finding) -> tuple[str, str, str]:
    """Return what identifies a finding and its fix, whatever else changes in the file."""
    return (finding.fingerprint, finding.value, "\0".join(edit.new for edit in finding.fix.edits) if finding.fix is not None else "")


def _without_fixes(result: FileResult, rejected: set[tuple[str, str, str]]) -> FileResult:
    """Return the result without the fixes that were rejected."""
    if not rejected:
        return result
    return result._replace(findings=tuple(f._replace(fix=None) if _identity(f) in rejected else f for f in result.findings))
