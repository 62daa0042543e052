"""Read linked files together: each with the arguments and deployments that the others contribute."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from smlint.model.deployment import DocumentReading, NestedTemplate
from smlint.model.source import Source
from smlint.model.text import Text
from smlint.project.linker import Linker
from smlint.project.module_values import CONFIGURATION_SUFFIX, VALUES_SUFFIX, module_values, remote_deployments, uses_by_name
from smlint.project.nested_templates import MAX_USES, NestedTemplates, ReadTarget, Use, use_of
from smlint.project.nesting import decided_by, withhold
from smlint.project.reading import FileReading


class LinkedFiles:
    """The targets and the context files that are read together.

    `incomplete` are the targets that may be linked to files that were not searched. `read` reads a source again.
    """

    def __init__(
        self,
        targets: Sequence[FileReading],
        context: Sequence[FileReading],
        *,
        incomplete: frozenset[str],
        read: ReadTarget,
    ) -> None:
        self.targets = tuple(file.source for file in targets)
        self._incomplete = incomplete
        self._nested: dict[tuple[str, Use], FileReading] = {}
        self._pending: set[tuple[str, Use]] = set()
        self._arguments: dict[str, tuple[dict[str, dict[Text, None]], dict[str, FileReading]]] = {}
        self._readings = {file.source.path: file for file in (*targets, *context)}
        self._templates = NestedTemplates(self._readings, read)
        self._templates.read_all()
        self._linker = Linker(self._readings.values())
        self._module_uses = uses_by_name(self._readings.values())
        self._module_values = _values_by_name(self._readings.values())

    def read(self, source: Source) -> FileReading:
        """Read a target, whose text may have changed, and join its deployments with those of the other files.

        Where other files were not searched, deployments are not joined: a part that was not found may contradict one that was.
        """
        kept = self._readings.get(source.path)
        if kept is None or kept.source is not source:
            kept = self._templates.read(source)
        if source.path in self._incomplete:
            return withhold(kept)
        return self._add_module(self._add_callers(self._add_nested(self._linker.complete(kept))))

    def _add_module(self, file: FileReading) -> FileReading:
        """Return a file of a Terraform module with the deployments that its values decide, and the values that decide its deployments."""
        path = file.source.path
        if not path.endswith((CONFIGURATION_SUFFIX, VALUES_SUFFIX)):
            return file
        folder = os.path.dirname(os.path.abspath(path))
        values = module_values(file.source)
        uses = [use for name in values for use in self._module_uses.get((folder, name), ()) if use.source.path != path]
        remote = tuple(dict.fromkeys(remote_deployments(values, uses)))
        given = self._module_values.get(folder, {})
        arguments: dict[str, tuple[Text, ...]] = {}
        for name in sorted(_names_in(file) & given.keys()):
            arguments[name] = tuple(text for text in given[name] if text.elsewhere is not file.source)
        others = {text.elsewhere.path for texts in arguments.values() for text in texts if text.elsewhere is not None}
        others |= {remote_deployment.home.path for remote_deployment in remote}
        readings = file.readings
        if remote:
            first, *further = readings or (DocumentReading("terraform"),)
            readings = (first._replace(remote=(*first.remote, *remote)), *further)
        return file._replace(
            readings=readings,
            arguments=(*file.arguments, *arguments.items()),
            linked_files=(*file.linked_files, *(self._readings[other] for other in sorted(others) if other in self._readings)),
        )

    def _add_callers(self, file: FileReading) -> FileReading:
        """Return a nested template with the arguments that its parent templates pass, as text of those templates."""
        arguments, files = self._arguments_of(file.source.path)
        if not arguments:
            return file
        passed = tuple((name, tuple(texts)[:MAX_USES]) for name, texts in arguments.items())
        return file._replace(arguments=passed, linked_files=(*file.linked_files, *files.values()))

    def _arguments_of(self, path: str) -> tuple[dict[str, dict[Text, None]], dict[str, FileReading]]:
        """Return the arguments that the parents of a template pass, the nearest first, and the files of the parents."""
        if path in self._arguments:
            return self._arguments[path]
        arguments: dict[str, dict[Text, None]] = {}
        files: dict[str, FileReading] = {}
        self._arguments[path] = arguments, files  # a template that nests itself adds nothing more
        for caller in self._templates.callers_of(path):
            above = self._readings[caller.path]
            inherited, further = self._arguments_of(caller.path)
            files |= {above.source.path: above, **further}
            for name, text in caller.stack.arguments:
                texts = arguments.setdefault(name, {})
                texts[text._replace(elsewhere=above.source)] = None
                for piece in text.pieces:
                    texts.update(inherited.get(piece.name, {}))
        return arguments, files

    def _add_nested(self, file: FileReading) -> FileReading:
        """Add the deployments of nested templates that the arguments in this file decide."""
        if not any(reading.nested for reading in file.readings):
            return file
        readings = []
        children: dict[str, FileReading] = {}
        for reading in file.readings:
            remote = list(reading.remote)
            for stack in reading.nested:
                child = self._child(file.source, stack)
                if child is not None:
                    children[child.source.path] = child
                    remote += decided_by(stack, child)
            readings.append(reading._replace(remote=tuple(dict.fromkeys(remote))))
        return file._replace(readings=tuple(readings), linked_files=(*file.linked_files, *children.values()))

    def _child(self, source: Source, stack: NestedTemplate) -> FileReading | None:
        """Return the template that a stack nests, read with that stack's arguments; None if it was not found, or nests itself."""
        own = self._templates.path_of(source.path, stack)
        if own is None or not stack.parameters or not stack.exists:
            return None
        key = own, use_of(stack)
        if key in self._pending or not self._templates.is_decided(*key):
            return None
        if key not in self._nested:
            self._pending.add(key)
            self._nested[key] = self._add_nested(self._linker.complete(self._templates.read_with(self._readings[own].source, key[1:])))
            self._pending.discard(key)
        return self._nested[key]


def _names_in(file: FileReading) -> set[str]:
    """Return the names of the values that the deployments of a file use."""
    deployments = (deployment for reading in file.readings for deployment in reading.deployments)
    return {piece.name for deployment in deployments for text in deployment.texts() for piece in text.pieces if piece.name}


def _values_by_name(files: Iterable[FileReading]) -> dict[str, dict[str, list[Text]]]:
    """Return the values of Terraform modules by the folder of the module and their name, each as text of its file."""
    values: dict[str, dict[str, list[Text]]] = {}
    for file in files:
        for name, text in module_values(file.source).items():
            folder = os.path.dirname(os.path.abspath(file.source.path))
            values.setdefault(folder, {}).setdefault(name, []).append(text._replace(elsewhere=file.source))
    return values
