"""Look up whether a repository has a tag, in this or another form."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.images.evidence import SDK
from smlint.images.families import platform_of, processor_of
from smlint.images.release import Release
from smlint.images.tags import Tag, normalize_tag, order_of

_Further = tuple[str | None, str | None, str | None]


class TagIndex:
    """The tags of the releases of one repository, in the forms by which tags are compared.

    `patterns` are the beginnings of tags that documents give in place of single ones (`22.` for the versions of a year).
    """

    def __init__(self, releases: Sequence[Release], patterns: Sequence[str] = ()) -> None:
        self._patterns = tuple(patterns)
        self._orders = frozenset(order_of(release.tag) for release in releases) if patterns else frozenset()
        self._normalized = frozenset(normalize_tag(release.tag) for release in releases)
        self._releases: dict[tuple[object, ...], list[Release]] = {}
        for release in releases:
            tag = release.parsed
            keys = {_meaning_key(tag, release.processor)}
            if tag.version is not None and "transformers" in dict(tag.libraries):
                # Hugging Face publishes each image under short forms of both versions too, and without Transformers: 1.13-transformers4.26, 1.13.1.
                short = tag._replace(version=_short(tag.version), libraries=tuple((name, _short(number)) for name, number in tag.libraries))
                forms = (short, tag._replace(libraries=()), short._replace(libraries=()))
                keys.update(_meaning_key(form, release.processor) for form in forms)
            for key in keys:
                self._releases.setdefault(key, []).append(release)

    def has(self, repository: str, tag: Tag) -> bool:
        """Return whether a tag is known, apart from time stamp, `soci` and revision, or under another tag of the same meaning.

        Tags with the same meaning have equal version, libraries, processor, Python, Neuron SDK, architecture and flavors (a short form for a
        long one). Each further part that the tag names (toolkit, operating system, platform) must be that of one release of this meaning: parts of
        two releases make no tag, and neither does another order of the parts. If only the SDK names releases of this meaning, without any of
        these parts, nothing is known about them.
        """
        if self._patterns and tag.text.startswith(self._patterns) and not tag.unknown:
            # The tags of another version have the same parts.
            return order_of(tag.text) in self._orders
        if normalize_tag(tag.text) in self._normalized:
            return True
        releases = self._releases.get(_meaning_key(tag, processor_of(repository, tag)))
        if tag.unknown or releases is None:
            return False
        own, order = _further(repository, tag), order_of(tag.text)
        for release in releases:
            # The processor of an image may not be the one in its tag: `1.5-1-cpu-py3` of XGBoost runs on GPUs too.
            same_processor = tag.processor in (None, release.parsed.processor)
            if same_processor and _agrees(own, _further(repository, release.parsed)) and _is_shorter(order, order_of(release.tag)):
                return True
        return all(release.evidence == SDK and not any(_further(repository, release.parsed)) for release in releases)


def _agrees(own: _Further, theirs: _Further) -> bool:
    """Return whether a tag can be a short form of another. One that names the operating system is a long form, which leaves nothing out."""
    return own == theirs if own[1] is not None else all(part is None or part == other for part, other in zip(own, theirs, strict=True))


def _is_shorter(order: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether a tag has parts of another in the same order, and no more."""
    rest = iter(other)
    return all(kind in rest for kind in order)


def _further(repository: str, tag: Tag) -> _Further:
    """Return the toolkit, the operating system and the platform of a tag. The words for a platform (`ec2`, `e3`) are different tags."""
    platform = platform_of(repository, tag)
    if "platform" in tag.spans:
        start, end = tag.spans["platform"]
        platform = tag.text[start:end]
    return tag.accelerator, tag.os, platform


def _short(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _meaning_key(tag: Tag, processor: str | None) -> tuple[object, ...]:
    """Return what must be equal for two tags to name the same image, apart from toolkit, operating system and platform."""
    flavors = tuple(flavor for flavor in tag.flavors if flavor != "soci")
    revision = tag.revision if tag.version is None else None
    return tag.version, tag.libraries, processor, tag.python, tag.sdk, flavors, tag.architecture, revision
