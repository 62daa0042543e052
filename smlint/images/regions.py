"""AWS Regions and partitions: which exist, what a Region's name looks like, and the DNS suffix of its registries."""

from __future__ import annotations

from functools import lru_cache

from smlint.images.catalog import current


@lru_cache(maxsize=1)
def _partitions() -> dict[str, str]:
    """Partition by Region, for every Region of botocore's partitions and of the registries."""
    catalog = current()
    found = {region: name for name, regions in catalog.regions.items() for region in regions.split()}
    for family in catalog.accounts:
        for region in family:
            if region not in found:
                found[region] = _by_form(region) or "aws"
    return found


@lru_cache(maxsize=1)
def _suffixes() -> dict[str, str]:
    return {name: suffix for name, _, suffix in current().partitions}


def _by_form(name: str) -> str | None:
    """The partition whose Region pattern the name fits; botocore's patterns are all `^(a|b)\\-\\w+\\-\\d+$` or a fixed head."""
    if not looks_like_region(name):
        return None
    import re

    return next((partition for partition, pattern, _ in current().partitions if re.match(pattern, name)), None)


def forget() -> None:
    """Forget the catalogue used so far."""
    _partitions.cache_clear()
    _suffixes.cache_clear()


def every_region() -> tuple[str, ...]:
    """The Regions of all partitions, sorted."""
    return tuple(sorted(_partitions()))


def is_region(name: str) -> bool:
    """Whether this is a Region of AWS (of any partition)."""
    return name in _partitions()


@lru_cache(maxsize=256)
def looks_like_region(name: str) -> bool:
    """Whether a name has the form of a Region's: `eu-west-1`, `us-gov-east-1`, `ap-southeast-12`. It need not exist."""
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


def partition(region: str) -> str | None:
    """`aws`, `aws-cn`, ... of a Region, also of one yet to come, by its form; None for any other text."""
    found = _partitions().get(region)
    return found if found is not None else _by_form(region)


def domain_of(region: str) -> str | None:
    """The DNS suffix of a Region's registries (`amazonaws.com`, `amazonaws.com.cn`, ...); None for a text that is no Region."""
    name = partition(region)
    return _suffixes().get(name) if name is not None else None


def meant_region(name: str) -> str | None:
    """The Region that a misspelt name means; None for a Region's name, and for any that may be the name of one yet to come.

    A new Region is named by a new number or a new mix of country and direction. So only a name with a word that is no direction
    of any Region is taken for a mistake, and only if one or two edits make it a Region's.
    """
    if is_region(name):
        return None
    directions = {word for region in _partitions() for word in region.split("-")[1:-1]}
    if directions.issuperset(name.split("-")[1:-1]):
        return None
    near = min(_partitions(), key=lambda region: (edits(name, region), region))
    return near if edits(name, near) <= 2 else None


def edits(one: str, other: str) -> int:
    """How many characters must be put in, taken out, exchanged or swapped with their neighbour to make the one name of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                least = min(least, older[j - 2] + 1)
            row.append(least)
    return row[-1]


def nearest_regions(name: str, count: int = 3) -> tuple[str, ...]:
    """Regions of a similar name, nearest first."""
    from difflib import get_close_matches

    return tuple(get_close_matches(name[:40].lower(), sorted(_partitions()), count, 0.7))
