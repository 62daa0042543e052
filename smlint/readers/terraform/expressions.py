"""The syntax tree of Terraform expressions.

It covers what can decide an image, an instance type or a name: references, indexes, literals, conditionals, function calls, lists and
objects. Operators, `for` expressions, splats and strings that do not parse are `Unsupported`: their value is unknown.
"""

from __future__ import annotations

from typing import TypeAlias

from smlint.runtime.named_tuple import NamedTuple


class Literal(NamedTuple):
    """A number, `true`, `false` or `null` (None), as text."""

    value: str | None


class TemplatePart(NamedTuple):
    """The part `[start:end)` of a template: decoded literal text, or an expression."""

    start: int
    end: int
    literal: str
    expression: Expression | None = None


class QuotedTemplate(NamedTuple):
    """A quoted string in an expression."""

    parts: tuple[TemplatePart, ...]


class Reference(NamedTuple):
    """`root.step[index]`: a step is an attribute name or an index expression."""

    root: str
    steps: tuple[str | Expression, ...]


class FunctionCall(NamedTuple):
    """A function call."""

    name: str
    arguments: tuple[Expression, ...]


class Comparison(NamedTuple):
    """`left == right`, or `!=` when not `equal`."""

    left: Expression
    right: Expression
    equal: bool


class Conditional(NamedTuple):
    """`test ? yes : no`; `text` is the test as written, without whitespace."""

    text: str
    test: Expression
    yes: Expression
    no: Expression


class ObjectLiteral(NamedTuple):
    """`{key = value}`."""

    items: tuple[tuple[Expression, Expression], ...]


class ListLiteral(NamedTuple):
    """`[value, ...]`."""

    items: tuple[Expression, ...]


class Unsupported(NamedTuple):
    """An expression that is not supported, as written."""

    text: str


Expression: TypeAlias = Literal | QuotedTemplate | Reference | FunctionCall | Comparison | Conditional | ObjectLiteral | ListLiteral | Unsupported
