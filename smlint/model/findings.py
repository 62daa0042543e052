"""Findings, their fixes, and what a report says about the rules that raised them."""

from __future__ import annotations

from enum import Enum

from smlint.model.source import Position, Source, Span
from smlint.runtime.named_tuple import NamedTuple


class Severity(str, Enum):
    """The severity of a finding. Members compare equal to their names; `rank` orders them."""

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
    """When a fix is applied: `safe` with `--fix`, `unsafe` only with `--unsafe-fixes`, `display` never."""

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
    """A fix: a title that says what it does, its applicability, and the edits, which are applied together or not at all."""

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]


class RelatedSpan(NamedTuple):
    """A second position that explains a finding; `elsewhere` is its file, if that is not the finding's."""

    span: Span
    message: str
    elsewhere: Source | None = None


class Suppression(NamedTuple):
    """What suppresses a finding: `comment`, `metadata`, `config` or `baseline`, and the reason (may be empty)."""

    by: str
    reason: str


class Finding(NamedTuple):
    """One fault at one position. Fields are named as in the JSON output.

    `value` is the text at fault; with path, pointer, resource and rule it identifies the finding without a line number, and `occurrence`
    numbers findings of a file that agree in all of these. `pointers` are those of all deployments with the fault, each with the index of
    its document; `pointer` is the first. `home` is the file that the deployment belongs to, if the finding is shown in another one.
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
    home: Source | None = None

    @property
    def path(self) -> str:
        """The path of the file that the finding is shown in."""
        return self.source.path

    @property
    def home_path(self) -> str:
        """The path of the file that the deployment belongs to: part of the finding's identity."""
        return self.home.path if self.home is not None else self.source.path

    @property
    def start(self) -> Position:
        return self.source.position(self.span.start)

    @property
    def end(self) -> Position:
        return self.source.position(self.span.end)

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits that stay the same when lines or documents move, and in whichever file the finding is shown."""
        return self.fingerprint_for(self.home_path)

    def fingerprint_for(self, path: str) -> str:
        """Return the fingerprint with another name for the file at `home_path`, such as its path from the root of the repository."""
        from hashlib import sha256

        identity = "\0".join((self.rule, path, self.pointer, self.resource, self.value, str(self.occurrence)))
        return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class RuleInfo(NamedTuple):
    """A rule as described in reports, with documentation as plain text and Markdown. `enabled` is False for a rule that is off by default."""

    name: str
    category: str
    severity: Severity
    summary: str
    description: str
    help_text: str
    help_markdown: str
    enabled: bool = True
