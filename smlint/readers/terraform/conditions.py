"""Evaluate Terraform conditions (`test ? yes : no`): one arm if the file decides the test, otherwise both, each with its assumptions."""

from __future__ import annotations

from collections.abc import Callable

from smlint.readers.assumptions import CONDITION, DEFAULT, Assumptions, combine
from smlint.readers.terraform.expressions import Comparison, Conditional, Expression
from smlint.readers.terraform.possible_values import Scope, SingleValue
from smlint.runtime.named_tuple import NamedTuple

EXCLUDED = "\0not "
"""Starts the value of an assumption that a variable has another value than its default."""

_MAX_DEPTH = 50


class ConditionArm(NamedTuple):
    """An arm of a conditional that may be taken.

    `assumptions` are those under which it is taken. `exclusions` additionally keep its values from combining with the defaults in the test.
    """

    expression: Expression
    assumptions: Assumptions = ()
    exclusions: Assumptions = ()


def is_doubtful(*assumptions: Assumptions) -> bool:
    """Return whether values depend both on an undecided condition and on a default: whoever decides the one may override the other."""
    pairs = [pair for each in assumptions for pair in each]
    if not any(variable.startswith(CONDITION) for variable, _ in pairs):
        return False
    return any(variable.startswith(DEFAULT) and not value.startswith(EXCLUDED) for variable, value in pairs)


class ConditionEvaluator:
    """Decides conditions.

    `single` evaluates an expression with a single known value; `defaults` returns the assumptions of the defaults in a test, as written.
    """

    def __init__(self, single: Callable[[Expression, Scope, int], SingleValue | None], defaults: Callable[[str], Assumptions]) -> None:
        self._single = single
        self._defaults = defaults

    def arms(self, conditional: Conditional, scope: Scope, depth: int) -> list[ConditionArm]:
        """Return the arms that may be taken.

        A variable's default alone decides nothing, because callers may override it. But the arm that is not taken under the default assumes
        another value of the variable, so its values never combine with values that assume the default, and only doubtfully with values that
        assume the default of another variable (`is_doubtful`). If it is unknown which arm the default
        takes, the values of both arms never combine with such values.
        """
        holds, assumptions = self._decide(conditional.test, scope, depth)
        # The assumptions under which the instance exists already apply to everything in it.
        of_instance = {pair for iteration in scope for pair in iteration.assumptions}
        additional = tuple(pair for pair in assumptions if pair not in of_instance)
        if holds is not None and not additional:
            return [ConditionArm(conditional.yes if holds else conditional.no, assumptions)]
        variable = CONDITION + conditional.text
        if any(f"{iteration.name}." in conditional.text for iteration in scope):  # the same test is another condition in another instance
            variable += "".join(f" {iteration.name}={iteration.key}" for iteration in scope)
        yes, no = ((variable, "true"),), ((variable, "false"),)
        if holds is None or not all(name.startswith(DEFAULT) for name, _ in additional):
            defaults = self._defaults(conditional.text)
            exclusions = tuple((name, f"{EXCLUDED}perhaps {value}") for name, value in defaults if (name, value) not in of_instance)
            return [ConditionArm(conditional.yes, yes, exclusions), ConditionArm(conditional.no, no, exclusions)]
        overridden = tuple((name, EXCLUDED + value) for name, value in additional)
        return [
            ConditionArm(conditional.yes, additional if holds else tuple(sorted(yes + overridden))),
            ConditionArm(conditional.no, tuple(sorted(no + overridden)) if holds else additional),
        ]

    def _decide(self, test: Expression, scope: Scope, depth: int) -> tuple[bool | None, Assumptions]:
        """Return whether a test holds (None if unknown), and the assumptions of that result."""
        if depth > _MAX_DEPTH:
            return None, ()
        if isinstance(test, Comparison):
            left, right = self._operand(test.left, scope, depth), self._operand(test.right, scope, depth)
            assumptions = combine(left.assumptions, right.assumptions) if left is not None and right is not None else None
            if left is None or right is None or assumptions is None:
                return None, ()
            return (left.text == right.text) is test.equal, assumptions
        value = self._operand(test, scope, depth)
        return ({"true": True, "false": False}.get(value.text or ""), value.assumptions) if value is not None else (None, ())

    def _operand(self, expression: Expression, scope: Scope, depth: int) -> SingleValue | None:
        if not isinstance(expression, Comparison):
            return self._single(expression, scope, depth)
        holds, assumptions = self._decide(expression, scope, depth + 1)
        return None if holds is None else SingleValue(str(holds).lower(), assumptions)
