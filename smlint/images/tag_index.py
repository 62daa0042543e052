"""Look up whether a repository has a tag, in this or another form."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.images.families import processor_of
from smlint.images.release import Release
from smlint.images.tags import Tag, normalize_tag


class TagIndex:
    """The tags of the releases of one repository, in the forms by which tags are compared."""

    def __init__(self, releases: Sequence[Release]) -> None:
        self._normalized = frozenset(normalize_tag(release.tag) for release in releases)
        self._meanings = frozenset(_meaning_key(release.parsed, release.processor) for release in releases)

    def has(self, repository: str, tag: Tag) -> bool:
        """Return whether a tag is known, apart from time stamp, `soci` and revision, or under another tag of the same meaning.

        Tags with the same meaning have equal version, libraries, processor, Python, Neuron SDK, architecture and flavors (a short form for a
        long one).
        """
        if normalize_tag(tag.text) in self._normalized:
            return True
        return not tag.unknown and _meaning_key(tag, processor_of(repository, tag)) in self._meanings


def _meaning_key(tag: Tag, processor: str | None) -> tuple[object, ...]:
    """Return what must be equal for two tags to name the same image, apart from toolkit, operating system and platform."""
    flavors = tuple(flavor for flavor in tag.flavors if flavor != "soci")
    revision = tag.revision if tag.version is None else None
    return tag.version, tag.libraries, processor, tag.python, tag.sdk, flavors, tag.architecture, revision
