"""Assumptions: the conditions under which a value holds, where a template branches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

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
REGION = "AWS::Region"
"""The variable of the Region, in every format."""

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
            holds = decide(variable, tuple([pair for pair in assumptions if pair[0] != variable]))
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


def common(alternatives: Sequence[Assumptions], chosen: Sequence[Assumptions]) -> Assumptions:
    """Return the assumptions under which one of the chosen alternatives holds. Where that takes an "or", it is a condition of its own."""
    shared = frozenset(chosen[0]).intersection(*chosen) if chosen else frozenset()
    if len(chosen) in (1, len(alternatives)):
        return tuple(sorted(shared))
    return tuple(sorted({**dict(shared), CONDITION + " or ".join(map(str, chosen)): "true"}.items()))


class Compatibility:
    """Which assumptions hold together, as far as the conditions of a file show.

    `decide` decides its conditions; `holds_by_default` returns whether a deployment with the default of every parameter has assumptions.
    """

    def __init__(self, decide: Decider | None = None, holds_by_default: Callable[[Assumptions], bool] | None = None) -> None:
        self._decide = decide
        self._holds_by_default = holds_by_default

    def combine(self, first: Assumptions, second: Assumptions) -> Assumptions | None:
        """Return both assumptions together; None if they contradict each other or the conditions."""
        return combine(first, second, self._decide)

    def may_conflict(self, first: Assumptions, second: Assumptions) -> bool:
        """Return whether two values may belong to different deployments.

        They may if each depends on a condition that the other leaves open, or if one does and the other is the default of a parameter:
        whoever makes the condition true may override the default. They belong together where a deployment with all defaults has both.
        """
        return self.is_mixed(first, second) and not self.holds_by_default(_union(first, second))

    def holds_by_default(self, assumptions: Assumptions) -> bool:
        """Return whether a deployment with the default of every parameter has assumptions."""
        return self._holds_by_default is not None and self._holds_by_default(assumptions)

    def is_mixed(self, first: Assumptions, second: Assumptions) -> bool:
        """Return whether two values depend on an open condition, and on another one or a default: only some deployments have both."""
        if may_conflict(first, second, self._decide):
            return True
        union = _union(first, second)
        if not any(variable.startswith(DEFAULT) for variable, _ in union):
            return False
        return any(variable.startswith(CONDITION) and self._is_open(variable, union) for variable, _ in union)

    def for_links(self, assumptions: Assumptions) -> Assumptions:
        """Return the assumptions of a link to another file, which cannot decide the conditions: those that hold by default are defaults."""
        conditions = [pair for pair in assumptions if pair[0].startswith(CONDITION) and self.holds_by_default((pair,))]
        return tuple(sorted((DEFAULT + pair[0], pair[1]) if pair in conditions else pair for pair in assumptions))

    def _is_open(self, condition: str, assumptions: Assumptions) -> bool:
        others = tuple(pair for pair in assumptions if pair[0] != condition)
        return self._decide is None or self._decide(condition, others) is None


def decided_by_link(condition: str, assumptions: Assumptions) -> bool | None:
    """Decide a condition by the assumptions of a link: a `Decider`."""
    value = dict(assumptions).get(DEFAULT + condition)
    return None if value is None else value == "true"


def _union(first: Assumptions, second: Assumptions) -> Assumptions:
    return tuple(sorted({**dict(first), **dict(second)}.items()))


def regional(path: str, link: str, first: Assumptions, second: Assumptions) -> str:
    """Return the key of the group of deployments that differ only in the row of a map by AWS Region; empty without a group.

    There is a group if one of two values is such a row, and the other depends on a default or an open condition: it need not suit all rows.
    """
    if not any(_is_row(one) and _is_open(set(other) - set(one)) for one, other in ((first, second), (second, first))):
        return ""
    others = sorted({*first, *second})
    return "|".join((path, link, *(f"{variable}={value}" for variable, value in others if variable != REGION)))


def _is_row(assumptions: Assumptions) -> bool:
    return any(variable == REGION for variable, _ in assumptions)


def _is_open(assumptions: Iterable[tuple[str, str]]) -> bool:
    return any(variable.startswith((DEFAULT, CONDITION)) for variable, _ in assumptions)
