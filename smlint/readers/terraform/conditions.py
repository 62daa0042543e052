"""The conditions of Terraform's `test ? yes : no`: decided where the file alone decides them, else both arms, each with what it rests on."""

from __future__ import annotations

from collections.abc import Callable

from smlint.readers.assumptions import CONDITION, DEFAULT, Assumptions, combine
from smlint.readers.terraform.expressions import Comparison, Conditional, Expression
from smlint.readers.terraform.possible_values import Scope, SingleValue

_MAX_DEPTH = 50


class ConditionEvaluator:
    """Decides conditions.

    `single` gives the one known value of an expression, with what that rests on; `defaults` the defaults that a test rests on, as written.
    """

    def __init__(self, single: Callable[[Expression, Scope, int], SingleValue | None], defaults: Callable[[str], Assumptions]) -> None:
        self._single = single
        self._defaults = defaults

    def arms(self, conditional: Conditional, scope: Scope, depth: int) -> list[tuple[Expression, Assumptions, Assumptions]]:
        """The arms that may be taken, with the assumption under which each is, and with what else keeps it apart from defaults in doubt.

        A variable's default decides nothing by itself, as it may be overridden. But the arm that is not taken under it rests on another
        value of the variable, so that it never meets a value that rests on the default. Where it is not told which arm the default takes,
        neither meets such a value.
        """
        holds, assumptions = self._decide(conditional.test, scope, depth)
        # What the instance exists by holds for all that is in it.
        existing = {pair for each in scope for pair in each.assumptions}
        resting = tuple(pair for pair in assumptions if pair not in existing)
        if holds is not None and not resting:
            return [(conditional.yes if holds else conditional.no, assumptions, ())]
        variable = CONDITION + conditional.text
        if any(f"{each.name}." in conditional.text for each in scope):  # the same words mean something else in another instance
            variable += "".join(f" {each.name}={each.key}" for each in scope)
        yes, no = ((variable, "true"),), ((variable, "false"),)
        if holds is None or not all(name.startswith(DEFAULT) for name, _ in resting):
            unclear = tuple((name, f"perhaps not {value}") for name, value in self._defaults(conditional.text) if (name, value) not in existing)
            return [(conditional.yes, yes, unclear), (conditional.no, no, unclear)]
        against = tuple((name, f"not {value}") for name, value in resting)
        return [
            (conditional.yes, yes if holds else tuple(sorted(yes + against)), ()),
            (conditional.no, tuple(sorted(no + against)) if holds else no, ()),
        ]

    def _decide(self, test: Expression, scope: Scope, depth: int) -> tuple[bool | None, Assumptions]:
        """Whether a test holds, and what that rests on; None when it is not told."""
        if depth > _MAX_DEPTH:
            return None, ()
        if isinstance(test, Comparison):
            left, right = self._side(test.left, scope, depth), self._side(test.right, scope, depth)
            assumptions = combine(left.assumptions, right.assumptions) if left is not None and right is not None else None
            if left is None or right is None or assumptions is None:
                return None, ()
            return (left.text == right.text) is test.equal, assumptions
        found = self._side(test, scope, depth)
        return ({"true": True, "false": False}.get(found.text or ""), found.assumptions) if found is not None else (None, ())

    def _side(self, expression: Expression, scope: Scope, depth: int) -> SingleValue | None:
        if not isinstance(expression, Comparison):
            return self._single(expression, scope, depth)
        holds, assumptions = self._decide(expression, scope, depth + 1)
        return None if holds is None else SingleValue(str(holds).lower(), assumptions)
