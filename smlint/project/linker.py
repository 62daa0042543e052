"""Link deployments whose parts are in different files: a model in one file, the production variant that references it in another.

A link needs certainty: only one file defines the model, or only one in the folder of the variant. A linked deployment belongs to the file
with the image, where a fix would go; the file with the variant gets it as a `RemoteDeployment`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from smlint.model.deployment import Deployment, DocumentReading, Link, RemoteDeployment
from smlint.project.reading import FileReading
from smlint.readers.assumptions import combine, may_conflict
from smlint.runtime.named_tuple import NamedTuple


class LinkEnd(NamedTuple):
    """One end of a link and its file. `real_path` identifies the file when symbolic links lead to it."""

    link: Link
    file: FileReading
    real_path: str


class Linker:
    """Joins the models that a set of files exports with the variants that it imports."""

    def __init__(self, files: Iterable[FileReading]) -> None:
        self._imports: dict[str, dict[str, list[LinkEnd]]] = {}
        self._exports: dict[str, dict[str, list[LinkEnd]]] = {}
        self._exporting: dict[str, set[str]] = {}
        for file in files:
            if not any(reading.imports or reading.exports for reading in file.readings):
                continue
            folder, real_path = _location(file.source.path)
            for reading in file.readings:
                for link in reading.imports:
                    self._imports.setdefault(link.key, {}).setdefault(folder, []).append(LinkEnd(link, file, real_path))
                for link in reading.exports:
                    self._exports.setdefault(link.key, {}).setdefault(folder, []).append(LinkEnd(link, file, real_path))
                    self._exporting.setdefault(link.key, set()).add(real_path)

    def complete(self, file: FileReading) -> FileReading:
        """Return the file with its models joined to the variants of other files, and its variants to the models of other files."""
        if not any(reading.exports or reading.imports for reading in file.readings):
            return file
        folder, real_path = _location(file.source.path)
        others: dict[str, FileReading] = {}
        readings = []
        for reading in file.readings:
            with_variants = self._join_exports(reading, folder, real_path, others)
            readings.append(self._join_imports(with_variants, folder, real_path, others))
        return file._replace(readings=tuple(readings), linked_files=(*file.linked_files, *others.values()))

    def _join_exports(self, reading: DocumentReading, folder: str, real_path: str, others: dict[str, FileReading]) -> DocumentReading:
        """Replace each model by the deployments that it makes with the variants of other files."""
        joined: dict[str, list[Deployment]] = {}
        for export in reading.exports:
            for variant in self._variants_of(export, folder, real_path):
                if variant.real_path != real_path and _may_coexist(export, variant.link):
                    others[variant.file.source.path] = variant.file
                    deployment = _join(export.deployment, variant.link.deployment.located_in(variant.file.source))
                    joined.setdefault(export.deployment.key, []).append(deployment)
        if not joined:
            return reading
        deployments = (joined.get(deployment.key, [deployment]) if deployment.key else [deployment] for deployment in reading.deployments)
        return reading._replace(deployments=tuple(deployment for group in deployments for deployment in group))

    def _join_imports(self, reading: DocumentReading, folder: str, real_path: str, others: dict[str, FileReading]) -> DocumentReading:
        """Add the deployments that variants make with the models of other files."""
        remote = list(reading.remote)
        for variant in reading.imports:
            for model in self._models_of(variant, folder):
                if model.real_path != real_path and _may_coexist(model.link, variant):
                    others[model.file.source.path] = model.file
                    home = model.file.source
                    deployment = _join(model.link.deployment.located_in(home), variant.deployment)._replace(anchor=variant.deployment.anchor)
                    remote.append(RemoteDeployment(deployment, home, linked=True))
        return reading._replace(remote=tuple(remote)) if len(remote) > len(reading.remote) else reading

    def _variants_of(self, export: Link, folder: str, real_path: str) -> Iterator[LinkEnd]:
        """Yield the variants that can reference only this file's model."""
        imports = self._imports.get(export.key, {})
        if self._exporting.get(export.key) == {real_path} and not export.same_folder:
            for ends in imports.values():
                yield from ends
        elif {end.real_path for end in self._exports.get(export.key, {}).get(folder, ())} == {real_path}:
            yield from imports.get(folder, ())

    def _models_of(self, variant: Link, folder: str) -> Iterator[LinkEnd]:
        """Yield the ends of the model that a variant in a folder references; none if several files define it."""
        exports = self._exports.get(variant.key, {})
        near = exports.get(folder, [])
        if len({end.real_path for end in near}) == 1:
            yield from _in_one_file(near)
        elif not near and len(self._exporting.get(variant.key, ())) == 1:
            yield from (end for ends in exports.values() for end in _in_one_file(ends) if not end.link.same_folder)


def _in_one_file(ends: list[LinkEnd]) -> Iterator[LinkEnd]:
    """Yield the ends of the first file: symbolic links to it have the same ends again."""
    return (end for end in ends if end.file.source.path == ends[0].file.source.path)


def _location(path: str) -> tuple[str, str]:
    """Return the folder of a file, and its path with symbolic links resolved."""
    return os.path.dirname(os.path.abspath(path)), os.path.realpath(path)


def _may_coexist(export: Link, variant: Link) -> bool:
    """Return whether both ends may be deployed together: in one Region, under assumptions that do not conflict."""
    return (
        _may_share_region(export.deployment, variant.deployment)
        and combine(export.assumptions, variant.assumptions) is not None
        and not may_conflict(export.assumptions, variant.assumptions)
    )


def _may_share_region(model: Deployment, variant: Deployment) -> bool:
    """Return whether both parts may be in one Region: in another one, the same name is another model."""
    stated = {part.region.get() for part in (model, variant) if part.region.origin == "manifest"}
    return len(stated - {None}) < 2


def _join(model: Deployment, variant: Deployment) -> Deployment:
    """Return the deployment of a model on a variant."""
    region = variant.region if model.region.origin != "manifest" and variant.region.known and variant.region.origin == "manifest" else model.region
    return model._replace(
        kind=variant.kind,
        instance_type=variant.instance_type,
        region=region,
        serverless=variant.serverless,
        accelerator_type=variant.accelerator_type,
        inference_ami_version=variant.inference_ami_version,
    )
