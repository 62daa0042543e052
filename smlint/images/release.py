"""A release: one published tag of one image repository, with its meaning; and the releases in the catalog's entry of a repository."""

from __future__ import annotations

from smlint.images.evidence import REVIEWED, SDK, WITHDRAWN
from smlint.images.families import architecture_of, interpret_tag, platform_of, processor_of
from smlint.images.tags import Tag, may_have_version, parse_tag, version_key
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any


class Release(NamedTuple):
    """One tag of one repository, with its meaning.

    `regions` are those in which the SDK or the registry has the tag. `in_sdk` is true if the SDK names this tag. `evidence` is what shows
    that it was released (`evidence`). `full_version` is the version whose tag the SDK uses for this short version, if there is one.
    The other fields are as in `Image`.
    """

    repository: str
    tag: str
    parsed: Tag
    framework: str | None = None
    version: str | None = None
    libraries: tuple[tuple[str, str], ...] = ()
    python: str | None = None
    processor: str | None = None
    architecture: str = ""
    platform: str | None = None
    scopes: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()
    in_sdk: bool = False
    evidence: str = SDK
    full_version: str | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether the only evidence for this tag is a document that no longer exists."""
        return self.evidence == WITHDRAWN and not self.in_sdk


class ImageContents(NamedTuple):
    """The software in an image: the version of its framework, and its libraries with their versions.

    Two images are the same release if their contents are equal.
    """

    version: str | None
    libraries: tuple[tuple[str, str], ...]


def unpack_releases(
    repository: str,
    entry: dict[str, Any],
    in_sdk: Iterable[tuple[frozenset[str], Sequence[str]]],
    everywhere: frozenset[str],
    *,
    moved: tuple[str, frozenset[str]] | None,
    near: str | None,
) -> list[Release]:
    """Return the releases in the catalog's entry of a repository, those that the SDK names first.

    `in_sdk` pairs sets of Regions with the tags that the SDK has there, and `everywhere` are all Regions of the repository. `moved` is the
    first version in its present registries, with the Regions of the former ones. With a version `near`, only tags that may have it, a longer
    one or a shorter one, are parsed.
    """
    renamed: dict[str, str] = entry.get("versions", {})
    aliases: dict[str, str] = entry.get("aliases", {})
    published: Sequence[str] = entry.get("published", ())
    scopes: tuple[str, ...] = tuple(entry["scopes"])

    def may_match(tags: Sequence[str]) -> Sequence[str]:
        return tags if near is None else [tag for tag in tags if tag in renamed or may_have_version(tag, near)]

    regions_in_sdk: dict[str, frozenset[str]] = {}
    for regions, tags in in_sdk:
        for tag in may_match(tags):
            regions_in_sdk[tag] = regions_in_sdk[tag] | regions if tag in regions_in_sdk else regions
    others = [tag for tag in may_match(published) if tag not in regions_in_sdk]
    # The catalog of a user that an earlier version wrote has no evidence; its tags are as certain as reviewed ones.
    evidence = dict.fromkeys(published, REVIEWED) | dict(zip(published, entry.get("evidence", ""), strict=False))
    by_version: dict[str | None, frozenset[str]] = {}
    releases = []
    for text in (*regions_in_sdk, *others):
        parsed = parse_tag(text)
        framework, version, libraries = interpret_tag(repository, parsed)
        version = renamed.get(text, version)
        # The SDK's Regions of a version apply to its other tags too. For other versions only the registry is known.
        if text in regions_in_sdk:
            regions = regions_in_sdk[text]
            by_version[version] = by_version[version] | regions if version in by_version else regions
        else:
            regions = by_version.get(version, everywhere)
        if moved is not None and version is not None and version_key(version) < version_key(moved[0]):
            regions = moved[1]
        releases.append(
            Release(
                repository=repository,
                tag=text,
                parsed=parsed,
                framework=framework,
                version=version,
                libraries=libraries,
                python=parsed.python,
                processor=processor_of(repository, parsed),
                architecture=architecture_of(repository, parsed),
                platform=platform_of(repository, parsed),
                scopes=scopes,
                regions=regions,
                in_sdk=text in regions_in_sdk,
                evidence=evidence.get(text, SDK),
                full_version=aliases.get(version) if version is not None else None,
            )
        )
    return releases
