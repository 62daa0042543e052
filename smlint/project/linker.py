"""Deployments whose halves stand in two files of one run: a model in one, the production variant that names it in the other.

They are put together only where there is no doubt: one file alone offers the model, or one alone in the variant's own folder.
A linked deployment is judged with the file that holds the image, since that is what would be repaired.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from smlint.linter.engine import FileReading
from smlint.model.deployment import Deployment, DocumentReading, Link
from smlint.model.facts import Fact
from smlint.model.images import InstanceType
from smlint.model.source import Source
from smlint.readers.assumptions import combine, may_conflict
from smlint.runtime.named_tuple import NamedTuple


class Wanted(NamedTuple):
    """A variant that looks for its model, and the file it stands in: `file` is where that is in truth, if links lead to it."""

    link: Link
    source: Source
    file: str


class Linker:
    """The halves that a set of files offers and wants, by their key and the folder of their file. A file and a link to it are one file."""

    def __init__(self, files: Iterable[FileReading]) -> None:
        self._wants: dict[str, dict[str, list[Wanted]]] = {}
        self._offers: dict[str, dict[str, set[str]]] = {}
        self._offering: dict[str, set[str]] = {}
        for file in files:
            if not any(reading.imports or reading.exports for reading, _ in file.readings):
                continue
            folder, real = _place(file.source.path)
            for reading, _ in file.readings:
                for link in reading.imports:
                    self._wants.setdefault(link.key, {}).setdefault(folder, []).append(Wanted(link, file.source, real))
                for link in reading.exports:
                    self._offers.setdefault(link.key, {}).setdefault(folder, set()).add(real)
                    self._offering.setdefault(link.key, set()).add(real)

    def completed(self, file: FileReading) -> FileReading:
        """The file with each of its models that variants elsewhere name joined to them."""
        if not any(reading.exports for reading, _ in file.readings):
            return file
        folder, real = _place(file.source.path)
        readings = tuple((self._joined(reading, folder, real), index) for reading, index in file.readings)
        return file._replace(readings=readings)

    def _joined(self, reading: DocumentReading, folder: str, real: str) -> DocumentReading:
        found: dict[int, list[Deployment]] = {}
        for offer in reading.exports:
            for wanted in self._meaning(offer, folder, real):
                if wanted.file != real and _compatible(offer, wanted.link):
                    found.setdefault(id(offer.deployment), []).append(_joined(offer.deployment, wanted))
        return _with(reading, found)

    def _meaning(self, offer: Link, folder: str, real: str) -> list[Wanted]:
        """The variants that can mean only the model in this file: with `beside`, or where other files offer one too, those of its own folder."""
        imports = self._wants.get(offer.key, {})
        if self._offering.get(offer.key) == {real} and not offer.same_folder:
            return [wanted for beside in imports.values() for wanted in beside]
        return imports.get(folder, []) if self._offers.get(offer.key, {}).get(folder) == {real} else []


def _place(path: str) -> tuple[str, str]:
    """The folder of a file, and the file that is there in truth."""
    return os.path.dirname(os.path.abspath(path)), os.path.realpath(path)


def _compatible(offer: Link, want: Link) -> bool:
    """Whether nothing tells that both halves are never true together."""
    return (
        _same_region(offer, want)
        and combine(offer.assumptions, want.assumptions) is not None
        and not may_conflict(offer.assumptions, want.assumptions)
    )


def _same_region(offer: Link, want: Link) -> bool:
    """Whether both halves may be in one Region: elsewhere, the same name is another model."""
    stated = {half.deployment.region.get() for half in (offer, want) if half.deployment.region.origin == "manifest"}
    return len(stated - {None}) < 2


def _joined(model: Deployment, wanted: Wanted) -> Deployment:
    """One deployment of both halves."""
    variant = wanted.link.deployment
    instance: Fact[InstanceType] = variant.instance_type
    if instance.text is not None:
        instance = instance._replace(text=instance.text._replace(elsewhere=wanted.source))
    region = model.region
    if region.origin != "manifest" and variant.region.known and variant.region.origin == "manifest":
        region = variant.region._replace(text=None)
    return model._replace(
        kind=variant.kind,
        instance_type=instance,
        region=region,
        serverless=variant.serverless._replace(text=None),
        accelerator_type=variant.accelerator_type._replace(text=None),
        inference_ami_version=variant.inference_ami_version._replace(text=None),
    )


def _with(reading: DocumentReading, found: dict[int, list[Deployment]]) -> DocumentReading:
    """The reading with each model that was found a variant for replaced by the linked deployments."""
    if not found:
        return reading
    deployments: list[Deployment] = []
    for deployment in reading.deployments:
        deployments.extend(found.get(id(deployment), [deployment]))
    return reading._replace(deployments=tuple(deployments))
