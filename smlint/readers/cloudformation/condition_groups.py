"""What conditions depend on: parameters, those with a list of allowed values, and other conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod

from smlint.readers.assumptions import CONDITION, DEFAULT, MAX_VALUES, PARAMETER, REGION, Assumptions
from smlint.readers.cloudformation.calls import intrinsic_call
from smlint.readers.cloudformation.usage import names_referred_to
from smlint.syntax import Mapping as MappingNode
from smlint.syntax import Node, Scalar, resolve, walk


class ConditionGroups:
    """Groups conditions and parameters: conditions that share a parameter or another condition are in one group, directly or through others."""

    def __init__(self, conditions: MappingNode | None) -> None:
        groups: dict[str, set[str]] = {}
        for name in conditions.keys() if conditions is not None else ():
            node = conditions.get(name) if conditions is not None else None
            members = {name, *names_referred_to(node), *_conditions_in(node)}
            for other in list(members):
                members |= groups.get(other, set())
            groups |= dict.fromkeys(members, members)
        self._variables = {name: _variables_of(members) for name, members in groups.items()}

    def related(self, condition: str, assumptions: Assumptions) -> Assumptions:
        """Return the assumptions that may decide a condition: those about the Region and about the group of the condition."""
        variables = self._variables.get(condition, frozenset())
        return tuple([pair for pair in assumptions if pair[0] in variables])


def _variables_of(names: Iterable[str]) -> frozenset[str]:
    return frozenset((REGION, *(prefix + name for name in names for prefix in (CONDITION, PARAMETER, DEFAULT))))


class ConditionParameters:
    """Lists the combinations of allowed values that decide a condition. `closed` are the values of each parameter that lists them all."""

    def __init__(self, conditions: MappingNode | None, closed: Mapping[str, tuple[str, ...]]) -> None:
        self._conditions = conditions
        self._closed = closed
        self._parameters: dict[str, frozenset[str]] = {}

    def combinations(self, name: str, assumptions: Assumptions) -> Iterator[Assumptions]:
        """Yield assumptions with each combination of values of the parameters that they leave open; none if there are too many."""
        names = set(self._parameters_of(name))
        fixed: set[str] = set()
        for variable, _ in assumptions:
            if variable.startswith(CONDITION):
                names |= self._parameters_of(variable.removeprefix(CONDITION))
            for prefix in (PARAMETER, DEFAULT):
                if variable.startswith(prefix):
                    fixed.add(variable.removeprefix(prefix))
        free = sorted(names - fixed)
        if not free or prod(len(self._closed[each]) for each in free) > MAX_VALUES:
            return
        for values in product(*(self._closed[each] for each in free)):
            chosen = ((PARAMETER + each, value) for each, value in zip(free, values, strict=True))
            yield tuple(sorted((*assumptions, *chosen)))

    def _parameters_of(self, name: str) -> frozenset[str]:
        """Return the closed parameters that a condition refers to, itself or through other conditions."""
        if name not in self._parameters:
            self._parameters[name] = frozenset()  # of a condition that refers to itself
            node = self._conditions.get(name) if self._conditions is not None else None
            found = frozenset(names_referred_to(node) & self._closed.keys())
            for target in _conditions_in(node):
                found |= self._parameters_of(target)
            self._parameters[name] = found
        return self._parameters[name]


def _conditions_in(node: Node | None) -> Iterator[str]:
    """Yield the conditions that a condition refers to directly."""
    for content in walk(node):
        call = intrinsic_call(content)
        target = resolve(call.argument) if call is not None and call.name == "Condition" else None
        if isinstance(target, Scalar):
            yield target.value
