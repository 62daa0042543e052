"""The `Conditions` of a CloudFormation template, decided by the AWS Region, by given parameters, and by assumptions."""

from __future__ import annotations

from smlint.readers.assumptions import CONDITION, DEFAULT, PARAMETER, Assumptions
from smlint.readers.cloudformation.calls import IntrinsicCall, intrinsic_call, pseudo_parameter
from smlint.readers.reader import ReadContext
from smlint.syntax import Mapping, Node, Scalar, resolve

_MAX_DEPTH = 50


class TemplateConditions:
    """Decides the conditions of a template.

    A parameter's default decides nothing, because a deployment may override it: it counts only where a value that depends on it is assumed.
    """

    def __init__(self, conditions: Mapping | None, context: ReadContext) -> None:
        self._conditions = conditions
        self._parameters = dict(context.parameters)
        self._region = context.region
        self._regions = context.catalog.regions
        self._implications: dict[Node, dict[str, str]] = {}

    def holds(self, name: str, assumptions: Assumptions = ()) -> bool | None:
        """Return whether a condition holds under assumptions; None if they do not decide it."""
        return self._holds(name, _SortedAssumptions(self, assumptions), 0)

    def decide(self, variable: str, assumptions: Assumptions) -> bool | None:
        """Return the same as `holds`, for the variable of an assumption."""
        return self.holds(variable.removeprefix(CONDITION), assumptions)

    def _holds(self, name: str, assumed: _SortedAssumptions, depth: int) -> bool | None:
        if name in assumed.conditions:
            return assumed.conditions[name]
        node = self._conditions.get(name) if self._conditions is not None else None
        return self._decide(node, assumed, depth + 1) if node is not None and depth < _MAX_DEPTH else None

    def _decide(self, node: Node, assumed: _SortedAssumptions, depth: int) -> bool | None:
        call = intrinsic_call(node)
        if call is None or depth > _MAX_DEPTH:
            return None
        # Decide each condition once, even if others name it twice; one that depends on itself stays undecided.
        if call.argument not in assumed.decided:
            assumed.decided[call.argument] = None
            assumed.decided[call.argument] = self._evaluate(call, assumed, depth)
        return assumed.decided[call.argument]

    def _evaluate(self, call: IntrinsicCall, assumed: _SortedAssumptions, depth: int) -> bool | None:
        argument = resolve(call.argument)
        if call.name == "Condition":
            return self._holds(argument.value, assumed, depth + 1) if isinstance(argument, Scalar) else None
        match call.name:
            case "Fn::Equals" if len(call.items) == 2:
                left, right = self._known_string(call.items[0], assumed), self._known_string(call.items[1], assumed)
                return None if left is None or right is None else left == right
            case "Fn::Not" if len(call.items) == 1:
                inner = self._decide(call.items[0], assumed, depth + 1)
                return None if inner is None else not inner
            case "Fn::And":
                decisions = [self._decide(item, assumed, depth + 1) for item in call.items]
                return False if False in decisions else None if None in decisions else True
            case "Fn::Or":
                decisions = [self._decide(item, assumed, depth + 1) for item in call.items]
                return True if True in decisions else None if None in decisions else False
        return None

    def _known_string(self, node: Node, assumed: _SortedAssumptions) -> str | None:
        """Return a string that is literal, given or assumed; None for any other."""
        call = intrinsic_call(node)
        if call is not None and call.name == "Ref":
            target = resolve(call.argument)
            if not isinstance(target, Scalar):
                return None
            if target.value in self._parameters:
                return self._parameters[target.value]
            if target.value in assumed.parameters:
                return assumed.parameters[target.value]
            return pseudo_parameter(target.value, self._region, self._regions) if self._region is not None else None
        content = resolve(node)
        return content.value if call is None and isinstance(content, Scalar) else None

    def implied(self, name: str, depth: int = 0) -> dict[str, str]:
        """Return the values that parameters must have for a condition to hold."""
        node = self._conditions.get(name) if self._conditions is not None else None
        return self._implied(node, depth) if node is not None else {}

    def _implied(self, node: Node, depth: int) -> dict[str, str]:
        call = intrinsic_call(node)
        if call is None or depth > _MAX_DEPTH:
            return {}
        if call.argument not in self._implications:
            self._implications[call.argument] = {}
            self._implications[call.argument] = self._implied_by(call, depth)
        return self._implications[call.argument]

    def _implied_by(self, call: IntrinsicCall, depth: int) -> dict[str, str]:
        argument = resolve(call.argument)
        if call.name == "Condition" and isinstance(argument, Scalar):
            return self.implied(argument.value, depth + 1)
        if call.name == "Fn::And":
            return {name: value for item in call.items for name, value in self._implied(item, depth + 1).items()}
        if call.name == "Fn::Equals" and len(call.items) == 2:
            for left, right in (call.items, reversed(call.items)):
                reference, literal = intrinsic_call(left), resolve(right)
                target = resolve(reference.argument) if reference is not None and reference.name == "Ref" else None
                if isinstance(target, Scalar) and isinstance(literal, Scalar) and intrinsic_call(right) is None:
                    return {target.value: literal.value}
        return {}


class _SortedAssumptions:
    """Assumptions by their kind: conditions, and parameters, those that a condition implies included."""

    def __init__(self, conditions: TemplateConditions, assumptions: Assumptions) -> None:
        self.conditions = {variable.removeprefix(CONDITION): value == "true" for variable, value in assumptions if variable.startswith(CONDITION)}
        self.parameters: dict[str, str] = {}
        self.decided: dict[Node, bool | None] = {}
        for name, holds in self.conditions.items():
            if holds:
                self.parameters.update(conditions.implied(name))
        for variable, value in assumptions:
            for prefix in (PARAMETER, DEFAULT):
                if variable.startswith(prefix):
                    self.parameters[variable.removeprefix(prefix)] = value
