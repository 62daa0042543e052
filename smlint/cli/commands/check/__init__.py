"""`smlint check`: judge manifests, and repair them."""

from __future__ import annotations

from smlint.cli.console import Console
from smlint.cli.options import Command, Group, Option, Parsed
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from smlint.cli.commands.check.report_files import Output

FORM = Option(
    ("--output-format",),
    "the form of the report (default: full)",
    "FORMAT",
    ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson"),
)

COMMAND = Command(
    "check",
    "check manifests, and repair them",
    (
        Group(
            "Fixing",
            (
                Option(("--fix",), "make the safe fixes"),
                Option(("--diff",), "print what --fix would change as a patch, and change nothing"),
                Option(("--unsafe-fixes",), "make fixes that change a version, or the instance type, too"),
                Option(("--exit-non-zero-on-fix",), "exit 1 if anything was fixed"),
            ),
        ),
        Group(
            "Rules",
            (
                Option(("--select",), "only these rules (names, categories or ALL; commas between)", "RULES", several=True),
                Option(("--extend-select",), "these rules too", "RULES", several=True),
                Option(("--ignore",), "all but these rules", "RULES", several=True),
                Option(("--fail-on",), "exit 1 from this severity on (default: error)", "SEVERITY", ("error", "warning", "note")),
                Option(("--exit-zero",), "exit 0 even if there are findings"),
                Option(("--no-ignores",), "report what comments and metadata in the files suppress, too"),
            ),
        ),
        Group(
            "Context",
            (
                Option(("--region",), "the Region that is deployed to, where the file does not say so", "REGION", several=True),
                Option(("--param",), "the value of a template parameter", "KEY=VALUE", several=True),
                Option(("--as-of",), "judge support dates as on this day (default: today, UTC)", "DATE"),
                Option(("--catalog",), "use this catalogue of images, not the one that came with smlint", "FILE"),
            ),
        ),
        Group(
            "Files",
            (
                Option(("--exclude",), "do not check files that match (as in .gitignore)", "GLOB", several=True),
                Option(("--force-exclude",), "exclude files even if they are named on the command line"),
                Option(("--stdin-filename",), "the name of the file that '-' stands for", "NAME"),
                Option(("--workers",), "use at most N processes (default: one for each processor, at most 8)", "N"),
                Option(("--list-files",), "list the files and their formats, and check nothing else"),
            ),
        ),
        Group(
            "Output",
            (
                FORM,
                Option(("--output",), "write the report to a file as well, in any of these forms", "FORMAT=FILE", several=True),
                Option(("--statistics",), "print how often each rule found something, not each finding"),
                Option(("--baseline",), "report what is new beside the findings that this file accepts", "FILE"),
                Option(("--write-baseline",), "accept all findings: write them to this file, and exit 0", "FILE"),
            ),
        ),
        Group(
            "Configuration",
            (
                Option(("--config",), "read this file, not the nearest smlint.toml, .smlint.toml or pyproject.toml", "FILE"),
                Option(("--isolated",), "read no configuration file"),
            ),
        ),
    ),
    arguments="[PATH ...]",
    most=None,
    epilog=(
        "PATH is a file, a folder (its .yaml, .yml, .json and .template files), or '-' for standard\n"
        "input; the default is '.'. A configuration key of the same name is overruled by an option.\n\n"
        "Exit codes: 0 nothing at or above --fail-on is left; 1 findings are left, or --diff is not\n"
        "empty; 2 a bad option, configuration, catalogue or path, a file that could not be written, or\n"
        "an internal error.\n\n"
        "Environment: SMLINT_CONFIG, SMLINT_OUTPUT_FORMAT, SMLINT_REGION and SMLINT_CATALOG stand in for\n"
        "the options; NO_COLOR, FORCE_COLOR and COLUMNS as everywhere. With the form github, the findings are\n"
        "added to GITHUB_STEP_SUMMARY; GITHUB_WORKSPACE and CI_PROJECT_DIR are what paths are relative to in\n"
        "the forms github, gitlab and sarif."
    ),
)


def run(parsed: Parsed, console: Console) -> int:
    """Check, print, and return the exit code."""
    from smlint.cli.commands.check.plan import plan
    from smlint.model.results import FixMode
    from smlint.runner.run import check

    form = _form(parsed, console)
    mode = FixMode.DIFF if parsed.flag("--diff") else FixMode.APPLY if parsed.flag("--fix") else FixMode.NO
    _refuse_contradictions(parsed, form)
    files = _outputs(parsed)
    paths = tuple(parsed.arguments) or (".",)
    name = parsed.value("--stdin-filename")
    stdin = read_stdin(console) if paths == ("-",) else None
    workers = _workers(parsed)
    runs = []
    for group in plan(parsed, console, paths):
        outcome = check(group.paths, group.settings, mode, stdin, name, workers)
        runs.append((outcome, group.settings))
    from smlint.cli.commands.check.output import Run, tell

    baseline = parsed.value("--write-baseline")
    if baseline is not None:
        from smlint.cli.commands.check.baseline_file import write

        return write([Run(outcome, settings) for outcome, settings in runs], baseline, console)
    return tell([Run(outcome, settings) for outcome, settings in runs], form, files, mode, parsed, console)


def read_stdin(console: Console) -> bytes:
    """Standard input as a manifest, which may be as long as one in a file."""
    from smlint.files.read import SIZE_LIMIT

    return console.read(SIZE_LIMIT)


def _outputs(parsed: Parsed) -> Sequence[Output]:
    """The files that reports are to be written to."""
    if not parsed.flag("--output"):
        return ()
    from smlint.cli.commands.check.report_files import outputs

    return outputs(parsed)


def _workers(parsed: Parsed) -> int:
    """How many processes may be used."""
    told = parsed.value("--workers")
    if told is None:
        from smlint.runtime.process_pool import available_processors

        return available_processors()
    if not told.isdecimal() or not told.isascii() or int(told) < 1:
        raise SmlintError(f"option '--workers' does not take '{told}'", "write a whole number from 1 on")
    return int(told)


def _form(parsed: Parsed, console: Console) -> str:
    """The format of the report."""
    told = parsed.value(FORM.name)
    if told is not None:
        return told
    told = console.environment.get("SMLINT_OUTPUT_FORMAT") or "full"
    if told not in FORM.choices:
        raise SmlintError(f"SMLINT_OUTPUT_FORMAT is '{told}'", f"it takes {', '.join(FORM.choices)}")
    return told


def _refuse_contradictions(parsed: Parsed, form: str) -> None:
    for one, other in (
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
    ):
        if parsed.flag(one) and parsed.flag(other):
            raise SmlintError(f"{one} and {other} exclude each other")
    if parsed.flag("--statistics") and form not in ("full", "concise"):
        raise SmlintError("--statistics is text", "use it with --output-format full or concise")
    if "-" in parsed.arguments and len(parsed.arguments) > 1:
        raise SmlintError("'-' stands alone: standard input cannot be checked together with files")
    if parsed.flag("--stdin-filename") and parsed.arguments != ["-"]:
        raise SmlintError("--stdin-filename names standard input, which is not read", "give '-' as the path")
