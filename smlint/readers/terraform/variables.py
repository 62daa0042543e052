"""The values of Terraform's variables: those given, the Region of the run, and the defaults that are declared.

A value that is a default says so in what it rests on, since somebody may give another value.
"""

from __future__ import annotations

from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import DEFAULT, Assumptions
from smlint.readers.common import is_null, templated
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.blocks import labelled
from smlint.readers.terraform.expressions import Expression, parse_expression
from smlint.readers.terraform.possible_values import placeholder
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Scalar, Sequence, resolve

_COLLECTION = "{...}"  # a default that is no string, among assumptions


class VariableValue(NamedTuple):
    """What is told of a variable: a text, or the expression or node that is its value; and what that rests on."""

    value: Text | Expression | Mapping | Sequence
    assumptions: Assumptions = ()


class Variables:
    """The variables of a module, as one file of it and the environment tell.

    A variable in `of_region` is the Region that is deployed to: its default gives way to the Region of the run.
    """

    def __init__(self, root: Mapping, environment: ReadContext, of_region: frozenset[str]) -> None:
        self.of_region = of_region
        self._given = dict(environment.parameters)
        self._elsewhere = dict(environment.defaults)
        self._region = environment.region
        self._declared = {names[0]: body for names, body, _, _ in labelled(root.get("variable"), 1)}

    def told(self, name: str, span: Span) -> VariableValue:
        """The value of a variable that is referred to at `span`."""
        label = f"var.{name}"
        variable = self._declared.get(name)
        default = resolve(variable.get("default")) if variable is not None else None
        if name in self._given:
            assumptions = self._given[name]
            if _is_collection(assumptions) and not isinstance(default, Scalar):
                return VariableValue(parse_expression(assumptions))
            return VariableValue(Text((Piece(assumptions, span, None, label),), span))
        if name in self.of_region and self._region is not None:
            return VariableValue(Text((Piece(self._region, None, None, label),), span))
        if default is None and name in self._elsewhere:
            assumptions = self._elsewhere[name]
            if _is_collection(assumptions):
                return VariableValue(parse_expression(assumptions), _resting(label, _COLLECTION))
            return VariableValue(Text((Piece(assumptions, span, None, label),), span), _resting(label, assumptions))
        if default is None or is_null(default) or (isinstance(default, Scalar) and default.value == ""):
            return VariableValue(placeholder(label, span))
        if not isinstance(default, Scalar):
            return VariableValue(default, _resting(label, _COLLECTION))
        text = templated(default)  # a literal, in which `${` means nothing
        pieces = tuple(piece._replace(name=piece.name or label) for piece in text.pieces)
        return VariableValue(Text(pieces, text.anchor), _resting(label, default.value))


def _resting(label: str, value: str) -> Assumptions:
    return ((DEFAULT + label, value),)


def _is_collection(value: str) -> bool:
    return value.lstrip()[:1] in ("{", "[")
