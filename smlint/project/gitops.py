"""Objects of Flux and Argo CD that deploy a folder of the repository, with changes of their own: patches, images or Helm values.

Formats, read 2026-11-29: https://fluxcd.io/flux/components/kustomize/kustomizations/, https://fluxcd.io/flux/components/helm/helmreleases/,
https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/ and https://argo-cd.readthedocs.io/en/stable/user-guide/helm/.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from smlint.project.files import ProjectFiles
from smlint.project.folder_tree import FolderTrees
from smlint.readers.common import items_of, mapping_of, scalar_of
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Alias, Mapping, Node, ParseError, parse, walk
from smlint.syntax.copies import scalar_at

MAX_FILES = 500
"""The most files of a tree to search."""

MAX_BYTES = 100_000
"""The largest file to search."""

_SUFFIXES = (".yaml", ".yml")
_WORDS = (b"argoproj.io", b"fluxcd.io")
_NO_ITEMS = Mapping(0)


class DeployedFolder(NamedTuple):
    """A folder that an object in `file` deploys, as a path from the root of the repository.

    `kustomize` has the keys of a kustomization; with `generates`, the folder needs no kustomization of its own. `values` are Helm values
    that are written in the object, None for unreadable ones; `value_files` the paths of files with values, as written.
    """

    folder: str
    file: str
    kustomize: Mapping = _NO_ITEMS
    generates: bool = False
    values: tuple[Mapping | None, ...] = ()
    value_files: tuple[str, ...] = ()


class GitOps:
    """The objects of Flux and Argo CD in the trees around files. Each tree is searched once."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._trees = FolderTrees(files)
        self._found: dict[str, tuple[DeployedFolder, ...]] = {}

    def deploying(self, folder: str) -> tuple[DeployedFolder, ...]:
        """Return what deploys a folder, an absolute path."""
        tree, _ = self._trees.around(folder)
        root = tree[0]
        if root not in self._found:
            paths = [os.path.join(each, name) for each in tree for name in self._files.names(each) if name.endswith(_SUFFIXES)]
            self._found[root] = tuple(found for path in paths[:MAX_FILES] for found in self._in_file(path))
        return tuple(found for found in self._found[root] if _is_at(found.folder, folder, root))

    def _in_file(self, path: str) -> Iterator[DeployedFolder]:
        if self._files.size(path) > MAX_BYTES or not any(word in self._files.data(path) for word in _WORDS) or not self._files.accepts(path):
            return
        try:
            documents = parse(self._files.text(path) or "", path)
        except ParseError:
            return
        for document in documents:
            root = mapping_of(document.root)
            kind = scalar_of(root.get("kind")) if root is not None else None
            spec = mapping_of(root.get("spec")) if root is not None else None
            if spec is not None and kind is not None and not any(isinstance(node, Alias) for node in walk(spec)):
                yield from _deployed(kind.value, spec, path)


def _is_at(written: str, folder: str, root: str) -> bool:
    """Return whether a path is that of a folder. Without a repository, the root is a guess, so the end of the path has to do."""
    path = os.path.normpath(written.lstrip("/") or ".")
    return os.path.normpath(os.path.join(root, path)) == folder or (path != "." and folder.endswith(os.sep + path))


def _deployed(kind: str, spec: Mapping, file: str) -> Iterator[DeployedFolder]:
    if kind == "Kustomization":
        folder = scalar_of(spec.get("path"))
        yield DeployedFolder(folder.value if folder is not None else ".", file, kustomize=spec, generates=True)
    elif kind == "HelmRelease":
        chart = scalar_of(_below(spec, "chart", "spec", "chart"))
        values = mapping_of(spec.get("values"))
        if chart is not None and values is not None:
            yield DeployedFolder(chart.value, file, values=(values,))
    elif kind in ("Application", "ApplicationSet"):
        template = mapping_of(_below(spec, "template", "spec")) if kind == "ApplicationSet" else spec
        for source in map(mapping_of, (template.get("source"), *items_of(template.get("sources"))) if template is not None else ()):
            folder = scalar_of(source.get("path")) if source is not None else None
            if source is not None and folder is not None:
                helm = mapping_of(source.get("helm")) or _NO_ITEMS
                yield DeployedFolder(
                    folder.value,
                    file,
                    kustomize=mapping_of(source.get("kustomize")) or _NO_ITEMS,
                    values=tuple(_helm_values(helm)),
                    value_files=tuple(scalar.value for item in items_of(helm.get("valueFiles")) if (scalar := scalar_of(item)) is not None),
                )


def _helm_values(helm: Mapping) -> Iterator[Mapping | None]:
    written = mapping_of(helm.get("valuesObject"))
    if written is not None:
        yield written
    text = scalar_of(helm.get("values"))
    if text is not None:
        try:
            documents = parse(text.value, "values.yaml")
        except ParseError:
            documents = []
        yield mapping_of(documents[0].root) if documents else None
    parameters = [
        (name.value.split("."), value)
        for item in map(mapping_of, items_of(helm.get("parameters")))
        if item is not None and (name := scalar_of(item.get("name"))) is not None and (value := item.get("value")) is not None
    ]
    if parameters:
        yield _nested(parameters, helm)


def _nested(values: list[tuple[list[str], Node]], place: Mapping) -> Mapping:
    """Return a mapping with each value at its path of keys; the last one of a path wins."""
    groups: dict[str, list[tuple[list[str], Node]]] = {}
    for (key, *rest), value in values:
        groups.setdefault(key, []).append((rest, value))
    mapping = Mapping(place.start)
    for key, group in groups.items():
        deeper = [(rest, value) for rest, value in group if rest]
        mapping.items.append((scalar_at(key, place), _nested(deeper, place) if deeper else group[-1][1]))
    return mapping


def _below(mapping: Mapping, *keys: str) -> Node | None:
    node: Node | None = mapping
    for key in keys:
        body = mapping_of(node)
        node = body.get(key) if body is not None else None
    return node
