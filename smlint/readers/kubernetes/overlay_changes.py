"""Apply the patches and image replacements of a kustomization to the documents that it includes.

What smlint cannot apply makes the object's values unknown. A changed value is located at the value that it replaces, and is not editable.
Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ (read 2026-11-28).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from smlint.readers.common import mapping_of, scalar_of
from smlint.readers.kubernetes.objects import KubernetesObject, objects
from smlint.readers.kubernetes.overlays import ImageEntry, Kustomization
from smlint.syntax import Document, Mapping, Node, Scalar, Steps, is_null, resolve
from smlint.syntax import Sequence as SequenceNode
from smlint.syntax.copies import copy_at, key_text, scalar_at, with_values

_BUILT_IN = frozenset(["", "apps", "batch"])
"""API groups whose lists of named items merge by name in a strategic merge patch."""

_CONTAINERS = frozenset(["containers", "initContainers"])
_NAMES = frozenset(["apiVersion", "kind", "metadata", "name", "modelName", "endpointConfigName", "namespace"])
_UNKNOWN = "${kustomize}"
_MAX_DEPTH = 40


class _Unreadable(Exception):
    """A patch that smlint cannot apply."""


def apply_kustomization(documents: Sequence[Document], kustomization: Kustomization) -> tuple[list[Document], bool]:
    """Return the documents with the changes of a kustomization, and whether it changes any of them."""
    changed = [_apply(document, kustomization) for document in documents]
    return [new or old for new, old in zip(changed, documents, strict=True)], any(new is not None for new in changed)


def _apply(document: Document, kustomization: Kustomization) -> Document | None:
    root = document.root
    for number in range(len(list(objects(document)))):
        for target, patch in kustomization.patches:
            candidate = list(objects(Document(root)))[number]
            if target.matches(candidate):
                root = _replace_at(root, candidate.steps, _patched(candidate, None if target.vague else patch))
        if kustomization.unreadable:
            candidate = list(objects(Document(root)))[number]
            root = _replace_at(root, candidate.steps, with_values(candidate.body, _UNKNOWN, keep=_NAMES))
    if kustomization.images:
        root = _with_images(root, kustomization.images)
    if root is document.root:
        return None
    new = Document(root, document.index, document.kind, document.text)
    new.flaw = document.flaw
    return new


def _patched(candidate: KubernetesObject, patch: Node | None) -> Node:
    try:
        content = resolve(patch)
        if isinstance(content, SequenceNode):
            return _with_operations(candidate.body, content)
        if isinstance(content, Mapping):
            return _merged(candidate.body, content, by_name=candidate.group in _BUILT_IN, depth=0)
    except _Unreadable:
        pass
    return with_values(candidate.body, _UNKNOWN, keep=_NAMES)


def _with_operations(body: Node, operations: SequenceNode) -> Node:
    for item in operations.items:
        operation = mapping_of(item)
        name, path = (scalar_of(operation.get("op")), scalar_of(operation.get("path"))) if operation is not None else (None, None)
        if operation is None or name is None or path is None or name.value not in ("add", "replace", "remove"):
            raise _Unreadable
        steps = [step.replace("~1", "/").replace("~0", "~") for step in path.value.split("/")[1:]]
        value = None if name.value == "remove" else operation.get("value")
        if not steps or (name.value != "remove" and value is None):
            raise _Unreadable
        body = _with_value(body, steps, value, insert=name.value == "add")
    return body


def _with_value(node: Node, steps: list[str], value: Node | None, *, insert: bool) -> Node:
    """Return a copy of a node with the value at a path; without a value, the path is removed."""
    content = resolve(node)
    step, *rest = steps
    if isinstance(content, Mapping):
        copy = Mapping(content.start)
        copy.items = [(key, child) for key, child in content.items if rest or key_text(key) != step]
        present = content.get(step)
        if rest:
            if present is None:
                raise _Unreadable
            copy.items = [(key, _with_value(child, rest, value, insert=insert) if key_text(key) == step else child) for key, child in content.items]
        elif value is not None:
            copy.items.append((scalar_at(step, content), copy_at(value, present or content)))
        return copy
    if isinstance(content, SequenceNode):
        items = list(content.items)
        index = len(items) if step == "-" else int(step) if step.isdecimal() else -1
        if not 0 <= index <= len(items) or (index == len(items) and (rest or value is None or not insert)):
            raise _Unreadable
        at = items[index] if index < len(items) else content
        if rest:
            items[index] = _with_value(items[index], rest, value, insert=insert)
        else:
            items[index : index + (0 if insert and value is not None else 1)] = [] if value is None else [copy_at(value, at)]
        sequence = SequenceNode(content.start)
        sequence.items = items
        return sequence
    raise _Unreadable


def _merged(body: Node, patch: Mapping, *, by_name: bool, depth: int) -> Node:
    """Return a mapping with a strategic merge patch. Lists are replaced; in built-in objects, lists of named items merge by name."""
    content = resolve(body)
    if depth > _MAX_DEPTH or any(key_text(key).startswith("$") for key, _ in patch.items):
        raise _Unreadable
    if not isinstance(content, Mapping):
        return copy_at(patch, body)
    changes = {key_text(key): value for key, value in patch.items if key_text(key) not in ("apiVersion", "kind", "metadata") or depth}
    copy = Mapping(content.start)
    for key, child in content.items:
        change = changes.pop(key_text(key), None)
        if change is None:
            copy.items.append((key, child))
        elif not is_null(change):
            copy.items.append((key, _merged_value(child, change, by_name=by_name, depth=depth + 1)))
    copy.items += [(scalar_at(word, content), copy_at(change, content)) for word, change in changes.items() if not is_null(change)]
    return copy


def _merged_value(old: Node, change: Node, *, by_name: bool, depth: int) -> Node:
    before, after = resolve(old), resolve(change)
    if isinstance(after, Mapping):
        return _merged(old, after, by_name=by_name, depth=depth)
    if not by_name or not isinstance(before, SequenceNode) or not isinstance(after, SequenceNode):
        return copy_at(change, old)
    names = {name: index for index, item in enumerate(before.items) if (name := _name(item)) is not None}
    items = list(before.items)
    for item in after.items:
        name, patch = _name(item), mapping_of(item)
        if name is None or patch is None:
            return copy_at(change, old)
        if name in names:
            items[names[name]] = _merged(items[names[name]], patch, by_name=by_name, depth=depth + 1)
        else:
            items.append(copy_at(item, old))
    sequence = SequenceNode(before.start)
    sequence.items = items
    return sequence


def _with_images(node: Node | None, images: Sequence[ImageEntry], in_container: bool = False, depth: int = 0) -> Node | None:
    """Return a tree with the images of all `containers` and `initContainers` replaced; the same object if nothing changes."""
    content = resolve(node)
    if depth > _MAX_DEPTH or content is None or isinstance(content, Scalar):
        return node
    if isinstance(content, SequenceNode):
        items = [_with_images(item, images, in_container, depth + 1) or item for item in content.items]
        if all(new is old for new, old in zip(items, content.items, strict=True)):
            return node
        sequence = SequenceNode(content.start)
        sequence.items = items
        return sequence
    pairs: list[tuple[Node, Node]] = []
    for key, child in content.items:
        word = key_text(key)
        if in_container and word == "image":
            pairs.append((key, _new_image(child, images)))
        else:
            pairs.append((key, _with_images(child, images, word in _CONTAINERS, depth + 1) or child))
    if all(new[1] is old[1] for new, old in zip(pairs, content.items, strict=True)):
        return node
    copy = Mapping(content.start)
    copy.items = pairs
    return copy


def _new_image(node: Node, images: Sequence[ImageEntry]) -> Node:
    scalar = scalar_of(node)
    if scalar is None:
        return node
    match = re.fullmatch(r"(?P<name>[^@]*?)(?P<rest>(?::[^:/@]*)?(?:@.*)?)", scalar.value)
    for entry in images:
        if match is None or match["name"] != entry.name:
            continue
        rest = f"@{entry.digest}" if entry.digest is not None else f":{entry.new_tag}" if entry.new_tag is not None else match["rest"]
        value = (entry.new_name or entry.name) + rest
        return node if value == scalar.value else scalar_at(value, node)
    return node


# ---------------------------------------------------------------- nodes


def _replace_at(root: Node | None, steps: Steps, node: Node) -> Node:
    if not steps:
        return node
    content = resolve(root)
    step, *rest = steps
    if isinstance(content, Mapping):
        copy = Mapping(content.start)
        copy.items = [(key, _replace_at(child, tuple(rest), node) if key_text(key) == step else child) for key, child in content.items]
        return copy
    if isinstance(content, SequenceNode):
        sequence = SequenceNode(content.start)
        sequence.items = [_replace_at(item, tuple(rest), node) if index == step else item for index, item in enumerate(content.items)]
        return sequence
    return node


def _name(node: Node) -> str | None:
    body = mapping_of(node)
    name = scalar_of(body.get("name")) if body is not None else None
    return name.value if name is not None else None
