"""Evaluate the expressions of conditions to plain values, in a world in which some variables, conditions and the Region are assumed."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping

from smlint.model.text import Text
from smlint.readers.assumptions import CONDITION, DEFAULT, REGION, Assumptions
from smlint.readers.common import is_explicit_null
from smlint.readers.terraform.blocks import arguments
from smlint.readers.terraform.condition_names import Names, condition_of
from smlint.readers.terraform.expression_parser import has_template, parse_template
from smlint.readers.terraform.expressions import (
    Access,
    Comparison,
    Conditional,
    Expression,
    FunctionCall,
    ListLiteral,
    Literal,
    Logical,
    ObjectLiteral,
    Operation,
    QuotedTemplate,
    Reference,
    TemplatePart,
    Unsupported,
)
from smlint.readers.terraform.plain_functions import Null, Plain, call, entry, is_complete, operation, truth
from smlint.readers.terraform.possible_values import Collection, PossibleValue, Scope, assumptions_of
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Sequence, resolve

_MAX_DEPTH = 50
_MAX_STEPS = 2_000
_IDENTITIES = ("aws_caller_identity", "aws_region", "aws_partition", "aws_default_tags", "aws_organizations_organization")
"""Data sources that only say where, and as what, the configuration is deployed."""

_ATTRIBUTES = {"aws_region": ("name", "id", "region"), "aws_partition": ("partition", "dns_suffix")}


class World(NamedTuple):
    """What is assumed: (variable, value) pairs as in assumptions, the values of some variables, and whether all others have their default."""

    assumed: AbstractMapping[str, str]
    values: AbstractMapping[str, str] = {}
    all_defaults: bool = False


class PlainEvaluation:
    """Evaluates expressions in one world. `open_names` are the variables, and `Region`, that would have to be known too.

    `choices` counts the values that whoever deploys the module chooses, and that are unknown: variables, the workspace, the account and the
    Region. `is_opaque` says that another value is unknown, such as an attribute of a resource.
    """

    def __init__(self, names: Names, world: World, scope: Scope) -> None:
        self.open_names: set[str] = set()
        self.choices = 0
        self.is_opaque = False
        self.defaults: set[tuple[str, str]] = set()
        self._names = names
        self._world = world
        self._scope = scope
        self._assumed = {**dict(assumptions_of(scope)), **world.assumed}
        self._has_conditions = any(name.startswith(CONDITION) for name in self._assumed)
        self._locals: dict[str, Plain | None] = {}
        self._steps = 0

    def decide(self, test: Expression, depth: int = 0) -> bool | None:
        """Return whether a test holds; None if it is unknown."""
        if self._has_conditions:
            condition = condition_of(test, self._scope, self._names)
            if condition.name in self._assumed:
                return (self._assumed[condition.name] == "true") is not condition.opposite
        value = self.value(test, depth)
        return {"true": True, "false": False}.get(value) if isinstance(value, str) else None

    def value(self, expression: Expression, depth: int = 0) -> Plain | None:
        """Return the value of an expression; None if it is unknown."""
        self._steps += 1
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            return None
        match expression:
            case Literal(value):
                return Null.NULL if value is None else value
            case QuotedTemplate(parts):
                return self._template(parts, depth)
            case Reference():
                return self._reference(expression, depth + 1)
            case Access(of, steps):
                return self._follow(self.value(of, depth + 1), steps, depth)
            case FunctionCall(name, operands):
                before = self.choices
                result = call(name, [self.value(operand, depth + 1) for operand in operands])
                self.is_opaque = self.is_opaque or (result is None and self.choices == before)
                return result
            case Comparison(left, right, equal):
                return truth(self._equal(left, right, equal, depth + 1))
            case Operation(left, operator, right):
                return operation(self.value(left, depth + 1), operator, self.value(right, depth + 1))
            case Logical(operands, conjunction):
                decisions = [self.decide(operand, depth + 1) for operand in operands]
                decided = not conjunction if (not conjunction) in decisions else None if None in decisions else conjunction
                return truth(decided)
            case Conditional(test, yes, no):
                holds = self.decide(test, depth + 1)
                return None if holds is None else self.value(yes if holds else no, depth + 1)
            case ListLiteral(items):
                return [self.value(item, depth + 1) for item in items]
            case ObjectLiteral(pairs):
                return self._object(pairs, depth + 1)
            case Unsupported(written):
                self._note(is_choice="var." in written or "terraform.workspace" in written)
        return None

    def _note(self, *, is_choice: bool) -> None:
        """Note an unknown value."""
        self.choices += is_choice
        self.is_opaque = self.is_opaque or not is_choice

    def _template(self, parts: tuple[TemplatePart, ...], depth: int) -> Plain | None:
        if len(parts) == 1 and parts[0].expression is not None:
            return self.value(parts[0].expression, depth + 1)
        texts = [part.literal if part.expression is None else self.value(part.expression, depth + 1) for part in parts]
        known = [text for text in texts if isinstance(text, str)]
        return "".join(known) if len(known) == len(texts) else None

    def _equal(self, left: Expression, right: Expression, equal: bool, depth: int) -> bool | None:
        for side, other in ((left, right), (right, left)):
            if isinstance(other, Literal) and other.value in ("true", "false"):
                holds = self.decide(side, depth)
                return None if holds is None else (holds is (other.value == "true")) is equal
        first, second = self.value(left, depth), self.value(right, depth)
        if not is_complete(first) or not is_complete(second):
            return None
        return (first == second) is equal

    def _object(self, pairs: tuple[tuple[Expression, Expression], ...], depth: int) -> Plain | None:
        entries: dict[str, Plain | None] = {}
        for key, value in pairs:
            name = self.value(key, depth)
            if not isinstance(name, str):
                return None
            entries[name] = self.value(value, depth)
        return entries

    def node(self, node: Node, depth: int = 0) -> Plain | None:
        """Return the value of a node; None if it is unknown."""
        content = resolve(node)
        self._steps += 1
        if content is None or content.tag not in (None, "!!str") or depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            return None
        if isinstance(content, Mapping):
            return {key: self.node(child, depth + 1) for key, child in arguments(content)}
        if isinstance(content, Sequence):
            return [self.node(item, depth + 1) for item in content.items]
        if is_explicit_null(content):
            return Null.NULL
        return self._template(parse_template(content.value), depth + 1) if has_template(content.value) else content.value

    # ---------------------------------------------------------------- references

    def _follow(self, value: Plain | None, steps: tuple[str | Expression, ...], depth: int) -> Plain | None:
        for step in steps:
            value = entry(value, step if isinstance(step, str) else self.value(step, depth + 1))
        return value

    def _reference(self, reference: Reference, depth: int) -> Plain | None:
        root, steps = reference
        first = steps[0] if steps else None
        if not isinstance(first, str):
            self._note(is_choice=False)
            return None
        iteration = next((each for each in reversed(self._scope) if each.name == root), None)
        if iteration is not None:
            value = iteration.key if first in ("key", "index") else self._follow(self._known(iteration.values), steps[1:], depth)
            if value is None:
                self._note(is_choice=not any(_is_opaque(each.value) for each in iteration.values))
            return value
        if root == "var":
            return self._follow(self._variable(first, depth), steps[1:], depth)
        if root == "local":
            return self._follow(self._local(first, depth), steps[1:], depth)
        if root == "data" and len(steps) == 3 and isinstance(steps[1], str) and isinstance(steps[2], str):
            return self._data_source(first, steps[1], steps[2])
        self._note(is_choice=root == "terraform" and first == "workspace")
        return None

    def _local(self, name: str, depth: int) -> Plain | None:
        if name not in self._locals:
            self._locals[name] = None  # one that depends on itself
            definition = self._names.local(name)
            if isinstance(definition, tuple):
                self._locals[name] = self.value(definition, depth)
            elif definition is not None:
                self._locals[name] = self.node(definition, depth)
            else:
                self._note(is_choice=False)
        elif self._locals[name] is None:
            self.choices += 1  # noted when it was evaluated
        return self._locals[name]

    def _variable(self, name: str, depth: int) -> Plain | None:
        if name in self._world.values:
            return self._world.values[name]
        value, assumptions = self._names.variable(name)
        if not self._holds(assumptions):
            self._open(f"var.{name}")
            return None
        if isinstance(value, Text):
            if not value.known:
                self._open(f"var.{name}")
                return None
            return value.value
        return self.node(value, depth) if isinstance(value, (Mapping, Sequence)) else self.value(value, depth)

    def _data_source(self, kind: str, label: str, attribute: str) -> Plain | None:
        if attribute not in _ATTRIBUTES.get(kind, ()):
            self._note(is_choice=kind in _IDENTITIES)
            return None
        region, assumptions = self._names.region(kind, label)
        if region is None:
            region = self._world.values.get(REGION, self._assumed.get(REGION))
        if region is None or not self._holds(assumptions):
            self._open(REGION)
            return None
        if kind == "aws_region":
            return region
        return self._names.regions.partition_of(region) if attribute == "partition" else self._names.regions.domain_of(region)

    def _open(self, name: str) -> None:
        self.open_names.add(name)
        self.choices += 1

    def _holds(self, assumptions: Assumptions) -> bool:
        """Return whether the world has these assumptions; record the defaults among them."""
        for variable, value in assumptions:
            if not (self._world.all_defaults and variable.startswith(DEFAULT)) and self._assumed.get(variable) != value:
                return False
        self.defaults.update(pair for pair in assumptions if pair[0].startswith(DEFAULT))
        return True

    def _known(self, values: tuple[PossibleValue, ...]) -> Plain | None:
        """Return the only value that holds in the world."""
        holding = [each for each in values if self._holds(each.assumptions)]
        if len(holding) != 1:
            return None
        value = holding[0].value
        if value is None:
            return Null.NULL
        if isinstance(value, Text):
            return value.value if value.known else None
        if isinstance(value, Collection):
            entries = {key: self._known(read()) for key, read in value.entries.items()}
            return list(entries.values()) if value.is_list else entries
        return None


def _is_opaque(value: Text | Collection | None) -> bool:
    """Return whether an unknown value is not that of a variable."""
    return isinstance(value, Text) and any(piece.text is None and not piece.name.startswith("var.") for piece in value.pieces)
