"""The whole vocabulary of a rule file.

A rule looks at one deployment (or at one document) and yields a `Hit` for each fault: where it is, what is seen and what
was expected, and perhaps the value that belongs there. It reads no file, clock, environment or network, and never touches text: how a value is
written into the file is not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from smlint.model.deployment import Deployment, DocumentReading, Kind, ProblemKind
from smlint.model.facts import Fact
from smlint.model.findings import Applicability, Severity
from smlint.model.images import Expected, Image, InstanceType, Reason, Unresolved
from smlint.model.text import TextRange, has_placeholder
from smlint.runtime.named_tuple import NamedTuple

__all__ = [
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
    "Undecided",
    "Unresolved",
    "Valid",
    "Violation",
    "has_placeholder",
]


class RelatedLocation(NamedTuple):
    """A second place that explains a hit, with a few words on what stands there. A place of None is left out."""

    place: TextRange | None
    label: str


class Replacement(NamedTuple):
    """The value that belongs where the hit's text stands: all of the text, not only the underlined part.

    `title` says what the fix does, as an order: "use the arm64 image of the same version".
    """

    value: str
    title: str
    applicability: Applicability = Applicability.SAFE


class Violation(NamedTuple):
    """One fault. A `place` of None (the deployment states the fact nowhere) falls back on the deployment's anchor.

    `message` tells the fact seen, then the fact expected, in one line without a full stop. `severity` may lower the rule's.
    """

    at: TextRange | None
    message: str
    replacement: Replacement | None = None
    related: Sequence[RelatedLocation] = ()
    severity: Severity | None = None


class Undecided(Exception):
    """Raised by a check that cannot tell whether there is a fault, for a fact that is not known: it counts as skipped."""


class RuleContext(Protocol):
    """What a rule may ask. The engine fills it; the answers come from the catalogue."""

    @property
    def today(self) -> str:
        """The day of the run, as an ISO date."""

    @property
    def patch_horizon(self) -> str:
        """The day up to which an end of patch is near enough to speak of, as an ISO date: today and `eol-warn-days` more."""

    def account(self, repository: str, region: str, version: str | None = None) -> str | None:
        """The one account that publishes the repository in the Region; None when it is not published there.

        For a repository that has moved between accounts, the one of this version; None when the version is not told.
        """

    def published_regions(self, repository: str) -> tuple[str, ...]:
        """The Regions in which the repository is published, sorted; empty for an unknown repository."""

    def owns(self, account: str, repository: str) -> bool:
        """Whether the account publishes the repository in some Region."""

    def is_aws_account(self, account: str) -> bool:
        """Whether the account is any registry account of the catalogue."""

    def domain(self, region: str) -> str | None:
        """The DNS suffix of the Region's partition."""

    def is_region(self, name: str) -> bool:
        """Whether this is a Region of some partition."""

    def meant_region(self, name: str) -> str | None:
        """The Region that a misspelt name means; None for any name that can be a Region's, and so may be that of a new one.

        New Regions get a new number, or another mix of the known words: `us-east-3`, `mx-west-1`. `est` in `us-est-1` is no direction.
        """

    def moved(self, image: Image, region: str) -> str | None:
        """The same repository and tag in the Region's registry; None when it is not published there."""

    def changed(
        self,
        image: Image,
        *,
        instance_type: str | None = None,
        architecture: str | None = None,
        processor: str | None = None,
        scope: str | None = None,
        platform: str | None = None,
        framework: str | None = None,
        version: str | None = None,
        python: str | None = None,
    ) -> Expected | Unresolved:
        """The published image that is the same but for the named respects; else why there is none, with alternatives."""

    def resolved(self, deployment: Deployment) -> Expected | Unresolved | None:
        """The image that the declared framework and version need on this hardware; None when a needed fact is unknown.

        None as well where only arm64 is in its way, and hardware of that kind is not offered for the use (`is_offered`).
        """

    def versions(self, framework: str, scope: str | None = None, architecture: str | None = None) -> tuple[str, ...]:
        """The versions that have an image, newest first."""

    def framework(self, name: str) -> str | None:
        """The catalogue's name of a framework as users may write it (`PyTorch`, `scikit-learn`); None when it is unknown."""

    def nearest_version(self, wanted: str, versions: Sequence[str]) -> str | None:
        """The one of these versions that is nearest to the wanted one; None when there is none."""

    def past_patch(self, image: Image) -> bool | None:
        """Whether the image's end of patch has passed today; None when the catalogue knows of none."""

    def nearest_tags(self, image: Image) -> tuple[str, ...]:
        """At most three published tags of the image's repository that are nearest to its tag, which is not among them."""

    def same_version(self, declared: str, actual: str) -> bool:
        """Whether a declared version means this one: `2.1` means `2.1.0`."""

    def judge_instance_type(self, name: str, kind: Kind) -> str:
        """What is known of an instance type for this use.

        `known`; `new` (a well-formed family that no list has, or one that is only priced); `wrong-purpose`; `unknown-size`; `malformed`.
        """

    def is_offered(self, deployment: Deployment) -> bool:
        """Whether SageMaker offers hardware such as the deployment's for its use, so that its image has to follow the instance type.

        No job runs on Graviton, for one: there the instance type is the fault, and the only one.
        """

    def nearest_instance_types(self, name: str, kind: Kind) -> tuple[str, ...]:
        """At most three instance types of this use with a similar name."""

    def priced_regions(self, name: str, kind: Kind) -> tuple[str, ...]:
        """The Regions whose price list has the instance type for this use; empty when none has, or when the use has no price list."""

    def has_price_list(self, kind: Kind, region: str) -> bool:
        """Whether there is a price list for this use in the Region."""


class Valid(NamedTuple):
    """An example that the rule must pass over. `text` is the body of one native model, or a whole manifest."""

    text: str
    on: str = "2026-01-01"


class Invalid(NamedTuple):
    """An example that the rule must hit exactly in the lines marked `# <- words of the message`.

    `fixed` is the value that the fix puts in place of the marked one; None when there must be no fix. `safety` is that fix's.
    """

    text: str
    fixed: str | None = None
    applicability: Applicability = Applicability.SAFE
    on: str = "2026-01-01"


DeploymentCheck = Callable[[Deployment, RuleContext], Iterator[Violation]]
ReadingCheck = Callable[[DocumentReading, RuleContext], Iterator[Violation]]


class Rule:
    """One rule: its check, what it needs, and the examples that prove it. Its name and documentation come from its file.

    `needs` names the facts that must be known, such as `image` or, for a part of the image, `image.region`; when one is not, the
    check is not run, and when it is undecidable (rather than absent) that is counted. `enabled` is False for a rule that is off until it is selected,
    `preview` True for one that is on trial: it runs if it is selected by name, or with the configuration's `preview`.
    `sources` tell where its facts come from, each with a version and date, or an address. A `check` of None belongs to a finding that the
    engine itself raises.
    """

    __slots__ = ("category", "check", "enabled", "invalid", "needs", "on", "preview", "severity", "sources", "valid")

    def __init__(
        self,
        check: DeploymentCheck | None = None,
        *,
        on_document: ReadingCheck | None = None,
        category: str,
        severity: Severity,
        needs: Sequence[str] = (),
        enabled: bool = True,
        preview: bool = False,
        sources: Sequence[str] = (),
        valid: Sequence[Valid],
        invalid: Sequence[Invalid],
    ) -> None:
        self.check = check
        self.on = on_document
        self.category = category
        self.severity = severity
        self.needs = tuple(needs)
        self.enabled = enabled
        self.preview = preview
        self.sources = tuple(sources)
        self.valid = tuple(valid)
        self.invalid = tuple(invalid)
