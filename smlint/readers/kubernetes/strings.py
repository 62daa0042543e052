"""Documents in strings of Kubernetes objects: the definition of an ACK `Pipeline`, and the patches in a kustomization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.model.deployment import DocumentReading
from smlint.model.facts import Fact
from smlint.readers.common import pointer
from smlint.readers.embedded import Holder, read_string
from smlint.readers.kubernetes.objects import KubernetesObject, Steps
from smlint.readers.reader import ReadContext
from smlint.syntax import Document, Node, Scalar, resolve


def in_object(
    one: KubernetesObject, strings: Iterable[tuple[Node, Steps]], document: Document, environment: ReadContext, region: Fact[str], format: str
) -> Iterator[DocumentReading]:
    """What the documents in an object's strings ask for, each string with where it is. The Region that the object states is theirs."""
    for found in in_text(strings, document, environment, format, one.name):
        deployments = tuple(each._replace(fixable=each.fixable and not one.exported) for each in found.deployments)
        if region.known:
            deployments = tuple(each._replace(region=region) for each in deployments)
        yield found._replace(deployments=deployments)


def in_text(
    strings: Iterable[tuple[Node, Steps]], document: Document, environment: ReadContext, format: str, resource: str = ""
) -> Iterator[DocumentReading]:
    """What the documents in strings ask for, reported as the resource's, or by the names that they give themselves."""
    for node, steps in strings:
        scalar = resolve(node)
        if isinstance(scalar, Scalar):
            found = read_string(scalar, document, environment, Holder(format, resource, pointer(*steps)))
            if found is not None:
                yield found
