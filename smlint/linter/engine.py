"""Rules x deployments -> findings: one text at a time, without looking at any other.

A rule runs when the facts it needs are known. What it hits is merged by rule and place, so that one fault that shows in several
deployments is one finding; a fix stays only if every deployment that rests on the edited text wants that very edit.
"""

from __future__ import annotations

from collections.abc import Sequence

from smlint.images.catalog import load_catalog
from smlint.linter.aggregate import RuleMatch, merged, numbered
from smlint.linter.loaded_rule import LoadedRule
from smlint.linter.rule import RelatedLocation, RuleContext, Undecided, Violation
from smlint.model.deployment import Deployment, DocumentReading
from smlint.model.facts import Fact, State
from smlint.model.findings import Finding, Severity
from smlint.model.images import Image
from smlint.model.settings import Settings
from smlint.model.source import Source, Span
from smlint.readers.documents import read_documents
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, ParseError, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.linter.baseline import Baseline


class LintContext(NamedTuple):
    """What every text of a run is judged with. `known` are the names of all rules, chosen or not; `baseline` holds what is accepted."""

    rules: tuple[LoadedRule, ...]
    known: frozenset[str]
    context: RuleContext
    settings: Settings
    baseline: Baseline | None = None


NOTHING = ReadContext()
"""What is told of a text that stands alone."""


class Checked(NamedTuple):
    """What was found in one text. `format` is empty and `reason` says why, when the text was skipped.

    `crashes` has a line for each rule that failed. `parameters` are those of the given parameters that the text names.
    """

    findings: tuple[Finding, ...] = ()
    format: str = ""
    reason: str = ""
    deployments: int = 0
    skipped_checks: int = 0
    crashes: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


class FileReading(NamedTuple):
    """A text that was parsed and read, but not judged yet: its readings with the index of their document, or the error that stopped the parser."""

    source: Source
    documents: tuple[Document, ...] = ()
    readings: tuple[tuple[DocumentReading, int], ...] = ()
    error: ParseError | None = None


def check(source: Source, job: LintContext) -> Checked:
    """Judge one text by itself."""
    return judge(read(source, job.settings), job)


def read(source: Source, settings: Settings, outside: ReadContext = NOTHING) -> FileReading:
    """What the readers see in a text, in each Region that it is judged for."""
    try:
        documents = parse(source.text, source.path)
    except ParseError as error:
        return FileReading(source, error=error)
    return FileReading(source, tuple(documents), tuple(_readings(documents, settings, outside)))


def judge(given: FileReading, job: LintContext) -> Checked:
    """Judge what was read."""
    source = given.source
    if given.error is not None:
        return _unreadable(source, job, given.error)
    readings = [reading for reading, _ in given.readings]
    formats = sorted({reading.format for reading in readings if reading.deployments or reading.problems})
    if not formats:
        return Checked(reason="no SageMaker deployment")
    judged = _judged(given.readings, job)
    deployments = [deployment for reading in readings for deployment in reading.deployments]
    findings = merged(judged.drafts, deployments, source)
    if job.settings.honour_suppressions and "ignore" in source.text and "smlint" in source.text:
        apply_image_overrides = _suppressed(source, given.documents, findings, job)
        findings = [finding if finding.format else finding._replace(format=formats[0]) for finding in apply_image_overrides]
    counted = {(d.pointer, d.instance_type.text, document) for reading, document in given.readings for d in reading.deployments}
    return Checked(
        _accepted(numbered(sorted(findings, key=lambda f: (f.span.start, f.rule, f.message))), job),
        formats[0] if len(formats) == 1 else ", ".join(formats),
        deployments=len(counted),
        skipped_checks=judged.skipped,
        crashes=judged.crashes,
        parameters=_named(source.text, job.settings.parameters) if job.settings.parameters else (),
    )


def _named(text: str, parameters: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The parameters whose names stand in a text as words of their own."""
    import re

    return tuple(name for name, _ in parameters if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def _unreadable(source: Source, job: LintContext, error: ParseError) -> Checked:
    """A text that is neither YAML nor JSON: a template that some engine fills in first is skipped, else it is a finding."""
    if _is_template(source.text):
        return Checked(reason="a template that is not YAML until it is filled in")
    finding = syntax_error(source, error.message, error.offset, job)
    return Checked(findings=(finding,) if finding is not None else (), format="generic")


def _accepted(findings: Sequence[Finding], job: LintContext) -> tuple[Finding, ...]:
    """The findings, those of the baseline suppressed."""
    return tuple(findings) if job.baseline is None else tuple(job.baseline.accept(findings))


def _is_template(text: str) -> bool:
    """Whether a text that does not parse holds what a template engine fills in: `{{ x }}`, `{% x %}`, or in JSON a bare `${x}` for a number."""
    if "{{" in text or "{%" in text:
        return True
    if "${" not in text or text.lstrip()[:1] not in ("{", "["):
        return False
    import re

    return re.search(r"[:,\[][ \t]{0,20}\$\{[A-Za-z_]", text) is not None


def syntax_error(source: Source, message: str, offset: int, job: LintContext) -> Finding | None:
    """The finding for a file that cannot be read or parsed; None when that rule was not chosen."""
    rule = next((rule for rule in job.rules if rule.name == "syntax-error"), None)
    if rule is None:
        return None
    start = min(offset, max(len(source.text) - 1, 0))
    severity = dict(job.settings.severities).get(rule.name, rule.rule.severity)
    span = Span(start, min(start + 1, len(source.text)))
    finding = Finding(rule.name, rule.rule.category, severity, message, source, span, format="generic")
    return _accepted((finding,), job)[0]


def _readings(documents: Sequence[Document], settings: Settings, outside: ReadContext) -> list[tuple[DocumentReading, int]]:
    parameters = (*outside.parameters, *settings.parameters)
    regions = (outside.region,) if outside.region is not None else settings.regions or (None,)
    catalog = load_catalog(settings.catalog)
    contexts = [outside._replace(region=region, parameters=parameters, custom_catalog=catalog) for region in regions]
    readings = read_documents(documents, contexts)
    found = [(reading, reading.document) for reading in readings if reading.deployments or reading.problems or reading.nested]
    if settings.images or settings.registries:
        from smlint.project.image_overrides import apply_image_overrides

        found = [(apply_image_overrides(reading, settings, catalog), index) for reading, index in found]
    return found


class _Judged(NamedTuple):
    """What the rules said: their hits, how many checks were skipped since a needed fact cannot be told, and a line for each rule that crashed."""

    drafts: list[RuleMatch]
    skipped: int
    crashes: tuple[str, ...]


def _judged(readings: Sequence[tuple[DocumentReading, int]], job: LintContext) -> _Judged:
    drafts: list[RuleMatch] = []
    skipped = 0
    crashes = []
    for loaded in job.rules:
        # A rule that crashes is left out of this text, and said so: the others go on.
        try:
            found, undecided = _hits(loaded, readings, job)
        except Exception as error:
            crashes.append(f"rule {loaded.name} failed: {type(error).__name__}: {error}")
            continue
        drafts += found
        skipped += undecided
    return _Judged(_in_all_alternatives(drafts, [reading for reading, _ in readings]), skipped, tuple(crashes))


def _hits(loaded: LoadedRule, readings: Sequence[tuple[DocumentReading, int]], job: LintContext) -> tuple[list[RuleMatch], int]:
    """Every hit of one rule, and how many of its checks were skipped."""
    drafts: list[RuleMatch] = []
    skipped = 0
    rule = loaded.rule
    remapped = dict(job.settings.severities).get(loaded.name)
    if rule.on_document is not None:
        for reading, document in readings:
            drafts += [_on_document(loaded, reading, hit, remapped or rule.severity, document) for hit in rule.on_document(reading, job.context)]
    if rule.check is None:
        return drafts, skipped
    for reading, document in readings:
        for deployment in reading.deployments:
            states = [_state(deployment, need) for need in rule.needs]
            if State.ABSENT in states:
                continue
            if State.UNKNOWN in states:
                skipped += 1
                continue
            try:
                for hit in rule.check(deployment, job.context):
                    drafts.append(_on_deployment(loaded, deployment, _here(hit, deployment, rule.needs), remapped, document))
            except Undecided:
                skipped += 1
    return drafts, skipped


def _state(deployment: Deployment, need: str) -> State:
    """Whether a needed fact, or a needed part of the image, is known."""
    name, _, part = need.partition(".")
    fact: Fact[object] = getattr(deployment, name)
    if fact.state is not State.KNOWN or not part:
        return fact.state
    value = fact.value
    if getattr(value, part) is not None:
        return State.KNOWN
    return State.UNKNOWN if isinstance(value, Image) and part in value.parts else State.ABSENT


def _here(hit: Violation, deployment: Deployment, needs: Sequence[str]) -> Violation:
    """A hit on the half of a deployment that stands in another file, moved to the image, if it takes both halves to see it.

    What one half shows by itself is reported where that stands.
    """
    if hit.at is None or hit.at.text.elsewhere is None or not any(need.partition(".")[0] == "image" for need in needs):
        return hit
    return hit._replace(at=deployment.image.place, related=[*hit.related, RelatedLocation(hit.at, "here")])


def _on_deployment(loaded: LoadedRule, deployment: Deployment, hit: Violation, severity: Severity | None, document: int) -> RuleMatch:
    return RuleMatch(
        loaded.name,
        loaded.rule.category,
        severity or hit.severity or loaded.rule.severity,
        hit,
        deployment,
        deployment.pointer,
        deployment.resource,
        deployment.format,
        document,
    )


def _on_document(loaded: LoadedRule, reading: DocumentReading, hit: Violation, severity: Severity, document: int) -> RuleMatch:
    pointer, resource = (hit.problem.pointer, hit.problem.resource) if hit.problem is not None else ("", "")
    return RuleMatch(loaded.name, loaded.rule.category, severity, hit, None, pointer, resource, reading.format, document)


def _in_all_alternatives(drafts: list[RuleMatch], readings: Sequence[DocumentReading]) -> list[RuleMatch]:
    """Without the hits that only some of a group of alternatives have: with another allowed value the deployment is right."""
    sizes: dict[tuple[str, str | None], int] = {}
    for reading in readings:
        for deployment in reading.deployments:
            if deployment.alternatives:
                key = (deployment.alternatives, deployment.region.get())
                sizes[key] = sizes.get(key, 0) + 1
    if not sizes:
        return drafts
    hit: dict[tuple[str, str, str | None], set[int]] = {}
    for draft in drafts:
        if draft.deployment is not None and draft.deployment.alternatives:
            group = (draft.rule, draft.deployment.alternatives, draft.deployment.region.get())
            hit.setdefault(group, set()).add(id(draft.deployment))
    return [draft for draft in drafts if _unanimous(draft, hit, sizes)]


def _unanimous(draft: RuleMatch, hit: dict[tuple[str, str, str | None], set[int]], sizes: dict[tuple[str, str | None], int]) -> bool:
    deployment = draft.deployment
    if deployment is None or not deployment.alternatives:
        return True
    region = deployment.region.get()
    return len(hit[(draft.rule, deployment.alternatives, region)]) == sizes[(deployment.alternatives, region)]


def _suppressed(source: Source, documents: Sequence[Document], findings: list[Finding], job: LintContext) -> list[Finding]:
    from smlint.linter import suppressions
    from smlint.syntax.comments import find_comments

    directives = suppressions.comment_directives(source, find_comments(source.text, documents))
    directives |= suppressions.metadata_directives(source, documents, job.known)
    return suppressions.apply_suppressions(
        source,
        findings,
        directives,
        known=job.known,
        enabled=frozenset(rule.name for rule in job.rules),
        require_reason=job.settings.require_ignore_reason,
        severity=dict(job.settings.severities).get(suppressions.RULE),
    )
