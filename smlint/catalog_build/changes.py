"""What an update of the catalog changes."""

from __future__ import annotations

from smlint.catalog_build.known import items, published_tags
from smlint.catalog_build.provenance import rows
from smlint.catalog_build.sdk_config import Json, Object, as_object
from smlint.images.evidence import STRENGTH
from smlint.runtime.named_tuple import NamedTuple

Pair = tuple[str, str]


class CatalogUpdate(NamedTuple):
    """An updated catalog as plain data, and what it changes in the one before: new (repository, tag) pairs, repositories, and Regions.

    `proved` are known tags that now have stronger evidence of a release, `dates` the (repository, version) pairs with new or other support
    dates. `left_out` are tags whose document contradicts the rules for platforms. `base` is the version or date of the source that the catalog
    before was built from, if the update comes from a newer one of the same source; else it is empty.
    """

    data: Object
    tags: tuple[Pair, ...] = ()
    repositories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    base: str = ""
    proved: tuple[Pair, ...] = ()
    dates: tuple[Pair, ...] = ()
    left_out: tuple[Pair, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the update changes nothing."""
        return not (self.tags or self.repositories or self.regions or self.proved or self.dates)

    def recorded(self, source: str) -> Object:
        """Return the changes as an entry of the section `changes` of the catalog."""
        return {
            "source": source,
            "tags": _by_repository(self.tags),
            "repositories": list[Json](self.repositories),
            "regions": list[Json](self.regions),
            "proved": _by_repository(self.proved),
            "dates": _by_repository(self.dates),
        }


def compare(before: Object, after: Object, base: str = "") -> CatalogUpdate:
    """Return what an updated catalog changes in the one before."""
    old, new = _tags(before), _tags(after)
    weak, strong = published_tags(before), published_tags(after)
    rank = STRENGTH.index
    return CatalogUpdate(
        data=after,
        tags=tuple(sorted(new - old)),
        repositories=tuple(sorted(as_object(after["repositories"]).keys() - as_object(before["repositories"]).keys())),
        regions=tuple(sorted(_regions(after) - _regions(before))),
        base=base,
        proved=tuple(
            sorted(
                (name, tag)
                for name, tags in weak.items()
                for tag, evidence in tags.items()
                if rank(strong.get(name, {}).get(tag, evidence)) < rank(evidence)
            )
        ),
        dates=_new_dates(before, after),
    )


def base_version(catalog: Object, name: str) -> str:
    """Return the version of a source that a catalog was built from; empty if it was not built from it."""
    return next((str(source["version"]) for source in rows(catalog["provenance"]) if source.get("name") == name and source.get("lists")), "")


def _by_repository(pairs: tuple[Pair, ...]) -> Object:
    tables: dict[str, list[Json]] = {}
    for repository, item in pairs:
        tables.setdefault(repository, []).append(item)
    return dict[str, Json](tables)


def _tags(catalog: Object) -> set[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for repository, value in as_object(catalog["repositories"]).items():
        entry = as_object(value)
        for tags in (entry.get("published"), *as_object(entry.get("given", {})).values()):
            pairs.update((repository, str(tag)) for tag in items(tags))
    return pairs


def _regions(catalog: Object) -> set[str]:
    return set(str(catalog["published_regions"]).split())


def _new_dates(before: Object, after: Object) -> tuple[Pair, ...]:
    old = as_object(before["support"])
    return tuple(
        (repository, version)
        for repository, table in as_object(after["support"]).items()
        for version, dates in as_object(table).items()
        if as_object(old.get(repository, {})).get(version) != dates
    )
