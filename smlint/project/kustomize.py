"""Find the kustomizations that include a Kubernetes file, those of Flux and Argo CD among them, and read the file as they change it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from smlint.model.deployment import Deployment, DocumentReading
from smlint.model.facts import unknown
from smlint.project.files import ProjectFiles
from smlint.project.folder_tree import FolderTrees, is_repository
from smlint.project.gitops import GitOps
from smlint.project.reading import FileReading, ReadDocuments
from smlint.readers.common import mapping_of
from smlint.readers.kubernetes.overlay_changes import apply_kustomization
from smlint.readers.kubernetes.overlays import Kustomization, components, includes, read_kustomization
from smlint.syntax import Document, Mapping, ParseError, parse

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")

_MAX_LEVELS = 4
"""Folders above a file whose kustomization may include it."""

_MAX_DEPTH = 4
"""The most levels of overlays."""

_MAX_CHAINS = 20

Chain = tuple[Kustomization, ...]
"""The kustomizations that change a file, in order; the last one is included by no other."""


class Kustomizations:
    """The kustomizations around the files of a run. Each folder is listed, and each kustomization read, once."""

    def __init__(self, files: ProjectFiles, deployed: GitOps) -> None:
        self._files = files
        self._deployed = deployed
        self._bodies: dict[str, Mapping | None] = {}
        self._read: dict[str, Kustomization] = {}
        self._trees = FolderTrees(files)

    def apply(self, file: FileReading, read: ReadDocuments) -> FileReading:
        """Return a file as it is applied.

        If all kustomizations that include it change it, its deployments are those after the changes, else those after changes are possible.
        """
        chains, complete = self._chains(os.path.abspath(file.source.path))
        changed: list[tuple[DocumentReading, ...]] = []
        is_applied = not chains
        for chain in chains:
            documents: list[Document] = list(file.documents)
            any_change = False
            for kustomization in chain:
                documents, changes = apply_kustomization(documents, kustomization)
                any_change |= changes
            if any_change:
                changed.append(read(documents))
            else:
                is_applied = True
        readings = file.readings
        if len(changed) == 1 and not is_applied:
            readings = changed[0]
        elif changed:
            others = [_alone(reading) for each in changed for reading in each]
            first, *rest = [_alone(reading) for reading in readings] if not is_applied else list(readings)
            found = tuple(deployment for reading in others for deployment in reading.deployments)
            if is_applied:
                readings = (first._replace(possible=(*first.possible, *found)), *rest)
            else:
                readings = (first._replace(deployments=found), *(reading._replace(deployments=()) for reading in rest))
        if not complete:
            readings = tuple(_with_unknown_users(reading) for reading in readings)
        return file._replace(readings=readings)

    def _chains(self, path: str) -> tuple[list[Chain], bool]:
        """Return the chains of kustomizations that include a file, and whether all folders that may hold one were searched."""
        chains: list[Chain] = []
        tree, complete = self._trees.around(os.path.dirname(path))
        for folder in dict.fromkeys((*_folders_above(path), *tree)):
            body = self._body(folder)
            if body is not None and path in self._included(folder, body):
                above, searched = self._trees.around(folder)
                complete = complete and searched
                chains += self._chains_from(folder, above, ())
            elif body is None and path.startswith(folder + os.sep):
                generated = [each.kustomize for each in self._deployed.deploying(folder) if each.generates]
                chains += [(read_kustomization(each, _no_file),) for each in generated]
        if not chains:
            return [], True
        return chains[:_MAX_CHAINS], complete and len(chains) <= _MAX_CHAINS

    def _chains_from(self, folder: str, tree: Sequence[str], below: Chain) -> Iterator[Chain]:
        chain = (*below, self._kustomization(folder))
        bodies = ((other, self._body(other)) for other in tree if other != folder)
        above = [other for other, body in bodies if body is not None and folder in self._included(other, body)]
        deployed = self._deployed.deploying(folder)
        for each in deployed:
            yield (*chain, read_kustomization(each.kustomize, _no_file))
        if not above or len(chain) > _MAX_DEPTH:
            if not deployed:
                yield chain
        else:
            for other in above:
                yield from self._chains_from(other, tree, chain)

    def _body(self, folder: str) -> Mapping | None:
        """Return the kustomization in a folder; None if there is none that can be read."""
        if folder not in self._bodies:
            path = next((path for name in NAMES if os.path.isfile(path := os.path.join(folder, name)) and self._files.accepts(path)), None)
            text = self._files.text(path) if path is not None else None
            try:
                documents = parse(text, "kustomization.yaml") if text is not None else []
            except ParseError:
                documents = []
            self._bodies[folder] = mapping_of(documents[0].root) if documents else None
        return self._bodies[folder]

    def _included(self, folder: str, body: Mapping) -> frozenset[str]:
        return frozenset(os.path.normpath(os.path.join(folder, path)) for path in includes(body))

    def _kustomization(self, folder: str) -> Kustomization:
        """Return the changes of the kustomization in a folder, and those of its components."""
        if folder not in self._read:
            body = self._body(folder)
            self._read[folder] = Kustomization(unreadable=True)  # for a component that includes itself
            if body is not None:
                found = read_kustomization(body, lambda path: self._files.text(os.path.join(folder, path)))
                for path in components(body):
                    component = self._kustomization(os.path.normpath(os.path.join(folder, path)))
                    found = Kustomization(
                        (*component.patches, *found.patches), (*component.images, *found.images), component.unreadable or found.unreadable
                    )
                self._read[folder] = found
        return self._read[folder]


def _folders_above(path: str) -> Iterator[str]:
    """Yield the folder of a file and those above it in its repository, the nearest first."""
    for _ in range(_MAX_LEVELS):
        path = os.path.dirname(path)
        yield path
        if is_repository(path) or os.path.dirname(path) == path:
            return


def _no_file(path: str) -> None:
    """Load no patch file: an object of Flux or Argo CD has its patches inline."""


def _alone(reading: DocumentReading) -> DocumentReading:
    """Return a reading of one of several variants: which variant of another file belongs to it is unknown."""
    return reading._replace(deployments=tuple(map(_unlinked, reading.deployments)), exports=(), imports=())


def _unlinked(deployment: Deployment) -> Deployment:
    if not deployment.key:
        return deployment
    image = unknown() if deployment.image.absent else deployment.image
    instance = unknown() if deployment.instance_type.absent else deployment.instance_type
    return deployment._replace(image=image, instance_type=instance, key="")


def _with_unknown_users(reading: DocumentReading) -> DocumentReading:
    def on_unknown(deployment: Deployment) -> Deployment:
        return deployment._replace(instance_type=unknown(), key="")

    return reading._replace(possible=(*reading.possible, *map(on_unknown, reading.deployments)))
