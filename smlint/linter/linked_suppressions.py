"""Apply the suppressions of one file to deployments that have a part in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smlint.linter.edits import span_of
from smlint.linter.matches import RuleMatch
from smlint.linter.suppressions import Directive, comment_directives, covering_directive, metadata_directives
from smlint.model.findings import Finding, Suppression
from smlint.model.source import Source
from smlint.model.text import TextRange
from smlint.project.reading import FileReading
from smlint.syntax.comments import find_comments


def suppress_matches(
    matches: Sequence[RuleMatch], files: Sequence[FileReading], known: frozenset[str], *, require_reason: bool
) -> list[RuleMatch]:
    """Return the matches, suppressed where a directive in another file covers the part of the deployment there.

    `known` contains all rule names. A finding made of several matches is suppressed only if all of them are.
    """
    directives = {file.source.path: _directives(file, known) for file in files if _may_suppress(file.source)}
    if not any(directives.values()):
        return list(matches)
    return [match._replace(suppressed=_suppression(match, directives, require_reason=require_reason)) for match in matches]


def _may_suppress(source: Source) -> bool:
    return "ignore" in source.text and "smlint" in source.text


def _directives(file: FileReading, known: frozenset[str]) -> tuple[Directive, ...]:
    comments = comment_directives(file.source, find_comments(file.source.text, file.documents))
    return (comments | metadata_directives(file.source, file.documents, known)).valid


def _suppression(match: RuleMatch, directives: dict[str, tuple[Directive, ...]], *, require_reason: bool) -> Suppression | None:
    for place in _places_elsewhere(match):
        source = place.text.elsewhere
        if source is None or not directives.get(source.path):
            continue
        is_home = match.home is not None and match.home.path == source.path
        there = Finding(
            rule=match.rule,
            category=match.category,
            severity=match.severity,
            message=match.violation.message,
            source=source,
            span=span_of(place),
            pointers=((match.home_document, match.pointer),) if is_home else (),
        )
        suppression = covering_directive(there, directives[source.path], require_reason=require_reason)
        if suppression is not None:
            return suppression
    return None


def _places_elsewhere(match: RuleMatch) -> Iterator[TextRange]:
    places = [location.place for location in match.violation.related]
    for place in (match.reported, *places):
        if place is not None and place.text.elsewhere is not None:
            yield place
