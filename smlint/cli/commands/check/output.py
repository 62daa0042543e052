"""What `smlint check` prints, and the exit code it ends with."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.cli.console import Console
from smlint.cli.options import Parsed
from smlint.model.results import FixMode, Report, RunResult, Summary
from smlint.model.settings import Settings
from smlint.reporters import Style, render
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.cli.commands.check.report_files import Output


class Run(NamedTuple):
    """What came out of one group of paths, and the settings it was checked with."""

    outcome: RunResult
    settings: Settings


def tell(runs: Sequence[Run], form: str, files: Sequence[Output], mode: FixMode, parsed: Parsed, console: Console) -> int:
    """Print the outcome, write it to the files, and return the exit code."""
    report = merged([run.outcome.report for run in runs])
    style = _style(runs, console)
    unwritten: list[str] = []
    if files or form not in ("full", "concise", "json"):
        from smlint.cli.commands.check.report_files import informed, write, write_step_summary

        forms = [*(file.form for file in files), *([form] if mode is not FixMode.DIFF else [])]
        style = informed(style, forms, [run.settings.rules_files for run in runs], console)
        unwritten = write(files, report, style)
        if "github" in forms and not parsed.flag("--list-files"):
            write_step_summary(report, style, console)
    if console.verbose:
        for path, what in report.formats:
            console.tell(f"{path}: {what}")
    if parsed.flag("--list-files"):
        console.write(_file_list(report, form))
    elif mode is FixMode.DIFF:
        _patch("".join(run.outcome.diff for run in runs), console)
        _aside(report, style, console, "would be fixed")
    elif mode is FixMode.APPLY and parsed.arguments == ["-"]:
        console.write_bytes(b"".join(run.outcome.stdin_text or b"" for run in runs))
        if report.findings or not console.quiet:
            console.write_aside(render(form, report, style._replace(color=console.colored(console.stderr))).rstrip())
    else:
        _report(report, style, form, parsed, console)
    _warn(report, runs, parsed, console)
    baseline = parsed.value("--baseline")
    if baseline is not None and not parsed.flag("--list-files"):
        from smlint.cli.commands.check.baseline_file import warn_of_stale

        warn_of_stale(runs, baseline, console)
    failures = [*(failure for run in runs for failure in run.outcome.failures), *unwritten]
    for failure in failures:
        console.complain(f"smlint: error: {failure}")
    return 2 if failures else _code(runs, mode, parsed)


def _patch(text: str, console: Console) -> None:
    """The patch to the byte; but on a terminal, where a person reads it, so that nothing in it is obeyed."""
    if console.on_terminal():
        from smlint.reporters.display import shown

        console.write("".join(shown(line) + "\n" for line in text.split("\n")[:-1]))
    else:
        console.write_bytes(text.encode("utf-8", "surrogateescape"))


def _report(report: Report, style: Style, form: str, parsed: Parsed, console: Console) -> None:
    if parsed.flag("--statistics"):
        from smlint.reporters.summary import line, statistics

        console.write(statistics(report, style))
        if not console.quiet:
            console.write(line(report, style) + "\n")
        return
    if form == "full" and console.quiet:
        style = style._replace(summary=False)
    console.write(render(form, report, style))
    if form in ("concise", "github"):
        _aside(report, style, console)


def _aside(report: Report, style: Style, console: Console, fixed: str = "fixed") -> None:
    """The summary on standard error, where standard output is for data alone."""
    if not console.quiet:
        from smlint.reporters.summary import line

        console.write_aside(line(report, style._replace(color=console.colored(console.stderr)), fixed))


def _code(runs: Sequence[Run], mode: FixMode, parsed: Parsed) -> int:
    """0 or 1."""
    if parsed.flag("--exit-zero") or parsed.flag("--list-files"):
        return 0
    for outcome, settings in runs:
        left = (f for f in outcome.report.findings if f.suppressed is None and f.severity.rank >= settings.fail_on.rank)
        if next(left, None) is not None:
            return 1
        if (mode is FixMode.DIFF and outcome.diff) or (parsed.flag("--exit-non-zero-on-fix") and outcome.report.summary.fixed):
            return 1
    return 0


def _style(runs: Sequence[Run], console: Console) -> Style:
    unsafe = any(run.settings.unsafe_fixes for run in runs)
    return Style(console.colored(), console.width(), unsafe, any(len(run.settings.regions) > 1 for run in runs))


def merged(reports: Sequence[Report]) -> Report:
    """The reports of several groups as one, in the order of one."""
    if len(reports) == 1:
        return reports[0]
    return Report(
        tuple(
            sorted((f for report in reports for f in report.findings), key=lambda f: (f.path, f.span.start, f.rule, f.message))
        ),
        tuple(sorted(skip for report in reports for skip in report.skipped)),
        Summary(*(sum(counts) for counts in zip(*(report.summary for report in reports), strict=True))),
        reports[0].catalog_as_of,
        tuple(sorted(pair for report in reports for pair in report.formats)),
    )


def _file_list(report: Report, form: str) -> str:
    if form != "json":
        from smlint.reporters.display import shown

        return "".join(f"{shown(path)}: {what}\n" for path, what in report.formats)
    from smlint.reporters.machine import as_json, plain

    return as_json([{"path": plain(path), "format": what} for path, what in report.formats])


def _warn(report: Report, runs: Sequence[Run], parsed: Parsed, console: Console) -> None:
    if not report.summary.manifests and not report.findings and not parsed.flag("--list-files"):
        from smlint.reporters.display import counted

        console.warn(f"no SageMaker manifest found in {counted(report.summary.files, 'file')}")
    elif parsed.flag("--param") and report.summary.manifests:
        named = {name for run in runs for name in run.outcome.parameters}
        for name in dict.fromkeys(word.partition("=")[0] for word in parsed.values("--param")):
            if name not in named:
                console.warn(f"option '--param': no manifest has a parameter '{name}'")
    today = runs[0].settings.today
    if report.catalog_as_of[:7] < today[:7]:
        from smlint.cli.commands.catalog_age import warn_if_old

        warn_if_old(report.catalog_as_of, today, console)
