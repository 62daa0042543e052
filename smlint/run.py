"""A run over files: find, read, judge, repair, write, and add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smlint.model import Safety, SmlintError
from smlint.outcome import FileOutcome, FixMode, Outcome, added_up, of_file
from smlint.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.discover import Found
    from smlint.engine import Checked, Job
    from smlint.neighbours import Neighbours
    from smlint.source import Source


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
    return added_up(files, settings.catalog)


class _Runner:
    """Judges one file after the other. Rules and catalogue are loaded for the first file that concerns SageMaker."""

    def __init__(self, settings: Settings, mode: FixMode) -> None:
        self.settings = settings
        self.mode = mode
        self._job: Job | None = None
        names = (settings.select, settings.extend_select, settings.ignore, settings.severities, settings.per_file_ignores)
        if any(names) or settings.rules_files:
            self._job = new_job(settings)  # an unknown rule name is an error even when no file needs a rule

    @property
    def job(self) -> Job:
        if self._job is None:
            self._job = new_job(self.settings)
        return self._job

    def judge_files(self, found: Sequence[Found]) -> Iterator[FileOutcome]:
        """Judge files, in no order."""
        from smlint.loading import Unloaded, texts

        for one in texts(found, self.settings):
            if not isinstance(one, Unloaded):
                yield self._judge(one.source, one.found, one.neighbours)
            elif one.broken:
                yield self._unreadable(one.path, one.reason, one.before)
            else:
                yield FileOutcome(one.path, reason=one.reason)

    def judge_bytes(self, data: bytes, name: str) -> FileOutcome:
        from smlint.discover import concerns_sagemaker
        from smlint.source import SourceError, from_bytes

        if not concerns_sagemaker(data):
            return FileOutcome(name, reason="no SageMaker content", text=data)
        try:
            source = from_bytes(data, name)
        except SourceError as error:
            return self._unreadable(name, error.message, error.before)
        judged = self._judge(source, None)
        return judged if judged.text is not None else judged._replace(text=data)

    def _unreadable(self, path: str, message: str, before: str) -> FileOutcome:
        from smlint.engine import syntax_error
        from smlint.source import Source

        finding = syntax_error(Source(path, before + "\ufffd" if before else ""), message, len(before), self.job)
        return FileOutcome(path, reason=message if finding is None else "", findings=(finding,) if finding is not None else ())

    def _judge(self, source: Source, found: Found | None, neighbours: Neighbours | None = None) -> FileOutcome:
        """Judge one text, and repair it if that is wanted. `found` is the file to write to; without one the repaired text is given back."""
        from smlint import engine

        job = self._for(source.path)

        def judged(text: Source) -> Checked:
            return engine.check(text, job) if neighbours is None else engine.judge(neighbours.read(text), job)

        if self.mode is FixMode.NO:
            return of_file(source.path, judged(source))
        from smlint.repair import repair

        repaired = repair(source, judged, Safety.UNSAFE if self.settings.unsafe_fixes else Safety.SAFE)
        file = of_file(source.path, repaired.checked)._replace(fixed=len(repaired.fixed))
        if repaired.refused:
            file = file._replace(failure=f"{source.path}: {repaired.refused}")
        if repaired.source.text == source.text:
            return file
        if self.mode is FixMode.DIFF:
            from smlint.patch import patch

            try:
                return file._replace(patch=patch(source, repaired.source))
            except SmlintError as error:
                return of_file(source.path, judged(source))._replace(failure=error.what)
        data = repaired.source.encode()
        if found is None:
            return file._replace(text=data)
        from smlint.source import write_atomically

        try:
            # A link in a folder must not lead the repair out of it.
            write_atomically(source.path, data, found.folder or None)
        except SmlintError as error:
            return of_file(source.path, judged(source))._replace(failure=error.what)
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
        return job._replace(rules=choose(job.rules, ("ALL",), (), tuple(ignored), job.known, preview=True)) if ignored else job


def new_job(settings: Settings) -> Job:
    """The rules that the settings choose, and the catalogue they ask. Raises `SmlintError` for an unknown rule or a broken catalogue."""
    from smlint.context import CatalogContext
    from smlint.engine import Job
    from smlint.registry import choose, load

    loaded = load()
    if settings.rules_files:
        from smlint.schemarule import load_files

        loaded = (*loaded, *load_files(settings.rules_files))
    rules = choose(loaded, settings.select, settings.extend_select, settings.ignore, settings.other_rules, preview=settings.preview)
    known = frozenset(rule.name for rule in loaded)
    baseline = None
    if settings.baseline is not None:
        from smlint.baseline import read

        baseline = read(settings.baseline)
    return Job(rules, known, CatalogContext(settings.today, settings.eol_warn_days, settings.catalog), settings, baseline)
