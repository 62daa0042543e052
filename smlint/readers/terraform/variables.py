"""The values of Terraform variables: given values, the Region of the run, and declared defaults.

A default carries an assumption, because callers may override it.
"""

from __future__ import annotations

from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import DEFAULT, Assumptions
from smlint.readers.common import is_explicit_null, templated
from smlint.readers.reader import ANY, ReadContext
from smlint.readers.terraform.blocks import labeled_blocks
from smlint.readers.terraform.expression_parser import parse_expression
from smlint.readers.terraform.expressions import Expression
from smlint.readers.terraform.possible_values import placeholder
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Scalar, Sequence, resolve

_COLLECTION = "{...}"  # the value of a non-string default in assumptions


class VariableValue(NamedTuple):
    """The value of a variable: a text, or an expression or node to evaluate; with its assumptions."""

    value: Text | Expression | Mapping | Sequence
    assumptions: Assumptions = ()


class Variables:
    """The variables of a module, from one of its files and from the context.

    `region_variables` are the variables that set the AWS Region: the Region of the run takes precedence over their defaults.
    """

    def __init__(self, root: Mapping, context: ReadContext, region_variables: frozenset[str]) -> None:
        self.region_variables = region_variables
        self._given = dict(context.parameters)
        self._defaults_elsewhere = dict(context.defaults)
        self._region = context.region
        self._unknown = frozenset(context.unknown)
        self._listed = frozenset(name for name, _ in (*context.listed, *context.allowed))
        self._declared = {names[0]: body for names, body, _, _ in labeled_blocks(root.get("variable"), 1)}

    def value_of(self, name: str, span: Span) -> VariableValue:
        """Return the value of a variable that is referenced at `span`."""
        label = f"var.{name}"
        variable = self._declared.get(name)
        default = resolve(variable.get("default")) if variable is not None else None
        if name in self._given:
            value = self._given[name]
            # If another file of the folder sets another value, this one is no more than a default.
            assumptions = _default_assumption(label, value) if name in self._listed else ()
            if _is_collection(value) and not isinstance(default, Scalar):
                return VariableValue(parse_expression(value), assumptions)
            return VariableValue(Text((Piece(value, span, None, label),), span), assumptions)
        if name in self._unknown or ANY in self._unknown:
            return VariableValue(placeholder(label, span))
        if name in self.region_variables and self._region is not None:
            return VariableValue(Text((Piece(self._region, None, None, label),), span))
        if default is None and name in self._defaults_elsewhere:
            value = self._defaults_elsewhere[name]
            if _is_collection(value):
                return VariableValue(parse_expression(value), _default_assumption(label, _COLLECTION))
            return VariableValue(Text((Piece(value, span, None, label),), span), _default_assumption(label, value))
        if default is None or is_explicit_null(default) or (isinstance(default, Scalar) and default.value == ""):
            return VariableValue(placeholder(label, span))
        if not isinstance(default, Scalar):
            return VariableValue(default, _default_assumption(label, _COLLECTION))
        text = templated(default)  # a default is a literal: Terraform does not interpret `${` in it
        pieces = tuple(piece._replace(name=piece.name or label) for piece in text.pieces)
        return VariableValue(Text(pieces, text.anchor), _default_assumption(label, default.value))

    def domain(self, name: str) -> tuple[str, ...]:
        """Return the only values that a variable may have, as its validation lists them; empty if there may be others."""
        body = self._declared.get(name)
        if body is None or name in self._unknown:
            return ()
        from smlint.readers.terraform.other_values import listed_values

        return listed_values(name, body)


def _default_assumption(label: str, value: str) -> Assumptions:
    return ((DEFAULT + label, value),)


def _is_collection(value: str) -> bool:
    return value.lstrip()[:1] in ("{", "[")
