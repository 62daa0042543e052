"""Lint files or texts: read, link, lint and fix them, and add up the results. Every command takes this path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from smlint.files.discovery import DiscoveredFile
from smlint.files.loading import NO_SAGEMAKER_CONTENT, UnreadableFile, decode_source
from smlint.model.findings import Applicability, Finding
from smlint.model.results import FileResult, FixMode, RunResult
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.project.project import Project
from smlint.readers.table import QUICK_SCAN, SUFFIXES
from smlint.runner.file_linter import FileLinter, internal_error
from smlint.runner.totals import total
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.project.dependencies import Dependencies
    from smlint.project.linked_files import LinkedFiles
    from smlint.runner.same_files import SameFiles

STDIN_NAME = "<stdin>"
"""The path in reports of standard input without a file name."""


def check(
    paths: Sequence[str],
    settings: Settings,
    mode: FixMode = FixMode.NO,
    stdin: bytes | None = None,
    stdin_filename: str | None = None,
    workers: int | None = 1,
    unsaved: Iterable[Source] = (),
) -> RunResult:
    """Lint the files that the paths name, in path order. `-` is `stdin`, which replaces the file `stdin_filename` if that is given.

    `unsaved` are texts that replace the files of their paths, such as the other open documents of an editor.

    At most `workers` processes lint files (None: one per CPU, up to a limit); this process alone applies fixes. An unreadable file is a finding.
    Raises `SmlintError` for a path that does not exist, an unknown rule, or a catalog that cannot be read.
    """
    if "-" in paths:
        return _check_stdin(stdin or b"", stdin_filename, settings, mode, unsaved)
    from smlint.files.discovery import find

    targets = find(paths, settings.exclude, settings.force_exclude, settings.root, suffixes=SUFFIXES)
    project = Project(settings, [target.path for target in targets], unsaved)
    return total(_Run(project, targets, workers).results(mode), settings.catalog)


def check_text(
    source: Source,
    settings: Settings,
    mode: FixMode = FixMode.NO,
    *,
    unsaved: Iterable[Source] = (),
    has_file: bool,
) -> RunResult:
    """Lint one text, which replaces the file of its path. The fixed text, if any, is in the result; no file is written.

    `unsaved` are further texts that replace files. Without `has_file`, the path is only a name, and no other file is read. Raises
    `SmlintError` as `check` does.
    """
    project = Project(settings, [source.path], [*unsaved, source], siblings=has_file)
    (file,) = _Run(project, [DiscoveredFile(source.path)], workers=1, in_memory=True).results(mode)
    return total([file], settings.catalog)


def _check_stdin(data: bytes, name: str | None, settings: Settings, mode: FixMode, unsaved: Iterable[Source]) -> RunResult:
    """Lint standard input. The result has its text, with any fixes applied."""
    path = name or STDIN_NAME
    source = decode_source(data, path, QUICK_SCAN)
    if isinstance(source, Source):
        result = check_text(source, settings, mode, unsaved=unsaved, has_file=name is not None)
        return result if result.stdin_text is not None else result._replace(stdin_text=data)
    linter = FileLinter(settings)
    file = FileResult(path, reason=NO_SAGEMAKER_CONTENT) if source is None else linter.unreadable(source)
    return total([file._replace(text=data)], settings.catalog)


class _FirstPass:
    """Reads and lints one target, and reports what may link it to other files. Runs in any process."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.linter = FileLinter(project.settings)

    def __call__(self, target: DiscoveredFile) -> _FirstResult:
        path = target.path
        source = self.project.load(path, target.folder != "")
        if source is None:
            return _FirstResult._make((FileResult(path=path, reason=NO_SAGEMAKER_CONTENT), None))  # most files of a tree end here
        if isinstance(source, UnreadableFile):
            return _FirstResult(self.linter.unreadable(source))
        try:
            file = self.project.read(source)
            dependencies = self.project.dependencies_of(file)
            return _FirstResult(self.linter.lint(file), dependencies)
        except SmlintError:
            raise
        except Exception as error:
            return _FirstResult(internal_error(path, error))


class _FirstResult(NamedTuple):
    """The result of a file. It is final unless its dependencies link it to other files."""

    file: FileResult
    dependencies: Dependencies | None = None


class _Run:
    """One run over the targets. With `in_memory`, the targets are texts: fixes are returned, not written."""

    def __init__(self, project: Project, targets: Sequence[DiscoveredFile], workers: int | None, *, in_memory: bool = False) -> None:
        self._project = project
        self._targets = targets
        self._workers = workers
        self._in_memory = in_memory
        self._first = _FirstPass(project)
        self._linter = self._first.linter
        self._linked: LinkedFiles | None = None
        self._same_files: SameFiles | None = None
        self._tried: set[str] = set()
        self._fixed: dict[str, Source] = {}

    def results(self, mode: FixMode) -> list[FileResult]:
        """Return the result of each target."""
        first = self._first_results()
        results = {result.file.path: result.file for result in first}
        dependencies = {result.file.path: result.dependencies for result in first if result.dependencies is not None}
        if dependencies or self._project.settings.context:
            self._linked = linked = self._project.link(dependencies)
            if linked is not None:
                results |= {source.path: self._linter.lint_read_by(linked.read, source) for source in linked.targets}
        if len(results) > 1 and any(finding.fix is not None for file in results.values() for finding in file.findings):
            from smlint.runner.same_files import SameFiles, agreed

            self._same_files = same = SameFiles(path for path, file in results.items() if file.format)
            results = {path: agreed(file, [results[other] for other in same.others(path)]) for path, file in results.items()}
        if mode is not FixMode.NO:
            for target in self._targets:
                results[target.path] = self._fix(target, results[target.path], mode)
            if self._fixed and self._linked is not None and len(self._linked.targets) > 1:
                results |= self._linked_again(dependencies, results)
        return _without_duplicates(results)

    def _first_results(self) -> list[_FirstResult]:
        if self._workers == 1 or len(self._targets) == 1:
            return [self._first(target) for target in self._targets]
        from smlint.runtime.process_pool import available_processors, map_items

        workers = self._workers or available_processors()
        return map_items(self._first, self._targets, lambda result: result.file.format != "", workers)

    def _fix(self, target: DiscoveredFile, file: FileResult, mode: FixMode) -> FileResult:
        """Fix one target if a fix applies to it."""
        if not file.findings:
            return file
        from smlint.linter.splicing import choose_fixes

        if not choose_fixes(file.findings, self._applicability)[1]:
            return file
        try:
            linked = {source.path: source for source in self._linked.targets} if self._linked is not None else {}
            source = linked.get(target.path) or self._project.load(target.path)
            if isinstance(source, Source) and (fixed := self._fixed_at_other_path(source)) is not None:
                self._fixed[source.path] = fixed
                return self._lint(fixed)
            return self._fix_source(source, target, mode, file) if isinstance(source, Source) else file
        except SmlintError:
            raise
        except Exception as error:
            return internal_error(target.path, error)

    @property
    def _applicability(self) -> Applicability:
        return Applicability.UNSAFE if self._project.settings.unsafe_fixes else Applicability.SAFE

    def _fixed_at_other_path(self, source: Source) -> Source | None:
        """Return a target with the text of another one that is the same file and was fixed; None if there is none."""
        others = self._same_files.others(source.path) if self._same_files is not None else ()
        return next((source.replaced(self._fixed[other].text) for other in others if other in self._fixed), None)

    def _linked_again(self, dependencies: Mapping[str, Dependencies], results: Mapping[str, FileResult]) -> dict[str, FileResult]:
        """Lint the linked targets again, each with the fixed texts of the others. A fix that was rejected remains so."""
        linked = self._project.with_texts(self._fixed.values()).link(dependencies)
        again: dict[str, FileResult] = {}
        for source in linked.targets if linked is not None else ():
            before = results[source.path]
            if linked is None or before.failure or before.crashes:
                continue
            file = self._linter.lint_read_by(linked.read, source)
            if source.path in self._tried:
                unfixed = {(finding.rule, finding.fingerprint) for finding in before.findings if finding.fix is None}
                findings = (each._replace(fix=None) if (each.rule, each.fingerprint) in unfixed else each for each in file.findings)
                file = file._replace(findings=tuple(findings))
            again[source.path] = file._replace(fixed=before.fixed, patch=before.patch, text=before.text)
        return again

    def _lint(self, source: Source) -> FileResult:
        """Lint a version of a target's text. Its fixes suit all targets that are the same file."""
        others = self._same_files.others(source.path) if self._same_files is not None else []
        file = self._lint_at(source)
        if not others:
            return file
        from smlint.runner.same_files import agreed

        return agreed(file, [self._lint_at(source.at(other)) for other in others])

    def _lint_at(self, source: Source) -> FileResult:
        """Lint a version of a target's text, with the links of the target."""
        linked = self._linked
        if linked is not None and any(source.path == target.path for target in linked.targets):
            return self._linter.lint(linked.read(source))
        return self._linter.lint(self._project.read(source))

    def _fix_source(self, source: Source, target: DiscoveredFile, mode: FixMode, before: FileResult) -> FileResult:
        """Fix a source. `before` is its result, perhaps for an earlier text of the file."""
        from smlint.linter.fixer import apply_fixes

        def lint(version: Source) -> FileResult:
            return before if version is source and before.findings[0].source.text == source.text else self._lint(version)

        self._tried.add(source.path)
        fixed = apply_fixes(source, lint, self._applicability)
        file = fixed.result._replace(fixed=len(fixed.fixed))
        if fixed.refused:
            file = file._replace(failure=f"{source.path}: {fixed.refused}")
        if fixed.source.text == source.text:
            return file
        try:
            if mode is FixMode.DIFF:
                from smlint.runner.diff import patch

                self._fixed[source.path] = fixed.source
                return file._replace(patch=patch(source, fixed.source))
            if self._in_memory:
                self._fixed[source.path] = fixed.source
                return file._replace(text=fixed.source.encode())
            from smlint.files.write import write_atomically

            # A link in a folder must not lead the fix out of it.
            write_atomically(source.path, fixed.source.encode(), target.folder or None, source.encode())
            self._fixed[source.path] = fixed.source
        except SmlintError as error:
            return self._lint(source)._replace(failure=error.what)
        return file


def _without_duplicates(results: dict[str, FileResult]) -> list[FileResult]:
    """Drop the findings that are shown at one end of a link and that the target at the other end reports as well."""
    if not any(finding.home is not None for file in results.values() for finding in file.findings):
        return list(results.values())
    reported = {
        (os.path.abspath(file.path), finding.rule, finding.fingerprint)
        for file in results.values()
        for finding in file.findings
        if finding.home is None
    }

    def is_own(finding: Finding) -> bool:
        return finding.home is None or (os.path.abspath(finding.home.path), finding.rule, finding.fingerprint) not in reported

    return [file._replace(findings=tuple(filter(is_own, file.findings))) for file in results.values()]
