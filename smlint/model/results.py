"""The results of linting: one file, a run, and the report made of it."""

from __future__ import annotations

from enum import Enum

from smlint.model.findings import Finding
from smlint.model.source import Span
from smlint.runtime.named_tuple import NamedTuple


class FixMode(Enum):
    """What to do with fixes: nothing, print a patch, or change the files."""

    NO = "no"
    DIFF = "diff"
    APPLY = "apply"


class SkippedCheck(NamedTuple):
    """A check that did not run: the rule, why, and the range in the file that lacks a value."""

    rule: str
    reason: str
    span: Span


class FileResult(NamedTuple):
    """The result of linting, and perhaps fixing, one file.

    `format` is empty and `reason` says why if the file was skipped. `crashes` has a line for each rule that failed; `failure` is a line
    that says why the file was not linted or not written. `parameters` are the names of the given parameters that the file contains.
    `fixed` counts the findings that were fixed; `patch` is the diff of the fixes, `text` the fixed content of standard input.
    """

    path: str
    format: str = ""
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    deployments: int = 0
    skipped_checks: tuple[SkippedCheck, ...] = ()
    crashes: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    fixed: int = 0
    patch: str = ""
    text: bytes | None = None
    failure: str = ""


class RunResult(NamedTuple):
    """The result of a run: its report, the patch (with `FixMode.DIFF`), and the fixed text of standard input.

    `failures` has a line for each file that could not be linted or written, `crashes` those that are bugs in smlint. `parameters` are the
    names of the given parameters that any file contains.
    """

    report: Report
    diff: str = ""
    stdin_text: bytes | None = None
    failures: tuple[str, ...] = ()
    crashes: tuple[str, ...] = ()
    parameters: frozenset[str] = frozenset()


class SkippedFile(NamedTuple):
    """A file that was not checked, and why."""

    path: str
    reason: str


class Summary(NamedTuple):
    """The counts of a run, named as in the JSON output. `files` counts all files, `manifests` those that some format claims."""

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
    """What a run found. `findings` includes the suppressed ones; `formats` pairs each file with its format, or with why it was skipped."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[SkippedFile, ...] = ()
    summary: Summary = Summary()
    catalog_as_of: str = ""
    formats: tuple[tuple[str, str], ...] = ()
