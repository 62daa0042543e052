"""List the images of the catalog, one row per version, use and hardware."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.images.catalog import Catalog
from smlint.images.release import Release
from smlint.images.tags import version_key
from smlint.model.images import Image
from smlint.runtime.named_tuple import NamedTuple


class ImageFilter(NamedTuple):
    """Restrictions on the list; None for no restriction. With `day` (an ISO date), only images that receive patches on that day."""

    framework: str | None = None
    architecture: str | None = None
    processor: str | None = None
    region: str | None = None
    scope: str | None = None
    day: str | None = None

    def fits(self, release: Release) -> bool:
        """Return whether an image runs on SageMaker and meets every restriction except `day`.

        An image that names no processor runs on CPU and GPU.
        """
        return (
            release.platform != "ec2"
            and self.architecture in (None, release.architecture)
            and (self.processor in (None, release.processor) or (release.processor is None and self.processor in ("cpu", "gpu")))
            and (self.region is None or self.region in release.regions)
            and (self.scope is None or self.scope in release.scopes)
        )


class ImageKey(NamedTuple):
    """What the images of a row have in common."""

    framework: str
    scopes: tuple[str, ...]
    version: str
    architecture: str
    processor: str | None


class ImageRow(NamedTuple):
    """Images of one version, for one use and hardware.

    `end_of_patch` is an ISO date, or None if unknown; `over` is True if it has passed, although the date is unknown.
    """

    key: ImageKey
    pythons: tuple[str, ...]
    accelerators: tuple[str, ...]
    repositories: tuple[str, ...]
    regions: tuple[str, ...]
    end_of_patch: str | None
    over: bool


def listing(image_filter: ImageFilter, catalog: Catalog) -> list[ImageRow]:
    """Return the rows by framework and use, newest version first."""
    groups: dict[ImageKey, list[Release]] = {}
    for framework in catalog.frameworks if image_filter.framework is None else (image_filter.framework,):
        for release in catalog.releases(framework):
            if release.version is not None and image_filter.fits(release):
                key = ImageKey(
                    framework=framework,
                    scopes=release.scopes,
                    version=release.version,
                    architecture=release.architecture,
                    processor=release.processor,
                )
                groups.setdefault(key, []).append(release)
    rows = [_row(key, groups[key], catalog) for key in _in_order(_without_aliases(groups))]
    if image_filter.day is None:
        return rows
    return [row for row in rows if row.end_of_patch is not None and row.end_of_patch >= image_filter.day]


def _without_aliases(keys: Iterable[ImageKey]) -> Iterator[ImageKey]:
    """Drop short versions (`2.6`) if the full one (`2.6.0`) is listed too: they are the same images."""
    every = list(keys)
    short = {key._replace(version=key.version.rpartition(".")[0]) for key in every if key.version.count(".") > 1}
    return (key for key in every if key not in short)


def _in_order(keys: Iterable[ImageKey]) -> list[ImageKey]:
    ordered = sorted(keys, key=lambda key: (key.architecture, key.processor or ""))
    ordered.sort(key=lambda key: version_key(key.version), reverse=True)
    ordered.sort(key=lambda key: (key.framework, key.scopes))
    return ordered


def _row(key: ImageKey, releases: list[Release], catalog: Catalog) -> ImageRow:
    repository = releases[0].repository
    support = catalog.support_of(repository, key.version)
    end = (support[1] or None) if support is not None else None
    over = end is None and catalog.is_past_patch(Image("", repository=repository, version=key.version), "") is True
    return ImageRow(
        key=key,
        pythons=_distinct(release.python for release in releases),
        accelerators=_distinct(release.parsed.accelerator for release in releases),
        repositories=_distinct(release.repository for release in releases),
        regions=tuple(sorted(frozenset().union(*(release.regions for release in releases)))),
        end_of_patch=end,
        over=over,
    )


def _distinct(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word}, key=lambda word: (len(word), word)))
