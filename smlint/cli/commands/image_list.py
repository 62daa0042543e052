"""The list of all images of the catalogue, one row for what differs in more than its tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.images.catalog import Catalog, Release, current, is_past_patch
from smlint.images.tags import version_key
from smlint.model.images import Image
from smlint.runtime.named_tuple import NamedTuple


class Wanted(NamedTuple):
    """What restricts the list; None where nothing does. `day` is an ISO date: only images within patch on that day."""

    framework: str | None = None
    architecture: str | None = None
    processor: str | None = None
    region: str | None = None
    scope: str | None = None
    day: str | None = None

    def fits(self, release: Release) -> bool:
        """Whether an image is one for SageMaker, and meets every restriction but that of the day.

        One that names no processor runs on CPU and GPU alike.
        """
        return (
            release.platform != "ec2"
            and self.architecture in (None, release.architecture)
            and (self.processor in (None, release.processor) or (release.processor is None and self.processor in ("cpu", "gpu")))
            and (self.region is None or self.region in release.regions)
            and (self.scope is None or self.scope in release.scopes)
        )


class Key(NamedTuple):
    """What the images of one row have in common."""

    framework: str
    scopes: tuple[str, ...]
    version: str
    architecture: str
    processor: str | None


class Row(NamedTuple):
    """Images of one version, for one use and hardware.

    `end_of_patch` is an ISO date, or None; `over` tells that it is past although no day is known.
    """

    key: Key
    pythons: tuple[str, ...]
    accelerators: tuple[str, ...]
    repositories: tuple[str, ...]
    regions: tuple[str, ...]
    end_of_patch: str | None
    over: bool


def listing(wanted: Wanted) -> list[Row]:
    """The rows, by framework and use, the newest version first."""
    catalog = current()
    groups: dict[Key, list[Release]] = {}
    for framework in catalog.frameworks if wanted.framework is None else (wanted.framework,):
        for release in catalog.releases(framework):
            if release.version is not None and wanted.fits(release):
                key = Key(framework, release.scopes, release.version, release.architecture, release.processor)
                groups.setdefault(key, []).append(release)
    rows = [_row(key, groups[key], catalog) for key in _in_order(_without_aliases(groups))]
    if wanted.day is None:
        return rows
    return [row for row in rows if row.end_of_patch is not None and row.end_of_patch >= wanted.day]


def _without_aliases(keys: Iterable[Key]) -> Iterator[Key]:
    """Without short versions (`2.6`) where the full one (`2.6.0`) is listed too: they are the same images."""
    found = list(keys)
    short = {key._replace(version=key.version.rpartition(".")[0]) for key in found if key.version.count(".") > 1}
    return (key for key in found if key not in short)


def _in_order(keys: Iterable[Key]) -> list[Key]:
    ordered = sorted(keys, key=lambda key: (key.architecture, key.processor or ""))
    ordered.sort(key=lambda key: version_key(key.version), reverse=True)
    ordered.sort(key=lambda key: (key.framework, key.scopes))
    return ordered


def _row(key: Key, releases: list[Release], catalog: Catalog) -> Row:
    repository = releases[0].repository
    support = catalog.support_of(repository, key.version)
    end = (support[1] or None) if support is not None else None
    over = end is None and is_past_patch(Image("", repository=repository, version=key.version), "") is True
    return Row(
        key,
        _distinct(release.python for release in releases),
        _distinct(release.parsed.accelerator for release in releases),
        _distinct(release.repository for release in releases),
        tuple(sorted(frozenset().union(*(release.regions for release in releases)))),
        end,
        over,
    )


def _distinct(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word}, key=lambda word: (len(word), word)))
