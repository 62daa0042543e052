"""What files of one run tell of each other: a model and the variants that name it, a stack and its nested stacks."""

from __future__ import annotations

import os
from collections.abc import Sequence

from smlint.linter.engine import NOTHING, FileReading, read
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.project.dependencies import place_of_nested
from smlint.project.folder_facts import outside_of, with_dangling
from smlint.project.linker import Linker
from smlint.readers.reader import ReadContext

MAX_NESTING = 5


class Project:
    """The files of a run that may complete each other. `context` are files that are read for that, and not judged."""

    def __init__(self, judged: Sequence[Source], context: Sequence[Source], settings: Settings) -> None:
        self._settings = settings
        self._outside: dict[str, ReadContext] = {}
        self._read: dict[str, FileReading] = {}
        sources = [*judged, *context]
        for source in sources:
            self._outside[source.path] = outside_of(source)
        # A nested stack is given its parameters by the template above it, which has to be read first; nesting goes as deep as it goes.
        for source in sources:
            self._keep(source)
        for _ in range(MAX_NESTING):
            changed = self._hand_down()
            for source in sources:
                if source.path in changed:
                    self._keep(source)
            if not changed:
                break
        self._halves = Linker(self._read.values())

    def read(self, source: Source) -> FileReading:
        """A text (perhaps changed since) as the readers see it, completed by the others."""
        kept = self._read.get(source.path)
        if kept is None or kept.source is not source:
            kept = read(source, self._settings, self._outside.get(source.path, NOTHING))
        return with_dangling(self._halves.completed(kept))

    def _keep(self, source: Source) -> None:
        self._read[source.path] = read(source, self._settings, self._outside[source.path])

    def _hand_down(self) -> set[str]:
        """Give nested stacks what the templates above them give; the paths of those for which that is news."""
        given: dict[str, set[ReadContext]] = {}
        by_place = {os.path.abspath(path): path for path in self._read}
        for path, file in self._read.items():
            for reading, _ in file.readings:
                for stack in reading.nested:
                    child = by_place.get(place_of_nested(path, stack.path))
                    if child is not None and child != path:
                        given.setdefault(child, set()).add(ReadContext(self._outside[path].region, stack.parameters))
        changed = set()
        for child, ways in given.items():
            # Used in two ways, a template is judged by itself.
            outside = next(iter(ways)) if len(ways) == 1 else NOTHING
            if outside != self._outside[child]:
                self._outside[child] = outside
                changed.add(child)
        return changed
