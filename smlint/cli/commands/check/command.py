"""`smlint check`: lint deployment files, and fix them."""

from __future__ import annotations

from smlint.cli.console import Console
from smlint.cli.options.model import Command, Option, OptionGroup, ParsedOptions
from smlint.cli.options.parse import require_exclusive
from smlint.cli.options.shared import AS_OF, CATALOG, CONFIGURATION, EXCLUDE, FORCE_EXCLUDE, PARAM, REGION, STDIN_FILENAME
from smlint.readers.table import SUFFIXES
from smlint.reporters import REPORTERS
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from smlint.cli.commands.check.report_files import ReportFile

SEVERITIES = ("error", "warning", "note")

OUTPUT_FORMAT = Option(("--output-format",), "set the output format (default: full)", "FORMAT", tuple(REPORTERS))

_STEP_SUMMARY_FORMATS = ", ".join(reporter.name for reporter in REPORTERS.values() if reporter.step_summary)
_REPOSITORY_FORMATS = " and ".join(", ".join(reporter.name for reporter in REPORTERS.values() if reporter.needs_repository).rsplit(", ", 1))

COMMAND = Command(
    "check",
    "check deployment files, and fix them",
    (
        OptionGroup(
            "Fixing",
            (
                Option(("--fix",), "write safe fixes to disk"),
                Option(("--diff",), "print fixes as a patch instead of writing them"),
                Option(("--unsafe-fixes",), "also apply fixes that change a version or the instance type"),
                Option(("--exit-non-zero-on-fix",), "exit 1 if anything was fixed"),
            ),
        ),
        OptionGroup(
            "Rules",
            (
                Option(("--select",), "run only these rules (comma-separated names, categories or ALL)", "RULES", repeatable=True),
                Option(("--extend-select",), "run these rules in addition to the selected ones", "RULES", repeatable=True),
                Option(("--ignore",), "skip these rules", "RULES", repeatable=True),
                Option(("--fail-on",), "exit 1 if any finding has this severity or higher (default: error)", "SEVERITY", SEVERITIES),
                Option(("--exit-zero",), "exit 0 even if there are findings"),
                Option(("--no-ignores",), "also report findings that comments or metadata suppress"),
            ),
        ),
        OptionGroup("Context", (REGION, PARAM, AS_OF, CATALOG)),
        OptionGroup(
            "Files",
            (
                EXCLUDE,
                FORCE_EXCLUDE,
                STDIN_FILENAME,
                Option(("--workers",), "use up to N worker processes (default: one per CPU, at most 8)", "N"),
                Option(("--list-files",), "list files with their formats, without checking them"),
            ),
        ),
        OptionGroup(
            "Output",
            (
                OUTPUT_FORMAT,
                Option(("--output",), "also write a report to a file, in any of these formats", "FORMAT=FILE", repeatable=True),
                Option(("--statistics",), "print the number of findings per rule instead of each finding"),
                Option(("--baseline",), "report only findings that are not in this file", "FILE"),
                Option(("--write-baseline",), "record the current findings in this file, and exit 0", "FILE"),
            ),
        ),
        CONFIGURATION,
    ),
    arguments="[PATH ...]",
    most=None,
    epilog=(
        f"PATH is a file, a folder (searched for {', '.join(SUFFIXES[:-1])} and {SUFFIXES[-1]} files) or '-' for standard input; "
        "the default is '.'. Options override configuration keys of the same name.\n\n"
        "Exit codes: 0 no findings at or above --fail-on; 1 findings, or --diff printed a patch; 2 an invalid option, configuration, "
        "catalog or path, a file that could not be written, or an internal error.\n\n"
        "Environment: SMLINT_CONFIG, SMLINT_OUTPUT_FORMAT, SMLINT_REGION and SMLINT_CATALOG set defaults for the options; "
        "NO_COLOR, FORCE_COLOR and COLUMNS work as usual. "
        f"The {_STEP_SUMMARY_FORMATS} format also adds the findings to GITHUB_STEP_SUMMARY. "
        f"In the formats {_REPOSITORY_FORMATS}, paths are relative to GITHUB_WORKSPACE or CI_PROJECT_DIR."
    ),
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Check the files, print the report, and return the exit code."""
    from smlint.cli.commands.check.plan import GroupResult, plan
    from smlint.model.results import FixMode
    from smlint.runner.run import check

    output_format = _output_format(parsed, console)
    mode = FixMode.DIFF if parsed.flag("--diff") else FixMode.APPLY if parsed.flag("--fix") else FixMode.NO
    _refuse_contradictions(parsed, output_format)
    files = _report_files(parsed)
    paths = tuple(parsed.arguments) or (".",)
    name = parsed.value("--stdin-filename")
    stdin = read_stdin(console) if paths == ("-",) else None
    workers = _workers(parsed)
    results = [
        GroupResult(check(group.paths, group.settings, mode, stdin, name, workers), group.settings) for group in plan(parsed, console, paths)
    ]
    baseline = parsed.value("--write-baseline")
    if baseline is not None:
        from smlint.cli.commands.check.baseline_file import write_baseline

        return write_baseline(results, baseline, console)
    from smlint.cli.commands.check.output import print_results

    return print_results(results, output_format, files, mode, parsed, console)


def read_stdin(console: Console) -> bytes:
    """Read standard input, up to the size limit of files."""
    from smlint.files.read import SIZE_LIMIT

    return console.read(SIZE_LIMIT)


def _report_files(parsed: ParsedOptions) -> Sequence[ReportFile]:
    if not parsed.flag("--output"):
        return ()
    from smlint.cli.commands.check.report_files import report_files

    return report_files(parsed)


def _workers(parsed: ParsedOptions) -> int | None:
    """Return the most worker processes to use; None if the command line does not limit them."""
    number = parsed.value("--workers")
    if number is None:
        return None
    if not number.isdecimal() or not number.isascii() or int(number) < 1:
        raise SmlintError(f"invalid value '{number}' for option '--workers'", "use a whole number of at least 1")
    return int(number)


def _output_format(parsed: ParsedOptions, console: Console) -> str:
    name = parsed.value(OUTPUT_FORMAT.name)
    if name is not None:
        return name
    name = console.environment.get("SMLINT_OUTPUT_FORMAT") or "full"
    if name not in REPORTERS:
        raise SmlintError(f"SMLINT_OUTPUT_FORMAT: unknown format '{name}'", f"choose from {', '.join(REPORTERS)}")
    return name


def _refuse_contradictions(parsed: ParsedOptions, output_format: str) -> None:
    require_exclusive(
        parsed,
        ("--fix", "--diff"),
        ("--config", "--isolated"),
        ("--statistics", "--list-files"),
        ("--diff", "--list-files"),
        ("--fix", "--list-files"),
        ("--output", "--list-files"),
        ("--write-baseline", "--fix"),
        ("--write-baseline", "--diff"),
        ("--write-baseline", "--output"),
        ("--write-baseline", "--statistics"),
        ("--write-baseline", "--list-files"),
    )
    if parsed.flag("--statistics") and not REPORTERS[output_format].for_people:
        readable = " or ".join(name for name, reporter in REPORTERS.items() if reporter.for_people)
        raise SmlintError(f"--statistics cannot be printed as {output_format}", f"use --output-format {readable}")
    if "-" in parsed.arguments and len(parsed.arguments) > 1:
        raise SmlintError("'-' cannot be combined with other paths", "check standard input and files in separate runs")
    if parsed.flag("--stdin-filename") and parsed.arguments != ["-"]:
        raise SmlintError("--stdin-filename needs standard input", "give '-' as the path")
