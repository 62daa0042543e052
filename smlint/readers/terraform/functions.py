"""Evaluate the Terraform functions that compose names or pick a value: `lookup`, `element`, `coalesce`, `one`, `try`, `format`, `join`.

Source: https://developer.hashicorp.com/terraform/language/functions (as of 2026-11-22). `plain_functions.py` has others.
"""

from __future__ import annotations

from smlint.model.source import Span
from smlint.model.text import Text
from smlint.readers.assumptions import Assumptions, combine
from smlint.readers.terraform.expressions import Expression
from smlint.readers.terraform.possible_values import (
    Collection,
    PossibleValue,
    Scope,
    SingleValue,
    ValueEvaluator,
    concatenate,
    literal,
    single,
    under_assumptions,
)

_IDENTITY = frozenset({"tostring", "tolist", "toset", "tomap", "sensitive", "nonsensitive"})
"""Functions that do not change the string or the entries of their argument."""

TRANSPARENT = _IDENTITY | {"trimspace", "chomp", "lookup", "element", "coalesce", "one", "try", "format", "join"}
"""Functions whose result consists of parts of their arguments, which keep their position."""


class Arguments:
    """The arguments of a call at `span`, evaluated on access."""

    def __init__(self, evaluator: ValueEvaluator, expressions: tuple[Expression, ...], scope: Scope, *, span: Span, depth: int) -> None:
        self.span = span
        self._evaluator = evaluator
        self._expressions = expressions
        self._scope = scope
        self._depth = depth

    def __len__(self) -> int:
        return len(self._expressions)

    def values(self, index: int) -> tuple[PossibleValue, ...]:
        """Return the possible values of an argument."""
        return self._evaluator.expression(self._expressions[index], self._scope, self.span, self._depth)

    def single(self, index: int) -> SingleValue | None:
        """Return the only known value of an argument."""
        return single(self.values(index))

    def entry(self, collection: tuple[PossibleValue, ...], index: int) -> tuple[PossibleValue, ...]:
        """Return the entry of a map or list whose key is an argument."""
        return self._evaluator.follow(collection, (self._expressions[index],), self._scope, self.span, self._depth)


def call(name: str, arguments: Arguments) -> tuple[PossibleValue, ...]:
    """Return the possible values of a function call; empty if they are unknown."""
    result: tuple[PossibleValue, ...] | None = None
    if name in _IDENTITY and len(arguments) == 1:
        result = arguments.values(0)
    elif name in ("trimspace", "chomp") and len(arguments) == 1:
        result = tuple(each._replace(value=_trimmed(each.value, name)) for each in arguments.values(0))
    elif name == "lookup" and len(arguments) in (2, 3):
        result = _lookup(arguments)
    elif name == "element" and len(arguments) == 2:
        result = arguments.entry(arguments.values(0), 1)
    elif name == "coalesce":
        result = _coalesce(arguments)
    elif name == "one" and len(arguments) == 1:
        result = _one(arguments)
    elif name == "try" and len(arguments):
        result = _try(arguments)
    elif name == "format" and len(arguments):
        result = _format(arguments)
    elif name == "join" and len(arguments) == 2:
        result = _join(arguments)
    return result or ()


def _trimmed(value: Text | Collection | None, function: str) -> Text | Collection | None:
    """Return a text without blanks at both ends (`trimspace`), or without line breaks at its end. What changes is not editable."""
    if not isinstance(value, Text):
        return value
    pieces = list(value.pieces)
    for index in (-1, 0) if function == "trimspace" else (-1,):
        while pieces and (text := pieces[index].text) is not None:
            kept = text.rstrip("\r\n") if function == "chomp" else text.rstrip() if index else text.lstrip()
            if kept:
                if kept != text:
                    pieces[index] = pieces[index]._replace(text=kept, style=None)
                break
            del pieces[index]
    return value._replace(pieces=tuple(pieces))


def _lookup(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    table = arguments.values(0)
    key = arguments.single(1)
    entries = table[0].value.entries if len(table) == 1 and isinstance(table[0].value, Collection) else None
    if entries is not None and key is not None and key.text is not None and key.text not in entries:
        if len(arguments) != 3:
            return None
        arguments.entry(table, 1)  # records the other keys as values that the variable may have
        return under_assumptions(under_assumptions(arguments.values(2), table[0].assumptions), key.assumptions)
    return arguments.entry(table, 1)


def _coalesce(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    """Return the first argument that is not null or empty; None if an earlier one is unknown."""
    assumptions: Assumptions | None = ()
    for index in range(len(arguments)):
        values = arguments.values(index)
        only = single(values)
        if only is None or assumptions is None:
            return None
        if only.text:
            return under_assumptions(values, assumptions)
        assumptions = combine(assumptions, only.assumptions)
    return None


def _one(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    """Return the only item of a list; None if it is unknown."""
    lists = arguments.values(0)
    if len(lists) != 1 or not isinstance(lists[0].value, Collection) or len(lists[0].value.entries) != 1:
        return None
    return under_assumptions(next(iter(lists[0].value.entries.values()))(), lists[0].assumptions)


def _try(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    """Return the first argument if it is known, and so does not fail; otherwise None."""
    values = arguments.values(0)
    return values if all(value is None or isinstance(value, Collection) or value.known for value, _ in values) else None


def _format(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    pattern = arguments.single(0)
    literals = pattern.text.replace("%d", "%s").split("%s") if pattern is not None and pattern.text is not None else []
    if len(literals) != len(arguments) or any("%" in part for part in literals):
        return None
    parts: list[tuple[PossibleValue, ...]] = []
    for index, part in enumerate(literals):
        if index:
            parts.append(arguments.values(index))
        if part:
            parts.append((PossibleValue(literal(part, arguments.span)),))
    return under_assumptions(concatenate(parts, arguments.span), pattern.assumptions if pattern is not None else ())


def _join(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    delimiter = arguments.single(0)
    lists = arguments.values(1)
    if delimiter is None or delimiter.text is None or len(lists) != 1 or not isinstance(lists[0].value, Collection) or not lists[0].value.is_list:
        return None
    parts: list[tuple[PossibleValue, ...]] = [(PossibleValue(Text((), arguments.span), lists[0].assumptions),)]
    for index, entry in enumerate(lists[0].value.entries.values()):
        if index and delimiter.text:
            parts.append((PossibleValue(literal(delimiter.text, arguments.span)),))
        parts.append(entry())
    return under_assumptions(concatenate(parts, arguments.span), delimiter.assumptions)
