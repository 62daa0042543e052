"""Report files of `smlint check`: those of `--output`, and the job summary of GitHub Actions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from smlint.cli.console import OFF_TERMINAL_WIDTH, Console
from smlint.cli.options.model import ParsedOptions
from smlint.files.write import write_data
from smlint.model.results import Report
from smlint.readers.table import SUFFIXES
from smlint.reporters import REPORTERS, STEP_SUMMARY, Reporter, render
from smlint.reporters.style import Style
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.linter.rule import LoadedRule

_WORKSPACES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""The variables in which GitHub Actions and GitLab name the root of the checkout, which report paths must be relative to."""

_PROTECTED_SUFFIXES = (*(suffix for suffix in SUFFIXES if suffix not in {reporter.suffix for reporter in REPORTERS.values()}), ".toml")
"""Suffixes of manifests and configurations that no report has: an existing file with one is never overwritten by a report."""


class ReportFile(NamedTuple):
    """A report to write to a file: the name of its format, and the path."""

    format: str
    path: str


def report_files(parsed: ParsedOptions) -> tuple[ReportFile, ...]:
    """Return the files of `--output`. Raises `SmlintError` for a value that is not FORMAT=FILE, and for two reports in one file."""
    files: dict[str, ReportFile] = {}
    for value in parsed.values("--output"):
        name, equals, path = value.partition("=")
        if not (equals and path):
            raise SmlintError(f"invalid value '{value}' for option '--output'", "use FORMAT=FILE, such as sarif=smlint.sarif")
        if name not in REPORTERS:
            from smlint.runtime.suggest import did_you_mean

            raise SmlintError(f"option '--output': unknown format '{name}'", did_you_mean(name, REPORTERS) or f"choose from {', '.join(REPORTERS)}")
        if path == "-":
            raise SmlintError("option '--output' cannot write to standard output", f"use --output-format {name}")
        real_path = os.path.realpath(path)
        if real_path in files:
            raise SmlintError(f"two reports would be written to {path}", "use a different file for each --output")
        files[real_path] = ReportFile(name, path)
    return tuple(files.values())


def add_context(style: Style, reporters: Sequence[Reporter], rules_files: Iterable[Sequence[str]], console: Console) -> Style:
    """Add to the style what the reporters need: the root of the repository, and the documentation of all rules.

    `rules_files` are the custom rule files of each group of paths.
    """
    if any(reporter.needs_repository for reporter in reporters):
        folder = os.getcwd()
        named = (console.environment.get(name) for name in _WORKSPACES)
        repository = next((path for path in named if path and os.path.isabs(path) and _contains(path, folder)), folder)
        style = style._replace(folder=folder, repository=repository)
    if any(reporter.needs_rules for reporter in reporters):
        from smlint.cli.commands.rule_info import infos

        style = style._replace(rules=infos(_all_rules(rules_files)))
    return style


def _all_rules(rules_files: Iterable[Sequence[str]]) -> list[LoadedRule]:
    """Return smlint's rules, then custom rules by name. If two groups have a rule of the same name, the first one is listed."""
    from smlint.runner.registry import load

    custom: dict[str, LoadedRule] = {}
    for files in dict.fromkeys(tuple(group) for group in rules_files if group):
        from smlint.runner.registry import load_custom

        for rule in load_custom(files):
            custom.setdefault(rule.name, rule)
    return [*load(), *(custom[name] for name in sorted(custom))]


def _contains(outer: str, inner: str) -> bool:
    try:
        return os.path.commonpath((outer, inner)) == os.path.normpath(outer)
    except ValueError:  # another drive on Windows
        return False


def write_report_files(files: Sequence[ReportFile], report: Report, style: Style) -> list[str]:
    """Write the reports without color and in UTF-8, and return a message for each file that could not be written.

    Never overwrites a manifest of this run, under any of its names, or an existing file that looks like a manifest or configuration.
    """
    style = style._replace(color=False, width=OFF_TERMINAL_WIDTH)
    skipped = {skip.path for skip in report.skipped}
    manifests = {_identity(path) for path, _ in report.formats if path not in skipped} if files else set()
    failures = []
    for file in files:
        if _identity(file.path) in manifests:
            failures.append(f"{file.path}: report not written: this is one of the checked files")
            continue
        if file.path.endswith(_PROTECTED_SUFFIXES) and os.path.isfile(file.path):
            failures.append(f"{file.path}: report not written: the file exists and looks like a manifest or configuration")
            continue
        try:
            write_data(file.path, render(file.format, report, style).encode("utf-8", "backslashreplace"))
        except OSError as error:
            failures.append(f"{file.path}: cannot write the report: {error.strerror or error}")
    return failures


def _identity(path: str) -> object:
    """Return a value that all names of one file share."""
    try:
        status = os.stat(path)
    except OSError:  # deleted, or standard input
        return os.path.realpath(path)
    return status.st_dev, status.st_ino


def write_step_summary(report: Report, style: Style, console: Console) -> None:
    """Add the findings to the job summary of GitHub Actions, if there is one. A failure to write it is a warning."""
    path = console.environment.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        write_data(path, STEP_SUMMARY.render(report, style).encode("utf-8", "backslashreplace"), append=True)
    except OSError as error:
        console.warn(f"cannot write the job summary: {error.strerror or error}")
