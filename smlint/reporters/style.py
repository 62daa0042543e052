"""How a report looks, and what a reporter needs besides the findings."""

from __future__ import annotations

from smlint.model.findings import RuleInfo
from smlint.runtime.named_tuple import NamedTuple

RULE_ADDRESS: str | None = None
"""The public address of a rule's page, with `{rule}` as placeholder; None until the project has one."""


class Style(NamedTuple):
    """How a report looks, and what a reporter needs besides the findings.

    `width` is the width of excerpts in columns. `unsafe_fixes` is True if `--fix` also applies unsafe fixes. `regions` is True if the run
    covers several Regions, so that each finding names its own. `summary` is False to leave out the summary line. `rules` documents all
    rules, for formats with `needs_rules`. `folder` is the absolute working directory, which paths are relative to, and `repository` the
    absolute root of the repository; if both are empty, paths stay as they are.
    """

    color: bool = False
    width: int = 200
    unsafe_fixes: bool = False
    regions: bool = False
    summary: bool = True
    rules: tuple[RuleInfo, ...] = ()
    folder: str = ""
    repository: str = ""
