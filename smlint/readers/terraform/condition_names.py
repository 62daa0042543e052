"""Name the conditions of Terraform conditionals: the same name for the same test, for its opposite, and for a local value that consists of it."""

from __future__ import annotations

from typing import Protocol

from smlint.images.regions import RegionTable
from smlint.readers.assumptions import CONDITION, Assumptions
from smlint.readers.terraform.expression_parser import has_template, parse_template
from smlint.readers.terraform.expressions import Comparison, Expression, Literal, Operation, QuotedTemplate, Reference, canonical
from smlint.readers.terraform.possible_values import Scope
from smlint.readers.terraform.variables import VariableValue
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Node, Scalar, resolve

_MAX_DEPTH = 50


class Names(Protocol):
    """What the names in a file refer to."""

    @property
    def regions(self) -> RegionTable:
        """The known Regions."""

    def local(self, name: str) -> Node | Expression | None:
        """Return the definition of a local value."""

    def variable(self, name: str) -> VariableValue:
        """Return the value of a variable."""

    def domain(self, name: str) -> tuple[str, ...]:
        """Return the only values that a variable may have; empty if there may be others."""

    def region(self, kind: str, label: str) -> tuple[str | None, Assumptions]:
        """Return the Region of a data source, and its assumptions."""


class Condition(NamedTuple):
    """A test, its name as the variable of an assumption, and whether the conditional has the opposite of the test."""

    name: str
    test: Expression
    opposite: bool


def condition_of(test: Expression, scope: Scope, names: Names) -> Condition:
    """Return the condition that an expression tests. It has the same name as its opposite, and as a local value that consists of it."""
    opposite = False
    for _ in range(_MAX_DEPTH):
        inner: Expression | None = None
        if isinstance(test, QuotedTemplate) and len(test.parts) == 1:
            inner = test.parts[0].expression
        elif isinstance(test, Reference) and test.root == "local" and len(test.steps) == 1:
            inner = _expression_of(names.local(str(test.steps[0])))
        elif isinstance(test, Comparison):
            for side, other in ((test.left, test.right), (test.right, test.left)):
                if isinstance(other, Literal) and other.value in ("true", "false"):
                    inner, opposite = side, opposite is ((other.value == "true") is test.equal)
                    break
        if inner is None:
            break
        test = inner
    if isinstance(test, Comparison) and not test.equal:
        test, opposite = test._replace(equal=True), not opposite
    if isinstance(test, Operation):
        if test.operator in ("<=", ">"):  # the opposite of `>=`, or the same with the operands exchanged
            test = Operation(test.right, ">=" if test.operator == "<=" else "<", test.left)
        if test.operator == ">=":
            test, opposite = test._replace(operator="<"), not opposite
    name = CONDITION + canonical(test)
    # The same test is another condition in another instance.
    name += "".join(f" {each.name}={each.key}" for each in scope if f"{each.name}." in name)
    return Condition(name, test, opposite)


def _expression_of(definition: Node | Expression | None) -> Expression | None:
    """Return a definition that is a single expression."""
    if isinstance(definition, QuotedTemplate):
        return definition.parts[0].expression if len(definition.parts) == 1 else None
    content = resolve(definition) if not isinstance(definition, tuple) else None
    if not isinstance(content, Scalar) or not has_template(content.value):
        return None
    parts = parse_template(content.value)
    return parts[0].expression if len(parts) == 1 else None
