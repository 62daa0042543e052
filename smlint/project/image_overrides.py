"""What the settings say of images, put into what was read: `[images]` and `[registries]` of the configuration."""

from smlint.images.catalog import Catalog
from smlint.images.overrides import ImageOverride, RegistryMirror, apply_overrides
from smlint.model.deployment import Deployment, DocumentReading, Link
from smlint.model.settings import Settings


def apply_image_overrides(reading: DocumentReading, settings: Settings, catalog: Catalog) -> DocumentReading:
    """The reading with every image understood as the settings say."""
    own = tuple(ImageOverride(*one) for one in settings.images)
    mirrors = tuple(RegistryMirror(*one) for one in settings.registries)
    changed: dict[int, Deployment] = {}
    for deployment in reading.deployments:
        image = deployment.image.get()
        meant = apply_overrides(image, own, mirrors, catalog) if image is not None else None
        if meant is not image:
            changed[id(deployment)] = deployment._replace(image=deployment.image._replace(held=meant))
    if not changed:
        return reading

    # A link is known by its deployment being the very one of the reading.
    def moved(links: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(link._replace(deployment=changed.get(id(link.deployment), link.deployment)) for link in links)

    return reading._replace(
        deployments=tuple(changed.get(id(deployment), deployment) for deployment in reading.deployments),
        exports=moved(reading.exports),
        imports=moved(reading.imports),
    )
