"""Find the nodes at paths of a native manifest, and the text that a problem with them points at."""

from __future__ import annotations

from smlint.model.source import Span
from smlint.model.text import Text, TextRange
from smlint.readers.common import scalar_text, templated
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

Path = tuple[str | int, ...]
"""Keys and indexes that lead from the root of a manifest to a node."""


def node_at(root: Mapping, path: Path) -> Node | None:
    """Return the node at a path; None if the path does not exist."""
    node: Node | None = root
    for step in path:
        content = resolve(node)
        if isinstance(content, Mapping) and isinstance(step, str):
            node = content.get(step)
        elif isinstance(content, Sequence) and isinstance(step, int) and step < len(content.items):
            node = content.items[step]
        else:
            return None
    return node


def is_template(root: Mapping, path: Path) -> bool:
    """Return whether a template engine fills in the value at a path."""
    content = resolve(node_at(root, path)) if path else None
    return isinstance(content, Scalar) and not templated(content).known


def value_place(root: Mapping, path: Path) -> TextRange:
    """Return the value at a path if it is a visible scalar, else the key that leads to it."""
    content = resolve(node_at(root, path))
    if isinstance(content, Scalar) and content.end > content.start:
        return TextRange(scalar_text(content))
    return head_place(root, path)


def head_place(root: Mapping, path: Path) -> TextRange:
    """Return what identifies the node at a path: its key; in a list, the value of its `name`, or its first key."""
    if path and isinstance(path[-1], str):
        return key_place(root, path[:-1], path[-1])
    content = resolve(node_at(root, path))
    if isinstance(content, Scalar):
        return TextRange(scalar_text(content))
    if isinstance(content, Mapping) and content.items:
        for scalar in (resolve(content.get("name")), resolve(content.items[0][0])):
            if isinstance(scalar, Scalar) and scalar.end > scalar.start:
                return TextRange(scalar_text(scalar, editable=False))
    start = content.start if content is not None else root.start
    return TextRange(Text((), Span(start, start + 1)))


def key_place(root: Mapping, path: Path, key: str) -> TextRange:
    """Return a key of the mapping at a path; if the key is merged in from another mapping, what identifies the mapping at the path."""
    holder = resolve(node_at(root, path))
    if isinstance(holder, Mapping):
        for candidate, _ in holder.items:
            scalar = resolve(candidate)
            if isinstance(scalar, Scalar) and scalar.value == key:
                return TextRange(scalar_text(scalar, editable=False))
    return head_place(root, path)
