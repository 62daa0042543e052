"""Assumptions: the conditions under which a value holds, where a template branches."""

from __future__ import annotations

from collections.abc import Callable

from smlint.model.text import Text
from smlint.runtime.named_tuple import NamedTuple

MAX_VALUES = 64
"""The most values to follow a node into."""

Assumptions = tuple[tuple[str, str], ...]
"""Conditions under which a value holds, as sorted (variable, value) pairs.

The variables are `AWS::Region`; `Condition IsProd`, which is `true` or `false`; `Parameter Size`, one of its allowed values; and
`Default Size`, the default of a parameter, which holds unless a deployment overrides it.
"""

CONDITION, PARAMETER, DEFAULT = "Condition ", "Parameter ", "Default "

Decider = Callable[[str, Assumptions], "bool | None"]
"""Return whether a condition, named by its variable, holds under assumptions; None if they do not decide it."""


class AssumedValue(NamedTuple):
    """A value that a node may have, and the assumptions under which it has it. A text of None means no value, as `AWS::NoValue` does."""

    text: Text | None
    assumptions: Assumptions = ()


def combine(first: Assumptions, second: Assumptions, decide: Decider | None = None) -> Assumptions | None:
    """Return both assumptions together; None if they contradict each other."""
    if not first or first == second:
        return second
    if not second:
        return first
    both = dict(first)
    for variable, value in second:
        if both.setdefault(variable, value) != value:
            return None
    merged = tuple(sorted(both.items()))
    return merged if decide is None or consistent(merged, decide) else None


def consistent(assumptions: Assumptions, decide: Decider) -> bool:
    """Return whether every condition among the assumptions can have its assumed value under all the others."""
    if len(assumptions) < 2:
        return True
    for variable, value in assumptions:
        if variable.startswith(CONDITION):
            holds = decide(variable, tuple(pair for pair in assumptions if pair[0] != variable))
            if holds is not None and holds is not (value == "true"):
                return False
    return True


def may_conflict(first: Assumptions, second: Assumptions, decide: Decider | None = None) -> bool:
    """Return whether each depends on a condition that the other leaves open, so that they may never hold together."""
    return bool(_open_conditions(first, second, decide) and _open_conditions(second, first, decide))


def _open_conditions(assumptions: Assumptions, others: Assumptions, decide: Decider | None) -> set[str]:
    """Return the conditions among some assumptions that others leave open."""
    assumed = {variable for variable, _ in others}
    conditions = {variable for variable, _ in assumptions if variable.startswith(CONDITION) and variable not in assumed}
    return {variable for variable in conditions if decide is None or decide(variable, others) is None}
