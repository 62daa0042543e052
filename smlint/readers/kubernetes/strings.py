"""Read documents in strings of Kubernetes objects: the definition of an ACK `Pipeline`, and the inline patches of a kustomization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.model.deployment import DocumentReading
from smlint.model.facts import Fact
from smlint.readers.common import pointer
from smlint.readers.embedded import Holder, read_string
from smlint.readers.kubernetes.objects import KubernetesObject
from smlint.readers.reader import ReadContext
from smlint.syntax import Document, Node, Scalar, Steps, resolve


def read_object_strings(
    holder: KubernetesObject,
    strings: Iterable[tuple[Node, Steps]],
    document: Document,
    context: ReadContext,
    *,
    region: Fact[str],
    format: str,
) -> Iterator[DocumentReading]:
    """Read the documents in an object's strings, each given with the steps to it. A known `region` of the object applies to them."""
    for reading in read_strings(strings, document, context, format, holder.name):
        deployments = tuple(deployment._replace(fixable=deployment.fixable and not holder.exported) for deployment in reading.deployments)
        if region.known:
            deployments = tuple(deployment._replace(region=region) for deployment in deployments)
        yield reading._replace(deployments=deployments)


def read_strings(
    strings: Iterable[tuple[Node, Steps]], document: Document, context: ReadContext, format: str, resource: str = ""
) -> Iterator[DocumentReading]:
    """Read the documents in strings. Reports them under the name `resource`, or under their own names if it is empty."""
    for node, steps in strings:
        scalar = resolve(node)
        if isinstance(scalar, Scalar):
            reading = read_string(scalar, document, context, Holder(format, resource, pointer(*steps)))
            if reading is not None:
                yield reading
