"""A run over files: find them, judge each, judge again with the others what is tied to them, repair, and add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smlint.model.findings import Applicability
from smlint.model.results import FileResult, FixMode, RunResult
from smlint.model.settings import Settings
from smlint.runner.file_linter import FileLinter, failed
from smlint.runner.totals import added_up, of_file
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.files.discovery import DiscoveredFile
    from smlint.linter.engine import Checked, FileReading
    from smlint.model.source import Source
    from smlint.project.project import Project


def check(
    paths: Sequence[str],
    settings: Settings,
    mode: FixMode = FixMode.NO,
    stdin: bytes | None = None,
    stdin_filename: str | None = None,
    workers: int = 1,
) -> RunResult:
    """Judge the files that the paths name (`-` is `stdin`), in order of their path, with up to so many processes.

    Files are repaired one after the other, by this process. Raises `SmlintError` for a path that is not there, an unknown rule or a broken
    catalogue; a file that cannot be read is a finding.
    """
    judge = FileLinter(settings)
    files = []
    if "-" in paths:
        files.append(_of_bytes(judge, stdin or b"", stdin_filename or "<stdin>", mode))
    named = [path for path in paths if path != "-"]
    if named:
        from smlint.files.discovery import find
        from smlint.readers.table import SUFFIXES

        found = find(named, settings.exclude, settings.force_exclude, settings.root, suffixes=SUFFIXES)
        files += _of_files(judge, found, mode, workers)
    return added_up(files, settings.catalog)


def _of_bytes(judge: FileLinter, data: bytes, name: str, mode: FixMode) -> FileResult:
    """A text in no file, judged, and with its repaired text."""
    file = judge.data(data, name)
    if mode is not FixMode.NO and _fixable(file, judge.settings):
        from smlint.files.read import from_bytes
        from smlint.linter.engine import read

        file = _repaired(judge, from_bytes(data, name), None, lambda text: read(text, judge.settings), mode)
    return file if file.text is not None else file._replace(text=data)


def _of_files(judge: FileLinter, found: Sequence[DiscoveredFile], mode: FixMode, workers: int) -> list[FileResult]:
    """All files, judged and repaired, in their order."""
    judged = _all_alone(judge, found, workers)
    files = {file.path: file for file in judged}
    together = _tied(judge, judged)
    for source, neighbours in together.values():
        files[source.path] = judge.read_by(neighbours.read, source)
    if mode is not FixMode.NO:
        for one in found:
            if _fixable(files[one.path], judge.settings):
                try:
                    files[one.path] = _repaired_file(judge, one, files[one.path], together, mode)
                except SmlintError:
                    raise
                except Exception as error:
                    files[one.path] = failed(one.path, error)
    return list(files.values())


def _all_alone(judge: FileLinter, found: Sequence[DiscoveredFile], workers: int) -> list[FileResult]:
    """Every file judged by itself."""
    if workers < 2:
        return [judge.alone(one) for one in found]
    from smlint.runtime.process_pool import map_items

    return map_items(judge.alone, found, lambda file: file.format != "", workers)


def _tied(judge: FileLinter, judged: Sequence[FileResult]) -> dict[str, tuple[Source, Project]]:
    """The texts that have to be read together, by path."""
    ties = {file.path: file.ties for file in judged if file.ties is not None}
    if not judge.settings.context and (len(judged) == 1 or not ties):
        return {}
    from smlint.files.loading import load_context, load_source
    from smlint.model.source import Source
    from smlint.project.dependencies import tied
    from smlint.project.project import Project
    from smlint.readers.table import QUICK_SCAN

    paths = [file.path for file in judged if not file.failure]
    told = load_context(judge.settings, paths, QUICK_SCAN)
    chosen = set(paths) if told else tied(paths, ties)
    sources = [text for path in paths if path in chosen and isinstance(text := load_source(path, QUICK_SCAN), Source)]
    if not sources:
        return {}
    neighbours = Project(sources, told, judge.settings)
    return {source.path: (source, neighbours) for source in sources}


def _fixable(file: FileResult, settings: Settings) -> bool:
    """Whether a repair would change anything."""
    if not file.findings:
        return False
    from smlint.linter.fixer import choose_fixes

    return bool(choose_fixes(file.findings, _safety(settings))[1])


def _safety(settings: Settings) -> Applicability:
    return Applicability.UNSAFE if settings.unsafe_fixes else Applicability.SAFE


def _repaired_file(
    judge: FileLinter, found: DiscoveredFile, file: FileResult, together: dict[str, tuple[Source, Project]], mode: FixMode
) -> FileResult:
    """A file after repair; as it was judged, if it cannot be read any more."""
    if found.path in together:
        source, neighbours = together[found.path]
        return _repaired(judge, source, found, neighbours.read, mode)
    from smlint.files.loading import load_source
    from smlint.model.source import Source
    from smlint.project.folder_facts import read_beside
    from smlint.readers.table import QUICK_SCAN

    loaded = load_source(found.path, QUICK_SCAN)
    return _repaired(judge, loaded, found, lambda text: read_beside(text, judge.settings), mode) if isinstance(loaded, Source) else file


def _repaired(judge: FileLinter, source: Source, found: DiscoveredFile | None, read: Callable[[Source], FileReading], mode: FixMode) -> FileResult:
    """A text after repair. `found` is the file to write to; without one the repaired text is given back."""
    from smlint.linter.fixer import apply_fixes

    def judged(text: Source) -> Checked:
        return judge.checked(read(text))

    repaired = apply_fixes(source, judged, _safety(judge.settings))
    file = of_file(source.path, repaired.checked)._replace(fixed=len(repaired.fixed))
    if repaired.refused:
        file = file._replace(failure=f"{source.path}: {repaired.refused}")
    if repaired.source.text == source.text:
        return file
    if mode is FixMode.DIFF:
        from smlint.runner.diff import patch

        try:
            return file._replace(patch=patch(source, repaired.source))
        except SmlintError as error:
            return of_file(source.path, judged(source))._replace(failure=error.what)
    data = repaired.source.encode()
    if found is None:
        return file._replace(text=data)
    from smlint.files.write import write_atomically

    try:
        # A link in a folder must not lead the repair out of it.
        write_atomically(source.path, data, found.folder or None, source.encode())
    except SmlintError as error:
        return of_file(source.path, judged(source))._replace(failure=error.what)
    return file
