"""Condense the image configurations of Amazon's SDK, for `tools/build_catalog.py` and for an installed newer SDK.

The input is the JSON files in `sagemaker/core/image_uri_config/` (`sagemaker/image_uri_config/` in version 2), read as data; nothing imports the
SDK. They have exactly one account for every repository and Region, so one table of registries holds all accounts, and each version keeps only
its set of Regions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from smlint.runtime.errors import SmlintError

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Object = dict[str, Json]


def as_object(value: Json) -> Object:
    """Return the value as a JSON object. Raises `SmlintError` if the shape of the SDK's files has changed."""
    if not isinstance(value, dict):
        raise SmlintError("the SDK's image configurations have an unknown shape", "this version of smlint reads those of sagemaker-core 2")
    return value


def is_config(config: Json) -> bool:
    """Return whether a file in the folder describes images (`instance_gpu_info` does not)."""
    return isinstance(config, dict) and any("versions" in tree for tree in (config, *config.values()) if isinstance(tree, dict))


def strings(value: Json) -> list[str]:
    """Return the items of a list, or the keys of an object, as strings; empty for other values."""
    return [str(item) for item in value] if isinstance(value, list | dict) else []


def version_configs(config: Json) -> Iterator[Object]:
    """Yield every innermost object that names a repository and its registries."""
    stack = [config]
    while stack:
        tree = stack.pop()
        if isinstance(tree, dict):
            if isinstance(tree.get("registries"), dict) and isinstance(tree.get("repository"), str):
                yield tree
            stack.extend(reversed(list(tree.values())))


def accounts_of(configs: Mapping[str, Json]) -> dict[str, dict[str, str]]:
    """Return the account by Region of each repository.

    Raises `SmlintError` if two configurations disagree: the catalog assumes one account per repository and Region.
    """
    accounts: dict[str, dict[str, str]] = {}
    for name, config in sorted(configs.items()):
        for leaf in version_configs(config):
            repository = str(leaf["repository"])
            table = accounts.setdefault(repository, {})
            for region, account in as_object(leaf["registries"]).items():
                if not isinstance(account, str) or table.setdefault(region, account) != account:
                    raise SmlintError(
                        f"{name}: two accounts for {repository} in {region}", "the catalog has one account per Region"
                    )
    return accounts


def mask(chosen: Iterable[str], every: list[str]) -> str:
    """Return a set of names as a hexadecimal number: bit i is set if the set contains `every[i]`. `in_mask` reverses it."""
    return f"{sum(1 << every.index(name) for name in chosen):x}"


def condense(configs: Mapping[str, Json]) -> Object:
    """Return the section `sdk` of the catalog: `configs`, and `newest` versions.

    In `configs`, `registries` is the number of one of the `region_sets`, which are masks over `regions`. `newest` is the default version of the
    SDK by framework and scope (`""` without a scope); if the SDK fails without a version, there is no entry.
    """
    sets: dict[tuple[str, ...], int] = {}
    for config in configs.values():
        for leaf in version_configs(config):
            sets.setdefault(tuple(sorted(as_object(leaf["registries"]))), 0)
    for number, key in enumerate(sorted(sets)):
        sets[key] = number

    def numbered(tree: Json) -> Json:
        if not isinstance(tree, dict):
            return tree
        return {k: sets[tuple(sorted(v))] if k == "registries" and isinstance(v, dict) else numbered(v) for k, v in tree.items()}

    newest: Object = {}
    for name, config in sorted(configs.items()):
        tree = as_object(config)
        listed = tree.get("scope")
        scopes = [str(s) for s in listed] if isinstance(listed, list) else [s for s in tree if s not in ("versions", "scope")]
        table: Object = {}
        for scope in ("", *scopes):
            version = _newest(tree, scope)
            if version is not None:
                table[scope] = version
        if table:
            newest[name] = table
    every = sorted({region for key in sets for region in key})
    return {
        "regions": " ".join(every),
        "region_sets": [mask(key, every) for key in sorted(sets)],
        "newest": newest,
        "configs": {name: numbered(configs[name]) for name in sorted(configs)},
    }


def _newest(config: Object, scope: str) -> str | None:
    """Return the default version of the SDK: the higher of the first and the last one in the file (sagemaker-core 2.27.0).

    The SDK reads `latest` only below a scope of that name, and looks at `processing` if the scope has no versions.
    """
    from packaging.version import InvalidVersion, Version

    tree = config.get(scope)
    if isinstance(tree, dict):
        aliases = tree.get("version_aliases")
        if isinstance(aliases, dict) and isinstance(aliases.get("latest"), str):
            return str(aliases["latest"])
    flat = "versions" in config
    holder = config if flat else tree if isinstance(tree, dict) and "versions" in tree else config.get("processing")
    version_table = holder.get("versions") if isinstance(holder, dict) else None
    versions = list(version_table) if isinstance(version_table, dict) else []
    if not versions:
        return None
    top, bottom = versions[0], versions[-1]
    if flat and len(versions) == 1:
        return top
    if not top or not bottom or (flat and "latest" in (top, bottom)):
        return None
    if top.endswith(".x") or bottom.endswith(".x"):
        try:
            return f"{max(int(top[:-2]), int(bottom[:-2]))}.x"
        except ValueError:
            return None
    try:
        return top if Version(top) >= Version(bottom) else bottom
    except InvalidVersion:
        return None
