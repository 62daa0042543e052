"""Nested templates in Amazon S3: find the local file that was uploaded, by the end of the address and by its parameters."""

from __future__ import annotations

import os
from collections.abc import Iterator

from smlint.model.deployment import NestedTemplate
from smlint.project.reading import FileReading
from smlint.readers.common import mapping_of

MAX_LEVELS = 3
"""The most folders above a template in which the end of an address is searched."""

MAX_PARTS = 6


def local_paths(path: str, end: str) -> Iterator[str]:
    """Yield the absolute paths that the end of an address in the template at `path` may mean, the longest end and the nearest folder first.

    A name alone is searched only in the folder of the template.
    """
    folders = [os.path.dirname(os.path.abspath(path))]
    for _ in range(MAX_LEVELS):
        if os.path.dirname(folders[-1]) == folders[-1]:
            break
        folders.append(os.path.dirname(folders[-1]))
    parts = end.split("/")[-MAX_PARTS:]
    for first in range(len(parts)):
        for folder in folders if first < len(parts) - 1 else folders[:1]:
            yield os.path.join(folder, *parts[first:])


def fits(child: FileReading, stack: NestedTemplate) -> bool:
    """Return whether a template has every parameter that a stack passes, and a stack passes every parameter without a default."""
    passed = {*(name for name, _ in stack.arguments), *stack.unknown}
    for document in child.documents[:1]:
        root = mapping_of(document.root)
        parameters = mapping_of(root.get("Parameters")) if root is not None else None
        declared = {name: mapping_of(node) for name, node in parameters.own().items()} if parameters is not None else {}
        required = {name for name, body in declared.items() if body is None or body.get("Default") is None}
        return required <= passed <= declared.keys()
    return False
