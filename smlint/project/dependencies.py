"""Which files of a run have to be read together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.linter.engine import FileReading


class Ties(NamedTuple):
    """What may tie a text to others: the keys of the models it offers and of those it wants (see `Link`), and the templates that it nests."""

    exports: frozenset[str]
    imports: frozenset[str]
    nested: frozenset[str]


def ties_of(file: FileReading) -> Ties | None:
    """What may tie a text to others; None if nothing does but a template that nests it."""
    readings = [reading for reading, _ in file.readings]
    if not any(reading.exports or reading.imports or reading.nested for reading in readings):
        return None
    return Ties(
        frozenset(link.key for reading in readings for link in reading.exports),
        frozenset(link.key for reading in readings for link in reading.imports),
        frozenset(place_of_nested(file.source.path, stack.path) for reading in readings for stack in reading.nested),
    )


def tied(paths: Iterable[str], ties: Mapping[str, Ties]) -> set[str]:
    """Those of the paths whose texts have to be read together. `ties` are what was seen in each of them by itself.

    A text in which a model is wanted that another one offers, or the other way round. The parameters that a nested stack is given may change
    what it offers, wants and nests: where one is among the paths, all are read together.
    """
    places = {os.path.abspath(path): path for path in paths}
    if any(place in places for one in ties.values() for place in one.nested):
        return set(places.values())
    offered = {key for one in ties.values() for key in one.exports}
    shared = {key for one in ties.values() for key in one.imports if key in offered}
    return {path for path, one in ties.items() if not shared.isdisjoint(one.exports | one.imports)} if shared else set()


def place_of_nested(path: str, nested: str) -> str:
    """The absolute path of a template that the file `path` nests."""
    return os.path.abspath(os.path.join(os.path.dirname(path), nested))
