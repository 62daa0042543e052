"""Which versions in a repository have releases that are known completely."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from smlint.images.contradiction import contents_key
from smlint.images.families import interpret_tag
from smlint.images.release import ImageContents
from smlint.images.tags import normalize_tag, parse_tag

_FEWEST = 2
"""The documented tags of a version that have to be released: a single one may be the only one that was documented, too."""


def complete_versions(repository: str, documented: Iterable[str], released: Collection[str]) -> list[str]:
    """Return the versions, with libraries, of which every documented tag with an operating system has a release git tag, and at least two do.

    The tags are those of one repository. Git tags exist for full versions only, so short ones (`2.6`) are never complete themselves.
    """
    tags_by_contents: dict[ImageContents, set[str]] = {}
    for text in documented:
        tag = parse_tag(normalize_tag(text))
        if tag.os is None or tag.unknown:
            continue
        _, version, libraries = interpret_tag(repository, tag)
        tags_by_contents.setdefault(ImageContents(version, libraries), set()).add(tag.text)
    proved = frozenset(released)
    return sorted(contents_key(contents) for contents, tags in tags_by_contents.items() if len(tags) >= _FEWEST and tags <= proved)


def kept_complete_versions(entries: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the complete versions in the repositories of a catalog."""
    kept: dict[str, list[str]] = {}
    for name, entry in entries.items():
        versions = entry.get("complete") if isinstance(entry, dict) else None
        if isinstance(versions, list):
            kept[name] = [str(version) for version in versions]
    return kept
