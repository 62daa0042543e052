"""The output formats of `smlint check`. A reporter turns a `Report` into text; it knows `smlint.model`, but no files, rules or terminals.

To add a format, write its module with a function `render(report, style)`, and add a line to `REPORTERS`.
"""

from __future__ import annotations

from importlib import import_module

from smlint.reporters.style import Style
from smlint.runtime.escaping import Medium
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.model.results import Report


class Reporter(NamedTuple):
    """An output format.

    `module` is the module in this package whose `render(report, style)` writes the report; it is imported on first use. `medium` decides
    how text must be escaped. `suffix` is the usual suffix of its files. `for_people` marks formats that people read: `--statistics` works
    with them. `needs_repository`: paths are relative to the repository. `needs_rules`: the report documents all rules.
    `summary_on_stderr`: the summary line goes to standard error. `step_summary`: the run also adds to the job summary of GitHub Actions.
    """

    name: str
    module: str
    medium: Medium
    suffix: str
    for_people: bool = False
    needs_repository: bool = False
    needs_rules: bool = False
    summary_on_stderr: bool = False
    step_summary: bool = False

    def render(self, report: Report, style: Style) -> str:
        """Return the report in this format; it ends with a line end unless it is empty."""
        text: str = import_module(f"smlint.reporters.{self.module}").render(report, style)
        return text


REPORTERS: dict[str, Reporter] = {
    reporter.name: reporter
    for reporter in (
        Reporter("full", "full", Medium.TERMINAL, ".txt", for_people=True),
        Reporter("concise", "concise", Medium.TERMINAL, ".txt", for_people=True, summary_on_stderr=True),
        Reporter("json", "json_v1", Medium.JSON, ".json"),
        Reporter("sarif", "sarif", Medium.JSON, ".sarif", needs_repository=True, needs_rules=True),
        Reporter("github", "github", Medium.WORKFLOW_COMMANDS, ".txt", needs_repository=True, summary_on_stderr=True, step_summary=True),
        Reporter("gitlab", "gitlab", Medium.JSON, ".json", needs_repository=True),
        Reporter("junit", "junit", Medium.XML, ".xml"),
        Reporter("rdjson", "rdjson", Medium.JSON, ".json"),
    )
}
"""Every output format by name. Options, completions, documentation and tests are derived from this table."""

STEP_SUMMARY = Reporter("step-summary", "step_summary", Medium.MARKDOWN, ".md", needs_repository=True)
"""The job summary of GitHub Actions, which the formats with `step_summary` also write."""


def render(name: str, report: Report, style: Style) -> str:
    """Return the report in the format with this name."""
    return REPORTERS[name].render(report, style)
