"""Report -> text. A reporter knows the values of `smlint.model`, and nothing of files, rules or terminals."""

from __future__ import annotations

from smlint.model.findings import RuleInfo
from smlint.model.results import Report
from smlint.runtime.named_tuple import NamedTuple

FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson")

RULE_ADDRESS: str | None = None
"""The public address of a rule's page, with `{rule}` in it; None until the project has one."""


class Style(NamedTuple):
    """How a report is shown, and what it needs to know beside the findings.

    `width` is where excerpts are cut, in columns. `unsafe_fixes` tells that `--fix` makes unsafe fixes too, `regions` that
    deployments were judged for several Regions, so that a finding must say for which; `summary` is False to leave out the last
    line. `rules` are all rules there are, for the formats that list them. `folder` is the working directory, to which paths are relative, and
    `repository` the folder to which code hosts want them to be; both absolute, or empty to leave paths as they are.
    """

    color: bool = False
    width: int = 200
    unsafe_fixes: bool = False
    regions: bool = False
    summary: bool = True
    rules: tuple[RuleInfo, ...] = ()
    folder: str = ""
    repository: str = ""


def render(name: str, report: Report, style: Style) -> str:
    """The report in the format of this name (one of `FORMATS`), ending in a line end unless it is empty."""
    if name == "json":
        from smlint.reporters import json_v1

        return json_v1.render(report)
    if name == "concise":
        from smlint.reporters import concise

        return concise.render(report, style)
    if name != "full":
        return _render_for_machines(name, report, style)
    if not report.findings:  # the common run: spare it the rest
        from smlint.reporters.summary import line

        return line(report, style) + "\n" if style.summary else ""
    from smlint.reporters import full

    return full.render(report, style)


def _render_for_machines(name: str, report: Report, style: Style) -> str:
    if name == "sarif":
        from smlint.reporters import sarif

        return sarif.render(report, style)
    if name == "github":
        from smlint.reporters import github

        return github.render(report, style)
    if name == "gitlab":
        from smlint.reporters import gitlab

        return gitlab.render(report, style)
    if name == "junit":
        from smlint.reporters import junit

        return junit.render(report, style)
    from smlint.reporters import rdjson

    return rdjson.render(report, style)
