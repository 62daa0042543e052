"""Find the values other than its default that a module lists for a variable: in a validation, or as the other keys of a map."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smlint.readers.common import scalar_of
from smlint.readers.terraform.blocks import blocks, labeled_blocks
from smlint.readers.terraform.expression_parser import parse_template
from smlint.readers.terraform.expressions import Expression, FunctionCall, ListLiteral, Literal, QuotedTemplate, Reference
from smlint.syntax import Mapping

OtherValue = tuple[str, "str | None"]
"""A variable, and another value that it may have; None if the file does not show which."""

MAX_OTHER_VALUES = 16
"""The most other values with which a file is read again."""


def validated_values(root: Mapping) -> Iterator[OtherValue]:
    """Yield the other values that the validations of variables allow."""
    for (name,), body, _, _ in labeled_blocks(root.get("variable"), 1):
        default = scalar_of(body.get("default"))
        for _, validation in blocks(body.get("validation")):
            condition = scalar_of(validation.get("condition"))
            if condition is not None:
                yield from values_in_condition(name, condition.value, default.value if default is not None else None)


def values_in_condition(name: str, condition: str, default: str | None) -> Iterator[OtherValue]:
    """Yield the values other than the default that a validation allows; an unknown one if it has strings, but does not list values."""
    values = _listed_in(name, condition)
    if values:
        yield from ((name, value) for value in values if value != default)
        return
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', condition)
    if any(text != default for text in strings if text):
        yield name, None


def listed_values(name: str, body: Mapping) -> tuple[str, ...]:
    """Return the values that a validation of a variable lists as the only ones; empty if none does."""
    conditions = (scalar_of(validation.get("condition")) for _, validation in blocks(body.get("validation")))
    return next((values for condition in conditions if condition is not None and (values := _listed_in(name, condition.value))), ())


def _listed_in(name: str, condition: str) -> tuple[str, ...]:
    parts = parse_template(condition)
    expression = parts[0].expression if len(parts) == 1 else None
    if not (isinstance(expression, FunctionCall) and expression.name == "contains" and len(expression.arguments) == 2):
        return ()
    listed, tested = expression.arguments
    values = [literal_of(item) for item in listed.items] if isinstance(listed, ListLiteral) else [None]
    known = tuple(value for value in values if value is not None)
    return known if tested == Reference("var", (name,)) and len(known) == len(values) else ()


def literal_of(expression: Expression) -> str | None:
    """Return the text of a literal; None for any other expression."""
    if isinstance(expression, Literal):
        return expression.value
    if isinstance(expression, QuotedTemplate) and all(part.expression is None for part in expression.parts):
        return "".join(part.literal for part in expression.parts)
    return None
