"""The functions of Terraform's language that put names together or pick from a map: `lookup`, `element`, `coalesce`, `format`, `join`.

https://developer.hashicorp.com/terraform/language/functions (read 2026-11-22). The value of any other call is unknown.
"""

from __future__ import annotations

from typing import Protocol

from smlint.model.source import Span
from smlint.model.text import Text
from smlint.readers.assumptions import Assumptions, combine
from smlint.readers.terraform.expressions import Expression
from smlint.readers.terraform.options import Collection, Option, Scope, Single, joined, literal, single, under, unknown_option

_SAME = frozenset({"tostring", "tolist", "toset", "tomap", "sensitive", "nonsensitive", "trimspace"})
"""Functions that leave the string, or the entries, of what they are given as they are."""


class Expressions(Protocol):
    """What a function asks of the evaluator."""

    def expression(self, expression: Expression, scope: Scope, span: Span, depth: int) -> tuple[Option, ...]: ...
    def follow(
        self, options: tuple[Option, ...], steps: tuple[str | Expression, ...], scope: Scope, span: Span, depth: int
    ) -> tuple[Option, ...]: ...


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

    def options(self, index: int) -> tuple[Option, ...]:
        """The values of an argument."""
        return self.values.expression(self.expressions[index], self.scope, self.span, self.depth)

    def single(self, index: int) -> Single | None:
        """The one known value of an argument."""
        return single(self.options(index))

    def picked(self, table: tuple[Option, ...], index: int) -> tuple[Option, ...]:
        """The entry of a map or list that an argument names."""
        return self.values.follow(table, (self.expressions[index],), self.scope, self.span, self.depth)


def call(name: str, arguments: Arguments) -> tuple[Option, ...]:
    """The values of a function call."""
    found: tuple[Option, ...] | None = None
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
    return found or (unknown_option(f"{name}(...)", arguments.span),)


def _lookup(arguments: Arguments) -> tuple[Option, ...] | None:
    table = arguments.options(0)
    key = arguments.single(1)
    entries = table[0].value.entries if len(table) == 1 and isinstance(table[0].value, Collection) else None
    if entries is not None and key is not None and key.text is not None and key.text not in entries:
        return under(under(arguments.options(2), table[0].assumptions), key.assumptions) if len(arguments) == 3 else None
    return arguments.picked(table, 1)


def _coalesce(arguments: Arguments) -> tuple[Option, ...] | None:
    """The first argument that is neither null nor empty, where that can be told."""
    assumptions: Assumptions | None = ()
    for index in range(len(arguments)):
        options = arguments.options(index)
        found = single(options)
        if found is None or assumptions is None:
            return None
        if found.text:
            return under(options, assumptions)
        assumptions = combine(assumptions, found.assumptions)
    return None


def _format(arguments: Arguments) -> tuple[Option, ...] | None:
    pattern = arguments.single(0)
    literals = pattern.text.replace("%d", "%s").split("%s") if pattern is not None and pattern.text is not None else []
    if len(literals) != len(arguments) or any("%" in part for part in literals):
        return None
    choices: list[tuple[Option, ...]] = []
    for index, part in enumerate(literals):
        if index:
            choices.append(arguments.options(index))
        if part:
            choices.append((Option(literal(part, arguments.span)),))
    return under(joined(choices, arguments.span), pattern.assumptions if pattern is not None else ())


def _join(arguments: Arguments) -> tuple[Option, ...] | None:
    delimiter = arguments.single(0)
    listed = arguments.options(1)
    if delimiter is None or delimiter.text is None or len(listed) != 1 or not isinstance(listed[0].value, Collection) or not listed[0].value.is_list:
        return None
    choices: list[tuple[Option, ...]] = [(Option(Text((), arguments.span), listed[0].assumptions),)]
    for index, entry in enumerate(listed[0].value.entries.values()):
        if index and delimiter.text:
            choices.append((Option(literal(delimiter.text, arguments.span)),))
        choices.append(entry())
    return under(joined(choices, arguments.span), delimiter.assumptions)
