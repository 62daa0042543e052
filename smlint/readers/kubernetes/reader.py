"""Read Kubernetes objects that create SageMaker resources, HyperPod objects, and Pods that run AWS Deep Learning Containers.

All documents of a file are read together, because a model and the endpoint configuration that references it are separate objects. This
module is imported for every file that no other format claims, so it contains only the checks that reject unrelated documents.
"""

from __future__ import annotations

from collections.abc import Sequence

from smlint.model.deployment import DocumentReading
from smlint.readers.reader import DEFAULT_CONTEXT, ReadContext, Reader
from smlint.syntax import Document, Mapping, resolve
from smlint.syntax import Sequence as SequenceNode


def claims(document: Document, context: ReadContext = DEFAULT_CONTEXT) -> bool:
    """Return whether a document concerns SageMaker.

    It may be an object that creates SageMaker resources, a Pod with an AWS image or on a HyperPod node, or a Kustomize file or JSON patch
    that sets such an image.
    """
    if not _may_be_object_or_patch(document):
        return False
    from smlint.readers.kubernetes import file_reader

    return file_reader.is_relevant(document, context)


def _may_be_object_or_patch(document: Document) -> bool:
    """Return whether a document has the keys of an object, of a kustomization, or of a JSON patch."""
    root = resolve(document.root)
    if isinstance(root, SequenceNode):
        first = resolve(root.items[0]) if root.items else None
        return isinstance(first, Mapping) and first.get("op") is not None and first.get("path") is not None
    return isinstance(root, Mapping) and (root.get("apiVersion") is not None or root.get("images") is not None)


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read the deployments of a single document."""
    return read_together([document], context)[0]


def read_together(documents: Sequence[Document], context: ReadContext) -> list[DocumentReading]:
    """Read the documents of one file, and return one reading per document. A linked pair belongs to the document of its model."""
    from smlint.readers.kubernetes import file_reader

    return file_reader.read_file(documents, context)


READER = Reader(claims, read, read_together)
