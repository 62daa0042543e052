"""What a rule reports: a violation, the locations that explain it, and the value that would fix it."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.model.deployment import Deployment, Problem
from smlint.model.findings import Applicability, Severity
from smlint.model.images import Expected
from smlint.model.text import TextRange
from smlint.runtime.named_tuple import NamedTuple


class RelatedLocation(NamedTuple):
    """A second location that explains a violation, with a label of a few words. A `place` of None is left out of the report."""

    place: TextRange | None
    label: str


class Replacement(NamedTuple):
    """The value to write in place of the one that the violation is about: the complete value, not only the underlined part.

    `title` says what the fix does, as an imperative phrase: "use the arm64 image of the same version".
    """

    value: str
    title: str
    applicability: Applicability = Applicability.SAFE

    @classmethod
    def with_image(cls, expected: Expected, title: str, applicability: Applicability = Applicability.SAFE) -> Replacement:
        """Return the replacement by an image of the catalog; unsafe if AWS has withdrawn the documents that name the image."""
        replacement = cls(expected.uri, f"{title}, which AWS no longer documents" if expected.withdrawn else title, applicability)
        return replacement.at_most(Applicability.UNSAFE) if expected.withdrawn else replacement

    def at_most(self, applicability: Applicability) -> Replacement:
        """Return the replacement with this applicability, or with its own if that is lower."""
        return self._replace(applicability=min(self.applicability, applicability, key=lambda kind: kind.rank))


class Violation(NamedTuple):
    """One fault in a deployment or document.

    `at` is the text to underline; None (the manifest does not state the fact) underlines the deployment itself.
    `message` states the problem, then what was expected, in one line without a full stop. `severity` overrides the rule's.
    `problem` is the reader's problem that a document rule reports; a deployment rule leaves it None. `certain` means that the violation
    does not rest on the list that the rule names in `rests_on`.
    """

    at: TextRange | None
    message: str
    replacement: Replacement | None = None
    related: Sequence[RelatedLocation] = ()
    severity: Severity | None = None
    problem: Problem | None = None
    certain: bool = False

    def against_declaration(self, deployment: Deployment) -> Violation:
        """Return the violation for an image that contradicts what the deployment declares: a warning with an unsafe fix if that only describes."""
        if deployment.declaration_decides:
            return self
        replacement = self.replacement.at_most(Applicability.UNSAFE) if self.replacement is not None else None
        return self._replace(severity=Severity.WARNING, replacement=replacement)
