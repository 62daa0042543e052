"""The instances of resources, modules and blocks that `count` and `for_each` create, each with the assumptions under which it exists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from smlint.model.text import Text
from smlint.readers.assumptions import DEFAULT, MAX_VALUES, AssumedValue, Assumptions, common
from smlint.readers.terraform.possible_values import Collection, Iteration, PossibleValue, Scope, under_assumptions
from smlint.syntax import Mapping, Node


class CountEvaluator(Protocol):
    """What the number of instances needs from the evaluator of a file."""

    def texts(self, node: Node | None, scope: Scope = ()) -> tuple[AssumedValue, ...]:
        """Return the string values that a node may have."""

    def values(self, node: Node, scope: Scope = ()) -> tuple[PossibleValue, ...]:
        """Return the values that a node may have."""


def instances_of(body: Mapping, evaluator: CountEvaluator) -> list[tuple[str, Scope]]:
    """Return the (address index, scope) pairs that `count` or `for_each` of a block creates; a single one if they are unknown."""
    count, for_each = body.get("count"), body.get("for_each")
    if for_each is not None:
        iterations = iterated(evaluator.values(for_each), "each")
    elif count is not None:
        iterations = _counted(evaluator.texts(count))
    else:
        return [("", ())]
    return [(_address_index(iteration), (iteration,)) for iteration in iterations]


def _counted(values: Sequence[AssumedValue]) -> list[Iteration]:
    """Return the iterations of a `count`, given its possible values; one with an unknown index if their number is unknown."""
    counts = [_number(value) for value in values]
    present = [count for count in counts if count[0] != 0]
    existence = common([assumptions for _, assumptions in counts], [assumptions for _, assumptions in present])
    numbers = {number for number, _ in present} or ({0} if counts else {None})
    number = numbers.pop() if len(numbers) == 1 else None
    if number is None or number > MAX_VALUES:
        return [Iteration("count", assumptions=existence)]
    return [Iteration("count", str(index), assumptions=existence) for index in range(number)]


def iterated(collections: Sequence[PossibleValue], name: str) -> list[Iteration]:
    """Return the iterations of a `for_each`, given its possible values; one with an unknown key if they are unknown."""
    alternatives = [each.assumptions for each in collections]
    keys: dict[str, tuple[list[Assumptions], list[PossibleValue]]] = {}
    for each in collections:
        entries = _entries(each, is_set=name == "each")
        if entries is None:
            present = [each.assumptions for each in collections if not isinstance(each.value, Collection) or each.value.entries]
            return [Iteration(name, assumptions=common(alternatives, present))]
        for key, values in entries.items():
            having, found = keys.setdefault(key, ([], []))
            having.append(each.assumptions)
            found.extend(values)
    if not collections:
        return [Iteration(name)]
    return [Iteration(name, key, tuple(found), common(alternatives, having)) for key, (having, found) in keys.items()]


def _address_index(iteration: Iteration) -> str:
    if iteration.key is None:
        return ""
    return f"[{iteration.key}]" if iteration.name == "count" else f'["{iteration.key}"]'


def _number(count: AssumedValue) -> tuple[int | None, Assumptions]:
    """Return a `count` of at most 4 digits, and its assumptions; None for anything else."""
    text, assumptions = count
    if text is None or not text.known or any(piece.name for piece in text.pieces):
        # A named piece comes from a variable, whose default may be overridden: then read a single instance.
        return None, tuple(pair for pair in assumptions if not pair[0].startswith(DEFAULT))
    value = text.value
    return (int(value) if value.isascii() and value.isdecimal() and len(value) < 5 else None), assumptions


def _entries(collection: PossibleValue, *, is_set: bool) -> dict[str, tuple[PossibleValue, ...]] | None:
    """Return the keys of a `for_each`, each with its possible values; None if they are unknown."""
    if not isinstance(collection.value, Collection) or len(collection.value.entries) > MAX_VALUES:
        return None
    found: dict[str, tuple[PossibleValue, ...]] = {}
    for key, entry in collection.value.entries.items():
        values = under_assumptions(entry(), collection.assumptions)
        if not collection.value.is_list or not is_set:
            found[key] = values
        elif len(values) == 1 and isinstance(values[0].value, Text) and values[0].value.known:  # key and value are the same
            found[values[0].value.value] = values
        else:
            return None
    return found
