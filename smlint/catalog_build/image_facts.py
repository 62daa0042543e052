"""Build `images.json` and `releases.json`: facts about images that their tags do not name. `images.image_facts` reads the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smlint.catalog_build.sdk_config import Json, Object, as_object, strings
from smlint.images.families import interpret_tag, processor_of
from smlint.images.tags import parse_tag
from smlint.runtime.named_tuple import NamedTuple

LEDGER_COMPLETE = "2021-01-01"
"""Before this day, the first release of an image in the ledger may be a later revision: the ledger begins on 2020-05-19."""


class ReleasedImage(NamedTuple):
    """One line of the ledger of releases: an ISO date, the revision of the image, and its `repository:tag` names."""

    date: str
    revision: str
    images: tuple[str, ...]


class ToolkitOfImage(NamedTuple):
    """The toolkit (`cu130`) that a document or build configuration states for the tags of an image."""

    repository: str
    toolkit: str
    tags: tuple[str, ...]


def image_facts(entries: Mapping[str, Json], toolkits: Iterable[ToolkitOfImage], reviewed: Mapping[str, Json]) -> Object:
    """Return the content of `images.json`.

    `entries` are the catalog's `repositories`, and `reviewed` is the content of `tools/image_facts.toml`. `cuda` has the tags of each repository by
    the CUDA that they do not name.
    """
    return {
        "sources": _sources(reviewed, "cuda", "labels"),
        "cuda": _grouped(_cuda(entries, toolkits, as_object(reviewed["cuda"]))),
        "labels": reviewed["labels"],
        "images": reviewed["images"],
    }


def release_dates(releases: Iterable[ReleasedImage], reviewed: Mapping[str, Json]) -> Object:
    """Return the content of `releases.json`: the tags of each repository by the date of their first release."""
    return {"sources": _sources(reviewed, "released"), "released": _grouped(_first_releases(releases))}


def _sources(reviewed: Mapping[str, Json], *names: str) -> Object:
    sources = as_object(reviewed["sources"])
    return {name: sources[name] for name in names}


def _first_releases(releases: Iterable[ReleasedImage]) -> dict[str, dict[str, str]]:
    """Return the date of the first release of each tag, by repository.

    Not of one that may have an earlier release than the ledger's first, nor of one of several candidates: some plans list two images for one
    release.
    """
    first: dict[str, dict[str, str]] = {}
    uncertain: set[str] = set()
    for release in sorted(releases):
        names = [image.partition(":") for image in release.images]
        roles = [(repository, parse_tag(tag).processor) for repository, _, tag in names]
        for (repository, _, tag), role in zip(names, roles, strict=True):
            dates = first.setdefault(repository, {})
            is_first = tag not in dates and f"{repository}:{tag}" not in uncertain
            if is_first and (roles.count(role) > 1 or (release.date < LEDGER_COMPLETE and release.revision != "1.0")):
                uncertain.add(f"{repository}:{tag}")
            elif is_first:
                dates[tag] = release.date
    return first


def _cuda(entries: Mapping[str, Json], toolkits: Iterable[ToolkitOfImage], reviewed: Object) -> dict[str, dict[str, str]]:
    """Return the CUDA of each tag that names none, by repository; not where sources disagree.

    A short tag has the CUDA of the long ones with the same version, libraries, Python and processor, if that is one.
    """
    stated: dict[str, dict[str, set[str]]] = {}
    for image in toolkits:
        for tag in image.tags:
            stated.setdefault(image.repository, {}).setdefault(tag, set()).add(cuda_version(image.toolkit))
    for repository, by_cuda in reviewed.items():
        for version, tags in as_object(by_cuda).items():
            for tag in strings(tags):
                stated.setdefault(repository, {}).setdefault(tag, set()).add(version)
    found: dict[str, dict[str, str]] = {}
    for repository in sorted({*entries, *stated}):
        own = stated.get(repository, {})
        same = _by_contents(repository, _tags(as_object(entries.get(repository, {}))))
        for tag, versions in sorted({**same, **own}.items()):
            if len(versions) == 1 and parse_tag(tag).accelerator is None:
                found.setdefault(repository, {})[tag] = next(iter(versions))
    return found


def _tags(entry: Object) -> list[str]:
    given = [tag for tags in as_object(entry.get("given", {})).values() for tag in strings(tags)]
    return [*given, *strings(entry.get("published", []))]


def _by_contents(repository: str, tags: Iterable[str]) -> dict[str, set[str]]:
    """Return the CUDA of the long tags with the same contents for each GPU tag with a version and without a toolkit."""
    short: dict[str, tuple[object, ...]] = {}
    versions: dict[tuple[object, ...], set[str]] = {}
    for text in tags:
        tag = parse_tag(text)
        processor = processor_of(repository, tag)
        if processor != "gpu" or tag.version is None or tag.unknown:
            continue
        meaning = interpret_tag(repository, tag)
        contents = (meaning.framework, meaning.version, meaning.libraries, tag.python, tag.architecture, tag.flavors)
        if tag.accelerator is None:
            short[text] = contents
        elif tag.accelerator.startswith("cu"):
            versions.setdefault(contents, set()).add(cuda_version(tag.accelerator))
    return {text: versions[contents] for text, contents in short.items() if contents in versions}


def cuda_version(toolkit: str) -> str:
    """Return the version of CUDA that a toolkit (`cu124`) means: `12.4`."""
    digits = toolkit.removeprefix("cu")
    return f"{digits[:-1]}.{digits[-1]}"


def _grouped(table: Mapping[str, Mapping[str, str]]) -> Object:
    """Return the tags of each repository by their value."""
    groups: Object = {}
    for repository, values in sorted(table.items()):
        by_value: dict[str, list[str]] = {}
        for tag, value in sorted(values.items()):
            by_value.setdefault(value, []).append(tag)
        if by_value:
            groups[repository] = {value: " ".join(tags) for value, tags in sorted(by_value.items())}
    return groups
