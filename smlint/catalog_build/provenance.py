"""The section `provenance` of a catalog: its sources, each with a date and the lists that are only as new as that source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from smlint.catalog_build.sdk_config import Json, Object, as_object


def date_of(sources: Iterable[Object]) -> str:
    """Return the date of a catalog: that of the oldest source that makes a list complete. Raises `ValueError` if there is no such source."""
    return min(str(source["date"]) for source in sources if source.get("lists"))


def renew(sources: Sequence[Object], names: Collection[str], new: Object) -> list[Object]:
    """Add a source, which takes over the lists of those with the given names: what they made complete is as new as the new one now.

    A source without a predecessor makes no list complete.
    """
    old = [source for source in sources if source["name"] in names and source.get("lists")]
    if not old:
        return [*sources, new]
    lists = " ".join(dict.fromkeys(word for source in old for word in str(source["lists"]).split()))
    return [*(source | {"lists": ""} if source in old else source for source in sources), new | {"lists": lists}]


def newest(sources: Iterable[Object], names: Collection[str], name: str) -> str:
    """Return the date of the newest of some sources that makes a list complete; empty if there is none."""
    return max((str(source["date"]) for source in sources if source["name"] in names and name in str(source.get("lists")).split()), default="")


def rows(value: Json) -> list[Object]:
    """Return the sources in a section `provenance`."""
    return [as_object(source) for source in value] if isinstance(value, list) else []
