"""Link deployments whose parts live in different files: a model in one file, the production variant that references it in another.

A link needs certainty: only one file defines the model, or only one in the folder of the variant. A linked deployment belongs to the file
with the image, where a fix would go; the file with the variant gets it as a `RemoteDeployment`. A variant that may reference a model, but
perhaps another one, is a possible user of the model's image on an unknown instance type.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from smlint.model.deployment import Deployment, DocumentReading, Link, RemoteDeployment
from smlint.model.facts import State, unknown
from smlint.project.reading import FileReading
from smlint.readers.assumptions import CONDITION, DEFAULT, Compatibility, decided_by_link, may_conflict, regional
from smlint.runtime.named_tuple import NamedTuple

_COMPATIBILITY = Compatibility(decided_by_link)


class LinkEnd(NamedTuple):
    """One end of a link, its file, and the index of its document. `real_path` identifies the file when symbolic links lead to it."""

    link: Link
    file: FileReading
    real_path: str
    document: int


class Linker:
    """Joins the models that a set of files exports with the variants that it imports."""

    def __init__(self, files: Iterable[FileReading]) -> None:
        self._imports: dict[str, dict[str, list[LinkEnd]]] = {}
        self._exports: dict[str, dict[str, list[LinkEnd]]] = {}
        self._homes: dict[tuple[str, str | None, str], frozenset[str]] = {}
        for file in files:
            if not any(reading.imports or reading.exports for reading in file.readings):
                continue
            folder, real_path = _location(file.source.path)
            for reading in file.readings:
                for link in reading.imports:
                    self._imports.setdefault(link.key, {}).setdefault(folder, []).append(LinkEnd(link, file, real_path, reading.document))
                for link in reading.exports:
                    self._exports.setdefault(link.key, {}).setdefault(folder, []).append(LinkEnd(link, file, real_path, reading.document))

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
        """Replace each model without a variant by the deployments that it makes with the variants of other files.

        A model that has variants in its own file gets these deployments in addition.
        """
        joined: dict[str, list[Deployment]] = {}
        certain: set[tuple[object, ...]] = set()
        uncertain: list[tuple[tuple[object, ...] | None, Deployment]] = []
        for export in reading.exports:
            for variant in self._variants_of(export, folder, real_path):
                homes = self._homes_of(variant)
                if real_path not in homes or _COMPATIBILITY.combine(export.assumptions, variant.link.assumptions) is None:
                    continue
                if len(homes) == 1 and export.certain and variant.link.certain and not _may_be_apart(export, variant.link):
                    others[variant.file.source.path] = variant.file
                    deployment = join(export.deployment, variant.link.deployment.located_in(variant.file.source))
                    group = regional(export.deployment.pointer, variant.link.deployment.pointer, export.assumptions, variant.link.assumptions)
                    deployment = deployment._replace(regional=group)
                    joined.setdefault(export.deployment.key, []).append(deployment)
                    certain.add(_identity(variant))
                else:
                    uncertain.append((_identity(variant) if variant.link.optional else None, export.deployment))
        if not joined and not uncertain:
            return reading
        # One variant may be linked twice: with certainty by an address, and again by the name of the model.
        possible = {deployment.key: on_unknown_instance(deployment) for user, deployment in uncertain if user not in certain}
        deployments: list[Deployment] = []
        for deployment in reading.deployments:
            with_variants = joined.pop(deployment.key, None) if deployment.key else None
            if with_variants is None or deployment.instance_type.state is State.UNKNOWN:
                deployments.append(deployment)
            deployments += with_variants or ()
        deployments += (deployment for group in joined.values() for deployment in group)
        return reading._replace(deployments=tuple(deployments), possible=(*reading.possible, *possible.values()))

    def _join_imports(self, reading: DocumentReading, folder: str, real_path: str, others: dict[str, FileReading]) -> DocumentReading:
        """Add the deployments that variants make with the models of other files."""
        remote = list(reading.remote)
        for wanted in reading.imports:
            for model in self._models_of(wanted, folder):
                if model.real_path != real_path and _may_coexist(model.link, wanted):
                    others[model.file.source.path] = model.file
                    home = model.file.source
                    deployment = join(model.link.deployment.located_in(home), wanted.deployment)._replace(
                        anchor=wanted.deployment.anchor, key=wanted.deployment.key
                    )
                    if regional("", "", model.link.assumptions, wanted.assumptions):
                        deployment = on_unknown_instance(deployment)  # reported with the model, if no row fits
                    remote.append(RemoteDeployment(deployment, home, linked=True, document=model.document))
        return reading._replace(remote=tuple(remote)) if len(remote) > len(reading.remote) else reading

    def _variants_of(self, export: Link, folder: str, real_path: str) -> Iterator[LinkEnd]:
        """Yield the variants of other files that may reference a model."""
        imports = self._imports.get(export.key, {})
        for ends in (imports.get(folder, []),) if export.same_folder else imports.values():
            for end in ends:
                is_near = _may_share_namespace(export, end.link) and _may_share_region(export.deployment, end.link.deployment)
                is_left_to_format = export.other_formats and export.deployment.format == end.link.deployment.format
                if is_near and not is_left_to_format and end.real_path != real_path:
                    yield end

    def _homes_of(self, variant: LinkEnd) -> frozenset[str]:
        """Return the real paths of the files that may define a variant's model: those in its folder, else all others."""
        return self._candidates(variant.link, os.path.dirname(os.path.abspath(variant.file.source.path)))

    def _candidates(self, wanted: Link, folder: str) -> frozenset[str]:
        key = (wanted.key, wanted.namespace, folder)
        if key not in self._homes:
            exports = self._exports.get(wanted.key, {})
            near = frozenset(end.real_path for end in exports.get(folder, ()) if _may_share_namespace(end.link, wanted))
            self._homes[key] = near or frozenset(
                end.real_path for ends in exports.values() for end in ends if not end.link.same_folder and _may_share_namespace(end.link, wanted)
            )
        return self._homes[key]

    def _models_of(self, wanted: Link, folder: str) -> Iterator[LinkEnd]:
        """Yield the ends in the one file whose model a variant in a folder references; none if several files define it."""
        homes = self._candidates(wanted, folder)
        if len(homes) != 1 or not wanted.certain:
            return
        found = [
            end
            for ends in self._exports.get(wanted.key, {}).values()
            for end in ends
            if end.real_path in homes and end.link.certain and _may_share_namespace(end.link, wanted)
        ]
        # Symbolic links to a file have the same ends again.
        yield from (end for end in found if end.file.source.path == found[0].file.source.path)


def _identity(variant: LinkEnd) -> tuple[object, ...]:
    """Return what the ends of different links that are one variant have in common."""
    return variant.real_path, variant.document, variant.link.deployment.pointer


def _location(path: str) -> tuple[str, str]:
    """Return the folder of a file, and its path with symbolic links resolved."""
    return os.path.dirname(os.path.abspath(path)), os.path.realpath(path)


def _may_coexist(export: Link, wanted: Link) -> bool:
    """Return whether both ends may be deployed together: in one Region, under assumptions that do not conflict."""
    return (
        _may_share_region(export.deployment, wanted.deployment)
        and _COMPATIBILITY.combine(export.assumptions, wanted.assumptions) is not None
        and not _may_be_apart(export, wanted)
    )


def _may_be_apart(export: Link, wanted: Link) -> bool:
    """Return whether one end may exist without the other: each depends on an open condition, or one does and the other on a default."""
    if export.same_folder:  # in one module, a condition and a default may depend on the same variables
        return _COMPATIBILITY.may_conflict(export.assumptions, wanted.assumptions)
    if export.by_default is None or wanted.by_default is None:
        return may_conflict(export.assumptions, wanted.assumptions)
    if export.by_default and wanted.by_default:
        return False
    kinds = {kind for variable, _ in (*export.assumptions, *wanted.assumptions) for kind in (CONDITION, DEFAULT) if variable.startswith(kind)}
    return len(kinds) == 2 or may_conflict(export.assumptions, wanted.assumptions)


def _may_share_namespace(export: Link, wanted: Link) -> bool:
    """Return whether both ends may be in one namespace. A file may leave it to whoever applies it."""
    return export.namespace == wanted.namespace or export.namespace is None or wanted.namespace is None


def _may_share_region(model: Deployment, variant: Deployment) -> bool:
    """Return whether both parts may be in one Region: in another one, the same name is another model.

    A run for several Regions reads each part in every Region.
    """
    parts = (model.region, variant.region)
    stated = ({region.get() for region in parts if region.origin == origin} for origin in ("manifest", "settings"))
    return all(len(regions - {None}) < 2 for regions in stated)


def on_unknown_instance(model: Deployment) -> Deployment:
    """Return the deployment of a model by a variant about which nothing else is known."""
    return model._replace(instance_type=unknown(), key="")


def join(model: Deployment, variant: Deployment) -> Deployment:
    """Return one deployment of both parts."""
    region = variant.region if model.region.origin != "manifest" and variant.region.known and variant.region.origin == "manifest" else model.region
    return model._replace(
        kind=variant.kind,
        instance_type=variant.instance_type,
        region=region,
        serverless=variant.serverless,
        accelerator_type=variant.accelerator_type,
        inference_ami_version=variant.inference_ami_version,
        key="",
    )
