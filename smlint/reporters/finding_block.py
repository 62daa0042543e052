"""A finding for people, in the layout of ruff and zizmor: the problem, where it is, related locations, and the fix."""

from __future__ import annotations

from smlint.model.findings import Applicability, Edit, Finding, Fix
from smlint.model.source import Position, Source, Span
from smlint.reporters.display import BLUE, BOLD, CUT, GREEN, RED, excerpt, paint
from smlint.reporters.style import Style
from smlint.reporters.summary import SEVERITY_COLORS, fixable
from smlint.runtime.escaping import for_terminal
from smlint.runtime.named_tuple import NamedTuple

FIX_CONTEXT = 100
"""How much of a line to show before and after an edit, in characters. These lines may wrap: nothing below them has to line up."""


class _Mark(NamedTuple):
    """A highlighted span: its first position, the sign that underlines it, and its label."""

    start: Position
    span: Span
    sign: str
    label: str


def finding_block(finding: Finding, style: Style) -> str:
    """Return the lines of one finding, with a line end after the last."""
    location = paint(f"{for_terminal(finding.path)}:{finding.start.line}:{finding.start.column}:", BOLD, style.color)
    kind = paint(f"{finding.severity.value}[{finding.rule}]", BOLD + SEVERITY_COLORS[finding.severity], style.color)
    lines = [f"{location} {kind} {paint(for_terminal(finding.message), BOLD, style.color)}"]
    marks = [_Mark(finding.start, finding.span, "^", "")]
    marks += [
        _Mark(finding.source.position(related.span.start), related.span, "-", related.message)
        for related in finding.related
        if related.elsewhere is None
    ]
    gutter = len(str(max(mark.start.line for mark in marks)))
    if finding.source.text:  # unreadable files have none
        lines += _excerpts(finding, sorted(marks, key=lambda mark: (mark.start, mark.sign == "-")), gutter, style)
    pad = " " * gutter
    if style.regions and finding.regions:
        lines.append(f"{pad} {paint('=', BLUE, style.color)} in {', '.join(finding.regions)}")
    for related in finding.related:
        if related.elsewhere is not None:
            source, span = related.elsewhere, related.span
            line, column = source.position(span.start)
            text = f"{source.path}:{line}:{column}: {source.text[span.start : span.end]}: {related.message}"
            lines.append(f"{pad} {paint('=', BLUE, style.color)} {for_terminal(text)}")
    if finding.fix is not None:
        lines += _fix(finding, finding.fix, pad, style)
    return "\n".join(lines) + "\n"


def _excerpts(finding: Finding, marks: list[_Mark], gutter: int, style: Style) -> list[str]:
    """Return the highlighted lines, with a row of signs below for every mark. A line that fits the width is shown once."""
    bar = paint("|", BLUE, style.color)
    blank = f"{' ' * gutter} {bar}"
    lines = [blank]
    last, last_line = 0, ""
    for mark in marks:
        line_start = mark.span.start - (mark.start.column - 1)
        part = excerpt(finding.source.text, line_start, mark.span.start, mark.span.end, style.width - gutter - 3)
        if last and mark.start.line > last + 1:
            lines.append(paint("." * max(gutter, 3), BLUE, style.color))
        if (mark.start.line, part.line) != (last, last_line):
            number = paint(f"{mark.start.line:>{gutter}}", BLUE, style.color)
            lines.append(f"{number} {bar} {part.line}".rstrip())
        code = SEVERITY_COLORS[finding.severity] if mark.sign == "^" else BLUE
        signs = paint(f"{mark.sign * part.width} {for_terminal(mark.label)}".rstrip(), code, style.color)
        lines.append(f"{blank} {' ' * part.offset}{signs}")
        last, last_line = mark.start.line, part.line
    lines.append(blank)
    return lines


def _fix(finding: Finding, fix: Fix, pad: str, style: Style) -> list[str]:
    """Return the title of the fix, the option that applies it, and the changed lines before and after."""
    if fixable(finding, style):
        how = "fixable with --fix"
    elif fix.applicability is Applicability.UNSAFE:
        how = "unsafe: --fix --unsafe-fixes"
    else:
        how = "suggestion only; --fix never applies it"
    lines = [f"{pad} {paint('=', BLUE, style.color)} fix: {for_terminal(fix.title)} ({how})"]
    for edits in _hunks(finding.source, fix.edits):
        old, new = _before_and_after(finding.source, edits)
        lines += [f"{pad} {paint(f'- {text}', RED, style.color)}" for text in old]
        lines += [f"{pad} {paint(f'+ {text}', GREEN, style.color)}" for text in new]
    return lines


def _hunks(source: Source, edits: tuple[Edit, ...]) -> list[list[Edit]]:
    """Sort the edits, and group those of one line that are close enough to show together."""
    hunks: list[list[Edit]] = []
    for edit in sorted(edits, key=lambda edit: edit.span):
        if hunks:
            end = hunks[-1][-1].span.end
            if edit.span.start - end <= FIX_CONTEXT and source.position(end).line == source.position(edit.span.start).line:
                hunks[-1].append(edit)
                continue
        hunks.append([edit])
    return hunks


def _before_and_after(source: Source, edits: list[Edit]) -> tuple[list[str], list[str]]:
    """Return the changed lines before and after the edits, without common indentation."""
    text, start, end = source.text, edits[0].span.start, edits[-1].span.end
    line_start = start - (source.position(start).column - 1)
    low, high = max(line_start, start - FIX_CONTEXT), min(len(text), end + FIX_CONTEXT)
    for line_end in "\r\n":
        position = text.find(line_end, end, high)
        high = position if position >= 0 else high
    before = CUT if low > line_start else ""
    after = CUT if high < len(text) and text[high] not in "\r\n" else ""
    changed = []
    position = low
    for edit in edits:
        changed += [text[position : edit.span.start], edit.new]
        position = edit.span.end
    changed.append(text[position:high])
    old = (before + text[low:high] + after).splitlines()
    new = (before + "".join(changed) + after).splitlines()
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    indent = min((len(line) - len(line.lstrip()) for line in old + new if line.strip()), default=0)
    return [for_terminal(line[indent:].rstrip()) for line in old], [for_terminal(line[indent:].rstrip()) for line in new]
