"""Merge the matches of rules into findings: one fault, one finding, and a fix only where every deployment that uses a text needs it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from smlint.linter.edits import edits_for, span_of
from smlint.linter.violation import Replacement, Violation
from smlint.model.deployment import Deployment
from smlint.model.facts import State
from smlint.model.findings import Edit, Finding, Fix, RelatedSpan, Severity, Suppression
from smlint.model.source import Source, Span
from smlint.model.text import PLACEHOLDER_FIRST, PLACEHOLDERS, Text, TextRange
from smlint.runtime.named_tuple import NamedTuple

MAX_NAMED = 4
"""The most values that a merged message names; it counts the rest."""


class RuleMatch(NamedTuple):
    """What one rule reports about one deployment, or about a document if there is none.

    `document` is the index of the document, `position` that of the deployment among those of the file. A match for a deployment of
    another file has no position; `home` is that file, `home_document` its document there, and `reported` the range that it reports.
    `suppressed` is the suppression in another file that covers the match.
    """

    rule: str
    category: str
    severity: Severity
    violation: Violation
    pointer: str
    resource: str
    format: str
    deployment: Deployment | None = None
    document: int = 0
    position: int | None = None
    home: Source | None = None
    home_document: int = 0
    reported: TextRange | None = None
    suppressed: Suppression | None = None

    @property
    def place(self) -> TextRange:
        """The range at fault; for a value that the file does not state, the anchor of the deployment."""
        if self.violation.at is not None:
            return self.violation.at
        anchor = self.deployment.anchor if self.deployment is not None else None
        return TextRange(anchor if anchor is not None else Text((), Span(0, 0)))


def aggregate(
    matches: Sequence[RuleMatch], deployments: Sequence[Deployment], source: Source, votes: Sequence[RuleMatch] = ()
) -> list[Finding]:
    """Return the findings of one file. Matches of one rule at one position become one finding that names all Regions and related places.

    `votes` are matches that are not reported, but say which edits their deployments need.
    A match in text of another file is left out: the same rule reports it there.
    """
    here = [match for match in matches if match.place.text.elsewhere is None]
    groups: dict[tuple[object, ...], list[RuleMatch]] = {}
    for match in here:
        groups.setdefault(_identity(match), []).append(match)
    fixes = _Fixes([*here, *votes], deployments, source)
    return [_finding(group, span_of(group[0].place), fixes, source) for group in groups.values()]


def _identity(match: RuleMatch) -> tuple[object, ...]:
    """Return what a match has in common with those of the same finding: its rule and position; of another file's deployment, those there."""
    if match.home is None:
        return match.rule, span_of(match.place)
    reported = match.reported
    is_there = reported is not None and reported.text.elsewhere is not None and reported.text.elsewhere.path == match.home.path
    there = span_of(reported) if reported is not None and is_there else None
    return match.rule, match.home.path, match.home_document, match.pointer, there


def _finding(group: list[RuleMatch], span: Span, fixes: _Fixes, source: Source) -> Finding:
    first = group[0]
    severity = max((match.severity for match in group), key=lambda severity: severity.rank)
    fix, objection = fixes.fix(group)
    regions = {match.deployment.region.get() for match in group if match.deployment is not None}
    reported = first.reported if first.reported is not None else first.place
    return Finding(
        rule=first.rule,
        category=first.category,
        severity=severity,
        message=_message(group, severity) + objection,
        source=source,
        span=span,
        pointer=first.pointer,
        resource=first.resource,
        format=first.format,
        regions=tuple(sorted(region for region in regions if region)),
        related=_related(group, span),
        fix=fix,
        suppressed=first.suppressed if all(match.suppressed is not None for match in group) else None,
        value=reported.text.shown(),
        pointers=tuple(dict.fromkeys((match.document, match.pointer) for match in group)),
        home=first.home,
    )


def _message(group: list[RuleMatch], severity: Severity) -> str:
    """Return the message of the most severe matches; it counts those of the others."""
    worst = [match.violation.message for match in group if match.severity is severity]
    milder = {match.violation.message for match in group} - {*worst}
    return merge_messages(worst, len(milder))


def number(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Number the findings of one file that differ only in position, so that each has its own identity."""
    if len(findings) < 2:
        return findings
    seen: dict[tuple[str, str, str, str, str], int] = {}
    numbered = []
    for finding in findings:
        key = (finding.rule, finding.home_path, finding.pointer, finding.resource, finding.value)
        occurrence = seen[key] = seen.get(key, -1) + 1
        numbered.append(finding._replace(occurrence=occurrence) if occurrence else finding)
    return numbered


def merge_messages(messages: Iterable[str], milder: int = 0) -> str:
    """Return one message for several that differ in one word, such as the Region: it names each distinct word once, at most four.

    `milder` is the number of further messages that are not worth naming.
    """
    distinct = list(dict.fromkeys(messages))
    rows = [message.split(" ") for message in distinct]
    if len(distinct) + milder == 1:
        return distinct[0]
    if not milder and len({len(row) for row in rows}) == 1:
        differing = [index for index, column in enumerate(zip(*rows, strict=True)) if len(set(column)) > 1]
        if len(differing) == 1:
            (index,) = differing
            return " ".join([*rows[0][:index], _list_words([row[index] for row in rows]), *rows[0][index + 1 :]])
    others = len(distinct) - 1 + milder
    return distinct[0] + f" (and in {others} other way{'s' if others > 1 else ''})"


def _list_words(words: Sequence[str]) -> str:
    """Join the words at one position of several messages; punctuation after them stays at the end."""
    bare = [word.rstrip(",;:") for word in words]
    more = f" and {len(bare) - MAX_NAMED} more" if len(bare) > MAX_NAMED else ""
    return ", ".join(bare[:MAX_NAMED]) + more + words[0][len(bare[0]) :]


def _related(group: list[RuleMatch], span: Span) -> tuple[RelatedSpan, ...]:
    found: dict[RelatedSpan, None] = {}
    for match in group:
        locations = [(location.place, location.label) for location in match.violation.related]
        if match.home is not None:
            locations.append((match.place, "here"))  # a second variant of the same model is a part of the same finding
        for place, label in locations:
            if place is not None:
                related = RelatedSpan(span_of(place), label, place.text.elsewhere)
                if related.span != span or related.elsewhere is not None:
                    found[related] = None
    return tuple(sorted(found, key=lambda one: (one.elsewhere.path if one.elsewhere is not None else "", one.span, one.message)))


class _Fixes:
    """The edits that each rule needs in each deployment, and the deployments that use each piece of text."""

    def __init__(self, matches: Sequence[RuleMatch], deployments: Sequence[Deployment], source: Source) -> None:
        self._source = source
        self._deployments = deployments
        users: dict[Span, set[int]] = {}
        for index, deployment in enumerate(deployments):
            for text in deployment.texts():
                for piece in text.pieces if text.elsewhere is None else ():
                    if piece.span is not None:
                        users.setdefault(piece.span, set()).add(index)
        self._users = sorted((span, used_by) for span, used_by in users.items())
        self._longest = max((span.end - span.start for span in users), default=0)
        self._needed: dict[tuple[str, Span], dict[int, str]] = {}
        self._abstaining: dict[str, set[int]] = {}
        for match in matches:
            if match.position is None:
                continue
            if _abstains(match):
                self._abstaining.setdefault(match.rule, set()).add(match.position)
            for edit in self._edits(match) or ():
                self._needed.setdefault((match.rule, edit.span), {})[match.position] = edit.new

    def fix(self, group: list[RuleMatch]) -> tuple[Fix | None, str]:
        """Return the fix of a finding; or None, and the words that say why a fix that exists is not offered."""
        voting = [match for match in group if not _abstains(match)]
        replacements: list[Replacement] = [match.violation.replacement for match in voting if match.violation.replacement is not None]
        if not replacements:
            return None, ""
        first = voting[0]
        edits = self._edits(first)
        others = voting if first.violation.replacement is None else voting[1:]
        differs = next((match for match in others if match.violation.replacement is None or self._edits(match) != edits), None)
        if differs is not None:
            other = differs if differs.violation.replacement is None or first.violation.replacement is not None else first
            return None, self._shared_by(first, other.deployment, "needs another value")
        if edits is None:
            seen, expected = first.place.text.shown(), _show(first.place.text, replacements[0].value)
            # A value that was joined from several, or passed in, does not occur in the file: name both values.
            return None, f"; expected {expected}" if seen in self._source.text else f"; {seen} should be {expected}"
        for edit in edits:
            objector = self._objector(first, edit)
            if objector is not None:
                return None, self._shared_by(first, self._deployments[objector], _need_of(self._deployments[objector]))
        applicability = min((replacement.applicability for replacement in replacements), key=lambda applicability: applicability.rank)
        return Fix(replacements[0].title, applicability, edits), ""

    def _edits(self, match: RuleMatch) -> tuple[Edit, ...] | None:
        replacement = match.violation.replacement
        if replacement is None or (match.deployment is not None and not match.deployment.fixable):
            return None
        return edits_for(match.place.text, replacement.value, self._source.text)

    def _objector(self, match: RuleMatch, edit: Edit) -> int | None:
        """Return a deployment that uses the edited text and does not need this edit; None if all need it."""
        if match.position is None:
            return None
        needed = self._needed.get((match.rule, edit.span), {})
        abstaining = self._abstaining.get(match.rule, set())
        for span, users in self._overlapping(edit.span):
            for user in sorted(users - abstaining):
                if span != edit.span or needed.get(user) != edit.new:
                    return user
        return None

    def _overlapping(self, edited: Span) -> Iterator[tuple[Span, set[int]]]:
        """Yield the pieces of text that overlap an edit, and the deployments that use each."""
        first = bisect_left(self._users, (Span(edited.start - self._longest, 0),))
        for span, users in self._users[first:]:
            if span.start >= edited.end:
                return
            if span.end > edited.start:
                yield span, users

    def _shared_by(self, match: RuleMatch, other: Deployment | None, need: str) -> str:
        text = match.place.text
        own = match.deployment
        noun = "image URI" if own is not None and own.image.text is not None and own.image.text == text else "value"
        return f"; no fix: {_name(other, own)} shares this {noun} and {need}"


def _need_of(objector: Deployment) -> str:
    """Say what a deployment that uses a text needs, if it does not have the fault."""
    return "runs on an unknown instance type" if objector.instance_type.state is State.UNKNOWN else "needs no change"


def _name(deployment: Deployment | None, own: Deployment | None) -> str:
    """Name a deployment by what sets it apart from another one: its instance type, its Region, or its resource."""
    if deployment is None:
        return "another deployment"
    instance, region = deployment.instance_type.get(), deployment.region.get()
    if instance is not None and (own is None or own.instance_type.get() != instance):
        return f"{deployment.resource} on {instance.name}" if deployment.resource else f"the deployment on {instance.name}"
    if region is not None and (own is None or own.region.get() != region):
        return f"{deployment.resource} in {region}" if deployment.resource else f"the deployment in {region}"
    return deployment.resource or "another deployment"


def _abstains(match: RuleMatch) -> bool:
    """Return whether a deployment has the fault but no fix, and its Region is one of many keys in a map: nothing shows that it is used."""
    return match.violation.replacement is None and match.deployment is not None and match.deployment.region.origin == "map"


def _show(text: Text, value: str) -> str:
    """Return a value for a message, with its unknown pieces named as in the text."""
    if text.known:
        return value
    for index, piece in enumerate(text.pieces):
        if piece.text is None:
            value = value.replace(chr(ord(PLACEHOLDER_FIRST) + index % PLACEHOLDERS), "${" + (piece.name or "...") + "}")
    return value
