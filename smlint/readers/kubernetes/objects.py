"""Find the Kubernetes objects of a document, including the items of a `List`, and the values at a path in an object."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.images.catalog import Catalog
from smlint.model.facts import ABSENT, Fact, unknown
from smlint.model.images import Image
from smlint.model.text import Piece, Text
from smlint.readers.common import image_fact, items_of, mapping_of, scalar_text, text_of
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, Steps, is_null, merged, resolve

LIMIT = 200
"""Limit on values at one path of one object. A real object has a handful; without a limit, lists of aliases to lists multiply."""

_LIST_DEPTH = 3
_EXPORTED = ("uid", "resourceVersion", "managedFields", "creationTimestamp")


class KubernetesObject(NamedTuple):
    """One object: its body, the steps to it in its document, its API group (empty for the core group), kind and metadata.

    `namespace` is None if the object states none. `exported` is whether the object was exported from a cluster (it has a UID, a resource
    version, or a status): nobody edits such a file.
    """

    body: Mapping
    steps: Steps
    group: str
    kind: str
    name: str
    namespace: str | None
    metadata: Mapping | None
    anchor: Text | None
    exported: bool

    def annotation(self, key: str) -> Node | None:
        """Return the value of an annotation."""
        annotations = mapping_of(self.metadata.get("annotations")) if self.metadata is not None else None
        return annotations.get(key) if annotations is not None else None

    def labels(self) -> dict[str, str]:
        """Return the labels with scalar values."""
        return texts(self.metadata.get("labels")) if self.metadata is not None else {}


def objects(document: Document) -> Iterator[KubernetesObject]:
    """Yield the objects of a document: mappings with `apiVersion` and `kind`. A list is replaced by its items."""
    root = mapping_of(document.root)
    stack: list[tuple[Mapping, Steps, str, str, int]] = [(root, (), "", "", 0)] if root is not None else []
    while stack:
        body, steps, version, kind, depth = stack.pop()
        version, kind = _word(body, "apiVersion") or version, _word(body, "kind") or kind
        if not version or not kind:
            continue
        items = items_of(body.get("items")) if kind.endswith("List") and depth < _LIST_DEPTH else []
        if not items:
            yield _object(body, steps, version, kind)
            continue
        # The items of a typed list (`ModelList`) may omit what the list states.
        inherited = ("", "") if kind == "List" else (version, kind[: -len("List")])
        for index in reversed(range(len(items))):
            item = mapping_of(items[index])
            if item is not None:
                stack.append((item, (*steps, "items", index), *inherited, depth + 1))


def _object(body: Mapping, steps: Steps, version: str, kind: str) -> KubernetesObject:
    metadata = mapping_of(body.get("metadata"))
    named = metadata.get("name") if metadata is not None else None
    namespace = text_of(metadata.get("namespace")) if metadata is not None else None
    name = text_of(named)
    head = resolve(named) if name is not None else resolve(body.get("kind"))
    return KubernetesObject(
        body=body,
        steps=steps,
        group=version.rpartition("/")[0],
        kind=kind,
        name=name.shown() if name is not None else kind,
        namespace=namespace.shown() if namespace is not None else None,
        metadata=metadata,
        anchor=scalar_text(head, editable=False) if isinstance(head, Scalar) else None,
        exported=_is_exported(body, metadata),
    )


def _is_exported(body: Mapping, metadata: Mapping | None) -> bool:
    if metadata is not None and any(not is_null(metadata.get(key)) for key in _EXPORTED if metadata.get(key) is not None):
        return True
    status = mapping_of(body.get("status"))
    return status is not None and bool(status.items)


def _word(body: Mapping, key: str) -> str:
    content = resolve(body.get(key))
    return content.value if isinstance(content, Scalar) and content.tag is None else ""


def texts(node: Node | None) -> dict[str, str]:
    """Return the scalars of a mapping by key, as display texts."""
    body = mapping_of(node)
    if body is None:
        return {}
    return {key: text.shown() for key, value in merged(body) if (text := text_of(value)) is not None}


def field_text(node: Node | None) -> Text | None:
    """Return the text of an image or instance type field. A value such as `INSTANCE_TYPE` or `DOCKER_IMAGE` is a placeholder."""
    text = text_of(node)
    if text is None or not text.known:
        return text
    value = text.value
    if value.isupper() and value.replace("_", "").isalnum():
        return Text((Piece(None, text.anchor, None, value),), text.anchor)
    return text


def image_of(node: Node | None, catalog: Catalog) -> Fact[Image]:
    """Return the image of a node: absent without a node, unknown if the node is not text."""
    text = field_text(node)
    if text is None:
        return ABSENT if node is None or is_null(node) else unknown()
    return image_fact(text, catalog)


def at_path(node: Node | None, path: str) -> list[tuple[Steps, Node]]:
    """Return the values at a dotted path, with the steps to each.

    The path passes through lists, and a list at the end yields its items: the same field may be an object in one version of an API and a
    list with one element in another.
    """
    values: list[tuple[Steps, Node]] = [((), node)] if node is not None else []
    for key in path.split(".") if path else ():
        deeper: list[tuple[Steps, Node]] = []
        for steps, holder in values:
            body = mapping_of(holder)
            value = body.get(key) if body is not None else None
            if value is not None:
                deeper += _items_or_node((*steps, key), value, LIMIT - len(deeper))
            if len(deeper) == LIMIT:
                break
        values = deeper
    return values


def _items_or_node(steps: Steps, node: Node, limit: int) -> list[tuple[Steps, Node]]:
    content = resolve(node)
    if isinstance(content, Sequence) and content.tag is None:
        return [((*steps, index), item) for index, item in enumerate(content.items[:limit])]
    return [(steps, node)]
