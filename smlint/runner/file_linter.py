"""Files judged one by one: each by itself, with what its folder tells, or with the others that it is tied to."""

from __future__ import annotations

from collections.abc import Callable

from smlint.files.loading import NO_SAGEMAKER_CONTENT, UnreadableFile, decode_source, load_source
from smlint.model.results import FileResult
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.readers.table import QUICK_SCAN
from smlint.runner.totals import of_file, skipped
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.files.discovery import DiscoveredFile
    from smlint.linter.engine import Checked, FileReading, LintContext


class FileLinter:
    """Judges by some settings. Rules and catalogue are loaded for the first text that concerns SageMaker.

    Every method raises `SmlintError` for an unknown rule and a broken catalogue.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._job: LintContext | None = None
        names = (settings.select, settings.extend_select, settings.ignore, settings.severities, settings.per_file_ignores)
        if any(names) or settings.rules_files:
            self._job = new_job(settings)  # an unknown rule name is an error even when no file needs a rule

    def __reduce__(self) -> tuple[type[FileLinter], tuple[Settings]]:
        return FileLinter, (self.settings,)  # another process loads the rules itself

    @property
    def job(self) -> LintContext:
        """All the rules that the settings choose, and what they are judged with."""
        if self._job is None:
            self._job = new_job(self.settings)
        return self._job

    def alone(self, found: DiscoveredFile) -> FileResult:
        """Judge a file by itself, with what its folder tells."""
        path = found.path
        loaded = load_source(path, QUICK_SCAN, found.folder != "")
        if loaded is None:
            return skipped(path, NO_SAGEMAKER_CONTENT)
        if isinstance(loaded, UnreadableFile):
            return self._unreadable(path, loaded)
        from smlint.project.folder_facts import read_beside

        return self.read_by(lambda text: read_beside(text, self.settings), loaded)

    def data(self, data: bytes, name: str) -> FileResult:
        """Judge a text that is in no file."""
        loaded = decode_source(data, name, QUICK_SCAN)
        if loaded is None:
            return skipped(name, NO_SAGEMAKER_CONTENT)
        if isinstance(loaded, UnreadableFile):
            return self._unreadable(name, loaded)
        from smlint.linter.engine import read

        return self.read_by(lambda text: read(text, self.settings), loaded)

    def read_by(self, read: Callable[[Source], FileReading], source: Source) -> FileResult:
        """Judge what a reader makes of a text. A fault of smlint's own is told of this text, and others can go on."""
        from smlint.project.dependencies import ties_of

        try:
            found = read(source)
            return of_file(source.path, self.checked(found))._replace(ties=ties_of(found))
        except SmlintError:
            raise
        except Exception as error:
            return failed(source.path, error)

    def checked(self, read: FileReading) -> Checked:
        """Judge what was read, by the rules that the configuration does not ignore in this file."""
        from smlint.linter.engine import judge

        return judge(read, self._job_for(read.source.path))

    def _unreadable(self, path: str, loaded: UnreadableFile) -> FileResult:
        """A file that cannot be read, which is a finding if that rule is chosen."""
        from smlint.linter.engine import syntax_error

        source = Source(path, loaded.before + "\ufffd" if loaded.before else "")
        finding = syntax_error(source, loaded.reason, len(loaded.before), self.job)
        return skipped(path, loaded.reason) if finding is None else FileResult(path, findings=(finding,))

    def _job_for(self, path: str) -> LintContext:
        job = self.job
        if not self.settings.per_file_ignores:
            return job
        from smlint.files.ignoring import matches
        from smlint.runner.registry import choose

        ignored: list[str] = []
        for glob, names in self.settings.per_file_ignores:
            if matches(path, (glob,), self.settings.root):
                ignored.extend(names)
        return job._replace(rules=choose(job.rules, ("ALL",), (), tuple(ignored), job.known, preview=True)) if ignored else job


def failed(path: str, error: Exception) -> FileResult:
    """A file at which smlint itself failed: the others go on."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    place = ""
    trace = error.__traceback__
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return FileResult(path, failure=f"{path}: not judged: internal error at {place}: {what}; please report it")


def new_job(settings: Settings) -> LintContext:
    """The rules that the settings choose, and the catalogue they ask. Raises `SmlintError` for an unknown rule or a broken catalogue."""
    from smlint.images.catalog import load_catalog
    from smlint.linter.engine import LintContext
    from smlint.linter.rule_context import RuleContext
    from smlint.runner.registry import choose, load

    loaded = load()
    if settings.rules_files:
        from smlint.runner.registry import load_custom

        loaded = (*loaded, *load_custom(settings.rules_files))
    rules = choose(loaded, settings.select, settings.extend_select, settings.ignore, settings.other_rules, preview=settings.preview)
    known = frozenset(rule.name for rule in loaded)
    baseline = None
    if settings.baseline is not None:
        from smlint.linter.baseline import load_baseline

        baseline = load_baseline(settings.baseline)
    context = RuleContext(settings.today, settings.eol_warn_days, load_catalog(settings.catalog))
    return LintContext(rules, known, context, settings, baseline)
