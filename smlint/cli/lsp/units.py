"""Convert offsets to positions of the protocol: lines from 0, and code units of the encoding that the editor chose."""

from __future__ import annotations

import re

from lsprotocol import types

from smlint.model.source import Source, Span

UTF16 = "utf-16"
"""The default encoding of the protocol."""


class Units:
    """Converts offsets of a source to positions of the protocol, and back."""

    def __init__(self, source: Source, encoding: str) -> None:
        self._source = source
        self._encoding = encoding
        self._starts = [0, *(match.end() for match in re.finditer(r"\n|\r\n?", source.text))]

    def position(self, offset: int) -> types.Position:
        """Return the position of an offset."""
        line, column = self._source.position(offset)
        text = self._source.line_text(line)[: column - 1]
        if self._source.bom and line == 1:
            text = "\ufeff" + text
        return types.Position(line - 1, self._length(text))

    def range(self, span: Span) -> types.Range:
        """Return the range of a span."""
        return types.Range(self.position(span.start), self.position(span.end))

    def offset(self, position: types.Position) -> int:
        """Return the offset of a position. A position beyond its line or the text is moved to the end."""
        try:
            text = self._source.line_text(position.line + 1)
        except IndexError:
            return len(self._source.text)
        bom = 1 if self._source.bom and position.line == 0 else 0
        column, units, target = 0, bom, int(position.character)
        while column < len(text) and units < target:
            units += self._length(text[column])
            column += 1
        return self._starts[int(position.line)] + column

    def _length(self, text: str) -> int:
        if self._encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) if self._encoding == "utf-32" else len(text.encode("utf-16-le", "surrogatepass")) // 2
