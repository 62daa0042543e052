"""Findings, their fixes, and what a report says about the rules that raised them."""

from __future__ import annotations

from enum import Enum

from smlint.model.source import Position, Source, Span
from smlint.runtime.named_tuple import NamedTuple


class Severity(str, Enum):
    """How bad a finding is: `note`, `warning` or `error`. Compares equal to that word; `rank` orders."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a note, 2 for an error."""
        return ("note", "warning", "error").index(self.value)

    def __str__(self) -> str:
        return self.value


class Applicability(str, Enum):
    """How far a fix may be trusted: `--fix` applies `safe` ones, `--unsafe-fixes` `unsafe` ones too, `display` is only shown."""

    DISPLAY = "display"
    UNSAFE = "unsafe"
    SAFE = "safe"

    @property
    def rank(self) -> int:
        """0 for display, 2 for safe."""
        return ("display", "unsafe", "safe").index(self.value)

    def __str__(self) -> str:
        return self.value


class Edit(NamedTuple):
    """Replace the text at `span`, which must read `old`, by `new`."""

    span: Span
    old: str
    new: str


class Fix(NamedTuple):
    """A repair: what it does in a few words, how far it may be trusted, and the edits, all or none of which are made."""

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]


class RelatedSpan(NamedTuple):
    """A second place that explains a finding; `elsewhere` is its file, when it is another than the finding's."""

    span: Span
    message: str
    elsewhere: Source | None = None


class Suppression(NamedTuple):
    """What silences a finding: `comment`, `metadata`, `config` or `baseline`, and the reason that was given."""

    by: str
    reason: str


class Finding(NamedTuple):
    """One fault at one place. Fields are named as in the JSON output.

    `value` is the text that the finding is about; with path, pointer, resource and rule it identifies the finding without a line number,
    and `occurrence` counts the ones of a file that are alike in all of that. `pointers` are those of all the deployments that have the
    fault, each with the index of its document; `pointer` is the first.
    """

    rule: str
    category: str
    severity: Severity
    message: str
    source: Source
    span: Span
    pointer: str = ""
    resource: str = ""
    format: str = ""
    regions: tuple[str, ...] = ()
    related: tuple[RelatedSpan, ...] = ()
    fix: Fix | None = None
    suppressed: Suppression | None = None
    value: str = ""
    occurrence: int = 0
    pointers: tuple[tuple[int, str], ...] = ()

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def start(self) -> Position:
        return self.source.position(self.span.start)

    @property
    def end(self) -> Position:
        return self.source.position(self.span.end)

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits that stay the same when lines or documents move."""
        return self.fingerprint_in(self.path)

    def fingerprint_in(self, path: str) -> str:
        """The fingerprint, were the file named so: as seen from the repository, say, whatever the working directory."""
        from hashlib import sha256

        identity = "\0".join((self.rule, path, self.pointer, self.resource, self.value, str(self.occurrence)))
        return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class RuleInfo(NamedTuple):
    """A rule as reports tell of it: its documentation as plain text and as Markdown; `enabled` is False for one that is off until selected."""

    name: str
    category: str
    severity: Severity
    summary: str
    description: str
    help_text: str
    help_markdown: str
    enabled: bool = True
