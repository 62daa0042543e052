"""The `Conditions` of a CloudFormation template, decided by the AWS Region, by given parameters, and by assumptions."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.readers.assumptions import CONDITION, DEFAULT, PARAMETER, REGION, Assumptions
from smlint.readers.cloudformation.calls import IntrinsicCall, intrinsic_call, pseudo_parameter
from smlint.readers.common import items_of, mapping_of
from smlint.readers.reader import ReadContext
from smlint.syntax import Content, Mapping, Node, Scalar, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.readers.cloudformation.condition_groups import ConditionGroups, ConditionParameters

_MAX_DEPTH = 50
_FEW = 4
"""Up to this many assumptions, it costs less to decide a condition than to find those that are related to it."""


Form = object
"""What two expressions that are written alike have in common, hashable; None for one whose form is unknown."""

_SYMMETRIC = ("Fn::Equals", "Fn::And", "Fn::Or")


class TemplateConditions:
    """Decides the conditions of a template.

    A parameter's default decides nothing, because a deployment may override it: it counts only where a value that depends on it is assumed,
    or where another template deploys this one with the default.
    """

    def __init__(self, root: Mapping, context: ReadContext) -> None:
        self._conditions = mapping_of(root.get("Conditions"))
        self._maps = mapping_of(root.get("Mappings"))
        self._defaults = dict(_defaults(mapping_of(root.get("Parameters"))))
        self._by_default: dict[Assumptions, bool] = {}
        self._parameters = dict(context.parameters)
        self._unknown = frozenset(context.unknown) - self._parameters.keys()
        if context.is_nested:
            self._parameters = {name: value for name, value in self._defaults.items() if name not in self._unknown} | self._parameters
            self._defaults = dict(context.defaults)
            for name in self._defaults:
                del self._parameters[name]
        self._region = context.region
        self._regions = context.catalog.regions
        self._implications: dict[Node, dict[str, str]] = {}
        self._condition_parameters: ConditionParameters | None = None
        self._condition_groups: ConditionGroups | None = None
        self._forms: dict[Node, Form] = {}
        self._held: dict[tuple[str, Assumptions], bool | None] = {}
        settled = self._parameters.keys() | self._unknown
        self._closed = {name: values for name, values in _allowed_values(mapping_of(root.get("Parameters"))) if name not in settled}

    def holds(self, name: str, assumptions: Assumptions = ()) -> bool | None:
        """Return whether a condition holds under assumptions; None if they do not decide it.

        A condition is decided, too, if it has the same outcome for all allowed values of the parameters that it depends on.
        """
        if len(assumptions) > _FEW:
            assumptions = self._relevant(name, assumptions)
        key = name, assumptions
        if key not in self._held:
            decided = self._holds(name, _SortedAssumptions(self, assumptions), 0)
            self._held[key] = decided if decided is not None or not self._closed else self._holds_always(name, assumptions)
        return self._held[key]

    def _relevant(self, name: str, assumptions: Assumptions) -> Assumptions:
        """Return the assumptions that may decide a condition: those that share a parameter or a condition with it, directly or through others."""
        if self._condition_groups is None:
            from smlint.readers.cloudformation.condition_groups import ConditionGroups

            self._condition_groups = ConditionGroups(self._conditions)
        return self._condition_groups.related(name, assumptions)

    def _holds_always(self, name: str, assumptions: Assumptions) -> bool | None:
        from smlint.readers.cloudformation.condition_groups import ConditionParameters

        if self._condition_parameters is None:
            self._condition_parameters = ConditionParameters(self._conditions, self._closed)
        outcome = None
        for values in self._condition_parameters.combinations(name, assumptions):
            assumed = _SortedAssumptions(self, values)
            own = {condition: assumed.conditions.pop(condition) for condition in list(assumed.conditions)}
            same, assumed.same = assumed.same, {}
            if any(self._holds(condition, assumed, 0) is (not holds) for condition, holds in own.items()):
                continue  # these values contradict a condition that is assumed
            assumed.conditions.update(own)
            assumed.same = same
            assumed.decided.clear()
            decided = self._holds(name, assumed, 0)
            if decided is None or outcome not in (None, decided):
                return None
            outcome = decided
        return outcome

    def form_of(self, node: Node | str | None, depth: int = 0) -> Form:
        """Return the form of a condition, by its name or node: the same for conditions that are written alike, in any spelling."""
        if isinstance(node, str):
            node = self._conditions.get(node) if self._conditions is not None else None
        if node is None or depth > _MAX_DEPTH:
            return None
        if node not in self._forms:
            self._forms[node] = None
            self._forms[node] = self._form(node, depth)
        return self._forms[node]

    def _form(self, node: Node, depth: int) -> Form:
        call, content = intrinsic_call(node), resolve(node)
        if call is not None:
            items = [self.form_of(item, depth + 1) for item in call.items] if call.items else [_written(resolve(call.argument))]
            if None in items:
                return None
            return (call.name, *(sorted(items, key=repr) if call.name in _SYMMETRIC else items))
        return _written(content)

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
        if assumed.same and (value := assumed.same.get(self.form_of(node))) is not None:
            return value
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
        """Return a string whose parts are literal, given or assumed; None for any other."""

        def lookup(name: str) -> str | None:
            if name in self._parameters:
                return self._parameters[name]
            if name in self._unknown:
                return None
            if name in assumed.parameters:
                return assumed.parameters[name]
            region = self._region or assumed.region
            return pseudo_parameter(name, region, self._regions) if region is not None else None

        from smlint.readers.cloudformation.plain_values import PlainValues

        return PlainValues(self._maps).string(node, lookup)

    def holds_by_default(self, assumptions: Assumptions) -> bool:
        """Return whether assumptions certainly hold for a stack that is deployed with the default of every parameter."""
        if assumptions not in self._by_default:
            self._by_default[assumptions] = self._holds_by_default(assumptions)
        return self._by_default[assumptions]

    def _holds_by_default(self, assumptions: Assumptions) -> bool:
        conditions = [(variable, value == "true") for variable, value in assumptions if variable.startswith(CONDITION)]
        values = dict(pair for pair in assumptions if not pair[0].startswith(CONDITION))
        for name, default in self._defaults.items():
            if values.get(PARAMETER + name, default) != default:
                return False
            values[DEFAULT + name] = default
        stack = tuple(sorted(values.items()))
        return all(self.decide(variable, stack) is value for variable, value in conditions)

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


def _written(content: Content | None) -> Form:
    return content.value if isinstance(content, Scalar) else content


def _defaults(parameters: Mapping | None) -> Iterator[tuple[str, str]]:
    """Return the parameters with a default, except those that CloudFormation looks up in Systems Manager."""
    for name in parameters.keys() if parameters is not None else ():
        parameter = mapping_of(parameters.get(name)) if parameters is not None else None
        default = resolve(parameter.get("Default")) if parameter is not None else None
        kind = resolve(parameter.get("Type")) if parameter is not None else None
        if isinstance(default, Scalar) and not (isinstance(kind, Scalar) and kind.value.startswith("AWS::SSM::")):
            yield name, default.value


def _allowed_values(parameters: Mapping | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the parameters with allowed values, except those that CloudFormation looks up and those that are lists of the allowed values."""
    for name in parameters.keys() if parameters is not None else ():
        parameter = mapping_of(parameters.get(name)) if parameters is not None else None
        kind = resolve(parameter.get("Type")) if parameter is not None else None
        if parameter is None or not isinstance(kind, Scalar) or kind.value.startswith(("AWS::SSM::", "List<", "CommaDelimitedList")):
            continue
        items = list(map(resolve, items_of(parameter.get("AllowedValues"))))
        values = [item.value for item in items if isinstance(item, Scalar)]
        if values and len(values) == len(items):
            yield name, tuple(dict.fromkeys(values))


class _SortedAssumptions:
    """Assumptions by their kind: conditions, and parameters, including those that a condition implies."""

    def __init__(self, conditions: TemplateConditions, assumptions: Assumptions) -> None:
        self.conditions = {variable.removeprefix(CONDITION): value == "true" for variable, value in assumptions if variable.startswith(CONDITION)}
        self.parameters: dict[str, str] = {}
        self.region = dict(assumptions).get(REGION)
        self.decided: dict[Node, bool | None] = {}
        self.same = {form: holds for name, holds in self.conditions.items() if (form := conditions.form_of(name)) is not None}
        """The assumed conditions by their form: another one that is written alike has the same value."""
        for name, holds in self.conditions.items():
            if holds:
                self.parameters.update(conditions.implied(name))
        for variable, value in assumptions:
            for prefix in (PARAMETER, DEFAULT):
                if variable.startswith(prefix):
                    self.parameters[variable.removeprefix(prefix)] = value
