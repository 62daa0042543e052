"""Combine the results of files into the result of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.images.catalog_date import catalog_date
from smlint.model.findings import Applicability, Finding, Severity
from smlint.model.results import FileResult, Report, RunResult, SkippedFile, Summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.linter.engine import Checked


def skipped(path: str, reason: str) -> FileResult:
    """A file that was not judged, and why."""
    return FileResult._make((path, "", reason, (), 0, 0, 0, "", None, "", (), None))


def of_file(path: str, checked: Checked) -> FileResult:
    """What was found in one file."""
    failure = f"{path}: {checked.crashes[0]}" if checked.crashes else ""
    return FileResult(
        path,
        checked.format,
        checked.reason,
        checked.findings,
        checked.deployments,
        checked.skipped_checks,
        failure=failure,
        parameters=checked.parameters,
    )


def added_up(files: Iterable[FileResult], catalog: str | None) -> RunResult:
    """The outcome of a run over files, in order of their path. `catalog` is the path of the catalogue, None for the bundled one."""
    ordered = sorted(files, key=_path)
    findings = [finding for file in ordered if file.findings for finding in file.findings]
    return RunResult(
        Report(
            tuple(findings),
            tuple(SkippedFile._make((file.path, file.reason)) for file in ordered if file.reason),
            summary(ordered, findings),
            catalog_date(catalog),
            tuple((file.path, f"skipped: {file.reason}" if file.reason else file.format or "unreadable") for file in ordered),
        ),
        "".join(dict.fromkeys(file.patch for file in ordered)),  # a file and a link to it have the same
        next((file.text for file in ordered if file.text is not None), None),
        tuple(file.failure for file in ordered if file.failure),
        frozenset(name for file in ordered for name in file.parameters),
    )


def _path(file: FileResult) -> str:
    return file.path


def summary(files: Sequence[FileResult], findings: Sequence[Finding]) -> Summary:
    """The counts of a run. A suppressed finding counts only as suppressed."""
    live = [finding for finding in findings if finding.suppressed is None]
    counts = {severity: sum(finding.severity is severity for finding in live) for severity in Severity}
    judged = [file for file in files if file.format]
    return Summary(
        files=len(files),
        manifests=len(judged),
        deployments=sum(file.deployments for file in judged),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        notes=counts[Severity.NOTE],
        fixable=sum(finding.fix is not None and finding.fix.applicability is Applicability.SAFE for finding in live),
        fixed=sum(file.fixed for file in judged),
        suppressed=len(findings) - len(live),
        skipped_checks=sum(file.skipped_checks for file in judged),
    )
