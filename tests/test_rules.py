"""Run every example of every rule through the engine, with only that rule enabled, and check what all rule files have in common."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smlint.api import lint
from smlint.linter.examples import Manifest, to_manifest
from smlint.linter.rule import CATEGORIES, Invalid, LoadedRule, Valid
from smlint.linter.splicing import splice
from smlint.model.deployment import Deployment
from smlint.model.findings import Applicability, Finding
from smlint.model.images import Image
from smlint.model.settings import Settings
from smlint.runner.registry import load
from smlint.syntax import Scalar, parse, walk

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

RULES = load()
LONGEST_MESSAGE = 110
"""Characters of a message before its list of alternatives, which follows the first `;`."""


def examples(kind: type[Valid] | type[Invalid], *, fixable: bool = False) -> list[ParameterSet]:
    """Return all examples of a kind as parameters; if `fixable`, only those with a fix."""
    parameters = []
    for rule in RULES:
        chosen = rule.rule.valid if kind is Valid else rule.rule.invalid
        for index, example in enumerate(chosen, 1):
            if not fixable or (isinstance(example, Invalid) and example.fixed is not None):
                parameters.append(pytest.param(rule, example, id=f"{rule.name}, {kind.__name__.lower()} example {index}"))
    return parameters


def findings_in(rule: LoadedRule, manifest: Manifest, on: str) -> tuple[Finding, ...]:
    return lint(manifest.text, manifest.filename, as_of=on, settings=Settings(select=(rule.name,))).findings


def described(findings: tuple[Finding, ...]) -> list[str]:
    return [f"line {finding.start.line}: {finding.severity}: {finding.message}" for finding in findings]


@pytest.mark.parametrize(("rule", "example"), examples(Valid))
def test_a_valid_example_has_no_findings(rule: LoadedRule, example: Valid) -> None:
    manifest = to_manifest(example.text)
    assert not manifest.marks
    assert described(findings_in(rule, manifest, example.on)) == []


@pytest.mark.parametrize(("rule", "example"), examples(Invalid))
def test_an_invalid_example_has_findings_exactly_on_the_marked_lines(rule: LoadedRule, example: Invalid) -> None:
    manifest = to_manifest(example.text)
    findings = findings_in(rule, manifest, example.on)
    assert manifest.marks
    assert all(finding.rule == rule.name for finding in findings)
    assert Counter(finding.start.line for finding in findings) == Counter(line for line, _ in manifest.marks), described(findings)
    for line, words in manifest.marks:
        assert any(finding.start.line == line and words in finding.message for finding in findings), (words, described(findings))


@pytest.mark.parametrize(("rule", "example"), examples(Invalid))
def test_a_message_is_one_short_line_in_the_house_style(rule: LoadedRule, example: Invalid) -> None:
    for finding in findings_in(rule, to_manifest(example.text), example.on):
        assert finding.message == finding.message.strip()
        assert "\n" not in finding.message
        assert "None" not in finding.message
        assert not finding.message.endswith(".")
        assert len(finding.message.partition("; ")[0]) <= LONGEST_MESSAGE
        assert finding.span.start < finding.span.end


@pytest.mark.parametrize(("rule", "example"), examples(Invalid))
def test_a_fix_is_offered_exactly_if_the_example_has_one(rule: LoadedRule, example: Invalid) -> None:
    fixes = [finding.fix for finding in findings_in(rule, to_manifest(example.text), example.on)]
    if example.fixed is None:
        assert fixes == [None] * len(fixes)
    else:
        assert all(fix is not None for fix in fixes), fixes
        assert {fix.applicability for fix in fixes if fix is not None} == {example.applicability}
        assert all(fix.title and fix.title == fix.title.strip().rstrip(".") for fix in fixes if fix is not None)


@pytest.mark.parametrize(("rule", "example"), examples(Invalid, fixable=True))
def test_a_fix_writes_its_value_and_nothing_else_and_clears_the_finding(rule: LoadedRule, example: Invalid) -> None:
    manifest = to_manifest(example.text)
    findings = findings_in(rule, manifest, example.on)
    edits = sorted({edit for finding in findings if finding.fix is not None for edit in finding.fix.edits})
    text = splice(manifest.text, edits)
    assert text != manifest.text
    before, after = scalars(manifest.text), scalars(text)
    assert len(before) == len(after)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if (old.value, old.style) != (new.value, new.style)]
    if changed:
        [(old, new)] = changed
        assert new.value == example.fixed
        assert all(old.start <= edit.span.start and edit.span.end <= old.end for edit in edits)
        quotes = int(old.style == "plain" and new.style == "double")  # the fix quotes an unquoted version
        assert (manifest.text[: old.start], manifest.text[old.end :]) == (text[: new.start - quotes], text[new.end + quotes :])
    else:  # the edit is in a comment
        assert {edit.new for edit in edits} == {example.fixed}
    assert described(findings_in(rule, manifest._replace(text=text), example.on)) == []


def scalars(text: str) -> list[Scalar]:
    return [node for document in parse(text) for node in walk(document.root) if isinstance(node, Scalar)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
class TestARuleFile:
    """Properties of every rule file."""

    def test_its_examples_show_its_severity(self, rule: LoadedRule) -> None:
        severities = {f.severity for bad in rule.rule.invalid for f in findings_in(rule, to_manifest(bad.text), bad.on)}
        assert rule.rule.severity in severities

    def test_it_has_no_example_twice(self, rule: LoadedRule) -> None:
        every: list[Valid | Invalid] = [*rule.rule.valid, *rule.rule.invalid]
        texts = [(to_manifest(example.text).text, example.on) for example in every]
        assert len(set(texts)) == len(texts)

    def test_its_documentation_is_a_one_sentence_summary_and_a_description(self, rule: LoadedRule) -> None:
        first, _, rest = rule.doc.partition("\n\n")
        assert first.endswith(".")
        assert "\n" not in first
        assert rest.strip()
        assert rule.summary == first

    def test_it_imports_only_the_rule_vocabulary(self, rule: LoadedRule) -> None:
        tree = ast.parse(Path(rule.path).read_text("utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))
        assert imported <= {"__future__", "collections.abc", "smlint.linter.rule"}

    def test_it_needs_facts_that_exist(self, rule: LoadedRule) -> None:
        for need in rule.rule.needs:
            name, _, part = need.partition(".")
            assert name in Deployment._fields
            assert not part or (name == "image" and part in Image._fields)

    def test_only_advice_is_off_by_default(self, rule: LoadedRule) -> None:
        assert rule.rule.enabled == (rule.rule.category != "advice")


@pytest.mark.parametrize(("rule", "example"), examples(Invalid))
def test_one_fault_is_one_finding(rule: LoadedRule, example: Invalid) -> None:
    """With all rules enabled, no second rule reports the same fault, apart from notes. Old images are linted on a day of their support."""
    manifest = to_manifest(example.text)
    on = example.on if rule.rule.category == "support" else "2023-06-01"
    findings = lint(manifest.text, manifest.filename, as_of=on, settings=Settings()).findings
    others = tuple(f for f in findings if f.rule != rule.name and f.severity != "note" and f.rule not in example.other_rules)
    assert described(others) == []


def test_every_category_has_a_rule() -> None:
    assert {rule.rule.category for rule in RULES} == set(CATEGORIES)


def test_the_examples_have_fixes_of_every_applicability() -> None:
    assert {bad.applicability for rule in RULES for bad in rule.rule.invalid if bad.fixed is not None} == set(Applicability)
