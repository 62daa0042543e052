"""Traverse the blocks of Terraform's JSON syntax: labeled blocks at the top, nested blocks in a resource, each an object or a list of objects.

Source: https://developer.hashicorp.com/terraform/language/syntax/json (as of 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.syntax import Mapping, Node, Scalar, Sequence, Steps, merged, resolve

COMMENT = "//"
META_ARGUMENTS = frozenset({"source", "version", "count", "for_each", "providers", "depends_on", "lifecycle"})
"""What the call of a module may set besides the variables of the module."""

_MAX_BLOCKS = 10_000

def blocks(node: Node | None) -> Iterator[tuple[Steps, Mapping]]:
    """Yield the blocks at a key: the object itself, or the objects of a list, with the steps from the key to each."""
    content = resolve(node)
    if isinstance(content, Mapping) and content.tag is None:
        yield (), content
    elif isinstance(content, Sequence) and content.tag is None:
        for index, item in enumerate(content.items[:_MAX_BLOCKS]):
            body = resolve(item)
            if isinstance(body, Mapping) and body.tag is None:
                yield (index,), body


def labeled_blocks(node: Node | None, labels: int, steps: Steps = ()) -> Iterator[tuple[tuple[str, ...], Mapping, Steps, Scalar | None]]:
    """Yield the blocks of a type with `labels` labels: the labels, the body, the steps to it, and the key of the last label."""
    for index, body in blocks(node):
        path = (*steps, *index)
        if labels == 0:
            yield (), body, path, None
            continue
        for key, child in body.items:
            name = resolve(key)
            if not isinstance(name, Scalar) or name.value == COMMENT:
                continue
            for rest, inner, inner_path, last in labeled_blocks(child, labels - 1, (*path, name.value)):
                yield (name.value, *rest), inner, inner_path, last or name


def arguments(body: Mapping) -> Iterator[tuple[str, Node]]:
    """Yield the arguments of a body, without comments."""
    return ((key, value) for key, value in merged(body) if key != COMMENT)
