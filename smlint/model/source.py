"""The decoded text of a file."""

from __future__ import annotations

from bisect import bisect_right

from smlint.runtime.named_tuple import NamedTuple


class Span(NamedTuple):
    """A half-open range of character offsets into a source's decoded text (after a byte order mark)."""

    start: int
    end: int


class Position(NamedTuple):
    """A 1-based line and column; columns count Unicode characters."""

    line: int
    column: int


class Source:
    """A text with the name it is shown by. Not to be changed after it is made.

    `text` is the decoded text with its line ends as they are, without a byte order mark; `bom` tells whether it had one; `encoding` is
    `utf-8`, `utf-16-le` or `utf-16-be`. Offsets are characters of `text`.
    """

    __slots__ = ("_starts", "bom", "encoding", "path", "text")

    def __init__(self, path: str, text: str, bom: bool = False, encoding: str = "utf-8") -> None:
        self.path = path
        self.text = text
        self.bom = bom
        self.encoding = encoding
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

    def replaced(self, text: str) -> Source:
        """The same file with another text."""
        return Source(self.path, text, self.bom, self.encoding)

    def encode(self) -> bytes:
        """The bytes of the file: those it was read from, if the text is the one that was read."""
        return (("\ufeff" if self.bom else "") + self.text).encode(self.encoding, "surrogatepass")

    def position(self, offset: int) -> Position:
        """The line and column of a character; of an offset beyond the text, those of its end. A line ends at `\\n`, `\\r\\n` or `\\r`."""
        offset = max(0, min(offset, len(self.text)))
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """The text of a line (the first is 1) without its line end; `IndexError` for a line that is not there."""
        starts = self._line_starts()
        if not 1 <= line <= len(starts):
            raise IndexError(f"no line {line} in {self.path}")
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def _line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        if self._starts is None and "\r" not in self.text:
            from itertools import accumulate

            self._starts = [0, *accumulate(len(line) + 1 for line in self.text.split("\n")[:-1])]
        elif self._starts is None:
            import re

            self._starts = [0, *(match.end() for match in re.finditer(r"\n|\r\n?", self.text))]
        return self._starts


def from_text(text: str, path: str) -> Source:
    """A text that is already decoded; a byte order mark at its head is taken off."""
    if text.startswith("\ufeff"):
        return Source(path, text[1:], bom=True)
    return Source(path, text)
