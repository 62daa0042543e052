"""One suppression as written in a comment or in metadata."""

from __future__ import annotations

from smlint.model.findings import Edit, Finding
from smlint.model.source import Span
from smlint.runtime.named_tuple import NamedTuple

RULE = "unused-suppression"
"""The rule that reports unused, unknown and malformed suppressions."""


class Area(NamedTuple):
    """The object that a metadata directive covers.

    `document` is the index of its document (None: the whole file), `pointer` its JSON pointer (None inside an embedded document), and `span`
    its range in the source.
    """

    document: int | None
    pointer: str | None
    span: Span

    def covers(self, finding: Finding) -> bool:
        """Return whether the finding starts inside this object."""
        return self.document is None or self.span.start <= finding.span.start < self.span.end

    def covers_pointer(self, document: int, pointer: str) -> bool:
        """Return whether the JSON pointer leads to this object or into it."""
        if self.document is None:
            return True
        return self.pointer is not None and document == self.document and (pointer + "/").startswith(self.pointer + "/")


class Directive(NamedTuple):
    """The rules to suppress, each name with its span, and the reason.

    A comment covers its `line` (0: the whole file); metadata covers its `area`. `removal` deletes the whole directive, or is None if that would
    touch other text. `divisible` is True if single names can be removed from `names`.
    """

    names: tuple[tuple[str, Span], ...]
    reason: str
    line: int = 0
    area: Area | None = None
    removal: Edit | None = None
    divisible: bool = True

    @property
    def kind(self) -> str:
        """`comment` or `metadata`, as shown in reports."""
        return "comment" if self.area is None else "metadata"


class MalformedDirective(NamedTuple):
    """Text that looks like a suppression but does not follow the grammar."""

    span: Span
    message: str


class Directives(NamedTuple):
    """All directives of one source."""

    valid: tuple[Directive, ...] = ()
    malformed: tuple[MalformedDirective, ...] = ()

    def __or__(self, other: Directives) -> Directives:
        """Return the directives of both."""
        return Directives(valid=self.valid + other.valid, malformed=self.malformed + other.malformed)
