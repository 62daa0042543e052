"""Everything a rule file imports.

A rule checks one deployment (or one document) and yields a `Violation` for each fault: where it is, what is wrong, and perhaps the
value that would fix it. A rule reads no file, clock, environment or network. It never edits text: the fixer knows how a value is
written into the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from smlint.images.catalog import ListName
from smlint.linter.rule_context import RuleContext
from smlint.linter.violation import RelatedLocation, Replacement, Violation
from smlint.model.deployment import Deployment, DocumentReading, Kind, ProblemKind
from smlint.model.facts import Fact
from smlint.model.findings import Applicability, Severity
from smlint.model.images import Expected, Image, InstanceType, Reason, Unresolved
from smlint.model.text import TextRange
from smlint.runtime.named_tuple import NamedTuple

__all__ = [
    "CATEGORIES",
    "Applicability",
    "Deployment",
    "DocumentReading",
    "Expected",
    "Fact",
    "Image",
    "InstanceType",
    "Invalid",
    "Kind",
    "ProblemKind",
    "Reason",
    "RelatedLocation",
    "Replacement",
    "Rule",
    "RuleContext",
    "Severity",
    "TextRange",
    "Unresolved",
    "Valid",
    "Violation",
    "Violations",
]

CATEGORIES = {
    "manifest": "Manifest structure",
    "hardware": "Image and hardware",
    "registry": "Registry and Region",
    "version": "Versions and tags",
    "support": "End of support",
    "instance": "Instance types",
    "consistency": "Manifest and image contradict each other",
    "advice": "Advice, off by default",
    "meta": "Suppressions",
}
"""The categories of built-in rules with their titles, in the order of the documentation. A rule in another category does not load."""

CUSTOM = "custom"
"""The category of all custom rules (`smlint.custom_rules`)."""

Violations = Iterator[Violation]


class Undecided(Exception):
    """Raised by a check that cannot decide because a fact is unknown. The engine counts a skipped check. Built-in rules use `needs`."""


class Valid(NamedTuple):
    """An example that the rule accepts. `text` is the body of one native model, or a whole manifest; `on` is the day of the run."""

    text: str
    on: str = "2026-01-01"


class Invalid(NamedTuple):
    """An example that the rule reports on exactly the lines marked `# <- words of the message`.

    `fixed` is the value that the fix writes (None: no fix), and `applicability` is the applicability of that fix.
    `on` is the day of the run. `other_rules` names the rules that report another fault in the same example.
    """

    text: str
    fixed: str | None = None
    applicability: Applicability = Applicability.SAFE
    on: str = "2026-01-01"
    other_rules: Sequence[str] = ()


DeploymentCheck = Callable[[Deployment, RuleContext], Violations]
DocumentCheck = Callable[[DocumentReading, RuleContext], Violations]


class Rule:
    """One rule: its check, the facts it needs, and the examples that test it. Its name and documentation come from its file.

    `needs` lists the facts that must be known, such as `image`, or `image.region` for a part of the image. If one is unknown, the check
    is skipped and counted; if one is absent, the rule does not apply. A check of None belongs to a finding that the engine raises.
    A rule that is not `enabled` runs only if it is selected. A `preview` rule runs only if it is selected by name, or with
    `preview = true`. `sources` says where the rule's facts come from, each with a version and date, or an address. `fixing` says what its
    fixes do or why it has none, where the text that follows from the examples is wrong. A rule is not `suppressible` if a comment or metadata
    in the file cannot suppress its findings. `rests_on` names the list of the catalog that has to be complete for an error of the rule to be
    right; the engine makes it a warning if that list is older than a year.
    """

    __slots__ = (
        "category", "check", "enabled", "fixing", "invalid", "needs", "on_document", "preview", "rests_on", "severity", "sources", "suppressible",
        "valid",
    )  # fmt: skip

    def __init__(
        self,
        check: DeploymentCheck | None = None,
        *,
        on_document: DocumentCheck | None = None,
        category: str,
        severity: Severity,
        needs: Sequence[str] = (),
        enabled: bool = True,
        preview: bool = False,
        fixing: str = "",
        suppressible: bool = True,
        rests_on: ListName | None = None,
        sources: Sequence[str] = (),
        valid: Sequence[Valid],
        invalid: Sequence[Invalid],
    ) -> None:
        self.check = check
        self.on_document = on_document
        self.category = category
        self.severity = severity
        self.needs = tuple(needs)
        self.enabled = enabled
        self.preview = preview
        self.fixing = fixing
        self.suppressible = suppressible
        self.rests_on = rests_on
        self.sources = tuple(sources)
        self.valid = tuple(valid)
        self.invalid = tuple(invalid)


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
