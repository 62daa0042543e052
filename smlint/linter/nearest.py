"""The known version or tag that is nearest to one that does not exist."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.images.catalog import Catalog
from smlint.model.images import Image

MAX_TAGS = 3
_SHORTLIST = 24
"""The number of tags to compare by spelling, which is slow, after ranking them by meaning."""


def nearest_version(version: str, candidates: Sequence[str]) -> str | None:
    """Return the candidate nearest to a version; None if there are no candidates."""
    return min(candidates, key=lambda candidate: _distance(version, candidate), default=None)


def _distance(version: str, candidate: str) -> tuple[int, ...]:
    """Return the distance between two versions, number by number: `2.2.0` is nearer to `2.2.1` than to `2.1.0`. A leading `v` is ignored.

    After the first number that differs, the nearest candidate is the highest one below the version, or the lowest one above it:
    `2.14` is nearer to `9.9` than `2.12` is.
    """
    ours, theirs = _numbers(version.lstrip("vV")), _numbers(candidate)
    length = max(len(ours), len(theirs))
    distance: list[int] = []
    direction = 0
    for a, b in zip(ours + ["0"] * (length - len(ours)), theirs + ["0"] * (length - len(theirs)), strict=True):
        if not (a.isdecimal() and b.isdecimal()):
            distance.append(0 if a == b else 9999)
            continue
        # Python refuses to convert numbers of thousands of digits; the first nine are enough to see that they are far away.
        left, right = int(a[:9]), int(b[:9])
        distance.append(direction * right if direction else abs(left - right))
        direction = direction or (right > left) - (right < left)
    return tuple(distance)


def is_newer(catalog: Catalog, framework: str, version: str | None, libraries: Sequence[tuple[str, str]]) -> bool:
    """Return whether a version is above every version of the framework in the catalog, or that of a library above all of its images."""
    from smlint.images.tags import version_key

    known = _newest(catalog, framework)
    return any(
        number is not None and number[:1].isdigit() and name in known and version_key(number) > known[name]
        for name, number in (("", version), *libraries)
    )


def skips_a_major(catalog: Catalog, framework: str, version: str | None) -> bool:
    """Return whether a version is more than one major number above every version of the framework in the catalog."""
    from smlint.images.tags import version_key

    newest = _newest(catalog, framework).get("")
    return newest is not None and version is not None and version[:1].isdigit() and version_key(version)[0][0] > newest[0][0] + 1


def _newest(catalog: Catalog, framework: str) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return the sort key of the newest version of a framework, by the empty name, and of each library in its images."""
    from smlint.images.tags import version_key

    newest: dict[str, tuple[tuple[int, str], ...]] = {}
    for release in catalog.releases(catalog.canonical_framework(framework) or framework):
        for name, number in (("", release.version), *release.libraries):
            if number is not None and number[:1].isdigit():
                newest[name] = max(newest.get(name, ()), version_key(number))
    return newest


def nearest_tags(catalog: Catalog, image: Image) -> tuple[str, ...]:
    """Return up to three known tags of the image's repository that are nearest to its tag, without that tag.

    A tag that only withdrawn documents name is left out. Tags with the same architecture, version, processor, flavors and platform come
    first, then those spelled most alike. If the image has no version, the newest tags come first.
    """
    from difflib import SequenceMatcher

    from smlint.images.families import platform_of
    from smlint.images.tags import parse_tag, version_key

    text = image.tag or ""
    tag = parse_tag(text)
    platform = platform_of(image.repository or "", tag)
    numbers = _numbers(image.version or "")
    has_version = numbers[0].isdecimal()
    releases = [r for r in catalog.releases_of(image.repository or "") if r.tag not in ("", "latest", text) and not r.withdrawn]
    releases.sort(key=lambda release: version_key(release.version or ""), reverse=True)
    ranked = []
    for order, release in enumerate(releases):
        differences = (
            image.architecture is not None and release.architecture != image.architecture,
            has_version and (release.version or "") != image.version,
            has_version and tag.processor not in (release.parsed.processor, release.processor),
            set(release.parsed.flavors) != set(tag.flavors),
            release.platform != platform and "ec2" in (release.platform, platform),
            _distance(image.version or "", release.version or "") if has_version else (),
            has_version and release.parsed.python != tag.python,
        )
        ranked.append((differences, order, release.tag))
    ranked.sort()
    best = ranked[:_SHORTLIST]
    if has_version:
        best.sort(key=lambda entry: (entry[0], -SequenceMatcher(None, text, entry[2], autojunk=False).ratio(), entry[1]))
    return tuple(candidate for _, _, candidate in best[:MAX_TAGS])


def only_other_form(catalog: Catalog, image: Image) -> str | None:
    """Return the only released tag that differs from the tag of an image in nothing but its toolkit and operating system; None if there are several.

    The tag has to name an operating system, or the toolkit in a repository whose tags name no operating system, and no single build (a date
    or a revision).
    """
    from smlint.images.tags import Tag, parse_tag

    def unchanged(tag: Tag) -> tuple[object, ...]:
        return tag._replace(text="", accelerator=None, os=None, spans={}), sorted(tag.spans.keys() - {"accelerator", "os"})

    tag = parse_tag(image.tag or "")
    if (tag.os is None and tag.accelerator is None) or tag.unknown or tag.date is not None or tag.revision is not None:
        return None
    releases = catalog.releases_of(image.repository or "")
    if tag.os is None and any(release.parsed.os is not None for release in releases):
        return None  # a short form
    releases = tuple(r for r in releases if (r.parsed.os if tag.os is not None else r.parsed.accelerator) is not None)
    others = [release for release in releases if unchanged(release.parsed) == unchanged(tag)]
    return others[0].tag if len(others) == 1 and not others[0].withdrawn else None


def _numbers(version: str) -> list[str]:
    return version.replace("-", ".").split(".")
