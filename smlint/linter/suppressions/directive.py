"""One suppression as it is written, wherever it is written."""

from __future__ import annotations

from smlint.model.findings import Edit, Finding
from smlint.model.source import Span
from smlint.runtime.named_tuple import NamedTuple

RULE = "unused-suppression"
"""The rule that speaks of suppressions that are of no use."""


class Area(NamedTuple):
    """The object that metadata speaks of: the index of its document, its JSON pointer, and where it stands.

    `pointer` is None in a document inside a string, and for the whole file `document` is None.
    """

    document: int | None
    pointer: str | None
    span: Span

    def holds(self, finding: Finding) -> bool:
        """Whether the finding stands in this object."""
        return self.document is None or self.span.start <= finding.span.start < self.span.end

    def holds_pointer(self, document: int, pointer: str) -> bool:
        """Whether what the pointer leads to is part of this object."""
        if self.document is None:
            return True
        return self.pointer is not None and document == self.document and (pointer + "/").startswith(self.pointer + "/")


class Directive(NamedTuple):
    """The rules that are silenced, each name with its span, and the reason.

    A comment covers its `line` (0: the whole file), metadata its `area`. `removal` takes all of it away, as far as that is
    exact; `divisible` tells whether a single name may be taken out of `names`.
    """

    names: tuple[tuple[str, Span], ...]
    reason: str
    line: int = 0
    area: Area | None = None
    removal: Edit | None = None
    divisible: bool = True

    @property
    def by(self) -> str:
        """What a finding that it silences is suppressed by."""
        return "comment" if self.area is None else "metadata"


class Mistake(NamedTuple):
    """Metadata that is meant to silence something, and does not have the form for it."""

    span: Span
    message: str
