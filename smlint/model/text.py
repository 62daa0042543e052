"""Strings with provenance: each piece of a value has its span in the file."""

from __future__ import annotations

from smlint.model.source import Source, Span
from smlint.runtime.named_tuple import NamedTuple

PLACEHOLDER_FIRST, PLACEHOLDER_LAST = "\ue000", "\uf8ff"

PLACEHOLDERS = 6400
"""The characters of Unicode's private use area. Each placeholder in a text is one of them, which keeps offsets simple."""


def is_placeholder(character: str) -> bool:
    """Return whether a character is a placeholder for an unknown part of a text."""
    return PLACEHOLDER_FIRST <= character <= PLACEHOLDER_LAST


def has_placeholder(text: str) -> bool:
    """Return whether any part of a text is unknown."""
    return not text.isascii() and any(is_placeholder(c) for c in text)


class Constraint(NamedTuple):
    """What a file requires of the scalar that a piece is part of, such as the default of a parameter with allowed values.

    `value` and `span` are those of the whole scalar. `values` are the only ones it may have; None if it has no such list.
    """

    value: str
    span: Span
    values: tuple[str, ...] | None = None
    min_length: int = 0
    max_length: int | None = None

    def allows(self, span: Span, replacement: str) -> bool:
        """Return whether the scalar may hold `replacement` in place of what it has at `span`."""
        changed = replacement
        if span != self.span:
            start, end = span.start - self.span.start, span.end - self.span.start
            if self.span.end - self.span.start != len(self.value) or not 0 <= start <= end <= len(self.value):
                return False
            changed = self.value[:start] + replacement + self.value[end:]
        if self.values is not None and changed not in self.values:
            return False
        return self.min_length <= len(changed) and (self.max_length is None or len(changed) <= self.max_length)


class Piece(NamedTuple):
    """One part of a `Text`.

    `text` is None for a placeholder, which has a `name` (`AWS::Region`). `span` is the position in the file, None if the file does not
    contain the piece, as with a pseudo parameter's value. `style` is how the piece is quoted, and so how a replacement must be written;
    None means that the piece must not be edited. `constraint` is what an edit of it must respect. A piece from `outside` is a value that
    only another file sets a parameter to, perhaps for another template.
    """

    text: str | None
    span: Span | None = None
    style: str | None = None
    name: str = ""
    constraint: Constraint | None = None
    outside: bool = False

    @property
    def editable(self) -> bool:
        return self.style is not None and self.span is not None and self.text is not None


class Text(NamedTuple):
    """A string with provenance: its pieces in order.

    `anchor` is the span of the complete text in the file (a scalar, or a function call), which findings point at. `elsewhere` is the file
    that contains the text, if it is not the file being linted: such a text explains a finding, and is never edited.
    """

    pieces: tuple[Piece, ...]
    anchor: Span
    elsewhere: Source | None = None

    @property
    def value(self) -> str:
        """The string, each placeholder as one private-use character."""
        if len(self.pieces) == 1 and self.pieces[0].text is not None:
            return self.pieces[0].text
        return "".join(
            piece.text if piece.text is not None else chr(ord(PLACEHOLDER_FIRST) + index % PLACEHOLDERS) for index, piece in enumerate(self.pieces)
        )

    @property
    def known(self) -> bool:
        """Whether the text has no placeholder."""
        return all(piece.text is not None for piece in self.pieces)

    def shown(self) -> str:
        """Return the string for a reader: a placeholder is shown as `${name}`."""
        return "".join(p.text if p.text is not None else "${" + (p.name or "...") + "}" for p in self.pieces)

    def piece_at(self, offset: int) -> Piece:
        """Return the piece that contains an offset of the value; the last one for the end of the value."""
        for piece in self.pieces:
            offset -= len(piece.text) if piece.text is not None else 1
            if offset < 0:
                return piece
        return self.pieces[-1]

    @property
    def outside(self) -> bool:
        """Whether another file sets any part of the text."""
        return any(piece.outside for piece in self.pieces)

    def from_outside(self) -> Text:
        """Return the same text as one that another file sets."""
        return self._replace(pieces=tuple(piece._replace(outside=True) for piece in self.pieces))

    def read_only(self) -> Text:
        """Return the same text without editable pieces."""
        return self._replace(pieces=tuple(piece._replace(style=None) for piece in self.pieces))


class TextRange(NamedTuple):
    """A text, or the part `[start:end)` of its value, that a finding points at."""

    text: Text
    start: int = 0
    end: int | None = None
