"""Read the state machines and pipelines in JSON strings of Terraform resources."""

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


def read_resource_strings(source: ResourceSource, document: Document, context: ReadContext) -> Iterator[DocumentReading]:
    """Read the documents in strings. The Region of the resource applies to them."""
    for resource in source.resources:
        key = STRINGS.get(resource.type)
        scalar = scalar_of(resource.body.get(key)) if key is not None else None
        if key is None or scalar is None:
            continue
        where = pointer(*resource.path, key)
        # A Region that is declared but unknown is not the Region of the run.
        inner_context = context if resource.region.state is not State.UNKNOWN else context._replace(region=None)
        reading = read_string(scalar, document, inner_context, Holder(FORMAT, resource.address, where), source.text_of_expression)
        if reading is not None:
            yield reading._replace(deployments=tuple(_within_resource(each, resource, source.fixable) for each in reading.deployments))


def _within_resource(deployment: Deployment, resource: TerraformResource, fixable: bool) -> Deployment:
    """Apply the resource's Region, unless the document states its own, and whether the source can be fixed."""
    own = deployment.region
    region = resource.region if resource.region.known and not (own.known and own.origin == "manifest") else own
    return deployment._replace(region=region, fixable=deployment.fixable and fixable)
