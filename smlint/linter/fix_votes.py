"""Decide which findings get a fix: every deployment that uses the edited text votes, and one objection withholds the fix.

A deployment agrees to an edit if the same rule asks for the same edit in that deployment. Possible deployments, which other values of a
parameter make, vote too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from smlint.linter.edits import edits_for
from smlint.linter.matches import RuleMatch
from smlint.linter.violation import Replacement
from smlint.model.deployment import Deployment
from smlint.model.facts import State
from smlint.model.findings import Edit, Fix
from smlint.model.source import Source, Span
from smlint.model.text import PLACEHOLDER_FIRST, PLACEHOLDERS, Text


class FixVotes:
    """The votes of the deployments of one file: which use each piece of text, and which edit each rule needs there."""

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

    def decide(self, group: list[RuleMatch]) -> tuple[Fix | None, str]:
        """Return the fix of a finding; or None, and the end of the message that says why a fix that exists is not offered."""
        voting = [match for match in group if not _abstains(match)]
        replacements: list[Replacement] = [match.violation.replacement for match in voting if match.violation.replacement is not None]
        if not replacements:
            return None, ""
        first = voting[0]
        edits = self._edits(first)
        dissenter = next((match for match in voting if match.violation.replacement is None or self._edits(match) != edits), None)
        if dissenter is not None:
            return None, _shared_by(first, dissenter.deployment, "needs another value")
        if edits is None:
            return None, self._expected_value(first, replacements[0])
        for edit in edits:
            objector = self._objector(first, edit)
            if objector is not None:
                return None, _shared_by(first, objector, _need_of(objector))
        if (key := self._contradicted_key(first, replacements[0], edits)) is not None:
            return None, f"; no fix: the key {key} names other hardware"
        applicability = min((replacement.applicability for replacement in replacements), key=lambda applicability: applicability.rank)
        return Fix(replacements[0].title, applicability, edits), ""

    def _expected_value(self, match: RuleMatch, replacement: Replacement) -> str:
        """Name the expected value, if the file has no text to edit. A value that the file does not contain is named too."""
        seen, expected = match.place.text.shown(), _show(match.place.text, replacement.value)
        return f"; expected {expected}" if seen in self._source.text else f"; {seen} should be {expected}"

    def _contradicted_key(self, match: RuleMatch, replacement: Replacement, edits: tuple[Edit, ...]) -> str | None:
        """Return the key around an edited image that says what hardware it is for, if the new image is for other hardware."""
        deployment = match.deployment
        if deployment is None or deployment.image.text is None or deployment.image.text != match.place.text:
            return None
        from smlint.linter.hardware_keys import contradicted_key

        pointer = deployment.pointer if deployment.has_own_keys else ""
        return contradicted_key(match.place.text.value, replacement.value, edits, pointer, self._source)

    def _edits(self, match: RuleMatch) -> tuple[Edit, ...] | None:
        """Return the edits that a match asks for; None if it asks for none, or if its text must not be edited."""
        replacement = match.violation.replacement
        if replacement is None or (match.deployment is not None and not match.deployment.fixable):
            return None
        return edits_for(match.place.text, replacement.value, self._source.text)

    def _objector(self, match: RuleMatch, edit: Edit) -> Deployment | None:
        """Return a deployment that uses the edited text and does not need this edit; None if all need it, or abstain."""
        if match.position is None:
            return None
        needed = self._needed.get((match.rule, edit.span), {})
        abstaining = self._abstaining.get(match.rule, set())
        for span, users in self._overlapping(edit.span):
            for user in sorted(users - abstaining):
                if span != edit.span or needed.get(user) != edit.new:
                    return self._deployments[user]
        return None

    def _overlapping(self, edited: Span) -> Iterator[tuple[Span, set[int]]]:
        """Yield the pieces of text that overlap an edit, and the deployments that use each."""
        first = bisect_left(self._users, (Span(edited.start - self._longest, 0),))
        for span, users in self._users[first:]:
            if span.start >= edited.end:
                return
            if span.end > edited.start:
                yield span, users


def _shared_by(match: RuleMatch, other: Deployment | None, need: str) -> str:
    """Say which other deployment uses the text of a match, and what it needs."""
    text = match.place.text
    own = match.deployment
    noun = "image URI" if own is not None and own.image.text is not None and own.image.text == text else "value"
    return f"; no fix: {_name(other, own)} shares this {noun} and {need}"


def _need_of(objector: Deployment) -> str:
    """Say why a deployment that uses the text objects to the edit."""
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
    """Return whether a deployment has no vote: it has the fault but no fix, in a Region that is only a key of a map, which may be unused."""
    return match.violation.replacement is None and match.deployment is not None and match.deployment.region.origin == "map"


def _show(text: Text, value: str) -> str:
    """Return a value for a message, with its unknown pieces named as in the text."""
    if text.known:
        return value
    for index, piece in enumerate(text.pieces):
        if piece.text is None:
            value = value.replace(chr(ord(PLACEHOLDER_FIRST) + index % PLACEHOLDERS), "${" + (piece.name or "...") + "}")
    return value
