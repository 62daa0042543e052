"""The branches of a template: which nodes `Fn::If` may select, and which assumptions hold together."""

from __future__ import annotations

from smlint.readers.assumptions import CONDITION, DEFAULT, MAX_VALUES, Assumptions, combine, may_conflict
from smlint.readers.cloudformation.calls import IntrinsicCall, intrinsic_call
from smlint.readers.cloudformation.conditions import TemplateConditions
from smlint.syntax import Node, Scalar, resolve


class Branches:
    """Follows `Fn::If`, and combines assumptions, using the template's conditions."""

    def __init__(self, conditions: TemplateConditions) -> None:
        self.conditions = conditions

    def combine(self, first: Assumptions, second: Assumptions) -> Assumptions | None:
        """Return both assumptions together; None if they contradict each other or the template's conditions."""
        return combine(first, second, self.conditions.decide)

    def may_conflict(self, first: Assumptions, second: Assumptions) -> bool:
        """Return whether two values may belong to different stacks.

        They may if each depends on a condition that the other leaves open, or if one does and the other is the default of a parameter:
        whoever makes the condition true may override the default. They belong together where a stack with all defaults has both.
        """
        return self.is_mixed(first, second) and not self.conditions.holds_by_default(self._union(first, second))

    def is_mixed(self, first: Assumptions, second: Assumptions) -> bool:
        """Return whether two values depend on an open condition, and on another one or a default: only some stacks have both."""
        decide = self.conditions.decide
        if may_conflict(first, second, decide):
            return True
        union = self._union(first, second)
        if not any(variable.startswith(DEFAULT) for variable, _ in union):
            return False
        return any(
            variable.startswith(CONDITION) and decide(variable, tuple(pair for pair in union if pair[0] != variable)) is None
            for variable, _ in union
        )

    def _union(self, first: Assumptions, second: Assumptions) -> Assumptions:
        return tuple(sorted({**dict(first), **dict(second)}.items()))

    def nodes(self, node: Node | None) -> list[tuple[Node, Assumptions]]:
        """Return the nodes that `Fn::If` around a mapping or a list may select; other calls are left out."""
        return self._follow(node, keep_calls=False)

    def nodes_and_calls(self, node: Node | None) -> list[tuple[Node, Assumptions]]:
        """Return the nodes that `Fn::If` may select, other calls included."""
        return self._follow(node, keep_calls=True)

    def _follow(self, node: Node | None, *, keep_calls: bool) -> list[tuple[Node, Assumptions]]:
        done: list[tuple[Node, Assumptions]] = []
        waiting: list[tuple[Node, Assumptions]] = [(node, ())] if node is not None else []
        while waiting and len(done) < MAX_VALUES:
            current, assumptions = waiting.pop(0)
            call = intrinsic_call(current)
            if call is None or (keep_calls and call.name != "Fn::If"):
                done.append((current, assumptions))
            elif call.name == "Fn::If":
                for branch, assumed in self.arms(call):
                    both = self.combine(assumptions, assumed)
                    if both is not None and len(waiting) < MAX_VALUES:
                        waiting.append((branch, both))
        return done

    def arms(self, call: IntrinsicCall) -> list[tuple[Node, Assumptions]]:
        """Return the arms of one `Fn::If`, each with the condition it assumes; a single arm if the condition is decided."""
        condition = resolve(call.items[0]) if len(call.items) == 3 else None
        if not isinstance(condition, Scalar):
            return []
        _, if_true, if_false = call.items
        decided = self.conditions.holds(condition.value)
        if decided is not None:
            return [(if_true if decided else if_false, ())]
        variable = CONDITION + condition.value
        return [(if_true, ((variable, "true"),)), (if_false, ((variable, "false"),))]
