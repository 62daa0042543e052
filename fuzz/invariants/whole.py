"""Invariants for every text that is linted and fixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from fuzz.invariants.reports import reports_hold
from smlint import fix
from smlint.linter.engine import LintContext, lint_source
from smlint.linter.fixer import FixResult, apply_fixes
from smlint.linter.splicing import choose_fixes
from smlint.model.findings import Applicability, Edit, Finding
from smlint.model.results import FileResult
from smlint.model.settings import Settings
from smlint.model.source import Source, from_text
from smlint.runner.file_linter import lint_context
from smlint.runner.totals import total
from smlint.syntax import ParseError, parse

DAY = "2026-06-15"
"""The date for support checks, the same in every run."""

_AMBIGUOUS = "\ufeff\x85\u2028\u2029"
"""Characters that are line breaks or ignored in YAML, but ordinary characters in JSON.

If a text with one of them is JSON apart from a comment, it changes its meaning when the comment is removed. The fixer refuses such a fix, and
no other.
"""


def holds(text: str, path: str = "deploy.yaml", *, regions: tuple[str, ...] = (), unsafe: bool = False) -> FixResult:
    """Lint and fix a text like `smlint.lint` and `smlint.fix`, and check every step. Raises `AssertionError`."""
    job = _job(regions)
    seen: list[tuple[Source, FileResult]] = []

    def lint(source: Source) -> FileResult:
        checked = lint_source(source, job)
        _check_result(checked, source)
        seen.append((source, checked))
        return checked

    applicability = Applicability.UNSAFE if unsafe else Applicability.SAFE
    source = from_text(text, path)
    result = apply_fixes(source, lint, applicability)
    assert not result.refused or any(character in text for character in _AMBIGUOUS), result.refused
    for (before, checked), (after, _) in pairwise(seen):
        _check_edits(before.text, after.text, choose_fixes(checked.findings, applicability)[1])
    reports_hold(total([seen[0][1]], None).report)
    if result.fixed:
        written = ("\ufeff" if result.source.bom else "") + result.source.text
        assert fix(text, unsafe=unsafe, regions=regions, as_of=DAY) == written, "the library returns another text"
        _check_fixed(source, result, lint, applicability)
    return result


@cache
def _job(regions: tuple[str, ...]) -> LintContext:
    return lint_context(Settings(today=DAY, regions=regions))


def _check_result(checked: FileResult, source: Source) -> None:
    assert checked.crashes == (), checked.crashes
    assert bool(checked.format) != bool(checked.reason), "a text must be linted, or skipped for a reason"
    assert checked.format or not checked.findings, "findings in a skipped text"
    order = [(finding.span.start, finding.rule, finding.message) for finding in checked.findings]
    assert order == sorted(order), "findings are out of order"
    prints = [finding.fingerprint for finding in checked.findings]
    assert len(set(prints)) == len(prints), "two findings have the same fingerprint"
    for finding in checked.findings:
        assert finding.source is source
        _check_finding(finding, source.text)


def _check_finding(finding: Finding, text: str) -> None:
    assert finding.message, f"{finding.rule} has no message"
    assert 0 <= finding.span.start <= finding.span.end <= len(text), f"{finding.rule} points outside the text"
    assert (1, 1) <= finding.start <= finding.end
    for related in finding.related:
        elsewhere = text if related.elsewhere is None else related.elsewhere.text
        assert 0 <= related.span.start <= related.span.end <= len(elsewhere), f"{finding.rule}: {related} is outside the text"
    if finding.fix is not None:
        edits = sorted(finding.fix.edits)
        assert edits, f"{finding.rule}: a fix without edits"
        at = 0
        for span, old, new in edits:
            assert at <= span.start <= span.end, f"{finding.rule}: edits overlap"
            assert text[span.start : span.end] == old, f"{finding.rule}: the old text of the fix differs"
            assert old != new, f"{finding.rule}: the fix changes nothing"
            at = span.end


def _check_edits(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Check that the text changed exactly as the edits say."""
    shift = at = 0
    for span, _, new in edits:
        assert after[at + shift : span.start + shift] == before[at : span.start], "a fix changed text outside its edits"
        assert after[span.start + shift : span.start + shift + len(new)] == new, "a fix did not make its edits"
        shift += len(new) - (span.end - span.start)
        at = span.end
    assert after[at + shift :] == before[at:], "a fix changed text outside its edits"


def _check_fixed(source: Source, result: FixResult, lint: Callable[[Source], FileResult], applicability: Applicability) -> None:
    """Check that the fixed text parses to the same number of documents, has nothing left to fix, and stays the same when fixed again."""
    text = result.source.text
    assert text != source.text, "a finding was fixed, but the text is unchanged"
    assert result.source.bom == source.bom
    try:
        documents = parse(text, source.path)
    except ParseError as error:
        raise AssertionError(f"the fixed text does not parse: {error}") from error
    assert len(documents) == len(parse(source.text, source.path)), "a fix changed the number of documents"
    assert result.refused or choose_fixes(result.result.findings, applicability) == ([], []), "something is left to fix"
    again = apply_fixes(result.source, lint, applicability)
    assert again.source.text == text, "fixing again changes the text"
    assert again.result.findings == result.result.findings, "linting again gives other findings"
