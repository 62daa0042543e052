"""A run over files: find, read, judge, repair, write, and add up."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from smlint.model import Finding, Report, Safety, Severity, Skip, SmlintError, Summary
from smlint.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.discover import Found
    from smlint.engine import Checked, Job
    from smlint.neighbours import Neighbours
    from smlint.source import Source


class FixMode(Enum):
    """What is done with fixes: nothing, a patch on stdout, or the files are changed."""

    NO = "no"
    DIFF = "diff"
    APPLY = "apply"


class Outcome(NamedTuple):
    """A run's report; the patch (with `FixMode.DIFF`); the repaired text of stdin; and a line for each file that could not be written."""

    report: Report
    diff: str = ""
    stdin_text: bytes | None = None
    failures: tuple[str, ...] = ()


class _File(NamedTuple):
    """What became of one file."""

    path: str
    format: str = ""
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    deployments: int = 0
    skipped_checks: int = 0
    fixed: int = 0
    patch: str = ""
    text: bytes | None = None
    failure: str = ""


def check(
    paths: Sequence[str], settings: Settings, mode: FixMode = FixMode.NO, stdin: bytes | None = None, stdin_filename: str | None = None
) -> Outcome:
    """Judge the files that the paths name (`-` is `stdin`), in order of their path.

    Raises `SmlintError` for a path that is not there, an unknown rule or a broken catalogue; a file that cannot be read is a finding.
    """
    runner = _Runner(settings, mode)
    files = []
    if "-" in paths:
        files.append(runner.judge_bytes(stdin or b"", stdin_filename or "<stdin>"))
    named = [path for path in paths if path != "-"]
    if named:
        from smlint.discover import find

        found = list(find(named, settings.exclude, settings.force_exclude, settings.root))
        files.extend(runner.judge_files(found))
    return _outcome(files, settings)


class _Runner:
    """Judges one file after the other. Rules and catalogue are loaded for the first file that concerns SageMaker."""

    def __init__(self, settings: Settings, mode: FixMode) -> None:
        self.settings = settings
        self.mode = mode
        self._job: Job | None = None
        if settings.select or settings.extend_select or settings.ignore or settings.severities or settings.per_file_ignores:
            self._job = new_job(settings)  # an unknown rule name is an error even when no file needs a rule

    @property
    def job(self) -> Job:
        if self._job is None:
            self._job = new_job(self.settings)
        return self._job

    def judge_files(self, found: Sequence[Found]) -> Iterator[_File]:
        """Judge files: at once those that stand alone, after all have been read those that other files may tell something of."""
        waiting: list[tuple[Source, Found]] = []
        paths = [one.path for one in found]
        for one in found:
            loaded = self._load(one.path)
            if isinstance(loaded, _File):
                yield loaded
            elif self._has_neighbours(loaded, paths):
                waiting.append((loaded, one))
            else:
                yield self._judge(loaded, one)
        if not waiting:
            return
        from smlint.neighbours import Neighbours

        neighbours = Neighbours([source for source, _ in waiting], self._context(paths), self.settings)
        for source, one in waiting:
            yield self._judge(source, one, neighbours)

    def _load(self, path: str) -> _File | Source:
        from smlint.discover import concerns_sagemaker
        from smlint.source import SourceError, from_bytes, read_bytes

        try:
            data = read_bytes(path)
            if not concerns_sagemaker(data):
                return _File(path, reason="no SageMaker content")
            return from_bytes(data, path)
        except SourceError as error:
            return self._unreadable(path, error.message)

    def _has_neighbours(self, source: Source, paths: Sequence[str]) -> bool:
        """Whether other files may complete what this one says: further ones of the run, context files, or those that stand beside it."""
        from smlint.discover import may_have_neighbours

        return may_have_neighbours(source.path, source.text, alone=len(paths) == 1 and not self.settings.context)

    def _context(self, paths: Sequence[str]) -> list[Source]:
        """The files that the configuration names as context: read, never reported."""
        if not self.settings.context:
            return []
        from smlint.discover import find_context

        judged = {os.path.abspath(path) for path in paths}
        loaded = [self._load(path) for path in find_context(self.settings.context, self.settings.root) if os.path.abspath(path) not in judged]
        return [one for one in loaded if not isinstance(one, _File)]

    def judge_bytes(self, data: bytes, name: str) -> _File:
        from smlint.discover import concerns_sagemaker
        from smlint.source import SourceError, from_bytes

        if not concerns_sagemaker(data):
            return _File(name, reason="no SageMaker content", text=data)
        try:
            source = from_bytes(data, name)
        except SourceError as error:
            return self._unreadable(name, error.message)
        judged = self._judge(source, None)
        return judged if judged.text is not None else judged._replace(text=data)

    def _unreadable(self, path: str, message: str) -> _File:
        from smlint.engine import syntax_error
        from smlint.source import Source

        finding = syntax_error(Source(path, ""), message, 0, self.job)
        return _File(path, reason=message if finding is None else "", findings=(finding,) if finding is not None else ())

    def _judge(self, source: Source, found: Found | None, neighbours: Neighbours | None = None) -> _File:
        """Judge one text, and repair it if that is wanted. `found` is the file to write to; without one the repaired text is given back."""
        from smlint import engine

        job = self._for(source.path)

        def judged(text: Source) -> Checked:
            return engine.check(text, job) if neighbours is None else engine.judge(neighbours.read(text), job)

        if self.mode is FixMode.NO:
            return _file(source.path, judged(source))
        from smlint.repair import repair

        repaired = repair(source, judged, Safety.UNSAFE if self.settings.unsafe_fixes else Safety.SAFE)
        failure = f"{source.path}: {repaired.refused}" if repaired.refused else ""
        file = _file(source.path, repaired.checked)._replace(fixed=len(repaired.fixed), failure=failure)
        if repaired.source.text == source.text:
            return file
        if self.mode is FixMode.DIFF:
            from smlint.patch import patch

            return file._replace(patch=patch(source, repaired.source))
        data = repaired.source.encode()
        if found is None:
            return file._replace(text=data)
        from smlint.source import write_atomically

        try:
            # A link in a folder must not lead the repair out of it.
            write_atomically(source.path, data, found.folder or None)
        except SmlintError as error:
            return _file(source.path, judged(source))._replace(failure=error.what)
        return file

    def _for(self, path: str) -> Job:
        """The job without the rules that the configuration ignores in this file."""
        job = self.job
        if not self.settings.per_file_ignores:
            return job
        from smlint.discover import matches
        from smlint.registry import choose

        ignored: list[str] = []
        for glob, names in self.settings.per_file_ignores:
            if matches(path, (glob,), self.settings.root):
                ignored.extend(names)
        return job._replace(rules=choose(job.rules, ("ALL",), (), tuple(ignored))) if ignored else job


def new_job(settings: Settings) -> Job:
    """The rules that the settings choose, and the catalogue they ask. Raises `SmlintError` for an unknown rule or a broken catalogue."""
    from smlint.context import CatalogContext
    from smlint.engine import Job
    from smlint.registry import choose, load

    loaded = load()
    rules = choose(loaded, settings.select, settings.extend_select, settings.ignore)
    known = frozenset(rule.name for rule in loaded)
    return Job(rules, known, CatalogContext(settings.today, settings.eol_warn_days, settings.catalog), settings)


def _file(path: str, checked: Checked) -> _File:
    return _File(path, checked.format, checked.reason, checked.findings, checked.deployments, checked.skipped_checks)


def _outcome(files: Iterable[_File], settings: Settings) -> Outcome:
    ordered = sorted(files, key=lambda file: file.path)
    findings = [finding for file in ordered for finding in file.findings]
    return Outcome(
        Report(
            tuple(findings),
            tuple(Skip(file.path, file.reason) for file in ordered if file.reason),
            summary(ordered, findings),
            catalog_date(settings.catalog),
            tuple((file.path, f"skipped: {file.reason}" if file.reason else file.format or "unreadable") for file in ordered),
        ),
        "".join(file.patch for file in ordered),
        next((file.text for file in ordered if file.text is not None), None),
        tuple(file.failure for file in ordered if file.failure),
    )


def summary(files: Sequence[_File], findings: Sequence[Finding]) -> Summary:
    """The counts of a run. A suppressed finding counts only as suppressed."""
    live = [finding for finding in findings if finding.suppressed is None]
    counts = {severity: sum(finding.severity is severity for finding in live) for severity in Severity}
    return Summary(
        files=len(files),
        manifests=sum(bool(file.format) for file in files),
        deployments=sum(file.deployments for file in files),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        notes=counts[Severity.NOTE],
        fixable=sum(finding.fix is not None and finding.fix.safety is Safety.SAFE for finding in live),
        fixed=sum(file.fixed for file in files),
        suppressed=len(findings) - len(live),
        skipped_checks=sum(file.skipped_checks for file in files),
    )


def catalog_date(catalog: str | None) -> str:
    """The day of the catalogue's facts, as an ISO date."""
    from smlint.images.bundled import date_of

    return date_of(catalog)
