"""AWS Regions and partitions: which exist, what a Region name looks like, and the DNS suffix of its registries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache


@lru_cache(maxsize=256)
def looks_like_region(name: str) -> bool:
    """Return whether a name has the form of a Region name: `eu-west-1`, `us-gov-east-1`, `ap-southeast-12`. The Region may not exist."""
    parts = name.split("-")
    if len(parts) not in (3, 4) or not name.isascii():
        return False
    head, middle, number = parts[0], parts[1:-1], parts[-1]
    return (
        (len(head) == 2 or head == "eusc")
        and head.isalpha()
        and head.islower()
        and all(word.isalpha() and word.islower() and len(word) >= 2 for word in middle)
        and number.isdigit()
        and 1 <= len(number) <= 2
    )


def in_mask(mask: str, names: Sequence[str]) -> list[str]:
    """Return the names that a hexadecimal mask of the catalog selects: bit i selects `names[i]`."""
    bits = int(mask, 16)
    return [name for index, name in enumerate(names) if bits >> index & 1]


def in_same_area(region: str, regions: Iterable[str]) -> list[str]:
    """Return those of the Regions whose names start like that of a Region: `eu` for `eu-west-1`."""
    area = region.partition("-")[0]
    return [other for other in regions if other.partition("-")[0] == area]


def edit_distance(first: str, second: str) -> int:
    """Return how many single-character insertions, deletions, substitutions or swaps of neighbors turn one text into the other."""
    previous: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before_previous, previous, row = previous, row, [i]
        for j, b in enumerate(second, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and b == first[i - 2]:
                cost = min(cost, before_previous[j - 2] + 1)
            row.append(cost)
    return row[-1]


_NAME = r"(?<![a-z0-9])(?=([a-z]{2,4}(?:-[a-z]{2,10}){1,2}-[0-9])(?![0-9]))"
"""What looks like the name of a Region inside a longer text, from each start of a word: `prod-us-west-2` has two."""


class RegionTable:
    """The Regions of a catalog, over all partitions.

    `partitions` are rows of (name, pattern of its Region names, DNS suffix) and `regions` maps each partition to its Region names, separated
    by blanks: both from botocore. `registries` map Regions to accounts; their Regions count as well.
    """

    def __init__(
        self, partitions: Sequence[Sequence[str]], regions: Mapping[str, str], registries: Iterable[Mapping[str, str]]
    ) -> None:
        self._patterns = [(name, pattern) for name, pattern, _ in partitions]
        self._suffixes = {name: suffix for name, _, suffix in partitions}
        self._partitions = {region: name for name, names in regions.items() for region in names.split()}
        for registry in registries:
            for region in registry:
                if region not in self._partitions:
                    self._partitions[region] = self._partition_by_form(region) or "aws"

    def __contains__(self, name: str) -> bool:
        """Return whether this is the name of a Region, in any partition."""
        return name in self._partitions

    def mentioned_in(self, text: str) -> Iterator[str]:
        """Yield the Regions that a text mentions as whole words: in an ARN, the name of a bucket, or `prod-us-west-2`."""
        if "-" in text:
            import re

            yield from (name for name in re.findall(_NAME, text) if name in self)

    @property
    def names(self) -> tuple[str, ...]:
        """All Regions, sorted."""
        return tuple(sorted(self._partitions))

    def partition_of(self, region: str) -> str | None:
        """Return the partition of a Region (`aws`, `aws-cn`, ...): for an unknown Region by the form of its name; None for other text."""
        known = self._partitions.get(region)
        return known if known is not None else self._partition_by_form(region)

    def domain_of(self, region: str) -> str | None:
        """Return the DNS suffix of a Region's registries (`amazonaws.com`, `amazonaws.com.cn`, ...); None if the text is not a Region."""
        partition = self.partition_of(region)
        return self._suffixes.get(partition) if partition is not None else None

    def correction_of(self, name: str) -> str | None:
        """Return the Region that a misspelled name refers to; None for a Region, and for a name that a future Region could have.

        A new Region gets a new number or a new combination of country and direction. So a name is a typo only if one of its words is not a
        direction in any Region name, and one or two edits turn it into a Region.
        """
        if name in self:
            return None
        directions = {word for region in self._partitions for word in region.split("-")[1:-1]}
        if directions.issuperset(name.split("-")[1:-1]):
            return None
        nearest = min(self._partitions, key=lambda region: (edit_distance(name, region), region))
        return nearest if edit_distance(name, nearest) <= 2 else None

    def nearest(self, name: str, count: int) -> tuple[str, ...]:
        """Return up to `count` Regions with a similar name, nearest first, by the measure of `correction_of`."""
        from difflib import get_close_matches

        text = name[:40].lower()
        similar = get_close_matches(text, self.names, 4 * count, 0.7)
        return tuple(sorted(similar, key=lambda region: (edit_distance(text, region), region))[:count])

    def _partition_by_form(self, name: str) -> str | None:
        """Return the partition whose pattern the name matches. botocore's patterns are all `^(a|b)\\-\\w+\\-\\d+$` or have a fixed head."""
        if not looks_like_region(name):
            return None
        import re

        return next((partition for partition, pattern in self._patterns if re.match(pattern, name)), None)
