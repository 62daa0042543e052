"""Find the files that belong to the targets: models and variants in the same folder, nested templates, and the templates that nest them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from smlint.model.source import Source
from smlint.project.dependencies import MAX_NESTING, STACK_WORDS, Dependencies, dependencies_of
from smlint.project.files import Needle, ProjectFiles
from smlint.project.reading import FileReading


class ContextSearch:
    """Searches folders for what belongs to some targets.

    `sources` are the files that were found, by absolute path. `incomplete` are the paths of targets for which not all files of a folder
    were searched.
    """

    def __init__(self, files: ProjectFiles, read: Callable[[Source], FileReading]) -> None:
        self.sources: dict[str, Source] = {}
        self.incomplete: set[str] = set()
        self._files = files
        self._read = read

    def add(self, path: str) -> None:
        """Add a file, unless it is a target, ignored or excluded."""
        absolute = os.path.abspath(path)
        if absolute not in self.sources and not self._files.is_target(absolute) and (source := self._files.context(path)) is not None:
            self.sources[absolute] = source

    def run(self, targets: Mapping[str, Dependencies]) -> None:
        """Add the files that belong to the targets, then those that belong to the files found, up to `MAX_NESTING` levels.

        Only templates are followed further: a parent may get its own arguments from another one, and nest templates that nest others.
        """
        self._search_models(targets)
        pending = dict(targets)
        owners = {path: {path} for path in targets}
        for _ in range(MAX_NESTING):
            known = set(self.sources)
            self._search_parents(pending, owners)
            for file in pending.values():
                for nested in sorted(file.nested):
                    self.add(os.path.relpath(nested))
            found = {source.path: source for path, source in self.sources.items() if path not in known}
            readings = {path: dependencies_of(self._read(source)) for path, source in found.items()}
            everyone = {owner for path in pending for owner in owners.get(path, ())}
            pending = {path: file for path, file in readings.items() if file is not None and (file.nested or file.may_be_nested)}
            owners = dict.fromkeys(pending, everyone)
            if not pending:
                return

    def _search_models(self, targets: Mapping[str, Dependencies]) -> None:
        """Search the folders of targets for the other ends of their links, and for what uses their values."""
        folders: dict[str, set[Needle]] = {}
        owners: dict[str, set[str]] = {}
        for path, target in targets.items():
            needles: set[Needle] = {(name.rpartition(".")[2],) for name in (*target.names, *target.values)}
            if needles:
                folder = os.path.dirname(path)
                folders.setdefault(folder, set()).update(needles)
                owners.setdefault(folder, set()).update((path,) if target.needs_all_files else ())
        for folder, needles in folders.items():
            self._search(folder, needles, owners[folder])

    def _search_parents(self, files: Mapping[str, Dependencies], owners: Mapping[str, set[str]]) -> None:
        """Search the folders of templates that may be nested, and the folders above, for templates that nest them."""
        folders: dict[str, set[Needle]] = {}
        searchers: dict[str, set[str]] = {}
        for path, file in files.items():
            if file.may_be_nested:
                folder = os.path.dirname(path)
                for place in (folder, os.path.normpath(os.path.join(folder, os.pardir))):
                    folders.setdefault(place, set()).update((word, os.path.basename(path)) for word in STACK_WORDS)
                    searchers.setdefault(place, set()).update(owners.get(path, ()))
        for folder, needles in folders.items():
            self._search(folder, needles, searchers[folder])

    def _search(self, folder: str, needles: Iterable[Needle], owners: set[str]) -> None:
        search = self._files.search(os.path.abspath(folder), folder, needles)
        for source in search.sources:
            self.sources.setdefault(os.path.abspath(source.path), source)
        if not search.complete:
            self.incomplete |= owners
