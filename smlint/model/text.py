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


class Piece(NamedTuple):
    """One part of a `Text`.

    `text` is None for a placeholder, which has a `name` (`AWS::Region`). `span` is the position in the file, None if the file does not
    contain the piece, as with a pseudo parameter's value. `style` is how the piece is quoted, and so how a replacement must be written;
    None means that the piece must not be edited.
    """

    text: str | None
    span: Span | None = None
    style: str | None = None
    name: str = ""

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

    def read_only(self) -> Text:
        """Return the same text without editable pieces."""
        return self._replace(pieces=tuple(piece._replace(style=None) for piece in self.pieces))


class TextRange(NamedTuple):
    """A text, or the part `[start:end)` of its value, that a finding points at."""

    text: Text
    start: int = 0
    end: int | None = None
