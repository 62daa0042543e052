"""A catalogue with what a newer SDK adds: the bundled catalogue's sources put together once more, with the SDK's configurations changed.

Used by `smlint catalog update`. Tags, accounts and Regions of the bundled catalogue stay; support dates, instance types and partitions
are not the SDK's to tell, and are as they were.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from smlint.catalog_build.build import Overrides, frameworks_of, repositories
from smlint.catalog_build.installed_sdk import Configs, Installed
from smlint.catalog_build.sdk_config import Json, Object, accounts_of, as_object, condense, unmask
from smlint.images.bundled import CATALOG, DATA
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple


class Renewal(NamedTuple):
    """A new catalogue as plain data, and what it has that the bundled one lacks: (repository, tag) pairs, repositories, and Regions.

    `base` is the version of the SDK that the bundled catalogue was built from; empty when it is another distribution.
    """

    data: Object
    tags: tuple[tuple[str, str], ...]
    repositories: tuple[str, ...]
    regions: tuple[str, ...]
    base: str

    @property
    def is_empty(self) -> bool:
        """Whether the SDK told nothing new."""
        return not (self.tags or self.repositories or self.regions)


def renewed(installed: Installed, configs: Configs, today: str) -> Renewal:
    """The bundled catalogue with the configurations of an installed SDK.

    A newer `sagemaker-core` is right where it differs from the one that the catalogue was built from, and is what
    `retrieve(sdk_compatible=True)` then repeats. An older one adds nothing. Of `sagemaker` 2, which is no longer developed, only what
    the catalogue lacks is taken. Raises `SmlintError` when the configurations have an unknown shape.
    """
    bundled, section = _bundled("catalog.json"), _bundled("sdk.json")
    base = _base_version(bundled, installed.name)
    if base and not _is_newer(installed.version, base):
        return Renewal(bundled, (), (), (), base)
    old = expand(section, bundled)
    new = configs.by_framework
    try:
        both = condense(combined(old, new) if base else combined(new, old))
        accounts = _accounts(old, new, prefer_new=bool(base))
        entries, families = repositories(both, accounts, _published(bundled), kept_overrides(bundled), _documented(bundled))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SmlintError(f"the image configurations of {installed.name} {installed.version} have an unknown shape", "update smlint") from error
    data = bundled | {
        "published_regions": both["regions"],
        "region_sets": both["region_sets"],
        "accounts": [dict(family) for family in families],
        "frameworks": " ".join(frameworks_of(both, entries)),
        "repositories": dict(entries),
    }
    found = _compared(bundled, data, base)
    if found.is_empty and not base:
        return found._replace(data=bundled)
    if base:
        data["as_of"] = max(str(bundled["as_of"]), min(installed.day, today))
        data["sdk"] = condense(new)
    data["provenance"] = [*_listed(bundled["provenance"]), _provenance(installed, configs)]
    return found._replace(data=data)


def _bundled(name: str) -> Object:
    with open(CATALOG if name == "catalog.json" else f"{DATA}/{name}", "rb") as file:
        return as_object(json.loads(file.read()))


def _base_version(bundled: Object, name: str) -> str:
    for source in _listed(bundled["provenance"]):
        if as_object(source).get("name") == name:
            return str(as_object(source)["version"])
    return ""


def _is_newer(version: str, base: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version) > Version(base)
    except InvalidVersion:
        return False


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _provenance(installed: Installed, configs: Configs) -> Object:
    return {
        "name": installed.name,
        "version": installed.version,
        "sha256": configs.sha256,
        "licence": "Apache-2.0",
        "gives": "accounts, versions and tags that the installed SDK names (smlint catalog update)",
    }


def expand(section: Object, catalog: Object) -> dict[str, Json]:
    """The SDK's configurations as they were before `condense`: with the accounts of the catalogue in place of the sets of Regions."""
    every = str(section["regions"]).split()
    sets = [unmask(str(number), every) for number in _listed(section["region_sets"])]
    families = [as_object(family) for family in _listed(catalog["accounts"])]
    entries = as_object(catalog["repositories"])

    def full(tree: Json) -> Json:
        if not isinstance(tree, dict):
            return tree
        number, repository = tree.get("registries"), tree.get("repository")
        found = {key: full(value) for key, value in tree.items()}
        if isinstance(number, int) and isinstance(repository, str):
            family = families[_number(as_object(entries[repository])["accounts"])]
            found["registries"] = {region: family[region] for region in sets[number]}
        return found

    return {name: full(config) for name, config in as_object(section["configs"]).items()}


def _number(value: Json) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a number was expected, not {value!r}")
    return value


def combined(under: Mapping[str, Json], over: Mapping[str, Json]) -> dict[str, Json]:
    """All configurations of both; where they contradict each other, those of `over`.

    Objects of different kinds are not mixed: scopes and versions at the same place, or an image and base frameworks.
    """
    found = dict(under)
    for key, value in over.items():
        old = found.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and all((kind in old) == (kind in value) for kind in ("versions", "repository")):
            found[key] = combined(old, value)
        else:
            found[key] = value
    return found


def _accounts(old: Mapping[str, Json], new: Mapping[str, Json], prefer_new: bool) -> dict[str, dict[str, str]]:
    """The account of each repository in each Region by both; one SDK may have moved what the other names."""
    under, over = (old, new) if prefer_new else (new, old)
    found = accounts_of(under)
    for repository, table in accounts_of(over).items():
        found.setdefault(repository, {}).update(table)
    return found


def _published(bundled: Object) -> dict[str, list[str]]:
    return {name: [str(tag) for tag in _listed(as_object(entry).get("published"))] for name, entry in as_object(bundled["repositories"]).items()}


def _documented(bundled: Object) -> dict[str, dict[str, str]]:
    """The full version of each short one, where the new SDK does not say another."""
    entries = as_object(bundled["repositories"])
    return {name: {short: str(full) for short, full in as_object(as_object(entry).get("full", {})).items()} for name, entry in entries.items()}


def kept_overrides(catalog: Object) -> Overrides:
    """The reviewed hand-made facts, as far as they are needed to read another SDK (the catalogue's section `overrides`)."""
    kept = as_object(catalog["overrides"])

    def lists(name: str) -> dict[str, tuple[str, ...]]:
        return {key: tuple(str(item) for item in _listed(value)) for key, value in as_object(kept[name]).items()}

    doubtful = lists("drop_unpublished")
    return Overrides(
        scopes=lists("scopes"),
        accounts_like={key: str(value) for key, value in as_object(kept["accounts_like"]).items()},
        moved={key: (row[0], row[1]) for key, row in lists("moved").items()},
        drop=lists("drop"),
        drop_unpublished=doubtful["repositories"],
        drop_unpublished_aliases=doubtful["aliases"],
        add={},  # in the catalogue they are published tags like all others
        unsupported_below={},
        legacy_repositories={},
    )


def _compared(bundled: Object, data: Object, base: str) -> Renewal:
    before, after = _tags(bundled), _tags(data)
    return Renewal(
        data,
        tuple(sorted(after - before)),
        tuple(sorted(as_object(data["repositories"]).keys() - as_object(bundled["repositories"]).keys())),
        tuple(sorted(_regions(data) - _regions(bundled))),
        base,
    )


def _tags(catalog: Object) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for repository, value in as_object(catalog["repositories"]).items():
        entry = as_object(value)
        for tags in (entry.get("published"), *as_object(entry.get("given", {})).values()):
            found.update((repository, str(tag)) for tag in _listed(tags))
    return found


def _regions(catalog: Object) -> set[str]:
    return set(str(catalog["published_regions"]).split())
