"""The reports that `smlint check` writes to files: those of `--output`, and the summary of a step of GitHub Actions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from smlint.cli.console import OFF_TERMINAL_WIDTH, Console
from smlint.cli.options import Parsed
from smlint.files.write import write_data
from smlint.model.results import Report
from smlint.reporters import FORMATS, Style, render
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.linter.loaded_rule import LoadedRule

_WORKSPACES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""The variables in which GitHub Actions and GitLab name the folder of the checkout, to which they want paths to be relative."""

_NO_REPORTS = (".yaml", ".yml", ".template", ".toml")
"""Endings of manifests and configurations, in which no report is written."""


class Output(NamedTuple):
    """A report that goes to a file: its format, and the path of the file."""

    form: str
    path: str


def outputs(parsed: Parsed) -> tuple[Output, ...]:
    """The files that `--output` asks for. Raises `SmlintError` for a word that is not FORMAT=FILE, and for a file named twice."""
    found: dict[str, Output] = {}
    for word in parsed.values("--output"):
        form, equals, path = word.partition("=")
        if not (equals and path):
            raise SmlintError(f"option '--output' does not take '{word}'", "write --output FORMAT=FILE, such as sarif=smlint.sarif")
        if form not in FORMATS:
            from smlint.runtime.suggest import did_you_mean

            raise SmlintError(f"option '--output': unknown format '{form}'", did_you_mean(form, FORMATS) or f"formats are {', '.join(FORMATS)}")
        if path == "-":
            raise SmlintError("option '--output' writes to a file, not to '-'", f"for standard output there is --output-format {form}")
        place = os.path.realpath(path)
        if place in found:
            raise SmlintError(f"two reports are to be written to {path}", "give each --output a file of its own")
        found[place] = Output(form, path)
    return tuple(found.values())


def informed(style: Style, forms: Sequence[str], rules_files: Iterable[Sequence[str]], console: Console) -> Style:
    """The style, with what the formats for machines need: where the repository is, and for SARIF all rules.

    `rules_files` are the files of users' own rules, for each group of paths.
    """
    if all(form in ("full", "concise", "json") for form in forms):
        return style
    folder = os.getcwd()
    named = (console.environment.get(name) for name in _WORKSPACES)
    repository = next((path for path in named if path and os.path.isabs(path) and _holds(path, folder)), folder)
    style = style._replace(folder=folder, repository=repository)
    if "sarif" in forms:
        from smlint.cli.commands.rule_info import infos

        style = style._replace(rules=infos(_all_rules(rules_files)))
    return style


def _all_rules(rules_files: Iterable[Sequence[str]]) -> list[LoadedRule]:
    """Our rules, then the users' own by name. Two groups may have rules of one name: the first is listed."""
    from smlint.runner.registry import load

    own: dict[str, LoadedRule] = {}
    for files in dict.fromkeys(tuple(group) for group in rules_files if group):
        from smlint.runner.registry import load_custom

        for one in load_custom(files):
            own.setdefault(one.name, one)
    return [*load(), *(own[name] for name in sorted(own))]


def _holds(outer: str, inner: str) -> bool:
    try:
        return os.path.commonpath((outer, inner)) == os.path.normpath(outer)
    except ValueError:  # another drive of Windows
        return False


def write(wanted: Sequence[Output], report: Report, style: Style) -> list[str]:
    """Write the reports, without colour and in UTF-8, and return a line for each file that could not be written.

    A manifest of this run is not overwritten under any of its names, nor is a file that is named as manifests and configurations are.
    """
    style = style._replace(color=False, width=OFF_TERMINAL_WIDTH)
    skipped = {skip.path for skip in report.skipped}
    manifests = {_identity(path) for path, _ in report.formats if path not in skipped} if wanted else set()
    failures = []
    for output in wanted:
        if _identity(output.path) in manifests:
            failures.append(f"{output.path}: not overwritten by a report: it is one of the manifests")
            continue
        if output.path.endswith(_NO_REPORTS) and os.path.isfile(output.path):
            failures.append(f"{output.path}: not overwritten by a report: it is named as a manifest or a configuration")
            continue
        try:
            write_data(output.path, render(output.form, report, style).encode("utf-8", "backslashreplace"))
        except OSError as error:
            failures.append(f"{output.path}: cannot be written: {error.strerror or error}")
    return failures


def _identity(path: str) -> object:
    """What all names of one file have in common."""
    try:
        status = os.stat(path)
    except OSError:  # gone, or standard input
        return os.path.realpath(path)
    return status.st_dev, status.st_ino


def write_step_summary(report: Report, style: Style, console: Console) -> None:
    """Add the findings to the summary of this step of GitHub Actions, if there is one. That it cannot be written is a warning."""
    path = console.environment.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    from smlint.reporters import step_summary

    try:
        write_data(path, step_summary.render(report, style).encode("utf-8", "backslashreplace"), append=True)
    except OSError as error:
        console.warn(f"the summary of the step cannot be written: {error.strerror or error}")
