"""Evaluate Terraform conditions (`test ? yes : no`): one arm if the file decides the test, otherwise both, each with its assumption.

A variable's default decides nothing, because callers may override it: it counts only where a value that depends on it is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from smlint.readers.assumptions import CONDITION, REGION, Assumptions
from smlint.readers.terraform.condition_names import Names, condition_of
from smlint.readers.terraform.expressions import Conditional, Expression
from smlint.readers.terraform.plain_values import PlainEvaluation, World
from smlint.readers.terraform.possible_values import Scope, assumptions_of
from smlint.runtime.named_tuple import NamedTuple

_MAX_WORLDS = 256


class ConditionArm(NamedTuple):
    """An arm of a conditional that may be taken, and the assumptions under which it is taken."""

    expression: Expression
    assumptions: Assumptions = ()


class ConditionEvaluator:
    """Decides the conditions in a file whose `names` have values."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._tests: dict[str, tuple[Expression, Scope]] = {}
        self._decisions: dict[tuple[str, Assumptions], bool | None] = {}
        self._doubtful: dict[str, bool] = {}
        self._by_default: dict[Assumptions, bool] = {}

    def arms(self, conditional: Conditional, scope: Scope) -> list[ConditionArm]:
        """Return the arms that may be taken."""
        variable, test, opposite = condition_of(conditional.test, scope, self._names)
        yes, no = (conditional.no, conditional.yes) if opposite else (conditional.yes, conditional.no)
        self._tests.setdefault(variable, (test, scope))
        holds = self.decide(variable, assumptions_of(scope))
        if holds is not None:
            return [ConditionArm(yes if holds else no)]
        return [ConditionArm(yes, ((variable, "true"),)), ConditionArm(no, ((variable, "false"),))]

    def decide(self, variable: str, assumptions: Assumptions) -> bool | None:
        """Return whether a condition, named by its variable, holds under assumptions; None if they do not decide it."""
        if variable not in self._tests:
            return None
        assumed = dict(assumptions)
        if variable in assumed:
            return assumed[variable] == "true"
        key = variable, assumptions
        if key not in self._decisions:
            self._decisions[key] = None  # a condition that depends on itself
            self._decisions[key] = self._decide(variable, assumed)
        return self._decisions[key]

    def is_doubtful(self, assumptions: Assumptions) -> bool:
        """Return whether assumptions include a condition that no choice of whoever deploys the module decides, or not such a choice alone.

        It depends on an attribute of a resource, or on something that smlint does not evaluate: one of its arms may never be taken.
        """
        return any(self._is_doubtful(variable) for variable, _ in assumptions if variable in self._tests)

    def _is_doubtful(self, variable: str) -> bool:
        if variable not in self._doubtful:
            test, scope = self._tests[variable]
            evaluation = PlainEvaluation(self._names, World({}), scope)
            decided = evaluation.decide(test)
            self._doubtful[variable] = decided is None and (evaluation.is_opaque or not evaluation.choices)
        return self._doubtful[variable]

    def holds_by_default(self, assumptions: Assumptions) -> bool:
        """Return whether assumptions certainly hold in a deployment with the default of every variable."""
        if assumptions not in self._by_default:
            world = World(dict(pair for pair in assumptions if pair[0] == REGION), all_defaults=True)
            conditions = [(variable, value == "true") for variable, value in assumptions if variable.startswith(CONDITION)]
            self._by_default[assumptions] = all(self._evaluate(variable, world)[0] is value for variable, value in conditions)
        return self._by_default[assumptions]

    def _evaluate(self, variable: str, world: World) -> tuple[bool | None, set[str]]:
        """Return whether a condition holds in a world, and the names that would have to be known too."""
        if variable not in self._tests:
            return None, set()
        test, scope = self._tests[variable]
        evaluation = PlainEvaluation(self._names, world, scope)
        return evaluation.decide(test), evaluation.open_names

    def _decide(self, variable: str, assumed: dict[str, str]) -> bool | None:
        holds, open_names = self._evaluate(variable, World(assumed))
        if holds is not None or not open_names:
            return holds
        # Which conditions hold together may follow from the values that variables and the Region can have.
        others = {each: {name: assumed[name] for name in assumed if name != each} for each in assumed if each in self._tests}
        related: dict[str, dict[str, str]] = {}
        for other, without in others.items():
            needed = self._evaluate(other, World(without))[1]
            if needed & open_names:
                open_names |= needed
                related[other] = without
        outcomes: set[bool | None] = set()
        for values in self._worlds(open_names):
            consistent = (self._evaluate(other, World(without, values))[0] in (None, assumed[other] == "true") for other, without in related.items())
            if all(consistent):
                outcomes.add(self._evaluate(variable, World(assumed, values))[0])
            if None in outcomes or len(outcomes) > 1:
                return None
        return outcomes.pop() if outcomes else None

    def _worlds(self, names: set[str]) -> Iterator[Mapping[str, str]]:
        """Yield the combinations of the values that open names may have, as far as those are limited and not too many."""
        domains: dict[str, tuple[str, ...]] = {}
        worlds = 1
        for name in sorted(names):
            domain = self._names.regions.names if name == REGION else self._names.domain(name.removeprefix("var."))
            if domain and worlds * len(domain) <= _MAX_WORLDS:
                worlds *= len(domain)
                domains[name.removeprefix("var.")] = domain
        for values in product(*domains.values()):
            yield dict(zip(domains, values, strict=True))
