"""The conditions of Terraform's `test ? yes : no`: decided where the file alone decides them, else both arms, each with what it rests on."""

from __future__ import annotations

from collections.abc import Callable

from smlint.readers.assumptions import Given
from smlint.readers.terraform_expressions import Comparison, Conditional, Expression, Literal, Reference, Template
from smlint.readers.terraform_options import Scope

_MAX_DEPTH = 50


class Conditions:
    """Decides conditions; `plain` gives the one known string of an expression."""

    def __init__(self, parameters: dict[str, str], plain: Callable[[Expression, Scope, int], str | None]) -> None:
        self._parameters = parameters
        self._plain = plain

    def arms(self, conditional: Conditional, scope: Scope, depth: int) -> list[tuple[Expression, Given]]:
        """The arms that may be taken, with the assumption under which each is."""
        decided = self._decide(conditional.test, scope, depth)
        if decided is not None:
            return [(conditional.yes if decided else conditional.no, ())]
        variable = f"Condition {conditional.text}"
        if any(f"{each.name}." in conditional.text for each in scope):  # the same words mean something else in another instance
            variable += "".join(f" {each.name}={each.key}" for each in scope)
        return [(conditional.yes, ((variable, "true"),)), (conditional.no, ((variable, "false"),))]

    def _decide(self, test: Expression, scope: Scope, depth: int) -> bool | None:
        if depth > _MAX_DEPTH:
            return None
        if isinstance(test, Comparison):
            left, right = self._certain(test.left, scope, depth), self._certain(test.right, scope, depth)
            return None if left is None or right is None else (left == right) is test.equal
        value = self._certain(test, scope, depth)
        return {"true": True, "false": False}.get(value) if value is not None else None

    def _certain(self, expression: Expression, scope: Scope, depth: int) -> str | None:
        """A string that rests on a given parameter or on the instance itself; not on a default, which may be overridden."""
        if isinstance(expression, Comparison):
            decided = self._decide(expression, scope, depth + 1)
            return None if decided is None else str(decided).lower()
        if isinstance(expression, Reference):
            given = expression.root == "var" and bool(expression.steps) and expression.steps[0] in self._parameters
            if not given and not any(each.name == expression.root for each in scope):
                return None
        elif isinstance(expression, Template):
            if any(part.expression is not None for part in expression.parts):
                return None
        elif not isinstance(expression, Literal):
            return None
        return self._plain(expression, scope, depth)
