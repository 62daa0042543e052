"""Find the pairs of each environment, where a configuration has defaults that environments override.

    image: <uri>                           # the default of both, on dev.instance_type and prod.instance_type
    instance_type: ml.c7g.xlarge           # which is never used
    environments:
      dev: {instance_type: ml.m5.large}
      prod: {instance_type: ml.m5.xlarge}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from smlint.readers.generic.keywords import holds_environments, is_defaults, is_environment_name
from smlint.readers.generic.levels import CandidateField, MappingLevel, Pair

MAX_ENVIRONMENTS = 200
"""A pair that may be overridden by more environments is left out."""


def with_overrides(levels: Sequence[MappingLevel], pairs: Sequence[Pair], fields: Mapping[int, Sequence[CandidateField]]) -> list[Pair]:
    """Replace each pair that environments override with the pairs of these environments. `fields` are all fields by their level.

    The pair itself remains if an environment overrides none of it.
    """
    children: dict[int, list[int]] = {}
    for index, level in enumerate(levels):
        children.setdefault(level.parent, []).append(index)
    by_key: dict[int, dict[str, CandidateField]] = {}
    result: list[Pair] = []
    for pair in pairs:
        environments = list(islice(_environments(levels, children, pair), MAX_ENVIRONMENTS + 1))
        if len(environments) > MAX_ENVIRONMENTS:
            continue
        inherits = not environments
        for environment, common in environments:
            if environment not in by_key:
                by_key[environment] = {field.key: field for field in _fields_below(environment, children, fields)}
            image, instance = (by_key[environment].get(field.key) for field in (pair.image, pair.instance))
            if image is None and instance is None:
                inherits = True
            elif image is None or instance is None:
                result.append(Pair(image or pair.image, instance or pair.instance, common))
        if inherits:
            result.append(pair)
    return result


def _environments(levels: Sequence[MappingLevel], children: Mapping[int, Sequence[int]], pair: Pair) -> Iterator[tuple[int, int]]:
    """Yield the mappings whose values override those of a pair, one for each environment, each with the level that contains both."""
    own = {pair.image.level, pair.instance.level}
    for child in children.get(pair.common, ()):
        if child not in own:
            yield from ((index, pair.common) for index in _environments_at(levels, children, child))
    parent = levels[pair.common].parent
    if parent < 0 or not is_defaults(levels[pair.common].key):
        return
    for sibling in children.get(parent, ()):
        if sibling == pair.common:
            continue
        if holds_environments(levels[parent].key):
            yield sibling, parent
        else:
            yield from ((index, parent) for index in _environments_at(levels, children, sibling))


def _environments_at(levels: Sequence[MappingLevel], children: Mapping[int, Sequence[int]], index: int) -> Iterator[int]:
    """Yield a mapping if it is an environment, or those in it if it holds environments."""
    level = levels[index]
    if holds_environments(level.key):
        yield from (index,) if level.in_list else children.get(index, ())
    elif is_environment_name(level.key):
        yield index


def _fields_below(index: int, children: Mapping[int, Sequence[int]], fields: Mapping[int, Sequence[CandidateField]]) -> Iterator[CandidateField]:
    """Yield the fields in a mapping and in those inside it."""
    pending = [index]
    while pending:
        level = pending.pop()
        yield from fields.get(level, ())
        pending += children.get(level, ())
