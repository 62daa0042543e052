"""Text for a terminal: colors, columns, and excerpts of a known width."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.runtime.escaping import terminal_cell
from smlint.runtime.named_tuple import NamedTuple

CUT = "..."

RESET = "\x1b[0m"
BOLD, RED, GREEN, YELLOW, BLUE = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[34m"


def paint(text: str, code: str, color: bool) -> str:
    """Return the text in a color if `color` is True."""
    return f"{code}{text}{RESET}" if color and text else text


def table(rows: Sequence[Sequence[str]], color: bool) -> str:
    """Align the rows in columns. The first row is the header."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines[0] = paint(lines[0], BOLD, color)
    return "\n".join(lines) + "\n"


class Excerpt(NamedTuple):
    """A line as shown. The highlighted part begins at column `offset` (from 0) and is `width` columns wide."""

    line: str
    offset: int
    width: int


def excerpt(text: str, line_start: int, start: int, end: int, width: int) -> Excerpt:
    """Return the line of `text` that begins at `line_start`, cut to `width` columns around `[start:end)`.

    If the part spans several lines, only its first line is shown. The function reads only the neighborhood of `start`, so that a line
    of a megabyte costs no more than a short one.
    """
    low, high = max(line_start, start - width), min(len(text), start + 2 * width)
    for line_end in "\r\n":
        position = text.find(line_end, start, high)
        high = position if position >= 0 else high
    more = high < len(text) and text[high] not in "\r\n"
    cells = [terminal_cell(character) for character in text[low:high]]
    widths = [columns for _, columns in cells]
    first, last = start - low, max(start, min(end, high)) - low
    if low == line_start and not more and sum(widths) <= width:
        left, right = 0, len(cells)
    else:
        left, right = _window(widths, first, last, width - 2 * len(CUT))
    before = CUT if low + left > line_start else ""
    after = CUT if more or low + right < high else ""
    line = before + "".join(shown for shown, _ in cells[left:right]) + after
    offset = len(before) + sum(widths[left:first])
    return Excerpt(line, offset, max(1, sum(widths[first : min(last, right)])))


def _window(widths: list[int], first: int, last: int, room: int) -> tuple[int, int]:
    """Choose the cells to show: as much of `[first:last)` as fits, then context on both sides, in equal parts where possible."""
    right = first
    while right < last and room >= widths[right]:
        room -= widths[right]
        right += 1
    left = first
    half = room // 2
    while left > 0 and half >= widths[left - 1]:
        half -= widths[left - 1]
        room -= widths[left - 1]
        left -= 1
    while right < len(widths) and room >= widths[right]:
        room -= widths[right]
        right += 1
    while left > 0 and room >= widths[left - 1]:
        room -= widths[left - 1]
        left -= 1
    return left, right


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
