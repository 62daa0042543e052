"""The functions of Terraform's language that put names together or pick from a map: `lookup`, `element`, `coalesce`, `format`, `join`.

https://developer.hashicorp.com/terraform/language/functions (read 2026-11-22). The value of any other call is unknown.
"""

from __future__ import annotations

from typing import Protocol

from smlint.model.source import Span
from smlint.model.text import Text
from smlint.readers.assumptions import Assumptions, combine
from smlint.readers.terraform.expressions import Expression
from smlint.readers.terraform.possible_values import (
    Collection,
    PossibleValue,
    Scope,
    SingleValue,
    concatenate,
    literal,
    single,
    under_assumptions,
    unknown_value,
)

_SAME = frozenset({"tostring", "tolist", "toset", "tomap", "sensitive", "nonsensitive", "trimspace"})
"""Functions that leave the string, or the entries, of what they are given as they are."""


class Expressions(Protocol):
    """What a function asks of the evaluator."""

    def expression(self, expression: Expression, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]: ...
    def follow(
        self, options: tuple[PossibleValue, ...], steps: tuple[str | Expression, ...], scope: Scope, span: Span, depth: int
    ) -> tuple[PossibleValue, ...]: ...


class Arguments:
    """The arguments of a call, evaluated when they are asked for."""

    def __init__(self, values: Expressions, expressions: tuple[Expression, ...], scope: Scope, span: Span, depth: int) -> None:
        self.values = values
        self.expressions = expressions
        self.scope = scope
        self.span = span
        self.depth = depth

    def __len__(self) -> int:
        return len(self.expressions)

    def options(self, index: int) -> tuple[PossibleValue, ...]:
        """The values of an argument."""
        return self.values.expression(self.expressions[index], self.scope, self.span, self.depth)

    def single(self, index: int) -> SingleValue | None:
        """The one known value of an argument."""
        return single(self.options(index))

    def picked(self, table: tuple[PossibleValue, ...], index: int) -> tuple[PossibleValue, ...]:
        """The entry of a map or list that an argument names."""
        return self.values.follow(table, (self.expressions[index],), self.scope, self.span, self.depth)


def call(name: str, arguments: Arguments) -> tuple[PossibleValue, ...]:
    """The values of a function call."""
    found: tuple[PossibleValue, ...] | None = None
    if name in _SAME and len(arguments) == 1:
        found = arguments.options(0)
    elif name == "lookup" and len(arguments) in (2, 3):
        found = _lookup(arguments)
    elif name == "element" and len(arguments) == 2:
        found = arguments.picked(arguments.options(0), 1)
    elif name == "coalesce":
        found = _coalesce(arguments)
    elif name == "format" and len(arguments):
        found = _format(arguments)
    elif name == "join" and len(arguments) == 2:
        found = _join(arguments)
    return found or (unknown_value(f"{name}(...)", arguments.span),)


def _lookup(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    table = arguments.options(0)
    key = arguments.single(1)
    entries = table[0].value.entries if len(table) == 1 and isinstance(table[0].value, Collection) else None
    if entries is not None and key is not None and key.text is not None and key.text not in entries:
        return under_assumptions(under_assumptions(arguments.options(2), table[0].assumptions), key.assumptions) if len(arguments) == 3 else None
    return arguments.picked(table, 1)


def _coalesce(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    """The first argument that is neither null nor empty, where that can be told."""
    assumptions: Assumptions | None = ()
    for index in range(len(arguments)):
        options = arguments.options(index)
        found = single(options)
        if found is None or assumptions is None:
            return None
        if found.text:
            return under_assumptions(options, assumptions)
        assumptions = combine(assumptions, found.assumptions)
    return None


def _format(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    pattern = arguments.single(0)
    literals = pattern.text.replace("%d", "%s").split("%s") if pattern is not None and pattern.text is not None else []
    if len(literals) != len(arguments) or any("%" in part for part in literals):
        return None
    choices: list[tuple[PossibleValue, ...]] = []
    for index, part in enumerate(literals):
        if index:
            choices.append(arguments.options(index))
        if part:
            choices.append((PossibleValue(literal(part, arguments.span)),))
    return under_assumptions(concatenate(choices, arguments.span), pattern.assumptions if pattern is not None else ())


def _join(arguments: Arguments) -> tuple[PossibleValue, ...] | None:
    delimiter = arguments.single(0)
    listed = arguments.options(1)
    if delimiter is None or delimiter.text is None or len(listed) != 1 or not isinstance(listed[0].value, Collection) or not listed[0].value.is_list:
        return None
    choices: list[tuple[PossibleValue, ...]] = [(PossibleValue(Text((), arguments.span), listed[0].assumptions),)]
    for index, entry in enumerate(listed[0].value.entries.values()):
        if index and delimiter.text:
            choices.append((PossibleValue(literal(delimiter.text, arguments.span)),))
        choices.append(entry())
    return under_assumptions(concatenate(choices, arguments.span), delimiter.assumptions)
