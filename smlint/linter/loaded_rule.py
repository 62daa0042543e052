"""A rule together with the name and documentation from its file."""

from __future__ import annotations

from smlint.linter.rule import Rule
from smlint.model.findings import Applicability
from smlint.runtime.named_tuple import NamedTuple

CUSTOM = "custom"
"""The category of all custom rules (`smlint.custom_rules`)."""


class LoadedRule(NamedTuple):
    """A rule with the `name` used in output and configuration (the file name, with dashes), the `doc`string and the `path` of its file."""

    name: str
    rule: Rule
    doc: str
    path: str

    @property
    def summary(self) -> str:
        """The first paragraph of the documentation, in one line."""
        return " ".join(self.doc.strip().partition("\n\n")[0].split())

    @property
    def applicability(self) -> Applicability | None:
        """The best applicability of its fixes; None if it has no fix."""
        offered = [example.applicability for example in self.rule.invalid if example.fixed is not None]
        return max(offered, key=lambda applicability: applicability.rank, default=None)

    @property
    def fixable(self) -> bool:
        """Whether it has a fix of any applicability."""
        return self.applicability is not None
