"""Choose edits that do not overlap, splice them into a text, and check that only the edited scalars changed."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from smlint.model.findings import Applicability, Edit, Finding
from smlint.model.source import Span
from smlint.syntax import Node, ParseError, Scalar, parse, walk


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
