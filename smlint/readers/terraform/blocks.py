"""The blocks of Terraform's JSON: labelled ones at the top, nested ones in a resource, each as an object or a list of objects.

https://developer.hashicorp.com/terraform/language/syntax/json (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.syntax import Mapping, Node, Scalar, Sequence, merged, resolve

COMMENT = "//"
_MAX_BLOCKS = 10_000

Steps = tuple[str | int, ...]


def blocks(node: Node | None) -> Iterator[tuple[Steps, Mapping]]:
    """The blocks that stand at a key: the object itself, or the objects of a list, with the steps from the key to each."""
    found = resolve(node)
    if isinstance(found, Mapping) and found.tag is None:
        yield (), found
    elif isinstance(found, Sequence) and found.tag is None:
        for index, item in enumerate(found.items[:_MAX_BLOCKS]):
            body = resolve(item)
            if isinstance(body, Mapping) and body.tag is None:
                yield (index,), body


def labelled(node: Node | None, labels: int, steps: Steps = ()) -> Iterator[tuple[tuple[str, ...], Mapping, Steps, Scalar | None]]:
    """The blocks of a type that has this many labels: the labels, the body, the steps to it, and the key of the last label."""
    for index, body in blocks(node):
        path = (*steps, *index)
        if labels == 0:
            yield (), body, path, None
            continue
        for key, child in body.items:
            name = resolve(key)
            if not isinstance(name, Scalar) or name.value == COMMENT:
                continue
            for rest, inner, inner_path, last in labelled(child, labels - 1, (*path, name.value)):
                yield (name.value, *rest), inner, inner_path, last or name


def entries(body: Mapping) -> Iterator[tuple[str, Node]]:
    """The arguments of a body, comments left out."""
    return ((key, value) for key, value in merged(body) if key != COMMENT)
