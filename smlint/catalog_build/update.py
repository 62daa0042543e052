"""Update the bundled catalog with a newer SDK: combine the sources of the catalog again, with the configurations of that SDK.

`smlint catalog update` uses it. The update keeps all tags, accounts and Regions of the bundled catalog. Support dates, instance types and
partitions do not come from the SDK and stay the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from smlint.catalog_build.build import frameworks_of, repositories
from smlint.catalog_build.changes import CatalogUpdate, base_version, compare
from smlint.catalog_build.completeness import kept_complete_versions
from smlint.catalog_build.installed_sdk import InstalledSdk, SdkConfigs
from smlint.catalog_build.known import bundled, full_versions, items, kept_overrides, published_tags
from smlint.catalog_build.provenance import date_of, newest, renew, rows
from smlint.catalog_build.sdk_config import Json, Object, accounts_of, as_object, condense
from smlint.images.regions import in_mask
from smlint.runtime.errors import SmlintError


def update_catalog(installed: InstalledSdk, configs: SdkConfigs, today: str, start: Object | None = None) -> CatalogUpdate:
    """Update a catalog, by default the bundled one, with the configurations of an installed SDK. `today` is an ISO date.

    A newer `sagemaker-core` takes precedence over the one that the catalog was built from, and `retrieve(sdk_compatible=True)` then follows it.
    An older one adds nothing. `sagemaker` 2, which is no longer developed, only adds what the catalog lacks. Raises `SmlintError` if the
    configurations have an unknown shape.
    """
    before = start or bundled("catalog.json")
    base = base_version(before, installed.name)
    if base and not _is_newer(installed.version, base):
        return CatalogUpdate(before, base=base)
    old = expand(bundled("sdk.json"), before)
    new = configs.by_framework
    try:
        both = condense(merge_configs(old, new) if base else merge_configs(new, old))
        accounts = merge_accounts(old, new, prefer_new=bool(base))
        complete = kept_complete_versions(as_object(before["repositories"]))
        entries, registries = repositories(both, accounts, published_tags(before), kept_overrides(before), full_versions(before), complete)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SmlintError(f"the image configurations of {installed.name} {installed.version} have an unknown shape", "update smlint") from error
    data = before | {
        "published_regions": both["regions"],
        "region_sets": both["region_sets"],
        "accounts": [dict(registry) for registry in registries],
        "frameworks": " ".join(frameworks_of(both, entries)),
        "repositories": dict(entries),
    }
    update = compare(before, data, base)
    if update.is_empty and not base:
        return update._replace(data=before)
    if base:
        data["sdk"] = condense(new)
    # Only a newer version of the SDK that the catalog was built from makes its lists newer.
    old_sources = rows(before["provenance"])
    day = max(min(installed.day, today), newest(old_sources, (installed.name,), "images"))  # a reproducible build may date all files 1980
    sources = renew(old_sources, (installed.name,), _provenance(installed, configs, day))
    data |= {"as_of": date_of(sources), "provenance": list[Json](sources)}
    data["changes"] = [*items(before.get("changes")), update.recorded(f"{installed.name} {installed.version}")]
    return update._replace(data=data)


def _is_newer(version: str, base: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version) > Version(base)
    except InvalidVersion:
        return False


def _provenance(installed: InstalledSdk, configs: SdkConfigs, day: str) -> Object:
    return {
        "name": installed.name,
        "version": installed.version,
        "date": day,
        "sha256": configs.sha256,
        "license": "Apache-2.0",
        "lists": "",
        "gives": "accounts, versions and tags that the installed SDK names (smlint catalog update)",
    }


def expand(section: Object, catalog: Object) -> dict[str, Json]:
    """Reverse `condense`: return the SDK's configurations with the accounts of the catalog in place of the sets of Regions."""
    regions = str(section["regions"]).split()
    sets = [in_mask(str(number), regions) for number in items(section["region_sets"])]
    registries = [as_object(registry) for registry in items(catalog["accounts"])]
    entries = as_object(catalog["repositories"])

    def expanded(tree: Json) -> Json:
        if not isinstance(tree, dict):
            return tree
        number, repository = tree.get("registries"), tree.get("repository")
        result = {key: expanded(value) for key, value in tree.items()}
        if isinstance(number, int) and isinstance(repository, str):
            registry = registries[_integer(as_object(entries[repository])["accounts"])]
            result["registries"] = {region: registry[region] for region in sets[number]}
        return result

    return {name: expanded(config) for name, config in as_object(section["configs"]).items()}


def _integer(value: Json) -> int:
    if not isinstance(value, int):
        raise TypeError(f"expected a number, not {value!r}")
    return value


def merge_configs(under: Mapping[str, Json], over: Mapping[str, Json]) -> dict[str, Json]:
    """Merge two sets of SDK configurations; `over` wins if they contradict each other.

    Does not mix objects of different kinds: scopes with versions, or an image with base frameworks.
    """
    merged = dict(under)
    for key, value in over.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and all((kind in old) == (kind in value) for kind in ("versions", "repository")):
            merged[key] = merge_configs(old, value)
        else:
            merged[key] = value
    return merged


def merge_accounts(old: Mapping[str, Json], new: Mapping[str, Json], *, prefer_new: bool) -> dict[str, dict[str, str]]:
    """Return the account by Region of each repository in either SDK. One may have moved a repository that the other names."""
    under, over = (old, new) if prefer_new else (new, old)
    merged = accounts_of(under)
    for repository, table in accounts_of(over).items():
        merged.setdefault(repository, {}).update(table)
    return merged
