"""Combine the sources of the catalog, as plain data. `tools/build_catalog.py` and `smlint catalog update` use it.

The sources are the SDK's configurations (as `sdk_config.condense` returns them), the published tags, the Deep Learning Containers documents, and
the reviewed overrides. This module reads no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smlint.catalog_build.evidence import mixes_spellings
from smlint.catalog_build.full_versions import add_full_versions, full_versions_in_sdk
from smlint.catalog_build.sdk_config import Json, Object, as_object, mask, strings
from smlint.catalog_build.sdk_tags import SdkTag, sdk_tags
from smlint.images.evidence import REVIEWED
from smlint.images.families import interpret_tag, platform_of, stem_of
from smlint.images.names import INTERNAL
from smlint.images.tags import parse_tag, same_version
from smlint.runtime.named_tuple import NamedTuple


class DocumentedImage(NamedTuple):
    """One image in the Deep Learning Containers documents. `available` and `end_of_patch` are ISO dates, `toolkit` is its CUDA (`cu124`)."""

    repository: str
    version: str
    platform: str
    available: str | None
    end_of_patch: str | None
    tags: tuple[str, ...]
    toolkit: str | None = None


class CatalogOverrides(NamedTuple):
    """The reviewed exceptions in `tools/overrides.toml`, which explains each."""

    scopes: Mapping[str, tuple[str, ...]]
    accounts_like: Mapping[str, str]
    moved: Mapping[str, tuple[str, str]]
    drop: Mapping[str, tuple[str, ...]]
    drop_unpublished: tuple[str, ...]
    drop_unpublished_aliases: tuple[str, ...]
    add: Mapping[str, tuple[str, ...]]
    unsupported_below: Mapping[str, str]
    unsupported: Mapping[str, Mapping[str, str]]
    legacy_repositories: Mapping[str, tuple[str, ...]]
    needs_gpu: tuple[str, ...]
    registries: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]]
    open_tags: tuple[str, ...]
    gallery: Mapping[str, tuple[str, ...]]
    owners: Mapping[str, str]


def repositories(
    section: Object,
    accounts: Mapping[str, Mapping[str, str]],
    published: Mapping[str, Mapping[str, str]],
    overrides: CatalogOverrides,
    documented: Mapping[str, Mapping[str, str]],
    complete: Mapping[str, list[str]],
) -> tuple[dict[str, Object], list[dict[str, str]]]:
    """Return the catalog's `repositories`, and its `accounts`: registries, which the repositories refer to by number.

    `section` is the section `sdk` of the catalog, `accounts` has the account by Region and `published` the tags of each repository,
    each with its evidence (`evidence.evidence_by_tag`), `documented` the full version of each short one, by repository (`documented_full_versions`),
    and `complete` the versions whose releases are known completely (`completeness.complete_versions`).

    Repositories share a registry if their accounts agree in every Region that they have in common. Each keeps its own set of Regions, as a
    mask over the section's `regions`.
    """
    regions = str(section["regions"]).split()
    registries: list[dict[str, str]] = []

    def registry_number(table: Mapping[str, str]) -> int:
        for number, known in enumerate(registries):
            shared = table.keys() & known.keys()
            if shared and all(table[region] == known[region] for region in shared):
                known.update(table)
                return number
        registries.append(dict(table))
        return len(registries) - 1

    unlisted = {name: table for names, table in overrides.registries.values() for name in names}
    accounts = {**accounts, **unlisted}
    for table in sorted(accounts.values(), key=lambda t: (-len(t), sorted(t.items()))):
        registry_number(table)
    by_repository: dict[str, list[SdkTag]] = {}
    for tag in sdk_tags(section):
        by_repository.setdefault(tag.repository, []).append(tag)
    base_versions = _base_framework_versions(section)
    result: dict[str, Object] = {}
    for repository in sorted({*accounts, *published, *overrides.add, *overrides.accounts_like}):
        owners = accounts.get(overrides.accounts_like.get(repository, repository))
        entry: Object = {} if owners is None else {"accounts": registry_number(owners), "regions": mask(owners, regions)}
        if repository in overrides.moved:
            version, before = overrides.moved[repository]
            entry["before"] = [version, registry_number(accounts[before])]
        seen = {**dict.fromkeys(overrides.add.get(repository, ()), REVIEWED), **published.get(repository, {})}
        named = by_repository.get(repository, [])
        kept = [tag for tag in named if _is_kept(tag, seen, overrides)]
        scopes = overrides.scopes.get(repository) or tuple(sorted({tag.scope for tag in kept})) or _scopes_in_name(repository)
        entry["scopes"] = list[Json](scopes)
        if repository in unlisted:
            entry["unlisted"] = True
        if repository in overrides.open_tags:
            entry["open_tags"] = True
        _add_tags(entry, repository, kept, seen, overrides)
        full_versions = {**documented.get(repository, {}), **full_versions_in_sdk(named)}
        add_full_versions(entry, repository, full_versions, base_versions.get(repository, {}))
        if complete.get(repository):
            entry["complete"] = list[Json](complete[repository])
        result[repository] = entry
    return result, [dict(sorted(table.items())) for table in registries]


def _scopes_in_name(repository: str) -> tuple[str, ...]:
    return tuple(scope for scope in ("inference", "training") if scope in repository.split("-"))


def _is_kept(tag: SdkTag, published: Mapping[str, str], overrides: CatalogOverrides) -> bool:
    if tag.tag in overrides.drop.get(tag.repository, ()):
        return False
    if tag.tag in published:
        return True
    if tag.repository in overrides.drop_unpublished or mixes_spellings(tag.repository, tag.tag):
        return False
    return not (tag.is_alias and tag.repository in overrides.drop_unpublished_aliases)


def _base_framework_versions(section: Object) -> dict[str, dict[str, dict[str, str]]]:
    """Return the full version of each short base framework of Hugging Face, by repository and version: `2.4.1` for `tensorflow2.4`."""
    full_versions: dict[str, dict[str, dict[str, str]]] = {}
    for name, config in as_object(section["configs"]).items():
        for tree in as_object(config).values() if name.startswith("huggingface") else ():
            versions = tree.get("versions") if isinstance(tree, dict) else None
            for version, leaf in as_object(versions or {}).items():
                images = as_object(leaf)
                for short, base in as_object(images.get("version_aliases") or {}).items():
                    repository = as_object(images[str(base)]).get("repository")
                    if isinstance(repository, str):
                        full_versions.setdefault(repository, {}).setdefault(version, {})[short] = str(base).lstrip("abcdefghijklmnopqrstuvwxyz")
    return full_versions


def _add_tags(entry: Object, repository: str, tags: list[SdkTag], published: Mapping[str, str], overrides: CatalogOverrides) -> None:
    """Add the tags to the entry of a repository.

    `given` has the SDK's tags by set of Regions, `published` the others, and `evidence` a letter for each of them (`images.evidence`).
    `patterns` has the beginnings of tags that the documents give for whole years (`22.`), `frameworks` the frameworks of all. `versions` has
    the exceptions: tags with another version than `interpret_tag` returns. `aliases` has the short versions for which the SDK names the tag of
    the full one.
    """
    by_regions: dict[int, set[str]] = {}
    versions: dict[str, str] = {}
    aliases: dict[str, str] = {}
    frameworks: set[str] = set()
    for tag in tags:
        by_regions.setdefault(tag.regions, set()).add(tag.tag)
        meaning = interpret_tag(repository, parse_tag(tag.tag))
        if meaning.version == tag.version:
            continue
        if not tag.is_alias:
            versions[tag.tag] = tag.version
        elif meaning.version is not None and same_version(tag.version, meaning.version):
            aliases[tag.version] = meaning.version
    dropped = overrides.drop.get(repository, ())
    patterns = sorted(text for text in published if text.endswith("."))
    named = {text: published[text] for text in sorted(published) if text not in dropped and text not in patterns}
    for text in {*(tag.tag for tag in tags), *named}:
        framework = interpret_tag(repository, parse_tag(text)).framework
        if framework is not None:
            frameworks.add(framework)
    entry["frameworks"] = list[Json](sorted(frameworks))
    if by_regions:
        entry["given"] = {str(number): list[Json](sorted(by_regions[number])) for number in sorted(by_regions)}
    if named:
        entry["published"] = list[Json](named)
        entry["evidence"] = "".join(named.values())
    if patterns:
        entry["patterns"] = list[Json](patterns)
    if versions:
        entry["versions"] = dict(sorted(versions.items()))
    if aliases:
        entry["aliases"] = dict(sorted(aliases.items()))


def documented_regions(documented: Iterable[Mapping[str, str]], registries: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """Return the Regions in the documents of each registry that they list, by one of its accounts: a second source besides the SDK.

    `documented` has the account by Region of each of these registries. Raises `ValueError` if the SDK has no registry with these accounts.
    """
    known = list(registries)
    regions: dict[str, list[str]] = {}
    for table in documented:
        if not any(all(registry.get(region, account) == account for region, account in table.items()) for registry in known):
            raise ValueError("the documents and the SDK name different accounts")
        regions[min(table.values())] = sorted(table)
    return regions


def support(
    images: Iterable[DocumentedImage],
    legacy: Mapping[str, Mapping[str, tuple[str, str]]],
    known: Iterable[str],
    overrides: CatalogOverrides,
) -> dict[str, dict[str, list[str]]]:
    """Return the dates [general availability, end of patch] by repository and version, as the documents write it (`2.6`, `3.0-5`).

    The dates of a version are those of its SageMaker images; of other images only in a repository without any, and only if their tags
    name the version. Raises `ValueError` if two documents give one version of a repository different dates.
    """
    documented = list(images)
    with_sagemaker = {image.repository for image in documented if image.platform == "sagemaker"}
    dates: dict[str, dict[str, list[str]]] = {}
    for image in documented:
        if image.platform != "sagemaker" and image.repository in with_sagemaker:
            continue
        if image.available is None or image.end_of_patch is None or not any(image.version in tag for tag in image.tags):
            continue
        row = [image.available, image.end_of_patch]
        if dates.setdefault(image.repository, {}).setdefault(image.version, row) != row:
            raise ValueError(f"two support periods for {image.repository} {image.version}")
    existing = set(known)
    for stem, versions in legacy.items():
        for repository in overrides.legacy_repositories.get(stem, ()):
            if repository in existing:
                for version, (available, end_of_patch) in versions.items():
                    dates.setdefault(repository, {}).setdefault(version, [available, end_of_patch])
    return {name: dict(sorted(table.items())) for name, table in sorted(dates.items())}


def platform_conflicts(images: Iterable[DocumentedImage]) -> list[str]:
    """Describe the tags whose documented platform contradicts the rules in `images.families`. The build must stop if there are any."""
    return [
        f"{image.repository}:{text} is for {_platform(image)}" for image in images for text in image.tags if is_conflict(image, text)
    ]


def is_conflict(image: DocumentedImage, text: str) -> bool:
    """Return whether the documented platform of a tag contradicts the rules in `images.families`.

    If the tag itself names a platform, the tag is right (one document of vLLM 0.20.1 lists both).
    """
    tag = parse_tag(text)
    return tag.platform is None and platform_of(image.repository, tag) not in (None, _platform(image))


def _platform(image: DocumentedImage) -> str:
    """Return the documented platform. The documents use `default` for EC2."""
    return "ec2" if image.platform == "default" else image.platform


def frameworks_of(section: Object, entries: Mapping[str, Object]) -> list[str]:
    """Return the framework names that users may write: those of the SDK except internal ones, and those of repositories that it does not know."""
    names = {name for name in as_object(section["configs"]) if name not in INTERNAL}
    for repository, entry in entries.items():
        if repository != "base" and stem_of(repository) is None:
            names.update(name for name in strings(entry.get("frameworks")) if name not in INTERNAL)
    return sorted(names)
