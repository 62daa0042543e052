"""A release: one published tag of one image repository, with its meaning."""

from __future__ import annotations

from smlint.images.tags import Tag
from smlint.runtime.named_tuple import NamedTuple


class Release(NamedTuple):
    """One tag of one repository, with its meaning.

    `regions` are those in which the SDK or the registry has the tag. `in_sdk` is true if the SDK names this tag, `published` if the tag has
    been seen in the registry's documentation. `full_version` is the version whose tag the SDK uses for this short version, if there is one.
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
    published: bool = False
    full_version: str | None = None


class ImageContents(NamedTuple):
    """The software in an image: the version of its framework, and its libraries with their versions.

    Two images are the same release if their contents are equal.
    """

    version: str | None
    libraries: tuple[tuple[str, str], ...]
