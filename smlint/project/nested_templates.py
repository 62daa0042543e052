"""Read nested templates with the arguments that parent templates pass."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush

from smlint.model.deployment import NestedTemplate
from smlint.model.source import Source
from smlint.project.dependencies import nested_paths, parents_first
from smlint.project.nesting import without_fixes_of_arguments
from smlint.project.reading import FileReading
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple

ReadTarget = Callable[[Source, "ReadContext | None"], FileReading]
"""Read a source in the context of its folder, or with the arguments of the template that nests it."""

MAX_USES = 20
"""The most sets of arguments with which a nested template is read; those of further stacks are unknown."""

MAX_READS = 5
"""The most times to read a template because its arguments changed. Its arguments are unknown then: templates nest each other without end."""


class Use(NamedTuple):
    """The Region and the arguments with which parent templates nest a template.

    `unknown` are the parameters whose argument is unknown, `defaults` and `conditional` those whose argument depends on a default or on an
    open condition of the parent. Without `exists`, the condition of every such stack is false. If the template `is_uploaded`, its defaults
    may be deployed as well.
    """

    region: str | None
    parameters: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    conditional: tuple[str, ...] = ()
    exists: bool = True
    is_uploaded: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names of the parameters that get an argument."""
        return frozenset((*self.unknown, *(name for name, _ in self.parameters)))

    @property
    def contexts(self) -> tuple[ReadContext, ...]:
        """The context in which the template is deployed, and, as a possible one, that with other arguments."""
        possible = ReadContext(region=self.region, unknown=(*self.unknown, *(name for name, _ in self.parameters)), is_possible=True)
        by_default = (ReadContext(region=self.region, is_possible=True),) if self.is_uploaded else ()
        if not self.exists:
            return possible, *by_default
        deployed = ReadContext(
            region=self.region,
            parameters=self.parameters,
            defaults=tuple(pair for pair in self.parameters if pair[0] in self.defaults),
            unknown=self.unknown,
            is_nested=True,
            conditional=self.conditional,
        )
        return deployed, possible, *by_default


def _with_unknown_arguments(uses: Iterable[Use]) -> Use:
    """Return one use in place of several: with unknown arguments."""
    return Use(None, (), unknown=tuple(sorted({name for use in uses for name in use.names})))


def use_of(stack: NestedTemplate) -> Use:
    """Return the Region and the arguments that a stack gives to its template."""
    return Use(
        region=stack.region,
        parameters=stack.parameters,
        unknown=stack.unknown,
        defaults=stack.defaults,
        conditional=stack.conditional,
        exists=stack.exists,
        is_uploaded=stack.is_uploaded,
    )


class Caller(NamedTuple):
    """A parent template, by its path, and the stack in it that nests another template."""

    path: str
    stack: NestedTemplate


class NestedTemplates:
    """The nested templates among `readings`, by path, and the stacks that nest them.

    `read_all` reads them again with `read`, and replaces their readings.
    """

    def __init__(self, readings: dict[str, FileReading], read: ReadTarget) -> None:
        self._readings = readings
        self._read = read
        self._position = {path: position for position, path in enumerate(readings)}
        self._by_path = {os.path.abspath(path): path for path in readings}
        self._uses: dict[str, tuple[Use, ...]] = {}
        self._stacks: dict[str, dict[str, dict[Use, dict[Caller, None]]]] = {}
        self._callers: dict[str, dict[str, None]] = {}
        self._endless: set[str] = set()

    def read_all(self) -> None:
        """Read the nested templates with their arguments, a parent template first: it sets the arguments of the templates that it nests."""
        for path in self._readings:
            self._note_stacks(path)
        order = {path: position for position, path in enumerate(parents_first(self._stacks))}
        waiting = sorted((order[path], path) for path in self._callers)
        queued = set(self._callers)
        reads: dict[str, int] = {}
        while waiting:
            _, path = heappop(waiting)
            queued.discard(path)
            if not self._choose_uses(path):
                continue
            reads[path] = reads.get(path, 0) + 1
            if reads[path] == MAX_READS:
                self._endless.add(path)
                self._choose_uses(path)
            self._readings[path] = self.read(self._readings[path].source)
            for child in sorted({*self._stacks.get(path, ()), *self._note_stacks(path)} - queued):
                queued.add(child)
                heappush(waiting, (order.setdefault(child, len(order)), child))

    def _note_stacks(self, path: str) -> Iterable[str]:
        """Note the stacks in a file as callers of the templates that they nest; return the paths of these templates."""
        stacks: dict[str, dict[Use, dict[Caller, None]]] = {}
        for stack in _stacks_in(self._readings[path]):
            child = self.path_of(path, stack)
            if child is not None:
                stacks.setdefault(child, {}).setdefault(use_of(stack), {})[Caller(path, stack)] = None
        for child in self._stacks.pop(path, ()):
            self._callers[child].pop(path, None)
        if stacks:
            self._stacks[path] = stacks
        for child in stacks:
            self._callers.setdefault(child, {})[path] = None
        return stacks

    def _choose_uses(self, path: str) -> bool:
        """Choose the sets of arguments to read a template with, at most `MAX_USES`; return whether they have changed.

        The arguments of all other stacks are unknown.
        """
        parents = sorted(self._callers[path], key=self._position.__getitem__)
        uses = list(dict.fromkeys(use for parent in parents for use in self._stacks[parent][path]))
        existing = [use for use in uses if use.exists] or uses[:1]
        kept = [] if path in self._endless else existing[:MAX_USES]
        others = existing[len(kept) :]
        chosen = (*kept, *([_with_unknown_arguments(others)] if others else []))
        has_changed = chosen != self._uses.get(path, ())
        self._uses[path] = chosen
        return has_changed

    def read(self, source: Source) -> FileReading:
        """Read a template once with each set of arguments that parent templates pass, or as it is if it is not nested."""
        uses = self._uses.get(source.path)
        if not uses:
            return self._read(source, None)
        return self.read_with(source, uses)

    def is_decided(self, path: str, use: Use) -> bool:
        """Return whether a template is read with these arguments."""
        return use in self._uses.get(path, ())

    def read_with(self, source: Source, uses: Sequence[Use]) -> FileReading:
        """Read a template once with each of these sets of arguments."""
        first, *others = dict.fromkeys(context for use in uses for context in use.contexts)
        file = self._read(source, first._replace(others=tuple(others)))
        return without_fixes_of_arguments(file, frozenset(name for use in uses for name, _ in use.parameters))

    def callers_of(self, path: str) -> Iterator[Caller]:
        """Yield the stacks that nest a template, in the order of their files."""
        for parent in sorted(self._callers.get(path, ()), key=self._position.__getitem__):
            for callers in self._stacks[parent][path].values():
                yield from callers

    def path_of(self, path: str, stack: NestedTemplate) -> str | None:
        """Return the path of the template that a stack in the file at `path` nests; None if it was not found, or is that file."""
        found = next((own for nested in nested_paths(path, stack) if (own := self._by_path.get(nested)) is not None), None)
        if found is None or found == path:
            return None
        if stack.is_uploaded:
            from smlint.project.uploaded import fits

            return found if fits(self._readings[found], stack) else None
        return found


def _stacks_in(file: FileReading) -> Iterator[NestedTemplate]:
    for reading in file.readings:
        yield from reading.nested
