"""The section `provenance` of a catalog: its sources, each with a date and the lists that are only as new as that source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from smlint.catalog_build.sdk_config import Json, Object, as_object


def date_of(sources: Iterable[Object]) -> str:
    """Return the date of a catalog: that of the oldest source that makes a list complete. Raises `ValueError` if there is no such source."""
    return min(str(source["date"]) for source in sources if source.get("lists"))


def renew(sources: Sequence[Object], names: Collection[str], new: Object) -> list[Object]:
    """Add a source, which takes over the lists of those with the given names: what they made complete is as new as the new one now.

    The date of the new source is at least theirs. A source without a predecessor makes no list complete.
    """
    old = [source for source in sources if source["name"] in names and source.get("lists")]
    if not old:
        return [*sources, new]
    lists = " ".join(dict.fromkeys(word for source in old for word in str(source["lists"]).split()))
    dated = new | {"date": max(str(new["date"]), *(str(source["date"]) for source in old)), "lists": lists}
    return [*(source | {"lists": ""} if source in old else source for source in sources), dated]


def rows(value: Json) -> list[Object]:
    """Return the sources in a section `provenance`."""
    return [as_object(source) for source in value] if isinstance(value, list) else []
