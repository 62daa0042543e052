"""Merge the matches of rules into findings: one fault, one finding, however many deployments have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.linter.edits import span_of
from smlint.linter.fix_votes import FixVotes
from smlint.linter.matches import RuleMatch
from smlint.model.deployment import Deployment
from smlint.model.findings import Finding, RelatedSpan, Severity
from smlint.model.source import Source, Span

MAX_NAMED = 4
"""The most values that a merged message names; it counts the rest."""


def aggregate(
    matches: Sequence[RuleMatch], deployments: Sequence[Deployment], source: Source, votes: Sequence[RuleMatch]
) -> list[Finding]:
    """Return the findings of one file. Matches of one rule at one position become one finding that names all Regions and related places.

    `votes` are matches of possible deployments: they are not reported, but a fix must suit these deployments too. `deployments` are all
    deployments of the file, in the order that `RuleMatch.position` counts. A match in text of another file is left out: the same rule reports
    it there.
    """
    here = [match for match in matches if match.place.text.elsewhere is None]
    groups: dict[tuple[object, ...], list[RuleMatch]] = {}
    for match in here:
        groups.setdefault(_identity(match), []).append(match)
    fix_votes = FixVotes([*here, *votes], deployments, source)
    return [_finding(group, span_of(group[0].place), fix_votes, source) for group in groups.values()]


def _identity(match: RuleMatch) -> tuple[object, ...]:
    """Return what the matches of one finding share: the rule and the position, for a deployment of another file the position there."""
    if match.home is None:
        return match.rule, span_of(match.place)
    reported = match.reported
    is_there = reported is not None and reported.text.elsewhere is not None and reported.text.elsewhere.path == match.home.path
    there = span_of(reported) if reported is not None and is_there else None
    return match.rule, match.home.path, match.home_document, match.pointer, there


def _finding(group: list[RuleMatch], span: Span, fix_votes: FixVotes, source: Source) -> Finding:
    first = group[0]
    severity = max((match.severity for match in group), key=lambda severity: severity.rank)
    fix, no_fix = fix_votes.decide(group)
    regions = {match.deployment.region.get() for match in group if match.deployment is not None}
    reported = first.reported if first.reported is not None else first.place
    return Finding(
        rule=first.rule,
        category=first.category,
        severity=severity,
        message=_message(group, severity) + no_fix,
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
    worst: dict[str, str] = {}
    for match in group:
        instance = match.deployment.instance_type.get() if match.deployment is not None else None
        if match.severity is severity:
            worst.setdefault(match.violation.message, instance.name if instance is not None else "")
    milder = {match.violation.message for match in group} - worst.keys()
    return merge_messages(worst, len(milder), [*worst.values()])


def merge_messages(messages: Iterable[str], milder: int = 0, instance_types: Sequence[str] = ()) -> str:
    """Return one message for several that differ in one word, such as the Region: it names each distinct word once, at most four.

    `milder` is the number of further messages that are not worth naming. `instance_types` are those of the distinct messages, empty if
    unknown: if the messages differ in more than one word but name each its own, the merged message names these.
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
    is_named = [bool(name) and name in message for name, message in zip(instance_types, distinct, strict=False)]
    if not milder and len(is_named) == len(distinct) == len(set(instance_types)) and all(is_named):
        return f"{distinct[0]} (and on {_list_words(instance_types[1:])})"
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
