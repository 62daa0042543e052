"""Run the rules over what was read from one file, and make findings of what they report.

A rule runs if the facts it needs are known; otherwise the check is skipped and recorded. Violations are merged by rule and position, so
that one fault in several deployments is one finding, and a fix remains only if every deployment that uses the edited text needs that edit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from smlint.linter.matches import (
    RuleMatch,
    at_image,
    in_all_alternatives,
    is_decided_here,
    match_deployment,
    match_document,
    match_remote,
    with_arguments,
)
from smlint.linter.rule import LoadedRule, RuleContext, Undecided, Violation
from smlint.model.deployment import Deployment
from smlint.model.facts import Fact, State
from smlint.model.findings import Finding, Severity
from smlint.model.images import CONTENTS, Image
from smlint.model.results import FileResult, SkippedCheck
from smlint.model.settings import Settings
from smlint.model.source import Source, Span
from smlint.project.reading import FileReading, read_file
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import ParseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.linter.baseline import Baseline


class LintContext(NamedTuple):
    """The rules and settings that a run lints every file with.

    `known` contains the names of all rules, whether they run or not; `baseline` has the accepted findings.
    """

    rules: tuple[LoadedRule, ...]
    known: frozenset[str]
    context: RuleContext
    settings: Settings
    baseline: Baseline | None = None


def lint_source(source: Source, context: LintContext) -> FileResult:
    """Lint one text without looking at any other file."""
    return lint(read_file(source, context.settings, ReadContext()), context)


def lint(file: FileReading, context: LintContext) -> FileResult:
    """Lint a file that was read. A rule that raises an exception is left out for this file and reported in `crashes`."""
    source = file.source
    if file.error is not None:
        return _unreadable(source, context, file.error)
    formats = sorted({reading.format for reading in file.readings if reading.deployments or reading.problems})
    if not formats and not any(reading.remote for reading in file.readings):
        return FileResult(source.path, reason="no SageMaker deployment")
    run = _FileRun(file, context)
    if context.settings.apply_suppressions and file.linked_files and run.matches:
        from smlint.linter.linked_suppressions import suppress_matches

        require_reason = context.settings.require_ignore_reason
        run.matches = suppress_matches(run.matches, file.linked_files, context.known, require_reason=require_reason)
    findings: list[Finding] = []
    if run.matches:
        from smlint.linter.aggregate import aggregate  # most files have no finding

        findings = aggregate(run.matches, (*run.deployments, *run.possible), source, run.votes)
    if context.settings.apply_suppressions:
        findings = _suppress(file, findings, context, run.undecided())
    findings = [finding if finding.format else finding._replace(format=formats[0] if formats else "") for finding in findings]
    return FileResult(
        source.path,
        format=", ".join(formats) or file.readings[0].format,
        findings=_accept(_numbered(findings), context),
        deployments=len({(each.pointer, each.instance_type.text, reading.document) for reading in file.readings for each in reading.deployments}),
        skipped_checks=tuple(run.skipped),
        crashes=tuple(run.crashes),
        parameters=_parameters_in(source.text, context.settings.parameters),
    )


def _numbered(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Return the findings of one file in their order. Those that differ only in position are numbered, so that each has its own identity."""
    seen: dict[tuple[str, str, str, str, str], int] = {}
    numbered = []
    for finding in sorted(findings, key=lambda finding: (finding.span.start, finding.rule, finding.message)):
        key = (finding.rule, finding.home_path, finding.pointer, finding.resource, finding.value)
        occurrence = seen[key] = seen.get(key, -1) + 1
        numbered.append(finding._replace(occurrence=occurrence) if occurrence else finding)
    return numbered


def syntax_error(source: Source, message: str, offset: int, context: LintContext) -> Finding | None:
    """Return the finding for a file that cannot be read or parsed, at an offset; None if that rule is not enabled."""
    rule = next((rule for rule in context.rules if rule.name == "syntax-error"), None)
    if rule is None:
        return None
    start = min(offset, max(len(source.text) - 1, 0))
    finding = Finding(
        rule=rule.name,
        category=rule.rule.category,
        severity=dict(context.settings.severities).get(rule.name, rule.rule.severity),
        message=message,
        source=source,
        span=Span(start, min(start + 1, len(source.text))),
        format="generic",
    )
    return _accept((finding,), context)[0]


def _unreadable(source: Source, context: LintContext, error: ParseError) -> FileResult:
    """Return the result for text that is not YAML or JSON: skipped if it is a template that some engine fills in first, else a finding."""
    from smlint.syntax.unrendered import is_unrendered

    if is_unrendered(source.text, error.offset):
        return FileResult(source.path, reason="a template that is not YAML until it is rendered")
    finding = syntax_error(source, error.message, error.offset, context)
    return FileResult(source.path, findings=(finding,) if finding is not None else (), format="generic")


def _parameters_in(text: str, parameters: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the names of the parameters that a text contains as words."""
    return tuple(name for name, _ in parameters if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def _accept(findings: Sequence[Finding], context: LintContext) -> tuple[Finding, ...]:
    """Return the findings, suppressing those in the baseline."""
    return tuple(findings) if context.baseline is None else tuple(context.baseline.accept(findings))


class _FileRun:
    """Runs the rules on one file. Collects their matches, the skipped checks, and a line for each rule that crashed.

    `deployments` and `possible` are the deployments of all readings; together, in this order, they give each deployment its position.
    `votes` are the matches of possible deployments: they are not reported, but a fix must suit these deployments too (`fix_votes`).
    """

    def __init__(self, file: FileReading, context: LintContext) -> None:
        readings = file.readings
        self.matches: list[RuleMatch] = []
        self.skipped: list[SkippedCheck] = []
        self.crashes: list[str] = []
        self.deployments = [deployment for reading in readings for deployment in reading.deployments]
        self.possible = [deployment for reading in readings for deployment in reading.possible]
        self.votes: list[RuleMatch] = []
        self._readings = readings
        self._arguments = dict(file.arguments)
        self._context = context
        severities = dict(context.settings.severities)
        for loaded in context.rules:
            matches, skipped = len(self.matches), len(self.skipped)
            try:
                self._check(loaded, severities.get(loaded.name))
            except Exception as error:
                self.crashes.append(f"rule {loaded.name} failed: {type(error).__name__}: {error}")
                del self.matches[matches:], self.skipped[skipped:]
        if any(deployment.alternatives or deployment.regional for deployment in self.deployments):
            needs = {loaded.name: frozenset(need.partition(".")[0] for need in loaded.rule.needs) for loaded in context.rules}
            self.matches = in_all_alternatives(self.matches, self.deployments, needs)

    def undecided(self) -> frozenset[str]:
        """Return the rules that may report more in another run: a check was skipped, or depends on a Region that only `--region` can give."""
        skipped = {check.rule for check in self.skipped}
        if all(deployment.region.known and deployment.region.origin != "image" for deployment in self.deployments):
            return frozenset(skipped)
        return frozenset(skipped.union(loaded.name for loaded in self._context.rules if "region" in loaded.rule.needs))

    def _check(self, loaded: LoadedRule, severity: Severity | None) -> None:
        """Run one rule; `severity` overrides its own."""
        rule = loaded.rule
        if rule.on_document is not None:
            for reading in self._readings:
                for violation in rule.on_document(reading, self._context.context):
                    self.matches.append(match_document(loaded, reading, violation, severity or rule.severity))
        if rule.check is None:
            return
        index = 0
        for reading in self._readings:
            for deployment in reading.deployments:
                for violation in self._violations(loaded, deployment):
                    located = at_image(violation, deployment, rule.needs)
                    if self._arguments:
                        located = with_arguments(located, deployment, rule.needs, self._arguments)
                    self.matches.append(match_deployment(loaded, located, severity, deployment, reading.document, position=index))
                index += 1
        if self.possible:
            self._check_possible(loaded, severity)
        for reading in self._readings:
            for remote in reading.remote:
                if is_decided_here(remote, rule.needs):
                    for violation in self._violations(loaded, remote.deployment, record=False):
                        self.matches.append(match_remote(loaded, remote, violation, severity, reading.document))

    def _check_possible(self, loaded: LoadedRule, severity: Severity | None) -> None:
        """Run a rule over the possible deployments, if it depends only on the instance type, or if one of its fixes needs their vote.

        A fault of the instance type alone is reported: no other value of a parameter makes it right. But a value that only another file
        sets is never reported: it may be for another template, a placeholder in a document, or a test.
        """
        is_reported = set(loaded.rule.needs) == {"instance_type"}
        if not is_reported and not any(match.rule == loaded.name and match.violation.replacement is not None for match in self.matches):
            return
        position = len(self.deployments)
        for reading in self._readings:
            for deployment in reading.possible:
                instance = deployment.instance_type.text
                collected = self.matches if is_reported and not (instance is not None and instance.outside) else self.votes
                for violation in self._violations(loaded, deployment, record=False):
                    collected.append(match_deployment(loaded, violation, severity, deployment, reading.document, position=position))
                position += 1

    def _violations(self, loaded: LoadedRule, deployment: Deployment, *, record: bool = True) -> Iterator[Violation]:
        """Yield the violations of a rule in one deployment. With `record`, record a skipped check if a fact is unknown."""
        assert loaded.rule.check is not None  # noqa: S101  # callers check it
        unknown = None
        for need in loaded.rule.needs:
            state = _state(deployment, need)
            if state is State.ABSENT:
                return
            if state is State.UNKNOWN and unknown is None:
                unknown = need
        if unknown is not None:
            if record:
                self.skipped.append(_skipped(loaded.name, deployment, unknown, f"{unknown} is unknown"))
            return
        try:
            for violation in loaded.rule.check(deployment, self._context.context):
                yield self._with_age(violation, loaded)
        except Undecided as undecided:
            if record:
                self.skipped.append(_skipped(loaded.name, deployment, "", str(undecided) or "a fact is unknown"))

    def _with_age(self, violation: Violation, loaded: LoadedRule) -> Violation:
        """Make an error a warning if it rests on a list that is older than a year."""
        rests_on = loaded.rule.rests_on
        if rests_on is None or violation.certain or (violation.severity or loaded.rule.severity) is not Severity.ERROR:
            return violation
        return violation._replace(severity=Severity.WARNING) if self._context.context.is_outdated(rests_on) else violation


def _skipped(rule: str, deployment: Deployment, need: str, reason: str) -> SkippedCheck:
    fact: Fact[object] | None = getattr(deployment, need.partition(".")[0]) if need else None
    text = fact.text if fact is not None and fact.text is not None and fact.text.elsewhere is None else deployment.anchor
    return SkippedCheck(rule, reason, text.anchor if text is not None else Span(0, 0))


def _state(deployment: Deployment, need: str) -> State:
    """Return whether a needed fact, or a needed part of the image, is known."""
    name, _, part = need.partition(".")
    fact: Fact[object] = getattr(deployment, name)
    if fact.state is not State.KNOWN or not part:
        return fact.state
    value = fact.value
    if isinstance(value, Image) and part in CONTENTS and value.may_be_mirror and value.account is None:
        return State.UNKNOWN  # it may be the user's own image
    if getattr(value, part) is not None:
        return State.KNOWN
    return State.UNKNOWN if isinstance(value, Image) and part in value.parts else State.ABSENT


def _suppress(file: FileReading, findings: list[Finding], context: LintContext, undecided: frozenset[str]) -> list[Finding]:
    """Apply the suppressions in the file. A suppression of an `undecided` rule is not unused."""
    source = file.source
    if "ignore" not in source.text or "smlint" not in source.text:
        return findings
    from smlint.linter import suppressions
    from smlint.syntax.comments import find_comments

    directives = suppressions.comment_directives(source, find_comments(source.text, file.documents))
    directives |= suppressions.metadata_directives(source, file.documents, context.known)
    return suppressions.apply_suppressions(
        source,
        findings,
        directives,
        known=context.known,
        decided=frozenset(rule.name for rule in context.rules) - undecided,
        require_reason=context.settings.require_ignore_reason,
        severity=dict(context.settings.severities).get(suppressions.RULE),
        report_unused=not _may_need_other_files(file),
    )


def _may_need_other_files(file: FileReading) -> bool:
    """Return whether files that were not read may complete a deployment: the search was incomplete, or a link has no other end."""
    if file.is_incomplete:
        return True
    linked = {remote.deployment.key for reading in file.readings for remote in reading.remote}
    alone = {deployment.key for reading in file.readings for deployment in reading.deployments if deployment.instance_type.absent}
    return any(
        any(link.deployment.key not in linked for link in reading.imports) or any(link.deployment.key in alone for link in reading.exports)
        for reading in file.readings
    )
