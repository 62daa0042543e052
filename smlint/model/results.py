"""The results of linting: one file, a run, and the report made of it."""

from __future__ import annotations

from enum import Enum

from smlint.model.findings import Finding
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.project.dependencies import Ties


class FixMode(Enum):
    """What is done with fixes: nothing, a patch on stdout, or the files are changed."""

    NO = "no"
    DIFF = "diff"
    APPLY = "apply"


class FileResult(NamedTuple):
    """What became of one file.

    `parameters` are those of the given parameters that it names. `ties` are what may tie it to others, of a file that was judged by itself.
    """

    path: str
    format: str = ""
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    deployments: int = 0
    skipped_checks: int = 0
    fixed: int = 0
    patch: str = ""
    text: bytes | None = None
    failure: str = ""
    parameters: tuple[str, ...] = ()
    ties: Ties | None = None


class RunResult(NamedTuple):
    """A run's report; the patch (with `FixMode.DIFF`); the repaired text of stdin; a line for each file that could not be written.

    `parameters` are those of the given parameters that any of the files names.
    """

    report: Report
    diff: str = ""
    stdin_text: bytes | None = None
    failures: tuple[str, ...] = ()
    parameters: frozenset[str] = frozenset()


class SkippedFile(NamedTuple):
    """A file that was not checked, and why."""

    path: str
    reason: str


class Summary(NamedTuple):
    """The counts of a run, named as in the JSON output. `files` are the files looked at, `manifests` those that were claimed by a format."""

    files: int = 0
    manifests: int = 0
    deployments: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    fixable: int = 0
    fixed: int = 0
    suppressed: int = 0
    skipped_checks: int = 0


class Report(NamedTuple):
    """What a run found. `findings` include the suppressed ones; `formats` pairs each file with its format, or with why it was skipped."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[SkippedFile, ...] = ()
    summary: Summary = Summary()
    catalog_as_of: str = ""
    formats: tuple[tuple[str, str], ...] = ()
