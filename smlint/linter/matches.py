"""Turn the violations of rules into matches, which know where a violation is reported, and for which deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from smlint.linter.rule import LoadedRule
from smlint.linter.violation import RelatedLocation, Violation
from smlint.model.deployment import Deployment, DocumentReading, RemoteDeployment
from smlint.model.facts import Fact
from smlint.model.findings import Severity, Suppression
from smlint.model.source import Source, Span
from smlint.model.text import Text, TextRange
from smlint.runtime.named_tuple import NamedTuple


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


def at_image(violation: Violation, deployment: Deployment, needs: Sequence[str]) -> Violation:
    """Move a violation from the hardware in another file to the image in this one, or to another fact of this file that the rule needs.

    A violation that depends only on the other file is reported there.
    """
    if violation.at is None or violation.at.text.elsewhere is None:
        return violation
    own = [TextRange(text) for text in _needed_texts(deployment, needs) if text.elsewhere is None]
    if not own:
        return violation
    at = deployment.image.place if _needs_image(needs) else own[0]
    return violation._replace(at=at, related=[*violation.related, RelatedLocation(violation.at, "here")])


def with_arguments(violation: Violation, deployment: Deployment, needs: Sequence[str], arguments: dict[str, tuple[Text, ...]]) -> Violation:
    """Add the arguments that parent templates pass for the needed facts, as related locations."""
    pieces = [piece for text in _needed_texts(deployment, needs) for piece in text.pieces if piece.text is not None and piece.name in arguments]
    passed = dict.fromkeys((piece.name, piece.text) for piece in pieces)
    locations = (
        RelatedLocation(TextRange(text), name if "." in name else f"argument {name}")
        for name, value in passed
        for text in arguments[name]
        if "." not in name or text.value == value
    )
    return violation._replace(related=[*violation.related, *locations])


def _needs_image(needs: Sequence[str]) -> bool:
    return any(need.partition(".")[0] == "image" for need in needs)


def _needed_texts(deployment: Deployment, needs: Sequence[str]) -> Iterator[Text]:
    for name in dict.fromkeys(need.partition(".")[0] for need in needs):
        fact: Fact[object] = getattr(deployment, name)
        if fact.text is not None:
            yield fact.text


def is_decided_here(remote: RemoteDeployment, needs: Sequence[str]) -> bool:
    """Return whether a rule needs a fact from this file, and for a linked deployment, one from the other file too."""
    places = {text.elsewhere is None for text in _needed_texts(remote.deployment, needs)}
    return places == {True, False} if remote.linked else True in places


def match_deployment(
    loaded: LoadedRule, violation: Violation, severity: Severity | None, deployment: Deployment, document: int, *, position: int | None = None
) -> RuleMatch:
    return RuleMatch(
        rule=loaded.name,
        category=loaded.rule.category,
        severity=severity or violation.severity or loaded.rule.severity,
        violation=violation,
        deployment=deployment,
        pointer=deployment.pointer,
        resource=deployment.resource,
        format=deployment.format,
        document=document,
        position=position,
    )


def match_remote(loaded: LoadedRule, remote: RemoteDeployment, violation: Violation, severity: Severity | None, document: int) -> RuleMatch:
    """Report a deployment of another file at the value in this file that contributes to the fault. Only the other file gets the fix."""
    deployment, needs = remote.deployment, loaded.rule.needs
    at = violation.at
    reported = at
    if remote.linked and (at is None or at.text.elsewhere is None):
        there = (TextRange(text) for text in _needed_texts(deployment, needs) if text.elsewhere is not None)
        reported = deployment.image.place if _needs_image(needs) else next(there, at)
    here = at if at is not None and at.text.elsewhere is None else None
    if here is None:
        here = next((TextRange(text) for text in _needed_texts(deployment, needs) if text.elsewhere is None), None)
    related = [location for location in violation.related if location.place is not None and location.place != here]
    if reported is not None and reported != here:
        related.append(RelatedLocation(reported, "image" if reported.text is deployment.image.text else "here"))
    moved = violation._replace(at=here, replacement=None, related=related)
    return match_deployment(loaded, moved, severity, deployment, document)._replace(
        home=remote.home, home_document=remote.document, reported=reported
    )


def match_document(loaded: LoadedRule, reading: DocumentReading, violation: Violation, severity: Severity) -> RuleMatch:
    problem = violation.problem
    return RuleMatch(
        rule=loaded.name,
        category=loaded.rule.category,
        severity=severity,
        violation=violation,
        pointer=problem.pointer if problem is not None else "",
        resource=problem.resource if problem is not None else "",
        format=reading.format,
        document=reading.document,
    )


def in_all_alternatives(matches: list[RuleMatch], deployments: Sequence[Deployment], needs: Mapping[str, frozenset[str]]) -> list[RuleMatch]:
    """Drop the matches of a group of alternatives unless all of the group match: another allowed value avoids the fault.

    The severity is that of the mildest: with that value, the fault is no worse. `needs` are the facts that each rule needs. In a regional
    group, only the rules about two facts count that may not belong together: those about image and instance type, and, if all deployments of
    the group have the same image, those about the image and the Region.
    """
    groups: dict[_Group, list[Deployment]] = {}
    for deployment in deployments:
        for group in _groups_of(deployment):
            groups.setdefault(group, []).append(deployment)
    if not groups:
        return matches
    with_one_image = {group for group, members in groups.items() if len({member.image.text for member in members}) == 1}

    def groups_of(match: RuleMatch) -> Iterator[_Group]:
        for group in _groups_of(match.deployment) if match.deployment is not None and match.position is not None else ():
            facts = needs.get(match.rule, frozenset())
            if not group.regional or facts >= {"image", "instance_type"} or (facts >= {"image", "region"} and group in with_one_image):
                yield group

    matched: dict[tuple[str, _Group], dict[int | None, Severity]] = {}
    for match in matches:
        for group in groups_of(match):
            matched.setdefault((match.rule, group), {})[match.position] = match.severity
    kept = []
    for match in matches:
        alternatives = [(matched[match.rule, group], len(groups[group])) for group in groups_of(match)]
        if all(len(severities) == size for severities, size in alternatives):
            mildest = min((match.severity, *(one for severities, _ in alternatives for one in severities.values())), key=lambda one: one.rank)
            kept.append(match if mildest is match.severity else match._replace(severity=mildest))
    return kept


class _Group(NamedTuple):
    """A group of deployments of which one will exist; `regional` ones differ in their Region."""

    key: str
    region: str | None
    regional: bool


def _groups_of(deployment: Deployment) -> list[_Group]:
    groups = [_Group(deployment.alternatives, deployment.region.get(), regional=False)] if deployment.alternatives else []
    return [*groups, _Group(deployment.regional, None, regional=True)] if deployment.regional else groups
