"""Update the bundled catalog with a newer SDK: combine the sources of the catalog again, with the configurations of that SDK.

`smlint catalog update` uses it. The update keeps all tags, accounts and Regions of the bundled catalog. Support dates, instance types and
partitions do not come from the SDK and stay the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from smlint.catalog_build.build import CatalogOverrides, frameworks_of, repositories
from smlint.catalog_build.completeness import kept_complete_versions
from smlint.catalog_build.installed_sdk import InstalledSdk, SdkConfigs
from smlint.catalog_build.provenance import date_of, renew, rows
from smlint.catalog_build.sdk_config import Json, Object, accounts_of, as_object, condense
from smlint.images.catalog_file import CATALOG, DATA
from smlint.images.evidence import EARLIER_DOCUMENTS, REVIEWED
from smlint.images.regions import in_mask
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple


class CatalogUpdate(NamedTuple):
    """An updated catalog as plain data, and what the bundled one lacks: (repository, tag) pairs, repositories, and Regions.

    `base` is the version of the SDK that the bundled catalog was built from; empty if the update comes from another distribution.
    """

    data: Object
    tags: tuple[tuple[str, str], ...]
    repositories: tuple[str, ...]
    regions: tuple[str, ...]
    base: str

    @property
    def is_empty(self) -> bool:
        """Whether the SDK adds nothing."""
        return not (self.tags or self.repositories or self.regions)


def update_catalog(installed: InstalledSdk, configs: SdkConfigs, today: str) -> CatalogUpdate:
    """Update the bundled catalog with the configurations of an installed SDK. `today` is an ISO date.

    A newer `sagemaker-core` takes precedence over the one that the catalog was built from, and `retrieve(sdk_compatible=True)` then follows it.
    An older one adds nothing. `sagemaker` 2, which is no longer developed, only adds what the catalog lacks. Raises `SmlintError` if the
    configurations have an unknown shape.
    """
    bundled, section = _bundled("catalog.json"), _bundled("sdk.json")
    base = _base_version(bundled, installed.name)
    if base and not _is_newer(installed.version, base):
        return CatalogUpdate(data=bundled, tags=(), repositories=(), regions=(), base=base)
    old = expand(section, bundled)
    new = configs.by_framework
    try:
        both = condense(merge_configs(old, new) if base else merge_configs(new, old))
        accounts = merge_accounts(old, new, prefer_new=bool(base))
        complete = kept_complete_versions(as_object(bundled["repositories"]))
        entries, registries = repositories(both, accounts, published_tags(bundled), kept_overrides(bundled), full_versions(bundled), complete)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SmlintError(f"the image configurations of {installed.name} {installed.version} have an unknown shape", "update smlint") from error
    data = bundled | {
        "published_regions": both["regions"],
        "region_sets": both["region_sets"],
        "accounts": [dict(registry) for registry in registries],
        "frameworks": " ".join(frameworks_of(both, entries)),
        "repositories": dict(entries),
    }
    update = _compare(bundled, data, base)
    if update.is_empty and not base:
        return update._replace(data=bundled)
    if base:
        data["sdk"] = condense(new)
    # Only a newer version of the SDK that the catalog was built from makes its lists newer.
    sources = renew(rows(bundled["provenance"]), (installed.name,), _provenance(installed, configs, min(installed.day, today)))
    data |= {"as_of": date_of(sources), "provenance": list[Json](sources)}
    return update._replace(data=data)


def _bundled(name: str) -> Object:
    with open(CATALOG if name == "catalog.json" else f"{DATA}/{name}", "rb") as file:
        return as_object(json.loads(file.read()))


def _base_version(bundled: Object, name: str) -> str:
    for source in _list(bundled["provenance"]):
        if as_object(source).get("name") == name:
            return str(as_object(source)["version"])
    return ""


def _is_newer(version: str, base: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version) > Version(base)
    except InvalidVersion:
        return False


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


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
    sets = [in_mask(str(number), regions) for number in _list(section["region_sets"])]
    registries = [as_object(registry) for registry in _list(catalog["accounts"])]
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


def published_tags(catalog: Object) -> dict[str, dict[str, str]]:
    """Return the published tags by repository, each with its evidence, and the patterns of tags."""
    tables: dict[str, dict[str, str]] = {}
    for name, value in as_object(catalog["repositories"]).items():
        entry = as_object(value)
        tags = [str(tag) for tag in _list(entry.get("published"))]
        evidence = str(entry.get("evidence", ""))
        tables[name] = dict(zip(tags, evidence or REVIEWED * len(tags), strict=True))
        tables[name].update(dict.fromkeys((str(pattern) for pattern in _list(entry.get("patterns"))), EARLIER_DOCUMENTS))
    return tables


def full_versions(catalog: Object) -> dict[str, dict[str, str]]:
    """Return the full version of each short one, by repository. Those of a new SDK take precedence."""
    entries = as_object(catalog["repositories"])
    return {name: {short: str(full) for short, full in as_object(as_object(entry).get("full", {})).items()} for name, entry in entries.items()}


def kept_overrides(catalog: Object) -> CatalogOverrides:
    """Return the reviewed exceptions that apply to any SDK (the section `overrides` of the catalog)."""
    kept = as_object(catalog["overrides"])

    def lists(name: str) -> dict[str, tuple[str, ...]]:
        return {key: tuple(str(item) for item in _list(value)) for key, value in as_object(kept[name]).items()}

    unpublished = lists("drop_unpublished")
    registries = [(name, _list(row)) for name, row in as_object(kept.get("registries", {})).items()]
    return CatalogOverrides(
        scopes=lists("scopes"),
        accounts_like={key: str(value) for key, value in as_object(kept["accounts_like"]).items()},
        moved={key: (row[0], row[1]) for key, row in lists("moved").items()},
        drop=lists("drop"),
        drop_unpublished=unpublished["repositories"],
        drop_unpublished_aliases=unpublished["aliases"],
        add={},  # they are among the published tags of the catalog
        unsupported_below={},
        unsupported={},
        legacy_repositories={},
        needs_gpu=(),
        registries={name: (tuple(map(str, _list(row[0]))), {k: str(v) for k, v in as_object(row[1]).items()}) for name, row in registries},
        open_tags=tuple(map(str, _list(kept.get("open_tags")))),
        gallery={},
        owners={},
    )


def _compare(bundled: Object, data: Object, base: str) -> CatalogUpdate:
    before, after = _tags(bundled), _tags(data)
    return CatalogUpdate(
        data=data,
        tags=tuple(sorted(after - before)),
        repositories=tuple(sorted(as_object(data["repositories"]).keys() - as_object(bundled["repositories"]).keys())),
        regions=tuple(sorted(_regions(data) - _regions(bundled))),
        base=base,
    )


def _tags(catalog: Object) -> set[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for repository, value in as_object(catalog["repositories"]).items():
        entry = as_object(value)
        for tags in (entry.get("published"), *as_object(entry.get("given", {})).values()):
            pairs.update((repository, str(tag)) for tag in _list(tags))
    return pairs


def _regions(catalog: Object) -> set[str]:
    return set(str(catalog["published_regions"]).split())
