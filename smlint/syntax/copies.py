"""Copy nodes whose values come from another file, or are unknown. The copies are located at a node of this file, and are not editable."""

from __future__ import annotations

from collections.abc import Container

from smlint.syntax.nodes import Mapping, Node, Scalar, Sequence, resolve


def key_text(key: Node) -> str:
    """Return the text of a key; an empty one if the key is not a scalar."""
    content = resolve(key)
    return content.value if isinstance(content, Scalar) else ""


def scalar_at(value: str, place: Node) -> Scalar:
    """Return a plain scalar that is located at a node."""
    return _located(Scalar(value, 0, 0, "plain"), place)


def copy_at(node: Node, place: Node) -> Node:
    """Return a copy of a node of another file, located at a node of this one."""
    content = resolve(node)
    if isinstance(content, Scalar):
        return _located(content, place)
    start, _ = _range_of(place)
    if isinstance(content, Mapping):
        mapping = Mapping(start)
        mapping.items = [(copy_at(key, place), copy_at(value, place)) for key, value in content.items]
        return mapping
    if isinstance(content, Sequence):
        sequence = Sequence(start)
        sequence.items = [copy_at(item, place) for item in content.items]
        return sequence
    return scalar_at("null", place)


def with_values(node: Node, value: str, *, keep: Container[str]) -> Node:
    """Return a copy of a node in which every scalar has the same value, except for the values of the keys to keep."""
    content = resolve(node)
    if isinstance(content, Mapping):
        mapping = Mapping(content.start)
        mapping.items = [(key, child if key_text(key) in keep else with_values(child, value, keep=keep)) for key, child in content.items]
        return mapping
    if isinstance(content, Sequence):
        sequence = Sequence(content.start)
        sequence.items = [with_values(item, value, keep=keep) for item in content.items]
        return sequence
    return scalar_at(value, node)


def _located(scalar: Scalar, place: Node) -> Scalar:
    start, end = _range_of(place)
    copy = Scalar(scalar.value, start, end, scalar.style, scalar.tag, exact=False)
    copy.aliased = True
    return copy


def _range_of(place: Node) -> tuple[int, int]:
    content = resolve(place)
    if content is None:
        return 0, 0
    return content.start, content.end if isinstance(content, Scalar) else content.start
