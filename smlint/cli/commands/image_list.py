"""List the images of the catalog, one row per version, use and hardware."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from smlint.images.catalog import Catalog
from smlint.images.evidence import NAMES
from smlint.images.image_facts import image_facts
from smlint.images.release import Release
from smlint.images.tags import version_key
from smlint.model.images import Image
from smlint.runtime.named_tuple import NamedTuple

Shared = TypeVar("Shared", str, bool)


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

    `end_of_patch` is an ISO date, or None if unknown; `over` is True if it has passed, although the date is unknown. `cuda` and `neuron_sdks` are
    versions, `evidence` names of what shows that a tag was released, `released` is the day of the first release. The other facts are those that
    all images with a known one share: `least_capability`, `needs_gpu`, `multi_model` and `bind_to_port`.
    """

    key: ImageKey
    pythons: tuple[str, ...]
    accelerators: tuple[str, ...]
    repositories: tuple[str, ...]
    regions: tuple[str, ...]
    end_of_patch: str | None
    over: bool
    cuda: tuple[str, ...] = ()
    neuron_sdks: tuple[str, ...] = ()
    least_capability: str | None = None
    needs_gpu: bool | None = None
    multi_model: bool | None = None
    bind_to_port: bool | None = None
    released: str | None = None
    evidence: tuple[str, ...] = ()


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
    facts = [image_facts(catalog, _image(release)) for release in releases]
    return ImageRow(
        key=key,
        pythons=_distinct(release.python for release in releases),
        accelerators=_distinct(release.parsed.accelerator for release in releases),
        repositories=_distinct(release.repository for release in releases),
        regions=tuple(sorted(frozenset().union(*(release.regions for release in releases)))),
        end_of_patch=end,
        over=over,
        cuda=_versions(fact.cuda for fact in facts),
        neuron_sdks=_versions(fact.neuron_sdk for fact in facts),
        least_capability=_shared(fact.least_capability for fact in facts),
        needs_gpu=_shared(fact.needs_gpu for fact in facts),
        multi_model=_shared(fact.multi_model for fact in facts),
        bind_to_port=_shared(fact.bind_to_port for fact in facts),
        released=min((fact.released for fact in facts if fact.released is not None), default=None),
        evidence=tuple(name for letter, name in NAMES.items() if any(fact.evidence == letter for fact in facts)),
    )


def _image(release: Release) -> Image:
    """Return the image of a release, without a registry."""
    return Image(
        "",
        owner="aws",
        repository=release.repository,
        tag=release.tag,
        processor=release.processor,
        accelerator=release.parsed.accelerator,
        known_repository=True,
        known_tag=True,
    )


def _shared(values: Iterable[Shared | None]) -> Shared | None:
    """Return the only known value; None if there is none or there are several."""
    known = {value for value in values if value is not None}
    return known.pop() if len(known) == 1 else None


def _distinct(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word}, key=lambda word: (len(word), word)))


def _versions(numbers: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({number for number in numbers if number}, key=version_key))
