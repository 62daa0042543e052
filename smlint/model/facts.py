"""Values that a deployment may state, may leave out, or may state in a way that nobody can evaluate."""

from __future__ import annotations

from enum import Enum
from typing import Generic, NoReturn, TypeVar

from smlint.model.images import Image
from smlint.model.text import Text, TextRange
from smlint.runtime.named_tuple import NamedTuple

T = TypeVar("T")

T_co = TypeVar("T_co", covariant=True)


class State(Enum):
    """KNOWN has a value; UNKNOWN has one that cannot be told from the file; ABSENT was not written at all."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    ABSENT = "absent"


class Fact(NamedTuple, Generic[T_co]):
    """A value that a deployment may or may not state, with the text it was read from.

    `origin` says who stated it: `manifest`, `map` (the key of a map that a template looks the value up in), `settings` (an option or
    the configuration), or `image` (told by the image URI only).
    """

    state: State
    held: T_co | None = None
    text: Text | None = None
    origin: str = "manifest"

    @property
    def known(self) -> bool:
        return self.state is State.KNOWN

    @property
    def absent(self) -> bool:
        return self.state is State.ABSENT

    @property
    def value(self) -> T_co:
        """The value; a `LookupError` unless the fact is known."""
        if self.state is not State.KNOWN or self.held is None:
            raise LookupError(f"fact is {self.state.value}")
        return self.held

    def get(self) -> T_co | None:
        """The value, or None unless the fact is known."""
        return self.held if self.state is State.KNOWN else None

    @property
    def place(self) -> TextRange | None:
        """Where the fact stands in the file, if it stands there."""
        return TextRange(self.text) if self.text is not None else None

    def part(self, name: str) -> TextRange | None:
        """The named part of an image URI (`region`, `tag`, ...); the whole when the value has no such part."""
        if self.text is None:
            return None
        if isinstance(self.held, Image) and name in self.held.parts:
            start, end = self.held.parts[name]
            return TextRange(self.text, start, end)
        return TextRange(self.text)


def known(value: T, text: Text | None = None, origin: str = "manifest") -> Fact[T]:
    """A fact with a value."""
    return Fact(State.KNOWN, value, text, origin)


def unknown(text: Text | None = None) -> Fact[NoReturn]:
    """A fact that is stated, but cannot be told from the file."""
    return Fact(State.UNKNOWN, None, text)


ABSENT: Fact[NoReturn] = Fact(State.ABSENT)
