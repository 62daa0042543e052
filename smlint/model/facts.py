"""Facts: values that a deployment states, leaves out, or states in a form that smlint cannot evaluate."""

from __future__ import annotations

from enum import Enum
from typing import Generic, NoReturn, TypeVar

from smlint.model.images import Image
from smlint.model.text import Text, TextRange
from smlint.runtime.named_tuple import NamedTuple

T = TypeVar("T")

T_co = TypeVar("T_co", covariant=True)


class State(Enum):
    """KNOWN: the fact has a value. UNKNOWN: the file states it, but does not determine its value. ABSENT: the file does not state it."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    ABSENT = "absent"


class Fact(NamedTuple, Generic[T_co]):
    """A value that a deployment may state, with the text it was read from.

    Read the value through `value` or `get`, which check the state. `origin` says where the value comes from: `manifest`, `map` (the key
    of a map that a template looks it up in), `settings` (an option or the configuration), or `image` (part of the image URI).
    """

    state: State
    raw_value: T_co | None = None
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
        """The value.

        Raises `LookupError` unless the fact is known.
        """
        if self.state is not State.KNOWN or self.raw_value is None:
            raise LookupError(f"fact is {self.state.value}")
        return self.raw_value

    def get(self) -> T_co | None:
        """Return the value, or None unless the fact is known."""
        return self.raw_value if self.state is State.KNOWN else None

    @property
    def place(self) -> TextRange | None:
        """The text of the fact in the file; None if the file does not contain it."""
        return TextRange(self.text) if self.text is not None else None

    def part(self, name: str) -> TextRange | None:
        """Return the named part of an image URI (`region`, `tag`, ...); the complete text if the value has no such part."""
        if self.text is None:
            return None
        if isinstance(self.raw_value, Image) and name in self.raw_value.parts:
            start, end = self.raw_value.parts[name]
            return TextRange(self.text, start, end)
        return TextRange(self.text)


def known(value: T, text: Text | None = None, origin: str = "manifest") -> Fact[T]:
    """Return a fact with a value."""
    return Fact(State.KNOWN, value, text, origin)


def unknown(text: Text | None = None) -> Fact[NoReturn]:
    """Return a fact that the file states without determining its value."""
    return Fact(State.UNKNOWN, None, text)


ABSENT: Fact[NoReturn] = Fact(State.ABSENT)
"""The fact that the file does not state."""
