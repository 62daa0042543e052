"""State machines and pipelines that Terraform's resources hold as JSON in a string."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, DocumentReading
from smlint.model.facts import State
from smlint.readers.common import pointer, scalar_of
from smlint.readers.embedded import Holder, read_string
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.pairing import FORMAT
from smlint.readers.terraform.resources import STRINGS, ResourceSource, TerraformResource
from smlint.syntax import Document


def readings(source: ResourceSource, document: Document, environment: ReadContext) -> Iterator[DocumentReading]:
    """What the documents ask for that stand in strings; the Region of the resource is theirs."""
    for resource in source.resources:
        key = STRINGS.get(resource.type)
        scalar = scalar_of(resource.body.get(key)) if key is not None else None
        if key is None or scalar is None:
            continue
        where = pointer(*resource.path, key)
        # A Region that is declared, but cannot be told, is not that of the run.
        told = environment if resource.region.state is not State.UNKNOWN else environment._replace(region=None)
        found = read_string(scalar, document, told, Holder(FORMAT, resource.address, where), source.named)
        if found is not None:
            yield found._replace(deployments=tuple(_of(resource, one, source.fixable) for one in found.deployments))


def _of(resource: TerraformResource, deployment: Deployment, fixable: bool) -> Deployment:
    own = deployment.region
    region = resource.region if resource.region.known and not (own.known and own.origin == "manifest") else own
    return deployment._replace(region=region, fixable=deployment.fixable and fixable)
