"""Repair: choose fixes by safety, splice them into the text, judge the result again, and refuse whatever changes more than it says."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from smlint.engine import Checked
from smlint.model import Edit, Finding, Safety, Span
from smlint.nodes import Node, ParseError, Scalar, parse, walk
from smlint.source import Source

MAX_ROUNDS = 10


class Repaired(NamedTuple):
    """A text after repair: what is left in it, the findings that were fixed, and why the repair stopped early, if it did."""

    source: Source
    checked: Checked
    fixed: tuple[Finding, ...] = ()
    refused: str = ""


def repair(source: Source, judge: Callable[[Source], Checked], safety: Safety) -> Repaired:
    """Apply every fix of at least this safety, and the fixes of what then comes to light, until nothing changes (at most 10 rounds)."""
    done: list[Finding] = []
    checked = judge(source)
    for _ in range(MAX_ROUNDS):
        chosen, edits = choose(checked.findings, safety)
        if not edits:
            break
        text = splice(source.text, edits)
        if not only_scalars_changed(source.text, text, edits, source.path):
            return Repaired(source, checked, tuple(done), "a fix would have changed more than the value it replaces; it was left out")
        source = source.replaced(text)
        done.extend(chosen)
        checked = judge(source)
    return Repaired(source, checked, tuple(done))


def choose(findings: Sequence[Finding], safety: Safety) -> tuple[list[Finding], list[Edit]]:
    """The findings to fix now, and their edits in order: of fixes that overlap the first, unless they are the same edit."""
    chosen: list[Finding] = []
    edits: set[Edit] = set()
    for finding in findings:
        fix = finding.fix
        if fix is None or finding.suppressed is not None or fix.safety.rank < safety.rank:
            continue
        fresh = [edit for edit in fix.edits if edit not in edits]
        if any(_overlap(edit.span, taken.span) for edit in fresh for taken in edits):
            continue
        chosen.append(finding)
        edits.update(fresh)
    return chosen, sorted(edits)


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
        if changed and not any(_overlap(edit.span, one.span) for edit in edits):
            return False
    return True


def _overlap(one: Span, other: Span) -> bool:
    return (one.start < other.end and other.start < one.end) or one == other
