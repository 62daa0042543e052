"""Add up the results of files to the result of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.images.catalog_file import catalog_date
from smlint.model.findings import Applicability, Finding, Severity
from smlint.model.results import FileResult, Report, RunResult, SkippedFile, Summary


def total(files: Iterable[FileResult], catalog: str | None) -> RunResult:
    """Return the result of a run, with its files in path order. `catalog` is the path of the user's catalog, None for the bundled one."""
    ordered = sorted(files, key=_path)
    findings = [finding for file in ordered if file.findings for finding in file.findings]
    report = Report(
        findings=tuple(findings),
        skipped=tuple(SkippedFile._make((file.path, file.reason)) for file in ordered if file.reason),
        summary=summarize(ordered, findings),
        catalog_as_of=_date(catalog),
        formats=tuple((file.path, f"skipped: {file.reason}" if file.reason else file.format or "unreadable") for file in ordered),
    )
    crashes = tuple(f"{file.path}: {file.crashes[0]}" for file in ordered if file.crashes)
    failures = (file.failure or f"{file.path}: {file.crashes[0]}" for file in ordered if file.failure or file.crashes)
    return RunResult(
        report=report,
        diff="".join(dict.fromkeys(file.patch for file in ordered)),  # a file and a link to it have the same patch
        stdin_text=next((file.text for file in ordered if file.text is not None), None),
        failures=tuple(failures),
        crashes=crashes,
        parameters=frozenset(name for file in ordered for name in file.parameters),
    )


def _date(catalog: str | None) -> str:
    """Return the date of a catalog. One of a user is loaded for it, so that a file of another shape is refused even if no file needs it."""
    if catalog is None:
        return catalog_date()
    from smlint.images.catalog import load_catalog

    return load_catalog(catalog).as_of


def _path(file: FileResult) -> str:
    return file.path


def summarize(files: Sequence[FileResult], findings: Sequence[Finding]) -> Summary:
    """Return the counts of a run. A suppressed finding counts only as suppressed."""
    live = [finding for finding in findings if finding.suppressed is None]
    counts = {severity: sum(finding.severity is severity for finding in live) for severity in Severity}
    checked = [file for file in files if file.format]
    return Summary(
        files=len(files),
        manifests=len(checked),
        deployments=sum(file.deployments for file in checked),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        notes=counts[Severity.NOTE],
        fixable=sum(finding.fix is not None and finding.fix.applicability is Applicability.SAFE for finding in live),
        fixed=sum(file.fixed for file in checked),
        suppressed=len(findings) - len(live),
        skipped_checks=sum(len(file.skipped_checks) for file in checked),
    )
