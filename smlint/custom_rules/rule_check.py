"""The check of a custom rule: evaluate its conditions on the facts of a deployment, and describe a violation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from smlint.custom_rules.conditions import evaluate
from smlint.linter.deployment_facts import deployment_facts
from smlint.linter.fact_fields import BY_NAME, DeploymentFacts
from smlint.linter.rule import RelatedLocation, RuleContext, Undecided, Violation
from smlint.model.deployment import Deployment
from smlint.model.facts import State
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax.plain_data import UNKNOWN, Data

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
"""A fact in braces in a message."""
_MOST_RELATED = 3
_MOST_CHARACTERS = 120


class _FactsWithData(NamedTuple):
    """The facts of a deployment, and the same facts as data for conditions."""

    facts: DeploymentFacts
    data: dict[str, Data]


def rule_check(when: Data, require: Data, message: str) -> Callable[[Deployment, RuleContext], Iterator[Violation]]:
    """Return the check of a rule: every deployment that satisfies the schema `when` must satisfy the schema `require`.

    The check raises `Undecided` if an unknown fact decides.
    """

    def check(deployment: Deployment, context: RuleContext) -> Iterator[Violation]:
        facts, data = _facts_of(deployment, context)
        applies = evaluate(when, data).holds
        if applies is False:
            return
        evaluation = evaluate(require, data)
        if evaluation.holds is True:
            return
        if applies is None or evaluation.holds is None:
            raise Undecided
        names = dict.fromkeys(str(path[0]) for path in evaluation.violations if path)
        yield _violation(message, list(names), facts)

    return check


@lru_cache(maxsize=4096)
def _facts_of(deployment: Deployment, context: RuleContext) -> _FactsWithData:
    """Return the facts of a deployment. Cached: every rule of a file asks for them, and computing them costs more than a rule."""
    facts = deployment_facts(deployment, context)
    return _FactsWithData(facts, facts_as_data(facts))


def facts_as_data(facts: DeploymentFacts) -> dict[str, Data]:
    """Return facts as the data that conditions apply to: absent facts are left out, unknown ones are `UNKNOWN`."""
    data: dict[str, Data] = {}
    for name, entry in facts.items():
        if entry.state is State.UNKNOWN or (entry.state is State.KNOWN and entry.value is None):
            data[name] = UNKNOWN
        elif isinstance(entry.value, dict):
            data[name] = dict(entry.value)
        elif entry.state is State.KNOWN:
            data[name] = entry.value
    return data


def _violation(message: str, names: list[str], facts: DeploymentFacts) -> Violation:
    """Return a violation at the first of the named facts that has a location; the others become related locations."""
    located = [(name, facts[name].place) for name in names if facts[name].place is not None]
    return Violation(
        at=located[0][1] if located else None,
        message=PLACEHOLDER.sub(lambda match: _shown(match[1], facts), message),
        related=[RelatedLocation(place, _label(name, facts)) for name, place in located[1 : 1 + _MOST_RELATED]],
    )


def _label(name: str, facts: DeploymentFacts) -> str:
    title = BY_NAME[name].title
    lowered = title if title == "Region" else title[0].lower() + title[1:]
    return f"{lowered} {_shown(name, facts)}"


def _shown(name: str, facts: DeploymentFacts) -> str:
    """Return the value of a fact as text for a message."""
    entry = facts[name]
    if entry.state is not State.KNOWN or entry.value is None:
        return "unknown" if entry.state is State.UNKNOWN else "none"
    if isinstance(entry.value, dict):
        return ", ".join(f"{library} {version}" for library, version in entry.value.items())
    text = str(entry.value).lower() if isinstance(entry.value, bool) else " ".join(str(entry.value).split())
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 3] + "..."
