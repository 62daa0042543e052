"""From hits to findings: one fault, one finding; and a fix only where all who rest on a text want it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from smlint.linter.edits import edits_for, span_of
from smlint.linter.rule import Replacement, Violation
from smlint.model.deployment import Deployment
from smlint.model.findings import Edit, Finding, Fix, RelatedSpan, Severity
from smlint.model.source import Source, Span
from smlint.model.text import PLACEHOLDER_FIRST, PLACEHOLDERS, Text, TextRange
from smlint.runtime.named_tuple import NamedTuple


class RuleMatch(NamedTuple):
    """One hit of one rule, before it is merged with its like. `deployment` is None when the hit is about the document.

    `document` is the index of the document whose reading was judged.
    """

    rule: str
    category: str
    severity: Severity
    hit: Violation
    deployment: Deployment | None
    pointer: str
    resource: str
    format: str
    document: int = 0

    @property
    def place(self) -> TextRange:
        """Where the hit is; a fact that stands nowhere is pointed at by the deployment's anchor."""
        if self.hit.at is not None:
            return self.hit.at
        anchor = self.deployment.anchor if self.deployment is not None else None
        return TextRange(anchor if anchor is not None else Text((), Span(0, 0)))


def merged(drafts: Sequence[RuleMatch], deployments: Sequence[Deployment], source: Source) -> list[Finding]:
    """The findings of one text. Hits of one rule at one place become one finding that names all Regions and related places."""
    # What stands in another file is reported there, where the same rule judges the half that it is.
    drafts = [draft for draft in drafts if draft.place.text.elsewhere is None]
    groups: dict[tuple[str, Span], list[RuleMatch]] = {}
    for draft in drafts:
        groups.setdefault((draft.rule, span_of(draft.place)), []).append(draft)
    repairs = _Repairs(drafts, deployments, source)
    return [_finding(group, span, repairs, source) for (_, span), group in groups.items()]


def _finding(group: list[RuleMatch], span: Span, repairs: _Repairs, source: Source) -> Finding:
    first = group[0]
    fix, objection = repairs.fix(group)
    regions = {draft.deployment.region.get() for draft in group if draft.deployment is not None}
    severity = max((draft.severity for draft in group), key=lambda one: one.rank)
    return Finding(
        rule=first.rule,
        category=first.category,
        severity=severity,
        message=joined_messages([draft.hit.message for draft in group]) + objection,
        source=source,
        span=span,
        pointer=first.pointer,
        resource=first.resource,
        format=first.format,
        regions=tuple(sorted(region for region in regions if region)),
        related=_related(group, span),
        fix=fix,
        value=first.place.text.shown(),
        pointers=tuple(dict.fromkeys((draft.document, draft.pointer) for draft in group)),
    )


def numbered(findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings of one text, those that are alike but for their place counted, so that each has an identity of its own."""
    if len(findings) < 2:
        return findings
    seen: dict[tuple[str, str, str, str], int] = {}
    done = []
    for finding in findings:
        key = (finding.rule, finding.pointer, finding.resource, finding.value)
        occurrence = seen[key] = seen.get(key, -1) + 1
        done.append(finding._replace(occurrence=occurrence) if occurrence else finding)
    return done


def joined_messages(messages: Iterable[str]) -> str:
    """One message for hits that differ at the end only: `... instance type ml.c6g.large, ml.c7g.large`; at most four are named."""
    distinct = list(dict.fromkeys(messages))
    if len(distinct) == 1:
        return distinct[0]
    words = [message.split(" ") for message in distinct]
    shared = 0
    while all(len(one) > shared + 1 and one[shared] == words[0][shared] for one in words):
        shared += 1
    shown = [" ".join(one[shared:]) for one in words[:4]]
    more = f" and {len(distinct) - 4} more" if len(distinct) > 4 else ""
    if shared and all(len(one) - shared <= 2 for one in words):
        return " ".join(words[0][:shared]) + " " + ", ".join(shown) + more
    return distinct[0] + f" (and in {len(distinct) - 1} other way{'s' if len(distinct) > 2 else ''})"


def _related(group: list[RuleMatch], span: Span) -> tuple[RelatedSpan, ...]:
    found: dict[RelatedSpan, None] = {}
    for draft in group:
        for also in draft.hit.related:
            if also.place is not None:
                related = RelatedSpan(span_of(also.place), also.label, also.place.text.elsewhere)
                if related.span != span or related.elsewhere is not None:
                    found[related] = None
    return tuple(sorted(found, key=lambda one: (one.elsewhere.path if one.elsewhere is not None else "", one.span, one.message)))


class _Repairs:
    """Which edits each rule wants of each deployment, and which deployments rest on each piece of text."""

    def __init__(self, drafts: Sequence[RuleMatch], deployments: Sequence[Deployment], source: Source) -> None:
        self._source = source
        users: dict[Span, set[int]] = {}
        for index, deployment in enumerate(deployments):
            for text in deployment.texts():
                for piece in text.pieces if text.elsewhere is None else ():
                    if piece.span is not None:
                        users.setdefault(piece.span, set()).add(index)
        self._users = sorted((span, used_by) for span, used_by in users.items())
        self._longest = max((span.end - span.start for span in users), default=0)
        order = {id(deployment): index for index, deployment in enumerate(deployments)}
        self._wants: dict[tuple[str, Span], dict[int, str]] = {}
        self._abstaining: dict[str, set[int]] = {}
        for draft in drafts:
            if draft.deployment is None:
                continue
            if _abstains(draft):
                self._abstaining.setdefault(draft.rule, set()).add(order[id(draft.deployment)])
            for edit in self._edits(draft) or ():
                self._wants.setdefault((draft.rule, edit.span), {})[order[id(draft.deployment)]] = edit.new

    def _edits(self, draft: RuleMatch) -> tuple[Edit, ...] | None:
        replace = draft.hit.replacement
        if replace is None or (draft.deployment is not None and not draft.deployment.fixable):
            return None
        return edits_for(draft.place.text, replace.value, self._source.text)

    def fix(self, group: list[RuleMatch]) -> tuple[Fix | None, str]:
        """The fix of a finding, or None and the words that say why a repair that exists is not offered."""
        group = [draft for draft in group if not _abstains(draft)]
        wanted: list[Replacement] = [draft.hit.replacement for draft in group if draft.hit.replacement is not None]
        if not wanted:
            return None, ""
        if len(wanted) < len(group) or (len({replace.value for replace in wanted}) > 1 and len({self._edits(d) for d in group}) > 1):
            return None, "; not fixed, as the deployments that share this text need different values"
        edits = self._edits(group[0])
        if edits is None:
            seen, expected = group[0].place.text.shown(), _shown(group[0].place.text, wanted[0].value)
            # A value that was put together, or handed in, stands nowhere as it is: say what it is.
            return None, f"; expected {expected}" if seen in self._source.text else f"; {seen} should be {expected}"
        if not all(self._unanimous(group[0], edit) for edit in edits):
            return None, "; not fixed, as another deployment shares this text and does not need the change"
        return Fix(wanted[0].title, min((one.applicability for one in wanted), key=lambda applicability: applicability.rank), edits), ""

    def _unanimous(self, draft: RuleMatch, edit: Edit) -> bool:
        if draft.deployment is None:
            return True
        wants = self._wants.get((draft.rule, edit.span), {})
        abstaining = self._abstaining.get(draft.rule, set())
        return all(span == edit.span and wants.get(user) == edit.new for span, users in self._resting_on(edit.span) for user in users - abstaining)

    def _resting_on(self, edited: Span) -> Iterator[tuple[Span, set[int]]]:
        """The pieces of text that overlap an edit, and the deployments that rest on each."""
        first = bisect_left(self._users, (Span(edited.start - self._longest, 0),))
        for span, users in self._users[first:]:
            if span.start >= edited.end:
                return
            if span.end > edited.start:
                yield span, users


def _abstains(draft: RuleMatch) -> bool:
    """Whether a deployment has the fault and no repair only for its Region, which is one of many in a map to look up: nothing says it is used."""
    return draft.hit.replacement is None and draft.deployment is not None and draft.deployment.region.origin == "map"


def _shown(text: Text, wanted: str) -> str:
    """The wanted value for a person, its unknown pieces as in the text."""
    if text.known:
        return wanted
    for index, piece in enumerate(text.pieces):
        if piece.text is None:
            wanted = wanted.replace(chr(ord(PLACEHOLDER_FIRST) + index % PLACEHOLDERS), "${" + (piece.name or "...") + "}")
    return wanted
