"""Kubernetes objects: those from which a controller makes SageMaker resources, those of HyperPod, and Pods that run AWS's Deep Learning Containers.

All documents of a file are read together, since a model and the endpoint configuration that names it are two objects. This module is
imported for every file of no other format, so it holds only what tells that a document is none of ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from smlint.model.deployment import DocumentReading
from smlint.readers.reader import DEFAULT_CONTEXT, ReadContext, Reader
from smlint.syntax import Document, Mapping, resolve
from smlint.syntax import Sequence as SequenceNode

FORMAT = "kubernetes"


def claims(document: Document, context: ReadContext = DEFAULT_CONTEXT) -> bool:
    """An object of an API that makes SageMaker resources is in it, a Pod with an image of AWS's or on a node of HyperPod, or a Kustomize file

    that sets such an image.
    """
    if not _may_be(document):
        return False
    from smlint.readers.kubernetes import file_reader as stream

    return stream.claims(document, context)


def _may_be(document: Document) -> bool:
    """Whether it has the keys of an object, of a kustomization, or of a JSON patch."""
    root = resolve(document.root)
    if isinstance(root, SequenceNode):
        first = resolve(root.items[0]) if root.items else None
        return isinstance(first, Mapping) and first.get("op") is not None and first.get("path") is not None
    return isinstance(root, Mapping) and (root.get("apiVersion") is not None or root.get("images") is not None)


def read(document: Document, environment: ReadContext) -> DocumentReading:
    """The deployments of one document alone."""
    return read_together([document], environment)[0]


def read_together(documents: Sequence[Document], environment: ReadContext) -> list[DocumentReading]:
    """The deployments of the documents of one file, one reading for each document: a linked pair belongs to that of the model."""
    from smlint.readers.kubernetes import file_reader as stream

    return stream.read_together(documents, environment)


READER = Reader(claims, read, read_together)
