"""Print the results of `smlint check`, and choose its exit code."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.cli.commands.check.plan import GroupResult
from smlint.cli.console import Console
from smlint.cli.options.model import ParsedOptions
from smlint.model.results import FixMode, Report, Summary
from smlint.reporters import REPORTERS, Reporter, render
from smlint.reporters.style import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.cli.commands.check.report_files import ReportFile


def print_results(
    results: Sequence[GroupResult], output_format: str, files: Sequence[ReportFile], mode: FixMode, parsed: ParsedOptions, console: Console
) -> int:
    """Print the report and warnings, write the report to `files`, and return the exit code."""
    report = merged([group.result.report for group in results])
    style = _style(results, console)
    list_files = parsed.flag("--list-files")
    unwritten: list[str] = []
    if files or _needs_context(REPORTERS[output_format]):
        from smlint.cli.commands.check.report_files import add_context, write_report_files, write_step_summary

        reporters = [REPORTERS[file.format] for file in files]
        if mode is not FixMode.DIFF:
            reporters.append(REPORTERS[output_format])
        style = add_context(style, reporters, [group.settings.rules_files for group in results], console)
        unwritten = write_report_files(files, report, style)
        if any(reporter.step_summary for reporter in reporters) and not list_files:
            write_step_summary(report, style, console)
    if console.verbose:
        for path, description in report.formats:
            console.log(f"{path}: {description}")
    if list_files:
        console.write(_file_list(report, output_format))
    elif mode is FixMode.DIFF:
        _write_patch("".join(group.result.diff for group in results), console)
        _write_summary(report, style, console, "would be fixed")
    elif mode is FixMode.APPLY and parsed.arguments == ["-"]:
        console.write_bytes(b"".join(group.result.stdin_text or b"" for group in results))
        if report.findings or not console.quiet:
            console.write_stderr(render(output_format, report, style._replace(color=console.colored(console.stderr))).rstrip())
    else:
        _write_report(report, style, REPORTERS[output_format], parsed, console)
    _warn(report, results, parsed, console)
    baseline = parsed.value("--baseline")
    if baseline is not None and not list_files:
        from smlint.cli.commands.check.baseline_file import warn_of_stale_entries

        warn_of_stale_entries(results, baseline, console)
    failures = [*(failure for group in results for failure in group.result.failures), *unwritten]
    for failure in failures:
        console.print_error(f"smlint: error: {failure}")
    return 2 if failures else _exit_code(results, mode, parsed)


def _needs_context(reporter: Reporter) -> bool:
    return reporter.needs_repository or reporter.needs_rules or reporter.step_summary


def _write_patch(text: str, console: Console) -> None:
    """Write the patch byte for byte; escaped on a terminal, where a person reads it."""
    if console.on_terminal():
        from smlint.runtime.escaping import for_terminal

        console.write("".join(for_terminal(line) + "\n" for line in text.split("\n")[:-1]))
    else:
        console.write_bytes(text.encode("utf-8", "surrogateescape"))


def _write_report(report: Report, style: Style, reporter: Reporter, parsed: ParsedOptions, console: Console) -> None:
    if parsed.flag("--statistics"):
        from smlint.reporters.summary import line, statistics

        console.write(statistics(report, style))
        if not console.quiet:
            console.write(line(report, style) + "\n")
        return
    if console.quiet:
        style = style._replace(summary=False)
    console.write(reporter.render(report, style))
    if reporter.summary_on_stderr:
        _write_summary(report, style, console)


def _write_summary(report: Report, style: Style, console: Console, fixed: str = "fixed") -> None:
    """Write the summary line to standard error, which leaves standard output to the data."""
    if not console.quiet:
        from smlint.reporters.summary import line

        console.write_stderr(line(report, style._replace(color=console.colored(console.stderr)), fixed))


def _exit_code(results: Sequence[GroupResult], mode: FixMode, parsed: ParsedOptions) -> int:
    """Return 0 or 1."""
    if parsed.flag("--exit-zero") or parsed.flag("--list-files"):
        return 0
    for result, settings in results:
        failing = (f for f in result.report.findings if f.suppressed is None and f.severity.rank >= settings.fail_on.rank)
        if next(failing, None) is not None:
            return 1
        if (mode is FixMode.DIFF and result.diff) or (parsed.flag("--exit-non-zero-on-fix") and result.report.summary.fixed):
            return 1
    return 0


def _style(results: Sequence[GroupResult], console: Console) -> Style:
    return Style(
        color=console.colored(),
        width=console.width(),
        unsafe_fixes=any(group.settings.unsafe_fixes for group in results),
        regions=any(len(group.settings.regions) > 1 for group in results),
    )


def merged(reports: Sequence[Report]) -> Report:
    """Merge the reports of several groups, in the order of a single report."""
    if len(reports) == 1:
        return reports[0]
    findings = (finding for report in reports for finding in report.findings)
    return Report(
        findings=tuple(sorted(findings, key=lambda finding: (finding.path, finding.span.start, finding.rule, finding.message))),
        skipped=tuple(sorted(skip for report in reports for skip in report.skipped)),
        summary=Summary(*(sum(counts) for counts in zip(*(report.summary for report in reports), strict=True))),
        catalog_as_of=reports[0].catalog_as_of,
        formats=tuple(sorted(pair for report in reports for pair in report.formats)),
    )


def _file_list(report: Report, output_format: str) -> str:
    if output_format != "json":
        from smlint.runtime.escaping import for_terminal

        return "".join(f"{for_terminal(path)}: {description}\n" for path, description in report.formats)
    from smlint.runtime.escaping import for_json, to_json

    return to_json([{"path": for_json(path), "format": description} for path, description in report.formats])


def _warn(report: Report, results: Sequence[GroupResult], parsed: ParsedOptions, console: Console) -> None:
    if not report.summary.manifests and not report.findings and not parsed.flag("--list-files"):
        from smlint.reporters.display import counted

        console.warn(f"no SageMaker deployment found in {counted(report.summary.files, 'file')}")
    elif parsed.flag("--param") and report.summary.manifests:
        named = {name for group in results for name in group.result.parameters}
        for name in dict.fromkeys(word.partition("=")[0] for word in parsed.values("--param")):
            if name not in named:
                console.warn(f"option '--param': no file has a parameter '{name}'")
    today = results[0].settings.today
    if report.catalog_as_of[:7] < today[:7]:
        from smlint.cli.commands.catalog_age import warn_if_old

        warn_if_old(report.catalog_as_of, today, console)
