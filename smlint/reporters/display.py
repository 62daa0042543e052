"""Text from files as a terminal may show it: nothing in it is obeyed, everything has a known width."""

from __future__ import annotations

from smlint.runtime.named_tuple import NamedTuple

CUT = "..."
TAB = "    "

RESET = "\x1b[0m"
BOLD, RED, GREEN, YELLOW, BLUE = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[34m"


def paint(text: str, code: str, color: bool) -> str:
    """The text in a colour, if colour is wanted."""
    return f"{code}{text}{RESET}" if color and text else text


def shown(text: str) -> str:
    """The text with every character that a terminal would obey (or that would hide others) as an escape such as `\\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_cell(character)[0] for character in text)


def _cell(character: str) -> tuple[str, int]:
    """How one character is shown, and how many columns that takes."""
    if " " <= character <= "~":
        return character, 1
    if character == "\t":
        return TAB, len(TAB)
    if character.isprintable() or character == "\u3000":
        from unicodedata import combining, east_asian_width

        if combining(character) or "\ufe00" <= character <= "\ufe0f":
            return character, 0
        return character, 2 if east_asian_width(character) in "WF" else 1
    escaped = character.encode("unicode_escape").decode("ascii")
    return escaped, len(escaped)


class Excerpt(NamedTuple):
    """A line as shown, and where the part that is pointed at stands in it, in columns."""

    line: str
    offset: int
    width: int


def excerpt(text: str, line_start: int, start: int, end: int, width: int) -> Excerpt:
    """The line of `text` that begins at `line_start`, with `[start:end)` in view, cut where it is wider than `width` columns.

    A part of several lines is shown to the end of its first one. Only the neighbourhood of `start` is looked at, so that a line
    of a megabyte costs no more than a short one.
    """
    low, high = max(line_start, start - width), min(len(text), start + 2 * width)
    for line_end in "\r\n":
        found = text.find(line_end, start, high)
        high = found if found >= 0 else high
    more = high < len(text) and text[high] not in "\r\n"
    cells = [_cell(character) for character in text[low:high]]
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
    """The cells to show: as much of `[first:last)` as fits, then as much before as after it, or more where one side ends."""
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
    """`1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
