"""Read the images that a kustomization sets, and its inline patches.

Patches in separate files are partial objects, read like objects, or JSON patches (`patches.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.images.catalog import Catalog
from smlint.model.facts import Fact
from smlint.model.images import Image
from smlint.model.text import Piece, Text
from smlint.readers.common import image_fact, items_of, mapping_of, text_of
from smlint.syntax import Mapping, Node, Scalar, Steps, is_null, resolve

_GROUP = "kustomize.config.k8s.io/"
_KINDS = ("Kustomization", "Component")
# A kustomization may omit `apiVersion` and `kind`; then one of these keys identifies it.
_IDENTIFYING_KEYS = ("resources", "bases", "components", "patches", "patchesStrategicMerge")


def sets_aws_image(root: Node | None, catalog: Catalog) -> bool:
    """Return whether a document is a kustomization that sets an image of the AWS Deep Learning Containers."""
    return next(images(root, catalog), None) is not None


def images(root: Node | None, catalog: Catalog) -> Iterator[tuple[Fact[Image], Steps]]:
    """Yield the AWS images that a kustomization sets, each with the steps to it."""
    body = mapping_of(root)
    if body is None or body.get("images") is None or not _is_kustomization(body):
        return
    for index, item in enumerate(items_of(body.get("images"))):
        entry = mapping_of(item)
        text = _image_text(entry) if entry is not None else None
        if text is None:
            continue
        fact = image_fact(text, catalog)
        image = fact.get()
        if image is not None and image.is_in_ecr and (image.known_repository or image.owner == "aws"):
            yield fact, ("images", index)


def patches(root: Node | None) -> Iterator[tuple[Node, Steps]]:
    """Yield the strings of a kustomization that are patches or paths of patches, each with the steps to it."""
    body = mapping_of(root)
    if body is None or not _is_kustomization(body):
        return
    for index, item in enumerate(items_of(body.get("patchesStrategicMerge"))):
        yield item, ("patchesStrategicMerge", index)
    for key in ("patches", "patchesJson6902"):
        for index, item in enumerate(items_of(body.get(key))):
            entry = mapping_of(item)
            patch = entry.get("patch") if entry is not None else None
            if patch is not None:
                yield patch, (key, index, "patch")


def _is_kustomization(body: Mapping) -> bool:
    version, kind = resolve(body.get("apiVersion")), resolve(body.get("kind"))
    if version is None and kind is None:
        return any(body.get(key) is not None for key in _IDENTIFYING_KEYS)
    return isinstance(version, Scalar) and version.value.startswith(_GROUP) and isinstance(kind, Scalar) and kind.value in _KINDS


def _image_text(entry: Mapping) -> Text | None:
    """Compose the image of an entry. Parts that the entry does not set come from the image it replaces, so they are unknown."""
    base = text_of(entry.get("newName")) or text_of(entry.get("name"))
    if base is None:
        return None
    for key, mark in (("digest", "@"), ("newTag", ":")):
        node = entry.get(key)
        if node is not None and not is_null(node):
            part = text_of(node)
            pieces = part.pieces if part is not None else (Piece(None, None, None, key),)
            return Text((*base.pieces, Piece(mark), *pieces), base.anchor)
    return Text((*base.pieces, Piece(":"), Piece(None, None, None, "tag")), base.anchor)
