"""The conditions of a pipeline: whether the steps inside a condition step run.

https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/ (read 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

from smlint.readers.common import items_of, mapping_of, scalar_of
from smlint.syntax import Mapping, Node, walk

Value = Callable[[Node], "str | None"]
"""Return the value of an operand; None if it is unknown."""

PARAMETERS = "Parameters."

_MAX_DEPTH = 20
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThan": lambda left, right: left > right,
    "GreaterThanOrEqualTo": lambda left, right: left >= right,
    "LessThan": lambda left, right: left < right,
    "LessThanOrEqualTo": lambda left, right: left <= right,
}


class Execution(Enum):
    """When a step runs: `RUNS` if it does with the default of every parameter, `OPEN` if it may with other values, or `NEVER`."""

    RUNS = "runs"
    OPEN = "open"
    NEVER = "never"


def execution(branches: Iterable[tuple[Node, bool]], certain: Value, by_default: Value) -> Execution:
    """Return when a step runs that is inside `branches`, each a list of conditions and whether they hold in that branch.

    `certain` returns the values that every run has, `by_default` those of a run with the default of every parameter. What another step
    computes may be anything, but does not depend on a parameter of the branch.
    """
    result = Execution.RUNS
    for conditions, holds in branches:
        always = _all_hold(items_of(conditions), certain, 0)
        if always is not None:
            if always is not holds:
                return Execution.NEVER
            continue
        outcome = _all_hold(items_of(conditions), by_default, 0)
        if outcome is (not holds) or (outcome is None and _depends_on_a_parameter(conditions, by_default)):
            result = Execution.OPEN
    return result


def _depends_on_a_parameter(conditions: Node, by_default: Value) -> bool:
    """Return whether a parameter with an unknown value takes part in conditions."""
    for node in walk(conditions):
        mapping = mapping_of(node)
        target = scalar_of(mapping.get("Get")) if mapping is not None else None
        if target is not None and target.value.startswith(PARAMETERS) and by_default(node) is None:
            return True
    return False


def _all_hold(conditions: Iterable[Node], value: Value, depth: int) -> bool | None:
    outcomes = [_holds(mapping_of(condition), value, depth + 1) for condition in conditions]
    return False if False in outcomes else None if None in outcomes or not outcomes else True


def _holds(condition: Mapping | None, value: Value, depth: int) -> bool | None:
    """Return whether one condition holds; None if that is unknown."""
    kind = scalar_of(condition.get("Type")) if condition is not None else None
    if condition is None or kind is None or depth > _MAX_DEPTH:
        return None
    if kind.value == "Not":
        inner = _holds(mapping_of(condition.get("Expression")), value, depth + 1)
        return None if inner is None else not inner
    if kind.value == "Or":
        outcomes = [_holds(mapping_of(each), value, depth + 1) for each in items_of(condition.get("Conditions"))]
        return True if True in outcomes else None if None in outcomes or not outcomes else False
    if kind.value == "In":
        query, values = _operand(condition, "QueryValue", value), [value(item) for item in items_of(condition.get("Values"))]
        if query is None:
            return None
        matches = [None if other is None else _equal(query, other) for other in values]
        return True if True in matches else None if None in matches else False
    left, right = _operand(condition, "LeftValue", value), _operand(condition, "RightValue", value)
    if left is None or right is None:
        return None
    if kind.value == "Equals":
        return _equal(left, right)
    compare, numbers = _COMPARISONS.get(kind.value), (_number(left), _number(right))
    return compare(numbers[0], numbers[1]) if compare is not None and numbers[0] is not None and numbers[1] is not None else None


def _operand(condition: Mapping, key: str, value: Value) -> str | None:
    node = condition.get(key)
    return value(node) if node is not None else None


def _equal(left: str, right: str) -> bool:
    numbers = _number(left), _number(right)
    return left == right or (None not in numbers and numbers[0] == numbers[1])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
