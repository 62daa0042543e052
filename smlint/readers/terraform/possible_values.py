"""The possible values of Terraform expressions, and how they combine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from smlint.images.catalog import Catalog
from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import MAX_VALUES, Assumptions, combine, may_conflict
from smlint.readers.terraform.expressions import Expression
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping as MappingNode
from smlint.syntax import Node

NOWHERE = Span(0, 0)
_MAX_PIECES = 200


class Collection(NamedTuple):
    """A map, an object or a list (with the keys "0", "1", ...). Entries are evaluated on access."""

    entries: Mapping[str, Callable[[], tuple[PossibleValue, ...]]]
    is_list: bool = False


class PossibleValue(NamedTuple):
    """One value that an expression may have, with its assumptions. A `value` of None is null."""

    value: Text | Collection | None
    assumptions: Assumptions = ()


class Iteration(NamedTuple):
    """The key and the possible values of `each`, `count` or the iterator of a dynamic block; None and empty if unknown.

    `assumptions` are those under which the instance exists; everything in it depends on them too.
    """

    name: str
    key: str | None = None
    values: tuple[PossibleValue, ...] = ()
    assumptions: Assumptions = ()


Scope = tuple[Iteration, ...]


class SingleValue(NamedTuple):
    """The only value of an expression, completely known, with its assumptions. A `text` of None is null."""

    text: str | None
    assumptions: Assumptions = ()


class ValueEvaluator(Protocol):
    """What functions, conditions, references and data sources need from the evaluator of a file."""

    @property
    def catalog(self) -> Catalog:
        """The image catalog."""

    def node(self, node: Node, scope: Scope, depth: int) -> tuple[PossibleValue, ...]:
        """Evaluate a node of the configuration."""

    def expression(self, expression: Expression, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        """Evaluate an expression at `span`."""

    def single(self, expression: Expression, scope: Scope, depth: int) -> SingleValue | None:
        """Evaluate an expression that has a single known value; None otherwise."""

    def argument(self, body: MappingNode, key: str, scope: Scope, depth: int) -> tuple[PossibleValue, ...]:
        """Evaluate an optional argument of a block; empty if it is missing or null."""

    def follow(
        self, values: tuple[PossibleValue, ...], steps: tuple[str | Expression, ...], scope: Scope, span: Span, depth: int
    ) -> tuple[PossibleValue, ...]:
        """Apply attributes and indexes to values."""

    def data_source_region(self, body: MappingNode | None, scope: Scope) -> tuple[str | None, Assumptions]:
        """Return the Region of a data source, and its assumptions."""


def assumptions_of(scope: Scope) -> Assumptions:
    """Return the assumptions under which an instance exists."""
    return tuple(sorted({pair for iteration in scope for pair in iteration.assumptions}))


def placeholder(name: str, span: Span) -> Text:
    """Return an unknown text with a name."""
    return Text((Piece(None, span, None, name),), span)


def unknown_value(name: str, span: Span) -> PossibleValue:
    """Return an unknown value."""
    return PossibleValue(placeholder(name, span))


def literal(value: str, span: Span) -> Text:
    """Return a literal text from an expression: known, but without an exact position, and so not editable."""
    return Text((Piece(value),) if value else (), span)


def single(values: tuple[PossibleValue, ...]) -> SingleValue | None:
    """Return the only value if it is null or a known text; None otherwise."""
    if len(values) != 1:
        return None
    value, assumptions = values[0]
    if value is None:
        return SingleValue(None, assumptions)
    return SingleValue(value.value, assumptions) if isinstance(value, Text) and value.known else None


def under_assumptions(values: tuple[PossibleValue, ...], assumptions: Assumptions) -> tuple[PossibleValue, ...]:
    """Add assumptions to values; drop the values that contradict them."""
    if not assumptions:
        return values
    combined = ((each.value, combine(each.assumptions, assumptions)) for each in values)
    return tuple(PossibleValue(value, both) for value, both in combined if both is not None)


def read_only(values: tuple[PossibleValue, ...]) -> tuple[PossibleValue, ...]:
    """Return the values without permission to edit them."""
    return tuple(each._replace(value=_read_only_value(each.value)) for each in values)


def _read_only_value(value: Text | Collection | None) -> Text | Collection | None:
    if isinstance(value, Text):
        return value._replace(pieces=tuple(piece._replace(style=None) for piece in value.pieces))
    if isinstance(value, Collection):
        return value._replace(entries={key: partial(_read_only_entry, entry) for key, entry in value.entries.items()})
    return None


def _read_only_entry(entry: Callable[[], tuple[PossibleValue, ...]]) -> tuple[PossibleValue, ...]:
    return read_only(entry())


def concatenate(parts: list[tuple[PossibleValue, ...]], anchor: Span) -> tuple[PossibleValue, ...]:
    """Concatenate the possible values of parts in every combination whose assumptions agree.

    Where the assumptions of two parts may conflict, the second part is unknown. With too many combinations, the result is unknown.
    """
    prefixes: list[tuple[tuple[Piece, ...], Assumptions]] = [((), ())]
    for values in parts:
        longer: list[tuple[tuple[Piece, ...], Assumptions]] = []
        for pieces, assumptions in prefixes:
            for each in values:
                both = combine(assumptions, each.assumptions)
                if both is None:
                    continue
                if may_conflict(assumptions, each.assumptions) or not isinstance(each.value, Text):
                    longer.append(((*pieces, Piece(None, anchor, None, "...")), assumptions))
                    break
                longer.append(((*pieces, *each.value.pieces), both))
        if len(longer) > MAX_VALUES or any(len(pieces) > _MAX_PIECES for pieces, _ in longer):
            return (unknown_value("...", anchor),)
        prefixes = longer
    return tuple(PossibleValue(Text(pieces, anchor), assumptions) for pieces, assumptions in prefixes)
