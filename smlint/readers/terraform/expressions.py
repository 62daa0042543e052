"""The syntax tree of Terraform expressions.

It covers what can decide an image, an instance type or a name: references, indexes, literals, conditionals, function calls, lists, objects,
and operators. `for` expressions, splats and strings that do not parse are `Unsupported`: their value is unknown.
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


class Operation(NamedTuple):
    """An arithmetic operation or an ordering: `left < right`."""

    left: Expression
    operator: str
    right: Expression


class Logical(NamedTuple):
    """Operands joined by `&&` if `conjunction`, otherwise by `||`."""

    operands: tuple[Expression, ...]
    conjunction: bool


class Access(NamedTuple):
    """Attributes and indexes of anything but a reference: `split("/", var.image)[1]`."""

    of: Expression
    steps: tuple[str | Expression, ...]


class Conditional(NamedTuple):
    """`test ? yes : no`."""

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


Expression: TypeAlias = (
    Literal
    | QuotedTemplate
    | Reference
    | FunctionCall
    | Comparison
    | Operation
    | Logical
    | Access
    | Conditional
    | ObjectLiteral
    | ListLiteral
    | Unsupported
)


def negated(test: Expression) -> Expression:
    """Return `!test`."""
    return Comparison(test, Literal("false"), True)


def canonical(expression: Expression) -> str:
    """Return a text that is the same for expressions that differ only in whitespace, parentheses, or the order of a comparison."""
    match expression:
        case Literal(value):
            return "null" if value is None else value
        case QuotedTemplate(parts):
            if len(parts) == 1 and parts[0].expression is not None:
                return canonical(parts[0].expression)
            return '"' + "".join(part.literal if part.expression is None else "${" + canonical(part.expression) + "}" for part in parts) + '"'
        case Reference(root, steps):
            return root + _canonical_steps(steps)
        case Access(of, steps):
            return f"({canonical(of)})" + _canonical_steps(steps)
        case FunctionCall(name, arguments):
            return f"{name}({', '.join(map(canonical, arguments))})"
        case Comparison(left, right, equal):
            return (" == " if equal else " != ").join(sorted((canonical(left), canonical(right))))
        case Operation(left, operator, right):
            return f"({canonical(left)} {operator} {canonical(right)})"
        case Logical(operands, conjunction):
            return "(" + (" && " if conjunction else " || ").join(sorted(map(canonical, operands))) + ")"
        case Conditional(test, yes, no):
            return f"({canonical(test)} ? {canonical(yes)} : {canonical(no)})"
        case ListLiteral(items):
            return f"[{', '.join(map(canonical, items))}]"
        case ObjectLiteral(pairs):
            return "{" + ", ".join(f"{canonical(key)} = {canonical(value)}" for key, value in pairs) + "}"
        case Unsupported(text):
            return "".join(text.split())


def _canonical_steps(steps: tuple[str | Expression, ...]) -> str:
    return "".join(f".{step}" if isinstance(step, str) else f"[{canonical(step)}]" for step in steps)
