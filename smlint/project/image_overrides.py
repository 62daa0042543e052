"""Apply the image configuration: `[images]` and `[registries]`."""

from __future__ import annotations

from smlint.images.catalog import Catalog
from smlint.images.overrides import ImageOverride, RegistryMirror, apply_overrides
from smlint.model.deployment import Deployment, DocumentReading, Link
from smlint.model.settings import Settings


def apply_image_overrides(reading: DocumentReading, settings: Settings, catalog: Catalog) -> DocumentReading:
    """Return the reading with the configured facts of each image."""
    own = tuple(ImageOverride(*entry) for entry in settings.images)
    mirrors = tuple(RegistryMirror(*entry) for entry in settings.registries)

    def override(deployment: Deployment) -> Deployment:
        return _override(deployment, own, mirrors, catalog)

    def override_links(links: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(link._replace(deployment=override(link.deployment)) for link in links)

    return reading._replace(
        deployments=tuple(map(override, reading.deployments)),
        possible=tuple(map(override, reading.possible)),
        exports=override_links(reading.exports),
        imports=override_links(reading.imports),
    )


def _override(deployment: Deployment, own: tuple[ImageOverride, ...], mirrors: tuple[RegistryMirror, ...], catalog: Catalog) -> Deployment:
    image = deployment.image.get()
    if image is None:
        return deployment
    changed = apply_overrides(image, own, mirrors, catalog)
    return deployment if changed is image else deployment._replace(image=deployment.image._replace(raw_value=changed))
