"""Strings with provenance: where each piece of a value stands in its file."""

from __future__ import annotations

from smlint.model.source import Source, Span
from smlint.runtime.named_tuple import NamedTuple

PLACEHOLDER_FIRST, PLACEHOLDER_LAST = "\ue000", "\uf8ff"

PLACEHOLDERS = 6400
"""An unknown part of a text is one character of Unicode's private use area, so that offsets stay simple."""


def is_placeholder(character: str) -> bool:
    """Whether this one character stands for an unknown part of a text."""
    return PLACEHOLDER_FIRST <= character <= PLACEHOLDER_LAST


def has_placeholder(text: str) -> bool:
    """Whether any part of the text is unknown."""
    return not text.isascii() and any(is_placeholder(c) for c in text)


class Piece(NamedTuple):
    """One part of a `Text`.

    `text` is None for an unknown part, which `name` then names (`AWS::Region`). `span` is where the part stands in the
    file, None when it stands nowhere (a pseudo parameter's value). `style` tells how it is written there, and so how a
    replacement must be written; None means that it must not be edited.
    """

    text: str | None
    span: Span | None = None
    style: str | None = None
    name: str = ""

    @property
    def editable(self) -> bool:
        return self.style is not None and self.span is not None and self.text is not None


class Text(NamedTuple):
    """A string with provenance: pieces in order. Joined, an unknown piece is one private-use character.

    `anchor` is where the whole stands in the file (the scalar, or the function call), for pointing at it. `elsewhere` is the file, when
    it is another than the one that is judged: such a text explains a finding, and is never edited.
    """

    pieces: tuple[Piece, ...]
    anchor: Span
    elsewhere: Source | None = None

    @property
    def value(self) -> str:
        """The string, each unknown piece as one private-use character."""
        if len(self.pieces) == 1 and self.pieces[0].text is not None:
            return self.pieces[0].text
        return "".join(
            piece.text if piece.text is not None else chr(ord(PLACEHOLDER_FIRST) + index % PLACEHOLDERS)
            for index, piece in enumerate(self.pieces)
        )

    @property
    def known(self) -> bool:
        return all(piece.text is not None for piece in self.pieces)

    def shown(self) -> str:
        """The string for a person: an unknown piece as `${name}`."""
        return "".join(p.text if p.text is not None else "${" + (p.name or "...") + "}" for p in self.pieces)


class TextRange(NamedTuple):
    """A text, or the part `[start:end)` of its value: what a finding points at."""

    text: Text
    start: int = 0
    end: int | None = None
