"""What must hold for every text that is linted and repaired."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from fuzz.invariants.reports import reports_hold
from smlint import fix
from smlint.linter.engine import Checked, LintContext, check
from smlint.linter.fixer import FixResult, apply_fixes, choose_fixes
from smlint.model.findings import Applicability, Edit, Finding
from smlint.model.settings import Settings
from smlint.model.source import Source, from_text
from smlint.runner.file_linter import new_job
from smlint.runner.totals import added_up, of_file
from smlint.syntax import ParseError, parse

DAY = "2026-06-15"
"""The day of judgement, the same in every run: a finding must not depend on when it is looked for."""

_OF_TWO_MEANINGS = "\ufeff\x85\u2028\u2029"
"""Line breaks, or nothing at all, in YAML; characters like any other in JSON.

A text that is JSON but for one comment says something else without that comment, if it holds one of these. A repair that would take the
comment out is refused then, and rightly so; no other may be.
"""


def holds(text: str, path: str = "deploy.yaml", *, regions: tuple[str, ...] = (), unsafe: bool = False) -> FixResult:
    """Lint and repair a text as `smlint.lint` and `smlint.fix` do, and look at every step. Raises `AssertionError`."""
    job = _job(regions)
    seen: list[tuple[Source, Checked]] = []

    def judge(source: Source) -> Checked:
        checked = check(source, job)
        _look_at(checked, source)
        seen.append((source, checked))
        return checked

    applicability = Applicability.UNSAFE if unsafe else Applicability.SAFE
    source = from_text(text, path)
    repaired = apply_fixes(source, judge, applicability)
    assert not repaired.refused or any(character in text for character in _OF_TWO_MEANINGS), repaired.refused
    for (before, checked), (after, _) in pairwise(seen):
        _only_edited(before.text, after.text, choose_fixes(checked.findings, applicability)[1])
    reports_hold(added_up([of_file(path, seen[0][1])], None).report)
    if repaired.fixed:
        written = ("\ufeff" if repaired.source.bom else "") + repaired.source.text
        assert fix(text, path, unsafe=unsafe, regions=regions, as_of=DAY) == written, "the library repairs in another way"
        _look_at_repaired(source, repaired, judge, applicability)
    return repaired


@cache
def _job(regions: tuple[str, ...]) -> LintContext:
    return new_job(Settings(today=DAY, regions=regions))


def _look_at(checked: Checked, source: Source) -> None:
    assert checked.crashes == (), checked.crashes
    assert bool(checked.format) != bool(checked.reason), "a text is judged, or skipped for a reason"
    assert checked.format or not checked.findings, "findings in a text that was skipped"
    order = [(finding.span.start, finding.rule, finding.message) for finding in checked.findings]
    assert order == sorted(order), "findings are out of order"
    prints = [finding.fingerprint for finding in checked.findings]
    assert len(set(prints)) == len(prints), "two findings with one fingerprint"
    for finding in checked.findings:
        assert finding.source is source
        _look_at_finding(finding, source.text)


def _look_at_finding(finding: Finding, text: str) -> None:
    assert finding.message, f"{finding.rule} says nothing"
    assert 0 <= finding.span.start <= finding.span.end <= len(text), f"{finding.rule} points outside of the text"
    assert (1, 1) <= finding.start <= finding.end
    for related in finding.related:
        elsewhere = text if related.elsewhere is None else related.elsewhere.text
        assert 0 <= related.span.start <= related.span.end <= len(elsewhere), f"{finding.rule}: {related} is outside of the text"
    if finding.fix is not None:
        edits = sorted(finding.fix.edits)
        assert edits, f"{finding.rule}: a fix without an edit"
        at = 0
        for span, old, new in edits:
            assert at <= span.start <= span.end, f"{finding.rule}: edits overlap"
            assert text[span.start : span.end] == old, f"{finding.rule}: the fix expects another text"
            assert old != new, f"{finding.rule}: the fix changes nothing"
            at = span.end


def _only_edited(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Every character outside of the edits is as it was, and inside of them stands what they say."""
    shift = at = 0
    for span, _, new in edits:
        assert after[at + shift : span.start + shift] == before[at : span.start], "a repair changed a text outside of its edits"
        assert after[span.start + shift : span.start + shift + len(new)] == new, "a repair did not do what it says"
        shift += len(new) - (span.end - span.start)
        at = span.end
    assert after[at + shift :] == before[at:], "a repair changed a text outside of its edits"


def _look_at_repaired(source: Source, repaired: FixResult, judge: Callable[[Source], Checked], applicability: Applicability) -> None:
    """The repaired text parses to documents of the old shape, what was fixed is gone, and there is nothing to fix any more."""
    text = repaired.source.text
    assert text != source.text, "a finding is fixed, and the text is as it was"
    assert repaired.source.bom == source.bom
    try:
        documents = parse(text, source.path)
    except ParseError as error:
        raise AssertionError(f"the repaired text does not parse: {error}") from error
    assert len(documents) == len(parse(source.text, source.path)), "a repair changed the number of documents"
    assert repaired.refused or choose_fixes(repaired.checked.findings, applicability) == ([], []), "there is something left to repair"
    again = apply_fixes(repaired.source, judge, applicability)
    assert again.source.text == text, "a second repair changes something"
    assert again.checked.findings == repaired.checked.findings, "a second look finds something else"
