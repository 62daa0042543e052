"""The Region of a pair in an ad-hoc configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.images.regions import RegionTable
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image
from smlint.readers.api.responses import region_of_response
from smlint.readers.common import mapping_of, stated
from smlint.readers.generic.keywords import REGION_HOLDERS, is_environment, is_other_service, is_region_key
from smlint.readers.generic.levels import MappingLevel, Pair, upwards
from smlint.syntax import Node, Scalar, Sequence, merged, resolve


class StatedRegions:
    """Finds the Regions that a document states for its pairs."""

    def __init__(self, levels: list[MappingLevel], regions: RegionTable) -> None:
        self._levels = levels
        self._regions = regions
        self._everywhere: frozenset[str] | None = None

    def of_pair(self, pair: Pair, image: Image | None) -> Fact[str]:
        """Return the nearest Region stated next to the pair or above it.

        It is unknown if that is not a Region, or if it is in doubt: there are two, another one is mentioned nearer, or it is stated above
        the pair and the document also mentions the Region of the image.
        """
        levels = self._levels
        fields = (pair.instance, pair.image)
        below = {fact.get() or "": fact for field in fields for fact in _regions_below(levels, field.level, pair.common, self._regions)}
        if len(below) > 1:
            return unknown()
        for fact in below.values():
            return fact
        for index in upwards(levels, pair.common):
            region = _stated_region(levels[index], self._regions)
            if region is not None:
                nearer = set(_mentioned(levels, _levels_up_to(levels, pair, index), self._regions))
                is_above = index != pair.common and image is not None and image.region in self._mentioned_anywhere()
                in_doubt = nearer | ({image.region} if is_above and image is not None else set())
                return unknown(region.text) if in_doubt - {region.get()} else region
        return ABSENT

    def _mentioned_anywhere(self) -> frozenset[str]:
        if self._everywhere is None:
            self._everywhere = frozenset(_mentioned(self._levels, range(len(self._levels)), self._regions))
        return self._everywhere


def _regions_below(levels: list[MappingLevel], index: int, common: int, regions: RegionTable) -> Iterator[Fact[str]]:
    """Yield the Regions stated from a level up to, but not in, the common mapping."""
    while index not in (common, -1):
        region = _stated_region(levels[index], regions)
        if region is not None:
            yield region
        index = levels[index].parent


def _stated_region(level: MappingLevel, regions: RegionTable) -> Fact[str] | None:
    """Return the Region that a mapping states: its `region`, the `region` in its `aws`, its own key if that is a Region, or the ARN in a response."""
    if not is_other_service(level.key):
        for key, node in level.entries.items():
            if is_region_key(key):
                return _as_region(node, regions)
        for key in REGION_HOLDERS:
            holder = mapping_of(level.entries.get(key))
            if holder is not None and holder.get("region") is not None:
                return _as_region(holder.get("region"), regions)
    if level.key in regions:
        return known(level.key)
    region = region_of_response(level.entries)
    return region if region.known and region.value in regions else None


def _as_region(node: Node | None, regions: RegionTable) -> Fact[str]:
    fact = stated(node)
    return fact if fact.known and fact.value in regions else unknown(fact.text)


def _levels_up_to(levels: list[MappingLevel], pair: Pair, top: int) -> Iterator[int]:
    """Yield the levels from those of the pair up to a level above or at their common one, which is included."""
    seen = set()
    for field in (pair.image, pair.instance):
        for index in upwards(levels, field.level):
            if index not in seen:
                seen.add(index)
                yield index
            if index == top:
                break


def _mentioned(levels: list[MappingLevel], indexes: Iterable[int], regions: RegionTable) -> Iterator[str]:
    """Yield the Regions in the keys and values of these levels, such as `target_region`, an ARN or a key `prod-us-west-2`.

    Registries do not count: whether the image is in the right Region is the question.
    """
    for index in indexes:
        level = levels[index]
        yield from regions.mentioned_in(level.key)
        for key, node in level.entries.items():
            content = mapping_of(node)
            inner = [value for _, value in merged(content)] if content is not None and is_environment(key) else [node]
            for value in map(resolve, inner):
                items = map(resolve, value.items) if isinstance(value, Sequence) else [value]
                for item in items:
                    if isinstance(item, Scalar) and ".dkr" not in item.value:
                        yield from regions.mentioned_in(item.value)
