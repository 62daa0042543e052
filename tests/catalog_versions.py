"""The versions of a framework in a catalog, by use and hardware."""

from __future__ import annotations

from smlint.images.catalog import Catalog
from smlint.images.tags import version_key


def versions(
    catalog: Catalog, framework: str, scope: str | None = None, architecture: str | None = None, processor: str | None = None
) -> tuple[str, ...]:
    """Return the versions of a framework that have a SageMaker image with the given properties, newest first.

    `framework` is the catalog's name of it. An image that serves CPU and GPU alike matches both.
    """
    found = {
        release.version
        for release in catalog.releases(framework)
        if release.version and release.platform != "ec2"
        and (scope is None or not release.scopes or scope in release.scopes)
        and (architecture is None or release.architecture == architecture)
        and (processor is None or release.processor == processor or (release.processor is None and processor in ("cpu", "gpu")))
    }  # fmt: skip
    return tuple(sorted(found, key=version_key, reverse=True))
