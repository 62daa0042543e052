"""The documentation of rules in reports."""

from __future__ import annotations

from collections.abc import Iterable

from smlint.cli.commands.explain import as_markdown, as_text
from smlint.linter.rule import LoadedRule
from smlint.model.findings import RuleInfo


def infos(rules: Iterable[LoadedRule]) -> tuple[RuleInfo, ...]:
    """Return the report entry of each rule, in the same order."""
    return tuple(info(rule) for rule in rules)


def info(loaded: LoadedRule) -> RuleInfo:
    """Return the report entry of a rule: its documentation, and what `smlint explain` prints as text and as Markdown."""
    return RuleInfo(
        name=loaded.name,
        category=loaded.rule.category,
        severity=loaded.rule.severity,
        summary=loaded.summary,
        description=" ".join(loaded.doc.split()),
        help_text=as_text(loaded),
        help_markdown=as_markdown(loaded),
        enabled=loaded.rule.enabled,
    )
