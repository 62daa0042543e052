"""`smlint check`: judge manifests, and repair them."""

from __future__ import annotations

from smlint.console import Console
from smlint.model import SmlintError
from smlint.options import Command, Group, Option, Parsed

FORM = Option(("--output-format",), "the form of the report (default: full)", "FORMAT", ("full", "concise", "json"))

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
                Option(("--no-ignores",), "report what comments in the files suppress, too"),
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
                Option(("--list-files",), "list the files and their formats, and check nothing else"),
            ),
        ),
        Group(
            "Output",
            (
                FORM,
                Option(("--statistics",), "print how often each rule found something, not each finding"),
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
        "the options; NO_COLOR, FORCE_COLOR and COLUMNS as everywhere."
    ),
)


def run(parsed: Parsed, console: Console) -> int:
    """Check, print, and return the exit code."""
    from smlint.commands.check_plan import plan
    from smlint.run import FixMode, check

    form = _form(parsed, console)
    mode = FixMode.DIFF if parsed.flag("--diff") else FixMode.APPLY if parsed.flag("--fix") else FixMode.NO
    _refuse_contradictions(parsed, form)
    paths = tuple(parsed.arguments) or (".",)
    name = parsed.value("--stdin-filename")
    stdin = console.read() if paths == ("-",) else None
    runs = []
    for group in plan(parsed, console, paths):
        outcome = check(group.paths, group.settings, mode, stdin, name)
        runs.append((outcome, group.settings))
    from smlint.commands.check_output import Run, tell

    return tell([Run(outcome, settings) for outcome, settings in runs], form, mode, parsed, console)


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
    ):
        if parsed.flag(one) and parsed.flag(other):
            raise SmlintError(f"{one} and {other} exclude each other")
    if parsed.flag("--statistics") and form == "json":
        raise SmlintError("--statistics is text", "use it with --output-format full or concise")
    if "-" in parsed.arguments and len(parsed.arguments) > 1:
        raise SmlintError("'-' stands alone: standard input cannot be checked together with files")
    if parsed.flag("--stdin-filename") and parsed.arguments != ["-"]:
        raise SmlintError("--stdin-filename names standard input, which is not read", "give '-' as the path")
