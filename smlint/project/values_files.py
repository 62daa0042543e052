"""Read a values file of a Helm chart, or the base of a layered configuration, together with the files that may be merged over it.

`helm -f values-prod.yaml` merges a file over the chart's `values.yaml`, and a `null` removes a key. Which files a deployment uses is not
in the chart, so each is a possible deployment. The chart's own values are defaults, which an unknown deployment may override.
Source: https://helm.sh/docs/chart_template_guide/values_files/ (read 2026-11-29). Dynaconf, OmegaConf, node-config and others merge
`prod.yaml` over `base.yaml` in the same way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from smlint.model.deployment import Deployment, DocumentReading
from smlint.model.facts import unknown
from smlint.model.source import Source
from smlint.model.text import Text
from smlint.project.files import ProjectFiles
from smlint.project.folder_tree import is_repository
from smlint.project.gitops import GitOps
from smlint.project.layers import MAX_DOCUMENTS, SUFFIXES, UNREADABLE_SUFFIXES, is_base, layers_over, may_follow
from smlint.project.reading import FileReading, ReadDocuments
from smlint.readers.common import items_of, mapping_of, scalar_of
from smlint.syntax import Alias, Document, Mapping, ParseError, is_null, merged, parse, resolve, walk
from smlint.syntax.copies import copy_at, scalar_at

CHARTS = ("Chart.yaml", "Chart.yml")

MAX_FILES = 50
"""The most values files of a chart to apply to another one."""

MAX_BYTES = 1_000_000
"""The largest values file to apply."""

_AD_HOC = "generic"
_MAX_LEVELS = 3
_MAX_DEPTH = 40
_VALUES = re.compile(r"(?i)(?:^|[._-])values(?:[._-]|$)")
_ENVIRONMENT_FOLDERS = frozenset(["environments", "environment", "envs", "env", "values", "ci"])


def with_values_files(file: FileReading, files: ProjectFiles, read: ReadDocuments, deployed: Callable[[], GitOps]) -> FileReading:
    """Return a values file as its chart applies it, and, as possible deployments, as other values files change it."""
    path = os.path.abspath(file.source.path)
    chart = _chart_of(path, files)
    if len(file.documents) > 1:
        return _with_documents(file, read)
    root = mapping_of(file.documents[0].root)
    if root is None or not _is_values_file(path, chart):
        return file
    readings = file.readings
    base = _base_of(path, chart, files)
    own = root
    if base is not None and (values := _mapping_in(files.text(base), base)) is not None:
        own = _merged(root, values, own_wins=True)
        readings = _at_pointers(read([_document(own, file.documents[0])]), file.readings)
    possible: list[Deployment] = []
    by_layer: list[list[Deployment]] = []
    for other, overlay in _overlays(path, chart, files, deployed):
        if overlay is None:
            possible += [deployment._replace(instance_type=unknown()) for reading in readings for deployment in reading.deployments]
            continue
        source = Source(os.path.relpath(other), files.text(other) or "")
        for reading in read([_document(_merged(own, overlay, own_wins=False), file.documents[0])]):
            made = [_from_files(deployment, source) for deployment in reading.deployments]
            possible += [*made, *(_from_files(deployment, source) for deployment in reading.possible)]
            by_layer.append(made)
    if chart is None and by_layer:
        readings = tuple(_with_layers(reading, by_layer) for reading in readings)
    if chart is not None and path == os.path.join(chart, "values.yaml"):
        # These are defaults: whoever installs the chart may set other values, with a file, `--set` or a tool.
        possible += [deployment._replace(instance_type=unknown()) for reading in readings for deployment in reading.deployments]
    if chart is not None and _computes_values(chart, files):
        possible += [deployment for reading in readings for deployment in reading.deployments]
        readings = tuple(_on_unknown_instances(reading) for reading in readings)
    if readings and possible:
        first, *rest = readings
        readings = (first._replace(possible=(*first.possible, *dict.fromkeys(possible))), *rest)
    return file._replace(readings=readings)


def _with_documents(file: FileReading, read: ReadDocuments) -> FileReading:
    """Return a file of several documents with what each makes of another one, if it is merged over that one, as possible deployments."""
    roots = [mapping_of(document.root) for document in file.documents]
    if len(roots) > MAX_DOCUMENTS or any(isinstance(node, Alias) for document in file.documents for node in walk(document.root)):
        return file
    readings: list[DocumentReading] = []
    for reading in file.readings:
        index = next((at for at, document in enumerate(file.documents) if document.index == reading.document), None)
        own = roots[index] if index is not None else None
        possible: list[Deployment] = []
        if own is not None and index is not None and reading.format == _AD_HOC and reading.deployments:
            for other in (root for at, root in enumerate(roots) if at != index and root is not None):
                for merged_reading in read([_document(_merged(own, other, own_wins=False), file.documents[index])]):
                    possible += (_from_files(deployment, file.source) for deployment in merged_reading.deployments)
        readings.append(reading._replace(possible=(*reading.possible, *dict.fromkeys(possible))) if possible else reading)
    return file._replace(readings=tuple(readings))


def _computes_values(chart: str, files: ProjectFiles) -> bool:
    if not files.folders(chart):
        return False
    from smlint.project.chart_templates import computes_values

    return computes_values(chart, files)


def _on_unknown_instances(reading: DocumentReading) -> DocumentReading:
    """Return a reading of values that templates change: which image runs on the instance type is unknown."""
    return reading._replace(deployments=tuple(each._replace(instance_type=unknown()) for each in reading.deployments))


def _chart_of(path: str, files: ProjectFiles) -> str | None:
    """Return the folder of the chart that a file belongs to; None if there is none."""
    folder = os.path.dirname(path)
    for _ in range(_MAX_LEVELS):
        if any(name in files.names(folder) for name in CHARTS):
            return folder
        if is_repository(folder):
            return None
        folder = os.path.dirname(folder)
    return None


def _is_values_file(path: str, chart: str | None) -> bool:
    """Return whether a file is called like a values file, or is in a chart's folder of environments."""
    folder, name = os.path.split(path)
    if not name.endswith(SUFFIXES):
        return False
    if _VALUES.search(os.path.splitext(name)[0]):
        return True
    if chart is None:
        return is_base(path)  # `base.yaml`, which libraries for configurations merge with `prod.yaml`
    return not _ENVIRONMENT_FOLDERS.isdisjoint(os.path.relpath(folder, chart).split(os.sep))


def _base_of(path: str, chart: str | None, files: ProjectFiles) -> str | None:
    """Return the values that a chart always uses; None for these themselves."""
    if chart is None:
        return None
    base = os.path.join(chart, "values.yaml")
    return base if base != path and "values.yaml" in files.names(chart) and _may_read(base, files) else None


def _overlays(path: str, chart: str | None, files: ProjectFiles, deployed: Callable[[], GitOps]) -> Iterator[tuple[str, Mapping | None]]:
    """Yield the values that may be applied over those of a file, each with its file; None for a file that is not readable."""
    folder = chart or os.path.dirname(path)
    base = os.path.join(folder, "values.yaml")
    found = [
        other
        for other in dict.fromkeys((*_values_files(folder, files), *(layers_over(path, files) if chart is None else ())))
        if other not in (path, base) and may_follow(path, other, base) and _may_read(other, files)
    ]
    for other in found[:MAX_FILES]:
        yield other, None if other.endswith(UNREADABLE_SUFFIXES) else _mapping_in(files.text(other), other)
    if chart is not None:
        yield from _helmfile_values(chart, files)
        yield from _umbrella_values(chart, files)
        for release in deployed().deploying(chart):
            yield from ((release.file, values) for values in release.values)
            named = (os.path.normpath(os.path.join(chart, name)) for name in release.value_files)
            yield from ((name, _mapping_in(files.text(name), name)) for name in named if name != path and _may_read(name, files))


def _values_files(folder: str, files: ProjectFiles) -> Iterator[str]:
    for name in files.names(folder):
        if name.endswith(SUFFIXES) and _VALUES.search(os.path.splitext(name)[0]):
            yield os.path.join(folder, name)
    for around in (folder, os.path.dirname(folder)):
        for inner in files.folders(around):
            if os.path.basename(inner) in _ENVIRONMENT_FOLDERS:
                for place in (inner, *files.folders(inner)):
                    yield from (os.path.join(place, name) for name in files.names(place) if name.endswith(SUFFIXES))


def _may_read(path: str, files: ProjectFiles) -> bool:
    return files.accepts(path) and files.size(path) <= MAX_BYTES


def _helmfile_values(chart: str, files: ProjectFiles) -> Iterator[tuple[str, Mapping | None]]:
    """Yield the values in the releases of a chart in a `helmfile.yaml`, and in the files that these name.

    https://helmfile.readthedocs.io/en/latest/#configuration (read 2026-11-29).
    """
    for folder in (chart, os.path.dirname(chart), os.path.dirname(os.path.dirname(chart))):
        for name in ("helmfile.yaml", "helmfile.yml"):
            path = os.path.join(folder, name)
            if name not in files.names(folder) or not _may_read(path, files):
                continue
            helmfile = _mapping_in(files.text(path), path)
            for release in map(mapping_of, items_of(helmfile.get("releases") if helmfile is not None else None)):
                of_chart = scalar_of(release.get("chart")) if release is not None else None
                if release is None or of_chart is None or os.path.normpath(os.path.join(folder, of_chart.value)) != chart:
                    continue
                for item in items_of(release.get("values")):
                    named, inline = scalar_of(item), mapping_of(item)
                    if inline is not None:
                        yield path, inline
                    elif named is not None and named.value.endswith(SUFFIXES):
                        other = os.path.normpath(os.path.join(folder, named.value))
                        if _may_read(other, files) and (text := files.text(other)) is not None:
                            yield other, _mapping_in(text, other)


def _umbrella_values(chart: str, files: ProjectFiles) -> Iterator[tuple[str, Mapping | None]]:
    """Yield the values that the chart around a subchart has for it, under the name or the alias of the subchart."""
    above, folder = os.path.split(chart)
    outer = os.path.dirname(above)
    if os.path.basename(above) != "charts" or not any(name in files.names(outer) for name in CHARTS):
        return
    names = [folder]
    for name in CHARTS:
        body = _mapping_in(files.text(path), path) if _may_read(path := os.path.join(outer, name), files) else None
        for dependency in map(mapping_of, items_of(body.get("dependencies") if body is not None else None)):
            alias = scalar_of(dependency.get("alias")) if dependency is not None else None
            names += [alias.value] if alias is not None else []
    for path in dict.fromkeys(_values_files(outer, files)):
        values = _mapping_in(files.text(path), path) if _may_read(path, files) else None
        for name in names:
            inner = mapping_of(values.get(name)) if values is not None else None
            if inner is not None:
                yield path, inner


def _mapping_in(text: str | None, path: str) -> Mapping | None:
    """Return the values in a file; None if it is not readable. With aliases, it might be too large to copy."""
    try:
        documents = parse(text or "", path)
    except ParseError:
        return None
    if not documents or documents[0].root is None:
        return Mapping(0)
    if any(isinstance(node, Alias) for node in walk(documents[0].root)):
        return None
    return mapping_of(documents[0].root)


def _document(root: Mapping, like: Document) -> Document:
    document = Document(root, like.index, like.kind, like.text)
    document.flaw = like.flaw
    return document


def _merged(own: Mapping, other: Mapping, *, own_wins: bool, depth: int = 0) -> Mapping:
    """Return a mapping of this file merged with one of another file. Values of that file are copied to the start of the mapping."""
    copy = Mapping(own.start)
    others = dict(merged(other))
    for key, value in merged(own):
        change = others.pop(key, None)
        before, after = resolve(value), resolve(change)
        if isinstance(before, Mapping) and isinstance(after, Mapping) and depth < _MAX_DEPTH:
            copy.items.append((scalar_at(key, own), _merged(before, after, own_wins=own_wins, depth=depth + 1)))
        elif change is None or own_wins:
            copy.items.append((scalar_at(key, own), value))
        elif not is_null(change):
            copy.items.append((scalar_at(key, own), copy_at(change, own)))
    copy.items += [(scalar_at(key, own), copy_at(value, own)) for key, value in others.items() if not is_null(value)]
    return copy


def _at_pointers(readings: Sequence[DocumentReading], like: Sequence[DocumentReading]) -> tuple[DocumentReading, ...]:
    """Return only the deployments with the pointer of one in `like`: those that this file, and not only its chart, makes."""
    pointers = {deployment.pointer for reading in like for deployment in (*reading.deployments, *reading.possible)}
    return tuple(
        reading._replace(
            deployments=tuple(each for each in reading.deployments if each.pointer in pointers),
            possible=tuple(each for each in reading.possible if each.pointer in pointers),
        )
        for reading in readings
    )


def _with_layers(reading: DocumentReading, layers: Sequence[Sequence[Deployment]]) -> DocumentReading:
    """Return a reading in which a deployment that every layer changes is one of several alternatives: perhaps it never exists as it is here."""
    deployments: list[Deployment] = []
    for own in reading.deployments:
        changed = [[each for each in layer if each.pointer == own.pointer and _hardware(each) != _hardware(own)] for layer in layers]
        group = (own, *(each for layer in changed for each in layer)) if all(changed) else (own,)
        deployments += [each._replace(alternatives=f"layers of {own.pointer}") for each in group] if len(group) > 1 else group
    return reading._replace(deployments=tuple(deployments))


def _hardware(deployment: Deployment) -> tuple[str | None, str | None]:
    image, instance = deployment.image.get(), deployment.instance_type.get()
    return image.uri if image is not None else None, instance.name if instance is not None else None


def _from_files(deployment: Deployment, source: Source) -> Deployment:
    """Return a deployment whose texts of another file, which were copied without a length, are marked as text of that file."""
    changed: dict[str, Any] = {
        name: fact._replace(text=fact.text._replace(elsewhere=source))
        for name, fact in deployment.facts()
        if fact.text is not None and _is_copied(fact.text)
    }
    return deployment._replace(**changed)


def _is_copied(text: Text) -> bool:
    return all(piece.span is None or piece.span.start == piece.span.end for piece in text.pieces)
