"""The decoded text of a file."""

from __future__ import annotations

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
    """The decoded text of a file, and the path that reports show. Immutable by convention.

    `text` keeps its line ends and has no byte order mark; `bom` is True if the file has one. `encoding` is `utf-8`, `utf-16-le` or
    `utf-16-be`. Offsets count characters of `text`.
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
        """Return the same file with another text."""
        return Source(self.path, text, self.bom, self.encoding)

    def at(self, path: str) -> Source:
        """Return the same text at another path of the file."""
        return Source(path, self.text, self.bom, self.encoding)

    def encode(self) -> bytes:
        """Return the bytes of the file. For an unchanged text, these are the bytes that it was decoded from."""
        return (("\ufeff" if self.bom else "") + self.text).encode(self.encoding, "surrogatepass")

    def position(self, offset: int) -> Position:
        """Return the line and column of an offset, limited to the end of the text. A line ends at `\\n`, `\\r\\n` or `\\r`."""
        from bisect import bisect_right  # only findings need a line

        offset = max(0, min(offset, len(self.text)))
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """Return the text of a line (the first is 1) without its line end. Raises `IndexError` if there is no such line."""
        starts = self._line_starts()
        if not 1 <= line <= len(starts):
            raise IndexError(f"no line {line} in {self.path}")
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def _line_starts(self) -> list[int]:
        """Return the offset of the start of each line."""
        if self._starts is None and "\r" not in self.text:
            from itertools import accumulate

            self._starts = [0, *accumulate(len(line) + 1 for line in self.text.split("\n")[:-1])]
        elif self._starts is None:
            import re

            self._starts = [0, *(match.end() for match in re.finditer(r"\n|\r\n?", self.text))]
        return self._starts


def from_text(text: str, path: str) -> Source:
    """Return a source for decoded text, without its byte order mark."""
    if text.startswith("\ufeff"):
        return Source(path, text[1:], bom=True)
    return Source(path, text)
