"""A rule with what its file says about it."""

from __future__ import annotations

from smlint.linter.rule import Rule
from smlint.model.findings import Applicability
from smlint.runtime.named_tuple import NamedTuple

CUSTOM = "custom"
"""The category of all users' own rules (`smlint.custom_rules`)."""


class LoadedRule(NamedTuple):
    """A rule with what its file tells: its `name` in output and configuration (the file's, with dashes), its `doc` and its `path`."""

    name: str
    rule: Rule
    doc: str
    path: str

    @property
    def summary(self) -> str:
        """The documentation's first sentence, in one line."""
        return " ".join(self.doc.strip().partition("\n\n")[0].split())

    @property
    def applicability(self) -> Applicability | None:
        """The safety of its safest fix; None when it offers none."""
        found = [bad.applicability for bad in self.rule.invalid if bad.fixed is not None]
        return max(found, key=lambda applicability: applicability.rank) if found else None

    @property
    def fixable(self) -> bool:
        """Whether it offers fixes of any kind."""
        return self.applicability is not None
