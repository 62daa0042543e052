"""The `Conditions` of a CloudFormation template: what is decided by the Region, by given parameters, and by other assumptions."""

from __future__ import annotations

from smlint.readers.assumptions import CONDITION, DEFAULT, PARAMETER, Assumptions
from smlint.readers.cloudformation.calls import IntrinsicCall, intrinsic_call, pseudo_parameter
from smlint.readers.reader import ReadContext
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

_MAX_DEPTH = 50


class TemplateConditions:
    """Decides conditions. A parameter's default decides nothing by itself: it counts only where a value that rests on it is assumed."""

    def __init__(self, conditions: Mapping | None, context: ReadContext) -> None:
        self._conditions = conditions
        self._parameters = dict(context.parameters)
        self._region = context.region
        self._catalog = context.catalog
        self._implications: dict[int, dict[str, str]] = {}

    def holds(self, name: str, assumptions: Assumptions = ()) -> bool | None:
        """Whether a condition holds under assumptions; None when it is not decided."""
        return self._holds(name, _Assumed(self, assumptions), 0)

    def decide(self, variable: str, assumptions: Assumptions) -> bool | None:
        """As `holds`, for the variable of an assumption."""
        return self.holds(variable.removeprefix(CONDITION), assumptions)

    def _holds(self, name: str, assumed: _Assumed, depth: int) -> bool | None:
        if name in assumed.conditions:
            return assumed.conditions[name]
        node = self._conditions.get(name) if self._conditions is not None else None
        return self._decide(node, assumed, depth + 1) if node is not None and depth < _MAX_DEPTH else None

    def _decide(self, node: Node, assumed: _Assumed, depth: int) -> bool | None:
        call = intrinsic_call(node)
        if call is None or depth > _MAX_DEPTH:
            return None
        # A condition that is made of others, each named twice, is decided once; one that rests on itself is not.
        if id(call.argument) not in assumed.decided:
            assumed.decided[id(call.argument)] = None
            assumed.decided[id(call.argument)] = self._called(call, assumed, depth)
        return assumed.decided[id(call.argument)]

    def _called(self, call: IntrinsicCall, assumed: _Assumed, depth: int) -> bool | None:
        argument = resolve(call.argument)
        if call.name == "Condition":
            return self._holds(argument.value, assumed, depth + 1) if isinstance(argument, Scalar) else None
        items = argument.items if isinstance(argument, Sequence) else []
        match call.name:
            case "Fn::Equals" if len(items) == 2:
                one, other = self._certain(items[0], assumed), self._certain(items[1], assumed)
                return None if one is None or other is None else one == other
            case "Fn::Not" if len(items) == 1:
                inner = self._decide(items[0], assumed, depth + 1)
                return None if inner is None else not inner
            case "Fn::And":
                verdicts = [self._decide(item, assumed, depth + 1) for item in items]
                return False if False in verdicts else None if None in verdicts else True
            case "Fn::Or":
                verdicts = [self._decide(item, assumed, depth + 1) for item in items]
                return True if True in verdicts else None if None in verdicts else False
        return None

    def _certain(self, node: Node, assumed: _Assumed) -> str | None:
        """A string that is given or assumed."""
        call = intrinsic_call(node)
        if call is not None and call.name == "Ref":
            target = resolve(call.argument)
            if not isinstance(target, Scalar):
                return None
            if target.value in self._parameters:
                return self._parameters[target.value]
            if target.value in assumed.parameters:
                return assumed.parameters[target.value]
            return pseudo_parameter(target.value, self._region, self._catalog.regions) if self._region is not None else None
        found = resolve(node)
        return found.value if call is None and isinstance(found, Scalar) else None

    def implied(self, name: str, depth: int = 0) -> dict[str, str]:
        """The values that parameters must have for a condition to hold."""
        node = self._conditions.get(name) if self._conditions is not None else None
        return self._implied(node, depth) if node is not None else {}

    def _implied(self, node: Node, depth: int) -> dict[str, str]:
        call = intrinsic_call(node)
        if call is None or depth > _MAX_DEPTH:
            return {}
        if id(call.argument) not in self._implications:
            self._implications[id(call.argument)] = {}
            self._implications[id(call.argument)] = self._implied_by(call, depth)
        return self._implications[id(call.argument)]

    def _implied_by(self, call: IntrinsicCall, depth: int) -> dict[str, str]:
        argument = resolve(call.argument)
        if call.name == "Condition" and isinstance(argument, Scalar):
            return self.implied(argument.value, depth + 1)
        items = argument.items if isinstance(argument, Sequence) else []
        if call.name == "Fn::And":
            return {name: value for item in items for name, value in self._implied(item, depth + 1).items()}
        if call.name == "Fn::Equals" and len(items) == 2:
            for one, other in (items, reversed(items)):
                reference, literal = intrinsic_call(one), resolve(other)
                target = resolve(reference.argument) if reference is not None and reference.name == "Ref" else None
                if isinstance(target, Scalar) and isinstance(literal, Scalar) and intrinsic_call(other) is None:
                    return {target.value: literal.value}
        return {}


class _Assumed:
    """Assumptions, sorted: the conditions, and the parameters (also those that a condition implies)."""

    def __init__(self, conditions: TemplateConditions, assumptions: Assumptions) -> None:
        self.conditions = {variable.removeprefix(CONDITION): value == "true" for variable, value in assumptions if variable.startswith(CONDITION)}
        self.parameters: dict[str, str] = {}
        self.decided: dict[int, bool | None] = {}
        for name, holds in self.conditions.items():
            if holds:
                self.parameters.update(conditions.implied(name))
        for variable, value in assumptions:
            for prefix in (PARAMETER, DEFAULT):
                if variable.startswith(prefix):
                    self.parameters[variable.removeprefix(prefix)] = value
