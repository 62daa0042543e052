"""Which full version a short version means in a repository: `2.6` is 2.6.0 in one, 2.6.1 in another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smlint.catalog_build.sdk_config import Json, Object, as_object, strings
from smlint.catalog_build.sdk_tags import SdkTag
from smlint.images.families import interpret_tag
from smlint.images.tags import parse_tag, same_version


def full_versions_in_sdk(tags: Iterable[SdkTag]) -> dict[str, str]:
    """Return the full version of each short one in the SDK's tags of a repository, if the SDK uses the same one for every scope."""
    full_versions: dict[str, set[str]] = {}
    for tag in tags:
        if tag.is_alias and same_version(tag.version, tag.full_version):
            full_versions.setdefault(tag.version, set()).add(tag.full_version)
    return _unambiguous(full_versions)


def documented_full_versions(documents: Iterable[tuple[str, Iterable[str]]]) -> dict[str, dict[str, str]]:
    """Return the full version of each short one by repository, from the documents: (repository, tags) pairs.

    A document lists the tags of one image: `2.6-cpu-...` and `2.6.0-cpu-...`. A short version with several full ones is left out.
    """
    tables: dict[str, dict[str, set[str]]] = {}
    for repository, tags in documents:
        versions = {version for tag in tags if (version := interpret_tag(repository, parse_tag(tag)).version)}
        table = tables.setdefault(repository, {})
        for short in versions:
            full = {v for v in versions if _is_full(v) and not _is_full(short) and same_version(short, v)}
            if full:
                table.setdefault(short, set()).update(full)
    return {repository: _unambiguous(table) for repository, table in tables.items()}


def add_full_versions(entry: Object, repository: str, known: Mapping[str, str], bases: Mapping[str, Mapping[str, str]]) -> None:
    """Add `full` and `full_libraries` to the entry of a repository.

    `full` has the full version of each short one: the `known` one, else the only one in the repository. `full_libraries` has the full versions
    of libraries by the full version that they belong to: those in `bases`, else the only ones.
    """
    tags = {tag for tags in (entry.get("published", []), *as_object(entry.get("given", {})).values()) for tag in strings(tags)}
    renamed = as_object(entry.get("versions", {}))
    meanings = [(tag, interpret_tag(repository, parse_tag(tag))) for tag in tags]
    contents = [(str(renamed.get(tag, meaning.version or "")), meaning.libraries) for tag, meaning in meanings]
    full = {version: _only_full(version, (other for other, _ in contents)) for version, _ in contents if version} | dict(known)
    aliases = as_object(entry.get("aliases", {}))

    def expanded(version: str) -> str:
        return str(aliases.get(version) or full.get(version, version))

    libraries: dict[str, dict[str, str]] = {}
    for version, libraries_of_image in contents:
        if not version:
            continue
        for name, number in libraries_of_image:
            others = [dict(theirs).get(name, "") for other, theirs in contents if expanded(other) == expanded(version)]
            longest = bases.get(expanded(version), {}).get(f"{name}{number}") or _only_full(number, others)
            if number not in (longest, version):
                libraries.setdefault(expanded(version), {})[f"{name}{number}"] = longest
    entry["full"] = {short: version for short, version in sorted(full.items()) if short != version and short not in aliases}
    entry["full_libraries"] = {version: dict[str, Json](sorted(full_by_short.items())) for version, full_by_short in sorted(libraries.items())}
    for table in ("full", "full_libraries"):
        if not entry[table]:
            del entry[table]


def _unambiguous(full_versions: Mapping[str, set[str]]) -> dict[str, str]:
    return {short: next(iter(full)) for short, full in full_versions.items() if len(full) == 1}


def _only_full(version: str, candidates: Iterable[str]) -> str:
    """Return the only full version that a short one is a prefix of; the version itself if there are several or none."""
    full = {candidate for candidate in candidates if _is_full(candidate) and same_version(version, candidate)}
    return full.pop() if len(full) == 1 and not _is_full(version) else version


def _is_full(version: str) -> bool:
    """Return whether a version has three numbers, so that it names one patch release."""
    return version.count(".") >= 2
