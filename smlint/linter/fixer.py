"""Repair: choose fixes by safety, splice them into the text, judge the result again, and refuse whatever changes more than it says."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence

from smlint.linter.engine import Checked
from smlint.model.findings import Applicability, Edit, Finding
from smlint.model.source import Source, Span
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Node, ParseError, Scalar, parse, walk

MAX_ROUNDS = 10


class FixResult(NamedTuple):
    """A text after repair: what is left in it, the findings that were fixed, and why the repair stopped early, if it did."""

    source: Source
    checked: Checked
    fixed: tuple[Finding, ...] = ()
    refused: str = ""


def apply_fixes(source: Source, judge: Callable[[Source], Checked], applicability: Applicability) -> FixResult:
    """Apply every fix of at least this safety, and the fixes of what then comes to light, until nothing changes (at most 10 rounds)."""
    done: list[Finding] = []
    checked = judge(source)
    first, texts = (source, checked), {source.text}
    for _ in range(MAX_ROUNDS):
        chosen, edits = choose_fixes(checked.findings, applicability)
        if not edits:
            break
        text = splice(source.text, edits)
        if not only_scalars_changed(source.text, text, edits, source.path):
            return FixResult(source, checked, tuple(done), "a fix would have changed more than the value it replaces; it was left out")
        if text in texts:
            return FixResult(*first, (), "fixes undo each other; none was made")
        texts.add(text)
        source = source.replaced(text)
        done.extend(chosen)
        checked = judge(source)
    return FixResult(source, checked, tuple(done))


def choose_fixes(findings: Sequence[Finding], applicability: Applicability) -> tuple[list[Finding], list[Edit]]:
    """The findings to fix now, and their edits in order: of fixes that overlap the first, unless they are the same edit."""
    chosen: list[Finding] = []
    edits: list[Edit] = []  # sorted, and apart
    for finding in findings:
        fix = finding.fix
        if fix is None or finding.suppressed is not None or fix.applicability.rank < applicability.rank:
            continue
        fresh = [edit for edit in fix.edits if not _holds(edits, edit)]
        if any(_touched(edits, edit.span) for edit in fresh):
            continue
        chosen.append(finding)
        for edit in fresh:
            insort(edits, edit)
    return chosen, edits


def splice(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits made, which are in order and apart. An edit whose `old` is not there is a `ValueError`: nothing is guessed."""
    pieces = []
    at = 0
    for edit in edits:
        if text[edit.span.start : edit.span.end] != edit.old:
            raise ValueError(f"the text at {edit.span} is not what the edit expects")
        pieces += [text[at : edit.span.start], edit.new]
        at = edit.span.end
    return "".join([*pieces, text[at:]])


def only_scalars_changed(before: str, after: str, edits: Sequence[Edit], path: str) -> bool:
    """Whether both texts parse to the same tree, but for the scalars that an edit touches."""
    try:
        old, new = parse(before, path), parse(after, path)
    except ParseError:
        return False
    if len(old) != len(new):
        return False
    return all(_same(one.root, other.root, edits) for one, other in zip(old, new, strict=True))


def _same(old: Node | None, new: Node | None, edits: Sequence[Edit]) -> bool:
    olds, news = list(walk(old)), list(walk(new))
    if len(olds) != len(news):
        return False
    for one, other in zip(olds, news, strict=True):
        if type(one) is not type(other) or getattr(one, "tag", None) != getattr(other, "tag", None):
            return False
        changed = isinstance(one, Scalar) and isinstance(other, Scalar) and one.value != other.value
        if changed and not _touched(edits, one.span):
            return False
    return True


def _holds(edits: Sequence[Edit], edit: Edit) -> bool:
    index = bisect_left(edits, edit)
    return index < len(edits) and edits[index] == edit


def _touched(edits: Sequence[Edit], span: Span) -> bool:
    """Whether one of the edits, which are in order and apart, overlaps a span: only its neighbours can."""
    index = bisect_left(edits, Edit(span, "", ""))
    near = [one.span for one in edits[max(index - 1, 0) : index + 1]]
    return any(one == span or (one.start < span.end and span.start < one.end) for one in near)
