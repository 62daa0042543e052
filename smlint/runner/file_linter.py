"""Lint single files with the rules that the settings choose, and turn unreadable files and internal errors into results."""

from __future__ import annotations

from collections.abc import Callable

from smlint.files.loading import UnreadableFile
from smlint.model.results import FileResult
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.linter.engine import LintContext
    from smlint.model.findings import Finding
    from smlint.project.reading import FileReading


class FileLinter:
    """Lints files with the same settings. Loads the rules and the catalog for the first file that needs them.

    Every method raises `SmlintError` for an unknown rule and for a catalog that cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._context: LintContext | None = None
        names = (settings.select, settings.extend_select, settings.ignore, settings.severities, settings.per_file_ignores)
        if any(names) or settings.rules_files:
            self._context = lint_context(settings)  # an unknown rule name is an error even if no file needs a rule

    def __reduce__(self) -> tuple[type[FileLinter], tuple[Settings]]:
        return FileLinter, (self.settings,)  # a worker process loads the rules itself

    @property
    def context(self) -> LintContext:
        """The rules that the settings choose, and the context that they run in."""
        if self._context is None:
            self._context = lint_context(self.settings)
        return self._context

    def lint(self, file: FileReading) -> FileResult:
        """Lint a file, without the rules that the configuration ignores for it, or for the file that a deployment belongs to."""
        from smlint.linter.engine import lint

        result = lint(file, self._context_for(file.source.path))
        if not self.settings.per_file_ignores:
            return result
        return result._replace(findings=tuple(finding for finding in result.findings if self._is_enabled_at_home(finding)))

    def _is_enabled_at_home(self, finding: Finding) -> bool:
        return finding.home is None or any(rule.name == finding.rule for rule in self._context_for(finding.home.path).rules)

    def lint_read_by(self, read: Callable[[Source], FileReading], source: Source) -> FileResult:
        """Read and lint a source. An internal error becomes the result of this file, so that the other files are still checked."""
        try:
            return self.lint(read(source))
        except SmlintError:
            raise
        except Exception as error:
            return internal_error(source.path, error)

    def unreadable(self, file: UnreadableFile) -> FileResult:
        """Return a syntax-error finding for an unreadable file if the rule is enabled; otherwise the file is skipped."""
        from smlint.linter.engine import syntax_error

        source = Source(file.path, file.before + "\ufffd" if file.before else "")
        finding = syntax_error(source, file.reason, len(file.before), self.context)
        return FileResult(file.path, reason=file.reason) if finding is None else FileResult(file.path, findings=(finding,))

    def _context_for(self, path: str) -> LintContext:
        context = self.context
        if not self.settings.per_file_ignores:
            return context
        from smlint.files.ignoring import matches
        from smlint.runner.registry import choose

        ignored = tuple(name for glob, names in self.settings.per_file_ignores if matches(path, (glob,), self.settings.root) for name in names)
        return context._replace(rules=choose(context.rules, ("ALL",), (), ignored, context.known, preview=True)) if ignored else context


def internal_error(path: str, error: Exception) -> FileResult:
    """Return the result of a file on which smlint failed."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    location = ""
    trace = error.__traceback__
    while trace is not None:
        location = f"{trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return FileResult(path, crashes=(f"not checked: internal error at {location}: {what}; please report it",))


def lint_context(settings: Settings) -> LintContext:
    """Load the rules that the settings choose, and the catalog. Raises `SmlintError` for an unknown rule or an unreadable catalog."""
    from smlint.images.catalog import load_catalog
    from smlint.linter.engine import LintContext
    from smlint.linter.rule_context import RuleContext
    from smlint.runner.registry import choose, load, load_custom

    loaded = (*load(), *load_custom(settings.rules_files)) if settings.rules_files else load()
    rules = choose(loaded, settings.select, settings.extend_select, settings.ignore, settings.other_rules, preview=settings.preview)
    baseline = None
    if settings.baseline is not None:
        from smlint.linter.baseline import load_baseline

        baseline = load_baseline(settings.baseline)
    return LintContext(
        rules=rules,
        known=frozenset(rule.name for rule in loaded),
        context=RuleContext(settings.today, settings.eol_warn_days, load_catalog(settings.catalog)),
        settings=settings,
        baseline=baseline,
    )
