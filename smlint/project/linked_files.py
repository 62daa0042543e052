"""Read linked files together: each with the arguments and deployments that the others contribute."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from smlint.model.deployment import Deployment, DocumentReading, NestedTemplate, RemoteDeployment
from smlint.model.facts import State, unknown
from smlint.model.source import Source, Span
from smlint.model.text import Text
from smlint.project.dependencies import MAX_NESTING, nested_path
from smlint.project.linker import Linker, on_unknown_instance
from smlint.project.reading import FileReading
from smlint.readers.reader import ReadContext

ReadTarget = Callable[[Source, "ReadContext | None"], FileReading]
"""Read a source in the context of its folder, or with the arguments of the template that nests it."""


class LinkedFiles:
    """The targets and the context files that are read together.

    `incomplete` are the targets that may be linked to files that were not searched. `read` reads a source again, and `region_of` returns
    the Region that the folder of a source states.
    """

    def __init__(
        self,
        targets: Sequence[FileReading],
        context: Sequence[FileReading],
        *,
        incomplete: frozenset[str],
        read: ReadTarget,
        region_of: Callable[[Source], str | None],
    ) -> None:
        self.targets = tuple(file.source for file in targets)
        self._incomplete = incomplete
        self._read = read
        self._region_of = region_of
        self._arguments: dict[str, ReadContext] = {}
        self._callers: dict[str, tuple[str, NestedTemplate]] = {}
        self._readings = {file.source.path: file for file in (*targets, *context)}
        self._by_path = {os.path.abspath(path): path for path in self._readings}
        # Read a parent template first: it sets the arguments of the templates that it nests.
        for _ in range(MAX_NESTING):
            changed = self._pass_arguments()
            for path in changed:
                self._readings[path] = read(self._readings[path].source, self._arguments[path])
            if not changed:
                break
        self._linker = Linker(self._readings.values())

    def read(self, source: Source) -> FileReading:
        """Read a target, whose text may have changed, and join its deployments with those of the other files."""
        kept = self._readings.get(source.path)
        if kept is None or kept.source is not source:
            kept = self._read(source, self._arguments.get(source.path))
        linked = self._add_caller(self._add_nested(self._linker.complete(kept)))
        return _withhold(linked) if source.path in self._incomplete else linked

    def _add_caller(self, file: FileReading, depth: int = 0) -> FileReading:
        """Return a nested template with the arguments that its parent templates pass, as text of those templates."""
        context = self._arguments.get(file.source.path)
        caller, stack = self._callers.get(file.source.path, (None, None))
        if context is None or not context.parameters or caller is None or stack is None or depth >= MAX_NESTING:
            return file
        above = self._add_caller(self._readings[caller], depth + 1)
        passed = dict(above.arguments)
        arguments = []
        for name, text in stack.arguments:
            further = (inherited for piece in text.pieces for inherited in passed.get(piece.name, ()))
            arguments.append((name, (text._replace(elsewhere=above.source), *further)))
        return file._replace(arguments=tuple(arguments), linked_files=(*file.linked_files, above, *above.linked_files))

    def _pass_arguments(self) -> set[str]:
        """Give nested templates the arguments of their parent templates; return the paths of those with new arguments."""
        uses_by_child: dict[str, set[tuple[str | None, tuple[tuple[str, str], ...]]]] = {}
        for path, file in self._readings.items():
            region = self._arguments[path].region if path in self._arguments else self._region_of(file.source)
            for stack in _nested_in(file):
                child = self._by_path.get(nested_path(path, stack.path))
                if child is not None and child != path:
                    self._callers[child] = path, stack
                    uses_by_child.setdefault(child, set()).add((region, stack.parameters))
        changed = set()
        for child, uses in uses_by_child.items():
            # With two sets of arguments, a template is read as if it had none.
            region, parameters = next(iter(uses)) if len(uses) == 1 else (None, ())
            context = ReadContext(region=region, parameters=parameters)
            if context != self._arguments.get(child, ReadContext()):
                self._arguments[child] = context
                changed.add(child)
        return changed

    def _add_nested(self, file: FileReading) -> FileReading:
        """Add the deployments of nested templates that the arguments in this file decide."""
        if not any(reading.nested for reading in file.readings):
            return file
        readings = []
        children: list[FileReading] = []
        for reading in file.readings:
            remote = list(reading.remote)
            for stack in reading.nested:
                child = self._child(file.source.path, stack)
                if child is not None:
                    children.append(child)
                    remote += _decided_by(stack, child)
            readings.append(reading._replace(remote=tuple(remote)))
        return file._replace(readings=tuple(readings), linked_files=(*file.linked_files, *children))

    def _child(self, path: str, stack: NestedTemplate) -> FileReading | None:
        """Return the template that a stack nests, if it was read with that stack's arguments."""
        own = self._by_path.get(nested_path(path, stack.path))
        if own is None or own == path or not stack.parameters:
            return None
        context = self._arguments.get(own)
        if context is None or context.parameters != stack.parameters:
            return None
        return self._add_nested(self._linker.complete(self._readings[own]))


def _nested_in(file: FileReading) -> Iterator[NestedTemplate]:
    for reading in file.readings:
        yield from reading.nested


def _decided_by(stack: NestedTemplate, child: FileReading) -> Iterator[RemoteDeployment]:
    """Yield the deployments of a nested template in which an argument of the stack is used, with that argument as their text."""
    arguments = dict(stack.arguments)
    for reading in child.readings:
        own = (RemoteDeployment(deployment, child.source, linked=False) for deployment in reading.deployments)
        for remote in (*own, *reading.remote):
            deployment = _with_arguments(remote.deployment, arguments, child.source)
            if deployment is not None:
                yield RemoteDeployment(deployment, remote.home, linked=False)


def _with_arguments(deployment: Deployment, arguments: dict[str, Text], source: Source) -> Deployment | None:
    """Return the deployment with the text of arguments in place of references to them; None if it uses none."""
    changed: dict[str, Any] = {}
    for name, fact in deployment.facts():
        argument = _argument_in(fact.text, arguments)
        if argument is not None:
            changed[name] = fact._replace(text=argument)
    return deployment.located_in(source)._replace(**changed) if changed else None


def _argument_in(text: Text | None, arguments: dict[str, Text]) -> Text | None:
    """Return the argument in a text; None if it contains none."""
    if text is None or text.elsewhere is not None:
        return None
    for piece in text.pieces:
        if piece.text is not None and piece.name in arguments:
            argument = arguments[piece.name]
            return Text(tuple(piece._replace(style=None) for piece in argument.pieces), argument.anchor)
    return None


def _withhold(file: FileReading) -> FileReading:
    """Disable fixes, and make missing facts unknown, where a file that was not searched may complete the deployment."""
    return file._replace(readings=tuple(_withhold_reading(reading) for reading in file.readings))


def _withhold_reading(reading: DocumentReading) -> DocumentReading:
    keys = {link.deployment.key for link in (*reading.exports, *reading.imports)}
    models = {link.deployment.key: on_unknown_instance(link.deployment) for link in reading.exports}
    return reading._replace(
        deployments=tuple(_withhold_deployment(each, keys, reading.parameters) for each in reading.deployments),
        possible=(*reading.possible, *models.values()),
    )


def _withhold_deployment(deployment: Deployment, keys: Iterable[str], parameters: Span | None) -> Deployment:
    if deployment.key and deployment.key in keys:
        missing: dict[str, Any] = {name: unknown() for name in ("image", "instance_type") if getattr(deployment, name).state is State.ABSENT}
        return deployment._replace(fixable=False, **missing)
    if parameters is not None and any(_overlaps(text, parameters) for text in deployment.texts()):
        return deployment._replace(fixable=False)
    return deployment


def _overlaps(text: Text, span: Span) -> bool:
    return any(piece.span is not None and piece.span.start < span.end and span.start < piece.span.end for piece in text.pieces)
