"""The failures of the resolver. Their messages start like those of Amazon's SDK."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.images.catalog import Catalog
from smlint.images.names import INTERNAL
from smlint.images.regions import in_same_area
from smlint.images.release import Release
from smlint.images.tags import version_key
from smlint.model.images import Reason, Unresolved

MOST_LISTED = 12
"""The number of supported values that a message names."""


def unsupported(reason: Reason, name: str, value: str | None, alternatives: Sequence[str], *, listed: str = "", note: str = "") -> Unresolved:
    """Return the failure for an unsupported value.

    `name` says what kind of value it is. `listed` are the supported values, by default the alternatives. `note` follows the value.
    """
    supported = listed or listing(alternatives)
    text = f"Unsupported {name}: {printable(str(value))}.{note} Supported {name}(s): {supported or 'none'}."
    return Unresolved(reason, text, tuple(alternatives)[:3])


def newest_first(versions: Iterable[str]) -> str:
    """Return a list of versions for a message."""
    return listing(sorted(versions, key=version_key, reverse=True))


def listing(names: Sequence[str]) -> str:
    """Return the first dozen names for a message, and the number of the others."""
    more = len(names) - MOST_LISTED
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:MOST_LISTED])} and {more} more"


def printable(text: str) -> str:
    """Return at most 100 characters of a text, without unprintable ones."""
    clean = "".join(c if c.isprintable() else "?" for c in text[:100])
    return clean if len(text) <= 100 else clean + "..."


def unknown_framework(name: str, catalog: Catalog) -> Unresolved:
    """Return the failure for a framework that is not in the catalog."""
    from difflib import get_close_matches

    plain = name.strip().lower().replace("_", "-").replace(" ", "-")[:60]
    public = INTERNAL.get(name)
    near = (public,) if public is not None else tuple(get_close_matches(plain, catalog.frameworks, 3, 0.6))
    text = f"Unsupported framework: {printable(name)}. Supported framework(s): {listing(catalog.frameworks)}."
    return Unresolved(Reason.FRAMEWORK, text, near)


def not_in_region(catalog: Catalog, region: str, releases: Sequence[Release]) -> Unresolved:
    """Return the failure for releases that are not published in a Region."""
    regions = sorted({name for r in releases for name in r.regions})
    near = [name for name in catalog.regions.nearest(region, 10) if name in regions][:3]
    near += [name for name in in_same_area(region, regions) if name not in near][: 3 - len(near)]
    return Unresolved(
        Reason.REGION, f"Unsupported region: {printable(region)}. Supported region(s): {', '.join(regions)}.", tuple(near)
    )
