"""The values that Terraform's expressions may have, and how they are put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import MAX_VALUES, Assumptions, combine, may_conflict
from smlint.runtime.named_tuple import NamedTuple

REGION = "Region"
"""The variable of `Given` for values that hold in one Region only."""

NOWHERE = Span(0, 0)
_MAX_PIECES = 200


class Collection(NamedTuple):
    """A map, an object or a list (keys "0", "1", ...); each entry is evaluated when it is asked for."""

    entries: Mapping[str, Callable[[], tuple[PossibleValue, ...]]]
    is_list: bool = False


class PossibleValue(NamedTuple):
    """One value that an expression may have; None is null. `given` is what it rests on."""

    value: Text | Collection | None
    assumptions: Assumptions = ()


class Iteration(NamedTuple):
    """What `each`, `count` or the iterator of a dynamic block stands for; None where it cannot be told.

    `given` is what the existence of the instance rests on; so does all that is in it.
    """

    name: str
    key: str | None = None
    value: PossibleValue | None = None
    assumptions: Assumptions = ()


Scope = tuple[Iteration, ...]


def placeholder(name: str, span: Span) -> Text:
    """A text of which nothing is known but what it is called."""
    return Text((Piece(None, span, None, name),), span)


def unknown_value(name: str, span: Span) -> PossibleValue:
    """A value of which nothing is known."""
    return PossibleValue(placeholder(name, span))


def literal(value: str, span: Span) -> Text:
    """Text that stands within an expression: it is known, but has no exact place, and is not edited."""
    return Text((Piece(value),) if value else (), span)


class SingleValue(NamedTuple):
    """The one value of an expression, all of which is known; None is null."""

    text: str | None
    assumptions: Assumptions = ()


def single(options: tuple[PossibleValue, ...]) -> SingleValue | None:
    """The value of an expression that has only one, which is null or a known text."""
    if len(options) != 1:
        return None
    value, assumptions = options[0]
    if value is None:
        return SingleValue(None, assumptions)
    return SingleValue(value.value, assumptions) if isinstance(value, Text) and value.known else None


def under_assumptions(options: tuple[PossibleValue, ...], assumptions: Assumptions) -> tuple[PossibleValue, ...]:
    """The values that are possible under an assumption, which they rest on then."""
    if not assumptions:
        return options
    found = ((option.value, combine(option.assumptions, assumptions)) for option in options)
    return tuple(PossibleValue(value, both) for value, both in found if both is not None)


def read_only(options: tuple[PossibleValue, ...]) -> tuple[PossibleValue, ...]:
    """The values, none of which may be edited."""
    return tuple(option._replace(value=_fixed(option.value)) for option in options)


def _fixed(value: Text | Collection | None) -> Text | Collection | None:
    if isinstance(value, Text):
        return value._replace(pieces=tuple(piece._replace(style=None) for piece in value.pieces))
    if isinstance(value, Collection):
        return value._replace(entries={key: partial(_later, entry) for key, entry in value.entries.items()})
    return None


def _later(entry: Callable[[], tuple[PossibleValue, ...]]) -> tuple[PossibleValue, ...]:
    return read_only(entry())


def concatenate(choices: list[tuple[PossibleValue, ...]], anchor: Span) -> tuple[PossibleValue, ...]:
    """Each way to join one value of every part, as far as their assumptions agree and no two conditions are combined."""
    found: list[tuple[tuple[Piece, ...], Assumptions]] = [((), ())]
    for options in choices:
        longer: list[tuple[tuple[Piece, ...], Assumptions]] = []
        for pieces, assumptions in found:
            for option in options:
                both = combine(assumptions, option.assumptions)
                if both is None:
                    continue
                if may_conflict(assumptions, option.assumptions) or not isinstance(option.value, Text):
                    longer.append(((*pieces, Piece(None, anchor, None, "...")), assumptions))
                    break
                longer.append(((*pieces, *option.value.pieces), both))
        if len(longer) > MAX_VALUES or any(len(pieces) > _MAX_PIECES for pieces, _ in longer):
            return (unknown_value("...", anchor),)
        found = longer
    return tuple(PossibleValue(Text(pieces, anchor), assumptions) for pieces, assumptions in found)
