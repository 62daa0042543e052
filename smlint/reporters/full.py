"""The report for people, in the layout of ruff and zizmor: what is wrong, where, what it does not fit, and the repair."""

from __future__ import annotations

from smlint.model.findings import Applicability, Edit, Finding, Fix
from smlint.model.results import Report
from smlint.model.source import Position, Source, Span
from smlint.reporters import Style
from smlint.reporters.display import BLUE, BOLD, CUT, GREEN, RED, excerpt, paint, shown
from smlint.reporters.summary import SEVERITY_COLORS, fixable, line, live
from smlint.runtime.named_tuple import NamedTuple

FIX_CONTEXT = 100
"""How much of a line stands before and after an edit, in characters. These lines may wrap, as nothing below them must line up."""


class _Mark(NamedTuple):
    """A place that is pointed at: where, with which sign, and the words beside it."""

    start: Position
    span: Span
    sign: str
    label: str


def render(report: Report, style: Style) -> str:
    """Every finding that is not suppressed, then the summary line."""
    blocks = [_finding(finding, style) for finding in live(report)]
    if style.summary:
        blocks.append(line(report, style) + "\n")
    return "\n".join(blocks)


def _finding(finding: Finding, style: Style) -> str:
    place = paint(f"{shown(finding.path)}:{finding.start.line}:{finding.start.column}:", BOLD, style.color)
    kind = paint(f"{finding.severity.value}[{finding.rule}]", BOLD + SEVERITY_COLORS[finding.severity], style.color)
    lines = [f"{place} {kind} {paint(shown(finding.message), BOLD, style.color)}"]
    marks = [_Mark(finding.start, finding.span, "^", "")]
    marks += [_Mark(finding.source.position(also.span.start), also.span, "-", also.message) for also in finding.related if also.elsewhere is None]
    gutter = len(str(max(mark.start.line for mark in marks)))
    if finding.source.text:  # an unreadable file has none
        lines += _excerpts(finding, sorted(marks, key=lambda mark: (mark.start, mark.sign == "-")), gutter, style)
    pad = " " * gutter
    if style.regions and finding.regions:
        lines.append(f"{pad} {paint('=', BLUE, style.color)} in {', '.join(finding.regions)}")
    for also in finding.related:
        if also.elsewhere is not None:
            line, column = also.elsewhere.position(also.span.start)
            text = shown(also.elsewhere.text[also.span.start : also.span.end])
            lines.append(f"{pad} {paint('=', BLUE, style.color)} {shown(also.elsewhere.path)}:{line}:{column}: {text}: {shown(also.message)}")
    if finding.fix is not None:
        lines += _fix(finding, finding.fix, pad, style)
    return "\n".join(lines) + "\n"


def _excerpts(finding: Finding, marks: list[_Mark], gutter: int, style: Style) -> list[str]:
    """The lines that are pointed at, each once if it fits the width, with a row of signs below for every mark."""
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
        signs = paint(f"{mark.sign * part.width} {shown(mark.label)}".rstrip(), code, style.color)
        lines.append(f"{blank} {' ' * part.offset}{signs}")
        last, last_line = mark.start.line, part.line
    lines.append(blank)
    return lines


def _fix(finding: Finding, fix: Fix, pad: str, style: Style) -> list[str]:
    """The title of the fix and how to have it made, and its lines before and after."""
    if fixable(finding, style):
        how = "fixable with --fix"
    elif fix.applicability is Applicability.UNSAFE:
        how = "unsafe: --fix --unsafe-fixes"
    else:
        how = "a suggestion, never made by --fix"
    lines = [f"{pad} {paint('=', BLUE, style.color)} fix: {shown(fix.title)} ({how})"]
    for edits in _hunks(finding.source, fix.edits):
        old, new = _before_and_after(finding.source, edits)
        lines += [f"{pad} {paint(f'- {text}', RED, style.color)}" for text in old]
        lines += [f"{pad} {paint(f'+ {text}', GREEN, style.color)}" for text in new]
    return lines


def _hunks(source: Source, edits: tuple[Edit, ...]) -> list[list[Edit]]:
    """The edits in order, those of one line together if they are near enough to be shown in one piece."""
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
    """The lines that the edits touch, before and after them, without indentation and without the lines that stay as they are."""
    text, start, end = source.text, edits[0].span.start, edits[-1].span.end
    line_start = start - (source.position(start).column - 1)
    low, high = max(line_start, start - FIX_CONTEXT), min(len(text), end + FIX_CONTEXT)
    for line_end in "\r\n":
        found = text.find(line_end, end, high)
        high = found if found >= 0 else high
    before = CUT if low > line_start else ""
    after = CUT if high < len(text) and text[high] not in "\r\n" else ""
    changed, position = [], low
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
    return [shown(line[indent:].rstrip()) for line in old], [shown(line[indent:].rstrip()) for line in new]
