"""Which tags contradict all releases of a version whose releases are known completely.

The releases of a version in a repository are known completely if each tag with an operating system that any document names has a release git
tag of aws/deep-learning-containers, and there are at least two such tags. The catalog build finds these versions.
"""

from __future__ import annotations

from smlint.images.families import interpret_tag, platform_of, processor_of
from smlint.images.release import ImageContents
from smlint.images.tags import Tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.images.catalog import Catalog


def contents_key(contents: ImageContents) -> str:
    """Return the text for a version with its libraries in the catalog's lists of complete versions."""
    return " ".join((contents.version or "", *(name + number for name, number in sorted(contents.libraries))))


def contradicts_releases(catalog: Catalog, repository: str, tag: Tag) -> bool:
    """Return whether all releases of the tag's version are known and the tag names a part that none of them has.

    A tag that only leaves out a part, or has a word that smlint does not understand, contradicts nothing.
    """
    entry = catalog.repositories.get(repository, {})
    if tag.unknown or "complete" not in entry:
        return False
    _, version, libraries = interpret_tag(repository, tag)
    contents = catalog.contents_of(repository, version, libraries)
    if contents_key(contents) not in entry["complete"]:
        return False
    long_forms = [release for release in catalog.releases_of(repository) if release.parsed.os is not None]
    same = [r.parsed for r in long_forms if catalog.contents_of(repository, r.version, r.libraries) == contents]
    return bool(same) and not any(_agrees(repository, tag, release) for release in same)


def _agrees(repository: str, tag: Tag, release: Tag) -> bool:
    """Return whether a release has every part that a tag names. One without platform or Neuron SDK in its tag may have any."""
    if tag.accelerator not in (None, release.accelerator) or not set(tag.flavors) - {"soci"} <= set(release.flavors):
        return False
    pairs = (
        (processor_of(repository, tag), processor_of(repository, release)),
        (tag.python, release.python),
        (tag.os, release.os),
        (tag.sdk, release.sdk),
        (platform_of(repository, tag), platform_of(repository, release)),
    )
    return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)
