"""Report -> text. A reporter knows the values of `smlint.model`, and nothing of files, rules or terminals."""

from typing import NamedTuple

from smlint.model import Report

FORMATS = ("full", "concise", "json")

RULE_ADDRESS: str | None = None
"""The public address of a rule's page, with `{rule}` in it; None until the project has one."""


class Style(NamedTuple):
    """How a report for people is shown.

    `width` is where excerpts are cut, in columns. `unsafe_fixes` tells that `--fix` makes unsafe fixes too, `regions` that
    deployments were judged for several Regions, so that a finding must say for which; `summary` is False to leave out the last
    line.
    """

    color: bool = False
    width: int = 200
    unsafe_fixes: bool = False
    regions: bool = False
    summary: bool = True


def render(name: str, report: Report, style: Style) -> str:
    """The report in the format of this name (one of `FORMATS`), ending in a line end unless it is empty."""
    if name == "json":
        from smlint.report import json_v1

        return json_v1.render(report)
    if name == "concise":
        from smlint.report import concise

        return concise.render(report, style)
    if not report.findings:  # the common run: spare it the rest
        from smlint.report.summary import line

        return line(report, style) + "\n" if style.summary else ""
    from smlint.report import full

    return full.render(report, style)
