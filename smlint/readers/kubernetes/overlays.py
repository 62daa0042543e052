"""Read what a kustomization includes and changes: its patches and image replacements.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ (read 2026-11-28).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from smlint.readers.common import items_of, mapping_of, scalar_of
from smlint.readers.kubernetes.objects import KubernetesObject, objects
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, ParseError, Scalar, is_null, parse, resolve

_UNREADABLE = ("replacements", "transformers", "vars", "helmCharts", "helmChartInflationGenerator", "configurations", "openapi")

_COMPARABLE = re.compile(r"(?:[\w./:-]|\.\*)*")

LoadFile = Callable[[str], "str | None"]
"""Return the text of a file, by its path relative to the kustomization."""


class Target(NamedTuple):
    """The objects that a patch applies to: patterns for group, kind, name and namespace; `vague` if it also selects by what is not compared here.

    Patterns are regular expressions. Text with `.*` is compared; any other expression may match, because backtracking has no bound.
    """

    group: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    vague: bool = False

    def matches(self, candidate: KubernetesObject) -> bool:
        """Return whether an object may be a target."""
        parts = ((self.group, candidate.group), (self.kind, candidate.kind), (self.name, candidate.name), (self.namespace, candidate.namespace))
        return all(_fits(pattern, value) for pattern, value in parts)


class ImageEntry(NamedTuple):
    """An entry of `images:`; a part of None stays as it is."""

    name: str
    new_name: str | None
    new_tag: str | None
    digest: str | None


class Kustomization(NamedTuple):
    """The changes of one kustomization: patches (None if unreadable), in order, and images. `unreadable` is whether it may change anything."""

    patches: tuple[tuple[Target, Node | None], ...] = ()
    images: tuple[ImageEntry, ...] = ()
    unreadable: bool = False


def includes(body: Mapping) -> list[str]:
    """Return the files and folders that a kustomization includes, as written."""
    return [scalar.value for key in ("resources", "bases") for item in items_of(body.get(key)) if (scalar := scalar_of(item)) is not None]


def components(body: Mapping) -> list[str]:
    """Return the components that a kustomization includes, as written."""
    return [scalar.value for item in items_of(body.get("components")) if (scalar := scalar_of(item)) is not None]


def read_kustomization(body: Mapping, load: LoadFile) -> Kustomization:
    """Return what a kustomization changes; `load` reads its patch files."""
    patches: list[tuple[Target, Node | None]] = []
    for item in items_of(body.get("patchesStrategicMerge")):
        scalar = scalar_of(item)
        text = scalar.value if scalar is not None else ""
        patches += _patches_in(text if "\n" in text else load(text), None)
    for key in ("patches", "patchesJson6902"):
        for item in items_of(body.get(key)):
            entry = mapping_of(item)
            inline, path = (scalar_of(entry.get("patch")), scalar_of(entry.get("path"))) if entry is not None else (None, None)
            patch = inline.value if inline is not None else load(path.value) if path is not None else None
            target = mapping_of(entry.get("target")) if entry is not None else None
            patches += _patches_in(patch, _target(target) if target is not None else None)
    return Kustomization(tuple(patches), tuple(_images(body)), any(not is_null(body.get(key)) for key in _UNREADABLE if body.get(key) is not None))


def _target(body: Mapping) -> Target:
    group, kind, name, namespace = (_text(body.get(key)) or "" for key in ("group", "kind", "name", "namespace"))
    selects_labels = body.get("labelSelector") is not None or body.get("annotationSelector") is not None
    vague = selects_labels or not all(map(_is_comparable, (group, kind, name, namespace)))
    return Target(group=group, kind=kind, name=name, namespace=namespace, vague=vague)


def _patches_in(text: str | None, target: Target | None) -> Iterator[tuple[Target, Node | None]]:
    """Yield the patches in a text. Without a target, a strategic merge patch applies to the object that it names."""
    try:
        documents = parse(text, "patch.yaml") if text is not None else None
    except ParseError:
        documents = None
    if documents is None:
        yield target or Target(), None
        return
    for document in documents:
        if target is not None:
            yield target, document.root
        elif isinstance(resolve(document.root), Mapping):
            for named in objects(document):
                yield Target(named.group, named.kind, named.name), document.root


def _images(body: Mapping) -> Iterator[ImageEntry]:
    for item in items_of(body.get("images")):
        entry = mapping_of(item)
        name = scalar_of(entry.get("name")) if entry is not None else None
        if entry is not None and name is not None:
            new_name, new_tag, digest = (_text(entry.get(key)) for key in ("newName", "newTag", "digest"))
            yield ImageEntry(name.value, new_name, new_tag, digest)
        elif (written := scalar_of(item)) is not None:
            yield _image_in(written.value)


def _image_in(text: str) -> ImageEntry:
    """Return the entry that Argo CD writes as `name=new:tag`, `new:tag` or `new@digest`."""
    name, equals, new = text.partition("=")
    image, _, digest = (new if equals else name).partition("@")
    repository, _, tag = image.rpartition(":") if ":" in image.rpartition("/")[2] else (image, "", "")
    return ImageEntry(name if equals else repository, repository, tag or None, digest or None)


def _text(node: Node | None) -> str | None:
    content = resolve(node)
    return content.value if isinstance(content, Scalar) and not is_null(content) else None


def _fits(pattern: str, value: str | None) -> bool:
    if not pattern or value is None or not _is_comparable(pattern):
        return True
    return fnmatchcase(value, pattern.replace(".*", "*"))


def _is_comparable(pattern: str) -> bool:
    return _COMPARABLE.fullmatch(pattern) is not None
