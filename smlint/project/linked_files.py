"""Read linked files together: each with the arguments and deployments that the others contribute."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from smlint.model.deployment import NestedTemplate
from smlint.model.source import Source
from smlint.model.text import Text
from smlint.project.dependencies import MAX_NESTING, nested_path
from smlint.project.linker import Linker
from smlint.project.nesting import decided_by, withhold, without_fixes_of_arguments
from smlint.project.reading import FileReading
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple

ReadTarget = Callable[[Source, "ReadContext | None"], FileReading]
"""Read a source in the context of its folder, or with the arguments of the template that nests it."""

MAX_USES = 20
"""The most sets of arguments with which a nested template is read."""


class Use(NamedTuple):
    """The Region and the arguments with which parent templates nest a template."""

    region: str | None
    parameters: tuple[tuple[str, str], ...]


class Caller(NamedTuple):
    """A parent template, by its path, and the stack in it that nests another template."""

    path: str
    stack: NestedTemplate


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
        self._uses: dict[str, dict[Use, list[Caller]]] = {}
        self._nested: dict[tuple[str, Use], FileReading] = {}
        self._pending: set[tuple[str, Use]] = set()
        self._readings = {file.source.path: file for file in (*targets, *context)}
        self._by_path = {os.path.abspath(path): path for path in self._readings}
        # Read a parent template first: it sets the arguments of the templates that it nests.
        for _ in range(MAX_NESTING):
            changed = self._pass_arguments()
            for path in changed:
                self._readings[path] = self._read_uses(self._readings[path].source)
            if not changed:
                break
        self._linker = Linker(self._readings.values())

    def read(self, source: Source) -> FileReading:
        """Read a target, whose text may have changed, and join its deployments with those of the other files.

        Where other files were not searched, deployments are not joined: a part that was not found may contradict one that was.
        """
        kept = self._readings.get(source.path)
        if kept is None or kept.source is not source:
            kept = self._read_uses(source)
        if source.path in self._incomplete:
            return withhold(kept)
        return self._add_callers(self._add_nested(self._linker.complete(kept)))

    def _read_uses(self, source: Source) -> FileReading:
        """Read a template once with each set of arguments that parent templates pass, or as it is if it is not nested."""
        uses = list(self._uses.get(source.path, ()))[:MAX_USES]
        if not uses:
            return self._read(source, None)
        files = [self._read_use(source, use) for use in uses]
        return files[0]._replace(readings=tuple(reading for file in files for reading in file.readings))

    def _read_use(self, source: Source, use: Use) -> FileReading:
        file = self._read(source, ReadContext(region=use.region, parameters=use.parameters))
        return without_fixes_of_arguments(file, frozenset(name for name, _ in use.parameters))

    def _pass_arguments(self) -> set[str]:
        """Collect the arguments of nested templates; return the paths of those with new ones."""
        uses: dict[str, dict[Use, list[Caller]]] = {}
        for path, file in self._readings.items():
            own = list(self._uses.get(path, ()))
            region = own[0].region if own else self._region_of(file.source)
            for stack in _stacks_in(file):
                child = self._by_path.get(nested_path(path, stack.path))
                if child is not None and child != path:
                    callers = uses.setdefault(child, {}).setdefault(Use(region, stack.parameters), [])
                    caller = Caller(path, stack)
                    if caller not in callers:
                        callers.append(caller)
        changed = {child for child, found in uses.items() if found.keys() != self._uses.get(child, {}).keys()}
        self._uses = uses
        return changed

    def _add_callers(self, file: FileReading, depth: int = 0) -> FileReading:
        """Return a nested template with the arguments that its parent templates pass, as text of those templates."""
        callers = [caller for callers in self._uses.get(file.source.path, {}).values() for caller in callers if caller.stack.parameters]
        if not callers or depth >= MAX_NESTING:
            return file
        arguments: dict[str, list[Text]] = {}
        files: dict[str, FileReading] = {}
        for caller in callers[:MAX_USES]:
            above = self._add_callers(self._readings[caller.path], depth + 1)
            files |= {other.source.path: other for other in (above, *above.linked_files)}
            passed = dict(above.arguments)
            for name, text in caller.stack.arguments:
                further = [inherited for piece in text.pieces for inherited in passed.get(piece.name, ())]
                arguments.setdefault(name, []).extend((text._replace(elsewhere=above.source), *further))
        return file._replace(
            arguments=tuple((name, tuple(texts)) for name, texts in arguments.items()),
            linked_files=(*file.linked_files, *files.values()),
        )

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
        own = self._by_path.get(nested_path(source.path, stack.path))
        if own is None or own == source.path or not stack.parameters:
            return None
        parent = list(self._uses.get(source.path, ()))
        key = own, Use(parent[0].region if parent else self._region_of(source), stack.parameters)
        if key in self._pending:
            return None
        if key not in self._nested:
            self._pending.add(key)
            self._nested[key] = self._add_nested(self._linker.complete(self._read_use(self._readings[own].source, key[1])))
            self._pending.discard(key)
        return self._nested[key]


def _stacks_in(file: FileReading) -> Iterator[NestedTemplate]:
    for reading in file.readings:
        yield from reading.nested
