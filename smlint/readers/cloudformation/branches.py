"""The branches of a template: which nodes `Fn::If` may select, and which assumptions hold together."""

from __future__ import annotations

from smlint.readers.assumptions import CONDITION, MAX_VALUES, Assumptions, Compatibility
from smlint.readers.cloudformation.calls import IntrinsicCall, intrinsic_call
from smlint.readers.cloudformation.conditions import TemplateConditions
from smlint.syntax import Node, Scalar, resolve


class Branches(Compatibility):
    """Follows `Fn::If`, and combines assumptions, using the template's conditions."""

    def __init__(self, conditions: TemplateConditions) -> None:
        super().__init__(conditions.decide, conditions.holds_by_default)
        self.conditions = conditions

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
