"""What a value rests on where a template branches, and whether two values can be true at the same time."""

from __future__ import annotations

from collections.abc import Callable

from smlint.model.text import Text
from smlint.runtime.named_tuple import NamedTuple

MAX_VALUES = 64
"""No node is followed into more values than this."""

Assumptions = tuple[tuple[str, str], ...]
"""What a value rests on, as sorted (variable, value) pairs.

Variables are `AWS::Region`, `Condition IsProd` (`true` or `false`), `Parameter Size` (one of its allowed values), and `Default Size` (the
parameter's default, which holds as long as nobody gives another value).
"""


class AssumedValue(NamedTuple):
    """One value that a node may have, and the assumptions under which it has it. A text of None means no value, as `AWS::NoValue` does."""

    text: Text | None
    assumptions: Assumptions = ()


CONDITION, PARAMETER, DEFAULT = "Condition ", "Parameter ", "Default "

Decider = Callable[[str, Assumptions], "bool | None"]
"""Tells whether a condition (by its variable's name) holds under assumptions; None when they do not decide it."""


def combine(first: Assumptions, second: Assumptions, decide: Decider | None = None) -> Assumptions | None:
    """Both assumptions at once; None when they contradict each other."""
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
    """Whether every condition among the assumptions can have the value assumed, under all the others."""
    if len(assumptions) < 2:
        return True
    for variable, value in assumptions:
        if variable.startswith(CONDITION):
            holds = decide(variable, tuple(pair for pair in assumptions if pair[0] != variable))
            if holds is not None and holds is not (value == "true"):
                return False
    return True


def may_conflict(first: Assumptions, second: Assumptions, decide: Decider | None = None) -> bool:
    """Whether each rests on a condition of which the other tells nothing: then they may never be true together."""
    return bool(_open(first, second, decide) and _open(second, first, decide))


def _open(one: Assumptions, other: Assumptions, decide: Decider | None) -> set[str]:
    """The conditions of one that the assumptions of the other leave open."""
    told = {variable for variable, _ in other}
    found = {variable for variable, _ in one if variable.startswith(CONDITION) and variable not in told}
    return {variable for variable in found if decide is None or decide(variable, other) is None}
