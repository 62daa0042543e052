"""Find the pairs of each environment, where a configuration has defaults that environments override.

    image: <uri>
    instance_type: ml.c7g.xlarge           # never used
    environments:
      dev: {instance_type: ml.m5.large}
      prod: {instance_type: ml.m5.xlarge}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from smlint.readers.generic.keywords import holds_environments, is_defaults, is_environment_name, words_of
from smlint.readers.generic.levels import CandidateField, MappingLevel, Pair, upwards
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Steps

MAX_ENVIRONMENTS = 200
"""A pair that may be overridden by more environments is left out."""

_MAX_FIELDS = 100  # fields of one environment that are compared

Words = tuple[str, ...]


class _Environment(NamedTuple):
    """The mapping of an environment, the level that contains it and the pair, and the level whose values it overrides."""

    level: int
    common: int
    defaults: int


def with_overrides(levels: list[MappingLevel], pairs: Sequence[Pair], fields: Mapping[int, Sequence[CandidateField]]) -> list[Pair]:
    """Replace each pair that environments override with the pairs of these environments. `fields` are all fields by their level.

    The pair itself remains, marked as overridden unless an environment overrides none of it.
    """
    overrides = _Overrides(levels, fields)
    result: list[Pair] = []
    for pair in pairs:
        environments = list(islice(overrides.environments(pair), MAX_ENVIRONMENTS + 1))
        if len(environments) > MAX_ENVIRONMENTS:
            continue
        inherits = not environments
        for environment in environments:
            image, instance = (overrides.override(environment, field) for field in (pair.image, pair.instance))
            if image is None and instance is None:
                inherits = True
            elif image is None or instance is None:
                result.append(Pair(image or pair.image, instance or pair.instance, environment.common))
        result.append(pair._replace(overridden=not inherits))
    return result


class _Overrides:
    """The environments of one document."""

    def __init__(self, levels: list[MappingLevel], fields: Mapping[int, Sequence[CandidateField]]) -> None:
        self._levels = levels
        self._fields = fields
        self._children: dict[int, list[int]] = {}
        for index, level in enumerate(levels):
            self._children.setdefault(level.parent, []).append(index)
        self._at: dict[int, list[tuple[int, int]]] = {}
        self._below: dict[int, dict[tuple[Words, Steps], CandidateField]] = {}

    def environments(self, pair: Pair) -> Iterator[_Environment]:
        """Yield the environments that may override a pair, each once."""
        seen: set[int] = set()
        for environment in self._candidates(pair):
            if environment.level not in seen:
                seen.add(environment.level)
                yield environment

    def _candidates(self, pair: Pair) -> Iterator[_Environment]:
        within = {*upwards(self._levels, pair.image.level), *upwards(self._levels, pair.instance.level)}
        for above in upwards(self._levels, pair.common):
            yield from (_Environment(index, above, above) for child, index in self._environments_in(above) if child not in within)
            parent = self._levels[above].parent
            if parent >= 0 and is_defaults(self._levels[above].key):
                siblings = [sibling for sibling in self._children.get(parent, ()) if sibling != above]
                yield from (_Environment(index, parent, above) for index in self._users(siblings, pair))
            if self._is_environment(above):
                return  # the other environments are next to it

    def override(self, environment: _Environment, field: CandidateField) -> CandidateField | None:
        """Return the field of an environment that overrides a field: with the same key and path, or the only one with the key."""
        below = self._fields_below(environment.level)
        key = words_of(field.key)
        path = self._path(field.level, environment.defaults)
        for steps in (path, ()):
            if (key, steps) in below:
                return below[(key, steps)]
        same = [other for (words, _), other in below.items() if words == key]
        return same[0] if len(same) == 1 and not path else None

    def _environments_in(self, above: int) -> list[tuple[int, int]]:
        """Return the environments in a mapping, each with the entry of the mapping that it is or is in."""
        if above not in self._at:
            self._at[above] = [(child, index) for child in self._children.get(above, ()) for index in self._environments_at(child)]
        return self._at[above]

    def _environments_at(self, index: int) -> Iterator[int]:
        """Yield a mapping if it is an environment, or those in it if it holds environments."""
        level = self._levels[index]
        if holds_environments(level.key):
            yield from (index,) if level.in_list else self._children.get(index, ())
        elif is_environment_name(level.key):
            yield index

    def _is_environment(self, index: int) -> bool:
        level = self._levels[index]
        if is_environment_name(level.key) or (level.in_list and holds_environments(level.key)):
            return True
        return level.parent >= 0 and holds_environments(self._levels[level.parent].key)

    def _users(self, siblings: Sequence[int], pair: Pair) -> Iterator[int]:
        """Yield what uses defaults: the mappings and lists next to them where a field has the same name, or those inside."""
        keys = {words_of(pair.image.key), words_of(pair.instance.key)}
        lists = {self._levels[index].key for index in siblings if self._levels[index].in_list and self._has_field(index, keys)}
        for index in siblings:
            if self._levels[index].in_list:
                if self._levels[index].key in lists:
                    yield index
            elif any(words_of(field.key) in keys for field in self._fields.get(index, ())):
                yield index
            elif self._has_field(index, keys):
                yield from self._children.get(index, ())

    def _has_field(self, index: int, keys: set[Words]) -> bool:
        return any(words in keys for words, _ in self._fields_below(index))

    def _fields_below(self, index: int) -> dict[tuple[Words, Steps], CandidateField]:
        """Return the fields in a mapping and in those inside it, by the words of their key and the path to their mapping."""
        if index not in self._below:
            found: dict[tuple[Words, Steps], CandidateField] = {}
            pending: list[tuple[int, Steps]] = [(index, ())]
            while pending and len(found) < _MAX_FIELDS:
                level, path = pending.pop()
                for field in self._fields.get(level, ()):
                    found.setdefault((words_of(field.key), path), field)
                pending += ((child, (*path, *self._levels[child].steps)) for child in self._children.get(level, ()))
            self._below[index] = found
        return self._below[index]

    def _path(self, index: int, above: int) -> Steps:
        """Return the steps from a level to one below it."""
        steps: Steps = ()
        while index not in (above, -1):
            steps = self._levels[index].steps + steps
            index = self._levels[index].parent
        return steps
